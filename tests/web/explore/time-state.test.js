import { expect, test } from "vitest";
import * as time from "#web/explore/time-state.js";

const STEPS = [1, 10, 100, 1000];
const ended = (step = null) => ({ model: "runs/past", steps: STEPS, step, newest: 1000, live: false });
const going = (step = null) => ({ ...ended(step), model: "live:past", newest: 1500, live: true });

test("moments lie on a logarithmic axis; the newest weights of a training stand apart", () => {
  expect([1, 10, 1000, null].map((step) => Number(time.shareOf(ended(), step).toFixed(3)))).toEqual([0, 0.333, 1, 1]);
  expect([1, 10, 1000, null].map((step) => Number(time.shareOf(going(), step).toFixed(3)))).toEqual([0, 0.31, 0.93, 1]);
  expect(time.shareOf({ ...going(), steps: [5] }, 5)).toBe(0);
  expect(time.isApart({ ...ended(), newest: 700 })).toBe(true);
});

test("a place on the axis is a step, and its end the newest weights", () => {
  expect([0, 0.5, 0.9999, 1, 1.2, -1].map((share) => time.stepAt(ended(), share))).toEqual([1, 32, 999, null, null, 1]);
  expect([0.93, 0.96, 0.97].map((share) => time.stepAt(going(), share))).toEqual([1000, 1000, null]);
  for (const step of STEPS) expect(time.stepAt(going(), time.shareOf(going(), step))).toBe(step);
});

test("a step is shown by the nearest kept moment; the last of an ended run is its model", () => {
  expect([null, 4, 45, 316, 317, 5000].map((step) => time.momentOf(ended(), step))).toEqual([
    null,
    10,
    100,
    100,
    null,
    null,
  ]);
  expect(time.momentOf(going(), 5000)).toBe(1000);
  expect(time.momentOf({ ...ended(), steps: [] }, 5)).toBe(null);
});

test("one goes from moment to moment, to the newest and no farther", () => {
  expect(time.momentAfter(ended(10), 1)).toBe(100);
  expect(time.momentAfter(ended(100), 1)).toBe(null);
  expect(time.momentAfter(ended(), -1)).toBe(100);
  expect(time.momentAfter(ended(), 99)).toBe(null);
  expect(time.momentAfter(going(), -1)).toBe(1000);
  expect(time.momentAfter(going(10), -99)).toBe(1);
});

test("moments in words", () => {
  expect(time.hereWords(ended())).toBe("newest, step 1,000");
  expect(time.hereWords(going())).toBe("now, step 1,500");
  expect(time.hereWords({ ...ended(), model: "runs/past/best", newest: null })).toBe("best");
  expect(time.hereWords(ended(10))).toBe("step 10");
  expect(time.momentWords(ended(100), 45, [])).toBe("Step 100 is the nearest kept to 45.");
  expect(time.momentWords(ended(), 700, [])).toBe("Step 1,000 is the nearest kept to 700.");
  expect(time.momentWords(ended(10), 10, [{ step: 10, name: "eyes" }])).toBe("Step 10 is pinned: eyes.");
  expect(time.momentWords(ended(), null, [{ step: 1000, name: "" }])).toBe("Step 1,000 is pinned.");
  expect(time.momentWords(ended(10), 10, [])).toBe("Moment 2 of the 4 that are kept.");
  expect(time.momentWords(ended(), null, [])).toBe("The model as it is, the last of its moments.");
  expect(time.momentWords({ ...ended(), newest: 700 }, null, [])).toBe("The model as it is.");
  expect(time.momentWords(going(), null, [])).toBe("Training now: the picture follows.");
});

test("curves grow, and go on from an earlier step after a run was resumed", () => {
  const curves = time.noCurves("live:past");
  const point = (step, kind, values) => ({ step, kind, values });
  time.addPoints(curves, {
    next: 7,
    points: [point(1, "losses", { generator: 1 }), point(9, "losses", { generator: 3 }), point(9, "scores", {})],
  });
  expect(time.kindsOf(curves)).toEqual(["losses"]);
  time.addPoints(curves, { next: 9, points: [point(5, "resumed", {}), point(6, "losses", { generator: 2 })] });
  expect(curves.losses.map(({ step }) => step)).toEqual([1, 6]);
  expect(curves.next).toBe(9);
  expect(time.valuesAt(curves.losses, 5)).toEqual([{ color: "var(--gw-generator)", text: "generator 2" }]);
});

test("curves over the axis: gaps stay gaps, a distance falls by factors, the reference is dashed", () => {
  const points = [
    { step: 1, values: { score: 100, reference_level: 2, extra: 3 } },
    { step: 10, values: { score: 10, reference_level: 2 } },
    { step: 5000, values: { score: 5 } },
  ];
  const scene = time.curvesScene(points, ended(), true);
  expect(scene.y).toMatchObject({ low: 2, high: 100, log: true });
  expect([scene.topNote, scene.note]).toEqual(["100", "2"]);
  expect(scene.lines.map(({ color, dash }) => [color, dash])).toEqual([
    ["var(--gw-accent)", undefined],
    ["var(--gw-muted)", "4 4"],
    ["var(--gw-third)", undefined],
  ]);
  expect(scene.lines[0].points.map(([x]) => Number(x.toFixed(3)))).toEqual([0, 0.333, 1]);
  expect(scene.lines[1].points[2][1]).toBeNaN();
  expect(time.curvesScene(points, ended(), false).y.log).toBe(false);
  expect(time.curvesScene(points.slice(0, 0), ended(), true)).toBe(null);
  expect(time.curvesScene(points, { ...ended(), steps: [] }, true)).toBe(null);
});

test("a film may begin at the first moment and at powers of ten", () => {
  expect(time.startSteps([3, 30, 300, 3000])).toEqual([3, 10, 100]);
  expect(time.startSteps([])).toEqual([1]);
});
