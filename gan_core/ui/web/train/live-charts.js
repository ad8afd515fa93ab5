/**
 * The curves of a run: losses, scores and the distance to real pictures.
 *
 * @import { PollResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Live } from "./live.js"
 */
import { makeCurves } from "../shared/curves.js";
import { makeMetric } from "./metric.js";

/** @type {Readonly<Record<string, string>>} */
const COLORS = Object.freeze({
  generator: "--gw-generator",
  discriminator: "--gw-discriminator",
  generators: "--gw-generator",
  discriminators: "--gw-discriminator",
  cycle: "--gw-third",
  contrast: "--gw-third",
  identity: "--gw-fourth",
  real: "--gw-real",
  fake: "--gw-generated",
});
/** @type {Readonly<Record<string, string>>} */
const TITLES = Object.freeze({ fake: "generated", contrast: "patches" });

const color = (/** @type {string} */ series) => COLORS[series] ?? "--gw-muted";
const title = (/** @type {string} */ series) => TITLES[series] ?? series;

/**
 * @param {Context} context
 * @param {Live} live
 */
export function makeCharts(context, live) {
  const { find } = context;
  const losses = makeCurves(context, find("svg#loss-curve"), { color, title, toggle: find("button#loss-log") });
  const scores = makeCurves(context, find("svg#score-curve"), { color, title });
  const metric = makeMetric(context);
  return {
    /** @param {PollResponse} news */
    take({ cut, points = [], measurements = [] }) {
      if (typeof cut === "number") for (const chart of [losses, scores, metric]) chart.cut(cut); // resumed: later points happen anew
      const of = (/** @type {"losses" | "scores"} */ kind) =>
        points.map((point) => ({ step: point.step, ...point[kind] }));
      losses.add(of("losses"));
      scores.add(of("scores"));
      if (losses.length) {
        find(".curves").hidden = false;
        losses.legend(find('[data-of="losses"]'));
        scores.legend(find('[data-of="scores"]'));
      }
      metric.add(measurements);
    },
    /** The step of the best distance to real pictures; null where none was measured. */
    best: () => (live.run === null ? null : metric.best()),
    clear() {
      for (const chart of [losses, scores, metric]) chart.clear();
      find(".curves").hidden = true;
    },
  };
}
