import { expect, test } from "vitest";
import { barOf } from "#web/train/start-state.js";

const FREE = { free: true };
const FULL = { free: false };
const run = (name, state, mine = false, comparison = "") => ({ name, state, mine, comparison });

test("nothing goes on: Start, without a word", () => {
  const idle = { start: "Start", state: "", cost: "", another: false };
  expect(barOf([], FREE, false)).toEqual(idle);
  expect(barOf([run("a", "finished", true), run("b", "running", true, "comparison-1")], FREE, false)).toEqual(idle);
});

test("while Start is not answered it says so and cannot be pressed", () => {
  expect(barOf([run("a", "running", true)], FREE, true)).toEqual({
    start: "Starting …",
    state: "starting",
    cost: "",
    another: false,
  });
});

test.each([
  ["running", "Training a …"],
  ["paused", "Paused: a"],
  ["waiting", "Waiting: a"],
])("a training of this browser that is %s is named, and another one is a choice of its own", (state, words) => {
  const bar = barOf([run("b", "running"), run("a", state, true)], FREE, false);
  expect(bar).toMatchObject({ start: words, state, another: true });
  expect(bar.cost).toBe("Train this too: both share this machine, so each is about half as fast.");
});

test("trainings of others do not hold Start up, and what they cost is said", () => {
  expect(barOf([run("b", "running")], FREE, false)).toEqual({
    start: "Start",
    state: "",
    another: false,
    cost: "b goes on too: both share this machine, so each is about half as fast.",
  });
  const full = (...runs) => barOf(runs, FULL, false).cost;
  expect(full(run("b", "running"))).toBe("This machine is taken: your training waits in line until b ends.");
  expect(full(run("b", "running"), run("c", "paused"))).toContain("until one of b, c ends");
  expect(full(run("b", "waiting"))).toContain("waits in line for its turn");
  expect(full(run("b", "running"), run("a", "running", true))).toBe(
    "Train this too: it waits in line until one of b, a ends.",
  );
});
