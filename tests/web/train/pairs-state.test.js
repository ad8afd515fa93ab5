import { expect, test } from "vitest";
import { kindOf, wordsOf } from "#web/train/pairs-state.js";

const KINDS = [
  { value: "edges", label: "Lines", words: "Lines are drawn." },
  { value: "", label: "Folders", words: "Equal names." },
];

test("the kind of pairs is the recipe's unless another was chosen", () => {
  expect(kindOf({ pairs: "edges" }, {})).toBe("edges");
  expect(kindOf({ pairs: "edges" }, { pairs: "grey" })).toBe("grey");
  expect(kindOf({ pairs: null }, {})).toBe("");
});

test("pairs in two folders are a choice, too", () => {
  expect(kindOf({ pairs: "edges" }, { pairs: null })).toBe("");
});

test("a recipe that learns from no pairs has no kind", () => {
  expect(kindOf(undefined, { pairs: "edges" })).toBeNull();
});

test("every kind is explained", () => {
  expect(wordsOf(KINDS, "edges")).toBe("Lines are drawn.");
  expect(wordsOf(KINDS, "")).toBe("Equal names.");
  expect(wordsOf(KINDS, null)).toBe("");
});
