/**
 * The plane of the Lab: draws what the server sent, and moves the points smoothly from one response to the next.
 *
 * @import { PlaneResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Point, Stroke } from "./plane-state.js"
 */
import { dots, drawArrows, drawNet, drawStrokes, drawTrails, TRAILED } from "./plane-marks.js";
import { VIEW } from "./plane-state.js";

/** Responses of a trail. */
const TRAIL = 60;
/** Milliseconds between two drawings at least, and of a morph. */
const FRAME = 28;
const MORPH = 2200;
const COLORS = /** @type {const} */ (["surface", "generated", "real", "ink", "muted", "line", "accent"]);
const LEVELS = 256;

/** @typedef {Record<(typeof COLORS)[number], string> & { key: string, table: number[][] }} Palette */

/** @param {string} text base64 */
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/**
 * Pairs of int16 as numbers in the plane; 32767 stands for `half` (see `packed` in gan_core/plane/controller.py).
 *
 * @param {string} text
 * @param {number} [half]
 */
export const unpack = (text, half = 2 * VIEW) =>
  Float32Array.from(new Int16Array(bytesOf(text).buffer), (value) => (value / 32767) * half);

/**
 * Positions a share of the way from one list to another of the same length.
 *
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} share
 */
export const between = (from, to, share) => to.map((value, index) => from[index] + share * (value - from[index]));

/** Positions that glide from where they are drawn to where they should be. */
class Glide {
  /** @type {Float32Array | null} */
  from = null;
  /** @type {Float32Array | null} */
  to = null;
  begun = 0;

  /** @param {Float32Array} target @param {boolean} jump @param {number} interval */
  aim(target, jump, interval) {
    this.from = jump || this.to?.length !== target.length ? target : this.now(interval);
    this.to = target;
    this.begun = performance.now();
  }

  /** @param {number} interval milliseconds of the whole way */
  now(interval) {
    if (!this.to || !this.from || this.from === this.to) return this.to;
    const share = Math.min(1, (performance.now() - this.begun) / interval);
    if (share === 1) this.from = this.to;
    return share === 1 ? this.to : between(this.from, this.to, share);
  }

  get done() {
    return this.from === this.to;
  }
}

export class PlaneCanvas {
  /** What is shown: `map`, `net`, `real`, `trails`, `fakes`, `arrows`. @type {Set<string>} */
  layers = new Set();
  /** Frames drawn so far. */
  frames = 0;
  fakes = new Glide();
  net = new Glide();
  /** @type {Float32Array | null} */
  real = null;
  /** The real points of the training; a stage of slow motion brings its own. @type {Float32Array | null} */
  trainingReal = null;
  /** @type {Uint8Array | null} */
  map = null;
  /** @type {Float32Array | null} */
  arrows = null;
  /** @type {{ strokes: Stroke[] | null, width: number, cross: Point | null }} */
  drawing = { strokes: null, width: 0, cross: null };
  /** @type {Float32Array[]} */
  trails = [];
  /** @type {Float32Array | null} */
  latents = null;
  /** @type {Float32Array | null} */
  latentNet = null;
  /** When a morph from latents to points began. @type {number | null} */
  morphing = null;
  /** Milliseconds between two responses, about. */
  interval = 80;
  last = 0;
  stale = true;
  realStale = true;
  /** @type {Palette | null} */
  palette = null;
  cells = document.createElement("canvas");
  still = document.createElement("canvas");
  probe = contextOf(document.createElement("canvas"), true);

  /**
   * @param {Context} context
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLElement} root whose style has the colours
   */
  constructor({ signal, onResize }, canvas, root) {
    this.canvas = canvas;
    this.root = root;
    let drawn = 0;
    // About thirty frames a second while something moves, none while nothing does.
    const frame = (/** @type {number} */ now) => {
      if (signal.aborted) return;
      const moves = this.stale || this.morphing !== null || !this.fakes.done || !this.net.done;
      if (moves && now - drawn > FRAME && canvas.offsetParent) {
        drawn = now;
        this.stale = false;
        this.draw();
      }
      requestAnimationFrame(frame);
    };
    frame(0);
    onResize(canvas, () => this.redraw());
  }

