/**
 * A person's own pictures of the run that is shown: each with its translation, the way back and what got lost on it, now or at a
 * key frame.
 *
 * @import {
 *   LiveStatus, ProbePicture, ProbeRequest, ProbeSheet, ProbeSheetRequest, ProbesNews, ProbesVersion, ProbeViews,
 *   TrainLive,
 * } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { isActive } from "./live-state.js";
import { makeProbeControls } from "./probe-controls.js";
import { domainMark } from "./sheets.js";

/** So many pictures are translated with a run. */
const MOST = 4;

export class Probes {
  /** @type {ProbePicture[]} */
  #images = [];
  /** @type {ProbeSheet | null} */
  #sheet = null;
  /** @type {HTMLImageElement | null} */
  #sheetImage = null;
  /** The key frame that is looked at; null for now. @type {number | null} */
  #step = null;
  /** @type {LiveStatus | null} */
  #status = null;
  /** What is shown. @type {ProbesVersion} */
  have = { version: "", sheet: "" };

  /**
   * @param {Context<TrainLive>} context
   * @param {() => string | null} run
   * @param {(act: (permission: Pick<ProbeRequest, "confirmed">) => void) => void} allowed asks first where the run was started elsewhere
   */
  constructor(context, run, allowed) {
    const { ask, find, latestWins, notice } = context;
    this.find = find;
    this.zone = find("#own-add");
    this.controls = makeProbeControls(context, {
      ...{ zone: this.zone, input: find("input#own-add-file"), place: () => ({ run: run() }), allowed, notice },
      changed: (found) => this.#setImages(found),
    });
    const submit = latestWins(
      (/** @type {ProbeSheetRequest} */ wanted) => ask("probe_sheet", wanted),
      (response, wanted) => {
        if (wanted.run === run() && wanted.step === this.#step) this.#showSheet(response.sheet);
      },
    );
    this.requestSheet = () => {
      const name = run();
      if (name !== null) submit({ run: name, step: this.#step });
    };
  }

  /** @param {ProbesNews} news */
  take({ count: images, sheet, version }) {
    if (version !== this.have.version) {
      this.have.version = version;
      if (images) this.controls.refresh();
      else this.#setImages([]);
    }
    if (!sheet || sheet === this.have.sheet) return;
    this.have.sheet = sheet;
    if (this.#step === null) this.requestSheet();
  }

  /** @param {LiveStatus} status */
  showStatus(status) {
    const before = this.#status?.state;
    this.#status = status;
    if (before !== status.state) this.#draw();
  }

  /** Another key frame is looked at, or now. @param {number | null} step */
  at(step) {
    if (step === this.#step) return;
    this.#step = step;
    if (this.#images.length) this.requestSheet();
  }

  clear() {
    this.#sheet = this.#sheetImage = this.#step = this.#status = null;
    this.have = { version: "", sheet: "" };
    this.#setImages([]);
  }

  /** @param {ProbePicture[]} images */
  #setImages(images) {
    this.#images = images;
    this.#draw();
  }

  /** Whether the translator goes both ways. */
  #both() {
    const layout = this.#status?.layout;
    return !layout || layout.groups.some((group) => group.ways[0] === "BtoA");
  }

  #draw() {
    const active = isActive(this.#status?.state);
    const images = this.#images;
    this.zone.hidden = !active || images.length >= MOST;
    this.find(".own").hidden = !this.#status?.translates || (!images.length && this.zone.hidden);
    this.find("#own-step").textContent = this.#sheet && images.length ? `step ${count(this.#sheet.step)}` : "";
    this.find(".own .rows").replaceChildren(...images.map((image) => this.#row(image, active)));
  }

  /**
   * @param {ProbePicture} image
   * @param {boolean} active
   */
  #row(image, active) {
    const both = this.#both();
    const entry = this.#sheet?.pictures.find((each) => each.number === image.number);
    const views =
      entry && this.#sheetImage
        ? viewsOf(entry, this.#sheetImage, both ? entry.domain : /** @type {const} */ ("A"))
        : [];
    const soon = active && this.#step === null;
    const pending = soon ? "Its translation comes within a moment." : "It was not there yet at this step.";
    const own = make("img", { src: image.picture, alt: `Own picture ${image.number}` });
    const strip = make(
      "div",
      { class: "views" },
      make("figure", {}, make("figcaption", {}, "yours"), own),
      ...(views.length ? views : [make("p", { class: "gw-muted" }, pending)]),
    );
    strip.style.setProperty("--views", String(both ? 4 : 2));
    return make("article", {}, this.controls.controls(image, both), strip);
  }

  /** @param {ProbeSheet | null} sheet */
  async #showSheet(sheet) {
    this.#sheet = sheet;
    this.#sheetImage = null;
    if (sheet) {
      const image = new Image();
      image.src = sheet.picture;
      await image.decode();
      if (this.#sheet !== sheet) return;
      this.#sheetImage = image;
    }
    this.#draw();
  }
}

/**
 * @param {ProbeViews} entry
 * @param {HTMLImageElement} image the sheet
 * @param {"A" | "B"} domain
 */
function viewsOf(entry, image, domain) {
  const other = domain === "A" ? "B" : "A";
  return [
    drawView(entry, image, "translation", ["→ ", domainMark(other)]),
    drawView(entry, image, "back", ["→ back to ", domainMark(domain)]),
    drawView(entry, image, "error", [`lost: ${entry.error} of 255`]),
  ].filter((view) => view !== null);
}

/**
 * One view, cut out of the sheet.
 *
 * @param {ProbeViews} entry
 * @param {HTMLImageElement} image
 * @param {string} name
 * @param {(Node | string)[]} words
 */
function drawView({ cells }, image, name, words) {
  if (!cells?.[name]) return null;
  const [left, top, width, height] = cells[name];
  const caption = make("figcaption", {}, ...words);
  const label = { role: "img", "aria-label": caption.textContent, dataset: { view: name } };
  const canvas = make("canvas", { width, height, ...label });
  canvas.getContext("2d")?.drawImage(image, left, top, width, height, 0, 0, width, height);
  return make("figure", {}, caption, canvas);
}
