/** Which of the offered sizes the settings of a translation are. */

/**
 * @typedef {{ side: number | null, width: string | null }} Size null where the settings are none of those that are offered
 * @typedef {object} Offer
 * @property {{ value: number, label: string, words: string }[]} sides
 * @property {{ value: string, channels: number, label: string, words: string }[]} widths
 * @property {Record<string, Record<string, unknown>>} settings by side and width
 */

/**
 * @param {Offer} offer
 * @param {Record<string, any>} preset the recipe
 * @param {Record<string, any>} settings what differs from it
 * @returns {Size}
 */
export function sizeOf(offer, preset, settings) {
  /** Another network than the recipe's has a width of its own. @param {string} player */
  const width = (player) =>
    settings[`${player}.width`] ?? (settings[player] === undefined ? preset[player].width : undefined);
  const side = settings.size ?? preset.size;
  const known = offer.widths.find(
    ({ channels }) => channels === width("generator") && channels === width("discriminator"),
  );
  return { side: offer.sides.some(({ value }) => value === side) ? side : null, width: known?.value ?? null };
}
