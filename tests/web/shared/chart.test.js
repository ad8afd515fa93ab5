import { expect, test } from "vitest";
import { pieces } from "#web/shared/chart.js";
import { sceneOf, thinned } from "#web/shared/curves.js";

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
