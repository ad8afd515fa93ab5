/**
 * A path through latents as data: its stops, how long it takes, where a film of it is, and what is said of it.
 *
 * @import { Scene } from "../shared/chart.js"
 * @import { Latent, PathCourseResponse, PathData, PathSpeed, PathStop } from "../shared/protocol.js"
 * @import { LatentSpec } from "./latent-state.js"
 *
 * @typedef {Required<Omit<PathStop, "z">> & { z?: number[] }} Stop
 * @typedef {Required<Omit<PathData, "stops">> & { stops: Stop[] }} Path as the page holds it: nothing is left to a default
 * @typedef {NonNullable<PathCourseResponse["classes"]>[number]} ClassMix label, second class, and its share
 */
import { unmoved } from "./latent-state.js";

export const MOST_STOPS = 200;
/** Seconds. */
export const SHORTEST = 0.1;
export const LONGEST = 600;
/** Sides in pixels that films are made in, where they are larger than the model's. */
const FILM_SIDES = [256, 512, 1024];
/** The smallest side that is offered first. */
const PLEASANT_SIDE = 200;
const STRIP_COLUMNS = 10;

/** @returns {Path} */
export const newPath = () => ({ schema: 1, stops: [], way: "spline", loop: true, steady: false, fps: 25 });

/** The stops from which one goes on. @param {Path} path */
export const legsOf = ({ loop, stops }) => (loop || stops.length === 1 ? stops : stops.slice(0, -1));

/** Seconds of the whole path. @param {Path} path */
export const lengthOf = (path) => legsOf(path).reduce((sum, { seconds }) => sum + seconds, 0);

/** Every stop keeps its share of the new length. @param {Path} path @param {number} seconds */
export function setLength(path, seconds) {
  const factor = seconds / lengthOf(path);
  for (const stop of path.stops) stop.seconds = Math.max(0.01, stop.seconds * factor);
}

/** Whether these seconds can be those of a leg or of a path. @param {number} seconds */
export const isDuration = (seconds) => seconds >= SHORTEST && seconds <= LONGEST;

/** @param {Path} path @param {number} from @param {number} to */
export const moveStop = ({ stops }, from, to) => stops.splice(to, 0, ...stops.splice(from, 1));

/**
 * The latent of a stop: the numbers that it was kept with, where the model takes them.
 *
 * @param {PathStop} stop
 * @param {number | undefined} latentDim
 * @returns {Latent}
 */
export function latentOf({ place, z = [] }, latentDim) {
  if (!z.length || z.length !== latentDim) return place;
  const classes = Object.entries(place).filter(([name]) => ["label", "towards", "mix"].includes(name));
  return { kind: "vector", vector: z, ...Object.fromEntries(classes) };
}

// Words -----------------------------------------------------------------------------------------------------------------

/** What is said below a stop. @param {Path} path @param {number} index @param {string} seconds that it takes from there */
export function stopWords({ stops, loop }, index, seconds) {
  const last = index === stops.length - 1 && stops.length > 1;
  if (last && !loop) return "end";
  const { easing } = stops[index];
  const sign = easing === "linear" ? "" : easing === "hold" ? " ▮" : " ∿";
  return `${seconds}${sign}${last ? " ↺" : ""}`;
}

/** Where the leg of a stop leads, or nothing where the path ends. @param {Path} path @param {number} index */
export function legWords({ stops, loop }, index) {
  if (stops.length === 1) return "Stays";
  if (index < stops.length - 1) return `To stop ${index + 2} in`;
  return loop ? "Back to stop 1 in" : "";
}

/** @param {Path} path */
export function hintFor({ stops, steady }) {
  if (!stops.length)
    return "A path goes through pictures that you choose: add the one that is shown, random ones, or favourites.";
  if (stops.length === 1) return "One stop alone stands still: add another picture to go to.";
  return steady ? "Steady speed shares the length among the stops by how far the picture changes on the way." : "";
}

/** How even the speed is. @param {PathSpeed} speed @param {boolean} hasCut */
export function speedWords({ before, spread }, hasCut) {
  const moving = before.filter((value) => value > 0);
  if (spread === null || !moving.length)
    return hasCut ? "Between its cuts the picture stands still." : "The picture does not change.";
  const mean = moving.reduce((sum, value) => sum + value, 0) / moving.length;
  const times = (Math.max(...moving) / mean).toFixed(1);
  const head = hasCut ? "Apart from cuts, the" : "The";
  const rest = `now no step differs from the mean by more than ${(100 * spread).toFixed(1)} %`;
  return `${head} fastest moment was ${times} times the mean; ${rest}.`;
}

