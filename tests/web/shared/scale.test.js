import { expect, test } from "vitest";
import { bounds, logBounds, logTicks, makeScale, nearest, smoothed, ticks } from "#web/shared/scale.js";

test("ticks are round numbers within the range", () => {
  expect(ticks(0, 10, 5)).toEqual([0, 2, 4, 6, 8, 10]);
  expect(ticks(0, 1700, 4)).toEqual([0, 500, 1000, 1500]);
  const small = ticks(-0.3, 0.3, 6);
  expect(small.map((value) => Number(value.toFixed(6)))).toEqual([-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3]);
});

test("ticks of powers: all of few, some of many", () => {
  expect(logTicks(1, 10)).toEqual([1, 2, 5, 10]);
  expect(logTicks(0.25, 30)).toEqual([0.5, 1, 2, 5, 10, 20]);
  expect(logTicks(1, 10_000)).toEqual([1, 10, 100, 1000, 10_000]);
  expect(logTicks(1e-15, 1e5).length).toBeLessThanOrEqual(8);
});

test("bounds hold nearly all values: one spike does not flatten the rest", () => {
  const values = [...Array.from({ length: 999 }, () => 1), 1000];
  expect(bounds(values)[1]).toBeCloseTo(1.06);
  expect(bounds(values, { whole: true })[1]).toBeGreaterThan(1000);
  expect(bounds([])).toEqual([0, 1]);
  expect(bounds([0, 0, NaN])).toEqual([0, 1]);
  expect(bounds([-2, 3])[0]).toBe(-2);
});

test("logarithmic bounds are powers of ten around the positive values", () => {
  expect(logBounds([0.02, 0, 3, -1, Infinity])).toEqual([0.01, 10]);
  expect(logBounds([5])).toEqual([1, 10]);
  expect(logBounds([])).toEqual([0.1, 1]);
});

test("a scale maps its ends, and a logarithm its middle to the geometric mean", () => {
  const line = makeScale({ low: 0, high: 4 }, 100, 300);
  expect([0, 1, 4].map(line)).toEqual([100, 150, 300]);
  const log = makeScale({ low: 1, high: 100, log: true }, 0, 50);
  expect(log(10)).toBeCloseTo(25);
  expect(log(0)).toBe(0);
});

test("the running mean of a constant is that constant, and a gap stays one", () => {
  const mean = smoothed(
    [
      [0, 2],
      [1, NaN],
      [2, 2],
    ],
    0.8,
  );
  expect(mean[0][1]).toBeCloseTo(2);
  expect(mean[1][1]).toBeNaN();
  expect(mean[2][1]).toBeCloseTo(2);
});

test("the nearest point of a sorted list", () => {
  expect([-5, 1.4, 1.6, 9].map((x) => nearest([0, 1, 2, 3], x))).toEqual([0, 1, 2, 3]);
  expect(nearest([4], 100)).toBe(0);
});
