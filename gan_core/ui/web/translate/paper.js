/**
 * The page that is drawn on: strokes on a layer of ink over white or a picture, so that the eraser takes ink alone.
 *
 * @import { Point, Stroke } from "./drawing-state.js"
 */
import { make } from "../shared/dom.js";
import * as state from "./drawing-state.js";

/** @param {HTMLCanvasElement} canvas */
const drawingOf = (canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));

export class Paper {
  colour = state.COLOURS[0].value;
  brush = state.FIRST_BRUSH;
  erases = false;
  strokes = new state.Strokes();
  /** @type {HTMLImageElement | null} */
  #base = null;
  #ink = make("canvas");
  /** The ink of strokes that cannot be undone any more; none before there is any. @type {HTMLCanvasElement | null} */
  #settled = null;
  #reduced = make("canvas");
  #layer = drawingOf(this.#ink);
  #page;
  #changed;

  /** @param {() => void} changed is called with every change of what is drawn */
  constructor(changed) {
    this.#changed = changed;
    this.canvas = make("canvas", { class: "page", tabindex: 0, width: state.PAGE, height: state.PAGE, role: "img" });
    this.canvas.setAttribute("aria-label", "Page to draw on with a mouse, a pen or a finger");
    this.#page = drawingOf(this.canvas);
    this.#setSize(1, 1);
    this.#listen();
  }

  get isEmpty() {
    return !this.strokes.canUndo && !this.#settled && !this.#base;
  }

  /** Draws everything anew. */
  redraw() {
    const { width, height } = this.#ink;
    this.#settle();
    this.#layer.clearRect(0, 0, width, height);
    if (this.#settled) {
      this.#layer.globalCompositeOperation = "source-over";
      this.#layer.drawImage(this.#settled, 0, 0);
    }
    for (const stroke of this.strokes.done) this.#trace(stroke);
    this.#compose();
    this.#changed();
  }

  /** Draws the strokes that cannot be undone any more where they stay: it costs the same however long a person draws. */
  #settle() {
    const strokes = this.strokes.settle();
    if (!strokes.length) return;
    this.#settled ??= make("canvas", { width: this.#ink.width, height: this.#ink.height });
    const layer = drawingOf(this.#settled);
    for (const stroke of strokes) this.#trace(stroke, 0, layer);
  }

  clear() {
    this.#base = null;
    this.strokes.clear();
    this.#setSize(1, 1);
    this.redraw();
  }

  /** Begins anew on a picture. @param {string} source @throws where it cannot be read */
  async drawOn(source) {
    const image = new Image();
    image.src = source;
    await image.decode();
    this.#base = image;
    this.strokes.clear();
    this.#setSize(image.naturalWidth, image.naturalHeight);
    this.redraw();
  }

  undo() {
    if (this.strokes.undo()) this.redraw();
  }

  redo() {
    if (this.strokes.redo()) this.redraw();
  }

  /**
   * The page as it is translated: reduced while the pen moves, at rest with all of its pixels.
   *
   * @param {number} side that the network sees
   */
  picture(side) {
    const size = this.strokes.current && state.movingSize(this.canvas, side);
    if (!size) return this.canvas.toDataURL("image/jpeg", 0.95);
    Object.assign(this.#reduced, size);
    const drawing = drawingOf(this.#reduced);
    drawing.imageSmoothingQuality = "high";
    drawing.drawImage(this.canvas, 0, 0, size.width, size.height);
    return this.#reduced.toDataURL("image/png");
  }

  /** @param {number} width @param {number} height of the picture */
  #setSize(width, height) {
    const size = state.pageSize(width, height);
    Object.assign(this.canvas, size);
    Object.assign(this.#ink, size);
    this.#settled = null;
  }

  #listen() {
    const page = this.canvas;
    page.addEventListener("pointerdown", (event) => this.#begin(event));
    page.addEventListener("pointermove", (event) => this.#continue(event));
    for (const type of ["pointerup", "pointercancel"])
      page.addEventListener(type, (event) => {
        if (!this.strokes.end(/** @type {PointerEvent} */ (event).pointerId)) return;
        event.stopPropagation();
        this.redraw(); // the whole stroke at once, as undo and redo draw it
      });
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (event.button) return;
    event.stopPropagation();
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.strokes.begin({
      pointer: event.pointerId,
      colour: this.colour,
      brush: state.pressedBrush(event, this.brush),
      erases: this.erases || state.isEraser(event),
      points: [this.#point(event)],
    });
    this.redraw();
  }

  /** @param {PointerEvent} event */
  #continue(event) {
    const stroke = this.strokes.current;
    if (stroke?.pointer !== event.pointerId) return;
    event.stopPropagation();
    const from = stroke.points.length;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const each of passed.length ? passed : [event]) stroke.points.push(this.#point(each));
    this.#trace(stroke, from);
    this.#compose();
    this.#changed();
  }

  /** @param {PointerEvent} event @returns {Point} */
  #point(event) {
    const box = this.canvas.getBoundingClientRect();
    const { width, height } = this.canvas;
    return [((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height];
  }

  /** @param {Stroke} stroke @param {number} [from] its first point that is not drawn yet @param {CanvasRenderingContext2D} [layer] */
  #trace(stroke, from = 0, layer = this.#layer) {
    const [first, ...others] = stroke.points.slice(Math.max(0, from - 1));
    layer.globalCompositeOperation = stroke.erases ? "destination-out" : "source-over";
    layer.lineCap = "round";
    layer.lineJoin = "round";
    layer.strokeStyle = stroke.colour;
    layer.fillStyle = stroke.colour;
    layer.lineWidth = stroke.brush * Math.min(this.canvas.width, this.canvas.height);
    layer.beginPath();
    if (!others.length) {
      layer.arc(...first, layer.lineWidth / 2, 0, 7);
      layer.fill();
      return;
    }
    layer.moveTo(...first);
    for (const point of others) layer.lineTo(...point);
    layer.stroke();
  }

  #compose() {
    const { width, height } = this.canvas;
    this.#page.fillStyle = "#fff";
    this.#page.fillRect(0, 0, width, height);
    if (this.#base) this.#page.drawImage(this.#base, 0, 0, width, height);
    this.#page.drawImage(this.#ink, 0, 0);
  }
}
