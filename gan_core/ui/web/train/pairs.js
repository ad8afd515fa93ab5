/**
 * How the pairs of a recipe that learns from pairs are made. The choice is a setting of the recipe, `pairs`, which the settings
 * behind "Advanced" hold; the value of this component tells gradio, so that the strip shows other pairs.
 *
 * @import { Context } from "../shared/types.js"
 * @import { KindOffer } from "./pairs-state.js"
 */
import { make } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { kindOf, wordsOf } from "./pairs-state.js";

export const mount = component((/** @type {Context} */ context) => {
  const choice = new PairsChoice(context);
  choice.start();
});

class PairsChoice {
  /** @param {Context} context */
  constructor(context) {
    this.context = context;
    /** @type {string} */
    this.recipe = context.props.recipe;
    /** @type {KindOffer[]} */
    this.kinds = context.props.kinds;
    /** @type {HTMLSelectElement} */
    this.select = context.find("select#pairs");
  }

  start() {
    const { subscribe } = this.context;
    this.select.replaceChildren(...this.kinds.map(({ value, label }) => make("option", { value }, label)));
    this.select.addEventListener("change", () => this.#choose());
    subscribe("recipe-chosen", ({ name }) => {
      this.recipe = name;
      this.#show({});
    });
    subscribe("settings-changed", ({ recipe, settings }) => {
      if (recipe === this.recipe) this.#show(settings);
    });
    subscribe("restore-form", ({ recipe, settings = {} }) => {
      this.recipe = recipe;
      this.#show(settings);
    });
    this.#show({});
  }

  #choose() {
    notify("apply-settings", { settings: { pairs: this.select.value || null } });
  }

  /** @param {Record<string, any>} settings what differs from the recipe */
  #show(settings) {
    const { find, props, trigger } = this.context;
    const kind = kindOf(props.presets[this.recipe], settings);
    find(".pairs").hidden = kind === null;
    if (kind !== null) this.select.value = kind;
    find("#pairs-words").textContent = wordsOf(this.kinds, kind);
    const before = props.value ?? {};
    if (before.kind === kind && before.recipe === this.recipe) return;
    props.value = { recipe: this.recipe, kind };
    trigger("change");
  }
}
