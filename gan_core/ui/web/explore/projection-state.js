/**
 * A search for a picture in latent space, in words and as a chart.
 *
 * @import { Comparison } from "../shared/protocol.js"
 * @import { Scene } from "../shared/chart.js"
 */
import { count } from "../shared/format.js";

const PHASES = Object.freeze({
  sample: "looking at random latents",
  optimize: "the starts are optimized",
  refine: "the best are refined",
});
const TICKS = [0.1, 0.3, 1, 3, 10, 30, 100];
/** Below this no difference is visible, in levels of 255. */
const IDENTICAL = 1;
const LOWEST = 0.03;

/** An error in levels of 255. @param {number} error */
export const levels = (error) => (error < 10 ? error.toFixed(error < 1 ? 2 : 1) : Math.round(error).toString());

/** @param {number | null} label @param {string[]} classes */
export const classPrefix = (label, classes) => (label === null ? "" : `class ${classes[label] ?? label}, `);

/** How far a search is. @param {{ ended: boolean, phase: string, seconds: number }} found */
export function phaseWords({ ended, phase, seconds }) {
  const doing = ended ? "Done in" : `${/** @type {Record<string, string>} */ (PHASES)[phase]} ·`;
  return `${doing} ${seconds.toFixed(1)} s`;
}

/** Of fewer real pictures than this nothing is concluded while more are being measured. */
const ENOUGH = 3;

/** What the error means beside those of other pictures. @param {number} error @param {Comparison} other */
export function verdict(error, { ended, held_out: heldOut = [], held_out_summary: held }) {
  if (error < IDENTICAL) return "That is this picture: no eye tells them apart.";
  if (!held || (heldOut.length < ENOUGH && !ended)) return "";
  if (error < held.least) return "Nearer than it comes to any of the real pictures that were tried.";
  if (error <= held.greatest) return "As near as it comes to real pictures that it never saw.";
  const tried =
    heldOut.length === 1 ? "the real picture that was" : `each of ${heldOut.length} real pictures that were`;
  return `Farther than ${tried} tried: it has nothing quite like this.`;
}

/** What the same search reaches on other pictures, as far as it is known. @param {Comparison} other */
export function comparisonWords({
  at,
  ended,
  held_out: heldOut = [],
  held_out_summary: held,
  missing,
  own = [],
  own_summary: ownSummary,
  total,
}) {
  // prettier-ignore
  const parts = [];
  if (held) {
    const moment = at ? ` at step ${count(at)}` : "";
    const range = `${levels(held.median)} (${levels(held.least)} to ${levels(held.greatest)})`;
    parts.push(`${heldOut.length} real pictures that it never saw, with the same effort${moment}: ${range}`);
  }
  if (ownSummary) parts.push(`${own.length} of its own: ${levels(ownSummary.median)}`);
  if (missing) parts.push(`${missing} Say where they are in the Memory panel`);
  const left = total ? total[0] + total[1] - heldOut.length - own.length : 11;
  if (!ended)
    parts.push(parts.length ? `measuring ${left} more …` : "measuring what other pictures reach, for comparison …");
  const sentences = parts.map((part) => part[0].toUpperCase() + part.slice(1)).join(". ");
  return sentences.replace(/([^.…])$/, "$1.");
}

/**
 * The error over the seconds of the search, on a scale of factors, with what the same search reaches on other pictures.
 *
 * @param {[seconds: number, error: number][]} curve
 * @param {Comparison | null} other
 * @returns {Scene | null}
 */
export function searchScene(curve, other) {
  if (!curve.length) return null;
  const held = other?.held_out_summary;
  const own = other?.own_summary;
  // Its own pictures, mostly near zero, may lie below the plot: they do not press the rest together.
  const errors = [...curve.map(([, error]) => error), ...(held ? [held.least, held.greatest] : [])];
  const low = Math.max(LOWEST, Math.min(...errors) * 0.6);
  const high = Math.max(...errors, LOWEST) * 1.25;
  const within = TICKS.filter((tick) => tick >= low && tick <= high);
  /** @type {[number, string][]} */
  const ends = [low, high].map((value) => [value, String(Number(value.toPrecision(2)))]);
  const last = Math.max(1, curve[curve.length - 1][0]);
  const clipped = (/** @type {number} */ value) => Math.min(high, Math.max(low, value));
  const rules = [];
  const real = { color: "var(--gw-real)", name: "held", dash: "5 4", text: "real ones it never saw" };
  if (held) rules.push({ at: clipped(held.median), ...real });
  const text = own ? `its own: ${Number(own.median.toPrecision(2))}` : "";
  const generated = { color: "var(--gw-generated)", name: "own", dash: "2 3", text };
  if (own) rules.push({ at: clipped(own.median), ...generated });
  return {
    x: { low: 0, high: last, ticks: [[last, `${last.toFixed(1)} s`]] },
    y: { low, high, log: true, ticks: within.length < 2 ? ends : within, format: String },
    bands: held ? [{ low: held.least, high: held.greatest, color: "var(--gw-real)", name: "band" }] : [],
    rules,
    lines: [{ name: "error", color: "var(--gw-accent)", width: 2.2, points: curve.map(([x, y]) => [x, clipped(y)]) }],
    note: "levels of 255 apart",
  };
}
