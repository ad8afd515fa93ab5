import { beforeEach, expect, test } from "vitest";
import { Settings } from "#web/train/settings-state.js";

const OFFER = {
  plain: [{ key: "batch_size" }, { key: "size" }],
  augmentations: [{ name: "flip" }, { name: "shift" }],
  titles: { game: "Game", objective: "Loss", penalty: "Penalty", generator: "Generator" },
  optional: { penalty: "none" },
  parts: {
    adversarial: {
      game: [{ name: "adversarial", options: [] }],
      objective: [
        { name: "hinge", options: [] },
        { name: "lsgan", options: [{ name: "target", default: 1 }] },
      ],
      penalty: [{ name: "r1", options: [{ name: "weight", default: 10 }] }],
      generator: [
        {
          name: "dcgan",
          options: [
            { name: "width", default: 64 },
            { name: "depth", default: 4 },
          ],
        },
      ],
    },
  },
};
const PRESET = {
  game: { name: "adversarial" },
  objective: "hinge",
  penalty: null,
  generator: { name: "dcgan", width: 32 },
  batch_size: 16,
  size: 32,
  augmentation: ["flip"],
};
let settings;
beforeEach(() => (settings = new Settings(OFFER, PRESET)));

test("the form of a recipe differs in nothing; every option has its value", () => {
  expect(settings.changes()).toEqual({});
  expect(settings.form.generator).toEqual({ name: "dcgan", width: 32, depth: 4 });
  expect(settings.form.penalty).toBeNull();
});

test("plain values, augmentations and options are named by their keys", () => {
  settings.form.batch_size = 8;
  settings.form.augmentation = [];
  settings.setOption("generator", "width", 16);
  expect(settings.changes()).toEqual({ batch_size: 8, augmentation: [], "generator.width": 16 });
});

test("another part is its name and what differs from its own defaults", () => {
  settings.choosePart("objective", "lsgan");
  settings.choosePart("penalty", "r1");
  settings.setOption("penalty", "weight", 5);
  expect(settings.changes()).toEqual({ objective: "lsgan", penalty: "r1", "penalty.weight": 5 });
  settings.choosePart("penalty", null);
  settings.choosePart("objective", "hinge");
  expect(settings.changes()).toEqual({});
});

test("what was kept comes back, whatever the order of its keys", () => {
  const kept = { "penalty.weight": 5, penalty: "r1", size: 64, "generator.width": 16, gone: 1, "gone.option": 2 };
  settings.restore(kept);
  expect(settings.changes()).toEqual({ penalty: "r1", "penalty.weight": 5, size: 64, "generator.width": 16 });
});

test("a few settings are applied on top of what is set; options of parts that are not there are left out", () => {
  settings.form.batch_size = 8;
  settings.apply({ size: 64, "generator.width": 16, "penalty.weight": 1, "generator.gone": 3 });
  expect(settings.changes()).toEqual({ batch_size: 8, size: 64, "generator.width": 16 });
});

test("the Lab's parts are taken where they work on pictures, with the recipe's options below them", () => {
  const sent = { objective: { name: "lsgan" }, penalty: null, generator: { name: "mlp" }, clip: { name: "box" } };
  expect(settings.takeParts(sent)).toEqual({
    taken: ["loss lsgan", "penalty none"],
    left: ["generator mlp", "clip box"],
  });
  expect(settings.changes()).toEqual({ objective: "lsgan" });
  settings.takeParts({ generator: { name: "dcgan", depth: 2 } });
  expect(settings.form.generator).toEqual({ name: "dcgan", width: 32, depth: 2 });
});
