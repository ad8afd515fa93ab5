/**
 * The kept moments of a training on a logarithmic axis of steps, and the curves of the run over it.
 *
 * @import { CurvesResponse, PinnedMoment } from "../shared/protocol.js"
 * @import { Line, Scene } from "../shared/chart.js"
 *
 * @typedef {object} Position
 * @property {string} model
 * @property {number[]} steps
 * @property {number | null} step what is shown; null for the newest weights
 * @property {number | null | undefined} newest the step of the newest weights
 * @property {boolean} live whether the training goes on
 *
 * @typedef {{ step: number, values: Record<string, number> }} CurvePoint
 * @typedef {"losses" | "scores" | "metric"} CurveKind
 * @typedef {{ model: string, next: number } & Record<CurveKind, CurvePoint[]>} Curves
 */
import { count } from "../shared/format.js";

/** Where the kept moments end, if the newest weights have a place of their own. */
const END_OF_KEPT = 0.93;

/** @template Value @param {Value[]} list */
const lastOf = (list) => list[list.length - 1];

// Places on the axis, from 0 (the first kept moment) to 1 (the newest weights) -----------------------------------------

/** Whether the newest weights are another moment than the last kept one: those of a training that goes on, or of a model in between. @param {Position} position */
export const isApart = ({ live, newest, steps }) => live || newest !== lastOf(steps);

/** @param {Position} position */
const spanOf = (position) => (isApart(position) ? END_OF_KEPT : 1);

/** @param {Position} position @param {number | null} step null is the newest */
export function shareOf(position, step) {
  const { steps } = position;
  const last = lastOf(steps);
  if (step === null || (!isApart(position) && step === last)) return 1;
  return steps[0] === last ? 0 : (spanOf(position) * Math.log(step / steps[0])) / Math.log(last / steps[0]);
}

/** The step at a share of the axis; null for the newest weights. @param {Position} position @param {number} share */
export function stepAt(position, share) {
  const span = spanOf(position);
  if (share > (1 + span) / 2 || (share >= 1 && span === 1)) return null;
  const [first] = position.steps;
  return Math.round(first * (lastOf(position.steps) / first) ** Math.min(1, Math.max(0, share / span)));
}

/** The kept moment that is the nearest by factors. @param {number[]} steps @param {number} step */
export const nearestStep = (steps, step) =>
  steps.reduce((best, each) => (Math.abs(Math.log(each / step)) < Math.abs(Math.log(best / step)) ? each : best));

/** The moment that shows a step: a kept one, or null for the newest weights. @param {Position} position @param {number | null} step */
export function momentOf(position, step) {
  if (step === null || !position.steps.length) return null;
  const kept = nearestStep(position.steps, Math.max(1, step));
  return kept === lastOf(position.steps) && !isApart(position) ? null : kept;
}

/** All moments in their order; null are the newest weights. @param {Position} position @returns {(number | null)[]} */
const momentsOf = (position) => [...(isApart(position) ? position.steps : position.steps.slice(0, -1)), null];

/** The moment `by` places further on. @param {Position} position @param {number} by */
export function momentAfter(position, by) {
  const moments = momentsOf(position);
  const here = moments.includes(position.step) ? moments.indexOf(position.step) : moments.length - 1;
  return moments[Math.min(moments.length - 1, Math.max(0, here + by))];
}

// Words -----------------------------------------------------------------------------------------------------------------

/** What the newest weights are called. @param {Pick<Position, "live" | "model">} position */
export const newestName = ({ live, model }) => (live ? "now" : model.endsWith("/best") ? "best" : "newest");

/** Which moment is shown. @param {Position} position */
export function hereWords(position) {
  const { newest, step } = position;
  if (step !== null) return `step ${count(step)}`;
  return newest ? `${newestName(position)}, step ${count(newest)}` : newestName(position);
}

/**
 * What is said of the moment that is shown.
 *
 * @param {Position} position
 * @param {number | null} wanted the step that was asked for
 * @param {PinnedMoment[]} pins
 */
export function momentWords(position, wanted, pins) {
  const { live, step, steps } = position;
  const at = step ?? (isApart(position) ? null : (lastOf(steps) ?? null));
  if (wanted !== null && at !== null && wanted !== at)
    return `Step ${count(at)} is the nearest kept to ${count(wanted)}.`;
  const pin = pins.find((each) => each.step === at);
  if (at !== null && pin) return `Step ${count(at)} is pinned${pin.name ? `: ${pin.name}` : ""}.`;
  if (step !== null) return `Moment ${steps.indexOf(step) + 1} of the ${steps.length} that are kept.`;
  if (live) return "Training now: the picture follows.";
  return `The model as it is${isApart(position) ? "" : ", the last of its moments"}.`;
}

