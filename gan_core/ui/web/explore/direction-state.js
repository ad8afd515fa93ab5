/**
 * Directions by their ids, which of them are locked, and the arithmetic with their names. An id such as `pca/2|sefa/1` is
 * what is left of `pca/2` when `sefa/1` is locked (gan_core/latents/directions/catalogue.py).
 *
 * @import { LatentDirection, StabilityResponse } from "../shared/protocol.js"
 * @import { Scene } from "../shared/chart.js"
 *
 * @typedef {1 | 0 | -1} Mark more of it, neither, less of it
 */
import { count } from "../shared/format.js";

/** How a direction is slid while others are locked. @param {string} id @param {string[]} locks */
export const idWithLocks = (id, locks) => (locks.length && !locks.includes(id) ? [id, ...locks].join("|") : id);

/** The name of one direction. @param {string} id @param {LatentDirection[]} listed */
export function nameOf(id, listed) {
  const known = listed.find((each) => each.id === id);
  return known?.name ?? (id.startsWith("saved/~") ? "not named yet" : id.slice(id.indexOf("/") + 1));
}

/** The name of a direction with its locks. @param {string} id @param {LatentDirection[]} listed */
export function titleOf(id, listed) {
  const [first, ...locks] = listed.some((each) => each.id === id) ? [id] : id.split("|");
  const names = locks.map((lock) => nameOf(lock, listed)).join(" and ");
  return nameOf(first, listed) + (locks.length ? `, ${names} locked` : "");
}

/** Whether something was slid along a direction, alone or with locks, or with it locked. @param {string} key @param {string} id */
export const involves = (key, id) => key.split("|").includes(id);

/** @param {string} key @param {(id: string) => string} rename */
export const renameParts = (key, rename) => key.split("|").map(rename).join("|");

// Marks ---------------------------------------------------------------------------------------------------------------

const NEXT_MARK = new Map(/** @type {[Mark, Mark][]} */ ([[0, 1], [1, -1], [-1, 0]])); // prettier-ignore

/** What a press on a picture turns its mark into. @param {Mark} mark @returns {Mark} */
export const nextMark = (mark) => NEXT_MARK.get(mark) ?? 0;

/** @param {Mark} mark */
export const markName = (mark) => (mark === 1 ? "more" : mark === -1 ? "less" : "");

/** How sure the direction between the marks is. @param {{ right: number, marks: number }} response */
export function agreement({ right, marks }) {
  if (marks < 4) return " A few more marks make it surer.";
  const advice =
    marks < 6
      ? " A few more marks make it surer."
      : right / marks < 0.7
        ? " That is close to guessing: mark clearer examples."
        : "";
  return ` Left out one by one, ${right} of ${marks} marks agree with the others.${advice}`;
}

// Arithmetic ----------------------------------------------------------------------------------------------------------

/** A name as it stands in the arithmetic. @param {string} name */
export const quoted = (name) => (/^[\p{L}\d_]+$/u.test(name) ? name : `"${name}"`);

/** Directions with a name of their own come before those with a number. @param {LatentDirection[]} listed */
export function byName(listed) {
  const isNumbered = (/** @type {LatentDirection} */ { id }) => Number(id.startsWith("sefa/") || id.startsWith("pca/"));
  return [...listed].sort((one, other) => isNumbered(one) - isNumbered(other));
}

/** What is being written at the end of this text: from the last sign on. @param {string} before */
export function fragmentOf(before) {
  const [last] = /** @type {RegExpExecArray} */ (/[^+*()]*$/.exec(before.replace(/ - /g, "   +")));
  return last.trim().replace(/^["'\d.\s]+/, "").toLowerCase(); // prettier-ignore
}

/** The names that may be meant. @param {string[]} names @param {string} fragment */
export function suggestions(names, fragment) {
  const fits = (/** @type {string} */ name) => name.includes(fragment) && name !== fragment;
  const fitting = [...new Set(names)].filter((name) => fits(name.toLowerCase()));
  return fitting.slice(0, fragment ? 8 : 12);
}

/**
 * Puts a name in the place of what was being written.
 *
 * @param {string} text
 * @param {number} at where the cursor stands
 * @param {string} name
 * @returns {{ text: string, at: number }}
 */
export function withName(text, at, name) {
  const before = text.slice(0, at);
  const fragment = fragmentOf(before);
  const start = fragment ? before.slice(0, before.toLowerCase().lastIndexOf(fragment)).replace(/["']$/, "") : before;
  const needsSign = !fragment && start.trim() && !/[-+*(]\s*$/.test(start);
  const written = (needsSign ? `${start.trimEnd()} + ` : start) + quoted(name);
  return { text: written + text.slice(at), at: written.length };
}

// Through the training --------------------------------------------------------------------------------------------------

/** @param {number | null} since @param {number} first */
export function settledWords(since, first) {
  if (since === null) return "not settled yet";
  return since === first ? "from the start" : `since step ${count(since)}`;
}

/**
 * @param {StabilityResponse} settling
 * @param {number | null} lit the index of the line that is looked at
 * @returns {Scene}
 */
export function settlingScene({ steps, lines, floor, stable }, lit) {
  const first = steps[0];
  const last = Math.max(steps[steps.length - 1], first * (1 + 1e-9));
  const powers = [];
  for (let power = 10 ** Math.ceil(Math.log10(first)); power <= last; power *= 10) powers.push(power);
  const drawn = lines.map(({ cosines }, index) => ({
    name: index === lit ? "dir-line lit" : "dir-line",
    color: index === lit ? "var(--gw-ink)" : "var(--gw-accent)",
    width: index === lit ? 2.8 : 1.6,
    opacity: index === lit ? 1 : 0.55,
    points: steps.map((step, at) => /** @type {[number, number]} */ ([step, cosines[at]])),
  }));
  if (lit !== null) drawn.push(...drawn.splice(lit, 1)); // above the others
  return {
    x: { low: first, high: last, log: true, ticks: powers, format: count },
    y: { low: 0, high: 1, ticks: [0, 0.5, 1] },
    lines: drawn,
    rules: [
      {
        at: floor,
        color: "var(--gw-muted)",
        name: "dir-floor",
        dash: "5 4",
        text: "unrelated directions",
        textAtStart: true,
      },
      {
        at: stable,
        color: "var(--gw-good)",
        name: "dir-same",
        dash: "2 4",
        text: "above: the same",
        textAtStart: true,
      },
    ],
  };
}
