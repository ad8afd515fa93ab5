import { expect, test } from "vitest";
import { isDefault, proposedPictures, usualNumber, wholeForm } from "#web/train/form-state.js";

const DEFAULTS = {
  recipe: "dcgan",
  how: "Minutes",
  number: 5,
  settings: {},
  data: "glyphs",
  data_b: "winter",
  folder: "",
  folder_b: "",
};
const KNOWN = { defaults: DEFAULTS, presets: ["dcgan", "cyclegan"] };
const PROPOSALS = {
  dcgan: { data: "glyphs", data_b: null, translates: false },
  wgan: { data: "glyphs", data_b: null, translates: false },
  cyclegan: { data: "summer", data_b: "winter", translates: true },
};

test("a kept form is made whole; the pictures are those that the server still has", () => {
  const form = wholeForm(KNOWN, { recipe: "cyclegan", number: 9, stray: 1 }, "mine", "winter");
  expect(form).toEqual({ ...DEFAULTS, recipe: "cyclegan", number: 9, data: "mine" });
});

test("a form of a recipe that is not known, or that is none, is the one at first", () => {
  for (const kept of [{ recipe: "gone", number: 9 }, null, 7, "text", []])
    expect(wholeForm(KNOWN, kept, "glyphs", "winter")).toEqual(DEFAULTS);
});

test("only a form that differs can be reset", () => {
  expect(isDefault({ ...DEFAULTS, settings: {} }, DEFAULTS)).toBe(true);
  expect(isDefault({ ...DEFAULTS, settings: { size: 64 } }, DEFAULTS)).toBe(false);
  expect(isDefault({ ...DEFAULTS, number: null }, DEFAULTS)).toBe(false);
});

test("another recipe brings its usual minutes, unless others were typed", () => {
  const minutes = { dcgan: 5, cyclegan: 60 };
  expect(usualNumber(minutes, "cyclegan", "Minutes", 5)).toBe(60);
  expect(usualNumber(minutes, "cyclegan", "Minutes", 7)).toBe(7);
  expect(usualNumber(minutes, "cyclegan", "Steps", 5)).toBe(5);
});

test("a translation's pictures take the place of those that the other recipes propose, not of chosen ones", () => {
  expect(proposedPictures(PROPOSALS, "cyclegan", false, "glyphs", null)).toEqual({ data: "summer", data_b: "winter" });
  expect(proposedPictures(PROPOSALS, "cyclegan", false, "mine", "yours")).toEqual({});
  expect(proposedPictures(PROPOSALS, "cyclegan", false, "winter", null)).toEqual({ data: "summer", data_b: "winter" });
  expect(proposedPictures(PROPOSALS, "dcgan", true, "summer", "winter")).toEqual({ data: "glyphs" });
  expect(proposedPictures(PROPOSALS, "dcgan", true, "mine", "winter")).toEqual({});
});
