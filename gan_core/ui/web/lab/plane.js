/**
 * The plane of the Lab: asks this page's own process for what is to be seen and draws it. Nothing is computed here.
 *
 * @import {
 *   Lab, LabChoicesResponse, LabSettings, PlaneRequest, PlaneResponse, StepAction,
 * } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Stroke } from "./plane-state.js"
 */
import { count } from "../shared/format.js";
import { component } from "../shared/mount.js";
import { Brush } from "./brush.js";
import { PlaneCanvas } from "./plane-canvas.js";
import { bindControls } from "./plane-controls.js";
import { PlaneCurves, Rates } from "./plane-curves.js";
import { makeForm, showChoices } from "./plane-form.js";
import * as state from "./plane-state.js";
import { keepAlive, visits } from "./plane-visit.js";
import { SlowMotion, showStage } from "./slow-motion.js";

/** Milliseconds between two requests while it plays, between two looks while it rests, and before the tab is opened. */
const PLAYING = 34;
const RESTING = 150;
const CLOSED = 5000;
/** Milliseconds between two descriptions of the canvas for a screen reader. */
const DESCRIPTION = 1000;
/** The share of points outside the view that is said. */
const OUTSIDE = 0.005;
/** The layers that the server draws up; the others come anyway. */
const SENT_LAYERS = /** @type {const} */ (["map", "arrows", "net"]);

/** @typedef {PlaneRequest["action"]} Action */

export const mount = component((/** @type {Context<Lab>} */ context) => {
  const panel = new PlanePanel(context);
  bindControls(context, panel);
  context.every(
    () => (panel.playing ? PLAYING : panel.opened ? RESTING : CLOSED),
    () => panel.advance(),
  );
  keepAlive(context, panel);
});

export class PlanePanel {
  /** @type {string | null} */
  visit = null;
  /** @type {LabChoicesResponse | null} */
  choices = null;
  /** @type {LabSettings} */
  settings = {};
  /** @type {PlaneResponse | null} */
  latest = null;
  playing = false;
  opened = false;
  described = 0;
  /** Requests go one at a time, in order. @type {Promise<unknown>} */
  queue = Promise.resolve();
  /** @type {ReturnType<typeof makeForm> | null} */
  form = null;
  /** @type {Brush | null} */
  brush = null;

  /** @param {Context<Lab>} context */
  constructor(context) {
    const { find } = context;
    this.context = context;
    this.root = find("div.lab");
    this.canvas = find("canvas.plane");
    this.plane = new PlaneCanvas(context, this.canvas, this.root);
    this.curves = new PlaneCurves(context);
    this.rates = new Rates(this.root, find("span.rate"));
    this.slow = new SlowMotion(context, async () => {
      const response = context.visible() ? await this.press({ kind: "stage" }) : this.latest;
      if (response?.stage?.kind === "draw") this.plane.morph();
      return Boolean(response && !response.diverged);
    });
  }

  // Asking ----------------------------------------------------------------------------------------------------------

  /**
   * One request at a time, in order. A place that was given up while the tab was closed is opened anew.
   *
   * @param {Action | (() => Action)} action a function is called when its turn has come, with what then holds
   * @param {{ jump?: boolean }} [options]
   */
  request(action, options = {}) {
    const turn = this.queue.then(async () => {
      const response = await this.ask(this.visit, typeof action === "function" ? action() : action);
      if ("gone" in response) return this.reopen();
      this.keepVisit(response.visit);
      return this.show(response, options);
    });
    this.queue = turn.catch(() => {});
    return turn;
  }

  /** @param {string | null} visit @param {Action} action */
  ask(visit, action) {
    const layers = SENT_LAYERS.filter((layer) => this.plane.layers.has(layer));
    return this.context.ask("play", { visit, action, layers });
  }

  async reopen() {
    const response = await this.ask(null, { kind: "open", settings: this.settings });
    if ("gone" in response) throw new Error("The Lab could not be opened again; reload the page.");
    this.keepVisit(response.visit);
    this.setPlaying(false);
    this.show(response, { jump: true });
    const text = "This Lab had been closed meanwhile; it begins again from step 0, with the settings as they were.";
    this.context.notice(text, "info");
    return response;
  }

  /**
   * The same for a control that was pressed: what cannot be is said, and the settings that still hold are shown again.
   *
   * @param {Action | (() => Action)} action
   * @param {{ jump?: boolean }} [options]
   */
  async press(action, options) {
    try {
      return await this.request(action, options);
    } catch (error) {
      this.fail(error);
      this.form?.refresh();
      return null;
    }
  }

