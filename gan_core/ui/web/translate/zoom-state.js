/**
 * Zoom and pan as numbers.
 *
 * @typedef {object} Zoom the part of the picture that is seen, the same in every pane
 * @property {number} k magnification, 1 for the whole picture
 * @property {number} x offset in widths of a pane, 0 or less
 * @property {number} y offset in heights of a pane
 *
 * @typedef {{ x: number, y: number }} Position of a pointer on the screen
 */

export const WHOLE = Object.freeze({ k: 1, x: 0, y: 0 });
/** Magnification of a double click, and of one press of a button or key. */
export const DOUBLE_CLICK = 4;
export const STEP = 1.5;
/** Screen pixels of one pixel of the picture from which on it is drawn as a square. */
const SQUARE = 3;
/** Screen pixels of one pixel of the picture at the largest zoom, and the zoom that is always reached. */
const LARGEST_PIXEL = 24;
const SURE = 8;
const ARROW_STEP = 60;
const ARROWS = Object.freeze({
  ArrowLeft: [ARROW_STEP, 0],
  ArrowRight: [-ARROW_STEP, 0],
  ArrowUp: [0, ARROW_STEP],
  ArrowDown: [0, -ARROW_STEP],
});
/** Pixels of the screen of one line, for wheels that count in lines. */
const LINE = 16;

/** The same zoom without a gap at a side. @param {Zoom} zoom @returns {Zoom} */
export function limited({ k, x, y }) {
  const inside = (/** @type {number} */ value) => Math.min(0, Math.max(1 - k, value));
  return { k, x: inside(x), y: inside(y) };
}

/**
 * The largest magnification.
 *
 * @param {number} pixels of the picture's width
 * @param {number} width of a pane on the screen
 */
export const largestZoom = (pixels, width) => Math.max(SURE, (LARGEST_PIXEL * pixels) / Math.max(1, width));

/** Whether pixels of the picture are drawn as squares. @param {number} k @param {number} pixels @param {number} width */
export const showsSquares = (k, pixels, width) => k > 1 && (k * width) / Math.max(1, pixels) >= SQUARE;

/**
 * Another magnification; the point (u, v) of the pane stays where it is.
 *
 * @param {Zoom} zoom
 * @param {number} k
 * @param {number} largest
 * @param {number} [u] share of the pane's width
 * @param {number} [v] share of its height
 * @returns {Zoom}
 */
export function zoomedTo(zoom, k, largest, u = 0.5, v = 0.5) {
  const next = Math.min(largest, Math.max(1, k));
  const share = next / zoom.k;
  return limited({ k: next, x: u - (u - zoom.x) * share, y: v - (v - zoom.y) * share });
}

/** @param {Zoom} zoom @param {number} dx shares of the pane @param {number} dy @returns {Zoom} */
export const panned = ({ k, x, y }, dx, dy) => limited({ k, x: x + dx, y: y + dy });

/** The place of the picture that is seen at (u, v) of a pane. @param {Zoom} zoom @param {number} u @param {number} v @returns {[number, number]} */
export const placeIn = ({ k, x, y }, u, v) => [(u - x) / k, (v - y) / k];

/** What the button between plus and minus says. @param {number} k */
export const zoomText = (k) => `${k < 10 ? Number(k.toFixed(1)) : Math.round(k)}×`;

/** The factor of one turn of a wheel. @param {Pick<WheelEvent, "deltaY" | "deltaMode" | "ctrlKey">} event */
export function wheelFactor({ deltaY, deltaMode, ctrlKey }) {
  const pixels = deltaY * (deltaMode ? LINE : 1);
  return Math.exp(-pixels * (ctrlKey ? 0.01 : 0.0025)); // a pinch on a touch pad comes as a wheel with ctrl
}

/** The middle of two fingers and how far they are apart. @param {Position} a @param {Position} b */
export const pinchOf = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y) });

/**
 * What a key does: a factor of the zoom, the whole picture, a move in pixels of the screen, or null for nothing.
 *
 * @param {string} key
 * @param {boolean} isZoomed
 * @returns {{ factor: number } | { reset: true } | { pan: readonly number[] } | null}
 */
export function keyAction(key, isZoomed) {
  if (key === "+" || key === "=") return { factor: STEP };
  if (key === "-") return { factor: 1 / STEP };
  if (key === "0") return { reset: true };
  const pan = /** @type {Record<string, number[]>} */ (/** @type {unknown} */ (ARROWS))[key];
  return pan && isZoomed ? { pan } : null;
}
