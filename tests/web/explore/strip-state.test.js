import { expect, test } from "vitest";
import { HOME } from "#web/explore/latent-state.js";
import * as bars from "#web/explore/numbers-state.js";
import * as strips from "#web/explore/strip-state.js";

test("what the strip shows follows where the latent comes from", () => {
  const asked = (chosen) => ["seed", "path", "pad", "vector"].map((kind) => strips.requestedKind(chosen, kind));
  expect(asked("along")).toEqual(["seeds", "path", "neighbours", "neighbours"]);
  expect(asked("neighbours")).toEqual(["neighbours", "neighbours", "neighbours", "neighbours"]);
  expect(asked("classes")).toEqual(["classes", "classes", "classes", "classes"]);
});

test("it is drawn anew only when what it depends on has changed", () => {
  const seed = { kind: "seed", seed: 3, moves: [[1, 1]], label: 2, scale: 0.5 };
  expect(strips.relevant(seed, "along")).toEqual({ kind: "seed", label: 2, scale: 0.5 });
  expect(strips.relevant(seed, "classes")).toEqual({ kind: "seed", seed: 3, moves: [[1, 1]], scale: 0.5 });
  expect(strips.relevant(seed, "neighbours")).toBe(seed);
  const path = { kind: "path", ends: [0, 1], t: 0.3, moves: [[1, 1]] };
  expect(strips.relevant(path, "along")).toEqual({ kind: "path", ends: [0, 1], moves: [[1, 1]] });
});

test("its pictures in words, and which of them is shown", () => {
  expect(strips.words("classes", 1, 1, ["cat", "dog"])).toEqual({ text: "dog", alt: "Class dog" });
  expect(strips.words("seeds", 8, 0, [])).toEqual({ text: "8", alt: "Seed 8" });
  expect(strips.words("path", 0.25, 2, [])).toEqual({ text: "25 %", alt: "25 % of the way" });
  expect(strips.words("neighbours", [5, 0.6], 2, [])).toEqual({ text: "", alt: "Neighbour 3" });
  const latent = { ...HOME, seed: 8, t: 0.3, label: 1 };
  expect(strips.isShown(latent, "seeds", 8)).toBe(true);
  expect(strips.isShown({ ...latent, moves: [[1, 1]] }, "seeds", 8)).toBe(false);
  expect(strips.isShown(latent, "classes", 1)).toBe(true);
  expect(strips.isShown({ ...latent, mix: 0.5 }, "classes", 1)).toBe(false);
  expect(strips.isShown(latent, "path", 0.25)).toBe(true);
  expect(strips.isShown(latent, "path", 0.5)).toBe(false);
  expect(strips.isShown(latent, "neighbours", [5, 0.6])).toBe(false);
});

test("the bar of a number lies where the number is found again", () => {
  expect([100, 128, 129, 512].map(bars.rowsOf)).toEqual([1, 1, 2, 4]);
  for (const [index, value] of [
    [0, 2],
    [127, -3],
    [128, 0.5],
    [199, 4],
  ]) {
    // prettier-ignore
    const { x, y, step, bar } = bars.barAt(value, index, 200, 640);
    const tip = value > 0 ? bar.y : bar.y + bar.height;
    const found = bars.numberAt((x + step / 2) / 640, tip, 200);
    expect(found.index).toBe(index);
    expect(Math.abs(found.value - value)).toBeLessThan(0.4);
    expect(y).toBe(index < 128 ? 0 : bars.ROW_HEIGHT);
  }
  expect(bars.numberAt(2, -50, 100)).toEqual({ index: 99, value: 4 });
  expect(bars.numberAt(0.9, bars.ROW_HEIGHT * 1.5, 150)).toMatchObject({ index: 149 });
  expect(bars.barAt(99, 0, 100, 640).bar.height).toBe(bars.barAt(4, 0, 100, 640).bar.height);
});