  /** @param {unknown} error */
  fail(error) {
    this.context.notice(/** @type {Error} */ (error).message, "error");
  }

  /** However quickly two settings are changed, the second change starts from the first. @param {LabSettings} values */
  change(values) {
    return this.press(() => ({ kind: "change", settings: { ...this.settings, ...values } }));
  }

  /** @param {string} token */
  keepVisit(token) {
    if (token === this.visit) return;
    this.visit = token;
    visits.keep(token);
  }

  async advance() {
    if (!this.opened) return this.open();
    if (!this.playing) return undefined;
    try {
      return await this.request({ kind: "observe" });
    } catch (error) {
      this.setPlaying(false);
      return this.fail(error);
    }
  }

  async open() {
    this.opened = true;
    try {
      const kept = (this.visit = visits.kept());
      const choices = await this.context.ask("choices", { visit: kept });
      this.keepVisit(choices.visit);
      this.choices = choices;
      this.form = makeForm(
        this.context,
        choices,
        () => this.settings,
        (name, next) =>
          this.press(() => ({ kind: "change", settings: { ...this.settings, [name]: next(this.settings[name]) } })),
      );
      const use = (/** @type {{ strokes: Stroke[], deviation: number } | null} */ drawn) =>
        this.change({ ...drawn, distribution: "drawn" });
      this.brush = new Brush(this.context, this.canvas, this.plane, use);
      showChoices(
        this.context,
        choices,
        (name) => this.choose(name),
        () => this.plane.colors(),
      );
      this.brush.open(false);
      await this.begin(kept, choices);
      this.root.dataset.ready = "yes";
      this.context.find("div.waiting").hidden = true;
    } catch (error) {
      this.opened = false;
      this.fail(error);
    }
  }

  /** Goes on with the training of this window, or begins one. @param {string | null} kept @param {LabChoicesResponse} choices */
  async begin(kept, { distributions: [first] }) {
    const settings = { distribution: first.name, ...first.tuned };
    const anew = () => this.request({ kind: "open", settings }, { jump: true });
    if (kept && kept === this.visit) await this.request({ kind: "resume" }, { jump: true }).catch(anew);
    else await anew();
  }

  // Showing ---------------------------------------------------------------------------------------------------------

  /** @param {PlaneResponse} response @param {{ jump?: boolean }} [options] */
  show(response, { jump = false } = {}) {
    const back = !this.latest || response.step < this.latest.step;
    this.plane.show(response, { jump: jump || back });
    this.latest = response;
    this.root.dataset.step = String(response.step);
    if (response.settings) this.takeSettings(response.settings);
    this.curves.show(response, back);
    if (this.playing) this.rates.measure(response.step, this.plane.frames);
    const { find } = this.context;
    find("p.meaning").textContent = `Colours: ${this.choices?.meaning[response.scores] ?? ""}`;
    this.showMoments(response);
    // A change that was asked for before Play says nothing of it.
    if (this.playing && !response.playing && !response.settings) this.setPlaying(false);
    showStage(this.context, response.stage ?? null);
    this.showNotices(response);
    const outside = find("div.outside");
    outside.hidden = response.outside < OUTSIDE;
    outside.textContent = `${Math.round(response.outside * 100)} % of the generated points lie outside and are drawn at the edge`;
    this.describe(response);
    return response;
  }

  /** @param {LabSettings} settings */
  takeSettings(settings) {
    this.settings = settings;
    this.form?.refresh();
    this.context.find("input.seed").value = String(settings.seed);
    this.context.find("select.preset").value = state.presetOf(this.choices?.presets ?? [], settings);
  }

  /** @param {PlaneResponse} response */
  showMoments({ step, moments }) {
    const rewind = this.context.find("input.rewind");
    if (rewind.matches(":active")) return;
    rewind.max = String(Math.max(step, moments[moments.length - 1] ?? 0));
    rewind.value = String(step);
    rewind.disabled = moments.length < 2;
    this.context.find("output.when").textContent = count(step);
  }

