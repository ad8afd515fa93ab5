/**
 * How large a translation is learned and with how wide networks, in plain words. The choice is a few settings of "Advanced",
 * which has the last word: it takes them by `apply-settings` and says by `settings-changed` what holds.
 *
 * @import { Scale, SizeResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Size } from "./size-state.js"
 */
import { arrowKeys } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { sizeOf } from "./size-state.js";

/** Milliseconds between two requests while this machine is being measured. */
const PENDING = 1200;

export const mount = component((/** @type {Context<Scale>} */ context) => {
  const choice = new SizeChoice(context);
  choice.start();
});

class SizeChoice {
  /** @type {Size} */
  #size = { side: null, width: null };
  /** Whether a person has chosen something. */
  #touched = false;
  /** Counts the suggestions that were asked for: only the newest one counts. */
  #turn = 0;
  /** Whether the networks are those of a model that the training starts from. */
  #given = false;

  /** @param {Context<Scale>} context */
  constructor(context) {
    this.context = context;
    /** @type {string} */
    this.recipe = context.props.recipe;
  }

  start() {
    const { find, props, subscribe } = this.context;
    const { sides, widths } = props.offer;
    fillChoice(find("#scale-side"), "side", sides, (value) => this.#choose({ side: value }));
    fillChoice(find("#scale-width"), "width", widths, (value) => this.#choose({ width: value }));
    subscribe("recipe-chosen", ({ name }) => this.#setRecipe(name));
    subscribe("start-model", ({ name }) => {
      if (this.#given === Boolean(name)) return;
      this.#given = Boolean(name);
      this.#setRecipe(this.recipe);
    });
    subscribe("settings-changed", ({ recipe, settings, byHand }) => {
      if (recipe !== this.recipe || !this.#translates()) return;
      this.#touched ||= byHand;
      this.#size = this.#sizeOf(settings);
      this.#mark(byHand ? "" : null);
    });
  }

  #translates() {
    return this.context.props.translations.includes(this.recipe) && !this.#given;
  }

  /** @param {Record<string, unknown>} settings */
  #sizeOf(settings) {
    const { offer, presets } = this.context.props;
    return sizeOf(offer, presets[this.recipe], settings);
  }

  /** @param {string} name */
  #setRecipe(name) {
    this.recipe = name;
    this.#touched = false;
    this.#turn += 1;
    this.context.find(".scale").hidden = !this.#translates();
    if (!this.#translates()) return;
    this.#size = this.#sizeOf({});
    this.#mark("");
    this.#suggest();
  }

  /** @param {string | null} sentence null leaves what is said */
  #mark(sentence) {
    const { find } = this.context;
    for (const [kind, chosen] of Object.entries(this.#size)) markChoice(find(`#scale-${kind}`), chosen);
    if (sentence !== null) find("#scale-words").textContent = sentence;
  }

  /** @param {Size} size */
  #apply(size) {
    notify("apply-settings", { settings: this.context.props.offer.settings[`${size.side}-${size.width}`] });
  }

  /** @param {Partial<Size>} change */
  #choose(change) {
    const usual = this.#sizeOf({});
    const size = { side: this.#size.side ?? usual.side, width: this.#size.width ?? usual.width, ...change };
    this.#touched = true;
    this.#size = size;
    this.#mark("");
    this.#apply(size);
  }

  /** What this machine can do in reasonable time is measured; it is set if nobody has chosen anything meanwhile. */
  async #suggest() {
    const { ask, signal, visible } = this.context;
    const turn = ++this.#turn;
    const wanted = () => turn === this.#turn && this.#translates() && !this.#touched && !signal.aborted;
    while (wanted()) {
      if (visible()) {
        let found;
        try {
          found = await ask("suggest", { recipe: this.recipe });
        } catch (error) {
          console.warn(/** @type {Error} */ (error).message);
          return;
        }
        if (!wanted()) return;
        this.#take(found);
        if (!found.pending) return;
      }
      await new Promise((resolve) => setTimeout(resolve, PENDING));
    }
  }

  /** @param {SizeResponse} found */
  #take({ side, width, pending, sentence = "" }) {
    const fits = !pending && side && width ? { side, width } : null;
    const other = fits && (fits.side !== this.#size.side || fits.width !== this.#size.width) ? fits : null;
    if (other) this.#size = other;
    this.#mark(sentence);
    if (other) this.#apply(other);
  }
}

/**
 * @param {HTMLElement} group
 * @param {string} kind
 * @param {{ value: any, label: string, words: string }[]} entries
 * @param {(value: any) => void} choose
 */
function fillChoice(group, kind, entries, choose) {
  group.replaceChildren(
    ...entries.map(({ value, label, words }) => {
      const attributes = { type: "button", role: "radio", id: `scale-${kind}-${value}`, dataset: { value } };
      return make("button", { ...attributes, onclick: () => choose(value) }, label, make("small", {}, words));
    }),
  );
  arrowKeys(
    group,
    () => /** @type {HTMLElement[]} */ ([...group.children]),
    (button) => button.click(),
  );
}

/**
 * @param {HTMLElement} group
 * @param {unknown} chosen null where the settings are of no size that is offered
 */
function markChoice(group, chosen) {
  const buttons = /** @type {HTMLElement[]} */ ([...group.children]);
  for (const [index, button] of buttons.entries()) {
    const on = button.dataset.value === String(chosen);
    button.setAttribute("aria-checked", String(on));
    button.tabIndex = on || (chosen === null && index === 0) ? 0 : -1;
  }
}
