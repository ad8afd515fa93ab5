import { describe, expect, it } from "vitest";
import * as state from "../../../gan_core/ui/web/lab/vanishing-state.js";

/** @param {number} steps */
const everyLine = (steps) =>
  Object.fromEntries(
    state.LINES.map(({ name }) => [name, Array.from({ length: steps }, (_, step) => [step, 1 / (step + 1), -step])]),
  );

describe("points of the vanishing gradient", () => {
  it("are put behind those that were counted, or begin again", () => {
    const points = state.extended(
      {},
      {
        minimax: [
          [0, 1, 0],
          [1, 2, 0],
        ],
      },
      0,
      true,
    );
    const longer = state.extended(
      points,
      {
        minimax: [
          [1, 3, 0],
          [2, 4, 0],
        ],
      },
      1,
      false,
    );
    expect(longer.minimax.map(([step, value]) => [step, value])).toEqual([
      [0, 1],
      [1, 3],
      [2, 4],
    ]);
    expect(state.extended(longer, { minimax: [[0, 9, 0]] }, 3, true).minimax).toEqual([[0, 9, 0]]);
  });
  it("are complete as far as every line has come", () => {
    const points = everyLine(5);
    points.minimax = points.minimax.slice(0, 3);
    expect(state.complete(points)).toBe(3);
    expect(state.stepOf(points)).toBe(2);
    expect(state.complete({})).toBe(0);
  });
});

describe("what is written", () => {
  it("gives a gradient in few digits", () => {
    expect([undefined, null, 0, 0.0001234, 0.1234, 12345].map(state.gradientText)).toEqual([
      "–",
      "not finite",
      "0",
      "1.2e-4",
      "0.12",
      "1.2e+4",
    ]);
  });
  it("knows a seed", () => {
    expect(["0", "4294967295"].every(state.isSeed)).toBe(true);
    expect(["", "-1", "1.5", "4294967296", "x"].some(state.isSeed)).toBe(false);
  });
  it("compares cooperative scores with the bound", () => {
    expect(state.summary(everyLine(3))).toContain("After 2 steps: cooperative scores generated points -2.00");
    expect(state.summary({})).toBe("\u00a0");
  });
});

describe("charts", () => {
  it("keep gaps and stay within the axes", () => {
    const points = everyLine(1);
    points.minimax = [
      [0, null, null],
      [1, 0, -50],
      [2, 1e9, 50],
    ];
    const [line] = state.gradientScene(points, 2000).lines;
    expect(line.points).toEqual([
      [0, NaN],
      [1, 1e-9],
      [2, 1e4],
    ]);
    expect(state.scoreScene(points, 2000).lines[0].points.slice(1)).toEqual([
      [1, -20],
      [2, 5],
    ]);
  });
});
