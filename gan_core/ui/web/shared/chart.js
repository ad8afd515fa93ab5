/**
 * Charts: lines, bands, bars and marks over two axes, drawn as SVG from plain data.
 *
 * A chart shows a `Scene`; it is drawn anew, once a frame at most, when another one is shown or its size changes. Colours are
 * CSS colours (`var(--gw-real)`), so light and dark need no drawing. Parts carry their `name` as a class.
 *
 * @import { Context } from "./types.js"
 */
import { makeSvg } from "./dom.js";
import { axisNumber } from "./format.js";
import { clamp, logTicks, makeScale, nearest, ticks } from "./scale.js";

/**
 * @typedef {object} Axis
 * @property {number} low
 * @property {number} high
 * @property {boolean} [log]
 * @property {(number | [value: number, text: string])[]} [ticks] without it round numbers
 * @property {(value: number) => string} [format]
 * @property {boolean} [whole] whether only whole numbers stand at it, such as steps
 *
 * @typedef {object} Line
 * @property {string} color
 * @property {[x: number, y: number][]} points a value that is not finite makes a gap
 * @property {string} [name]
 * @property {string} [title] with it the line is read out where the pointer is
 * @property {number} [width]
 * @property {number} [opacity]
 * @property {string} [dash] as stroke-dasharray
 * @property {boolean} [dots]
 *
 * @typedef {object} Rule a line across the chart, or `vertical` from top to bottom
 * @property {number} at
 * @property {string} color
 * @property {string} [name]
 * @property {string} [dash]
 * @property {boolean} [vertical]
 * @property {string} [text] stands on the line, at its right end
 * @property {boolean} [textAtStart] at its left end
 *
 * @typedef {object} Scene
 * @property {Axis} x
 * @property {Axis} y
 * @property {Line[]} [lines]
 * @property {{ low: number, high: number, color: string, name?: string }[]} [bands] between two values
 * @property {Rule[]} [rules]
 * @property {{ from: number, to: number, value: number, color: string, name?: string, opacity?: number }[]} [bars]
 * @property {{ x: number, y: number, color: string, radius?: number, name?: string }[]} [marks]
 * @property {string} [note] words in the lower left corner, in the place of the ticks there
 * @property {string} [topNote] words in the upper left corner
 *
 * @typedef {{ left: number, right: number, top: number, bottom: number }} Margins
 *
 * @typedef {object} Frame what one drawing needs
 * @property {Scene} scene
 * @property {number} width
 * @property {number} height
 * @property {Margins} margins
 * @property {(value: number) => number} x
 * @property {(value: number) => number} y
 */

/** @type {Margins} */
const MARGINS = { left: 42, right: 8, top: 8, bottom: 22 };
/** A plot of fewer pixels has fewer ticks. */
const NARROW = 360;
const ROW = 17;

/**
 * A chart in the `<svg>` element.
 *
 * @param {Pick<Context, "onResize" | "signal">} context
 * @param {SVGSVGElement} svg
 * @param {{ margins?: Partial<Margins>, readout?: (x: number) => string, empty?: string }} [options] `readout` is the head of
 *   what is read out at a place; with it the chart answers to the pointer and the arrow keys. `empty` is what stands in a
 *   chart that has nothing to show yet
 */
export function makeChart({ onResize, signal }, svg, { margins: given = {}, readout, empty } = {}) {
  const margins = { ...MARGINS, ...given };
  /** @type {Scene | null} */
  let scene = null;
  /** @type {Frame | null} */
  let frame = null;
  let asked = false;
  svg.classList.add("gw-chart");
  const overlay = makeSvg("g", { class: "overlay" });
  const hover = readout && makeHover(svg, overlay, readout, () => frame);

  function draw() {
    asked = false;
    if (signal.aborted || !svg.clientWidth) return;
    if (!scene) {
      frame = null;
      svg.removeAttribute("viewBox");
      svg.replaceChildren(...(empty ? [makeSvg("text", { x: "50%", y: "50%", "text-anchor": "middle" }, empty)] : []));
      return;
    }
    frame = makeFrame(svg, scene, margins);
    svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    svg.replaceChildren(...drawAxes(frame), drawPlot(frame), ...drawMarks(frame), overlay);
    hover?.refresh();
  }
  const redraw = () => {
    if (!asked) requestAnimationFrame(draw);
    asked = true;
  };
  onResize(svg, redraw);
  return {
    /** @param {Scene | null} next nothing clears the chart */
    show(next) {
      scene = next;
      redraw();
    },
    /** A vertical line at `x` over the chart, for what is played; null takes it away. @param {number | null} x */
    cursor(x) {
      if (!frame || x === null) overlay.replaceChildren();
      else overlay.replaceChildren(verticalLine(frame, x, "cursor"));
    },
  };
}

/**
 * @param {SVGSVGElement} svg
 * @param {Scene} scene
 * @param {Margins} margins
 * @returns {Frame}
 */
