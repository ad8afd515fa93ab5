/**
 * The form of a new comparison: two to four recipes, or what is set in the Train form.
 *
 * @import { ComparisonOptionsResponse, ComparisonPanel, RecipeOffer } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Entry } from "./comparison-state.js"
 */
import { make } from "../shared/dom.js";
import { typedNumber } from "../shared/format.js";
import { ownerMark } from "../shared/storage.js";
import { COLORS, costText, labelled } from "./comparison-state.js";
import { chosenSettings } from "./settings.js";

/** So many recipes are compared. */
export const MOST = 4;
const LEAST = 2;

export class ComparisonForm {
  /** @type {ComparisonOptionsResponse | null} */
  #offer = null;
  /** @type {(Entry & { label?: string })[]} */
  #entries = [];

  /**
   * @param {Context<ComparisonPanel>} context
   * @param {(name: string) => void} attach shows a comparison
   * @param {() => boolean} isBusy whether one is going on
   */
  constructor(context, attach, isBusy) {
    this.context = context;
    this.attach = attach;
    this.isBusy = isBusy;
    const { find } = context;
    for (const box of [find("#comparison-minutes"), find("#comparison-seeds")])
      box.addEventListener("input", () => this.#showCost());
    find("#comparison-add").addEventListener("click", () => this.#addRecipe());
    find("#comparison-add-form").addEventListener("click", () => this.#addForm());
    find("#comparison-start").addEventListener("click", () => this.#begin());
  }

  get isReady() {
    return this.#offer !== null;
  }

  /** Asks what is offered, once. */
  async ready() {
    const { ask, find } = this.context;
    if (this.#offer) return;
    this.#offer = await ask("options");
    this.#entries = [{ recipe: "dcgan" }, { recipe: "wgan-gp" }];
    const data = find("select#comparison-data");
    data.replaceChildren(...this.#offer.data.map((name) => make("option", { value: name }, name)));
    data.value = "glyphs";
    this.#draw();
    find("button#comparison-start").disabled = this.isBusy();
  }

  get #recipes() {
    return this.#offer?.recipes ?? [];
  }

  #lengths() {
    /** What is no number is refused by the server, in words. @param {string} text */
    const typed = (text) => {
      const value = typedNumber(text);
      return typeof value === "number" ? value : null;
    };
    const { find } = this.context;
    return {
      minutes: typed(find("input#comparison-minutes").value),
      seeds: typed(find("input#comparison-seeds").value),
    };
  }

  #draw() {
    const { find } = this.context;
    const entries = this.#entries;
    const remove = (/** @type {number} */ index) => {
      entries.splice(index, 1);
      this.#draw();
    };
    const removable = entries.length > LEAST ? remove : null;
    find(".entries").replaceChildren(
      ...entries.map((entry, index) => entryRow(entry, index, this.#recipes, removable)),
    );
    const full = entries.length >= MOST;
    for (const button of [find("button#comparison-add"), find("button#comparison-add-form")]) button.disabled = full;
    this.#showCost();
  }

  #showCost() {
    const { minutes, seeds } = this.#lengths();
    this.context.find("#comparison-cost").textContent = costText(this.#entries.length, minutes, seeds);
  }

  #addRecipe() {
    const taken = this.#entries.map((entry) => entry.recipe);
    const next = this.#recipes.find(({ name }) => !taken.includes(name)) ?? this.#recipes[0];
    this.#entries.push({ recipe: next.name });
    this.#draw();
  }

  #addForm() {
    const { recipe, settings } = chosenSettings();
    if (!this.#recipes.some(({ name }) => name === recipe)) {
      this.context.notice("Translations cannot be compared; choose another recipe above.");
      return;
    }
    this.context.notice("");
    this.#entries.push(Object.keys(settings).length ? { recipe, settings, label: recipe } : { recipe });
    this.#draw();
  }

  async #begin() {
    const { ask, find, notice } = this.context;
    const start = find("button#comparison-start");
    start.disabled = true;
    try {
      const request = {
        owner: ownerMark,
        entries: labelled(this.#entries),
        data: find("select#comparison-data").value,
      };
      const { comparison } = await ask("start", { ...request, ...this.#lengths() });
      notice("");
      this.attach(comparison);
    } catch (error) {
      notice(/** @type {Error} */ (error).message);
    }
    start.disabled = false;
  }
}

/**
 * @param {Entry & { label?: string }} entry
 * @param {number} index
 * @param {RecipeOffer[]} recipes
 * @param {((index: number) => void) | null} remove null where it has to stay
 */
function entryRow(entry, index, recipes, remove) {
  const row = make("div", { class: "entry" });
  row.style.setProperty("--lane", `var(${COLORS[index]})`);
  if (entry.settings) row.append(make("span", { class: "own" }, `${entry.label} (changed in the form)`));
  else {
    const options = recipes.map(({ name, title, control }) => {
      const words = control ? `${title} (negative control)` : title;
      return make("option", { value: name, selected: name === entry.recipe }, words);
    });
    const pick = make("select", { "aria-label": `Recipe ${index + 1}` }, ...options);
    pick.addEventListener("change", () => (entry.recipe = pick.value));
    row.append(pick);
  }
  const label = `Leave recipe ${index + 1} out`;
  const cross = { type: "button", class: "gw-button", disabled: !remove, "aria-label": label };
  row.append(make("button", { ...cross, onclick: () => remove?.(index) }, "×"));
  return row;
}
