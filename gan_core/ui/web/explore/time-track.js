/**
 * A slider on a canvas along the kept moments of a training: a tick for each, pins above them.
 *
 * @import { ExploreContext } from "./explorer.js"
 * @import { Moments } from "./moments.js"
 */
import { arrowStep } from "../shared/controls.js";
import { count } from "../shared/format.js";
import { isApart, newestName, shareOf } from "./time-state.js";

/** Pixels beside the axis, and below it without and with numbers. */
export const INSET = 10;
const BELOW = 15;
const BELOW_NUMBERS = 34;
const KNOB = 8;
/** How many moments the page keys pass. */
const PAGE = 5;

/** @typedef {{ pen: CanvasRenderingContext2D, x: (share: number) => number, line: number, width: number, color: (name: string) => string }} Drawing */

export class TimeTrack {
  #asked = false;
  #held = false;
  #drawn = "";

  /**
   * @param {ExploreContext} context
   * @param {Moments} moments
   * @param {HTMLCanvasElement} canvas
   * @param {{ numbers?: boolean }} [options] with `numbers` powers of ten stand below, and a line at what is shown above
   */
  constructor(context, moments, canvas, { numbers = false } = {}) {
    this.context = context;
    this.moments = moments;
    this.canvas = canvas;
    this.numbers = numbers;
    this.#listen();
    moments.on(() => {
      const { kept, position } = moments;
      const key = JSON.stringify([kept.model, position.step, kept.steps, kept.pins, moments.here(), moments.words()]);
      if (key === this.#drawn) return; // a latent that is dragged changes nothing here
      this.#drawn = key;
      this.redraw();
    });
    context.onResize(canvas, () => this.redraw());
  }

  redraw() {
    if (!this.#asked) requestAnimationFrame(() => this.#draw());
    this.#asked = true;
  }

  #draw() {
    this.#asked = false;
    const { canvas, context, moments } = this;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    const ratio = window.devicePixelRatio || 1;
    if (context.signal.aborted || !width || !moments.kept.steps.length) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    const style = getComputedStyle(canvas);
    const drawing = {
      ...{ pen, width, line: height - (this.numbers ? BELOW_NUMBERS : BELOW) },
      x: (/** @type {number} */ share) => INSET + share * (width - 2 * INSET),
      color: (/** @type {string} */ name) => style.getPropertyValue(`--gw-${name}`).trim(),
    };
    this.#drawAxis(drawing);
    this.#drawPins(drawing);
    if (this.numbers) this.#drawNumbers(drawing);
    this.#drawKnob(drawing);
    this.#describe();
  }

  /** @param {Drawing} drawing */
  #drawAxis({ pen, x, line, color }) {
    const { position } = this.moments;
    const { live, step, steps } = position;
    const apart = isApart(position);
    const end = x(apart ? shareOf(position, steps[steps.length - 1]) : 1);
    pen.lineCap = "round";
    pen.lineWidth = 4;
    pen.strokeStyle = color("line-strong");
    stroke(pen, x(0), line, end, line);
    if (apart) {
      pen.setLineDash([1, 7]);
      stroke(pen, end + 7, line, x(1), line);
      pen.setLineDash([]);
    }
    pen.strokeStyle = color("accent");
    stroke(pen, x(0), line, Math.min(x(shareOf(position, step)), end), line);
    pen.lineWidth = 1;
    pen.strokeStyle = color("muted");
    for (const each of steps) {
      const at = x(shareOf(position, each));
      stroke(pen, at, line + 5, at, line + 10);
    }
    if (!apart) return;
    pen.fillStyle = color(live ? "good" : "muted");
    pen.beginPath();
    pen.arc(x(1), line, 4, 0, 7);
    pen.fill();
  }