function makeFrame(svg, scene, margins) {
  const width = svg.clientWidth;
  const height = svg.clientHeight;
  const x = makeScale(scene.x, margins.left, width - margins.right);
  const y = makeScale(scene.y, height - margins.bottom, margins.top);
  return { scene, width, height, margins, x, y };
}

/**
 * @param {Axis} axis
 * @param {number} number how many ticks, about
 * @returns {[number, string][]}
 */
function ticksOf(axis, number) {
  const round = () => {
    const all = ticks(axis.low, axis.high, number);
    return axis.whole ? all.filter((tick) => Math.abs(tick - Math.round(tick)) < 1e-6) : all;
  };
  const values = axis.ticks ?? (axis.log ? logTicks(axis.low, axis.high) : round());
  const format = axis.format ?? axisNumber;
  return values.map((tick) => (Array.isArray(tick) ? tick : [tick, format(tick)]));
}

/** @param {Frame} frame */
function drawAxes(frame) {
  const { scene, width, height, margins, x, y } = frame;
  const right = width - margins.right;
  /** @type {SVGElement[]} */
  const parts = [];
  for (const [value, text] of ticksOf(scene.y, 4)) {
    const at = y(value);
    if (at < margins.top - 1 || at > height - margins.bottom + 1) continue;
    parts.push(
      makeSvg("line", { class: "grid", x1: margins.left, x2: right, y1: at, y2: at }),
      makeSvg("text", { x: margins.left - 7, y: at + 4, "text-anchor": "end" }, text),
    );
  }
  if (scene.note) parts.push(makeSvg("text", { x: margins.left, y: height - 5 }, scene.note));
  if (scene.topNote) parts.push(makeSvg("text", { x: margins.left, y: margins.top + 11 }, scene.topNote));
  for (const [value, text] of ticksOf(scene.x, width < NARROW ? 3 : 5)) {
    const at = Math.min(x(value), right);
    const anchor = at > right - 24 ? "end" : at < margins.left + 12 ? "start" : "middle";
    parts.push(makeSvg("text", { x: at, y: height - 5, "text-anchor": anchor }, text));
  }
  return parts;
}

/** What lies inside the axes, cut off at them. @param {Frame} frame */
function drawPlot(frame) {
  const { scene, width, height, margins, x, y } = frame;
  const left = margins.left - 4; // a point at the edge is seen whole
  const inside = { x: left, y: 0, width: Math.max(0, width - left), height: height - margins.bottom + 1 };
  const box = `${inside.x} ${inside.y} ${inside.width} ${inside.height}`;
  const plot = makeSvg("svg", { ...inside, viewBox: box, class: "plot" });
  for (const { low, high, color, name } of scene.bands ?? []) {
    const tall = Math.max(1, y(low) - y(high));
    plot.append(makeSvg("rect", { ...inside, y: y(high), height: tall, fill: color, class: name, opacity: 0.16 }));
  }
  for (const { from, to, value, color, name, opacity } of scene.bars ?? []) {
    const floor = y(scene.y.low);
    const wide = Math.max(1, x(to) - x(from));
    const place = { x: x(from), y: y(value), width: wide, height: Math.max(0, floor - y(value)) };
    plot.append(makeSvg("rect", { ...place, fill: color, class: name, opacity }));
  }
  plot.append(...(scene.rules ?? []).map((rule) => drawRule(frame, rule)));
  plot.append(...(scene.lines ?? []).flatMap((line) => drawLine(frame, line)));
  plot.append(...(scene.rules ?? []).flatMap((rule) => (rule.text ? [drawRuleText(frame, rule)] : [])));
  return plot;
}

/** Marks are whole at the edge too: only one that lies outside is left out. @param {Frame} frame */
function drawMarks({ scene, x, y, height, margins }) {
  const isInside = (/** @type {{ x: number, y: number }} */ mark) =>
    mark.x >= scene.x.low && mark.x <= scene.x.high && y(mark.y) >= 0 && y(mark.y) <= height - margins.bottom + 1;
  return (scene.marks ?? [])
    .filter(isInside)
    .map(({ x: at, y: value, color, radius = 5, name }) =>
      makeSvg("circle", { class: `mark ${name ?? ""}`, cx: x(at), cy: y(value), r: radius, fill: color }),
    );
}

/** @param {Frame} frame @param {Rule} rule */
function drawRule(frame, { at, color, name, dash, vertical }) {
  const look = { stroke: color, "stroke-width": 1.6, "stroke-dasharray": dash };
  return vertical ? verticalLine(frame, at, name, look) : horizontalLine(frame, at, name, look);
}

/** @param {Frame} frame @param {Rule} rule */
function drawRuleText({ width, margins, y }, { at, color, text = "", textAtStart }) {
  const place = textAtStart ? { x: margins.left + 4 } : { x: width - margins.right - 2, "text-anchor": "end" };
  return makeSvg("text", { ...place, y: y(at) - 4, style: `fill: ${color}` }, text);
}

/**
 * @param {Frame} frame
 * @param {number} at
 * @param {string} [name]
 * @param {Record<string, string | number | undefined>} [look]
 */