  redraw() {
    this.stale = true;
  }

  morph() {
    this.morphing = performance.now();
  }

  /** @param {Stroke[] | null} strokes @param {number} width @param {Point | null} cross */
  showStrokes(strokes, width, cross) {
    this.drawing = { strokes, width, cross };
    this.redraw();
  }

  /**
   * Shows a response, or its stage of slow motion, which brings its own points.
   *
   * @param {PlaneResponse} response
   * @param {{ jump?: boolean }} [options]
   */
  show(response, { jump = false } = {}) {
    const { stage } = response;
    const source = stage ?? response;
    this.measureInterval(Boolean(stage));
    if (response.latents && response.latent_net) {
      this.latents = unpack(response.latents);
      this.latentNet = unpack(response.latent_net);
    }
    if (response.real) this.trainingReal = unpack(response.real);
    const real = stage ? unpack(stage.real) : this.trainingReal;
    if (real !== this.real) this.realStale = true;
    this.real = real;
    const fakes = unpack(source.fakes);
    this.fakes.aim(fakes, jump, this.interval);
    if (response.net && !stage) this.net.aim(unpack(response.net), jump, this.interval);
    this.arrows = source.arrows ? unpack(source.arrows, 16) : null;
    if (source.map) {
      this.map = bytesOf(source.map);
      this.paintMap(this.colors());
    }
    if (!stage) this.addTrail(fakes, jump);
    this.redraw();
  }

  /** @param {boolean} slow */
  measureInterval(slow) {
    const now = performance.now();
    const passed = now - this.last;
    if (passed < 1000) this.interval += 0.3 * (Math.max(30, Math.min(300, passed)) - this.interval);
    if (slow) this.interval = 700;
    this.last = now;
  }

  /** @param {Float32Array} fakes @param {boolean} jump */
  addTrail(fakes, jump) {
    if (jump) this.trails = [];
    this.trails.push(fakes.subarray(0, 2 * TRAILED));
    if (this.trails.length > TRAIL) this.trails.shift();
  }

