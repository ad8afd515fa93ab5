import { describe, expect, it } from "vitest";
import * as state from "../../../gan_core/ui/web/translate/drawing-state.js";

const stroke = (pointer) => ({ pointer, colour: "#000000", brush: 0.02, erases: false, points: [[0, 0]] });

describe("strokes", () => {
  it("are undone and done again", () => {
    const strokes = new state.Strokes();
    expect(strokes.undo()).toBe(false);
    strokes.begin(stroke(1));
    strokes.end(1);
    strokes.begin(stroke(2));
    expect(strokes.undo()).toBe(true);
    expect(strokes.current).toBe(null);
    expect([strokes.done.length, strokes.canUndo, strokes.canRedo]).toEqual([1, true, true]);
    expect(strokes.redo()).toBe(true);
    expect(strokes.done.map(({ pointer }) => pointer)).toEqual([1, 2]);
    expect(strokes.redo()).toBe(false);
  });
  it("forget what was undone when a new one begins", () => {
    const strokes = new state.Strokes();
    strokes.begin(stroke(1));
    strokes.undo();
    strokes.begin(stroke(2));
    expect(strokes.canRedo).toBe(false);
  });
  it("end with their own pointer", () => {
    const strokes = new state.Strokes();
    strokes.begin(stroke(7));
    expect(strokes.end(8)).toBe(false);
    expect(strokes.current?.pointer).toBe(7);
    expect(strokes.end(7)).toBe(true);
  });
  it("are all gone after a clear", () => {
    const strokes = new state.Strokes();
    strokes.begin(stroke(1));
    strokes.clear();
    expect([strokes.canUndo, strokes.canRedo, strokes.current]).toEqual([false, false, null]);
  });
});

describe("a long drawing", () => {
  it("holds the strokes that can be undone and gives away the older ones, each once and in order", () => {
    const strokes = new state.Strokes();
    const settled = [];
    for (let number = 0; number < 250; number++) {
      strokes.begin(stroke(number));
      strokes.end(number);
      settled.push(...strokes.settle());
    }
    expect(strokes.done).toHaveLength(100);
    expect([...settled, ...strokes.done].map(({ pointer }) => pointer)).toEqual([...Array(250).keys()]);
    for (let number = 0; number < 100; number++) expect(strokes.undo()).toBe(true);
    expect(strokes.undo()).toBe(false);
    expect(strokes.settle()).toEqual([]);
  });
});

describe("the page", () => {
  it("has the shape of the picture under it", () => {
    expect(state.pageSize(1, 1)).toEqual({ width: 512, height: 512 });
    expect(state.pageSize(2000, 1000)).toEqual({ width: 512, height: 256 });
    expect(state.pageSize(20_000, 3)).toEqual({ width: 512, height: 32 });
  });
  it("is reduced while the pen moves, where the network sees less", () => {
    expect(state.movingSize({ width: 512, height: 256 }, 128)).toEqual({ width: 320, height: 160 });
    expect(state.movingSize({ width: 512, height: 512 }, 512)).toBe(null);
  });
});

describe("a pen", () => {
  it("draws broader when it is pressed", () => {
    expect(state.pressedBrush({ pointerType: "pen", pressure: 1 }, 0.02)).toBeCloseTo(0.03);
    expect(state.pressedBrush({ pointerType: "mouse", pressure: 0.5 }, 0.02)).toBe(0.02);
    expect(state.pressedBrush({ pointerType: "pen", pressure: 0 }, 0.02)).toBe(0.02);
  });
  it("may erase", () => {
    expect([1, 32].map((buttons) => state.isEraser({ buttons }))).toEqual([false, true]);
  });
});

describe("keys", () => {
  const action = (key, more = {}) => state.undoKey({ key, ctrlKey: true, metaKey: false, shiftKey: false, ...more });
  it("undo and redo", () => {
    const done = [action("z"), action("Z", { shiftKey: true }), action("y"), action("a")];
    expect(done).toEqual(["undo", "redo", "redo", null]);
    expect(action("z", { ctrlKey: false })).toBe(null);
    expect(action("z", { ctrlKey: false, metaKey: true })).toBe("undo");
  });
});