function horizontalLine({ width, margins, y }, at, name, look = {}) {
  return makeSvg("line", { class: name, x1: margins.left, x2: width - margins.right, y1: y(at), y2: y(at), ...look });
}

/**
 * @param {Frame} frame
 * @param {number} at
 * @param {string} [name]
 * @param {Record<string, string | number | undefined>} [look]
 */
function verticalLine({ height, margins, x }, at, name, look = {}) {
  return makeSvg("line", { class: name, x1: x(at), x2: x(at), y1: margins.top, y2: height - margins.bottom, ...look });
}

/**
 * @param {Frame} frame
 * @param {Line} line
 */
function drawLine({ x, y }, { color, points, name = "line", width = 2, opacity, dash, dots }) {
  const look = { stroke: color, "stroke-width": width, "stroke-opacity": opacity, "stroke-dasharray": dash };
  const drawn = pieces(points, x, y).map((at) =>
    makeSvg("polyline", { class: name, points: at, fill: "none", ...look }),
  );
  const known = points.filter(([, value]) => Number.isFinite(value));
  if (!dots && known.length > 1) return drawn;
  const radius = dots ? 3 : 2; // of one point alone there is no line to be seen
  const circles = known.map(([at, value]) =>
    makeSvg("circle", { cx: x(at), cy: y(value), r: radius, fill: color, "fill-opacity": opacity }),
  );
  return [...drawn, ...circles];
}

/**
 * The `points` of the polylines between the gaps.
 *
 * @param {[number, number][]} points
 * @param {(value: number) => number} x
 * @param {(value: number) => number} y
 */
export function pieces(points, x, y) {
  /** @type {string[][]} */
  const found = [[]];
  for (const [at, value] of points) {
    if (Number.isFinite(value)) found[found.length - 1].push(`${x(at).toFixed(1)},${y(value).toFixed(1)}`);
    else if (found[found.length - 1].length) found.push([]);
  }
  return found.filter((piece) => piece.length).map((piece) => piece.join(" "));
}

/**
 * What is read out at the place of the pointer, or of the arrow keys.
 *
 * @param {SVGSVGElement} svg
 * @param {SVGGElement} overlay
 * @param {(x: number) => string} readout
 * @param {() => Frame | null} frameNow
 */
function makeHover(svg, overlay, readout, frameNow) {
  /** @type {number | null} */
  let place = null;
  const lines = () => (frameNow()?.scene.lines ?? []).filter((line) => line.title && line.points.length);
  const places = () => [...new Set(lines().flatMap((line) => line.points.map(([x]) => x)))].sort((a, b) => a - b);
  function refresh() {
    const frame = frameNow();
    overlay.replaceChildren(...(frame && place !== null ? drawReadout(frame, lines(), place, readout(place)) : []));
  }
  /** @param {number | null} next */
  const go = (next) => {
    place = next;
    refresh();
  };
  svg.addEventListener("pointermove", (event) => {
    const frame = frameNow();
    const all = places();
    if (!frame || !all.length) return;
    const at = event.clientX - svg.getBoundingClientRect().left;
    go(all[nearest(all.map(frame.x), at)]);
  });
  for (const type of ["pointerleave", "blur"]) svg.addEventListener(type, () => go(null));
  svg.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    const all = places();
    if (!step || !all.length) return;
    event.preventDefault();
    const from = place === null ? all.length - 1 : nearest(all, place);
    go(all[clamp(from + step, 0, all.length - 1)]);
  });
  return { refresh };
}

/**
 * @param {Frame} frame
 * @param {Line[]} lines
 * @param {number} place
 * @param {string} head
 */
function drawReadout(frame, lines, place, head) {
  const { width, margins, x, y } = frame;
  const read = lines.flatMap((line) => {
    const point = line.points.find(([at]) => at === place);
    return point && Number.isFinite(point[1]) ? [{ line, value: point[1] }] : [];
  });
  const rows = [head, ...read.map(({ line, value }) => `${line.title}  ${value.toPrecision(3)}`)];
  const wide = Math.max(...rows.map((row) => row.length)) * 6.6 + 32;
  const left = x(place) + 10 + wide > width ? x(place) - wide - 10 : x(place) + 10;
  const box = { x: left, y: margins.top, width: wide, height: rows.length * ROW + 10, rx: 7 };
  return [
    verticalLine(frame, place, "cursor"),
    makeSvg("rect", { class: "box", ...box }),
    ...rows.map((row, index) =>
      makeSvg("text", { class: "row", x: left + (index ? 23 : 9), y: margins.top + 18 + index * ROW }, row),
    ),
    ...read.flatMap(({ line, value }, index) => [
      makeSvg("rect", { x: left + 9, y: margins.top + 12 + (index + 1) * ROW, width: 9, height: 3, fill: line.color }),
      makeSvg("circle", { cx: x(place), cy: y(value), r: 3, fill: line.color }),
    ]),
  ];
}
