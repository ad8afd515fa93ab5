/**
 * The vanishing-gradient experiment as data: its lines, the points that have come, and the charts of them.
 *
 * @import { Scene } from "../shared/chart.js"
 *
 * @typedef {[step: number, gradient: number | null, score: number | null]} Point null for a number that is not finite
 * @typedef {Record<string, Point[]>} Points by the name of the line
 */

/** Name, title, number of the colour, and dashes of each line. */
export const LINES = Object.freeze([
  { name: "minimax", title: "minimax", color: 0, dash: undefined },
  { name: "non-saturating", title: "non-saturating", color: 1, dash: undefined },
  { name: "cooperative", title: "cooperative, λ = 0.1", color: 2, dash: undefined },
  { name: "contrastive", title: "contrastive, λ = 0.1", color: 3, dash: undefined },
  { name: "minimax with r1", title: "minimax with R1", color: 0, dash: "5 4" },
  { name: "non-saturating with r1", title: "non-saturating with R1", color: 1, dash: "5 4" },
  { name: "cooperative with r1", title: "cooperative with R1", color: 2, dash: "5 4" },
]);

/** log λ: the mean of cooperative scores cannot fall below it. */
export const BOUND = Math.log(0.1);
/** The gradient's axis begins here: what is shorter, or 0, is drawn there. */
const SHORTEST = 1e-9;
const LONGEST = 1e4;
/** The axis of the scores. */
const SCORES = { low: -20, high: 5 };
export const LARGEST_SEED = 2 ** 32 - 1;

/**
 * The points with those of a response behind them.
 *
 * @param {Points} points
 * @param {Points} more
 * @param {number} seen how many points of each line the request counted
 * @param {boolean} fresh the experiment began again
 * @returns {Points}
 */
export const extended = (points, more, seen, fresh) => {
  const kept = fresh ? {} : { ...points };
  for (const [name, list] of Object.entries(more)) kept[name] = [...(kept[name] ?? []).slice(0, seen), ...list];
  return kept;
};

/** How many points every line has. @param {Points} points */
export const complete = (points) => Math.min(...LINES.map(({ name }) => points[name]?.length ?? 0));

/** The step that every line has reached. @param {Points} points */
export const stepOf = (points) => Math.min(...LINES.map(({ name }) => points[name]?.at(-1)?.[0] ?? 0));

/** The length of a gradient as it is written beside its line. @param {number | null | undefined} value */
export function gradientText(value) {
  if (value === undefined) return "–";
  if (value === null) return "not finite";
  if (value === 0) return "0";
  return value < 1e-3 || value >= 1e4 ? value.toExponential(1) : value.toPrecision(2);
}

/** Whether `text` is a seed. @param {string} text */
export function isSeed(text) {
  const value = Number(text);
  return text !== "" && Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED;
}

/** A power of ten on the axis. @param {number} value */
const powerText = (value) => (value >= 1 && value < 1e4 ? String(value) : value.toExponential(0).replace("+", ""));

/**
 * @param {Points} points
 * @param {1 | 2} column
 * @param {(value: number) => number} within
 */
const linesOf = (points, column, within) =>
  LINES.map(({ name, title, color, dash }) => ({
    color: `var(--v${color})`,
    dash,
    title,
    points: (points[name] ?? []).map((point) => {
      const value = point[column];
      return /** @type {[number, number]} */ ([point[0], value === null ? NaN : within(value)]);
    }),
  }));

/**
 * @param {Points} points
 * @param {number} steps the length of the experiment
 * @returns {Scene}
 */
export const gradientScene = (points, steps) => ({
  x: { low: 0, high: steps },
  y: {
    ...{ low: SHORTEST, high: LONGEST, log: true },
    ticks: [-8, -6, -4, -2, 0, 2, 4].map((power) => [10 ** power, powerText(10 ** power)]),
  },
  lines: linesOf(points, 1, (value) => Math.min(LONGEST, Math.max(SHORTEST, value))),
});

/**
 * @param {Points} points
 * @param {number} steps the length of the experiment
 * @returns {Scene}
 */
export const scoreScene = (points, steps) => ({
  x: { low: 0, high: steps },
  y: {
    ...SCORES,
    ticks: [-20, -15, -10, -5, 0, 5].map((value) => [value, value === SCORES.low ? "≤ −20" : String(value)]),
  },
  rules: [{ at: BOUND, color: "var(--v2)", dash: "2 4", text: "log λ = −2.303: the predicted bound" }],
  lines: linesOf(points, 2, (value) => Math.min(SCORES.high, Math.max(SCORES.low, value))),
});

/** What the cooperative line says now. @param {Points} points */
export function summary(points) {
  const score = points.cooperative?.at(-1)?.[2];
  if (score === undefined || score === null) return "\u00a0";
  const step = stepOf(points);
  return `After ${step} steps: cooperative scores generated points ${score.toFixed(2)} on average; the bound is log 0.1 = −2.30.`;
}
