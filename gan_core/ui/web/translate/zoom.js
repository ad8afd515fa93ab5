/**
 * Zoom and pan of all panes together: wheel, pinch, drag, buttons, double click, the keys + - 0 and arrows.
 *
 * @import { Context } from "../shared/types.js"
 * @import { Stage } from "./stage.js"
 */
import * as geometry from "./zoom-state.js";

/** Milliseconds for which a wheel that has scrolled the page does not zoom. */
const SCROLLING = 400;

/**
 * @typedef {object} Held a pointer that is down
 * @property {number} x
 * @property {number} y
 * @property {Element} target
 * @property {boolean} divides whether it moves the handle between before and after
 */

export class Zoom {
  /** @type {geometry.Zoom} */
  #zoom = geometry.WHOLE;
  /** @type {Map<number, Held>} */
  #held = new Map();
  #apart = 0;
  #scrolled = 0;
  #context;
  #stage;
  #host;
  #pixels;
  #changed;

  /**
   * @param {Context} context
   * @param {Stage} stage
   * @param {() => number} pixels how wide the picture is
   * @param {(width: number) => void} changed is called with the screen pixels over which the picture goes
   */
  constructor(context, stage, pixels, changed) {
    this.#context = context;
    this.#stage = stage;
    this.#host = stage.host;
    this.#pixels = pixels;
    this.#changed = changed;
    this.#listenForWheel();
    this.#listenForPointers();
    this.#listenForKeys();
    this.draw();
  }

  reset() {
    this.#to(1);
  }

  draw() {
    const host = this.#host;
    const { find } = this.#context;
    this.#zoom = geometry.limited(this.#zoom);
    const { k, x, y } = this.#zoom;
    const { width } = this.#box();
    host.style.setProperty("--k", String(k));
    host.style.setProperty("--x", `${x * 100}%`);
    host.style.setProperty("--y", `${y * 100}%`);
    host.classList.toggle("zoomed", k > 1);
    host.classList.toggle("pixels", geometry.showsSquares(k, this.#pixels(), width));
    host.dataset.zoom = k.toFixed(2);
    find(".zooming button.fit").textContent = geometry.zoomText(k);
    find(".zooming button.out").disabled = k <= 1;
    if (k > 1) this.#changed(k * width * devicePixelRatio);
  }

  #view() {
    return /** @type {HTMLElement} */ (this.#host.querySelector(".view"));
  }

  #box() {
    return this.#view().getBoundingClientRect();
  }

  /** @param {number} k @param {number} [u] @param {number} [v] */
  #to(k, u, v) {
    this.#zoom = geometry.zoomedTo(this.#zoom, k, geometry.largestZoom(this.#pixels(), this.#box().width), u, v);
    this.draw();
  }

  /** @param {number} dx pixels of the screen @param {number} dy */
  #pan(dx, dy) {
    const { width, height } = this.#box();
    this.#zoom = geometry.panned(this.#zoom, dx / width, dy / height);
    this.draw();
  }

  /**
   * A point of the screen as shares of the pane that it is in.
   *
   * @param {number} x
   * @param {number} y
   * @param {Element} target
   * @returns {[u: number, v: number]}
   */
  #within(x, y, target) {
    const box = (target.closest(".view") ?? this.#view()).getBoundingClientRect();
    return [(x - box.left) / box.width, (y - box.top) / box.height];
  }

  /**
   * Where in the picture a pointer is, in shares of its width and height.
   *
   * @param {{ clientX: number, clientY: number }} event
   * @param {Element} target
   * @returns {[u: number, v: number]}
   */
  place({ clientX, clientY }, target) {
    return geometry.placeIn(this.#zoom, ...this.#within(clientX, clientY, target));
  }

  /** The wheel zooms where the page is not being scrolled: neither past the panes, nor out of the whole picture. */
  #listenForWheel() {
    const { signal } = this.#context;
    const host = this.#host;
    const scroll = (/** @type {Event} */ event) => {
      if (!host.contains(/** @type {Node} */ (event.target))) this.#scrolled = performance.now();
    };
    document.addEventListener("wheel", scroll, { passive: true, signal });
    const turn = (/** @type {WheelEvent} */ event) => {
      const target = /** @type {Element} */ (event.target);
      const scrolling = !event.ctrlKey && performance.now() - this.#scrolled < SCROLLING;
      if (!target.closest(".view") || scrolling) return;
      if (this.#zoom.k <= 1 && event.deltaY > 0 && !event.ctrlKey) {
        this.#scrolled = performance.now();
        return;
      }
      event.preventDefault();
      this.#to(this.#zoom.k * geometry.wheelFactor(event), ...this.#within(event.clientX, event.clientY, target));
    };
    host.addEventListener("wheel", turn, { passive: false });
  }

  /** Two pointers pinch; one pans where there is something to pan, else it moves the handle. */
  #listenForPointers() {
    const host = this.#host;
    host.addEventListener("pointerdown", (event) => this.#press(event));
    host.addEventListener("pointermove", (event) => this.#move(event));
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"])
      host.addEventListener(type, (event) => this.#held.delete(/** @type {PointerEvent} */ (event).pointerId));
    host.addEventListener("dblclick", (event) => {
      const target = /** @type {Element} */ (event.target);
      if (!target.closest(".view") || target.closest(".handle, canvas")) return;
      if (this.#zoom.k > 1) this.reset();
      else this.#to(geometry.DOUBLE_CLICK, ...this.#within(event.clientX, event.clientY, target));
    });
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const target = /** @type {Element} */ (event.target);
    if (event.button || !target.closest(".view")) return;
    const compared = target.closest("[data-kind=compare]");
    const divides = Boolean(target.closest(".handle") || (compared && this.#zoom.k <= 1));
    this.#held.set(event.pointerId, { x: event.clientX, y: event.clientY, target, divides });
    target.setPointerCapture?.(event.pointerId);
    if (this.#held.size === 2) this.#apart = this.#pinch().apart;
    else if (divides) {
      /** @type {HTMLElement | null | undefined} */ (compared?.querySelector(".handle"))?.focus({
        preventScroll: true,
      });
      this.#stage.follow(event);
    } else this.#host.focus({ preventScroll: true });
    event.preventDefault();
  }

  #pinch() {
    const [a, b] = [...this.#held.values()];
    return { ...geometry.pinchOf(a, b), target: a.target };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const pointer = this.#held.get(event.pointerId);
    if (!pointer) return;
    const dx = event.clientX - pointer.x;
    const dy = event.clientY - pointer.y;
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (this.#held.size === 2) {
      const { x, y, apart, target } = this.#pinch();
      this.#to(this.#zoom.k * (apart / Math.max(1, this.#apart)), ...this.#within(x, y, target));
      this.#apart = apart;
    } else if (pointer.divides) this.#stage.follow(event);
    else this.#pan(dx, dy);
  }

  #listenForKeys() {
    const { find } = this.#context;
    this.#host.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const action = geometry.keyAction(event.key, this.#zoom.k > 1);
      if (!action) return;
      if ("factor" in action) this.#to(this.#zoom.k * action.factor);
      else if ("pan" in action) this.#pan(action.pan[0], action.pan[1]);
      else this.reset();
      event.preventDefault();
    });
    find(".zooming button.in").addEventListener("click", () => this.#to(this.#zoom.k * geometry.STEP));
    find(".zooming button.out").addEventListener("click", () => this.#to(this.#zoom.k / geometry.STEP));
    find(".zooming button.fit").addEventListener("click", () => this.reset());
  }
}
