/** How pairs are made, of a recipe that learns from pairs. */

/** @typedef {{ value: string, label: string, words: string }} KindOffer `value` is empty where pairs lie in two folders */

/**
 * How the chosen recipe makes its pairs.
 *
 * @param {Record<string, any> | undefined} preset the recipe; undefined for one that learns from no pairs
 * @param {Record<string, any>} settings what differs from it
 * @returns {string | null} a value of the offer, or null where there are no pairs
 */
export function kindOf(preset, settings) {
  if (!preset) return null;
  return ("pairs" in settings ? settings.pairs : preset.pairs) ?? "";
}

/**
 * What is said below the choice.
 *
 * @param {KindOffer[]} kinds
 * @param {string | null} kind
 */
export const wordsOf = (kinds, kind) => kinds.find(({ value }) => value === kind)?.words ?? "";
