/**
 * The Time panel: the track with the run's curves over the same axis, a step by its number, and pins.
 *
 * @import { CurvesRequest, CurvesResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { Moments } from "./moments.js"
 * @import { CurveKind } from "./time-state.js"
 */
import { makeChart } from "../shared/chart.js";
import { make } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { fillSelect } from "./controls.js";
import * as time from "./time-state.js";
import { INSET, TimeTrack } from "./time-track.js";

const MARGINS = { left: INSET, right: INSET, top: 8, bottom: 2 };

export class TimePanel {
  #drawnPins = "";

  /** @param {ExploreContext} context @param {Explorer} explorer @param {Moments} moments @param {() => void} refreshParts of this panel */
  constructor(context, explorer, moments, refreshParts) {
    const { find } = context;
    this.context = context;
    this.explorer = explorer;
    this.moments = moments;
    this.number = find("input.time-number");
    this.pinButton = find("button.time-pin");
    this.track = new TimeTrack(context, moments, find("canvas.time-tall"), { numbers: true });
    this.curves = new RunCurves(context, explorer, moments);
    this.#listen();
    moments.on(() => {
      this.#refresh();
      const pins = JSON.stringify(moments.kept.pins);
      if (pins !== this.#drawnPins) this.#fillPins();
      this.#drawnPins = pins;
    });
    explorer.addPanel("time", {
      open: () => {
        this.#refresh();
        moments.refresh();
        moments.prepare();
        this.curves.fetch();
        this.track.redraw();
        refreshParts();
      },
      close: () => moments.stop(),
    });
  }

  #listen() {
    const { explorer, moments, number } = this;
    const { find } = this.context;
    number.addEventListener("change", () => {
      const step = Math.round(Number(number.value));
      if (!(step >= 1)) {
        this.#refresh();
        return;
      }
      moments.goTo(step);
      number.value = String(explorer.step ?? "");
    });
    find("button.time-newest").addEventListener("click", () => moments.goTo(null));
    find("button.time-back").addEventListener("click", () => moments.goBy(-1));
    find("button.time-on").addEventListener("click", () => moments.goBy(1));
    this.pinButton.addEventListener("click", () => {
      const pinned = this.#pinned();
      if (pinned) this.#unpin(pinned.step);
      else this.#pin({ step: explorer.step });
    });
  }

  #refresh() {
    const { explorer, moments, number } = this;
    const { find } = this.context;
    if (!explorer.isOpen("time")) return;
    const { active, run, steps, why, words } = moments.kept;
    const { position } = moments;
    find("div.time-there").hidden = !steps.length;
    find("p.time-why").hidden = steps.length > 0 || !why;
    find("p.time-why").textContent = why ?? "";
    find("div.time-keep").hidden = !run || !steps.length;
    if (document.activeElement !== number) number.value = String(explorer.step ?? position.newest ?? "");
    find("p.time-words").textContent = moments.words();
    const newest = time.newestName(position);
    find("button.time-newest").textContent = newest[0].toUpperCase() + newest.slice(1);
    find("button.time-newest").disabled = explorer.step === null;
    const present = explorer.step === null && active ? "Pin the present moment" : "Pin this moment";
    this.pinButton.textContent = this.#pinned() ? "Let this moment go" : present;
    find("span.time-room").textContent = words;
    this.curves.showValues();
  }

  // Pins --------------------------------------------------------------------------------------------------------------

  #pinned() {
    return this.moments.kept.pins.find(({ step }) => step === this.moments.shownStep);
  }

  /** @param {{ step: number | null, name?: string }} pin */
  async #pin(pin) {
    const { ask, notice } = this.context;
    this.pinButton.disabled = true;
    try {
      const response = await ask("time_pin", { model: this.explorer.model, ...pin });
      this.moments.take(response);
      if (response.asked) notice("The training will keep the moment at the end of the step that it is making.", "info");
    } catch (error) {
      this.explorer.fail(error);
    }
    this.pinButton.disabled = false;
  }

  /** @param {number} step */
  async #unpin(step) {
    try {
      this.moments.take(await this.context.ask("time_unpin", { model: this.explorer.model, step }));
    } catch (error) {
      this.explorer.fail(error);
    }
  }

  #fillPins() {
    const box = this.context.find("div.time-pins");
    const { pins } = this.moments.kept;
    const focused = document.activeElement;
    if (focused instanceof HTMLInputElement && box.contains(focused)) return; // a name is being typed
    box.hidden = !pins.length;
    box.replaceChildren(...pins.map((pin) => this.#makePin(pin)));
  }

  /** @param {{ step: number, name: string }} pin */
  #makePin({ step, name }) {
    const label = `step ${count(step)}`;
    const limits = { maxLength: 60, placeholder: "name it" };
    const field = make("input", { class: "field small", value: name, ...limits, "aria-label": `Name of ${label}` });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") field.blur();
    });
    field.addEventListener("change", () => this.#pin({ step, name: field.value }));
    const go = () => this.moments.goTo(step);
    const remove = {
      ...{ type: "button", class: "gw-button", "aria-label": `Let go of ${label}`, title: "Let go" },
      onclick: () => this.#unpin(step),
    };
    return make(
      "span",
      { class: "time-pinned" },
      make("button", { type: "button", class: "gw-button time-go", onclick: go }, label),
      field,
      make("button", remove, "×"),
    );
  }
}

