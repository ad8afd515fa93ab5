/** Bars for the numbers of a latent, in rows: where each lies, and which number and value lie at a point. */
import { clamp } from "../shared/scale.js";

/** Numbers are drawn from -HIGH to HIGH. */
export const HIGH = 4;
const MOST_IN_A_ROW = 128;
/** Pixels. */
export const ROW_HEIGHT = 74;
const MARGIN = 3;

/** @param {number} count */
const columnsOf = (count) => Math.min(MOST_IN_A_ROW, count || 1);

/** @param {number} count */
export const rowsOf = (count) => Math.ceil((count || 1) / columnsOf(count));

/**
 * @param {number} value
 * @param {number} index
 * @param {number} count
 * @param {number} width of all, in pixels
 * @returns {{ x: number, y: number, step: number, bar: { y: number, width: number, height: number } }} the field of the number
 *   and the bar in it
 */
export function barAt(value, index, count, width) {
  const columns = columnsOf(count);
  const step = width / columns;
  const gap = step > 4 ? 1 : 0;
  const y = Math.floor(index / columns) * ROW_HEIGHT;
  const middle = y + ROW_HEIGHT / 2;
  const height = clamp(value / HIGH, -1, 1) * (ROW_HEIGHT / 2 - MARGIN);
  const bar = {
    y: Math.min(middle, middle - height),
    width: Math.max(1, step - gap),
    height: Math.max(1, Math.abs(height)),
  };
  return { x: (index % columns) * step, y, step, bar };
}

/**
 * @param {number} across share of the width
 * @param {number} down pixels
 * @param {number} count
 */
export function numberAt(across, down, count) {
  const columns = columnsOf(count);
  const column = clamp(Math.floor(across * columns), 0, columns - 1);
  const row = clamp(Math.floor(down / ROW_HEIGHT), 0, rowsOf(count) - 1);
  const value = clamp((0.5 - (down / ROW_HEIGHT - row)) * 2 * HIGH, -HIGH, HIGH);
  return { index: Math.min(row * columns + column, count - 1), value: Math.round(value * 50) / 50 };
}
