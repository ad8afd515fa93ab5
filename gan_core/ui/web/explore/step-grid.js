/**
 * The grid of steps x latents, filled column by column; every picture leads to its latent and step.
 *
 * @import { Row } from "./latent-rows.js"
 * @import { TimeParts } from "./moments-card.js"
 */
import { download, make } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { setPressed, thumb } from "./controls.js";
import { MomentsCard } from "./moments-card.js";

/** On a screen that is no wider it begins with few columns. */
const NARROW = "(max-width: 480px)";

/** @typedef {{ model: string, rows: Row[], steps: number[], keys: string[] }} Grid */

export class StepGrid extends MomentsCard {
  /** What was drawn last: the model and the choices. */
  #drawn = "";
  /** @type {Grid | null} */
  #grid = null;
  #drawing = 0;

  /** @param {TimeParts} parts */
  constructor(parts) {
    const { find } = parts.context;
    const card = find("div.time-grid-card");
    super(parts, { card, kind: find("select.time-rows"), from: find("select.time-from") });
    this.cells = find("div.time-cells");
    this.columns = find("select.time-count");
    this.again = find("button.time-again");
    if (matchMedia(NARROW).matches) this.columns.value = "6";
    for (const select of [this.kind, this.columns, this.from]) select.addEventListener("change", () => this.#draw());
    this.again.addEventListener("click", () => this.#draw());
    find("button.time-save").addEventListener("click", () => this.#save());
  }

  #key() {
    return `${this.explorer.model} ${this.kind.value} ${this.columns.value} ${this.from.value}`;
  }

  /** @override */
  refresh() {
    const { explorer } = this;
    const { steps } = this.moments.kept;
    if (!this.showCard() || !explorer.isOpen("time")) return;
    this.offerChoices(["seeds", "favourites", "classes", "brought"]);
    const drawn = this.#grid?.steps ?? [];
    const newest = drawn[drawn.length - 1] ?? 0;
    const more = this.#grid && this.#drawn ? steps.filter((step) => step > newest).length : 0;
    const text = more ? `Draw again: ${more} new` : "Draw again";
    if (this.again.textContent !== text) this.again.textContent = text;
    if (explorer.facts && this.#drawn !== this.#key()) this.#draw();
    this.#mark();
  }

  async #draw() {
    const { model } = this.explorer;
    const rows = this.chosen();
    this.#drawing += 1;
    const drawing = this.#drawing;
    this.#drawn = this.#key();
    const steps = await this.#askForSteps(model);
    if (!steps || drawing !== this.#drawing) return;
    this.#grid = { model, rows, steps, keys: rows.map(({ latent }) => JSON.stringify(latent)) };
    this.#layOut(this.#grid);
    for (const [column, step] of steps.entries()) {
      const answer = await this.#askForColumn(this.#grid, step);
      if (drawing !== this.#drawing) return;
      if (this.context.signal.aborted || !this.explorer.isOpen("time")) {
        this.#drawn = "";
        return;
      }
      this.#fill(this.#grid, column, answer);
      this.#mark();
    }
  }

  /** @param {string} model @returns {Promise<number[] | null>} */
  async #askForSteps(model) {
    const request = { model, count: Number(this.columns.value), start: Number(this.from.value) };
    try {
      const { steps } = await this.context.ask("time_columns", request);
      return steps;
    } catch (error) {
      this.explorer.fail(error);
      return null;
    }
  }

  /** @param {Grid} grid @param {number} step @returns {Promise<{ pictures: string[] } | { error: string }>} */
  async #askForColumn({ model, rows }, step) {
    try {
      return await this.context.ask("time_column", { model, step, latents: rows.map(({ latent }) => latent) });
    } catch (error) {
      return { error: /** @type {Error} */ (error).message };
    }
  }

  /** @param {Grid} grid */
  #layOut({ rows, steps }) {
    const heads = steps.map((step) => {
      const onclick = () => this.moments.goTo(step);
      return make("button", { type: "button", class: "time-head", onclick }, count(step));
    });
    this.cells.style.setProperty("--columns", String(steps.length));
    this.cells.replaceChildren(make("span", { class: "gw-muted" }, "step"), ...heads);
    for (const { name } of rows) {
      const empty = steps.map(() => make("span", { class: "time-cell" }));
      this.cells.append(make("span", { class: "gw-muted time-name", title: name }, name), ...empty);
    }
  }

  /** @param {Grid} grid @param {number} column @param {{ pictures: string[] } | { error: string }} answer */
  #fill({ rows, steps }, column, answer) {
    const step = steps[column];
    rows.forEach(({ latent, name }, row) => {
      const cell = /** @type {HTMLElement} */ (this.cells.children[(row + 1) * (steps.length + 1) + column + 1]);
      if ("error" in answer) {
        cell.title = answer.error;
        cell.classList.add("missing");
        return;
      }
      const go = () => {
        this.moments.stop();
        this.explorer.show(latent, { step });
      };
      const button = thumb(answer.pictures[row], "", go, { alt: `${name} at step ${count(step)}` });
      button.dataset.step = String(step);
      button.dataset.row = String(row);
      cell.replaceChildren(button);
    });
  }

  #mark() {
    if (!this.#grid) return;
    const here = JSON.stringify(this.explorer.compact());
    const step = String(this.moments.shownStep);
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.cells.querySelectorAll("button[data-step]")))
      setPressed(button, button.dataset.step === step && this.#grid.keys[Number(button.dataset.row)] === here);
  }

  /** All of it as one PNG, with its latents and steps inside. */
  async #save() {
    if (!this.#grid) return;
    const { model, rows, steps } = this.#grid;
    const latents = rows.map(({ latent }) => latent);
    try {
      const { file, name } = await this.context.ask("time_sheet", {
        model,
        steps,
        latents,
        names: rows.map((row) => row.name),
      });
      download(file, name);
    } catch (error) {
      this.explorer.fail(error);
    }
  }
}
