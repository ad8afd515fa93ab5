/**
 * The key frames of a run: scrub, play, save. The last place of the slider is the run as it is now.
 *
 * @import { TrainLive } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { download } from "../shared/dom.js";
import { count } from "../shared/format.js";

/** Milliseconds that a key frame is shown while they are played. */
const FRAME = 130;
/** Pictures that are kept in the page. */
const MOST_KEPT = 200;

export class Timeline {
  /** @type {number[]} */
  #steps = [];
  /** @type {Map<number, string>} */
  #kept = new Map();
  #playing = false;
  /** The step of the best score so far. @type {number | null} */
  #best = null;

  /**
   * @param {Context<TrainLive>} context
   * @param {() => string | null} run
   * @param {(picture: string | null, step: number | null) => void} show a key frame, or null for what is newest
   */
  constructor(context, run, show) {
    const { find, latestWins } = context;
    this.context = context;
    this.run = run;
    this.slider = find("input#keyframe-slider");
    const stepAt = (/** @type {number} */ place) => (this.#isPastAll(place) ? null : this.#steps[place]);
    this.draw = latestWins(
      (/** @type {number} */ place) => this.#pictureOf(stepAt(place)),
      (picture, place) => show(picture, stepAt(place)),
    );
    this.#listen();
    saveOnPress(context, find("button#keyframe-gif"), run);
  }

  #listen() {
    const { find } = this.context;
    this.slider.addEventListener("input", () => {
      this.#setPlaying(false);
      this.#go(Number(this.slider.value));
    });
    find("#keyframe-play").addEventListener("click", () => {
      this.#setPlaying(!this.#playing);
      if (this.#playing) this.#runThrough();
    });
    find("#keyframe-best").addEventListener("click", () => {
      this.#setPlaying(false);
      this.#go(this.#bestPlace());
    });
  }

  /** Whether the newest picture is looked at. */
  isNow() {
    return this.#isPastAll(Number(this.slider.value));
  }

  /** @param {number | null} step */
  setBest(step) {
    this.#best = step;
    this.#star();
  }

  /** New key frames; a page that shows "now" goes on showing it. @param {number[]} steps */
  set(steps) {
    const now = this.isNow();
    this.#steps = steps;
    this.slider.max = String(steps.length);
    this.context.find(".timeline").hidden = steps.length < 2;
    if (now) this.#setLabel(steps.length);
    this.#star();
  }

  clear() {
    this.#best = null;
    this.#kept = new Map();
    this.#setPlaying(false);
    this.#steps = [];
    this.slider.max = "0";
    this.#setLabel(0);
    this.#star();
    this.context.find(".timeline").hidden = true;
  }

  /** @param {number} place */
  #isPastAll(place) {
    return place >= this.#steps.length;
  }

  /** @param {number | null} step */
  async #pictureOf(step) {
    const run = this.run();
    if (step === null || run === null) return null;
    const known = this.#kept.get(step);
    if (known !== undefined) return known;
    const { picture } = await this.context.ask("keyframe", { run, step });
    this.#kept.set(step, picture);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest);
    return picture;
  }

  /** @param {number} place */
  #setLabel(place) {
    const name = this.#isPastAll(place) ? "now" : `step ${count(this.#steps[place])}`;
    this.slider.value = String(place);
    this.slider.setAttribute("aria-valuetext", name);
    this.context.find("#keyframe-label").textContent = name;
  }

  /** @param {number} place */
  #go(place) {
    this.#setLabel(place);
    return this.draw(place);
  }

  async #runThrough() {
    let place = this.isNow() ? 0 : Number(this.slider.value);
    while (this.#playing && !this.context.signal.aborted && place <= this.#steps.length) {
      await Promise.all([this.#go(place), new Promise((resolve) => setTimeout(resolve, FRAME))]);
      place += 1;
    }
    this.#setPlaying(false);
  }

  /** @param {boolean} on */
  #setPlaying(on) {
    this.#playing = on;
    const play = this.context.find("#keyframe-play");
    play.textContent = on ? "❚❚ Stop" : "▶ Play";
    play.setAttribute("aria-label", on ? "Stop playing" : "Play the key frames");
  }

  /** The newest key frame that is not later than the best score: it is kept at that very step. */
  #bestPlace() {
    const best = this.#best;
    return best === null ? -1 : this.#steps.findLastIndex((step) => step <= best);
  }

  #star() {
    const { find } = this.context;
    const place = this.#bestPlace();
    const jump = find("#keyframe-best");
    const mark = find(".best-mark");
    jump.hidden = mark.hidden = place < 0;
    if (place < 0) return;
    const share = place / Math.max(1, this.#steps.length);
    mark.style.left = `calc(8px + ${share} * (100% - 16px))`;
    jump.title = `Step ${count(this.#steps[place])} has the best held-out score so far`;
  }
}

/**
 * @param {Pick<Context<TrainLive>, "ask" | "notice">} context
 * @param {HTMLButtonElement} button
 * @param {() => string | null} run
 */
function saveOnPress({ ask, notice }, button, run) {
  button.addEventListener("click", async () => {
    const name = run();
    if (name === null) return;
    button.disabled = true;
    button.textContent = "Saving …";
    try {
      const animation = await ask("time_lapse", { run: name });
      download(animation.file, animation.name);
    } catch (error) {
      notice(/** @type {Error} */ (error).message);
    }
    button.disabled = false;
    button.textContent = "Save as GIF";
  });
}