  /** Where in the plane a pointer is. @param {PointerEvent} event @returns {Point} */
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const within = (/** @type {number} */ value) => Math.max(-VIEW, Math.min(VIEW, value));
    const right = (event.clientX - box.left) / box.width;
    const down = (event.clientY - box.top) / box.height;
    return [within((2 * right - 1) * VIEW), within((1 - 2 * down) * VIEW)];
  }

  /**
   * The page's colours, read again when the theme changes. Low scores have the colour of what is generated, high ones that
   * of what is real: a pair that stays apart for every kind of colour vision.
   *
   * @returns {Palette}
   */
  colors() {
    const style = getComputedStyle(this.root);
    const key = COLORS.map((name) => style.getPropertyValue(`--gw-${name}`)).join();
    if (this.palette?.key === key) return this.palette;
    const named = /** @type {Record<(typeof COLORS)[number], string>} */ (
      Object.fromEntries(COLORS.map((name) => [name, style.getPropertyValue(`--gw-${name}`).trim() || "#888"]))
    );
    this.realStale = true;
    this.palette = { ...named, key, table: this.scoreTable(named) };
    if (this.map) this.paintMap(this.palette);
    return this.palette;
  }

  /**
   * The colour of each of the levels of a score.
   *
   * @param {Record<(typeof COLORS)[number], string>} colors
   * @returns {number[][]}
   */
  scoreTable(colors) {
    const rgb = (/** @type {string} */ color) => {
      this.probe.fillStyle = color;
      this.probe.fillRect(0, 0, 1, 1);
      return [...this.probe.getImageData(0, 0, 1, 1).data];
    };
    const [surface, generated, real] = [colors.surface, colors.generated, colors.real].map(rgb);
    const middle = (LEVELS - 1) / 2;
    return Array.from({ length: LEVELS }, (_, level) => {
      const strength = 0.62 * Math.sqrt(Math.abs(level - middle) / middle);
      const side = level < middle ? generated : real;
      return surface.map((value, channel) => value + (side[channel] - value) * strength);
    });
  }

  /** @param {Palette} palette */
  paintMap({ table }) {
    if (!this.map) return;
    const side = Math.round(Math.sqrt(this.map.length));
    this.cells.width = this.cells.height = side;
    const pen = contextOf(this.cells);
    const image = pen.createImageData(side, side);
    this.map.forEach((level, index) => {
      image.data.set(table[level], index * 4);
      image.data[index * 4 + 3] = 255;
    });
    pen.putImageData(image, 0, 0);
  }

  draw() {
    const side = this.canvas.clientWidth;
    if (!side) return;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const pixels = Math.round(side * ratio);
    if (this.canvas.width !== pixels || this.canvas.height !== pixels) {
      this.canvas.width = this.canvas.height = pixels;
      this.realStale = true;
    }
    const pen = contextOf(this.canvas);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    const colors = this.colors();
    pen.globalAlpha = 1;
    pen.fillStyle = colors.surface;
    pen.fillRect(0, 0, side, side);
    pen.imageSmoothingEnabled = true;
    if (this.layers.has("map") && this.map) pen.drawImage(this.cells, 0, 0, side, side);
    this.drawPoints(pen, side, ratio, colors);
    if (this.drawing.strokes) drawStrokes(pen, side, this.drawing.strokes, this.drawing, colors);
    pen.globalAlpha = 1;
    this.frames += 1;
  }

  /** Generated points and their net, on their way from the latents while they morph. */
  positions() {
    const fakes = this.fakes.now(this.interval);
    const net = this.net.now(this.interval);
    if (this.morphing === null || !this.latents) return { fakes, net };
    const share = Math.min(1, (performance.now() - this.morphing) / MORPH);
    const eased = share * share * (3 - 2 * share);
    if (share === 1) this.morphing = null;
    const blend = (/** @type {Float32Array | null} */ from, /** @type {Float32Array | null} */ to) =>
      from && to && from.length === to.length ? between(from, to, eased) : to;
    return { fakes: blend(this.latents, fakes), net: blend(this.latentNet, net) };
  }

  /**
   * @param {CanvasRenderingContext2D} pen
   * @param {number} side
   * @param {number} ratio
   * @param {Palette} colors
   */
  drawPoints(pen, side, ratio, colors) {
    const { layers } = this;
    const morphs = this.morphing !== null;
    const { fakes, net } = this.positions();
    if ((layers.has("net") || morphs) && net) drawNet(pen, side, net, colors.generated);
    if (layers.has("real") && this.real && !this.drawing.strokes)
      pen.drawImage(this.realPicture(side, ratio, this.real, colors.real), 0, 0, side, side);
    if (layers.has("trails")) drawTrails(pen, side, this.trails, colors.generated);
    if (layers.has("fakes") && fakes) {
      pen.globalAlpha = 0.9;
      pen.fillStyle = colors.generated;
      dots(pen, side, fakes, Math.max(2, side / 215));
      pen.fill();
    }
    if (layers.has("arrows") && this.arrows && fakes && !morphs) drawArrows(pen, side, fakes, this.arrows, colors.ink);
  }

  /**
   * Real points stand still, so they are drawn once into a picture of their own.
   *
   * @param {number} side
   * @param {number} ratio
   * @param {Float32Array} points
   * @param {string} color
   */
  realPicture(side, ratio, points, color) {
    if (!this.realStale) return this.still;
    this.realStale = false;
    this.still.width = this.still.height = Math.round(side * ratio);
    const pen = contextOf(this.still);
    pen.scale(ratio, ratio);
    pen.strokeStyle = color;
    pen.lineWidth = 1.3;
    pen.globalAlpha = 0.85;
    dots(pen, side, points, Math.max(1.8, side / 240));
    pen.stroke();
    return this.still;
  }
}

/** @param {HTMLCanvasElement} canvas @param {boolean} [read] whether its pixels are read often */
const contextOf = (canvas, read = false) =>
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: read }));
