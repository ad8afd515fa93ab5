import { expect, test } from "vitest";
import { comparisonScene, costText, labelled, meanCurve, stateSentence } from "#web/train/comparison-state.js";
import { groupsOf } from "#web/train/pictures-state.js";
import { sizeOf } from "#web/train/size-state.js";

test("the second of one recipe gets a number", () => {
  const entries = [{ recipe: "dcgan" }, { recipe: "wgan" }, { recipe: "dcgan", settings: { size: 64 } }];
  expect(labelled(entries)).toEqual([
    { label: "dcgan", recipe: "dcgan", settings: {} },
    { label: "wgan", recipe: "wgan", settings: {} },
    { label: "dcgan 2", recipe: "dcgan", settings: { size: 64 } },
  ]);
});

test("what a comparison costs is said where the numbers are numbers", () => {
  expect(costText(2, 1.5, 3)).toContain("About 9 minutes of computing");
  expect(costText(2, 0.25, 1)).toContain("About a minute");
  expect(costText(2, "abc", 3)).toBe("");
  expect(costText(2, "", 3)).toBe("");
});

test("the mean is of the moments that all seeds have reached", () => {
  expect(
    meanCurve([
      [
        [1, 10],
        [2, 20],
      ],
      [[3, 30]],
    ]),
  ).toEqual([[2, 20]]);
  expect(meanCurve([])).toEqual([]);
});

const lane = (...curves) => ({ label: "a", curves });

test("nothing is drawn before the first value", () => {
  expect(comparisonScene({ lanes: [lane([])], reference: 3, budget: 60 })).toBeNull();
});

test("values of very different size are drawn on powers of ten, others from zero", () => {
  const wide = comparisonScene({
    lanes: [lane([[10, 1000]], [[10, 900]]), lane([[20, 20]])],
    reference: 5,
    budget: 60,
  });
  expect(wide.y.log).toBe(true);
  expect(wide.x.high).toBe(60);
  expect(wide.lines.map((line) => line.name)).toEqual(["seed", "seed", "mean", "seed", "mean"]);
  expect(wide.rules).toHaveLength(1);
  const narrow = comparisonScene({ lanes: [lane([[90, 0.8]])], reference: null, budget: 60 });
  expect([narrow.y.low, narrow.y.log, narrow.x.high, narrow.rules]).toEqual([0, false, 90, []]);
});

test("dropped files belong together by the folder or zip that they came in", () => {
  const file = (inside) => ({ inside, name: inside });
  const groups = groupsOf(["a/1.png", "b/2.png", "a/c/3.png", "d.zip", "4.png", "5.png"].map(file));
  expect(groups.map((group) => group.map((each) => each.name))).toEqual([
    ["a/1.png", "a/c/3.png"],
    ["b/2.png"],
    ["d.zip"],
    ["4.png", "5.png"],
  ]);
});

test("the settings are of an offered size where side and both widths are", () => {
  const offer = {
    sides: [{ value: 64 }, { value: 128 }],
    widths: [
      { value: "narrow", channels: 16 },
      { value: "wide", channels: 64 },
    ],
  };
  const preset = { size: 64, generator: { width: 16 }, discriminator: { width: 16 } };
  expect(sizeOf(offer, preset, {})).toEqual({ side: 64, width: "narrow" });
  expect(sizeOf(offer, preset, { size: 128, "generator.width": 64, "discriminator.width": 64 })).toEqual({
    side: 128,
    width: "wide",
  });
  expect(sizeOf(offer, preset, { size: 100, "generator.width": 64 })).toEqual({ side: null, width: null });
  expect(sizeOf(offer, preset, { generator: "unet" })).toEqual({ side: 64, width: null });
});

test("a reason is not told twice", () => {
  expect(stateSentence("Finished", null)).toBe("Finished");
  expect(stateSentence("Stopped", "Stopped by hand.")).toBe("Stopped by hand.");
  expect(stateSentence("Failed", "The disk is full.")).toBe("Failed: The disk is full.");
});