// Curves ----------------------------------------------------------------------------------------------------------------

/** @type {Readonly<Record<CurveKind, string>>} */
export const CURVE_KINDS = Object.freeze({
  losses: "Losses",
  scores: "Discriminator's scores",
  metric: "Distance to real pictures",
});
const KINDS = /** @type {CurveKind[]} */ (Object.keys(CURVE_KINDS));
const COLORS = Object.freeze({
  ...{ generator: "generator", fake: "generator", discriminator: "discriminator", real: "discriminator" },
  ...{ score: "accent", reference_level: "muted" },
});
const NAMES = Object.freeze({
  ...{ reference_level: "what real pictures give", score: "distance", fake: "of generated", real: "of real" },
});

/** @param {string} model @returns {Curves} */
export const noCurves = (model) => ({ model, next: 0, losses: [], scores: [], metric: [] });

/** Adds what is new; a run that was resumed goes on from an earlier step. @param {Curves} curves @param {CurvesResponse} news */
export function addPoints(curves, { next, points }) {
  curves.next = next;
  for (const { step, kind, values } of points) {
    if (kind === "resumed") for (const each of KINDS) curves[each] = curves[each].filter((point) => point.step <= step);
    else if (Object.keys(values).length) curves[/** @type {CurveKind} */ (kind)].push({ step, values });
  }
}

/** The kinds that there is a curve of. @param {Curves} curves */
export const kindsOf = (curves) => KINDS.filter((kind) => curves[kind].length > 1);

/** @param {CurvePoint[]} points */
const namesOf = (points) => [...new Set(points.flatMap((point) => Object.keys(point.values)))];

/** The name of a CSS variable, without its beginning. @param {string} name @param {string[]} names of all curves */
function colorOf(name, names) {
  const colors = /** @type {Record<string, string>} */ (COLORS);
  const others = names.filter((each) => !colors[each]);
  return `var(--gw-${colors[name] ?? ["third", "fourth"][others.indexOf(name) % 2]})`;
}

/**
 * The values at a step, or at the nearest one that has any.
 *
 * @param {CurvePoint[]} points at least one
 * @param {number} step
 */
export function valuesAt(points, step) {
  const names = namesOf(points);
  const nearest = nearestStep(points.map((point) => point.step), step); // prettier-ignore
  const point = points.find((each) => each.step === nearest);
  return names.flatMap((name) => {
    const value = point?.values[name];
    const title = /** @type {Record<string, string>} */ (NAMES)[name] ?? name;
    return value === undefined
      ? []
      : [{ color: colorOf(name, names), text: `${title} ${Number(value.toPrecision(3))}` }];
  });
}

/**
 * The curves over the axis of the kept moments; null where there are none.
 *
 * @param {CurvePoint[]} points
 * @param {Position} position
 * @param {boolean} factors whether a value falls by factors, as a distance does, and not to below 0
 * @returns {Scene | null}
 */
export function curvesScene(points, position, factors) {
  const all = points.flatMap((point) => Object.values(point.values)).sort((a, b) => a - b);
  const [first] = position.steps;
  if (all.length < 2 || first === undefined) return null;
  // A few spikes do not flatten the rest.
  const log = factors && all[0] > 0;
  const low = all[Math.floor(all.length * 0.01)];
  const high = Math.max(all[Math.ceil(all.length * 0.99) - 1], log ? low * (1 + 1e-9) : low + 1e-9);
  const names = namesOf(points);
  const lines = names.map((name) => ({
    color: colorOf(name, names),
    width: 1.6,
    dash: name === "reference_level" ? "4 4" : undefined,
    points: /** @type {Line["points"]} */ (
      points
        .filter(({ step }) => step >= first)
        .map(({ step, values }) => [Math.min(1, shareOf(position, step)), values[name] ?? NaN])
    ),
  }));
  const words = (/** @type {number} */ value) => Number(value.toPrecision(2)).toString();
  return {
    x: { low: 0, high: 1, ticks: [] },
    y: { low, high, log, ticks: [[low, ""], [high, ""]] }, // prettier-ignore
    lines,
    note: words(low),
    topNote: words(high),
  };
}

// The grid of steps x latents --------------------------------------------------------------------------------------------

/** From which step on the grid and the film may begin: the first ones of many trainings show next to nothing. @param {number[]} steps */
export function startSteps(steps) {
  const starts = [steps[0] ?? 1];
  for (let power = 10; power < (steps[steps.length - 2] ?? 0); power *= 10) if (power > starts[0]) starts.push(power);
  return starts;
}
