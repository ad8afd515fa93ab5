/**
 * What is drawn over the plane: dots, the net of latents, trails, arrows, strokes.
 *
 * @import { Palette } from "./plane-canvas.js"
 * @import { Point, Stroke } from "./plane-state.js"
 */
import { VIEW } from "./plane-state.js";

/** Points with a trail, and in how many parts it fades. */
export const TRAILED = 16;
const FADES = 6;
/** Nodes of a side of the net of latents. */
const NET_SIDE = 21;
/** What lies outside is drawn at the edge, where all of a point is still seen; in pixels. */
const EDGE = 4;

/** @param {number} value @param {number} side */
const atEdge = (value, side) => Math.max(EDGE, Math.min(side - EDGE, value));
/** @param {number} value @param {number} side */
const toX = (value, side) => atEdge(((value / VIEW + 1) / 2) * side, side);
/** @param {number} value @param {number} side */
const toY = (value, side) => atEdge(((1 - value / VIEW) / 2) * side, side);

/**
 * The path of a dot at each point.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {number} side
 * @param {Float32Array} points
 * @param {number} size
 */
export function dots(pen, side, points, size) {
  pen.beginPath();
  for (let index = 0; index < points.length; index += 2) {
    const x = toX(points[index], side);
    const y = toY(points[index + 1], side);
    pen.moveTo(x + size, y);
    pen.arc(x, y, size, 0, 7);
  }
}

/**
 * The net may leave the picture.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {number} side
 * @param {Float32Array} net
 * @param {string} color
 */
export function drawNet(pen, side, net, color) {
  pen.strokeStyle = color;
  pen.lineWidth = 1;
  pen.globalAlpha = 0.5;
  pen.beginPath();
  for (let line = 0; line < NET_SIDE; line++)
    for (const across of [false, true])
      for (let node = 0; node < NET_SIDE; node++) {
        const at = 2 * (across ? node * NET_SIDE + line : line * NET_SIDE + node);
        const x = ((net[at] / VIEW + 1) / 2) * side;
        const y = ((1 - net[at + 1] / VIEW) / 2) * side;
        if (node) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      }
  pen.stroke();
}

/**
 * Where a few points have been, thin, and fainter the longer ago: an old part must not bury the picture.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {number} side
 * @param {Float32Array[]} trails
 * @param {string} color
 */
export function drawTrails(pen, side, trails, color) {
  pen.strokeStyle = color;
  pen.lineWidth = 1;
  pen.lineJoin = "round";
  for (let part = 0; part < FADES; part++) {
    const from = Math.floor((part * trails.length) / FADES);
    const to = Math.min(trails.length - 1, Math.floor(((part + 1) * trails.length) / FADES));
    pen.globalAlpha = 0.4 * ((part + 1) / FADES) ** 2;
    pen.beginPath();
    for (let point = 0; point < TRAILED; point++)
      for (let time = from; time <= to; time++) {
        const x = toX(trails[time][2 * point], side);
        const y = toY(trails[time][2 * point + 1], side);
        if (time === from) pen.moveTo(x, y);
        else pen.lineTo(x, y);
      }
    pen.stroke();
  }
}

/**
 * An arrow's length grows with the gradient and saturates at half a unit of the plane, on a scale that never changes: a
 * gradient that vanishes is seen to vanish.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {number} side
 * @param {Float32Array} fakes
 * @param {Float32Array} arrows
 * @param {string} color
 */
export function drawArrows(pen, side, fakes, arrows, color) {
  pen.strokeStyle = color;
  pen.lineWidth = 1.2;
  pen.globalAlpha = 0.75;
  pen.beginPath();
  const unit = side / (2 * VIEW);
  for (let index = 0; index < Math.min(arrows.length, fakes.length); index += 2) {
    const size = Math.hypot(arrows[index], arrows[index + 1]);
    if (Math.abs(fakes[index]) > VIEW || Math.abs(fakes[index + 1]) > VIEW || size < 1e-4) continue;
    const length = (0.5 * unit * size) / (0.8 + size);
    const [dx, dy] = [arrows[index] / size, -arrows[index + 1] / size];
    const [x, y] = [toX(fakes[index], side), toY(fakes[index + 1], side)];
    const [tipX, tipY] = [x + dx * length, y + dy * length];
    const head = Math.min(5, length / 2.2);
    pen.moveTo(x, y);
    pen.lineTo(tipX, tipY);
    pen.moveTo(tipX - head * (dx + dy * 0.6), tipY - head * (dy - dx * 0.6));
    pen.lineTo(tipX, tipY);
    pen.lineTo(tipX - head * (dx - dy * 0.6), tipY - head * (dy + dx * 0.6));
  }
  pen.stroke();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} side
 * @param {Stroke[]} strokes
 * @param {{ width: number, cross: Point | null }} drawing
 * @param {Palette} colors
 */
export function drawStrokes(pen, side, strokes, { width, cross }, { accent, ink }) {
  pen.strokeStyle = pen.fillStyle = accent;
  pen.globalAlpha = 0.5;
  pen.lineCap = pen.lineJoin = "round";
  pen.lineWidth = Math.max(3, (width / VIEW) * side);
  for (const stroke of strokes) {
    pen.beginPath();
    stroke.forEach(([x, y], index) => {
      if (index) pen.lineTo(toX(x, side), toY(y, side));
      else pen.moveTo(toX(x, side), toY(y, side));
    });
    if (stroke.length === 1) pen.lineTo(toX(stroke[0][0], side) + 0.01, toY(stroke[0][1], side));
    pen.stroke();
  }
  if (!cross) return;
  const [x, y] = [toX(cross[0], side), toY(cross[1], side)];
  pen.globalAlpha = 0.9;
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x - 9, y);
  pen.lineTo(x + 9, y);
  pen.moveTo(x, y - 9);
  pen.lineTo(x, y + 9);
  pen.stroke();
}
