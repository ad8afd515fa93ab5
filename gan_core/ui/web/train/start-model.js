/**
 * The model that a training starts from: shown where one was chosen on another tab, and can be cleared. The value is its name,
 * empty for none.
 *
 * @import { StartModel, StartModelResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { onArrival } from "../shared/navigation.js";

export const mount = component((/** @type {Context<StartModel>} */ context) => {
  const field = new StartModelField(context);
  field.start();
});

class StartModelField {
  /** Counts what was chosen: only the newest answer counts. */
  #turn = 0;
  #translates = false;

  /** @param {Context<StartModel>} context */
  constructor(context) {
    this.context = context;
  }

  start() {
    const { find, props, signal, subscribe } = this.context;
    find("button.clear").addEventListener("click", () => this.#clear());
    subscribe("restore-form", ({ start_from: name }) => {
      if (name) this.#ask(name, false);
      else this.#clear();
    });
    subscribe("recipe-chosen", ({ name }) => {
      if (!props.value || props.translates[name] === this.#translates) return;
      this.context.notice(`${props.value} does not fit this recipe: the training starts from nothing.`, "info");
      this.#clear(false);
    });
    onArrival("train", (name) => this.#ask(name, true), signal);
  }

  /** @param {boolean} [quiet] whether what was said goes too */
  #clear(quiet = true) {
    this.#turn += 1;
    if (quiet) this.context.notice("");
    this.#set(null);
  }

  /**
   * @param {string} name
   * @param {boolean} chosen now, not kept from an earlier visit: the recipe that fits it is chosen too
   */
  async #ask(name, chosen) {
    const { ask, notice } = this.context;
    const turn = ++this.#turn;
    notice("");
    try {
      const found = await ask("start_model", { model: name });
      if (turn === this.#turn) this.#take(found, chosen);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#clear();
      notice(/** @type {Error} */ (error).message);
    }
  }

  /**
   * @param {StartModelResponse} found
   * @param {boolean} chosen
   */
  #take(found, chosen) {
    this.#translates = found.translates;
    if (chosen) notify("choose-recipe", { name: found.recipe });
    this.#set(found, chosen);
    if (chosen) notify("open-own-pictures", { slot: "data" });
  }

  /**
   * @param {StartModelResponse | null} found
   * @param {boolean} [chosen]
   */
  #set(found, chosen = false) {
    const { find, props, trigger } = this.context;
    find(".start-model").hidden = !found;
    find(".name").textContent = found?.model ?? "";
    find(".words").textContent = found?.sentence ?? "";
    const value = found?.model ?? "";
    const changed = (props.value ?? "") !== value;
    props.value = value;
    if (changed || chosen) notify("start-model", { name: found?.model ?? null, chosen });
    if (changed) trigger("change");
  }
}
