import { expect, test } from "vitest";
import * as projection from "#web/explore/projection-state.js";

const other = (values = {}) => ({
  ...{ held_out: [4, 5, 6], own: [0.1, 0.2], total: [8, 3], at: null, missing: null, ended: false },
  ...{
    held_out_summary: { least: 4, median: 5, greatest: 6 },
    own_summary: { least: 0.1, median: 0.15, greatest: 0.2 },
  },
  ...values,
});

test("errors have as many digits as they mean", () => {
  expect([0.123, 1.26, 9.94, 12.6].map(projection.levels)).toEqual(["0.12", "1.3", "9.9", "13"]);
  expect([null, 1, 7].map((label) => projection.classPrefix(label, ["cat", "dog"]))).toEqual([
    "",
    "class dog, ",
    "class 7, ",
  ]);
  expect(projection.phaseWords({ ended: false, phase: "optimize", seconds: 2 })).toBe(
    "the starts are optimized · 2.0 s",
  );
  expect(projection.phaseWords({ ended: true, phase: "refine", seconds: 4.25 })).toBe("Done in 4.3 s");
});

test("an error is judged beside those of real pictures", () => {
  expect(projection.verdict(0.4, other())).toMatch("no eye tells them apart");
  expect(projection.verdict(2, other())).toMatch(/^Nearer than/);
  expect(projection.verdict(5.5, other())).toMatch(/^As near as/);
  expect(projection.verdict(9, other())).toMatch(/^Farther than each of 3 real pictures/);
  expect(projection.verdict(9, other({ held_out_summary: null }))).toBe("");
  expect(projection.verdict(9, other({ held_out: [4] }))).toBe("");
  expect(projection.verdict(9, other({ held_out: [4], ended: true }))).toMatch(
    /^Farther than the real picture that was/,
  );
});

test("what other pictures reach, as far as it is known", () => {
  expect(projection.comparisonWords(other({ at: 1000 }))).toBe(
    "3 real pictures that it never saw, with the same effort at step 1,000: 5.0 (4.0 to 6.0). 2 of its own: 0.15. Measuring 6 more …",
  );
  expect(projection.comparisonWords(other({ ended: true }))).toMatch(/: 0\.15\.$/);
  const nothing = { held_out: [], own: [], held_out_summary: null, own_summary: null };
  expect(projection.comparisonWords(other(nothing))).toBe("Measuring what other pictures reach, for comparison …");
  expect(projection.comparisonWords(other({ ...nothing, missing: "they are gone.", ended: true }))).toBe(
    "They are gone. Say where they are in the Memory panel.",
  );
});

test("the curve of a search, with the pictures that it is compared with", () => {
  expect(projection.searchScene([], other())).toBe(null);
  const curve = [[0, 40], [2, 8]]; // prettier-ignore
  const alone = projection.searchScene(curve, null);
  expect(alone.y).toMatchObject({ low: 4.8, high: 50, log: true, ticks: [10, 30] });
  expect([alone.rules, alone.bands]).toEqual([[], []]);
  expect(alone.lines[0]).toMatchObject({ name: "error", points: curve });
  const beside = projection.searchScene(curve, other());
  expect(beside.y.low).toBeCloseTo(2.4);
  expect(beside.bands).toMatchObject([{ low: 4, high: 6 }]);
  expect(beside.rules.map(({ name, at }) => [name, at])).toEqual([["held", 5], ["own", 2.4]].map(([name, at]) => [name, expect.closeTo(at)])); // prettier-ignore
  expect(projection.searchScene([[0, 0]], null).y).toMatchObject({ low: 0.03 });
});
