/**
 * A drawing as data: strokes, with undo and redo.
 *
 * @typedef {[x: number, y: number]} Point in pixels of the page
 *
 * @typedef {object} Stroke
 * @property {number} pointer id of the pointer that draws it
 * @property {string} colour
 * @property {number} brush its width, as a share of the shorter side
 * @property {boolean} erases
 * @property {Point[]} points
 */

/** Pixels of the page's longer side. */
export const PAGE = 512;
const SMALLEST = 32;
export const COLOURS = Object.freeze([
  { name: "black", value: "#000000" },
  { name: "red", value: "#d92b2b" },
  { name: "orange", value: "#f59f0b" },
  { name: "yellow", value: "#ffd93b" },
  { name: "green", value: "#2f9e44" },
  { name: "blue", value: "#2f6fdb" },
  { name: "brown", value: "#8a5a2b" },
  { name: "pink", value: "#f4a6c0" },
]);
/** Widths as shares of the shorter side; the drawings that the shipped model learned on have 0.02. */
export const BRUSHES = Object.freeze([
  { name: "fine", width: 0.012 },
  { name: "usual", width: 0.021 },
  { name: "broad", width: 0.05 },
  { name: "wide", width: 0.11 },
]);
export const FIRST_BRUSH = BRUSHES[1].width;
/** The button of a pen's eraser. */
const ERASER_BUTTON = 32;
/** While the pen moves, a reduced page is sent: this many times the side that the network sees. */
const REDUCED = 1.25;

/** The size of the page for a picture of this size. @param {number} width @param {number} height */
export function pageSize(width, height) {
  const factor = PAGE / Math.max(width, height);
  const pixels = (/** @type {number} */ side) => Math.max(SMALLEST, Math.round(side * factor));
  return { width: pixels(width), height: pixels(height) };
}

/**
 * The size at which a page is sent while the pen moves; null where it is small already.
 *
 * @param {{ width: number, height: number }} page
 * @param {number} side that the network sees
 */
export function movingSize({ width, height }, side) {
  const factor = (REDUCED * side) / Math.min(width, height);
  return factor < 1 ? { width: Math.round(width * factor), height: Math.round(height * factor) } : null;
}

/**
 * What a pressed pen makes of the brush: a harder press is a broader stroke.
 *
 * @param {Pick<PointerEvent, "pointerType" | "pressure">} event
 * @param {number} brush
 */
export const pressedBrush = ({ pointerType, pressure }, brush) =>
  brush * (pointerType === "pen" && pressure ? 0.5 + pressure : 1);

/** @param {Pick<PointerEvent, "buttons">} event */
export const isEraser = ({ buttons }) => buttons === ERASER_BUTTON;

/** So many strokes can be undone. Older ones stay on the page, but not as strokes: their points would add up. */
const MOST_STROKES = 100;

/** What a key does. @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey">} event */
export function undoKey({ key, ctrlKey, metaKey, shiftKey }) {
  const name = key.toLowerCase();
  if (!(ctrlKey || metaKey) || (name !== "z" && name !== "y")) return null;
  return name === "y" || shiftKey ? "redo" : "undo";
}

export class Strokes {
  /** @type {Stroke[]} */
  #done = [];
  /** @type {Stroke[]} */
  #undone = [];
  /** @type {Stroke | null} */
  #current = null;

  get done() {
    return this.#done;
  }

  /** The one that is being drawn. */
  get current() {
    return this.#current;
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** @param {Stroke} stroke */
  begin(stroke) {
    this.#current = stroke;
    this.#done.push(stroke);
    this.#undone = [];
  }

  /** Gives away the oldest strokes beyond those that can be undone, in their order. @returns {Stroke[]} */
  settle() {
    return this.#done.splice(0, this.#done.length - MOST_STROKES);
  }

  /** @param {number} pointer @returns whether it was drawing */
  end(pointer) {
    if (this.#current?.pointer !== pointer) return false;
    this.#current = null;
    return true;
  }

  undo() {
    return this.#move(this.#done, this.#undone);
  }

  redo() {
    return this.#move(this.#undone, this.#done);
  }

  clear() {
    this.#done = [];
    this.#undone = [];
    this.#current = null;
  }

  /** @param {Stroke[]} from @param {Stroke[]} to @returns whether there was one */
  #move(from, to) {
    const stroke = from.pop();
    if (!stroke) return false;
    to.push(stroke);
    this.#current = null;
    return true;
  }
}
