/**
 * Games with known answers as data: what is chosen, what is asked, and the chart of the distances.
 *
 * @import { Scene } from "../shared/chart.js"
 * @import { GameView, Trajectory } from "../shared/protocol.js"
 */
import { clamp, ticks } from "../shared/scale.js";

/**
 * @typedef {{ name: string, slot: number }} Choice a solver that is played, and its place among the colours
 * @typedef {GameView} View
 * @typedef {Trajectory} Run
 */

/** The most solvers at once, and the dashes of each colour: they are told apart without colours too. */
export const MOST = 6;
export const DASHES = Object.freeze([[], [8, 4], [2, 3.5], [10, 3, 2, 3], [16, 4], [10, 3, 2, 3, 2, 3]]);
const FARTHEST = 1e4;
const STEP_SIZES = { low: 0.001, high: 2 };
const VIEWS = { low: 1e-4, high: 1e6 };
/** Powers of ten that a distance may be drawn at. */
const POWERS = { low: -15, high: 13 };
/** Distances are drawn from here on; an exact 0 is not on a logarithmic axis. */
const SMALLEST = 1e-300;
/** A narrower chart has fewer ticks. */
const NARROW = 420;

/**
 * A number in a few digits, a dash for none.
 *
 * @param {number | null | undefined} value
 * @param {number} [digits]
 */
export function short(value, digits = 4) {
  if (value === null || value === undefined) return "–";
  const extreme = Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3);
  return extreme ? value.toExponential(2) : Number(value.toPrecision(digits)).toString();
}

/** @param {number | null | undefined} rate */
export const predictedText = (rate) => (rate === null || rate === undefined ? "–" : rate === 0 ? "0" : rate.toFixed(6));

/** @param {number | null | undefined} rate */
export const measuredText = (rate) => (rate === null || rate === undefined ? "–" : rate.toFixed(4));

/** The first colour that no choice has. @param {Choice[]} choices */
export const freeSlot = (choices) =>
  DASHES.map((_, slot) => slot).find((slot) => !choices.some((choice) => choice.slot === slot)) ?? 0;

/**
 * @param {Choice[]} choices
 * @param {string} name
 */
export const slotOf = (choices, name) => choices.find((choice) => choice.name === name)?.slot;

/**
 * A start as it is kept: four digits, within the plane, one number where the game has one.
 *
 * @param {number[]} start
 * @param {number} numbers
 */
export const roundedStart = (start, numbers) =>
  start.map((value) => Number(clamp(value, -FARTHEST, FARTHEST).toPrecision(4))).slice(0, numbers);

/** @param {number} value */
export const roundedStepSize = (value) => clamp(Number(value.toPrecision(3)), STEP_SIZES.low, STEP_SIZES.high);

/**
 * The view `factor` times as wide about a center; null where that is too near or too far.
 *
 * @param {View} view
 * @param {number} factor
 * @param {[number, number]} center
 * @returns {View | null}
 */
export function zoomed(view, factor, [x, y]) {
  /** @type {(range: [number, number], about: number) => [number, number]} */
  const scaled = ([low, high], about) => [about + (low - about) * factor, about + (high - about) * factor];
  const next = { x: scaled(view.x, x), y: scaled(view.y, y) };
  const width = next.x[1] - next.x[0];
  return width < VIEWS.low || width > VIEWS.high ? null : next;
}

/**
 * Where a straight line from `first` (a power of ten) with a slope for each step leaves the axis, at most at `steps`.
 *
 * @param {number} first
 * @param {number} slope
 * @param {number} steps
 * @param {number} low
 * @param {number} high
 */
function predictedEnd(first, slope, steps, low, high) {
  const edge = slope < 0 ? low : high;
  const leaves = slope === 0 ? steps : (edge - first) / slope;
  return leaves > 0 ? Math.min(steps, leaves) : steps;
}

/**
 * Distances to the solution over the steps, on powers of ten, each with the line that its predicted rate makes; null
 * where nothing has a distance.
 *
 * @param {Run[]} runs
 * @param {Choice[]} choices
 * @param {number} steps
 * @param {number} width of the chart, in pixels
 * @param {(name: string) => string} titleOf
 * @returns {Scene | null}
 */
export function distanceScene(runs, choices, steps, width, titleOf) {
  const drawn = runs.flatMap(({ name, distances, predicted }) => {
    const slot = slotOf(choices, name);
    return distances && slot !== undefined ? [{ name, distances, predicted, slot }] : [];
  });
  const powers = drawn.flatMap(({ distances }) => distances.filter((value) => value > 0).map(Math.log10));
  if (!powers.length) return null;
  const low = Math.max(POWERS.low, Math.floor(powers.reduce((a, b) => Math.min(a, b))));
  const high = Math.min(POWERS.high, Math.max(Math.ceil(powers.reduce((a, b) => Math.max(a, b))), low + 1));
  const last = Math.max(steps, 1);
  return {
    x: { low: 0, high: last, ticks: ticks(0, last, width < NARROW ? 4 : 8).filter(Number.isInteger) },
    y: { low: 10 ** low, high: 10 ** high, log: true, ticks: powerTicks(low, high) },
    lines: drawn.flatMap(({ name, distances, predicted, slot }) => {
      const color = `var(--c${slot})`;
      const dash = DASHES[slot].join(" ") || undefined;
      /** @type {[number, number][]} */
      const points = distances.map((value, step) => [step, Math.max(value, SMALLEST)]);
      const line = { name: "line", color, dash, title: titleOf(name), points };
      if (!predicted || predicted <= 0 || !(distances[0] > 0)) return [line];
      const first = Math.log10(distances[0]);
      const slope = Math.log10(predicted);
      const end = predictedEnd(first, slope, last, low, high);
      /** @type {[number, number][]} */
      const ends = [[0, distances[0]], [end, 10 ** (first + end * slope)]]; // prettier-ignore
      return [{ name: "predicted", color, width: 1, opacity: 0.35, points: ends }, line];
    }),
  };
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {[number, string][]}
 */
function powerTicks(low, high) {
  const step = Math.max(1, Math.ceil((high - low) / 6));
  const powers = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, index) => low + index * step);
  return powers.map((power) => [
    10 ** power,
    Math.abs(power) < 4 ? String(Number((10 ** power).toPrecision(1))) : `1e${power}`,
  ]);
}

/**
 * The betas of conjugate rules at a step, in words; empty where there are none.
 *
 * @param {Run[]} runs
 * @param {number} step
 * @param {(name: string) => string} titleOf
 */
export function betaText(runs, step, titleOf) {
  const texts = runs.flatMap(({ name, betas }) => {
    const now = (betas ?? [])
      .map((list) => list?.[Math.min(step, list.length) - 1])
      .filter((value) => value !== undefined && value !== null);
    return now.length ? [`${titleOf(name)}: ${now.map((value) => short(value, 3)).join(" and ")}`] : [];
  });
  return texts.length ? `beta at step ${step}: ${texts.join("; ")}.` : "";
}
