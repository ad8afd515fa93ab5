/**
 * Nearest training pictures beside what is usual: distances in words, and their charts.
 *
 * @import { ReferenceDistances } from "../shared/protocol.js"
 * @import { Scene } from "../shared/chart.js"
 *
 * @typedef {"pixels" | "features"} Sense how pictures are compared
 */
import { count } from "../shared/format.js";

/** @type {readonly Sense[]} */
export const SENSES = Object.freeze(["pixels", "features"]);
const BINS = 32;
/** From this share on a twin says nothing. */
const RARE = 0.01;

/** @param {number[]} sorted */
export const middle = (sorted) => sorted[Math.floor(sorted.length / 2)];

/** @param {number[]} sorted */
const last = (sorted) => sorted[sorted.length - 1];

/**
 * A distance in words: levels of 255 mean something by themselves, distances in shape only beside the usual one.
 *
 * @param {Sense} sense
 * @param {number} distance
 * @param {ReferenceDistances} usual
 */
export const distanceWords = (sense, distance, usual) =>
  sense === "pixels" ? distance.toFixed(1) : `${(distance / (middle(usual.features) || 1)).toFixed(2)}×`;

/** The share of the values in each of the bins from 0 to `high`. @param {number[]} values @param {number} high */
export function binned(values, high) {
  /** @type {number[]} */
  const bins = new Array(BINS).fill(0);
  for (const value of values) bins[Math.min(BINS - 1, Math.floor((value / high) * BINS))] += 1 / values.length;
  return bins;
}

/**
 * @param {string} name
 * @param {number[]} values
 * @param {number} high
 * @param {[from: number, to: number]} part of a bin that its bar takes
 * @param {{ color: string, opacity: number }} look
 */
function barsOf(name, values, high, [from, to], { color, opacity }) {
  const width = high / BINS;
  return binned(values, high).flatMap((value, index) =>
    value ? [{ from: (index + from) * width, to: (index + to) * width, value, color, opacity, name }] : [],
  );
}

/**
 * The distances of real pictures as bars, the limit, and those of the picture that is shown as marks.
 *
 * @param {Sense} sense
 * @param {number[]} found its distances, the nearest first
 * @param {ReferenceDistances} usual
 * @returns {Scene}
 */
export function nearestScene(sense, found, usual) {
  const high = Math.max(last(usual[sense]), ...found) * 1.04 || 1;
  const bars = barsOf("held", usual[sense], high, [0.05, 0.95], { color: "var(--gw-real)", opacity: 0.35 });
  const marks = found.map((distance, index) => ({
    ...{ x: distance, y: 0, color: "var(--gw-accent)" },
    ...(index ? { name: "rest", radius: 3 } : { name: "dot", radius: 5.5 }),
  }));
  return scene(bars, usual.limits[SENSES.indexOf(sense)], high, distanceWords(sense, high, usual), marks.reverse());
}

/**
 * The distances of many pictures that were drawn, beside those of real ones.
 *
 * @param {number[]} drawn
 * @param {ReferenceDistances} usual
 * @returns {Scene}
 */
export function manyScene(drawn, usual) {
  const high = Math.max(last(usual.pixels), ...drawn) * 1.04;
  const held = barsOf("held", usual.pixels, high, [0.05, 0.95], { color: "var(--gw-real)", opacity: 0.35 });
  const own = barsOf("drawn", drawn, high, [0.25, 0.75], { color: "var(--gw-generated)", opacity: 0.6 });
  return scene([...held, ...own], usual.limits[0], high, high.toFixed(0), []);
}

/**
 * @param {NonNullable<Scene["bars"]>} bars
 * @param {number} limit
 * @param {number} high
 * @param {string} highWords
 * @param {NonNullable<Scene["marks"]>} marks
 * @returns {Scene}
 */
const scene = (bars, limit, high, highWords, marks) => ({
  x: { low: 0, high, ticks: [[0, "0"], [high, highWords]] }, // prettier-ignore
  y: { low: 0, high: Math.max(...bars.map(({ value }) => value), 1e-9), ticks: [[0, ""]] },
  ...{ bars, marks },
  rules: [{ at: Math.min(limit, high), color: "var(--gw-bad)", name: "limit", dash: "4 3", vertical: true }],
});

/** The chart of one sense in words. @param {Sense} sense @param {number[]} found @param {ReferenceDistances} usual */
export function nearestWords(sense, found, usual) {
  const words = (/** @type {number} */ distance) => distanceWords(sense, distance, usual);
  const [least, greatest] = [usual[sense][0], last(usual[sense])].map(words);
  const half = words(middle(usual[sense]));
  const range = `${least} to ${greatest}, half of them below ${half}`;
  return `Nearest training picture at ${words(found[0])}; real pictures it never saw have ${range}`;
}

/** How a picture is judged. @param {ReferenceDistances} usual */
export function ruleWords(usual) {
  const { held_out: heldOut } = usual;
  const mirrored = usual.mirrored ? ", also mirrored, as the model saw them" : "";
  const each = heldOut < 100 ? "each of those real ones is" : "99 of 100 of those real ones are";
  const few = heldOut < 30 ? " (so few say little)" : "";
  const twins =
    usual.twins <= RARE
      ? "A picture that shrinks to the same 8 × 8 colours as a training picture is flagged too."
      : `Pictures that shrink to the same 8 × 8 colours are not counted here: ${Math.round(usual.twins * 100)} % of the real ones it never saw have such a twin.`;
  return [
    `Compared with ${count(usual.training)} training pictures of ${usual.data}${mirrored}; ${heldOut} real pictures that were kept apart say what is usual.`,
    `In shape means: ${usual.eye_words} (${usual.eye}).`,
    `A picture is flagged when, both in pixels and in shape, it is nearer to a training picture than ${each}${few}, or nearer by as much to one training picture than to the next ones.`,
    twins,
    `By this rule ${usual.flagged} of the ${heldOut} real ones are flagged. A flag is a reason to look, not a proof; that nothing is flagged does not prove that nothing was remembered.`,
  ].join(" ");
}
