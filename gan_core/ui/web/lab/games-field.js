/**
 * The plane of a game on a canvas: level lines, arrows, axes, trajectories, solution and start.
 *
 * @import { LandscapeResponse } from "../shared/protocol.js"
 * @import { Choice, Run, View } from "./games-state.js"
 */
import { clamp, ticks } from "../shared/scale.js";
import { DASHES, short, slotOf } from "./games-state.js";

/**
 * @typedef {LandscapeResponse & { view: View }} Ground what lies under the trajectories
 *
 * @typedef {object} Picture
 * @property {View} view
 * @property {Ground | null} ground
 * @property {[number, number] | null | undefined} solution
 * @property {Run[]} runs
 * @property {Choice[]} choices
 * @property {number} shown the step up to which trajectories are drawn
 * @property {number[]} start
 *
 * @typedef {Record<string, string> & { run: string[] }} Paint
 * @typedef {{ x: (value: number) => number, y: (value: number) => number }} Scales
 */

const COLORS = ["surface", "ink", "muted", "line", "line-strong", "generator", "discriminator", "sunken"];
const LEVELS = 13;
/** A longer trajectory has no dots at its steps. */
const DOTTED = 160;
/** Sides beyond which a line is not drawn: a canvas cannot take infinite coordinates. */
const OUTSIDE = 20;
const FONT = "11px system-ui, sans-serif";

/**
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLElement} root whose style has the colours
 */
