/**
 * Playing the path before it is a film: the server says where the film is from moment to moment, the picture follows here.
 *
 * @import { CancelledResponse, PathCourseResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { PathModel } from "./path-model.js"
 * @import { Path } from "./path-state.js"
 */
import { makeChart } from "../shared/chart.js";
import { make } from "../shared/dom.js";
import { atRest } from "./controls.js";
import { latentAt, legsOf, lengthOf, speedScene, speedWords, stopAt } from "./path-state.js";

/** Milliseconds of rest after which the course is computed. */
const REST = 150;
/** Seconds of one step at most, so that a page that was hidden does not jump. */
const LONGEST_STEP = 0.2;
const MARGINS = { left: 0, right: 0, top: 4, bottom: 4 };

/** @typedef {{ model: string, step: number | null, path: Path, job: string, key: string }} CourseRequest */

export class PathPlayer {
  /** @type {(PathCourseResponse & { key: string }) | null} */
  #course = null;
  /** The request that was sent last. @type {CourseRequest | null} */
  #asked = null;
  /** The job of the server that measures a path. */
  #job = "";
  #frame = 0;
  #last = 0;
  /** The numbers that this player has put into the latent. @type {number[] | null} */
  #own = null;

  /** @param {ExploreContext} context @param {Explorer} explorer @param {PathModel} model */
  constructor(context, explorer, model) {
    const { find, latestWins, signal } = context;
    this.context = context;
    this.explorer = explorer;
    this.model = model;
    this.slider = find("input.path-slider");
    this.button = find("button.path-play");
    this.speed = find("div.path-speed");
    this.chart = makeChart(context, find(".path-speed svg"), { margins: MARGINS });
    this.request = latestWins(
      (/** @type {CourseRequest} */ request) => this.#send(request),
      (response, request) => this.#take(response, request),
      (error, { key }) => {
        if (key === model.key()) this.#refuse(error);
      },
    );
    this.soon = atRest(context, REST, () => this.#fetch());
    this.#listen();
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
  }

  #listen() {
    const { explorer, model, slider } = this;
    slider.addEventListener("input", () => {
      this.pause();
      this.#goTo(Number(slider.value));
    });
    slider.addEventListener("change", () => explorer.remember());
    this.button.addEventListener("click", () => (this.#frame ? this.pause() : this.#play()));
    explorer.on("latent", () => {
      if (explorer.latent.vector !== this.#own) this.pause(); // a change by other means ends it
    });
    model.onVisit((index) => {
      const seconds = this.#course?.stops[index];
      if (this.#course && seconds !== undefined) this.#showTime(seconds / this.#course.seconds);
    });
    model.on(() => this.#takePath());
    // The facts of a training are sent again and again; its path stays where it is.
    explorer.on("model", (facts) => {
      if (this.#asked && this.#asked.model !== facts.model) this.#asked = null;
      this.soon();
    });
    explorer.on("shown", (_response, { step }) => {
      if (!this.#frame && this.#asked && this.#asked.step !== step) this.soon();
    });
  }

  // Where the film is -----------------------------------------------------------------------------------------------

  /** Measuring the speed of a path takes its time; until then it can be played as it is timed. @param {CourseRequest} request @returns {Promise<PathCourseResponse | CancelledResponse>} */
  async #send(request) {
    const { ask } = this.context;
    const { job, key, model, path, step } = request;
    this.#job = job;
    if (path.steady) {
      const timed = await ask("path_course", { model, step, job, path: { ...path, steady: false } });
      this.#take(timed, request);
    }
    return key === this.model.key() ? ask("path_course", { model, step, job, path }) : { cancelled: true };
  }

  /** @param {PathCourseResponse | CancelledResponse} response @param {CourseRequest} request */
  #take(response, { key, path }) {
    if ("cancelled" in response) {
      if (this.#asked?.key === key) this.#asked = null;
      return;
    }
    if (key !== this.model.key()) return;
    this.#course = { ...response, key };
    this.#refresh();
    this.#showSpeed();
    this.model.setCourse(this.#course);
    if (!path.steady || response.speed || path.stops.length === 1) this.explorer.root.dataset.path = response.version;
  }

  /** @param {Error} error */
  #refuse(error) {
    this.#course = null;
    this.pause();
    this.model.setCourse(null, error.message);
    this.#refresh();
  }

  #fetch() {
    const { explorer } = this;
    const { path } = this.model;
    if (!explorer.model || !explorer.isOpen("path") || !path.stops.length) return;
    const key = this.model.key();
    if (this.#asked?.key === key) return;
    delete explorer.root.dataset.path;
    if (this.#job) this.context.ask("job_cancel", { job: this.#job }).catch((error) => console.warn(error.message)); // measured for a path that is no more
    const { model, step } = explorer;
    this.#asked = { model, step, path: structuredClone(path), job: `course ${Math.random()}`, key };
    this.request(this.#asked);
  }

  #takePath() {
    if (this.#course?.key !== this.model.key()) this.#course = null;
    if (!this.#course) {
      this.pause();
      this.speed.hidden = true;
    }
    this.#refresh();
    this.soon();
  }

  // Going along -----------------------------------------------------------------------------------------------------

  /** @param {number} share of the time */
  #goTo(share) {
    if (!this.#course) return;
    const there = latentAt(this.#course, share);
    this.#own = there.vector;
    this.explorer.drag((latent) => Object.assign(latent, there));
    this.#showTime(share);
  }

  /** @param {number} share */
  #showTime(share) {
    const { slider } = this;
    const seconds = this.#course?.seconds ?? lengthOf(this.model.path);
    const now = (share * seconds).toFixed(1);
    slider.value = String(share);
    slider.setAttribute("aria-valuetext", `${now} of ${seconds.toFixed(1)} seconds`);
    this.context.find("output.path-clock").textContent = `${now} / ${seconds.toFixed(1)} s`;
    if (!this.#course) return;
    const at = this.#frame ? stopAt(this.#course, share) : -1;
    [...this.context.find("div.path-line").children].forEach((box, index) => box.classList.toggle("at", index === at));
  }

  /** @param {number} now */
  #step(now) {
    if (this.context.signal.aborted || !this.#frame || !this.#course) return;
    const passed = this.#last ? (now - this.#last) / 1000 : 0;
    const share = Number(this.slider.value) + Math.min(LONGEST_STEP, passed) / this.#course.seconds;
    this.#last = now;
    if (share >= 1 && !this.model.path.loop) {
      this.#goTo(1);
      this.pause();
      return;
    }
    this.#goTo(share % 1);
    if (this.#frame) this.#next();
  }

  #next() {
    this.#frame = requestAnimationFrame((now) => this.#step(now));
  }

  #play() {
    if (!this.#course) return;
    if (Number(this.slider.value) >= 0.999) this.slider.value = "0";
    this.explorer.emit("interrupt");
    this.#last = 0;
    this.button.setAttribute("aria-pressed", "true");
    this.button.textContent = "❚❚ Pause";
    this.#next();
  }

  pause() {
    if (!this.#frame) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.button.setAttribute("aria-pressed", "false");
    this.button.textContent = "▶ Play";
    this.explorer.remember();
    this.#showTime(Number(this.slider.value));
  }

  /** From the first stop on. */
  rewind() {
    this.slider.value = "0";
  }

  // What is seen of it ------------------------------------------------------------------------------------------------

  #refresh() {
    const { find } = this.context;
    const { stops } = this.model.path;
    const course = this.#course;
    this.slider.disabled = this.button.disabled = !course;
    find("div.path-player").hidden = !stops.length;
    this.#showTime(Number(this.slider.value));
    const ticks = (course && stops.length > 1 ? course.stops : []).map((seconds) =>
      make("i", { style: `left: ${(100 * seconds) / (course?.seconds ?? 1)}%` }),
    );
    find("div.path-ticks").replaceChildren(...ticks);
  }

  #showSpeed() {
    const { path } = this.model;
    const course = this.#course;
    const words = this.context.find("span.path-even");
    this.speed.hidden = !course || !path.steady || path.stops.length < 2;
    this.speed.classList.toggle("waiting", !course?.speed);
    if (!course?.speed) {
      words.textContent = "Measuring how fast the picture changes …";
      return;
    }
    this.chart.show(speedScene(course.speed));
    words.textContent = speedWords(
      course.speed,
      legsOf(path).some(({ easing }) => easing === "hold"),
    );
  }
}
