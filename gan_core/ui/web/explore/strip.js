/**
 * Pictures to choose from: seeds, the path from A to B, classes, or the eight neighbours of what is shown.
 *
 * @import { StripRequest, StripResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { make, update } from "../shared/dom.js";
import { atRest, setPressed, thumb } from "./controls.js";
import { MOST_MOVES, randomSeed } from "./latent-state.js";
import * as strips from "./strip-state.js";

/** Milliseconds of rest after which it is drawn anew. */
const REST = 180;
/** Seeds in one strip. */
const SEEDS = 8;
/** The place of what is shown among its neighbours. */
const CENTRE = 4;

export class Strip {
  /** What a person chose: "along", "neighbours" or "classes". */
  #kind = "along";
  #start = 1;
  #asked = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.box = find("div.strip");
    this.angle = find("input.angle");
    this.angleRow = find("label.stepsize");
    this.submit = latestWins(
      (/** @type {StripRequest} */ request) => ask("strip", request),
      (response, request) => {
        if (request.model === explorer.model) this.#show(response);
      },
      (error) => {
        this.#asked = "";
        console.warn(error.message);
      },
    );
    this.soon = atRest(context, REST, () => this.#fill());
    this.#listen();
  }

  #listen() {
    const { explorer } = this;
    const { find, findAll } = this.context;
    for (const input of findAll("input[name=gw-strip]"))
      input.addEventListener("change", () => {
        this.#kind = input.value;
        this.#refresh();
        this.#fill();
      });
    find("button.more").addEventListener("click", () => {
      const further = explorer.latent.kind === "seed" && this.#kind === "along";
      this.#start = further ? this.#start + SEEDS : randomSeed();
      this.#fill();
    });
    this.angle.addEventListener("input", () => {
      this.#refresh();
      this.soon();
    });
    explorer.on("latent", () => this.#refresh());
    explorer.on("model", () => {
      this.#refresh();
      this.soon();
    });
    explorer.on("shown", () => {
      this.#mark();
      this.soon();
    });
  }

  get #requested() {
    return strips.requestedKind(this.#kind, this.explorer.latent.kind);
  }

  #key() {
    const { explorer } = this;
    const latent = strips.relevant(explorer.compact(), this.#kind);
    const version = explorer.live ? explorer.shown?.version : 0;
    const { model, step } = explorer;
    return JSON.stringify([model, step, this.#requested, this.#start, this.angle.value, latent, version]);
  }

  /** Asked for again only when what it depends on has changed. */
  #fill() {
    const { explorer } = this;
    const key = this.#key();
    if (!explorer.model || !explorer.isOpen("move") || this.#asked === key) return;
    this.#asked = key;
    const angle = Number(this.angle.value);
    this.submit(explorer.request({ kind: this.#requested, start: this.#start, angle }));
  }

  /** @param {StripResponse} response */
  #show({ kind, pictures, labels }) {
    const classes = this.explorer.facts?.classes ?? [];
    /** @type {HTMLElement[]} */
    const buttons = pictures.map((picture, index) => {
      const { text, alt } = strips.words(kind, labels[index], index, classes);
      const button = thumb(picture, text, () => this.#take(kind, labels[index]), { alt });
      Object.assign(button.dataset, { kind, label: JSON.stringify(labels[index]) });
      return button;
    });
    if (kind === "neighbours") {
      // In the middle stands what they are neighbours of, as it was when it came to rest.
      const here = make("img", { src: this.explorer.picture.src, alt: "Here" });
      buttons.splice(CENTRE, 0, make("span", { class: "centre" }, here));
    }
    this.box.classList.toggle("grid", kind === "neighbours");
    this.box.replaceChildren(...buttons);
    this.#mark();
  }

  /** @param {string} kind @param {any} label */
  async #take(kind, label) {
    const { explorer } = this;
    /** @type {object | null} */
    let base = null;
    if (kind === "neighbours") {
      this.#start = randomSeed();
      // A latent holds so many steps; a longer walk goes on from the numbers that it has come to.
      try {
        if (explorer.latent.moves.length >= MOST_MOVES) base = /** @type {object} */ (await explorer.basePoint(true));
      } catch (error) {
        explorer.fail(error);
        return;
      }
    }
    explorer.change((latent) => {
      if (kind === "seeds") Object.assign(latent, { seed: label, moves: [] });
      else if (kind === "path") latent.t = label;
      else if (kind === "classes") Object.assign(latent, { label, mix: 0, towards: null });
      else Object.assign(latent, base ?? {}, { moves: [...(base ? [] : latent.moves), label] });
    });
  }

  /** Which of them is shown. */
  #mark() {
    const { latent } = this.explorer;
    for (const button of this.box.querySelectorAll("button"))
      setPressed(button, strips.isShown(latent, button.dataset.kind ?? "", JSON.parse(button.dataset.label ?? "null")));
  }

  #refresh() {
    const { find, findAll } = this.context;
    const { facts, latent } = this.explorer;
    const along = strips.alongKind(latent.kind);
    const classes = Boolean(facts?.classes.length);
    update(find("label.by-class"), { hidden: !classes });
    update(find("label.along"), { hidden: !along });
    update(find("label.along span"), {
      textContent: along === "seeds" ? "Seeds" : along === "path" ? "From A to B" : "",
    });
    if ((!along && this.#kind === "along") || (this.#kind === "classes" && !classes))
      this.#kind = along ? "along" : "neighbours";
    const complete = this.#kind === "classes" || (latent.kind === "path" && this.#kind === "along");
    update(find("button.more"), { hidden: complete });
    update(this.angleRow, { hidden: this.#requested !== "neighbours" });
    update(find(".stepsize output"), { textContent: Number(this.angle.value).toFixed(2) });
    for (const input of findAll("input[name=gw-strip]")) update(input, { checked: input.value === this.#kind });
    this.#mark();
  }
}