/** What happened when: the curves of the run above the track. */
class RunCurves {
  #curves = time.noCurves("");

  /** @param {ExploreContext} context @param {Explorer} explorer @param {Moments} moments */
  constructor(context, explorer, moments) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.moments = moments;
    this.select = find("select.time-curve");
    this.chart = makeChart(context, find("svg.time-curves"), { margins: MARGINS });
    this.request = latestWins(
      (/** @type {CurvesRequest} */ request) => ask("time_curves", request),
      (response, request) => this.#take(response, request),
      (error) => console.warn(error.message),
    );
    this.select.addEventListener("change", () => {
      this.#draw();
      this.showValues();
    });
    explorer.on("model", () => this.fetch());
    let drawn = "";
    moments.on(() => {
      const { steps, newest } = moments.position;
      const key = JSON.stringify([moments.kept.model, steps, newest]);
      if (key !== drawn) this.#draw();
      drawn = key;
    });
  }

  fetch() {
    const { model } = this.explorer;
    if (!model || !this.explorer.isOpen("time")) return;
    this.request({ model, after: this.#curves.model === model ? this.#curves.next : 0 });
  }

  /** @param {CurvesResponse} response @param {CurvesRequest} request */
  #take(response, { model, after }) {
    const { find } = this.context;
    if (model !== this.explorer.model) return;
    if (model !== this.#curves.model || !after) this.#curves = time.noCurves(model);
    time.addPoints(this.#curves, response);
    const kinds = time.kindsOf(this.#curves);
    fillSelect(this.select, kinds.map((kind) => [kind, time.CURVE_KINDS[kind]])); // prettier-ignore
    find("div.time-legend").hidden = !kinds.length;
    find("canvas.time-tall").classList.toggle("bare", !kinds.length);
    this.#draw();
    this.showValues();
  }

  get #points() {
    return this.#curves[/** @type {CurveKind} */ (this.select.value)] ?? [];
  }

  #draw() {
    this.chart.show(time.curvesScene(this.#points, this.moments.position, this.select.value === "metric"));
  }

  /** What the curves say at the moment that is shown. */
  showValues() {
    const points = this.#points;
    if (!points.length) return;
    const step = this.explorer.step ?? points[points.length - 1].step;
    const parts = time
      .valuesAt(points, step)
      .map(({ color, text }) => make("span", {}, make("i", { style: `background: ${color}` }), text));
    this.context.find("span.time-values").replaceChildren(...parts);
  }
}
