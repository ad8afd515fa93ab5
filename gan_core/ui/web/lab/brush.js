/**
 * Drawing one's own distribution: strokes with undo and an eraser, by mouse, touch, pen or keyboard.
 *
 * @import { Context } from "../shared/types.js"
 * @import { PlaneCanvas } from "./plane-canvas.js"
 * @import { Point, Stroke } from "./plane-state.js"
 */
import { erased, pointsTo, rounded } from "./plane-state.js";

/** How far an arrow key moves the cross, and how far out it may be. */
const STEP = 0.1;
const OUTERMOST = 3.1;
const UNDOS = 100;
const ARROWS = Object.freeze({
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
});

export class Brush {
  /** @type {Stroke[]} */
  strokes = [];
  /** @type {Stroke[][]} */
  past = [];
  /** Whether the plane takes strokes, and whether these are not in use yet. */
  active = false;
  editing = false;
  erasing = false;
  down = false;
  /** @type {Point | null} */
  cross = null;
  /** @type {Point | null} */
  last = null;

  /**
   * @param {Context} context
   * @param {HTMLCanvasElement} canvas
   * @param {PlaneCanvas} plane
   * @param {(drawing: { strokes: Stroke[], deviation: number } | null) => void} use
   */
  constructor(context, canvas, plane, use) {
    this.context = context;
    this.canvas = canvas;
    this.plane = plane;
    this.bindPointer();
    canvas.addEventListener("keydown", (event) => this.press(event));
    this.bindButtons(use);
  }

  get width() {
    return Number(this.context.find("input.width").value);
  }

  /** Whether a drawing is wanted and there is none. */
  get empty() {
    return this.active && !this.strokes.length;
  }

  /** What is drawn and not used yet, once: Play means it. */
  taken() {
    if (!this.active || !this.editing || !this.strokes.length) return null;
    this.editing = false;
    this.refresh();
    return { strokes: this.strokes, deviation: this.width };
  }

  /** @param {boolean} wanted */
  open(wanted) {
    this.active = this.editing = wanted;
    this.cross = null;
    this.context.find("div.brushes").hidden = !wanted;
    this.canvas.classList.toggle("drawing", wanted);
    this.canvas.tabIndex = wanted ? 0 : -1;
    this.refresh();
  }

  refresh() {
    const { find } = this.context;
    this.plane.showStrokes(this.active && this.editing ? this.strokes : null, this.width, this.cross);
    find("button.undo").disabled = !this.past.length;
    find("button.clear").disabled = find("button.use").disabled = !this.strokes.length;
  }

  remember() {
    this.editing = true;
    this.past.push(this.strokes.map((stroke) => stroke.slice()));
    if (this.past.length > UNDOS) this.past.shift();
  }

  /** @param {Point} place */
  begin(place) {
    this.remember();
    this.last = null;
    if (this.erasing) this.erase(place);
    else this.strokes.push([rounded(place)]);
  }

  /** @param {Point} place */
  erase(place) {
    this.strokes = erased(this.strokes, this.last ?? place, place);
    this.last = place;
  }

  /** @param {Point} place */
  extend(place) {
    const stroke = this.strokes[this.strokes.length - 1];
    stroke.push(...pointsTo(stroke[stroke.length - 1], place));
  }

  bindPointer() {
    const { canvas, plane } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (!this.active || event.button > 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      canvas.focus({ preventScroll: true });
      this.down = true;
      this.cross = null;
      this.begin(plane.place(event));
      this.refresh();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.active || !this.down) return;
      for (const each of event.getCoalescedEvents?.() ?? [event]) {
        if (this.erasing) this.erase(plane.place(each));
        else this.extend(plane.place(each));
      }
      this.refresh();
    });
    for (const type of ["pointerup", "pointercancel"])
      canvas.addEventListener(type, () => {
        this.down = false;
        this.refresh();
      });
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (!this.active) return;
    const move = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    this.editing = true;
    const [x, y] = this.cross ?? [0, 0];
    const within = (/** @type {number} */ value) => Math.max(-OUTERMOST, Math.min(OUTERMOST, value));
    this.cross = move ? [within(x + move[0]), within(y + move[1])] : [x, y];
    if (!move) this.begin(this.cross);
    this.refresh();
  }

  /** @param {(drawing: { strokes: Stroke[], deviation: number } | null) => void} use */
  bindButtons(use) {
    const { find } = this.context;
    const choose = (/** @type {boolean} */ erasing) => {
      this.erasing = erasing;
      find("button.brush").setAttribute("aria-pressed", String(!erasing));
      find("button.eraser").setAttribute("aria-pressed", String(erasing));
    };
    find("button.brush").addEventListener("click", () => choose(false));
    find("button.eraser").addEventListener("click", () => choose(true));
    find("button.undo").addEventListener("click", () => {
      this.strokes = this.past.pop() ?? this.strokes;
      this.editing = true;
      this.refresh();
    });
    find("button.clear").addEventListener("click", () => {
      this.remember();
      this.strokes = [];
      this.refresh();
    });
    find("input.width").addEventListener("input", () => {
      this.editing = true;
      this.refresh();
    });
    find("button.use").addEventListener("click", () => {
      this.editing = true;
      use(this.taken()); // its points are seen instead
    });
  }
}
