/**
 * Colour hints on the stage: a palette, taps and strokes on the picture, marks that can be removed.
 *
 * @import { Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Inputs, Place, Takes } from "./colouring-state.js"
 * @import { Stage } from "./stage.js"
 * @import { Subject } from "./other-colourings.js"
 * @import { Settings } from "./request-state.js"
 */
import { make, makeSvg } from "../shared/dom.js";
import {
  COLOURS,
  MOST,
  Marks,
  adviceText,
  aimed,
  colourOf,
  fittingInputs,
  hintsOf,
  markText,
} from "./colouring-state.js";
import { undoKey } from "./drawing-state.js";
import { OtherColourings } from "./other-colourings.js";
import { makePick } from "./picks.js";

/**
 * @typedef {object} ColouringTab
 * @property {(live: boolean) => void} changed another translation is wanted; `live` while the pen is down
 * @property {() => Promise<Subject | null>} subject what is on the stage
 * @property {() => Settings} settings
 * @property {(text: string) => void} say
 * @property {(event: { clientX: number, clientY: number }, target: Element) => Place} place of a pointer in the picture
 *
 * @typedef {"picture" | "draw"} Kind of picture that has hints
 */

export class Colouring {
  /** @type {Record<Kind, Marks>} */
  #logs = { picture: new Marks(), draw: new Marks() };
  /** @type {Kind} */
  #kind = "picture";
  /** @type {Takes} */
  #takes = { hints: false, noise: 0 };
  /** @type {string | null} */
  #colour = null;
  #picking = false;
  /** The pointer that draws a stroke. */
  #pointer = -1;
  /** Where the keys place a hint. @type {Place} */
  #aim = [0.5, 0.5];
  #strokes = makeSvg("svg", { class: "sheet", viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  #dots = make("div", { class: "dots" });
  #cross = make("span", { class: "aim", hidden: true });
  #layer = make("div", { class: "marks" }, this.#strokes, this.#dots, this.#cross);
  /** @type {HTMLInputElement[]} */
  #radios = [];
  #context;
  #stage;
  #tab;
  #others;

