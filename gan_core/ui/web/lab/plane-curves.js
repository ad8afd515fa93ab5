/**
 * The numbers beside the plane: losses, divergences and coverage over the steps.
 *
 * @import { PlaneNumbers, PlaneResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { CurveOptions } from "../shared/curves.js"
 */
import { makeCurves } from "../shared/curves.js";
import { count } from "../shared/format.js";
import { brief } from "./plane-state.js";

/** Colour and title of each series. @type {Record<string, [color: string, title: string]>} */
const SERIES = {
  discriminator: ["--gw-discriminator", "discriminator"],
  generator: ["--gw-generator", "generator"],
  joint: ["--gw-third", "together"],
  kl: ["--gw-third", "KL"],
  js: ["--gw-fourth", "JS"],
  kl_reference: ["--gw-third", "KL of real points"],
  js_reference: ["--gw-fourth", "JS of real points"],
  covered: ["--gw-accent", "modes covered"],
  good: ["--gw-generator", "good points"],
};
/** @type {CurveOptions} */
const LOOK = { color: (name) => SERIES[name][0], title: (name) => SERIES[name][1] };

export class PlaneCurves {
  /** The measurement that was drawn last. */
  measured = "";
  /** Which curves have a legend. */
  legended = "";

  /** @param {Context} context */
  constructor(context) {
    this.find = context.find;
    const curves = (/** @type {string} */ name, options = {}) =>
      makeCurves(context, /** @type {SVGSVGElement} */ (context.find(`svg.${name}`)), { ...LOOK, ...options });
    this.losses = curves("losses", { empty: "They begin with the first step: press Play." });
    // KL has no upper end and JS ends at log 2; on powers of ten both can be read, and how far they still are from real points.
    const dashed = (/** @type {string} */ name) => name.endsWith("reference");
    this.divergences = curves("divergences", {
      log: true,
      dashed,
      empty: "Measured as soon as the real points are there.",
    });
    this.coverage = curves("coverage", { fixed: [0, 1], empty: "Measured as soon as the real points are there." });
  }

  clear() {
    for (const each of [this.losses, this.divergences, this.coverage]) each.clear();
    this.measured = this.legended = "";
  }

  /**
   * @param {PlaneResponse} response
   * @param {boolean} back whether it is of an earlier step than the last one
   */
  show(response, back) {
    const { step, losses, numbers, real } = response;
    if (back) for (const each of [this.losses, this.divergences, this.coverage]) each.cut(step);
    if (real) for (const each of [this.divergences, this.coverage]) each.clear(); // the curves were of other real points
    if (Object.keys(losses).length) this.losses.add([{ step, ...losses }]);
    const key = `${step}:${numbers.kl}`;
    if (key !== this.measured && Number.isFinite(numbers.kl)) {
      this.measured = key;
      const { kl, js, kl_reference, js_reference, covered, modes, good } = numbers;
      this.divergences.add([{ step, kl, js, kl_reference, js_reference }]);
      if (modes !== null && covered !== null)
        this.coverage.add([{ step, covered: covered / modes, good: good ?? NaN }]);
    }
    this.showNumbers(step, numbers);
    this.showLegends();
  }

  /** @param {number} step @param {PlaneNumbers} numbers */
  showNumbers(step, { modes, covered, good, kl, js, kl_reference, js_reference }) {
    const { find } = this;
    find("dd.step").textContent = count(step);
    find("dd.covered").textContent = modes === null ? "–" : `${covered} of ${modes}`;
    find("dd.good").textContent = good === null ? "–" : `${Math.round(good * 100)} %`;
    find("dd.kl").textContent = brief(kl);
    find("dd.js").textContent = brief(js);
    find("small.kl-reference").textContent = `real points ${brief(kl_reference)}`;
    find("small.js-reference").textContent = `real points ${brief(js_reference)}`;
  }

  showLegends() {
    const all = { losses: this.losses, divergences: this.divergences, coverage: this.coverage };
    const key = Object.values(all)
      .map((each) => each.length > 0)
      .join();
    if (key === this.legended) return;
    this.legended = key;
    for (const [name, each] of Object.entries(all)) each.legend(this.find(`div.key-${name}`));
  }
}

/** Steps and animation frames a second, measured while it plays. */
export class Rates {
  /** @type {{ time: number, step: number, frames: number } | null} */
  begun = null;

  /** @param {HTMLElement} root @param {HTMLElement} place where the steps a second are written */
  constructor(root, place) {
    this.root = root;
    this.place = place;
  }

  reset() {
    this.begun = null;
  }

  /** @param {number} step @param {number} frames */
  measure(step, frames) {
    const time = performance.now();
    if (this.begun && time - this.begun.time < 700) return;
    if (this.begun) {
      const seconds = (time - this.begun.time) / 1000;
      const rate = (step - this.begun.step) / seconds;
      this.root.dataset.rate = String(rate);
      this.root.dataset.frames = String((frames - this.begun.frames) / seconds);
      this.place.textContent = rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
    }
    this.begun = { time, step, frames };
  }
}
