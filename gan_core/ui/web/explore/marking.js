/**
 * A direction by marked pictures: some that have more of something and some that have less.
 *
 * @import { MarkedRequest, MarkingGridRequest } from "../shared/protocol.js"
 * @import { Mark } from "./direction-state.js"
 * @import { DirectionsPanel } from "./directions-panel.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { atRest, thumb } from "./controls.js";
import { agreement, markName, nextMark } from "./direction-state.js";
import { Draft } from "./drafts.js";

/** Milliseconds after a mark in which more of them are waited for. */
const REST = 120;
/** The first seed of the pictures to mark, and how many there are. */
const FIRST = 1000;
const PICTURES = 24;
/** @type {Record<string, Mark>} */
const MARK_KEYS = { m: 1, "+": 1, l: -1, "-": -1, delete: 0, backspace: 0 };

export class Marking {
  /** Seeds that have more or less of it. @type {Map<number, Mark>} */
  #marks = new Map();
  #start = FIRST;
  /** @type {number[]} */
  #seeds = [];
  #model = "";

  /** @param {ExploreContext} context @param {Explorer} explorer @param {DirectionsPanel} directions */
  constructor(context, explorer, directions) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.grid = find("div.dir-grid");
    this.status = find("p.dir-said");
    this.draft = new Draft(context, explorer, directions, "point");
    this.requestPictures = latestWins(
      (/** @type {MarkingGridRequest} */ request) => ask("directions_grid", request),
      (response, { model }) => {
        if (model === explorer.model) this.#showPictures(response);
      },
      (error) => explorer.fail(error),
    );
    this.requestDirection = latestWins(
      (/** @type {MarkedRequest} */ request) => ask("directions_point", request),
      (response, { model }) => {
        if (model !== explorer.model || !this.#marks.size) return;
        this.draft.show(response.id);
        this.#say(agreement(response));
      },
      (error) => this.#say(` ${error.message}`),
    );
    this.soon = atRest(context, REST, () => this.#findDirection());
    this.#listen();
    directions.onList(() => this.#fetch());
  }

  #listen() {
    const { find } = this.context;
    this.grid.addEventListener("keydown", (event) => this.#onKey(event));
    find(".dir-start button").addEventListener("click", () => {
      find("div.dir-start").hidden = true;
      find("div.dir-marking").hidden = false;
      this.#say();
      this.#fetch();
    });
    find("button.dir-others").addEventListener("click", () => {
      this.#start += this.#seeds.length || PICTURES;
      this.#fetch();
    });
    find("button.dir-clear").addEventListener("click", () => {
      this.#marks.clear();
      for (const button of this.#buttons()) this.#showMark(button);
      this.#findDirection();
    });
    this.explorer.on("model", ({ model }) => {
      if (model === this.#model) return;
      this.#model = model;
      this.#marks.clear();
      this.draft.drop();
      this.#say();
    });
  }

  #buttons() {
    return [...this.grid.querySelectorAll("button")];
  }

  #fetch() {
    const { explorer } = this;
    const shown = !this.context.find("div.dir-marking").hidden;
    if (explorer.model && explorer.isOpen("directions") && shown)
      this.requestPictures(explorer.request({ start: this.#start }));
  }

  /** @param {{ seeds: number[], pictures: string[] }} response */
  #showPictures({ seeds, pictures }) {
    this.#seeds = seeds;
    const buttons = pictures.map((picture, index) => {
      const press = () => this.#mark(button, nextMark(this.#markOf(button)));
      const button = thumb(picture, "", press, { alt: "" });
      button.dataset.seed = String(seeds[index]);
      button.tabIndex = index ? -1 : 0;
      return button;
    });
    this.grid.replaceChildren(...buttons);
    for (const button of buttons) this.#showMark(button);
  }

  /** @param {HTMLElement} button */
  #markOf(button) {
    return this.#marks.get(Number(button.dataset.seed)) ?? 0;
  }

  /** @param {HTMLElement} button */
  #showMark(button) {
    const name = markName(this.#markOf(button));
    button.dataset.mark = name;
    button.setAttribute("aria-label", `Seed ${button.dataset.seed}: ${name || "not marked"}`);
  }

  /** @param {HTMLElement} button @param {Mark} mark */
  #mark(button, mark) {
    const seed = Number(button.dataset.seed);
    if (mark) this.#marks.set(seed, mark);
    else this.#marks.delete(seed);
    this.#showMark(button);
    this.soon();
  }

  /** @param {Mark} mark */
  #marked(mark) {
    return [...this.#marks].filter(([, value]) => value === mark).map(([seed]) => seed);
  }

  /** How many are marked, and more. @param {string} [text] */
  #say(text = "") {
    this.status.textContent = `${this.#marked(1).length} more, ${this.#marked(-1).length} less.${text}`;
  }

  #findDirection() {
    const more = this.#marked(1);
    const less = this.#marked(-1);
    this.context.find("button.dir-clear").disabled = !this.#marks.size;
    if (more.length && less.length) {
      this.requestDirection(this.explorer.request({ more, less, draft: this.draft.name }));
      return;
    }
    const missing = more.length ? "less" : "more";
    this.#say(this.#marks.size ? ` Now mark at least one picture that has ${missing} of it.` : "");
    if (!this.#marks.size) this.draft.drop();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    const mark = MARK_KEYS[event.key.toLowerCase()];
    const columns = getComputedStyle(this.grid).gridTemplateColumns.split(" ").length;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns };
    const step = /** @type {Record<string, number>} */ (steps)[event.key];
    if (!button || (mark === undefined && step === undefined) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (mark !== undefined) {
      this.#mark(button, mark);
      return;
    }
    const buttons = this.#buttons();
    const next = buttons[buttons.indexOf(button) + step];
    if (!next) return;
    for (const each of buttons) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  }
}
