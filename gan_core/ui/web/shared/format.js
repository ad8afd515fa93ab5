/** Numbers and times as people read them. */

/** A whole number with its thousands apart; nothing is 0. @param {number | null | undefined} value */
export const count = (value) => Number(value ?? 0).toLocaleString("en");

/**
 * A number with so many significant digits, without trailing zeros.
 *
 * @param {number} value
 * @param {number} [digits]
 */
export const significant = (value, digits = 3) => Number(value.toPrecision(digits)).toString();

/** A measured value: three digits, from 100 on whole. @param {number} value */
export const measured = (value) => (value >= 100 ? count(Math.round(value)) : significant(value));

/**
 * A number on an axis: short, with a power of ten where it is large.
 *
 * @param {number} value
 */
export const axisNumber = (value) =>
  Math.abs(value) >= 1e5 ? value.toExponential(0).replace("+", "") : significant(value);

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.max(0, Math.round(seconds));
  const h = Math.floor(whole / 3600);
  const m = Math.floor(whole / 60) % 60;
  const s = whole % 60;
  if (h) return `${h} h ${m} min`;
  return m ? `${m} min ${s} s` : `${s} s`;
}

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

/**
 * The number that a person typed, with a decimal comma or point; what is no number is given back as the text that it is, for
 * the server to refuse in words; null where nothing was typed.
 *
 * @param {string} text
 * @returns {number | string | null}
 */
export function typedNumber(text) {
  const trimmed = text.trim();
  const value = Number(trimmed.replace(",", "."));
  if (trimmed === "") return null;
  return Number.isFinite(value) ? value : trimmed;
}
