/**
 * The card of long work, a batch or a film: how far it is, how it is stopped and begun again, what can be downloaded.
 *
 * @import { Context } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";

/**
 * @typedef {object} Work
 * @property {boolean} stopped
 * @property {() => void} cancel
 * @property {(() => void) | null} again
 */

export class WorkCard {
  /** @type {Work | null} */
  #current = null;
  #card;
  #count;
  #bar;
  #halt;
  #rerun;
  #zip;
  #results;
  #strip;

  /** @param {Context} context */
  constructor({ find }) {
    this.#card = find("div.batch");
    this.#count = find("p.count");
    this.#bar = find(".batch progress");
    this.#halt = find("button.halt");
    this.#rerun = find("button.rerun");
    this.#zip = find("a.zip");
    this.#results = find("ul.results");
    this.#strip = find("div.strip");
    this.#halt.addEventListener("click", () => this.stop());
    this.#rerun.addEventListener("click", () => this.#current?.again?.());
  }

  /** Work begins, and what went on before is stopped. @param {() => void} cancel @param {(() => void) | null} again */
  begin(cancel, again) {
    this.stop();
    /** @type {Work} */
    const work = { stopped: false, cancel, again };
    this.#current = work;
    this.#card.hidden = false;
    this.#zip.hidden = true;
    this.#rerun.hidden = true;
    this.#halt.hidden = false;
    this.#results.replaceChildren();
    this.#strip.replaceChildren();
    return work;
  }

  stop() {
    if (!this.#current) return;
    this.#current.stopped = true;
    this.#current.cancel();
  }

  /** @param {Work} work */
  isCurrent(work) {
    return this.#current === work;
  }

  /** Whether it goes on. @param {Work} work */
  isRunning(work) {
    return this.isCurrent(work) && !this.#halt.hidden;
  }

  /** @param {Work} work @param {string} text @param {number} share */
  show(work, text, share) {
    if (!this.isCurrent(work)) return;
    this.#count.textContent = text;
    this.#bar.value = share;
  }

  /** Adds a line. @param {Work} work @param {string} text @param {boolean} [failed] */
  remark(work, text, failed = false) {
    if (!this.isCurrent(work)) return;
    this.#results.append(make("li", { class: failed ? "failed" : "" }, text));
    this.#results.scrollTop = this.#results.scrollHeight;
  }

  /**
   * Adds a thumbnail, half before and half after.
   *
   * @param {Work} work
   * @param {{ name: string, before: string, after: string }} picture
   * @param {() => void} open
   */
  thumbnail(work, { name, before, after }, open) {
    if (!this.isCurrent(work)) return;
    const half = (/** @type {string} */ source, /** @type {string} */ kind) =>
      make("img", { src: source, alt: "", class: kind });
    const label = `Show ${name}`;
    const attributes = { type: "button", title: name, "aria-label": label };
    const button = make("button", attributes, half(before, "was"), half(after, "is"));
    button.addEventListener("click", () => {
      for (const other of this.#strip.children) other.setAttribute("aria-pressed", String(other === button));
      open();
    });
    this.#strip.append(button);
  }

  /** Work has ended. @param {Work} work @param {string} text @param {number} share */
  end(work, text, share) {
    if (!this.isCurrent(work)) return;
    this.show(work, text, share);
    this.#halt.hidden = true;
    this.#rerun.hidden = !work.again;
  }

  /** @param {Work} work @param {{ url: string, name: string }} file @param {string} label */
  offer(work, { url, name }, label) {
    if (!this.isCurrent(work)) return;
    Object.assign(this.#zip, { href: url, download: name, hidden: false, textContent: label });
  }
}
