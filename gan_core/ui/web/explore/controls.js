/**
 * Controls that several panels of Explore have: rows with a slider, pictures to press, a field for a name.
 *
 * @import { Context } from "../shared/types.js"
 * @import { Explorer } from "./explorer.js"
 */
import { make, update } from "../shared/dom.js";
import { setAmount } from "./latent-state.js";

/**
 * Calls `action` once nothing has asked for it for a while: while sliders move, the big picture has the machine.
 *
 * @param {Pick<Context, "after">} context
 * @param {number} milliseconds
 * @param {() => void} action
 * @returns {() => void} asks for it
 */
export function atRest({ after }, milliseconds, action) {
  let cancel = () => {};
  return () => {
    cancel();
    cancel = after(milliseconds, action);
  };
}

/**
 * A picture to press: a button with an image and, perhaps, words below it.
 *
 * @param {string} src
 * @param {string} words
 * @param {() => void} onclick
 * @param {{ alt?: string }} [options]
 */
export function thumb(src, words, onclick, { alt = words } = {}) {
  const image = make("img", { src, alt, draggable: false });
  return make(
    "button",
    { type: "button", class: "thumb", onclick },
    image,
    ...(words ? [make("small", {}, words)] : []),
  );
}

/** @param {Element} element @param {boolean} pressed */
export function setPressed(element, pressed) {
  if (element.getAttribute("aria-pressed") !== String(pressed)) element.setAttribute("aria-pressed", String(pressed));
}

/**
 * Fills a list where its entries have changed; what was chosen stays chosen where it still is there.
 *
 * @param {HTMLSelectElement} select
 * @param {[value: string | number, text: string][]} entries
 */
export function fillSelect(select, entries) {
  const values = entries.map(([value]) => String(value));
  if ([...select.options].map((option) => option.value).join() === values.join()) return;
  const before = select.value;
  select.replaceChildren(...entries.map(([value, text]) => new Option(text, String(value))));
  select.value = values.includes(before) ? before : (values[0] ?? "");
}

/**
 * A field to type a new name into, laid over what has it: Enter and leaving it keep the name, Escape does not.
 *
 * @param {HTMLElement} box
 * @param {{ value?: string, label: string, placeholder?: string, kind?: string }} options `kind` is a class
 * @param {(name: string) => void} keep
 */
export function askName(box, { value = "", label, placeholder = "", kind = "" }, keep) {
  const attributes = { class: `field ${kind}`, type: "text", value, placeholder, maxLength: 60, "aria-label": label };
  const field = make("input", attributes);
  const before = /** @type {HTMLElement | null} */ (document.activeElement); // a keyboard goes on from where it was
  let over = false;
  const end = (/** @type {boolean} */ wanted) => {
    if (over) return;
    over = true;
    field.remove();
    const name = field.value.trim();
    if (wanted && name && name !== value) keep(name);
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Enter" && event.key !== "Escape") return;
    end(event.key === "Enter");
    before?.focus({ preventScroll: true });
  });
  field.addEventListener("blur", () => end(true));
  box.append(field);
  field.focus();
  field.select();
}

/**
 * @typedef {object} RowOptions
 * @property {number} [home] the value that it is put back to
 * @property {() => number} read of the latent
 * @property {(value: number) => void} write into the latent
 * @property {() => boolean} [isMoved] without it: whether the value is another than `home`
 * @property {() => void} [putBack] without it: `home` is written
 */

/** A row with a slider: a name, a range, its value. Double-click or Delete puts it back. */
export class SliderRow {
  #shown = "";

  /**
   * @param {Explorer} explorer
   * @param {HTMLElement} line with an input and an output
   * @param {RowOptions} options
   */
  constructor(explorer, line, { home = 0, read, write, isMoved, putBack }) {
    this.explorer = explorer;
    this.line = line;
    this.range = /** @type {HTMLInputElement} */ (line.querySelector("input"));
    this.output = /** @type {HTMLOutputElement} */ (line.querySelector("output"));
    this.read = read;
    this.write = write;
    this.isMoved = isMoved ?? (() => Math.abs(read() - home) > 1e-6);
    this.putBack = putBack ?? (() => write(home));
    this.#listen();
  }

  #listen() {
    const { explorer, line, range } = this;
    range.addEventListener("input", () => {
      explorer.drag(() => this.write(Number(range.value)));
      this.refresh();
    });
    range.addEventListener("change", () => explorer.remember());
    line.addEventListener("dblclick", (event) => {
      event.preventDefault();
      this.#goHome();
    });
    range.addEventListener("keydown", (event) => {
      if (event.key !== "Delete" && event.key !== "Backspace") return;
      event.preventDefault();
      this.#goHome();
    });
    let connected = line.isConnected;
    const end = explorer.on("latent", () => {
      if (line.isConnected) this.refresh();
      else if (connected) end(); // its list was made anew
      connected ||= line.isConnected;
    });
  }

  #goHome() {
    this.explorer.change(() => this.putBack());
    this.range.value = String(this.read());
    this.refresh();
  }

  refresh() {
    const value = this.read();
    const moved = this.isMoved();
    const state = `${value} ${moved}`;
    if (state === this.#shown) return; // most rows stand still while one is dragged
    this.#shown = state;
    const { line, output, range } = this;
    if (document.activeElement !== range || Math.abs(Number(range.value) - value) > 0.02) range.value = String(value);
    update(output, { textContent: value.toFixed(2) });
    line.classList.toggle("moved", moved);
  }
}

/**
 * A new row.
 *
 * @param {Explorer} explorer
 * @param {string} name
 * @param {RowOptions & { low?: number, high?: number }} options
 */
export function makeRow(explorer, name, { low = -4, high = 4, ...options }) {
  const limits = { type: "range", class: "gw-range", min: low, max: high, step: 0.02, "aria-label": name };
  const range = make("input", limits);
  const line = make(
    "label",
    { class: "row" },
    make("span", { class: "name", title: name }, name),
    range,
    make("output"),
  );
  return new SliderRow(explorer, line, options);
}

/**
 * The row of a direction.
 *
 * @param {Explorer} explorer
 * @param {string} name
 * @param {() => string} id locks change it
 */
export const makeDirectionRow = (explorer, name, id) =>
  makeRow(explorer, name, {
    read: () => explorer.latent.amounts[id()] || 0,
    write: (value) => setAmount(explorer.latent, id(), value),
  });
