/**
 * A comparison of recipes as data: its entries, and the chart of its metric.
 *
 * @import { Line, Scene } from "../shared/chart.js"
 * @import { ComparisonEntry, ComparisonNews } from "../shared/protocol.js"
 */
import { significant } from "../shared/format.js";

/** None of those that mean real, generated or a player. */
export const COLORS = Object.freeze(["--gw-accent", "--gw-warn", "--gw-good", "--gw-fourth"]);
/** From a factor of so much on, an early 1,000 would flatten a late 20: then powers of ten are drawn. */
const LOG_RANGE = 20;

/** @typedef {{ recipe: string, settings?: Record<string, unknown> }} Entry */

/** @param {number} index */
export const laneColor = (index) => `var(${COLORS[index % COLORS.length]})`;

/**
 * Labels are names of recipes; the second of one name gets a number.
 *
 * @param {Entry[]} entries
 * @returns {ComparisonEntry[]}
 */
export function labelled(entries) {
  /** @type {Record<string, number>} */
  const seen = {};
  return entries.map(({ recipe, settings }) => {
    seen[recipe] = (seen[recipe] ?? 0) + 1;
    return { label: seen[recipe] > 1 ? `${recipe} ${seen[recipe]}` : recipe, recipe, settings: settings ?? {} };
  });
}

/**
 * How much computing a comparison is, in words; empty where that is not known.
 *
 * @param {number} entries
 * @param {unknown} minutes
 * @param {unknown} seeds
 */
export function costText(entries, minutes, seeds) {
  const total = entries * Number(minutes) * Number(seeds);
  if (!(total > 0)) return "";
  const time = total <= 1 ? "a minute" : `${Math.ceil(total)} minutes`;
  return `About ${time} of computing and some for measuring. The recipes take turns, so that whatever else this machine does slows all of them alike.`;
}

/**
 * The mean of the seeds at each moment that all of them have reached.
 *
 * @param {[number, number][][]} curves
 * @returns {[number, number][]}
 */
export function meanCurve(curves) {
  const length = Math.min(...curves.map((curve) => curve.length));
  const mean = (/** @type {number} */ index, /** @type {0 | 1} */ axis) =>
    curves.reduce((sum, curve) => sum + curve[index][axis], 0) / curves.length;
  return Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, index) => [mean(index, 0), mean(index, 1)]);
}

/**
 * Every seed a thin line, the mean of the seeds a thick one, what real pictures give dashed; nothing before the first value.
 *
 * @param {Pick<ComparisonNews, "lanes" | "reference" | "budget">} news
 * @returns {Scene | null}
 */
export function comparisonScene({ lanes, reference, budget }) {
  const points = lanes.flatMap((lane) => lane.curves.flat());
  if (!points.length) return null;
  const known = Number.isFinite(reference) ? [/** @type {number} */ (reference)] : [];
  const values = [...points.map(([, value]) => value), ...known];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const log = low > 0 && high / low > LOG_RANGE;
  return {
    x: {
      low: 0,
      high: Math.max(...points.map(([seconds]) => seconds), budget ?? 0),
      format: (value) => `${significant(value)} s`,
    },
    y: { low: log ? low * 0.9 : Math.min(0, low), high: high * 1.05 || 1, log },
    lines: lanes.flatMap(({ curves }, index) => linesOf(curves, laneColor(index))),
    rules: known.map((at) => ({ at, color: "var(--gw-muted)", dash: "5 4", name: "reference" })),
  };
}

/**
 * @param {[number, number][][]} curves
 * @param {string} color
 * @returns {Line[]}
 */
function linesOf(curves, color) {
  const seeds = curves.map((points) => ({ color, points, width: 1, opacity: 0.4, name: "seed" }));
  return [...seeds, { color, points: meanCurve(curves), width: 2.5, dots: true, name: "mean" }];
}

/**
 * The state of a comparison and why it is in it; a reason such as "Stopped by hand." says both.
 *
 * @param {string} state in words
 * @param {string | null} [reason]
 */
export function stateSentence(state, reason) {
  if (!reason) return state;
  return reason.startsWith(state) ? reason : `${state}: ${reason}`;
}
