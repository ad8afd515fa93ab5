/**
 * Dragging in two dimensions: the pad between four corners, and the picture itself along two directions.
 *
 * @import { GeneratorResponse, StripRequest } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { make } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { atRest } from "./controls.js";
import { randomSeed, setAmount, without } from "./latent-state.js";

/** Milliseconds of rest after which the corners are drawn. */
const REST = 180;
/** What an arrow key moves by on the pad, in shares of its side, and along a direction. */
const PAD_STEP = 0.02;
const DIRECTION_STEP = 0.1;
/** How far along a direction one comes from one edge of the picture to the other, and at most from 0. */
const WIDTH = 6;
const FARTHEST = 6;

/** Where an arrow key leads. @type {Record<string, [x: number, y: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Pad {
  #asked = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { ask, find, findAll, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.pad = find("div.pad");
    this.knob = find(".pad > i");
    /** Older browsers know no units of a container. */
    this.translates = CSS.supports("translate", "1cqw 1cqh");
    this.requestCorners = latestWins(
      (/** @type {StripRequest} */ request) => ask("strip", request),
      (response, request) => {
        if (request.model === explorer.model) this.#showCorners(response.pictures);
      },
      (error) => {
        this.#asked = "";
        console.warn(error.message);
      },
    );
    this.drawCorners = atRest(context, REST, () => {
      this.#asked = this.#cornersKey();
      this.requestCorners(explorer.request({ kind: /** @type {const} */ ("corners") }));
    });
    this.#listen();
    for (const pin of findAll("div.pin")) this.#listenToPin(pin, Number(pin.dataset.corner));
    explorer.on("latent", () => this.#refresh());
    explorer.on("shown", () => this.#refreshCorners());
  }

  #listen() {
    const { explorer, pad } = this;
    pad.addEventListener("pointerdown", (event) => {
      pad.setPointerCapture(event.pointerId);
      pad.focus();
      this.#follow(event);
    });
    pad.addEventListener("pointermove", (event) => {
      if (pad.hasPointerCapture(event.pointerId)) this.#follow(event);
    });
    pad.addEventListener("pointerup", () => explorer.remember());
    pad.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow) return;
      event.preventDefault();
      const { x, y } = explorer.latent;
      this.#goTo(x + arrow[0] * PAD_STEP, y + arrow[1] * PAD_STEP);
    });
    pad.addEventListener("keyup", (event) => {
      if (ARROWS[event.key]) explorer.remember();
    });
  }

  /** @param {PointerEvent} event */
  #follow(event) {
    const { left, top, width, height } = this.pad.getBoundingClientRect();
    this.#goTo((event.clientX - left) / width, (event.clientY - top) / height);
  }

  /** @param {number} x @param {number} y */
  #goTo(x, y) {
    this.explorer.drag((latent) => Object.assign(latent, { x: clamp(x, 0, 1), y: clamp(y, 0, 1) }));
  }

  #refresh() {
    const { x, y, kind } = this.explorer.latent;
    if (kind !== "pad") return;
    // A move of its own layer: nothing is laid out again.
    if (this.translates) this.knob.style.translate = `${x * 100}cqw ${y * 100}cqh`;
    else Object.assign(this.knob.style, { left: `${x * 100}%`, top: `${y * 100}%` });
    this.pad.setAttribute("aria-valuenow", String(Math.round(x * 100)));
    this.pad.setAttribute("aria-valuetext", `${Math.round(x * 100)} % to the right, ${Math.round(y * 100)} % down`);
    this.#refreshCorners();
  }

  // Corners: seeds, or latents that were pinned there -------------------------------------------------------------------

  /** What the pictures of the corners depend on. */
  #cornersKey() {
    const { model, step, shown } = this.explorer;
    return JSON.stringify([model, step, without(this.explorer.compact(), ["x", "y"]), shown?.version]);
  }

  #refreshCorners() {
    const { latent, model } = this.explorer;
    if (latent.kind === "pad" && model && this.#cornersKey() !== this.#asked) this.drawCorners();
  }

  /** @param {string[]} pictures */
  #showCorners(pictures) {
    pictures.forEach((src, index) => {
      const corner = this.explorer.latent.corners[index];
      const alt = Number.isInteger(corner) ? `Seed ${corner}` : "A pinned place";
      this.context.find(`.pin[data-corner="${index}"] button.corner`).replaceChildren(make("img", { src, alt }));
    });
  }

  /** @param {HTMLElement} pin @param {number} index */
  #listenToPin(pin, index) {
    const { explorer } = this;
    const { find } = this.context;
    find(`.pin[data-corner="${index}"] button.corner`).addEventListener("click", () =>
      explorer.change((latent) => (latent.corners[index] = randomSeed())),
    );
    find(`.pin[data-corner="${index}"] button.pinhere`).addEventListener("click", async () => {
      try {
        const point = await explorer.basePoint(false);
        explorer.change((latent) => (latent.corners[index] = point));
      } catch (error) {
        explorer.fail(error);
      }
    });
    pin.addEventListener("dragover", (event) => {
      if (explorer.dragged) event.preventDefault();
    });
    pin.addEventListener("drop", (event) => {
      if (!explorer.dragged) return;
      event.preventDefault();
      event.stopPropagation();
      const { z = [] } = explorer.dragged;
      explorer.change((latent) => (latent.corners[index] = { kind: "vector", vector: z }));
    });
  }
}