  /** @param {Context<Translate>} context @param {Stage} stage @param {ColouringTab} tab */
  constructor(context, stage, tab) {
    this.#context = context;
    this.#stage = stage;
    this.#tab = tab;
    stage.overlay = this.#layer;
    this.#others = new OtherColourings(context, {
      subject: tab.subject,
      request: () => ({ ...tab.settings(), ...this.inputs({ hints: this.#takes.hints, noise: 0 }) }),
      seed: () => this.#marks.seed,
      choose: (seed) => {
        this.#marks.seed = seed;
        this.#changed();
      },
    });
    this.#makePalette();
    this.#listen();
    this.#listenForPointers();
    this.draw();
  }

  /** Whether a press on the picture is a hint. */
  get isActive() {
    const isShown = this.#context.find("div.colouring").offsetParent !== null;
    return isShown && this.#takes.hints && (this.#colour !== null || this.#picking);
  }

  get #marks() {
    return this.#logs[this.#kind];
  }

  /** What a model is asked for besides the picture. @param {Takes} [model] @returns {Inputs} */
  inputs(model) {
    return fittingInputs(model, { hints: hintsOf(this.#marks.all), seed: this.#marks.seed });
  }

  /** Another picture has no hints. @param {Kind} kind */
  reset(kind) {
    this.#logs[kind] = new Marks();
    this.#others.hide();
    this.draw();
  }

  /** Offers what a model takes. @param {Takes} takes @param {string} mode of the tab */
  allow(takes, mode) {
    const { find } = this.#context;
    const kind = mode === "draw" ? "draw" : "picture";
    const isOffered = mode === "draw" || mode === "picture";
    if (kind !== this.#kind || !isOffered || takes.noise === 0) this.#others.hide();
    this.#kind = kind;
    this.#takes = isOffered ? takes : { hints: false, noise: 0 };
    find("div.colouring").hidden = !this.#takes.hints && this.#takes.noise === 0;
    find(".hinting").hidden = !this.#takes.hints;
    find("button.others").hidden = this.#takes.noise === 0;
    this.draw();
  }

  /** The other colourings are those of the picture as it is now. */
  refresh() {
    this.#others.refresh();
  }

  #changed(live = false) {
    this.draw();
    this.#tab.changed(live);
    if (!live) this.#others.refresh();
  }

  // What is seen -----------------------------------------------------------------------------------------------------

  draw() {
    const { find } = this.#context;
    const { all, canUndo, canRedo, seed } = this.#marks;
    const { hints, noise } = this.#takes;
    this.#layer.hidden = !hints;
    this.#strokes.replaceChildren(
      ...all.map(({ colour, points }) =>
        makeSvg("polyline", { points: points.map((point) => point.join()).join(" "), stroke: colour }),
      ),
    );
    this.#drawDots();
    const isAimed = this.isActive && document.activeElement === this.#stage.host;
    this.#cross.hidden = !isAimed;
    place(this.#cross, this.#aim);
    find("div.translate").classList.toggle("hints", this.isActive);
    find("button.undo-hint").disabled = !canUndo;
    find("button.redo-hint").disabled = !canRedo;
    find("button.clear-hints").disabled = !all.length;
    find("button.from-picture").setAttribute("aria-pressed", String(this.#picking));
    find("button.usual").hidden = noise === 0 || seed === undefined;
    const state = { colour: this.#colour, count: all.length, hints, picking: this.#picking };
    find("p.advice").textContent = adviceText(state);
  }

  /** They are kept where nothing has changed: the focus stays. */
  #drawDots() {
    const { all } = this.#marks;
    const listing = JSON.stringify(all.map(({ colour, points }) => [colour, points[0]]));
    if (this.#dots.dataset.of === listing) return;
    this.#dots.dataset.of = listing;
    this.#dots.replaceChildren(
      ...all.map((mark, index) => {
        const text = markText(mark);
        const dot = make("button", { type: "button", class: "mark", title: text, "aria-label": text });
        dot.style.background = mark.colour;
        place(dot, mark.points[0]);
        dot.addEventListener("click", () => {
          this.#marks.remove(index);
          this.#stage.host.focus({ preventScroll: true });
          this.#changed();
        });
        return dot;
      }),
    );
  }

  #makePalette() {
    const none = makePick("gw-hint", "No colour: drag and compare", true, () => this.#choose(null), "");
    none.classList.add("none");
    const picks = COLOURS.map(({ name, value }) =>
      makePick("gw-hint", name, false, () => this.#choose(value), `background:${value}`),
    );
    const label = "A colour of your own for hints";
    const own = make("input", { type: "color", class: "own", value: "#8f5cff", "aria-label": label, title: label });
    own.addEventListener("input", () => this.#choose(own.value));
    const all = [none, ...picks];
    this.#radios = all.map((pick) => /** @type {HTMLInputElement} */ (pick.firstElementChild));
    this.#context.find(".palette").append(...all, own);
  }

  /** @param {string | null} colour */
  #choose(colour) {
    this.#colour = colour;
    this.#picking = false;
    const known = COLOURS.findIndex(({ value }) => value === colour);
    for (const [index, radio] of this.#radios.entries())
      radio.checked = colour === null ? index === 0 : index === known + 1 && known >= 0;
    if (colour) {
      this.#context.find("input.own").value = colour;
      this.#stage.reveal();
    }
    this.draw();
  }

  // What is done -----------------------------------------------------------------------------------------------------

  #listen() {
    const { find, signal } = this.#context;
    const step = (/** @type {"undo" | "redo"} */ action) => {
      if (this.#marks[action]()) this.#changed();
    };
    find("button.undo-hint").addEventListener("click", () => step("undo"));
    find("button.redo-hint").addEventListener("click", () => step("redo"));
    find("button.clear-hints").addEventListener("click", () => {
      this.#marks.clear();
      this.#changed();
    });
    find("button.from-picture").addEventListener("click", () => {
      this.#picking = !this.#picking;
      this.draw();
    });
    find("button.usual").addEventListener("click", () => {
      this.#marks.seed = undefined;
      this.#changed();
    });
    const { host } = this.#stage;
    for (const type of ["focus", "blur"]) host.addEventListener(type, () => this.draw());
    host.addEventListener("keydown", (event) => this.#press(event), { capture: true });
    document.addEventListener(
      "keydown",
      (event) => {
        const action = undoKey(event);
        const typing = /** @type {Element} */ (event.target).matches("input[type=text], textarea, select");
        if (!action || typing || this.#kind === "draw" || find("div.colouring").offsetParent === null) return;
        event.preventDefault();
        step(action);
      },
      { signal },
    );
  }

  /** Arrows move the cross, Enter and the space bar place a hint there. @param {KeyboardEvent} event */
  #press(event) {
    if (event.target !== this.#stage.host || !this.isActive || event.ctrlKey || event.metaKey || event.altKey) return;
    const goal = aimed(this.#aim, event.key, event.shiftKey);
    if (event.key === "Escape") this.#choose(null);
    else if (goal) {
      this.#aim = goal;
      this.draw();
    } else if (event.key === "Enter" || event.key === " ") {
      if (this.#picking) this.#pickColour(this.#aim);
      else if (this.#begin(this.#aim)) this.#changed();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #listenForPointers() {
    const { host } = this.#stage;
    host.addEventListener("pointerdown", (event) => this.#down(event), { capture: true });
    host.addEventListener("pointermove", (event) => {
      if (event.pointerId !== this.#pointer) return;
      const passed = event.getCoalescedEvents?.() ?? [];
      const ratio = Number(host.style.getPropertyValue("--ratio")) || 1;
      const target = /** @type {Element} */ (event.target);
      const added = (passed.length ? passed : [event]).map((each) =>
        this.#marks.extend(this.#tab.place(each, target), ratio),
      );
      if (added.includes(true)) this.#changed(true);
    });
    for (const type of ["pointerup", "pointercancel"])
      host.addEventListener(type, (event) => {
        if (/** @type {PointerEvent} */ (event).pointerId !== this.#pointer) return;
        this.#pointer = -1;
        this.#changed();
      });
    host.addEventListener("dblclick", (event) => this.isActive && event.stopPropagation(), { capture: true });
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const target = /** @type {Element} */ (event.target);
    const view = target.closest(".view");
    if (event.button || !this.isActive || !view || target.closest(".handle, .mark, canvas")) return;
    event.stopPropagation();
    event.preventDefault();
    if (this.#pointer !== -1) return;
    const point = this.#tab.place(event, view);
    if (this.#picking) {
      this.#pickColour(point);
      return;
    }
    if (!this.#begin(point)) return;
    this.#pointer = event.pointerId;
    view.setPointerCapture(event.pointerId);
    this.#changed(true);
  }

  /** @param {Place} point */
  #begin(point) {
    if (this.#colour === null) return false;
    if (this.#marks.begin(this.#colour, point)) return true;
    this.#tab.say(`A picture takes at most ${MOST} colour hints; remove some first.`);
    return false;
  }

  /** Takes the colour that the translation has at a place. @param {Place} point */
  #pickColour([u, v]) {
    const image = /** @type {HTMLImageElement} */ (this.#layer.parentElement?.querySelector("img.after"));
    const canvas = make("canvas", { width: 1, height: 1 });
    const drawing = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const { naturalWidth: width, naturalHeight: height } = image;
    drawing.fillStyle = "#fff";
    drawing.fillRect(0, 0, 1, 1);
    const column = Math.min(width - 1, Math.floor(u * width));
    const row = Math.min(height - 1, Math.floor(v * height));
    drawing.drawImage(image, column, row, 1, 1, 0, 0, 1, 1);
    this.#choose(colourOf(drawing.getImageData(0, 0, 1, 1).data));
  }
}

/** @param {HTMLElement} element @param {Place} point */
function place(element, [u, v]) {
  element.style.setProperty("--u", `${u * 100}%`);
  element.style.setProperty("--v", `${v * 100}%`);
}
