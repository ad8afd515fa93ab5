import { afterEach, expect, test, vi } from "vitest";
import { makeChart, pieces } from "#web/shared/chart.js";
import { sceneOf, thinned } from "#web/shared/curves.js";

afterEach(() => vi.useRealTimers());

/** A chart of 400 x 200 pixels, and what it draws. */
function chart(options) {
  vi.useFakeTimers();
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [side, value] of [["clientWidth", 400], ["clientHeight", 200]]) Object.defineProperty(svg, side, { value }); // prettier-ignore
  const made = makeChart({ onResize() {}, signal: new AbortController().signal }, svg, options);
  const show = (scene) => {
    made.show(scene);
    vi.advanceTimersByTime(100);
  };
  const words = () => [...svg.querySelectorAll("text")].map(({ textContent }) => textContent);
  return { svg, show, words };
}

const OPTIONS = { color: (name) => `--gw-${name}`, title: (name) => name };
const points = (values) => values.map((real, step) => ({ step, real }));

test("a line is broken where a value is not finite", () => {
  const same = (value) => value;
  const line = [1, 2, NaN, Infinity, 3].map((value, index) => [index, value]);
  expect(pieces(line, same, same)).toEqual(["0.0,1.0 1.0,2.0", "4.0,3.0"]);
  expect(
    pieces(
      [[0, null]].map(([x]) => [x, NaN]),
      same,
      same,
    ),
  ).toEqual([]);
});

test("growing curves are thinned evenly; the first and the last point stay", () => {
  const many = points(Array.from({ length: 5000 }, () => 1));
  const kept = thinned(many);
  expect(kept.length).toBeLessThanOrEqual(1400);
  expect(kept.length).toBeGreaterThan(600);
  expect(kept[0].step).toBe(0);
  expect(kept.at(-1).step).toBe(4999);
});

test("a curve is drawn lightly with its running mean on top; only the values themselves are read out", () => {
  const scene = sceneOf(points([1, 2, 3]), OPTIONS);
  expect(scene.lines.map((line) => [line.width, line.title])).toEqual([
    [1, "real"],
    [2, undefined],
  ]);
  expect(scene.lines[0].color).toBe("var(--gw-real)");
  expect(scene.x.high).toBe(2);
});

test("whole values have one line, fixed bounds and the point that is marked", () => {
  const marked = () => ({ step: 1, value: 2, name: "real" });
  const scene = sceneOf(points([1, 2, 3]), { ...OPTIONS, whole: true, fixed: [0, 10], marked });
  expect(scene.lines).toHaveLength(1);
  expect([scene.y.low, scene.y.high]).toEqual([0, 10]);
  expect(scene.marks).toEqual([{ x: 1, y: 2, color: "var(--gw-real)" }]);
});

test("at an axis of steps there are whole numbers only", () => {
  const { show, words } = chart();
  const scene = sceneOf([{ step: 51, real: 3 }], OPTIONS);
  show(scene);
  const steps = words().filter((word) => word.startsWith("5"));
  expect(steps).toEqual(["51", "52"]);
});

test("a mark at the edge is drawn whole, one beyond it is not", () => {
  const { show, svg } = chart();
  const mark = (x, y) => ({ x, y, color: "red" });
  show({ x: { low: 0, high: 10 }, y: { low: 0, high: 1 }, marks: [mark(0, 0.5), mark(11, 0.5), mark(5, 9)] });
  const marks = [...svg.querySelectorAll("circle.mark")];
  expect(marks).toHaveLength(1);
  expect(marks[0].closest("svg.plot")).toBeNull(); // that one cuts off what it holds
});

test("a chart without anything to show says what it waits for", () => {
  const { show, words } = chart({ empty: "Press Play." });
  show(null);
  expect(words()).toEqual(["Press Play."]);
  show({ x: { low: 0, high: 1 }, y: { low: 0, high: 1 } });
  expect(words()).not.toContain("Press Play.");
});
