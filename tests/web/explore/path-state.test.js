import { expect, test } from "vitest";
import * as paths from "#web/explore/path-state.js";

const stop = (seed, values = {}) => ({ place: { kind: "seed", seed }, seconds: 2, easing: "linear", ...values });
const path = (stops, values = {}) => ({ ...paths.newPath(), stops, ...values });

test("a loop goes back to its first stop, another path ends at its last", () => {
  const stops = [stop(0), stop(1), stop(2, { seconds: 5 })];
  expect(paths.lengthOf(path(stops))).toBe(9);
  expect(paths.lengthOf(path(stops, { loop: false }))).toBe(4);
  expect(paths.lengthOf(path([stop(0)], { loop: false }))).toBe(2);
  expect(paths.lengthOf(path([]))).toBe(0);
});

test("every stop keeps its share of another length", () => {
  const made = path([stop(0, { seconds: 1 }), stop(1, { seconds: 3 })]);
  paths.setLength(made, 8);
  expect(made.stops.map(({ seconds }) => seconds)).toEqual([2, 6]);
  expect([0.05, 0.1, 600, 601, NaN].map(paths.isDuration)).toEqual([false, true, true, false, false]);
});

test("stops are moved", () => {
  const made = path([0, 1, 2, 3].map((seed) => stop(seed)));
  paths.moveStop(made, 3, 1);
  expect(made.stops.map(({ place }) => place.seed)).toEqual([0, 3, 1, 2]);
});

test("a stop is shown by the numbers that it was kept with, where the model takes them", () => {
  const kept = stop(3, { place: { kind: "seed", seed: 3, label: 2, amounts: { "pca/1": 1 } }, z: [1, 2] });
  expect(paths.latentOf(kept, 2)).toEqual({ kind: "vector", vector: [1, 2], label: 2 });
  expect(paths.latentOf(kept, 3)).toBe(kept.place);
  expect(paths.latentOf(stop(3), 2)).toEqual({ kind: "seed", seed: 3 });
});

test("what is said of stops and legs", () => {
  const stops = [stop(0), stop(1, { easing: "ease-in" }), stop(2, { easing: "hold" })];
  const words = (made) => made.stops.map((_, index) => paths.stopWords(made, index, "2 s"));
  expect(words(path(stops))).toEqual(["2 s", "2 s ∿", "2 s ▮ ↺"]);
  expect(words(path(stops, { loop: false }))).toEqual(["2 s", "2 s ∿", "end"]);
  expect(words(path([stop(0)]))).toEqual(["2 s"]);
  const legs = (made) => made.stops.map((_, index) => paths.legWords(made, index));
  expect(legs(path(stops))).toEqual(["To stop 2 in", "To stop 3 in", "Back to stop 1 in"]);
  expect(legs(path(stops, { loop: false }))).toEqual(["To stop 2 in", "To stop 3 in", ""]);
  expect(legs(path([stop(0)]))).toEqual(["Stays"]);
  expect(paths.hintFor(path([]))).toMatch("add the one that is shown");
  expect(paths.hintFor(path([stop(0)]))).toMatch("stands still");
  expect(paths.hintFor(path(stops, { steady: true }))).toMatch("Steady speed shares");
  expect(paths.hintFor(path(stops))).toBe("");
});

test("how even the speed is", () => {
  const speed = { before: [1, 3, 0, 2], after: [2, 2, 0, 2], spread: 0.012 };
  expect(paths.speedWords(speed, false)).toBe(
    "The fastest moment was 1.5 times the mean; now no step differs from the mean by more than 1.2 %.",
  );
  expect(paths.speedWords(speed, true)).toMatch(/^Apart from cuts, the fastest/);
  expect(paths.speedWords({ ...speed, spread: null }, true)).toBe("Between its cuts the picture stands still.");
  expect(paths.speedWords({ ...speed, before: [0, 0] }, false)).toBe("The picture does not change.");
  expect(paths.speedScene(speed)).toMatchObject({
    x: { high: 3 },
    y: { high: 3 },
    lines: [{ name: "before" }, { name: "after" }],
  });
});

test("what a file will be", () => {
  const film = { kind: "mp4", side: 256, pictures: 20, frames: 35, seconds: 1.4, fps: 25 };
  expect(paths.filmWords(film)).toBe("1.4 s · 35 frames of 256 x 256 pixels");
  expect(paths.filmWords({ ...film, kind: "webp" })).toBe("1.4 s · 35 frames of 256 x 256 pixels, played for ever");
  expect(paths.filmWords({ ...film, kind: "gif", fps: 30 })).toMatch(
    "played for ever. The nearest that a GIF can do is 33.3",
  );
  expect(paths.filmWords({ ...film, kind: "gif", fps: 60 })).toMatch("A GIF has at most 50 frames a second");
  expect(paths.filmWords({ ...film, kind: "gif" })).toBe("1.4 s · 35 frames of 256 x 256 pixels, played for ever");
  expect(paths.filmWords({ ...film, kind: "strip" })).toBe("20 pictures of 256 x 256 pixels in 2 rows of 10");
  expect(paths.filmWords({ ...film, kind: "strip", pictures: 7 })).toBe("7 pictures of 256 x 256 pixels in 1 row");
  expect(paths.filmScales(32)).toEqual({ scales: [1, 8, 16, 32], usual: 8 });
  expect(paths.filmScales(512)).toEqual({ scales: [1, 2], usual: 1 });
  expect(paths.filmScales(28)).toEqual({ scales: [1, 9, 18, 36], usual: 9 });
});

test("the film lies between its points, and jumps where it is cut", () => {
  const course = { points: [[0], [2], [4]], classes: null, cuts: [1] };
  const at = (share) => paths.latentAt(course, share).vector;
  expect([at(0), at(0.25), at(0.5), at(0.75), at(1)]).toEqual([[0], [1], [2], [2], [4]]);
  expect(paths.latentAt(course, 0)).toEqual({
    ...{ kind: "vector", vector: [0] },
    ...{ scale: 1, moves: [], amounts: {}, offsets: {} },
  });
  expect(paths.latentAt({ ...course, points: [[3]] }, 0.7).vector).toEqual([3]);
  expect([0, 0.49, 0.51, 1].map((share) => paths.stopAt({ stops: [0, 2], seconds: 4 }, share))).toEqual([0, 0, 1, 1]);
});

test.each([
  ["the share of a second class grows", [0, null, 0], [0, 1, 0.5], [0, 1, 0.25]],
  ["a mix ends in its first class", [0, 1, 0.5], [0, null, 0], [0, 1, 0.25]],
  ["and in its second", [0, 1, 0.5], [1, null, 0], [0, 1, 0.75]],
  ["the two stand the other way round", [0, 1, 0.2], [1, 0, 0.2], [0, 1, 0.5]],
  ["one class goes over into another", [0, null, 0], [0, null, 0], [0, null, 0]],
])("classes along the film: %s", (_, from, to, [label, towards, mix]) => {
  const course = { points: [[0], [1]], classes: [from, to], cuts: [] };
  const found = paths.latentAt(course, 0.5);
  expect([found.label, found.towards]).toEqual([label, towards]);
  expect(found.mix).toBeCloseTo(mix);
});

test("other classes change at the half", () => {
  const course = { points: [[0], [1]], classes: [[0, 1, 0.5], [2, 3, 0.5]], cuts: [] }; // prettier-ignore
  expect(paths.latentAt(course, 0.4).label).toBe(0);
  expect(paths.latentAt(course, 0.6).label).toBe(2);
});
