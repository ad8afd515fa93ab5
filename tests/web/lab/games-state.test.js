import { describe, expect, it } from "vitest";
import { cutsOf } from "../../../gan_core/ui/web/lab/games-field.js";
import * as state from "../../../gan_core/ui/web/lab/games-state.js";

/** @param {Partial<import("../../../gan_core/ui/web/lab/games-state.js").Run>} given */
const run = (given) => ({
  name: "sim",
  points: null,
  distances: null,
  predicted: null,
  verdict: "",
  verdict_words: "",
  words: "",
  ...given,
});

describe("numbers", () => {
  it("are short", () => {
    expect([null, 0, 0.5, 1234567, 0.00001234].map((value) => state.short(value))).toEqual([
      "–",
      "0",
      "0.5",
      "1.23e+6",
      "1.23e-5",
    ]);
    expect([state.predictedText(1.0198039), state.predictedText(0), state.predictedText(null)]).toEqual([
      "1.019804",
      "0",
      "–",
    ]);
    expect(state.measuredText(undefined)).toBe("–");
  });
  it("of a start and a step size stay in their range", () => {
    expect(state.roundedStart([1.23456, -1e6], 2)).toEqual([1.235, -1e4]);
    expect(state.roundedStart([3, 4], 1)).toEqual([3]);
    expect([state.roundedStepSize(7), state.roundedStepSize(0), state.roundedStepSize(0.12345)]).toEqual([
      2, 0.001, 0.123,
    ]);
  });
});

describe("choices", () => {
  it("take the first free colour", () => {
    expect(state.freeSlot([])).toBe(0);
    expect(
      state.freeSlot([
        { name: "a", slot: 0 },
        { name: "b", slot: 2 },
      ]),
    ).toBe(1);
    expect(state.slotOf([{ name: "a", slot: 4 }], "a")).toBe(4);
    expect(state.slotOf([], "a")).toBe(undefined);
  });
});

describe("a view", () => {
  it("grows about its center and not beyond its bounds", () => {
    expect(state.zoomed({ x: [0, 4], y: [-2, 2] }, 0.5, [2, 0])).toEqual({ x: [1, 3], y: [-1, 1] });
    expect(state.zoomed({ x: [0, 1e-4], y: [0, 1] }, 0.5, [0, 0])).toBe(null);
    expect(state.zoomed({ x: [0, 1e6], y: [0, 1] }, 1.5, [0, 0])).toBe(null);
  });
});

describe("the chart of distances", () => {
  const choices = [{ name: "sim", slot: 1 }];
  it("has the line of the predicted rate up to where it leaves the axis", () => {
    const scene = state.distanceScene(
      [run({ distances: [1, 0.1, 0.01], predicted: 0.01 })],
      choices,
      2,
      900,
      () => "sim",
    );
    expect(scene?.y.low).toBeCloseTo(0.01);
    const [predicted, line] = scene?.lines ?? [];
    expect(predicted.points[1][0]).toBeCloseTo(1);
    expect(predicted.points[1][1]).toBeCloseTo(0.01);
    expect(line.points).toEqual([
      [0, 1],
      [1, 0.1],
      [2, 0.01],
    ]);
    expect(line.dash).toBe("8 4");
  });
  it("leaves out what is not chosen, and is empty without distances", () => {
    expect(state.distanceScene([run({ name: "other", distances: [1] })], choices, 2, 900, String)).toBe(null);
    expect(state.distanceScene([run({ distances: [0, 0] })], choices, 2, 900, String)).toBe(null);
  });
  it("draws whole steps only", () => {
    const scene = state.distanceScene([run({ distances: [1, 2] })], choices, 3, 900, String);
    expect(scene?.x.ticks).toEqual([0, 1, 2, 3]);
  });
});

describe("betas", () => {
  it("are those of the step that is shown", () => {
    const runs = [
      run({
        name: "cg",
        betas: [
          [0.5, 0.25],
          [null, 1],
        ],
      }),
    ];
    expect(state.betaText(runs, 2, () => "CG")).toBe("beta at step 2: CG: 0.25 and 1.");
    expect(state.betaText([run({})], 2, String)).toBe("");
  });
});

describe("level lines", () => {
  it("cross the edges of a cell where the level lies", () => {
    expect(cutsOf([0, 1, 0, 1], 2, 0, 0, 0.25)).toEqual([
      [0.25, 0],
      [0.25, 1],
    ]);
    expect(cutsOf([0, 0, 0, 0], 2, 0, 0, 0.25)).toEqual([]);
  });
});