/** The big picture is dragged along two directions that are chosen below it. */
export class PictureDrag {
  #directions = "";
  /** Where the drag began: coming back with the pointer comes back with the picture. */
  #start = { x: 0, y: 0, amounts: /** @type {Record<string, number>} */ ({}) };
  #held = false;

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { find } = context;
    this.explorer = explorer;
    this.picture = explorer.picture;
    this.selects = { x: find("select[data-axis=x]"), y: find("select[data-axis=y]") };
    this.#listen();
    explorer.on("model", (facts) => this.#offer(facts));
  }

  #listen() {
    const { explorer, picture } = this;
    picture.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      picture.setPointerCapture(event.pointerId);
      picture.focus({ preventScroll: true });
      this.#begin(event.clientX, event.clientY);
      this.#held = true;
      picture.classList.add("held");
    });
    picture.addEventListener("pointermove", (event) => {
      if (!this.#held || !picture.hasPointerCapture(event.pointerId)) return;
      const { width } = picture.getBoundingClientRect();
      const { x, y } = this.#start;
      this.#move(((event.clientX - x) / width) * WIDTH, ((y - event.clientY) / width) * WIDTH);
    });
    const release = () => {
      if (!this.#held) return;
      this.#held = false;
      picture.classList.remove("held");
      explorer.remember();
    };
    picture.addEventListener("pointerup", release);
    picture.addEventListener("pointercancel", release);
    picture.addEventListener("keydown", (event) => {
      const arrow = ARROWS[event.key];
      if (!arrow || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.#begin(0, 0);
      this.#move(arrow[0] * DIRECTION_STEP, -arrow[1] * DIRECTION_STEP);
    });
    picture.addEventListener("keyup", (event) => {
      if (ARROWS[event.key]) explorer.remember();
    });
  }

  /** @param {number} x @param {number} y */
  #begin(x, y) {
    this.#start = { x, y, amounts: { ...this.explorer.latent.amounts } };
  }

  /** @param {number} right @param {number} up how far from the start along both directions */
  #move(right, up) {
    this.explorer.drag((latent) => {
      for (const [select, by] of /** @type {[HTMLSelectElement, number][]} */ ([
        [this.selects.x, right],
        [this.selects.y, up],
      ])) {
        const amount = (this.#start.amounts[select.value] || 0) + by;
        if (select.value) setAmount(latent, select.value, clamp(amount, -FARTHEST, FARTHEST));
      }
    });
  }

  /** @param {GeneratorResponse} facts */
  #offer({ directions }) {
    const listed = JSON.stringify(directions);
    if (listed === this.#directions) return;
    this.#directions = listed;
    const groups = [...new Set(directions.map(({ group }) => group))];
    const ids = directions.map(({ id }) => id);
    Object.values(this.selects).forEach((select, index) => {
      const before = select.value;
      const options = (/** @type {string} */ group) =>
        directions.filter((each) => each.group === group).map(({ id, name }) => new Option(name, id));
      select.replaceChildren(...groups.map((group) => make("optgroup", { label: group }, ...options(group))));
      select.value = ids.includes(before) ? before : ids[Math.min(index, ids.length - 1)];
    });
  }
}
