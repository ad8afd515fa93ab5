import { expect, test } from "vitest";
import * as directions from "#web/explore/direction-state.js";

const listed = [
  { id: "sefa/1", name: "Direction 1", group: "Strongest changes" },
  { id: "pca/2", name: "Variation 2", group: "Main variations" },
  { id: "attribute/slant", name: "slant", group: "Attributes" },
];

test("what is slid while others are locked has their ids too, and their names", () => {
  expect(directions.idWithLocks("pca/2", ["sefa/1"])).toBe("pca/2|sefa/1");
  expect(directions.idWithLocks("sefa/1", ["sefa/1"])).toBe("sefa/1");
  expect(directions.idWithLocks("pca/2", [])).toBe("pca/2");
  expect(directions.titleOf("pca/2|sefa/1|saved/mine", listed)).toBe("Variation 2, Direction 1 and mine locked");
  expect(directions.titleOf("pca/2", listed)).toBe("Variation 2");
  expect(directions.titleOf("saved/~point1", listed)).toBe("not named yet");
  expect(directions.involves("pca/2|sefa/1", "sefa/1")).toBe(true);
  expect(directions.involves("pca/12", "pca/1")).toBe(false);
  expect(directions.renameParts("saved/a|saved/ab", (id) => (id === "saved/a" ? "saved/b" : id))).toBe(
    "saved/b|saved/ab",
  );
});

test("a press marks for more, then for less, then not", () => {
  expect([0, 1, -1].map(directions.nextMark)).toEqual([1, -1, 0]);
  expect([0, 1, -1].map(directions.markName)).toEqual(["", "more", "less"]);
});

test("how sure a direction between marks is", () => {
  expect(directions.agreement({ right: 1, marks: 2 })).toBe(" A few more marks make it surer.");
  expect(directions.agreement({ right: 4, marks: 5 })).toBe(
    " Left out one by one, 4 of 5 marks agree with the others. A few more marks make it surer.",
  );
  expect(directions.agreement({ right: 3, marks: 8 })).toMatch("That is close to guessing");
  expect(directions.agreement({ right: 8, marks: 8 })).toMatch(/others\.$/);
});

test("what is being written is completed by a name", () => {
  expect(directions.fragmentOf("slant - 0.5*li")).toBe("li");
  expect(directions.fragmentOf('a - "Va')).toBe("va");
  expect(directions.fragmentOf("two-tone")).toBe("two-tone");
  expect(directions.fragmentOf("a + ")).toBe("");
  expect(directions.suggestions(["lightness", "Line", "slant", "lightness"], "li")).toEqual(["lightness", "Line"]);
  expect(directions.suggestions(["slant"], "slant")).toEqual([]);
  expect(directions.withName("sl", 2, "slant")).toEqual({ text: "slant", at: 5 });
  expect(directions.withName("2*sl + b", 4, "slant")).toEqual({ text: "2*slant + b", at: 7 });
  expect(directions.withName("slant", 5, "x")).toEqual({ text: "x", at: 1 });
  expect(directions.withName("", 0, "Variation 2")).toEqual({ text: '"Variation 2"', at: 13 });
  expect(directions.withName("2", 1, "slant")).toEqual({ text: "2 + slant", at: 9 });
  expect(directions.withName("a - ", 4, "slant")).toEqual({ text: "a - slant", at: 9 });
  expect(directions.byName(listed).map(({ name }) => name)).toEqual(["slant", "Direction 1", "Variation 2"]);
});

test("directions through a training: when each settled, and its line", () => {
  expect([null, 1, 1000].map((since) => directions.settledWords(since, 1))).toEqual([
    "not settled yet",
    "from the start",
    "since step 1,000",
  ]);
  const settling = {
    ...{ steps: [3, 50, 2000], floor: 0.1, stable: 0.9 },
    lines: [
      { name: "a", cosines: [0.2, 0.5, 1], since: 2000 },
      { name: "b", cosines: [0.9, 0.95, 1], since: 3 },
    ],
  };
  const scene = directions.settlingScene(settling, null);
  expect(scene.x).toMatchObject({ low: 3, high: 2000, log: true, ticks: [10, 100, 1000] });
  expect(scene.lines.map(({ name }) => name)).toEqual(["dir-line", "dir-line"]);
  expect(scene.lines[0].points).toEqual([[3, 0.2], [50, 0.5], [2000, 1]]); // prettier-ignore
  const lit = directions.settlingScene(settling, 0);
  expect(lit.lines.map(({ name }) => name)).toEqual(["dir-line", "dir-line lit"]);
  expect(lit.lines[1].points[0]).toEqual([3, 0.2]);
});
