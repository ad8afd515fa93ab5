/** What the Train form holds, without the form: how it is made whole, and what follows from a recipe. */

/**
 * @typedef {object} Form
 * @property {string} recipe
 * @property {string} how "Minutes", "Steps" or "No limit"
 * @property {number | null} number
 * @property {Record<string, unknown>} settings what differs from the recipe, by the keys of Recipe.with_settings
 * @property {string} data
 * @property {string} data_b
 * @property {string} folder
 * @property {string} folder_b
 * @property {string} start_from the model that weights come from; empty for none
 *
 * @typedef {Record<string, { data: string, data_b: string | null, translates: boolean, paired?: boolean }>} Proposals by recipe
 */

/**
 * @param {Form} form
 * @param {Form} defaults
 */
export function isDefault(form, defaults) {
  const current = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (form));
  return Object.entries(defaults).every(([key, value]) => JSON.stringify(current[key]) === JSON.stringify(value));
}

/**
 * A form as it was kept, made whole: what is missing or of no known recipe is as at first.
 *
 * @param {{ defaults: Form, presets: string[] }} known
 * @param {unknown} kept
 * @param {string} data
 * @param {string} dataB
 * @returns {Form}
 */
export function wholeForm({ defaults, presets }, kept, data, dataB) {
  const form = kept && typeof kept === "object" ? /** @type {Record<string, unknown>} */ (kept) : {};
  const known = presets.includes(/** @type {string} */ (form.recipe)) ? form : {};
  const read = Object.fromEntries(Object.entries(known).filter(([key]) => key in defaults));
  return { ...defaults, ...read, data, data_b: dataB };
}

/**
 * The usual minutes of a recipe take the place of those of another recipe; what else was typed stays.
 *
 * @param {Record<string, number>} minutes by recipe
 * @param {string} recipe
 * @param {string} how
 * @param {number} number
 */
export const usualNumber = (minutes, recipe, how, number) =>
  how === "Minutes" && Object.values(minutes).includes(number) ? minutes[recipe] : number;

/**
 * Where recipes of the other kind propose the pictures that are chosen, those of this one take their place; what else was
 * chosen stays.
 *
 * @param {Proposals} presets
 * @param {string} recipe
 * @param {boolean} translated whether the recipe before was one for translations
 * @param {string | null} a
 * @param {string | null} b
 * @returns {{ data?: string, data_b?: string | null }} what is to be chosen
 */
export function proposedPictures(presets, recipe, translated, a, b) {
  const { data, data_b: dataB, translates } = presets[recipe];
  const others = Object.values(presets).filter((preset) => preset.translates === translated);
  const same = translates && a === (b || dataB); // A and B of the same pictures would teach nothing
  const stays = a !== null && !same && !others.some((preset) => preset.data === a);
  return { ...(stays ? {} : { data }), ...(translates && !b ? { data_b: dataB } : {}) };
}