export function makeField(canvas, root) {
  const backdrop = document.createElement("canvas");
  let backdropKey = "";

  /**
   * @param {Picture} picture
   * @param {number} side
   * @param {number} ratio
   * @param {Paint} paint
   */
  function prepareBackdrop(picture, side, ratio, paint) {
    const key = [side, ratio, paint.surface, JSON.stringify(picture.view), picture.ground?.key].join();
    if (key === backdropKey) return;
    backdropKey = key;
    backdrop.width = backdrop.height = Math.round(side * ratio);
    const pen = penOf(backdrop, ratio);
    pen.fillStyle = paint.surface;
    pen.fillRect(0, 0, side, side);
    drawBackdrop(pen, picture, side, paint);
  }
  return {
    /** Draws the ground anew the next time: another one has come. */
    forget: () => (backdropKey = ""),
    /** @param {Picture} picture */
    draw(picture) {
      const side = canvas.clientWidth;
      if (!side) return;
      const ratio = Math.min(devicePixelRatio || 1, 2);
      const pixels = Math.round(side * ratio);
      if (canvas.width !== pixels || canvas.height !== pixels) canvas.width = canvas.height = pixels;
      const pen = penOf(canvas, ratio);
      const paint = colorsOf(root);
      const to = scalesOf(picture.view, side);
      prepareBackdrop(picture, side, ratio, paint);
      pen.drawImage(backdrop, 0, 0, side, side);
      if (picture.solution) drawSolution(pen, to, picture.solution, paint);
      for (const run of picture.runs) drawRun(pen, to, side, run, picture, paint);
      drawStart(pen, to, side, picture.start, paint);
    },
    /**
     * Where in the plane a pointer is.
     *
     * @param {PointerEvent} event
     * @param {View} view
     * @returns {[number, number]}
     */
    place(event, { x: [x0, x1], y: [y0, y1] }) {
      const box = canvas.getBoundingClientRect();
      const right = clamp((event.clientX - box.left) / box.width, 0, 1);
      const down = clamp((event.clientY - box.top) / box.height, 0, 1);
      return [x0 + right * (x1 - x0), y1 - down * (y1 - y0)];
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} ratio
 */
function penOf(canvas, ratio) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return pen;
}

/** @param {HTMLElement} root @returns {Paint} */
function colorsOf(root) {
  const style = getComputedStyle(root);
  const get = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const named = Object.fromEntries(COLORS.map((name) => [name, get(`--gw-${name}`)]));
  return /** @type {Paint} */ ({ ...named, run: DASHES.map((_, slot) => get(`--c${slot}`)) });
}

/**
 * @param {View} view
 * @param {number} side
 * @returns {Scales}
 */
function scalesOf({ x: [x0, x1], y: [y0, y1] }, side) {
  const within = (/** @type {number} */ share) => clamp(share * side, -OUTSIDE * side, OUTSIDE * side);
  return { x: (value) => within((value - x0) / (x1 - x0)), y: (value) => within((y1 - value) / (y1 - y0)) };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Picture} picture
 * @param {number} side
 * @param {Paint} paint
 */
function drawBackdrop(pen, { view, ground }, side, paint) {
  const to = scalesOf(view, side);
  if (ground?.values) drawLevels(pen, to, ground, ground.values, paint);
  drawAxes(pen, to, view, side, paint);
  if (ground?.curve) {
    pen.strokeStyle = paint.muted;
    pen.lineWidth = 1.6;
    drawPath(pen, to, ground.curve);
  }
  drawArrows(pen, to, ground?.arrows ?? [], side, paint);
  drawNumbers(pen, to, view, side, paint);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {[number, number][]} points
 */
function drawPath(pen, to, points) {
  pen.beginPath();
  points.forEach(([x, y], index) => (index ? pen.lineTo(to.x(x), to.y(y)) : pen.moveTo(to.x(x), to.y(y))));
  pen.stroke();
}

/**
 * Level lines by marching squares; low values in the first player's colour, high ones in the second's.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {Ground} ground
 * @param {number[]} values
 * @param {Paint} paint
 */
function drawLevels(pen, to, { cells = 0, view }, values, paint) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 2) return;
  const { x: [x0, x1], y: [y0, y1] } = view; // prettier-ignore
  const x = (/** @type {number} */ column) => to.x(x0 + (column / (cells - 1)) * (x1 - x0));
  const y = (/** @type {number} */ row) => to.y(y1 - (row / (cells - 1)) * (y1 - y0));
  for (let index = 0; index < LEVELS; index++) {
    const share = (index + 0.5) / LEVELS;
    const level = sorted[Math.floor(share * sorted.length)];
    pen.strokeStyle = share < 0.5 ? paint.generator : paint.discriminator;
    pen.globalAlpha = 0.16 + 0.5 * Math.abs(share - 0.5);
    pen.lineWidth = 1;
    pen.beginPath();
    for (let cell = 0; cell < (cells - 1) ** 2; cell++) {
      const cuts = cutsOf(values, cells, cell % (cells - 1), Math.floor(cell / (cells - 1)), level);
      for (let pair = 0; pair + 1 < cuts.length; pair += 2) {
        pen.moveTo(x(cuts[pair][0]), y(cuts[pair][1]));
        pen.lineTo(x(cuts[pair + 1][0]), y(cuts[pair + 1][1]));
      }
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
}

/**
 * Where a level crosses the edges of one cell, in columns and rows.
 *
 * @param {number[]} values
 * @param {number} cells
 * @param {number} column
 * @param {number} row
 * @param {number} level
 * @returns {[number, number][]}
 */
export function cutsOf(values, cells, column, row, level) {
  const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]]; // prettier-ignore
  /** @type {[number, number][]} */
  const cuts = [];
  corners.forEach(([ax, ay], edge) => {
    const [bx, by] = corners[(edge + 1) % 4];
    const a = values[ay * cells + ax];
    const b = values[by * cells + bx];
    if (a < level === b < level || !Number.isFinite(a) || !Number.isFinite(b)) return;
    const part = (level - a) / (b - a);
    cuts.push([ax + part * (bx - ax), ay + part * (by - ay)]);
  });
  return cuts;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {View} view
 * @param {number} side
 * @param {Paint} paint
 */
function drawAxes(pen, to, view, side, paint) {
  pen.strokeStyle = paint["line-strong"];
  pen.lineWidth = 1;
  pen.beginPath();
  if (view.x[0] < 0 && view.x[1] > 0) {
    pen.moveTo(to.x(0), 0);
    pen.lineTo(to.x(0), side);
  }
  if (view.y[0] < 0 && view.y[1] > 0) {
    pen.moveTo(0, to.y(0));
    pen.lineTo(side, to.y(0));
  }
  pen.stroke();
}

/**
 * The numbers of both axes, over the arrows: their outline keeps apart what would run through them.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {View} view
 * @param {number} side
 * @param {Paint} paint
 */
function drawNumbers(pen, to, view, side, paint) {
  pen.font = FONT;
  pen.fillStyle = paint.muted;
  pen.strokeStyle = paint.surface;
  pen.lineWidth = 4;
  pen.lineJoin = "round";
  const write = (/** @type {number} */ value, /** @type {number} */ x, /** @type {number} */ y) => {
    pen.strokeText(short(value, 3), x, y);
    pen.fillText(short(value, 3), x, y);
  };
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  for (const value of ticks(...view.x, 6))
    if (to.x(value) > 24 && to.x(value) < side - 24) write(value, to.x(value), side - 6);
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  for (const value of ticks(...view.y, 6))
    if (to.y(value) > 16 && to.y(value) < side - 26) write(value, 6, to.y(value));
}

/**
 * Where both players want to go.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {[number, number, number, number][]} arrows
 * @param {number} side
 * @param {Paint} paint
 */
function drawArrows(pen, to, arrows, side, paint) {
  pen.strokeStyle = pen.fillStyle = paint.muted;
  pen.globalAlpha = 0.6;
  pen.lineWidth = 1;
  for (const [x, y, dx, dy] of arrows) {
    const size = (Math.hypot(dx, dy) * side) / 22;
    if (size < 1) continue;
    const angle = Math.atan2(-dy, dx);
    const from = [to.x(x) - (Math.cos(angle) * size) / 2, to.y(y) - (Math.sin(angle) * size) / 2];
    const tip = [from[0] + Math.cos(angle) * size, from[1] + Math.sin(angle) * size];
    const head = Math.min(5, size / 2.2);
    pen.beginPath();
    pen.moveTo(from[0], from[1]);
    pen.lineTo(tip[0], tip[1]);
    pen.stroke();
    pen.beginPath();
    pen.moveTo(tip[0], tip[1]);
    for (const turn of [2.6, -2.6])
      pen.lineTo(tip[0] + Math.cos(angle + turn) * head, tip[1] + Math.sin(angle + turn) * head);
    pen.fill();
  }
  pen.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {[number, number]} solution
 * @param {Paint} paint
 */
function drawSolution(pen, to, solution, paint) {
  const [x, y] = [to.x(solution[0]), to.y(solution[1])];
  pen.strokeStyle = paint.ink;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.arc(x, y, 7, 0, 7);
  for (const [dx, dy] of [
    [11, 0],
    [0, 11],
  ]) {
    // prettier-ignore
    pen.moveTo(x - dx, y - dy);
    pen.lineTo(x + dx, y + dy);
  }
  pen.stroke();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {number} side
 * @param {Run} run
 * @param {Picture} picture
 * @param {Paint} paint
 */
function drawRun(pen, to, side, { name, points }, { choices, shown }, paint) {
  const slot = slotOf(choices, name);
  if (slot === undefined || !points?.length) return;
  const seen = points.slice(0, Math.floor(shown) + 1);
  pen.strokeStyle = pen.fillStyle = paint.run[slot];
  pen.lineWidth = 1.7;
  pen.lineJoin = "round";
  pen.globalAlpha = 0.9;
  pen.setLineDash(DASHES[slot]);
  drawPath(pen, to, seen);
  pen.setLineDash([]);
  if (points.length <= DOTTED) {
    pen.beginPath();
    for (const [x, y] of seen.slice(1)) {
      pen.moveTo(to.x(x) + 1.7, to.y(y));
      pen.arc(to.x(x), to.y(y), 1.7, 0, 7);
    }
    pen.fill();
  }
  pen.globalAlpha = 1;
  const [x, y] = seen[seen.length - 1];
  pen.lineWidth = 2;
  pen.strokeStyle = paint.surface;
  pen.beginPath();
  pen.arc(clamp(to.x(x), 5, side - 5), clamp(to.y(y), 5, side - 5), 5.5, 0, 7);
  pen.fill();
  pen.stroke();
}

/**
 * The start: a square that can be dragged.
 *
 * @param {CanvasRenderingContext2D} pen
 * @param {Scales} to
 * @param {number} side
 * @param {number[]} start
 * @param {Paint} paint
 */
function drawStart(pen, to, side, [x, y], paint) {
  pen.fillStyle = paint.surface;
  pen.strokeStyle = paint.ink;
  pen.lineWidth = 2;
  pen.beginPath();
  pen.roundRect(clamp(to.x(x), 7, side - 7) - 6, clamp(to.y(y), 7, side - 7) - 6, 12, 12, 3);
  pen.fill();
  pen.stroke();
}
