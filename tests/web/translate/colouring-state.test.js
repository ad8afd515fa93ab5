import { describe, expect, it } from "vitest";
import * as state from "../../../gan_core/ui/web/translate/colouring-state.js";
import { TranslationLog, requestOf } from "../../../gan_core/ui/web/translate/request-state.js";
import { placeIn } from "../../../gan_core/ui/web/translate/zoom-state.js";

const RED = "#e03131";

describe("marks", () => {
  it("are begun, removed and cleared, undone and done again", () => {
    const marks = new state.Marks();
    expect([marks.canUndo, marks.undo(), marks.redo()]).toEqual([false, false, false]);
    expect(marks.begin(RED, [0.5, 0.5])).toBe(true);
    marks.begin("#000000", [2, -1]);
    expect(marks.all[1].points).toEqual([[1, 0]]);
    marks.remove(0);
    expect(marks.all.map(({ colour }) => colour)).toEqual(["#000000"]);
    marks.undo();
    expect(marks.count).toBe(2);
    marks.clear();
    marks.undo();
    expect([marks.count, marks.canRedo]).toEqual([2, true]);
    marks.redo();
    expect(marks.count).toBe(0);
    marks.undo();
    marks.begin(RED, [0, 0]);
    expect([marks.count, marks.canRedo]).toEqual([3, false]);
  });
  it("go on as strokes, undone as a whole", () => {
    const marks = new state.Marks();
    marks.begin(RED, [0.1, 0.5]);
    expect(marks.extend([0.1 + state.SPACING / 2, 0.5], 1)).toBe(false);
    expect(marks.extend([0.1 + state.SPACING * 1.01, 0.5], 1)).toBe(true);
    expect(marks.extend([0.1 + state.SPACING * 1.5, 0.5], 3)).toBe(true); // a wide picture: further in shorter sides
    expect(marks.count).toBe(3);
    marks.undo();
    expect(marks.count).toBe(0);
    expect(marks.extend([0.5, 0.5], 1)).toBe(false);
  });
  it("end at the most that a picture takes", () => {
    const marks = new state.Marks();
    marks.begin(RED, [0, 0]);
    for (let step = 1; step < state.MOST + 50; step++) marks.extend([step % 2, 0], 1);
    expect(marks.count).toBe(state.MOST);
    expect(marks.begin(RED, [0, 0])).toBe(false);
  });
  it("become hints of the server", () => {
    const marks = new state.Marks();
    marks.begin("#ff8000", [0.25, 0.75]);
    marks.extend([0.5, 0.75], 1);
    expect(state.hintsOf(marks.all)).toEqual([
      { x: 0.25, y: 0.75, colour: [255, 128, 0] },
      { x: 0.5, y: 0.75, colour: [255, 128, 0] },
    ]);
    expect(state.colourOf([255, 128, 0, 255])).toBe("#ff8000");
    expect(state.markText({ colour: RED, points: [[0.256, 0.75]] })).toBe("Remove the hint red at 26 %, 75 %");
    expect(state.nameOf("#010203")).toBe("#010203");
  });
});

describe("what a model is asked for", () => {
  const hints = [{ x: 0, y: 0, colour: [1, 2, 3] }];
  it("is what it takes", () => {
    expect(state.fittingInputs({ hints: true, noise: 2 }, { hints, seed: 0 })).toEqual({ hints, seed: 0 });
    expect(state.fittingInputs({ hints: true, noise: 0 }, { hints, seed: 3 })).toEqual({ hints });
    expect(state.fittingInputs({ hints: false, noise: 2 }, { hints, seed: 3 })).toEqual({ seed: 3 });
    expect(state.fittingInputs({ hints: true, noise: 2 }, { hints: [] })).toEqual({});
    expect(state.fittingInputs(undefined, { hints, seed: 3 })).toEqual({});
  });
  it("stands in the request", () => {
    const settings = { model: "m", direction: "AtoB", scale: "auto", source: { example: "a" } };
    const wanted = { ...settings, hints, seed: 0 };
    expect(requestOf({ ...wanted, job: "j" })).toEqual({ ...wanted, job: "j" });
    expect(requestOf({ ...settings, job: "j" })).toEqual({ ...settings, job: "j" });
  });
});

describe("results of a stroke", () => {
  const lake = { model: "m", direction: "AtoB", scale: "auto", source: { example: "lake" } };
  it("are seen until a result of another picture or model is wanted", () => {
    const log = new TranslationLog();
    const first = log.add(lake, true);
    expect(log.isWanted(first)).toBe(true);
    const second = log.add(lake, true);
    expect([log.isWanted(first), log.isNewest(first), log.isWanted(second)]).toEqual([true, false, true]);
    const last = log.add(lake);
    expect([log.isWanted(second), log.isWanted(last)]).toEqual([true, true]);
    log.add({ ...lake, source: { example: "hill" } });
    expect([log.isWanted(second), log.isWanted(last)]).toEqual([false, false]);
  });
});

describe("keys and words", () => {
  it("move the cross within the picture", () => {
    expect(state.aimed([0.5, 0.5], "ArrowLeft", false)).toEqual([0.48, 0.5]);
    expect(state.aimed([0.5, 0.95], "ArrowDown", true)).toEqual([0.5, 1]);
    expect(state.aimed([0.5, 0.5], "a", false)).toBe(undefined);
  });
  it("say what is next", () => {
    const now = { colour: null, count: 0, hints: true, picking: false };
    expect(state.adviceText({ ...now, hints: false })).toBe("");
    expect(state.adviceText(now)).toContain("Choose a colour");
    expect(state.adviceText({ ...now, colour: RED })).toContain("Tap the picture");
    expect(state.adviceText({ ...now, colour: RED, count: 1 })).toContain("1 colour hint;");
    expect(state.adviceText({ ...now, count: 2 })).toContain("2 colour hints;");
    expect(state.adviceText({ ...now, picking: true })).toContain("taken from");
  });
  it("give every round of other colourings seeds of its own", () => {
    expect(state.seedsOf(0)).toEqual([1, 2, 3, 4]);
    expect(state.seedsOf(1)).toEqual([5, 6, 7, 8]);
  });
  it("find the place under a zoom", () => {
    expect(placeIn({ k: 1, x: 0, y: 0 }, 0.3, 0.4)).toEqual([0.3, 0.4]);
    expect(placeIn({ k: 2, x: -0.5, y: -1 }, 0.5, 0)).toEqual([0.5, 0.5]);
  });
});
