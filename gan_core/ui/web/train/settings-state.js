/**
 * The settings behind "Advanced" as data: the form of a recipe, and what differs from it.
 *
 * A form has the plain values of a recipe, its augmentations, and for each kind of part its name and every option.
 */

/**
 * @import { PartOffer, SettingsOfferResponse } from "../shared/protocol.js"
 *
 * @typedef {Record<string, any> & { name: string }} Part
 * @typedef {Record<string, any> & { augmentation: string[] }} SettingsForm
 * @typedef {Record<string, any> & { game: Part }} Preset
 */

/**
 * @param {unknown} one
 * @param {unknown} other
 */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The form that the settings of one recipe are changed in. */
export class Settings {
  /**
   * @param {SettingsOfferResponse} offer
   * @param {Preset} preset
   */
  constructor(offer, preset) {
    this.offer = offer;
    this.preset = preset;
    this.form = this.#read();
  }

  get #kinds() {
    return Object.keys(this.offer.titles);
  }

  /** What is offered of a kind for the recipe's game. @param {string} kind @returns {PartOffer[]} */
  offered(kind) {
    return this.offer.parts[this.preset.game.name][kind];
  }

  /**
   * @param {string} kind
   * @param {string | null | undefined} name
   */
  partNamed(kind, name) {
    return this.offered(kind).find((part) => part.name === name);
  }

  #read() {
    /** @type {SettingsForm} */
    const form = { augmentation: [...(this.preset.augmentation ?? [])] };
    for (const { key } of this.offer.plain) form[key] = this.preset[key] ?? null;
    for (const kind of this.#kinds) form[kind] = this.#filled(kind, this.preset[kind]);
    return form;
  }

  /**
   * A part with every option that it has.
   *
   * @param {string} kind
   * @param {Part | string | null | undefined} part
   * @returns {Part | null}
   */
  #filled(kind, part) {
    if (!part) return null;
    const named = typeof part === "string" ? { name: part } : part;
    const options = this.partNamed(kind, named.name)?.options ?? [];
    return { ...Object.fromEntries(options.map((option) => [option.name, option.default])), ...named };
  }

  /**
   * A part as the recipe has it, where it is the recipe's own.
   *
   * @param {string} kind
   * @param {string} name
   */
  #partOfRecipe(kind, name) {
    return this.#filled(kind, this.preset[kind]?.name === name ? this.preset[kind] : name);
  }

  /**
   * @param {string} kind
   * @param {string | null} name null for none of them
   */
  choosePart(kind, name) {
    this.form[kind] = name === null ? null : this.#partOfRecipe(kind, name);
  }

  /** @param {string} kind @param {string} option @param {unknown} value */
  setOption(kind, option, value) {
    this.form[kind] = { ...this.form[kind], [option]: value };
  }

  reset() {
    this.form = this.#read();
  }

  /** What differs from the recipe, by the keys of Recipe.with_settings. @returns {Record<string, unknown>} */
  changes() {
    const before = this.#read();
    /** @type {Record<string, unknown>} */
    const found = {};
    for (const key of ["augmentation", ...this.offer.plain.map((entry) => entry.key)])
      if (!same(this.form[key], before[key])) found[key] = this.form[key];
    for (const kind of this.#kinds) Object.assign(found, this.#changesOfPart(kind, this.form[kind], before[kind]));
    return found;
  }

  /**
   * @param {string} kind
   * @param {Part | null} now
   * @param {Part | null} before
   */
  #changesOfPart(kind, now, before) {
    /** @type {Record<string, unknown>} */
    const found = {};
    if (same(now, before)) return found;
    const other = !now || now.name !== before?.name;
    if (other) found[kind] = now?.name ?? null; // another part: its own defaults, and what was changed of them
    if (!now) return found;
    const base = (other ? this.#filled(kind, now.name) : before) ?? {};
    for (const [option, value] of Object.entries(now))
      if (option !== "name" && !same(value, /** @type {Part} */ (base)[option])) found[`${kind}.${option}`] = value;
    return found;
  }

  /**
   * A few settings at once, by the keys of Recipe.with_settings.
   *
   * @param {Record<string, unknown>} settings
   */
  apply(settings) {
    for (const [key, value] of Object.entries(settings)) {
      const [kind, option] = key.split(".");
      if (!option) this.form[kind] = value;
      else if (this.form[kind] && option in this.form[kind]) this.setOption(kind, option, value);
    }
  }

  /**
   * The settings as the browser kept them, on top of the recipe: names of parts first, then their options.
   *
   * @param {Record<string, any>} settings
   */
  restore(settings) {
    this.reset();
    for (const [key, value] of Object.entries(settings)) {
      if (key.includes(".")) continue;
      if (this.#kinds.includes(key)) this.choosePart(key, value);
      else if (key in this.form) this.form[key] = value;
    }
    this.apply(Object.fromEntries(Object.entries(settings).filter(([key]) => key.includes("."))));
  }

  /**
   * The parts that the Lab sends, each with its options. Options that it leaves out stay as the recipe has them.
   *
   * @param {Record<string, Part | null>} parts by kind
   * @returns {{ taken: string[], left: string[] }} what was taken, and what does not work on pictures
   */
  takeParts(parts) {
    /** @type {string[]} */
    const taken = [];
    /** @type {string[]} */
    const left = [];
    for (const [kind, sent] of Object.entries(parts)) {
      const title = (this.offer.titles[kind] ?? kind).toLowerCase();
      const name = sent?.name ?? this.offer.optional[kind];
      if (!(kind in this.offer.titles) || (sent && !this.partNamed(kind, name))) {
        left.push(`${title}${name ? ` ${name}` : ""}`);
        continue;
      }
      this.form[kind] = sent && { ...this.#partOfRecipe(kind, sent.name), ...sent };
      taken.push(`${title} ${name}`);
    }
    return { taken, left };
  }
}
