/**
 * Every number of the latent: bars to drag or paint over, one slider for the chosen one, and the numbers as text.
 *
 * @import { GeneratorResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { clamp } from "../shared/scale.js";
import { makeRow } from "./controls.js";
import { parseNumbers, unmoved } from "./latent-state.js";
import * as bars from "./numbers-state.js";

/** What an arrow key moves a number by. */
const STEP = 0.1;

export class Numbers {
  /** @type {number[]} */
  #numbers = [];
  #chosen = 0;
  #painting = false;

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { find, onResize } = context;
    this.context = context;
    this.explorer = explorer;
    this.details = find("details.all");
    this.canvas = find("canvas.bars");
    this.area = find(".text textarea");
    this.row = makeRow(explorer, "z1", {
      low: -bars.HIGH,
      high: bars.HIGH,
      read: () => this.#numbers[this.#chosen] ?? 0,
      write: (value) => {
        this.#put(this.#chosen, value);
        this.#paint();
      },
      isMoved: () => this.#chosen in explorer.latent.offsets,
      putBack: () => this.#putBack(),
    });
    find("div.single").append(this.row.line);
    onResize(this.canvas, () => this.#paint());
    this.#listenToBars();
    this.#listenToText();
    explorer.on("model", (facts) => this.#takeFacts(facts));
    explorer.on("shown", (response) => {
      if (!response.numbers || this.#painting || !explorer.isNewest(response)) return;
      this.#numbers = response.numbers;
      this.row.refresh();
      this.#paint();
    });
  }

  /** Numbers travel with the picture only while a person looks at them. */
  #listenToText() {
    const { area, context, explorer } = this;
    for (const details of [this.details, context.find("details.text")])
      details.addEventListener("toggle", () => {
        if (details.open) explorer.needsNumbers.add(details.className);
        else explorer.needsNumbers.delete(details.className);
        if (details.open) explorer.draw();
      });
    context.find("button.copy").addEventListener("click", () => {
      area.value = this.#numbers.map((value) => value.toFixed(4)).join(", ");
      area.select();
      navigator.clipboard?.writeText(area.value).catch(() => {}); // what is selected can be copied by hand
    });
    context.find("button.use").addEventListener("click", () => {
      try {
        const vector = parseNumbers(area.value, this.#numbers.length);
        explorer.change((latent) => Object.assign(latent, { kind: "vector", vector, ...unmoved() }));
      } catch (error) {
        explorer.fail(error);
      }
    });
  }

  /** @param {GeneratorResponse} facts */
  #takeFacts({ latent_dim: count }) {
    this.context.find("[data-count]").textContent = String(count);
    if (this.#numbers.length !== count) this.#numbers = new Array(count).fill(0);
    this.#choose(Math.min(this.#chosen, count - 1));
  }

  /** A number moves by an offset, which is what is sent: seeds and sliders below it stay in force. @param {number} index @param {number} value */
  #put(index, value) {
    const { offsets } = this.explorer.latent;
    const offset = Number(((offsets[index] || 0) + value - this.#numbers[index]).toFixed(4));
    if (offset) offsets[index] = offset;
    else delete offsets[index];
    this.#numbers[index] = value;
  }

  #putBack() {
    const { offsets } = this.explorer.latent;
    this.#numbers[this.#chosen] -= offsets[this.#chosen] || 0;
    delete offsets[this.#chosen];
  }

  /** @param {number} index */
  #choose(index) {
    this.#chosen = clamp(index, 0, Math.max(0, this.#numbers.length - 1));
    const name = `z${this.#chosen + 1}`;
    const title = this.row.line.querySelector(".name");
    if (title) title.textContent = name;
    this.row.range.setAttribute("aria-label", name);
    this.row.refresh();
    this.#paint();
  }

  // The bars --------------------------------------------------------------------------------------------------------

  #paint() {
    const { canvas } = this;
    if (!this.details.open || !canvas.clientWidth) return;
    const ratio = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = bars.rowsOf(this.#numbers.length) * bars.ROW_HEIGHT;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.style.height = `${height}px`;
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const style = getComputedStyle(canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.#numbers.forEach((value, index) => {
      const { x, y, step, bar } = bars.barAt(value, index, this.#numbers.length, width);
      if (index === this.#chosen) {
        pen.fillStyle = style.getPropertyValue("--gw-tint");
        pen.fillRect(x, y, step, bars.ROW_HEIGHT);
      }
      const moved = index in this.explorer.latent.offsets;
      pen.fillStyle = style.getPropertyValue(moved ? "--gw-accent" : "--gw-line-strong");
      pen.fillRect(x, bar.y, bar.width, bar.height);
    });
  }

  /** @param {PointerEvent} event */
  #follow(event) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const across = (event.clientX - left) / width;
    const { index, value } = bars.numberAt(across, event.clientY - top, this.#numbers.length);
    this.explorer.drag(() => {
      this.#put(index, value);
      this.#choose(index);
    });
  }

  #listenToBars() {
    const { canvas, explorer } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.#numbers.length) return;
      this.#painting = true;
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      this.#follow(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (this.#painting) this.#follow(event);
    });
    const release = () => {
      if (this.#painting) explorer.remember();
      this.#painting = false;
    };
    canvas.addEventListener("pointerup", release);
    canvas.addEventListener("pointercancel", release);
    canvas.addEventListener("keydown", (event) => this.#onKey(event));
    canvas.addEventListener("keyup", (event) => {
      if (["ArrowUp", "ArrowDown"].includes(event.key)) explorer.remember();
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const { explorer } = this;
    const across = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const up = event.key === "ArrowUp" ? STEP : event.key === "ArrowDown" ? -STEP : 0;
    if (across) this.#choose(this.#chosen + across);
    else if (up)
      explorer.drag(() => {
        this.#put(this.#chosen, clamp(this.#numbers[this.#chosen] + up, -bars.HIGH, bars.HIGH));
        this.#choose(this.#chosen);
      });
    else if (event.key === "Delete" || event.key === "Backspace")
      explorer.change(() => {
        this.#putBack();
        this.#choose(this.#chosen);
      });
    else return;
    event.preventDefault();
  }
}