/** The factors by which pictures of a side are enlarged in films, and the one that is offered. @param {number} side */
export function filmScales(side) {
  const factors = FILM_SIDES.map((wanted) => Math.max(1, Math.floor(wanted / side)));
  const scales = [...new Set([1, ...factors])];
  return { scales, usual: scales.find((scale) => scale * side > PLEASANT_SIDE) ?? scales[scales.length - 1] };
}

/**
 * What a file of the path will be.
 *
 * @param {object} film
 * @param {string} film.kind "mp4", "gif", "webp" or "strip"
 * @param {number} film.side pixels
 * @param {number} film.pictures of a strip
 * @param {number} film.frames
 * @param {number} film.seconds
 * @param {number} film.fps
 */
export function filmWords({ kind, side, pictures, frames, seconds, fps }) {
  const shape = `${side} x ${side} pixels`;
  if (kind === "strip") {
    const rows = pictures > STRIP_COLUMNS ? `rows of ${STRIP_COLUMNS}` : "row";
    return `${pictures} pictures of ${shape} in ${Math.ceil(pictures / STRIP_COLUMNS)} ${rows}`;
  }
  const hundredths = Math.round(100 / fps); // a GIF counts time in these
  const length = kind === "gif" ? (frames * hundredths) / 100 : seconds;
  const text = `${length.toFixed(1)} s · ${frames} frames of ${shape}${kind === "mp4" ? "" : ", played for ever"}`;
  const rate = Number((100 / hundredths).toFixed(1));
  if (kind !== "gif" || rate === fps) return text;
  return `${text}. ${fps > 50 ? "A GIF has at most 50 frames a second" : `The nearest that a GIF can do is ${rate} frames a second`}`;
}

// Where a film is -------------------------------------------------------------------------------------------------------

/** The stop that was reached last. @param {PathCourseResponse} course @param {number} share of its time */
export const stopAt = (course, share) =>
  course.stops.findLastIndex((seconds) => seconds <= share * course.seconds + 1e-3);

/**
 * The latent at a share of the time.
 *
 * @param {PathCourseResponse} course
 * @param {number} share from 0 to 1
 * @returns {Partial<LatentSpec> & { vector: number[] }}
 */
export function latentAt({ points, classes, cuts }, share) {
  const exact = share * (points.length - 1);
  const index = Math.min(Math.floor(exact), Math.max(0, points.length - 2));
  const next = Math.min(index + 1, points.length - 1);
  const part = cuts.includes(index) ? Math.floor(exact - index) : exact - index;
  const vector = points[index].map((value, axis) => Number((value + part * (points[next][axis] - value)).toFixed(4)));
  const latent = { kind: /** @type {const} */ ("vector"), vector, ...unmoved() };
  if (!classes) return latent;
  const [label, towards, mix] = mixAt(classes[index], classes[next], part);
  return { ...latent, label, towards, mix: towards === null ? 0 : mix };
}

/**
 * Between the same two classes the share goes evenly; the two may stand the other way round.
 *
 * @param {ClassMix} from
 * @param {ClassMix} to
 * @param {number} part from 0 to 1
 * @returns {ClassMix}
 */
function mixAt(from, to, part) {
  const isTurned = to[0] === from[1] && (to[1] === from[0] || to[1] === null);
  /** @type {ClassMix} */
  const turned = isTurned ? [from[0], from[1], 1 - to[2]] : to;
  const towards = from[1] ?? turned[1];
  const isSame = turned[0] === from[0] && (turned[1] === towards || turned[1] === null);
  if (isSame) return [from[0], towards, from[2] + part * (turned[2] - from[2])];
  return part < 0.5 ? from : to;
}

/** How fast the picture changes, as timed and at a steady speed. @param {PathSpeed} speed @returns {Scene} */
export function speedScene({ before, after }) {
  const line = (/** @type {string} */ name, /** @type {number[]} */ values, /** @type {string} */ color) => ({
    ...{ name, color, width: 1.5 },
    points: values.map((value, index) => /** @type {[number, number]} */ ([index, value])),
  });
  return {
    x: { low: 0, high: Math.max(before.length, after.length) - 1, ticks: [] },
    y: { low: 0, high: Math.max(...before, ...after, 1e-9), ticks: [] },
    lines: [line("before", before, "var(--gw-fourth)"), line("after", after, "var(--gw-accent)")],
  };
}