  /** @param {Drawing} drawing */
  #drawPins({ pen, x, line, color }) {
    const { kept, position } = this.moments;
    pen.fillStyle = color("fourth");
    for (const { step } of kept.pins) {
      const at = x(shareOf(position, step));
      pen.beginPath();
      pen.moveTo(at, line - 5);
      pen.lineTo(at - 4, line - 13);
      pen.lineTo(at + 4, line - 13);
      pen.closePath();
      pen.fill();
    }
  }

  /** @param {Drawing} drawing */
  #drawNumbers({ pen, x, line, width, color }) {
    const { position } = this.moments;
    const { steps } = position;
    const last = steps[steps.length - 1];
    let free = -Infinity;
    const write = (/** @type {string} */ text, /** @type {number} */ at, /** @type {number} */ before) => {
      const wide = pen.measureText(text).width;
      const left = at - before * wide;
      if (left < free || left + wide > width) return;
      pen.fillText(text, left, line + 14);
      free = left + wide + 12;
    };
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "left";
    pen.textBaseline = "top";
    pen.fillStyle = color("muted");
    write(count(steps[0]), x(0) - 4, 0);
    for (let power = 10; power <= last; power *= 10)
      if (power > steps[0]) write(count(power), x(shareOf(position, power)), 0.5);
    if (isApart(position)) write(newestName(position), x(1) + 6, 1);
    else if (steps.length > 1) write(count(last), x(1) + 6, 1);
  }

  /** @param {Drawing} drawing */
  #drawKnob({ pen, x, line, color }) {
    const { position } = this.moments;
    const here = x(shareOf(position, position.step));
    if (this.numbers) {
      pen.globalAlpha = 0.55;
      pen.strokeStyle = color("accent");
      stroke(pen, here, KNOB, here, line);
      pen.globalAlpha = 1;
    }
    pen.fillStyle = color("accent");
    pen.strokeStyle = color("surface");
    pen.lineWidth = 2;
    pen.beginPath();
    pen.arc(here, line, KNOB, 0, 7);
    pen.fill();
    pen.stroke();
  }

  #describe() {
    const { canvas, moments } = this;
    const { step, steps } = moments.position;
    const place = step === null ? -1 : steps.indexOf(step);
    canvas.setAttribute("aria-valuenow", String(place < 0 ? steps.length : place + 1));
    canvas.setAttribute("aria-valuemax", String(steps.length + Number(isApart(moments.position))));
    canvas.setAttribute("aria-valuetext", `${moments.here()}. ${moments.words()}`);
  }

  // Moving it ---------------------------------------------------------------------------------------------------------

  #listen() {
    const { canvas, moments } = this;
    canvas.addEventListener("pointerenter", () => moments.prepare());
    canvas.addEventListener("focus", () => moments.prepare());
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      moments.stop();
      this.#held = true;
      try {
        canvas.setPointerCapture(event.pointerId);
      } catch {
        /* a pointer that is gone already */
      }
      moments.prepare();
      this.#follow(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.#held) this.#follow(event);
    });
    const release = () => {
      if (this.#held) moments.explorer.remember();
      this.#held = false;
    };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** @param {PointerEvent} event */
  #follow(event) {
    const { left, width } = this.canvas.getBoundingClientRect();
    this.moments.seekShare((event.clientX - left - INSET) / (width - 2 * INSET));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const all = this.moments.kept.steps.length + 1;
    const pages = /** @type {Record<string, number>} */ ({ PageUp: PAGE, PageDown: -PAGE, Home: -all, End: all });
    const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const by = pages[event.key] ?? (sideways ? arrowStep(event.key) : -arrowStep(event.key)); // up is further on
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.moments.goBy(by);
  }
}

/** @param {CanvasRenderingContext2D} pen @param {number} fromX @param {number} fromY @param {number} toX @param {number} toY */
function stroke(pen, fromX, fromY, toX, toY) {
  pen.beginPath();
  pen.moveTo(fromX, fromY);
  pen.lineTo(toX, toY);
  pen.stroke();
}

/** The bar under the picture, where a model has a history. @param {ExploreContext} context @param {Moments} moments */
export function makeTimeBar(context, moments) {
  const { find, findAll } = context;
  const bar = find("div.time-bar");
  const here = find("output.time-here");
  new TimeTrack(context, moments, find(".time-bar canvas"));
  const buttons = findAll("button.time-play").map((button) => ({
    button,
    words: button.getAttribute("aria-label") ?? "",
  }));
  for (const { button } of buttons) button.addEventListener("click", () => moments.toggle());
  moments.on(() => {
    const hidden = !moments.kept.steps.length;
    const text = moments.here();
    const sign = moments.playing ? "❚❚" : "▶";
    if (bar.hidden !== hidden) bar.hidden = hidden;
    if (here.textContent !== text) here.textContent = text;
    for (const { button, words } of buttons) {
      if (button.textContent === sign) continue;
      button.textContent = sign;
      button.setAttribute("aria-label", moments.playing ? words.replace("Play", "Stop playing") : words);
    }
  });
}
