/** Scales, ticks and bounds of charts: numbers in, numbers out. */

/**
 * Round numbers between `low` and `high`, about `count` of them.
 *
 * @param {number} low
 * @param {number} high
 * @param {number} count
 */
export function ticks(low, high, count) {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = /** @type {number} */ ([1, 2, 5, 10].find((factor) => factor * power >= raw)) * power;
  const list = [];
  for (let value = Math.ceil(low / step - 1e-6) * step; value <= high + step * 1e-6; value += step)
    list.push(Math.abs(value) < step / 1e6 ? 0 : value);
  return list;
}

/**
 * The lines of a logarithmic axis between two positive numbers: powers of ten, and 2 and 5 times these where they are few.
 *
 * @param {number} low
 * @param {number} high
 */
export function logTicks(low, high) {
  const first = Math.floor(Math.log10(low) + 1e-9);
  const last = Math.ceil(Math.log10(high) - 1e-9);
  const powers = Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
  const list = Math.log10(high / low) > 2.2 ? powers : powers.flatMap((value) => [value, 2 * value, 5 * value]);
  const within = list.filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  return within.length > 8 ? within.filter((_, index) => index % Math.ceil(within.length / 8) === 0) : within;
}

/**
 * Bounds that hold 98 % of the values and 0, so that one spike does not flatten the rest; `whole` holds all of them.
 *
 * @param {number[]} values
 * @param {{ whole?: boolean }} [options]
 * @returns {[number, number]}
 */
export function bounds(values, { whole = false } = {}) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return [0, 1];
  const low = Math.min(0, sorted[Math.floor(sorted.length * 0.01)]);
  const last = sorted.length - 1;
  const high = sorted[whole ? last : Math.min(last, Math.ceil(sorted.length * 0.99))];
  return high - low < 1e-9 ? [low, low + 1] : [low, high + (high - low) * 0.06];
}

/**
 * Powers of ten around the positive values.
 *
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function logBounds(values) {
  const positive = values.filter((value) => Number.isFinite(value) && value > 0);
  if (!positive.length) return [0.1, 1];
  const low = Math.floor(Math.log10(positive.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(positive.reduce((a, b) => Math.max(a, b))));
  return [10 ** low, 10 ** Math.max(high, low + 1)];
}

/**
 * Maps `low` to `from` and `high` to `to`; a logarithm takes what is below `low` as `low`.
 *
 * @param {{ low: number, high: number, log?: boolean }} axis
 * @param {number} from
 * @param {number} to
 * @returns {(value: number) => number}
 */
export function makeScale({ low, high, log = false }, from, to) {
  if (!log) return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
  const range = Math.log(high / low) || 1;
  return (value) => from + (Math.log(Math.max(value, low) / low) / range) * (to - from);
}

/**
 * The exponentially weighted mean of a curve; gaps (values that are not finite) stay gaps.
 *
 * @param {[number, number][]} points
 * @param {number} weight from 0 (the curve itself) to below 1
 * @returns {[number, number][]}
 */
export function smoothed(points, weight) {
  let mean = 0;
  let total = 0;
  return points.map(([x, value]) => {
    if (!Number.isFinite(value)) return [x, NaN];
    mean = weight * mean + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return [x, mean / total];
  });
}

/**
 * The place of the point nearest to `x` in points that are sorted by it.
 *
 * @param {number[]} sorted
 * @param {number} x
 */
export function nearest(sorted, x) {
  let low = 0;
  let high = sorted.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle;
    else high = middle;
  }
  return x - sorted[low] <= sorted[high] - x ? low : high;
}

/** @param {number} value @param {number} low @param {number} high */
export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
