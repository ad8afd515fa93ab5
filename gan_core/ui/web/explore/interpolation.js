/**
 * Why slerp and lerp differ: along the path from A to B, the length of z, and how real the pictures look to the discriminator.
 *
 * @import { InterpolationResponse, LatentRequest } from "../shared/protocol.js"
 * @import { Scene } from "../shared/chart.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { makeChart } from "../shared/chart.js";
import { make, makeSvg, update } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { atRest } from "./controls.js";
import { without } from "./latent-state.js";

/** Milliseconds of rest after which both are computed. */
const REST = 250;
const MARGINS = { left: 6, right: 6, top: 6, bottom: 6 };

const NO_DISCRIMINATOR =
  "This model's file does not hold its discriminator, so its view cannot be drawn. Models of your own trainings hold it.";

/**
 * @param {number[]} shares of the path
 * @param {Record<"slerp" | "lerp", number[]>} values
 * @param {number} [level] what is usual
 * @returns {Scene}
 */
export function interpolationScene(shares, values, level) {
  const all = [...values.slerp, ...values.lerp, ...(level === undefined ? [] : [level])];
  const low = Math.min(...all);
  const line = (/** @type {"slerp" | "lerp"} */ name) => ({
    name,
    color: name === "slerp" ? "var(--gw-generator)" : "var(--gw-third)",
    dash: name === "lerp" ? "5 3" : undefined,
    points: shares.map((share, index) => /** @type {[number, number]} */ ([share, values[name][index]])),
  });
  return {
    x: { low: 0, high: 1, ticks: [] },
    y: { low, high: Math.max(...all, low + 1e-6), ticks: [] },
    rules: level === undefined ? [] : [{ at: level, color: "var(--gw-line-strong)", name: "level", dash: "2 4" }],
    lines: [line("slerp"), line("lerp")],
  };
}

export class InterpolationPlots {
  #asked = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { ask, find, latestWins } = context;
    this.explorer = explorer;
    this.details = find("details.whyways");
    this.box = find("div.wayplots");
    this.norms = new Plot(context);
    this.scores = new Plot(context);
    this.submit = latestWins(
      (/** @type {LatentRequest} */ request) => ask("interpolations", request),
      (response) => this.#show(response),
      (error) => {
        this.#asked = "";
        console.warn(error.message);
      },
    );
    const soon = atRest(context, REST, () => this.#fetch());
    this.details.addEventListener("toggle", () => this.#fetch());
    explorer.on("latent", () => {
      update(this.details, { hidden: explorer.latent.kind !== "path" });
      if (this.details.hidden) return;
      this.#showPosition();
      soon();
    });
  }

  #fetch() {
    const { details, explorer } = this;
    const key = JSON.stringify([explorer.model, explorer.step, without(explorer.compact(), ["t", "way"])]);
    if (details.hidden || !details.open || !explorer.model || key === this.#asked) return;
    this.#asked = key;
    this.submit(explorer.request());
  }

  /** @param {InterpolationResponse} response */
  #show({ shares, slerp, lerp, typical, judge_step: step }) {
    const legend = ["slerp", "lerp"].flatMap((name) => [make("i", { class: name }), `${name} `]);
    const norms = interpolationScene(shares, { slerp: slerp.norms, lerp: lerp.norms }, typical);
    this.norms.set(`Length of z (usually about ${typical})`, norms);
    const hasScores = slerp.scores && lerp.scores;
    if (slerp.scores && lerp.scores) {
      const scores = interpolationScene(shares, { slerp: slerp.scores, lerp: lerp.scores });
      this.scores.set(
        `The discriminator${step ? ` of step ${count(step)}` : ""}: higher looks more real to it`,
        scores,
      );
    }
    this.box.replaceChildren(
      make("p", { class: "gw-muted legend" }, ...legend),
      this.norms.figure,
      hasScores ? this.scores.figure : make("p", { class: "gw-muted" }, NO_DISCRIMINATOR),
    );
    this.#showPosition();
  }

  #showPosition() {
    for (const plot of [this.norms, this.scores]) plot.showPosition(this.explorer.latent.t);
  }
}

/** One quantity along the path, for both kinds of interpolation. */
class Plot {
  /** @type {Scene | null} */
  #scene = null;
  title = make("span");
  range = make("span", { class: "range" });
  svg = makeSvg("svg", { role: "img" });
  figure = make("figure", {}, make("figcaption", { class: "gw-muted" }, this.title, this.range), this.svg);

  /** @param {ExploreContext} context */
  constructor(context) {
    this.chart = makeChart(context, this.svg, { margins: MARGINS });
  }

  /** @param {string} title @param {Scene} scene */
  set(title, scene) {
    this.#scene = scene;
    const ranges = (scene.lines ?? []).map(({ name, points }) => {
      const values = points.map(([, value]) => value);
      return `${name} from ${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
    });
    this.title.textContent = title;
    this.range.textContent = `${scene.y.low.toFixed(1)} to ${scene.y.high.toFixed(1)}`;
    this.svg.setAttribute("aria-label", `${title}: ${ranges.join(", ")}`);
  }

  /** @param {number} t from 0 to 1 */
  showPosition(t) {
    if (!this.#scene) return;
    const position = { at: t, color: "var(--gw-ink)", name: "now", vertical: true };
    this.chart.show({ ...this.#scene, rules: [...(this.#scene.rules ?? []), position] });
  }
}
