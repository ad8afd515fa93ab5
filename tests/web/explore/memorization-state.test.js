import { expect, test } from "vitest";
import * as memorization from "#web/explore/memorization-state.js";

const usual = (values = {}) => ({
  ...{
    pixels: [10, 20, 30, 40, 50],
    features: [2, 3, 4, 5, 6],
    limits: [12, 2.5],
    eye: "outlines",
    eye_words: "lines",
  },
  ...{ data: "glyphs", training: 2000, held_out: 20, mirrored: false, twins: 0, flagged: 0, ...values },
});

test("distances in levels, and in shape beside the usual one", () => {
  expect(memorization.middle([10, 20, 30])).toBe(20);
  expect(memorization.distanceWords("pixels", 12.34, usual())).toBe("12.3");
  expect(memorization.distanceWords("features", 6, usual())).toBe("1.50×");
  expect(memorization.distanceWords("features", 6, usual({ features: [0, 0, 0] }))).toBe("6.00×");
});

test("bins hold shares, what lies beyond them in the last", () => {
  const bins = memorization.binned([0, 1, 9.99, 40], 10);
  expect([bins[0], bins[3], bins[31]]).toEqual([0.25, 0.25, 0.5]);
  expect(bins.reduce((sum, value) => sum + value)).toBe(1);
});

test("the nearest ones beside what is usual", () => {
  const scene = memorization.nearestScene("pixels", [8, 14], usual());
  expect(scene.x.high).toBeCloseTo(52);
  expect(scene.rules).toMatchObject([{ at: 12, name: "limit", vertical: true }]);
  expect(scene.marks.map(({ name, x }) => [name, x])).toEqual([["rest", 14], ["dot", 8]]); // prettier-ignore
  expect(scene.bars).toHaveLength(5);
  expect(memorization.nearestScene("features", [9], usual()).rules[0].at).toBe(2.5);
  expect(memorization.nearestWords("pixels", [8], usual())).toBe(
    "Nearest training picture at 8.0; real pictures it never saw have 10.0 to 50.0, half of them below 30.0",
  );
});

test("many that were drawn beside real ones", () => {
  const { bars } = memorization.manyScene([15, 25], usual());
  expect(new Set(bars.map(({ name }) => name))).toEqual(new Set(["held", "drawn"]));
  expect(bars.every(({ from, to, value }) => to > from && value > 0)).toBe(true);
});

test("the rule says how many real pictures it rests on", () => {
  const text = memorization.ruleWords(usual());
  expect(text).toMatch("Compared with 2,000 training pictures of glyphs; 20 real pictures");
  expect(text).toMatch("than each of those real ones is (so few say little)");
  expect(text).toMatch("is flagged too");
  const many = memorization.ruleWords(usual({ held_out: 200, mirrored: true, twins: 0.25 }));
  expect(many).toMatch("glyphs, also mirrored, as the model saw them; 200");
  expect(many).toMatch("than 99 of 100 of those real ones are, or");
  expect(many).toMatch("25 % of the real ones it never saw have such a twin");
});