  /** What was said stays to be read until the next change. @param {PlaneResponse} response */
  showNotices({ diverged, step, note, warning, settings }) {
    const { notice } = this.context;
    if (diverged) {
      if (this.playing) {
        this.setPlaying(false);
        this.press({ kind: "play", playing: false });
      }
      const help = "Rewind to an earlier step, or lower a rate or raise the penalty and restart.";
      notice(
        `Diverged at step ${count(step)}: the numbers left every range, and training cannot go on from here. ${help}`,
      );
    } else if (note) notice(note, "info");
    else if (warning) notice(`A negative control, kept as a warning: ${warning}`);
    else if (settings) notice("", "info");
  }

  /** @param {PlaneResponse} response */
  describe({ step, numbers }) {
    if (performance.now() - this.described <= DESCRIPTION) return;
    this.described = performance.now();
    const modes = numbers.modes === null ? "" : `; ${numbers.covered} of ${numbers.modes} modes covered`;
    const text = `Step ${step}: real points, generated points and the discriminator's opinion${modes}`;
    this.canvas.setAttribute("aria-label", text);
  }

  // Controls --------------------------------------------------------------------------------------------------------

  /** @param {boolean} wanted */
  setPlaying(wanted) {
    const { find } = this.context;
    this.playing = wanted;
    find("button.play").textContent = wanted ? "Pause" : "Play";
    find("button.play").setAttribute("aria-pressed", String(wanted));
    this.root.dataset.playing = wanted ? "yes" : "no";
    this.rates.reset();
    if (wanted) this.stopSlowMotion();
    else find("span.rate").textContent = "–";
  }

  get speed() {
    return Number(this.context.find("select.speed").value) || null;
  }

  /**
   * What stands in the plane is what is trained on: a drawing that is not used yet is used now.
   *
   * @returns {Promise<boolean>} false while there is none
   */
  async adopt() {
    if (this.brush?.empty) {
      this.context.notice("Draw in the plane first, or choose one of the distributions.", "info");
      return false;
    }
    const drawn = this.brush?.taken();
    return (
      !drawn ||
      state.sameDrawing(this.settings, drawn) ||
      Boolean(await this.change({ ...drawn, distribution: "drawn" }))
    );
  }

  async togglePlay() {
    if (!this.playing && !(await this.adopt())) return;
    this.setPlaying(!this.playing);
    if (this.context.find("[data-notice]").dataset.kind === "error") this.context.notice("", "info");
    const response = await this.press({ kind: "play", playing: this.playing, speed: this.speed });
    if (!response || response.diverged) this.setPlaying(false);
  }

  /** @param {StepAction["player"]} player */
  async step(player) {
    this.setPlaying(false);
    this.stopSlowMotion();
    if (await this.adopt()) this.press({ kind: "step", player });
  }

  stopSlowMotion() {
    this.slow.stop();
  }

  async toggleSlowMotion() {
    if (this.slow.on) return this.slow.stop();
    if (!(await this.adopt())) return undefined;
    this.setPlaying(false);
    return this.slow.start();
  }

  /** @param {LabSettings} wanted */
  restart(wanted) {
    this.setPlaying(false);
    this.stopSlowMotion();
    this.context.notice("", "info");
    this.curves.clear();
    return this.press({ kind: "open", settings: wanted }, { jump: true });
  }

  /** A distribution. @param {string} name */
  choose(name) {
    this.brush?.open(name === "drawn");
    if (name !== "drawn" || this.settings.strokes?.length) {
      this.change({ distribution: name });
      return;
    }
    for (const thumb of this.context.findAll("button.thumb"))
      thumb.setAttribute("aria-checked", String(thumb.dataset.name === "drawn"));
    this.context.notice("Draw in the plane, then press “Use this drawing”.", "info");
  }

  /** @param {string} name */
  async choosePreset(name) {
    const preset = this.choices?.presets.find((each) => each.name === name);
    if (!preset) return;
    this.brush?.open(false);
    await this.restart({ ...preset.settings, seed: this.settings.seed });
    this.context.notice(`${preset.title}: ${preset.summary}`, "info");
  }

  /** @param {HTMLInputElement} box */
  setSeed(box) {
    if (state.isSeed(box.value)) this.restart({ ...this.settings, seed: Number(box.value) });
    else {
      this.context.notice(`A seed is a whole number from 0 to ${state.LARGEST_SEED}.`, "error");
      box.value = String(this.settings.seed);
    }
  }

  restartTuned() {
    const { distribution } = this.settings;
    const offer = this.choices?.distributions.find((each) => each.name === distribution);
    this.restart({ ...this.settings, ...offer?.tuned });
  }
}
