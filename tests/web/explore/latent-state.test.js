import { expect, test } from "vitest";
import * as latents from "#web/explore/latent-state.js";

const home = (values = {}) => ({ ...structuredClone(latents.HOME), ...values });

test("only what matters for its kind is sent, and a complete latent comes back from it", () => {
  expect(latents.compact(home({ seed: 5, x: 0.1 }), false)).toEqual({ kind: "seed", seed: 5 });
  expect(latents.compact(home({ kind: "path", t: 0.25 }), false)).toEqual({
    ...{ kind: "path", ends: [0, 1], t: 0.25, way: "slerp" },
  });
  const moved = home({
    kind: "pad",
    scale: 0.7,
    moves: [[3, 0.6]],
    amounts: { "pca/1": 2, "sefa/1": 0 },
    offsets: { 4: 1 },
  });
  const sent = latents.compact(moved, false);
  expect(sent).toEqual({
    ...{ kind: "pad", corners: [0, 1, 2, 3], x: 0.5, y: 0.5, way: "slerp", scale: 0.7 },
    ...{ moves: [[3, 0.6]], amounts: { "pca/1": 2 }, offsets: { 4: 1 } },
  });
  expect(latents.complete(sent)).toEqual({ ...moved, amounts: { "pca/1": 2 } });
});

test("a complete latent keeps what the compact one does not say, but nothing that moves it", () => {
  const before = home({ seed: 9, ends: [7, 8], scale: 0.5, amounts: { "pca/1": 3 }, towards: 2, mix: 0.4 });
  expect(latents.complete({ kind: "path", ends: [1, 2], t: 1 }, before)).toEqual({
    ...home({ seed: 9, kind: "path", ends: [1, 2], t: 1 }),
  });
  expect(before.amounts).toEqual({ "pca/1": 3 });
});

test("classes are sent to a model that has them, and left where another one does not", () => {
  const latent = home({ label: 4, towards: 6, mix: 0.25 });
  expect(latents.compact(latent, true)).toEqual({ kind: "seed", seed: 0, label: 4, towards: 6, mix: 0.25 });
  expect(latents.compact({ ...latent, mix: 0 }, true)).toEqual({ kind: "seed", seed: 0, label: 4 });
  latents.fitClasses(latent, 5);
  expect(latent).toMatchObject({ label: 4, towards: null, mix: 0 });
  latents.fitClasses(latent, 4);
  expect(latent.label).toBe(0);
});

test("what is seen stays in sight when the kind changes", () => {
  const path = home({ seed: 12 });
  latents.changeKind(path, "path");
  expect(path).toMatchObject({ kind: "path", ends: [12, 1] });
  const pad = home({ seed: 12 });
  latents.changeKind(pad, "pad");
  expect(pad).toMatchObject({ kind: "pad", corners: [12, 1, 2, 3] });
  latents.changeKind(pad, "path");
  expect(pad.ends).toEqual([0, 1]);
});

test("a seed is a whole number from 0 to the largest, and after that comes 0", () => {
  expect(["0", "77", "4294967295"].map(latents.parseSeed)).toEqual([0, 77, 4294967295]);
  expect(["", "-1", "1.5", "4294967296", "seven"].map(latents.parseSeed)).toEqual([null, null, null, null, null]);
  expect(latents.seedAfter(latents.LARGEST_SEED, 1)).toBe(0);
  expect(latents.seedAfter(0, -1)).toBe(latents.LARGEST_SEED);
});

test("values are read and written by their paths", () => {
  const latent = home();
  latents.setValueAt(latent, "ends.1", 42);
  latents.setValueAt(latent, "seed", 3);
  expect([latents.valueAt(latent, "ends.1"), latent.ends, latent.seed]).toEqual([42, [0, 42], 3]);
  expect(latents.HOME.ends).toEqual([0, 1]);
});

test("putting back leaves the seeds and the class", () => {
  const latent = home({
    kind: "pad",
    corners: [5, 6, 7, 8],
    x: 0,
    scale: 2,
    offsets: { 1: 1 },
    label: 3,
    mix: 0.5,
    towards: 1,
  });
  latents.putBack(latent);
  expect(latent).toEqual(home({ kind: "pad", corners: [5, 6, 7, 8], label: 3 }));
});

test("an amount of nothing is none", () => {
  const latent = home({ amounts: { "pca/1": 1 } });
  latents.setAmount(latent, "pca/2", -3);
  latents.setAmount(latent, "pca/1", 1e-9);
  expect(latent.amounts).toEqual({ "pca/2": -3 });
});

test("what lies under the sliders is with or without steps to neighbours", () => {
  const latent = latents.compact(
    home({ moves: [[3, 0.6]], scale: 0.5, amounts: { "pca/1": 1 }, offsets: { 0: 1 } }),
    false,
  );
  expect(latents.withoutSliders(latent, true)).toEqual({ kind: "seed", seed: 0, moves: [[3, 0.6]] });
  expect(latents.withoutSliders(latent, false)).toEqual({ kind: "seed", seed: 0 });
});

test("a latent in words", () => {
  const words = (values, conditional = false) =>
    latents.describe(latents.compact(home(values), conditional), conditional ? ["cat", "dog"] : []);
  expect(words({ seed: 7 })).toBe("seed 7");
  expect(words({ kind: "path", ends: [1, { kind: "vector", vector: [0] }], t: 0.25, way: "lerp" })).toBe(
    "25 % of the way from seed 1 to a pinned place (lerp)",
  );
  expect(words({ kind: "pad" })).toBe("between seed 0, seed 1, seed 2, seed 3 (slerp)");
  expect(words({ kind: "vector", vector: [0] })).toBe("numbers of your own");
  expect(words({ moves: [[1, 1]], offsets: { 0: 1 } })).toBe("seed 0, 1 step aside, moved by sliders");
  expect(words({ moves: [[1, 1], [2, 1]] })).toBe("seed 0, 2 steps aside"); // prettier-ignore
  expect(words({ label: 1 }, true)).toBe("class dog, seed 0");
  expect(words({ label: 1, towards: 0, mix: 0.3 }, true)).toBe("70 % class dog and 30 % class cat, seed 0");
});

test("typed numbers are as many as the model's latents have, and not too far out", () => {
  expect(latents.parseNumbers("[1, -2.5;3\n4e-1]", 4)).toEqual([1, -2.5, 3, 0.4]);
  expect(() => latents.parseNumbers("1, NaN", 2)).toThrow("NaN is not a number; write 2 numbers");
  expect(() => latents.parseNumbers("1e9, 0", 2)).toThrow(
    "1e9 is too far out; every number lies between -1000 and 1000.",
  );
  expect(() => latents.parseNumbers("1 2 3", 2)).toThrow("have 2 numbers; 3 were given");
});

test("a link brings back what was put into it, and says where it is damaged", () => {
  const view = { schema: 2, model: "Zürich → ≠", step: null, latent: { kind: "vector", vector: [0.1, -0.2] } };
  const text = latents.encodeLink(view);
  expect(text).toMatch(/^[\w-]+$/);
  expect(latents.decodeLink(text)).toEqual(view);
  expect(() => latents.decodeLink(text.slice(1))).toThrow();
});
