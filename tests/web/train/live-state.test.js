import { expect, test } from "vitest";
import * as live from "#web/train/live-state.js";
import { bestOf, metricWords } from "#web/train/metric.js";
import { fits } from "#web/train/sheets.js";

const status = (state, more = {}) => ({ state, step: 0, steps: null, minutes: null, seconds: 0, ...more });
const run = (name, state, mine = false, comparison = "") => ({ name, state, mine, comparison });

test("a run is asked for often while something changes, and seldom when it rests", () => {
  const pauses = ["starting", "running", "paused", "waiting", "finished"].map((state) =>
    live.pollPause(status(state), null),
  );
  expect(pauses).toEqual([120, 300, 900, 1500, 10_000]);
  expect(live.pollPause(status("running"), "stop")).toBe(120);
  expect(live.pollPause(null, null)).toBe(10_000);
});

test("what was asked of a run is said until it is so", () => {
  const label = (state, requested) => live.stateLabel(status(state), requested);
  expect(label("running", null)).toBe("Training");
  expect(label("running", "stop")).toBe("Stopping and saving …");
  expect(label("stopped", "stop")).toBe("Stopped");
  expect(label("running", "pause")).toBe("Pausing …");
  expect(label("paused", "pause")).toBe("Paused");
  expect(label("paused", "resume")).toBe("Going on …");
});

test("progress goes by steps or by minutes, whichever ends first", () => {
  expect(live.progressOf(status("running", { step: 10, steps: 100 }))).toBe(0.1);
  expect(live.progressOf(status("running", { step: 10, steps: 100, seconds: 90, minutes: 3 }))).toBe(0.5);
  expect(live.progressOf(status("running", { seconds: 999, minutes: 3 }))).toBe(1);
  expect(live.progressOf(status("running", { step: 7 }))).toBe(0);
});

test("the browser's tab shows how far a run is", () => {
  const title = (state, more) => live.pageTitle(status(state, more), String);
  expect(title("running", { step: 25, steps: 100 })).toBe("▶ 25 % · GAN Workbench");
  expect(title("paused", { step: 25 })).toBe("❚❚ 25 · GAN Workbench");
  expect(title("finished", { step: 25 })).toBe("GAN Workbench");
});

test("how a run ended is said, with what can be done", () => {
  expect(live.endNotice(status("running"))).toBeNull();
  expect(live.endNotice(status("failed", { reason: "No space left." }))).toEqual({
    text: "No space left.",
    kind: "error",
  });
  expect(live.endNotice(status("failed")).text).toContain("last words");
  expect(live.endNotice(status("interrupted", { reason: "The app ended." })).text).toContain("Resume it");
  expect(live.endNotice(status("stopped")).text).toBe("Stopped before the first step.");
  expect(live.endNotice(status("stopped", { step: 5, translates: true })).text).toContain("Use it in Translate");
  expect(live.endNotice(status("finished", { step: 5 })).text).toContain("Explore");
  expect(live.endNotice(status("waiting", { line: "Second in line." })).text).toBe("Second in line.");
});

test("what stands in the place of a picture", () => {
  expect(live.waitingText(status("starting", { reason: "Getting the pictures." }), false)).toBe(
    "Getting the pictures.",
  );
  expect(live.waitingText(status("waiting"), false)).toContain("its turn");
  expect(live.waitingText(status("stopped"), false)).toBe("No picture was drawn.");
  expect(live.waitingText(status("stopped"), true)).toBe("");
});

test("runs are listed by what goes on and who started them; those of comparisons apart", () => {
  const runs = [
    run("a", "running"),
    run("b", "finished", true),
    run("c", "stopped"),
    run("d", "finished", true, "comparison-1"),
  ];
  const names = (shown) =>
    live.groupedRuns(runs, shown).map(([title, list]) => [title, list.map((entry) => entry.name)]);
  expect(names(null)).toEqual([
    ["Going on now", ["a"]],
    ["Started here", ["b"]],
    ["Started elsewhere", ["c"]],
    ["Of a comparison", ["d"]],
  ]);
  expect(names("d")).toEqual([
    ["Going on now", ["a"]],
    ["Started here", ["b", "d"]],
    ["Started elsewhere", ["c"]],
  ]);
});

test("where in a picture a press was", () => {
  const box = { left: 10, top: 20, width: 100, height: 200 };
  expect(live.shareOf(box, 35, 120)).toEqual({ x: 0.25, y: 0.5 });
  expect(live.shareOf(box, 9, 120)).toBeNull();
  expect(live.shareOf({ ...box, width: 0 }, 10, 20)).toBeNull();
});

const measurement = (step, value, more = {}) => ({
  name: "frechet",
  words: "Fréchet",
  step,
  value,
  samples: 1000,
  ...more,
});

test("the best measurement is the one that the run keeps, and the lowest of runs that do not say it", () => {
  expect(bestOf([])).toBeNull();
  expect(bestOf([measurement(1, 5), measurement(2, 3), measurement(3, 4)]).step).toBe(2);
  const said = [measurement(1, 5, { best: true }), measurement(2, 3, { best: false })];
  expect(bestOf(said).step).toBe(1);
  const kept = [measurement(1, 5, { best: true }), measurement(2, 3, { best: false, kept: { step: 1, value: 4.5 } })];
  expect(bestOf(kept).step).toBe(1);
  expect(bestOf([measurement(1, 5, { best: false })])).toBeNull();
});

test("a measurement is said with its spread, what real pictures give, and the best step", () => {
  const words = metricWords([
    measurement(100, 42.123, { spread: 1.5, reference_level: 3.21, reference_spread: 0.1, best: true }),
  ]);
  expect(words).toContain("Now 42.1 ± 1.5 from 1,000 pictures; what as many real pictures give is 3.21 ± 0.1.");
  expect(words).toContain("Best at step 100 (the dot): kept as this run's best model.");
});

test("a picture is cut into halves only where it has the size of its layout", () => {
  const layout = {
    groups: [
      { domain: "A", ways: ["AtoB", "BtoA"] },
      { domain: "B", ways: ["BtoA", "AtoB"] },
    ],
    side: 32,
    rows: 4,
  };
  expect(fits({ naturalWidth: 6 * 34 - 2, naturalHeight: 4 * 34 - 2 }, layout)).toBe(true);
  expect(fits({ naturalWidth: 100, naturalHeight: 100 }, layout)).toBe(false);
  expect(fits({ naturalWidth: 0, naturalHeight: 0 }, layout)).toBe(true);
  expect(fits({ naturalWidth: 0, naturalHeight: 0 }, null)).toBe(false);
});
