/**
 * Which moments of the training are kept, and at which of them the picture is: what the bar under it and the Time panel share.
 *
 * @import { GeneratorRequest, HistoryResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { Position } from "./time-state.js"
 */
import { clamp } from "../shared/scale.js";
import * as time from "./time-state.js";

/** Milliseconds after which a moment that does not come is passed over. */
const PATIENCE = 2000;
/** So many failures in a row: then it is not the moments that are damaged. */
const MOST_FAILURES = 3;
/** Milliseconds that playing through all moments takes, and that one of them is shown at least and at most. */
const PLAYING = 9000;
const SHORTEST = 60;
const LONGEST = 400;

export class Moments {
  playing = false;
  /** @type {HistoryResponse} */
  #kept = { model: "", steps: [], pins: [], why: null, run: false, active: false, words: "" };
  /** The step that was asked for. @type {number | null} */
  #wanted = null;
  /** The step of the newest weights, as their picture says it. @type {number | null} */
  #drawn = null;
  #prepared = "";
  /** @type {(() => void)[]} */
  #listeners = [];
  /** The moment whose picture is waited for. @type {{ step: number | null, resolve: () => void } | null} */
  #waiting = null;
  /** @type {string[]} */
  #failures = [];
  #failuresInRow = 0;

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { ask, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.request = latestWins(
      (/** @type {GeneratorRequest} */ request) => ask("time_state", request),
      (response) => this.take(response),
      (error) => console.warn(error.message),
    );
    explorer.on("model", () => this.#takeModel());
    explorer.on("latent", () => this.#notify());
    explorer.on("shown", (response, { step }) => {
      if (step === null) this.#drawn = response.step ?? null;
      this.#notify();
      this.#arrive(step);
    });
    explorer.on("failed", (error) => {
      this.refresh();
      this.#passOver(error);
    });
  }

  /** @param {() => void} listener */
  on(listener) {
    this.#listeners.push(listener);
  }

  #notify() {
    for (const listener of this.#listeners) listener();
  }

  // What is kept ----------------------------------------------------------------------------------------------------

  get kept() {
    return this.#kept;
  }

  /** @returns {Position} */
  get position() {
    const { facts, live, model, step } = this.explorer;
    const { steps } = this.#kept;
    return { model, steps, step, live, newest: (live && this.#drawn) || facts?.trained || steps[steps.length - 1] };
  }

  /** The step that is shown, or null where that is none of the kept ones. */
  get shownStep() {
    const { position } = this;
    const { step, steps } = position;
    return step ?? (time.isApart(position) ? null : (steps[steps.length - 1] ?? null));
  }

  refresh() {
    if (this.explorer.model) this.request({ model: this.explorer.model });
  }

  #takeModel() {
    const { model } = this.explorer;
    if (this.#kept.model !== model) {
      this.stop();
      this.#kept = { ...this.#kept, model, steps: [], pins: [] };
      this.#prepared = "";
      this.#wanted = this.#drawn = null;
      this.#notify();
    }
    this.refresh();
  }

  /** @param {HistoryResponse} kept */
  take(kept) {
    const { model, step } = this.explorer;
    if (kept.model !== model) return;
    this.#kept = kept;
    // A moment that was thinned out, or that a training which began anew has not reached: the nearest takes its place.
    if (step !== null && kept.steps.length && !kept.steps.includes(step)) this.seek(step);
    this.#notify();
  }

  /** The weights of moments are read before the slider is moved, nearest first. */
  prepare() {
    const { model, step } = this.explorer;
    const key = JSON.stringify([model, step, this.#kept.steps.length]);
    if (!this.#kept.steps.length || key === this.#prepared) return;
    this.#prepared = key;
    this.context.ask("time_near", { model, step }).catch((error) => console.warn(error.message));
  }

  // Going to one ----------------------------------------------------------------------------------------------------

  /** @param {number | null} step null for the newest weights */
  seek(step) {
    this.#wanted = step;
    this.explorer.goToStep(time.momentOf(this.position, step));
    this.#notify();
  }

  /** @param {number} share of the axis */
  seekShare(share) {
    this.seek(time.stepAt(this.position, share));
  }

  /** @param {number} by how many moments further on */
  move(by) {
    this.seek(time.momentAfter(this.position, by));
  }

  /** A step that a person chose: playing ends, and it can be undone. @param {number | null} step */
  goTo(step) {
    this.stop();
    this.seek(step);
    this.explorer.remember();
  }

  /** @param {number} by */
  goBy(by) {
    this.stop();
    this.move(by);
    this.explorer.remember();
  }

  here() {
    return time.hereWords(this.position);
  }

  words() {
    return time.momentWords(this.position, this.#wanted, this.#kept.pins);
  }

  // Playing -----------------------------------------------------------------------------------------------------------

  /** Resolves when the picture of a moment is there, or does not come. @param {number | null} step @returns {Promise<void>} */
  #shown(step) {
    return new Promise((resolve) => {
      const cancel = this.context.after(PATIENCE, resolve);
      const end = () => {
        cancel();
        this.#waiting = null;
        resolve();
      };
      this.#waiting = { step, resolve: end };
    });
  }

  /** @param {number | null} step */
  #arrive(step) {
    if (!this.#waiting || this.#waiting.step !== step) return;
    const failures = this.#failures;
    const last = failures[failures.length - 1];
    this.#failuresInRow = 0;
    this.#waiting.resolve();
    if (!this.playing || !failures.length) return;
    const text = failures.length === 1 ? last : `${failures.length} moments were passed over. ${last}`;
    this.context.notice(text, "error");
  }

  /** A moment that cannot be shown is passed over; what was wrong with it stays to be read. @param {Error} error */
  #passOver({ message }) {
    if (!this.playing) return;
    this.#failures.push(message);
    this.#failuresInRow += 1;
    if (this.#failuresInRow >= MOST_FAILURES) this.stop();
    this.#waiting?.resolve();
  }

  async toggle() {
    if (this.playing) {
      this.stop();
      return;
    }
    const { after, signal } = this.context;
    this.playing = true;
    this.#failures = [];
    this.#failuresInRow = 0;
    this.prepare();
    const { steps } = this.#kept;
    if (time.shareOf(this.position, this.explorer.step) >= 1) {
      const shown = this.#shown(steps[0]);
      this.seek(steps[0]);
      await shown;
    }
    const pause = clamp(PLAYING / steps.length, SHORTEST, LONGEST);
    while (this.playing && !signal.aborted) {
      const next = time.momentAfter(this.position, 1);
      const shown = this.#shown(next);
      this.seek(next);
      await Promise.all([shown, new Promise((resolve) => after(pause, () => resolve(undefined)))]); // none is skipped, however slow drawing is
      if (this.explorer.step !== next || next === null) break;
    }
    this.stop();
    this.explorer.remember();
  }

  stop() {
    if (!this.playing) return;
    this.playing = false;
    this.#notify();
  }
}
