/**
 * Settings that need not be touched. What is offered comes from the server (the parts describe themselves) and is asked for when
 * this is first unfolded; the value is what differs from the chosen recipe, by the keys of Recipe.with_settings.
 *
 * @import { Advanced } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { Settings } from "./settings-state.js";
import { drawSettings } from "./settings-view.js";

/** @type {SettingsFold | null} */
let mounted = null;

/** The recipe that is chosen in the form, and its changed settings. */
export const chosenSettings = () => ({ recipe: mounted?.recipe ?? "", settings: mounted?.changes() ?? {} });

export const mount = component((/** @type {Context<Advanced>} */ context) => {
  mounted = new SettingsFold(context);
  mounted.start();
});

class SettingsFold {
  /** @type {Settings | null} */
  #settings = null;
  /** @type {Promise<Settings> | null} */
  #loading = null;

  /** @param {Context<Advanced>} context */
  constructor(context) {
    const { ask, find, latestWins, props } = context;
    this.context = context;
    /** @type {string} */
    this.recipe = props.recipe;
    this.fold = find("details#advanced-fold");
    this.arrived = find("#advanced-arrived");
    this.check = latestWins(
      () => ask("check", { recipe: this.recipe, settings: this.changes() }),
      (response) => this.#say(response.sentence),
      (error) => this.#say(error.message),
    );
  }

  start() {
    const { subscribe } = this.context;
    this.fold.addEventListener("toggle", () => {
      if (this.fold.open) this.#withSettings(() => this.#mark());
    });
    subscribe("recipe-chosen", ({ name }) => this.#setRecipe(name));
    // The networks are those of the model: what was set for other ones would not fit.
    subscribe("start-model", ({ chosen }) => {
      if (chosen) this.#setRecipe(this.recipe);
    });
    subscribe("lab-settings", ({ settings = {} }) =>
      this.#withSettings((current) => {
        this.fold.open = true;
        this.arrived.textContent = arrivalSentence(this.recipe, current.takeParts(settings));
        this.#changed(true);
        this.fold.scrollIntoView({ block: "start" });
      }),
    );
    subscribe("apply-settings", ({ settings }) => {
      const meant = this.recipe;
      this.#withSettings((current) => {
        if (meant !== this.recipe) return; // another recipe was chosen meanwhile
        current.apply(settings);
        this.#changed(true, false);
      });
    });
    subscribe("restore-form", ({ settings = {} }) => {
      const none = !Object.keys(settings).length;
      if (none && !this.#settings) return;
      this.#withSettings((current) => {
        current.restore(settings);
        this.arrived.textContent = "";
        this.#changed(true, !none);
      });
    });
  }

  /** What differs from the recipe; nothing before the offer was asked for. */
  changes() {
    return this.#settings?.changes() ?? {};
  }

  /** @param {string} text */
  #say(text) {
    this.context.find("#advanced-notice").textContent = text;
  }

  /** Does something with the settings once they are there; what goes wrong is said. @param {(settings: Settings) => void} act */
  async #withSettings(act) {
    try {
      await (this.#loading ??= this.#load());
      if (this.#settings) act(this.#settings);
    } catch (error) {
      this.#loading = null;
      this.#say(/** @type {Error} */ (error).message);
    }
  }

  async #load() {
    const offer = await this.context.ask("spec");
    this.#settings = new Settings(offer, this.context.props.presets[this.recipe]);
    this.#draw();
    return this.#settings;
  }

  /** @param {string} name */
  #setRecipe(name) {
    const { props, trigger } = this.context;
    this.recipe = name;
    this.#say("");
    this.arrived.textContent = "";
    const had = Object.keys(props.value ?? {}).length;
    if (this.#settings) {
      this.#settings = new Settings(this.#settings.offer, props.presets[name]);
      this.#draw();
    }
    if (!had) return;
    props.value = {};
    trigger("change");
  }

  /**
   * @param {boolean} redraw whether other settings are to be seen now
   * @param {boolean} [byHand]
   */
  #changed(redraw, byHand = true) {
    const { props, trigger } = this.context;
    props.value = this.changes();
    trigger("change");
    if (redraw) this.#draw();
    else this.#mark();
    this.check({});
    notify("settings-changed", { recipe: this.recipe, settings: props.value, byHand });
  }

  #draw() {
    const settings = this.#settings;
    if (!settings) return;
    const reset = () => {
      settings.reset();
      this.arrived.textContent = "";
      this.#changed(true);
    };
    drawSettings(this.context.find(".body"), settings, (redraw) => this.#changed(redraw), reset);
    this.#mark();
  }

  #mark() {
    const { element, find, findAll } = this.context;
    const found = this.changes();
    const number = Object.keys(found).length;
    for (const label of findAll(".body [data-key]"))
      label.classList.toggle("changed", (label.dataset.key ?? "") in found);
    find("#advanced-gist").textContent = number ? `· ${number} changed` : "";
    const back = /** @type {HTMLButtonElement | null} */ (element.querySelector(".reset"));
    if (back) back.disabled = !number;
  }
}

/**
 * @param {string} recipe
 * @param {{ taken: string[], left: string[] }} parts
 */
function arrivalSentence(recipe, { taken, left }) {
  const refused = left.length ? `Left out, because it does not work on pictures: ${left.join(", ")}. ` : "";
  return (
    `From the Lab, on top of the recipe ${recipe}: ${taken.join(", ")}. ${refused}` +
    "Learning rates, batch size, networks and points stay there: they are made for two dimensions."
  );
}
