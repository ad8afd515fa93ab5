/**
 * Curves that grow while something runs: points come in order of their steps, a chart shows them with their running mean.
 *
 * @import { Context } from "./types.js"
 * @import { Line } from "./chart.js"
 */
import { makeChart } from "./chart.js";
import { make } from "./dom.js";
import { count } from "./format.js";
import { bounds, logBounds, smoothed } from "./scale.js";

/** @typedef {{ step: number, [series: string]: number }} Point */

/** A curve has at most as many points as it has pixels. */
const MOST_POINTS = 1400;

/**
 * @typedef {object} CurveOptions
 * @property {(series: string) => string} color the CSS variable of a series, such as "--gw-real"
 * @property {(series: string) => string} title
 * @property {[number, number]} [fixed] bounds of the values, where they are known
 * @property {boolean} [whole] draw every value as it is, without a running mean
 * @property {boolean} [log] draw powers of ten
 * @property {(series: string) => boolean} [dashed]
 * @property {HTMLButtonElement} [toggle] turns powers of ten on and off; it is there while all numbers are positive
 * @property {string} [empty] what stands there before the first point
 * @property {() => { step: number, value: number, name: string } | null} [marked] a point of a series with a dot on it
 */

/**
 * @param {Pick<Context, "onResize" | "signal">} context
 * @param {SVGSVGElement} svg
 * @param {CurveOptions} options
 */
export function makeCurves(context, svg, options) {
  const { color, title, dashed, toggle } = options;
  /** @type {Point[]} */
  let points = [];
  const chart = makeChart(context, svg, { readout: (step) => `step ${count(step)}`, empty: options.empty });

  function show() {
    if (toggle) toggle.hidden = !points.every(isPositive);
    const log = toggle ? !toggle.hidden && toggle.getAttribute("aria-pressed") === "true" : options.log;
    chart.show(points.length ? sceneOf(points, { ...options, log }) : null);
  }
  toggle?.addEventListener("click", () => {
    toggle.setAttribute("aria-pressed", String(toggle.getAttribute("aria-pressed") !== "true"));
    show();
  });
  return {
    /** @param {Point[]} more */
    add(more) {
      points = thinned([...points, ...more]);
      show();
    },
    /** Forgets what came after a step. @param {number} step */
    cut(step) {
      points = points.filter((point) => point.step <= step);
      show();
    },
    clear() {
      points = [];
      show();
    },
    /** @param {HTMLElement} place */
    legend(place) {
      place.replaceChildren(
        ...seriesOf(points).map((name) => {
          const paint = `var(${color(name)})`;
          const background = dashed?.(name)
            ? `repeating-linear-gradient(90deg, ${paint} 0 4px, transparent 4px 7px)`
            : paint;
          return make("span", {}, make("i", { style: `background: ${background}` }), title(name));
        }),
      );
    },
    get length() {
      return points.length;
    },
  };
}

/** Whether all values can be drawn on powers of ten. @param {Point} point */
const isPositive = (point) =>
  Object.entries(point).every(([name, value]) => name === "step" || !Number.isFinite(value) || value > 0);

/** @param {Point[]} points */
const seriesOf = (points) => [...new Set(points.flatMap(Object.keys))].filter((name) => name !== "step");

/**
 * Every second point is left out where there are too many; the first and the last stay.
 *
 * @param {Point[]} points
 */
export function thinned(points) {
  let kept = points;
  while (kept.length > MOST_POINTS) kept = kept.filter((_, index) => index % 2 === 0 || index === kept.length - 1);
  return kept;
}

/**
 * @param {Point[]} points at least one
 * @param {CurveOptions} options
 */
export function sceneOf(points, { color, title, fixed, whole, log, dashed, marked }) {
  const names = seriesOf(points);
  const values = points.flatMap((point) => names.map((name) => point[name]));
  const [low, high] = fixed ?? (log ? logBounds(values) : bounds(values, { whole }));
  const first = points[0].step;
  const last = Math.max(points[points.length - 1].step, first + 1);
  const weight = whole ? 0 : Math.max(0, Math.min(0.85, 1 - 12 / points.length));
  const lines = names.flatMap((name) =>
    linesOf(points, name, weight, !whole).map((line) => ({
      ...line,
      color: `var(${color(name)})`,
      title: line.read ? title(name) : undefined,
      dash: dashed?.(name) ? "4 4" : undefined,
    })),
  );
  const mark = marked?.();
  return {
    x: { low: first, high: last, format: (/** @type {number} */ step) => count(Math.round(step)), whole: true },
    y: { low, high, log },
    lines,
    marks: mark ? [{ x: mark.step, y: mark.value, color: `var(${color(mark.name)})` }] : [],
  };
}

/**
 * The curve lightly with its running mean on top; the raw values are those that are read out.
 *
 * @param {Point[]} points
 * @param {string} name
 * @param {number} weight
 * @param {boolean} both
 * @returns {(Pick<Line, "points" | "width" | "opacity"> & { read: boolean })[]}
 */
function linesOf(points, name, weight, both) {
  /** @type {[number, number][]} */
  const raw = points.map((point) => [point.step, point[name]]);
  if (!both) return [{ points: raw, width: 2, read: true }];
  return [
    { points: raw, width: 1, opacity: 0.25, read: true },
    { points: smoothed(raw, weight), width: 2, read: false },
  ];
}
