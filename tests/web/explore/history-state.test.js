import { expect, test } from "vitest";
import { History } from "#web/explore/history-state.js";

function history(...states) {
  const made = new History();
  for (const state of states) made.push(state);
  return made;
}

test("undo goes back to where it began, redo forward again", () => {
  const made = history("a", "b", "c");
  expect([made.undo(), made.undo(), made.undo()]).toEqual(["b", "a", null]);
  expect([made.canUndo, made.canRedo]).toEqual([false, true]);
  expect([made.redo(), made.redo(), made.redo()]).toEqual(["b", "c", null]);
});

test("a change after undo forgets what was undone; one that changes nothing is none", () => {
  const made = history("a", "b", "b");
  expect(made.undo()).toBe("a");
  made.push("a");
  expect(made.canRedo).toBe(true);
  made.push("c");
  expect([made.canRedo, made.undo()]).toEqual([false, "a"]);
});

test("what is replaced cannot be undone", () => {
  const made = history("empty");
  made.replace("first");
  expect(made.canUndo).toBe(false);
  made.push("second");
  expect(made.undo()).toBe("first");
});

test("it holds two hundred changes, and renames all of its states", () => {
  const made = history(...Array.from({ length: 250 }, (_, index) => `x${index}`));
  made.rename((state) => state.replace("x", "y"));
  let back = 0;
  let last = null;
  for (let state = made.undo(); state !== null; state = made.undo()) {
    last = state;
    back += 1;
  }
  expect([back, last]).toEqual([200, "y49"]);
});
