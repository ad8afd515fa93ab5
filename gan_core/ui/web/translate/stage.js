/**
 * One to five panes of one size, each a picture, a blend of two, or two with a handle between them.
 *
 * @import { Context } from "../shared/types.js"
 * @import { Frame, Pane } from "./stage-state.js"
 */
import { make } from "../shared/dom.js";
import * as state from "./stage-state.js";

/** Share of the width that the picture keeps where its translation is worked on. */
const ASIDE = 0.06;

/** @typedef {ReturnType<typeof makePane>} PaneParts */

export class Stage {
  /** Lies over the last pane, where that shows pictures. @type {HTMLElement | null} */
  overlay = null;
  /** The panes that were made, used again so that nothing flickers. @type {PaneParts[]} */
  #made = [];
  /** Share of the width where before ends and after begins. */
  #at = 0.5;
  #root;
  #frame;
  #range;
  #output;

  /** @param {Context} context */
  constructor({ find }) {
    this.host = find("div.panes");
    this.#root = find("div.translate");
    this.#frame = find("div.frame");
    this.#range = find(".strength input");
    this.#output = find(".strength output");
    this.host.addEventListener("keydown", (event) => this.#moveHandle(event));
    this.#range.addEventListener("input", () => this.#mix());
    this.#range.addEventListener("dblclick", () => {
      this.#range.value = "100";
      this.#mix();
      this.#range.dispatchEvent(new Event("change"));
    });
    this.show([{ kind: "compare" }], { ratio: 1.5, width: 512 });
    this.#mix();
  }

  /** Share of the translation in what is seen, 0 to 1: it is laid over its picture here, without a request. */
  get strength() {
    return Number(this.#range.value) / 100;
  }

  /** Whether a result is waited for. */
  get isBusy() {
    return this.#frame.dataset.busy === "yes";
  }

  set isBusy(busy) {
    this.#frame.dataset.busy = busy ? "yes" : "no";
  }

  /** Whether what is seen is a preview. @param {boolean} rough */
  setRough(rough) {
    this.host.classList.toggle("rough", rough);
  }

  /** @param {Pane[]} panes @param {Frame} frame */
  show(panes, frame) {
    const made = this.#made;
    const first = made.length;
    while (made.length < panes.length) made.push(makePane());
    panes.forEach((pane, index) => fill(made[index], pane));
    if (this.host.childElementCount !== panes.length)
      this.host.replaceChildren(...made.slice(0, panes.length).map(({ root }) => root));
    this.host.dataset.count = String(panes.length);
    this.#root.dataset.film = frame.film ? "yes" : "no";
    const { ratio, largest, tiny } = state.frameStyle(frame);
    this.host.style.setProperty("--ratio", String(ratio));
    this.host.style.setProperty("--most", `${largest}px`);
    this.host.classList.toggle("tiny", tiny);
    this.host.classList.toggle("has-alpha", Boolean(frame.transparent));
    if (made.length > first) this.#divide(this.#at);
    const { view } = made[panes.length - 1];
    if (this.overlay && this.overlay.parentElement !== view) view.append(this.overlay);
  }

  /** Moves the handle aside, so that the translation is seen. */
  reveal() {
    this.#divide(Math.min(this.#at, ASIDE));
  }

  /** Moves the handle to a pointer. @param {PointerEvent} event */
  follow(event) {
    const target = /** @type {Element} */ (event.target);
    const view = target.closest(".view") ?? /** @type {Element} */ (this.host.querySelector(".view"));
    const box = view.getBoundingClientRect();
    this.#divide((event.clientX - box.left) / box.width);
  }

  /** @param {KeyboardEvent} event */
  #moveHandle(event) {
    if (!(/** @type {Element} */ (event.target).matches(".handle"))) return;
    const goal = state.handleGoal(event.key, this.#at, event.shiftKey);
    if (goal === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.#divide(goal);
  }

  /** @param {number} share */
  #divide(share) {
    this.#at = state.limitedShare(share);
    this.host.style.setProperty("--at", `${this.#at * 100}%`);
    for (const { handle } of this.#made) {
      handle.setAttribute("aria-valuenow", String(Math.round(this.#at * 100)));
      handle.setAttribute("aria-valuetext", state.handleText(this.#at));
    }
  }

  #mix() {
    this.host.style.setProperty("--strength", String(this.strength));
    this.#output.textContent = `${this.#range.value} %`;
  }
}

function makePane() {
  const picture = (/** @type {string} */ kind) => make("img", { class: `sheet ${kind}`, alt: "", draggable: false });
  const tag = (/** @type {string} */ side) => make("span", { class: `tag ${side}` });
  const [before, under, after] = [picture("before"), picture("under"), picture("after")];
  const [left, right] = [tag("left"), tag("right")];
  const slot = make("div", { class: "sheet slot" });
  const range = { "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-valuemax": 100 };
  const named = { class: "handle", role: "slider", tabindex: 0, "aria-label": "Before and after" };
  const handle = make("div", { ...named, ...range }, make("i"));
  const note = make("p", { class: "note gw-muted" });
  const clip = make("div", { class: "clip" }, before);
  const mix = make("div", { class: "mix" }, under, after);
  const view = make("div", { class: "view" }, clip, mix, slot, left, right, handle);
  const root = make("figure", { class: "pane" }, view, note);
  return { root, view, before, under, after, slot, handle, left, right, note };
}

/** @param {HTMLImageElement} image @param {string | null | undefined} source */
function setPicture(image, source) {
  if (source && image.getAttribute("src") !== source) image.src = source;
}

/** @param {PaneParts} parts @param {Pane} pane */
function fill(parts, pane) {
  const words = state.paneTexts(pane);
  parts.root.dataset.kind = pane.kind;
  setPicture(parts.before, pane.before);
  setPicture(parts.under, pane.before ?? pane.after);
  if (pane.after) setPicture(parts.after, pane.after);
  else parts.after.removeAttribute("src");
  parts.before.alt = "Original";
  parts.after.alt = words.after;
  parts.left.textContent = words.left;
  parts.right.textContent = words.right;
  parts.note.textContent = words.note;
  const shown = parts.slot.firstElementChild ?? undefined;
  if (pane.element !== shown) parts.slot.replaceChildren(...(pane.element ? [pane.element] : []));
}
