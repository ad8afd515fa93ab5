/**
 * Colour hints as data: taps and strokes on a picture, with undo and redo, and the seed of the noise.
 *
 * @import { ColourHint } from "../shared/protocol.js"
 *
 * @typedef {[u: number, v: number]} Place shares of the picture's width and height
 *
 * @typedef {object} Mark a tap, or a stroke of the pen
 * @property {string} colour `#rrggbb`
 * @property {Place[]} points
 *
 * @typedef {{ hints?: ColourHint[], seed?: number }} Inputs what a translation is asked for besides its picture
 * @typedef {{ hints: boolean, noise: number }} Takes what a model takes besides the picture
 */

/** Hints of one picture (`MOST_HINTS` in Python). */
export const MOST = 300;
/** Distance of two hints of a stroke, in shares of the shorter side: they overlap. */
export const SPACING = 0.036;
/** So many changes can be undone. */
const MOST_STEPS = 100;
/** How many other colourings are shown at once. */
const OTHERS = 4;
const AIM_STEP = 0.02;
export const COLOURS = Object.freeze([
  { name: "red", value: "#e03131" },
  { name: "orange", value: "#f76707" },
  { name: "yellow", value: "#ffd43b" },
  { name: "light green", value: "#94d82d" },
  { name: "green", value: "#2f9e44" },
  { name: "turquoise", value: "#15aabf" },
  { name: "blue", value: "#2f6fdb" },
  { name: "violet", value: "#7048e8" },
  { name: "pink", value: "#f783ac" },
  { name: "skin", value: "#f2c29b" },
  { name: "brown", value: "#8a5a2b" },
  { name: "grey", value: "#868e96" },
  { name: "black", value: "#212529" },
  { name: "white", value: "#ffffff" },
]);

/** @param {string} colour `#rrggbb` @returns {[number, number, number]} */
export const levelsOf = (colour) => [
  parseInt(colour.slice(1, 3), 16),
  parseInt(colour.slice(3, 5), 16),
  parseInt(colour.slice(5, 7), 16),
];

/** @param {ArrayLike<number>} levels */
export const colourOf = (levels) =>
  `#${[0, 1, 2].map((channel) => levels[channel].toString(16).padStart(2, "0")).join("")}`;

/** What a colour is called. @param {string} colour */
export const nameOf = (colour) => COLOURS.find(({ value }) => value === colour)?.name ?? colour;

/** @param {Place} place @returns {Place} */
export const within = ([u, v]) => [Math.min(1, Math.max(0, u)), Math.min(1, Math.max(0, v))];

/**
 * How far two places are apart, in shares of the shorter side.
 *
 * @param {Place} one
 * @param {Place} other
 * @param {number} ratio the picture's width over its height
 */
export const distance = ([u, v], [otherU, otherV], ratio) =>
  Math.hypot((u - otherU) * Math.max(1, ratio), (v - otherV) * Math.max(1, 1 / ratio));

/** The hints of marks, as the server takes them. @param {readonly Mark[]} marks @returns {ColourHint[]} */
export const hintsOf = (marks) =>
  marks.flatMap(({ colour, points }) => points.map(([x, y]) => ({ x, y, colour: levelsOf(colour) })));

/** What removes a mark is called. @param {Mark} mark */
export function markText({ colour, points }) {
  const [u, v] = points[0];
  return `Remove the hint ${nameOf(colour)} at ${Math.round(100 * u)} %, ${Math.round(100 * v)} %`;
}

/**
 * What is to be done next, in words.
 *
 * @param {{ colour: string | null, count: number, hints: boolean, picking: boolean }} state
 */
export function adviceText({ colour, count, hints, picking }) {
  if (!hints) return "";
  if (picking) return "Tap the picture where its colour is to be taken from.";
  const marked = count === 1 ? "1 colour hint; tap it to remove it." : `${count} colour hints; tap one to remove it.`;
  if (count) return marked;
  if (colour) return "Tap the picture where the colour is to go, or draw a stroke. Keys: arrows, then Enter.";
  return "Choose a colour, then tap the picture where it is to go.";
}

/** Where a key brings the cross for hints; undefined for other keys. @param {Place} aim @param {string} key @param {boolean} far */
export function aimed([u, v], key, far) {
  const step = far ? 5 * AIM_STEP : AIM_STEP;
  /** @type {Record<string, Place>} */
  const goals = {
    ArrowLeft: [u - step, v],
    ArrowRight: [u + step, v],
    ArrowUp: [u, v - step],
    ArrowDown: [u, v + step],
  };
  return goals[key] && within(goals[key]);
}

/** The seeds of the next other colourings. @param {number} round counted from 0 */
export const seedsOf = (round) => Array.from({ length: OTHERS }, (_, index) => 1 + round * OTHERS + index);

/** What a model is asked for: nothing that it does not take. @param {Takes | undefined} model @param {Inputs} inputs @returns {Inputs} */
export function fittingInputs(model, { hints, seed }) {
  return {
    ...(model?.hints && hints?.length ? { hints } : {}),
    ...(model && model.noise > 0 && seed !== undefined ? { seed } : {}),
  };
}

/** The hints of one picture. */
export class Marks {
  /** Of the noise; undefined for the usual result. @type {number | undefined} */
  seed = undefined;
  /** @type {readonly Mark[]} */
  #marks = [];
  /** @type {(readonly Mark[])[]} */
  #past = [];
  /** @type {(readonly Mark[])[]} */
  #future = [];

  get all() {
    return this.#marks;
  }

  /** Hints of all marks together. */
  get count() {
    return this.#marks.reduce((sum, { points }) => sum + points.length, 0);
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** A new mark. @param {string} colour @param {Place} place @returns whether there was room for it */
  begin(colour, place) {
    if (this.count >= MOST) return false;
    this.#change([...this.#marks, { colour, points: [within(place)] }]);
    return true;
  }

  /** The newest mark goes on. @param {Place} place @param {number} ratio @returns whether that adds a hint */
  extend(place, ratio) {
    const mark = this.#marks.at(-1);
    const last = mark?.points.at(-1);
    if (!mark || !last || this.count >= MOST || distance(last, within(place), ratio) < SPACING) return false;
    this.#marks = [...this.#marks.slice(0, -1), { ...mark, points: [...mark.points, within(place)] }];
    return true;
  }

  /** @param {number} index */
  remove(index) {
    this.#change(this.#marks.filter((_, each) => each !== index));
  }

  clear() {
    if (this.#marks.length) this.#change([]);
  }

  undo() {
    return this.#move(this.#past, this.#future);
  }

  redo() {
    return this.#move(this.#future, this.#past);
  }

  /** @param {readonly Mark[]} marks */
  #change(marks) {
    this.#past = [...this.#past, this.#marks].slice(-MOST_STEPS);
    this.#future = [];
    this.#marks = marks;
  }

  /** @param {(readonly Mark[])[]} from @param {(readonly Mark[])[]} to @returns whether there was anything */
  #move(from, to) {
    const marks = from.pop();
    if (!marks) return false;
    to.push(this.#marks);
    this.#marks = marks;
    return true;
  }
}
