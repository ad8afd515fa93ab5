/**
 * The row of a direction: a slider, the picture at both of its ends, and tools to lock, name and remove it.
 *
 * @import { LatentDirection, Refusal } from "../shared/protocol.js"
 * @import { Explorer } from "./explorer.js"
 */
import { make, makeSvg } from "../shared/dom.js";
import { makeDirectionRow, setPressed } from "./controls.js";

/** How far out the pictures at both ends are. */
export const END = 3;
const PADLOCK = "M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z";

/**
 * @typedef {object} RowTools what a row's tools do; none of them without it
 * @property {(id: string) => void} lock
 * @property {(row: DirectionRow) => void} rename
 * @property {(id: string) => void} remove
 *
 * @typedef {object} DirectionRowOptions
 * @property {string} title
 * @property {() => string} key what is slid: the id, with the locks in force
 * @property {LatentDirection} [entry]
 * @property {RowTools} [tools]
 * @property {boolean} [fixed] slid along before; it can be put back only
 */

export class DirectionRow {
  /** @type {WeakMap<Element, DirectionRow>} */
  static #rows = new WeakMap();

  /** The row of an element. @param {Element} element */
  static of(element) {
    return /** @type {DirectionRow} */ (DirectionRow.#rows.get(element));
  }

  /** @param {Explorer} explorer @param {string} id @param {DirectionRowOptions} options */
  constructor(explorer, id, { title, key, entry, tools, fixed = false }) {
    this.explorer = explorer;
    this.id = id;
    this.key = key;
    this.slider = makeDirectionRow(explorer, title, key);
    const { line } = this.slider;
    if (entry?.words)
      line.querySelector(".name")?.append(make("small", { title: entry.help ?? "" }, ` ${entry.words}`));
    this.ends = [-END, END].map((amount) => this.#makeEnd(title, amount));
    this.buttons = make("span", { class: "dir-tools" });
    this.element = make("div", { class: "dir-row" }, this.ends[0], line, this.ends[1], this.buttons);
    this.element.dataset.direction = id;
    if (tools) this.#addTools(title, tools);
    else if (fixed) this.#addRelease(title);
    DirectionRow.#rows.set(this.element, this);
    this.slider.refresh();
  }

  /** @param {string} title @param {number} amount */
  #makeEnd(title, amount) {
    const go = () => this.explorer.change((latent) => (latent.amounts[this.key()] = amount));
    const image = make("img", { alt: `${title} at ${amount}`, draggable: false });
    const attributes = { type: "button", class: "thumb dir-end", title: `${title}: ${amount}`, onclick: go };
    return make("button", attributes, image);
  }

  /** @param {string} title @param {RowTools} tools */
  #addTools(title, { lock, rename, remove }) {
    const icon = makeSvg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, makeSvg("path", { d: PADLOCK }));
    const isOwn = this.id.startsWith("saved/");
    const padlock = tool("dir-lock", `Lock ${title}: the other sliders then leave it as it is`, icon, () =>
      lock(this.id),
    );
    padlock.setAttribute("aria-pressed", "false");
    const naming = isOwn ? `Rename ${title}` : `Keep ${title} under a name of yours`;
    this.buttons.append(
      padlock,
      tool("dir-name", naming, "✎", () => rename(this)),
    );
    if (isOwn) this.buttons.append(tool("dir-remove", `Remove ${title}`, "×", () => remove(this.id)));
  }

  /** @param {string} title */
  #addRelease(title) {
    const release = () => this.explorer.change((latent) => delete latent.amounts[this.id]);
    this.buttons.append(tool("dir-remove", `Put ${title} back`, "×", release));
  }

  /** @param {boolean} locked */
  setLocked(locked) {
    this.element.classList.toggle("locked", locked);
    this.slider.range.disabled = locked;
    for (const end of this.ends) end.disabled = locked;
    const padlock = this.buttons.querySelector(".dir-lock");
    if (padlock) setPressed(padlock, locked);
  }

  /** The pictures at both ends, or why there are none. @param {[string, string] | Refusal} ends */
  showEnds(ends) {
    const error = "error" in ends ? ends.error : "";
    this.element.title = error;
    this.element.classList.toggle("nothing", Boolean(error));
    if ("error" in ends) return;
    ends.forEach((src, side) => {
      const image = this.ends[side].querySelector("img");
      if (image) image.src = src;
    });
  }
}

/** @param {string} kind @param {string} label @param {Node | string} content @param {() => void} onclick */
function tool(kind, label, content, onclick) {
  const attributes = { type: "button", class: `dir-tool ${kind}`, title: label, "aria-label": label, onclick };
  return make("button", attributes, content);
}
