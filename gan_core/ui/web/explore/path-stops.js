/**
 * The stops of the path as pictures in a line: adding, moving and removing them.
 *
 * @import { Favourite, PathCourseResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { PathModel } from "./path-model.js"
 * @import { Stop } from "./path-state.js"
 */
import { make } from "../shared/dom.js";
import { thumb } from "./controls.js";
import { randomSeed } from "./latent-state.js";
import { MOST_STOPS, hintFor, moveStop, stopWords } from "./path-state.js";

/** Pictures that are asked for at once, and that are kept. */
const AT_ONCE = 24;
const MOST_KEPT = 600;

/** @typedef {{ model: string, step: number | null, stops: Stop[], keys: string[] }} ThumbsRequest */

export class PathStops {
  /** @type {Map<string, string>} */
  #pictures = new Map();
  /** The stop that is dragged; -1 for none. */
  #lifted = -1;
  /** Why not every stop can be shown. */
  #problem = "";
  #inView = -1;
  /** Of a steady path it is measured how long each leg takes. @type {(PathCourseResponse & { key: string }) | null} */
  #timed = null;
  #weights = "";

  /** @param {ExploreContext} context @param {Explorer} explorer @param {PathModel} model */
  constructor(context, explorer, model) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.model = model;
    this.line = find("div.path-line");
    this.hint = find("p.path-hint");
    this.bookmarks = find("select.path-from");
    this.requestPictures = latestWins(
      (/** @type {ThumbsRequest} */ { model: owner, step, stops }) => ask("path_thumbs", { model: owner, step, stops }),
      (response, request) => this.#takePictures(request, response.pictures),
      (error) => {
        this.#problem = `Not every stop fits this model. ${error.message}`;
        this.hint.textContent = this.#problem;
      },
    );
    this.#listenToButtons();
    this.#listenToDrag();
    this.#listenToState();
  }

  #listenToState() {
    const { explorer, model } = this;
    const renew = () => {
      this.#problem = "";
      this.#fill();
    };
    model.on(renew);
    explorer.on("model", renew);
    model.onCourse((course) => {
      if (!course?.speed) return;
      this.#timed = { ...course, key: model.key() };
      this.#fill();
    });
    explorer.on("bookmarks", () => this.#offerBookmarks());
    // New weights of a training, or another moment of one: the stops look different then.
    explorer.on("shown", ({ version }) => {
      const weights = JSON.stringify([explorer.model, explorer.step, version]);
      if (weights === this.#weights || !explorer.isOpen("path")) return;
      this.#weights = weights;
      this.#fetchPictures();
    });
  }

  /** Untouched, there is something to see: four seeds. */
  open() {
    this.model.begin(() => [0, 1, 2, 3].map((seed) => this.#seedStop(seed)));
    this.#offerBookmarks();
  }

  // Adding ----------------------------------------------------------------------------------------------------------

  /** @param {number} seed */
  #seedStop(seed) {
    const { facts, latent } = this.explorer;
    return this.model.newStop({ kind: "seed", seed, ...(facts?.classes.length ? { label: latent.label } : {}) });
  }

  /** @param {Favourite} bookmark @returns {Stop} */
  #bookmarkStop({ latent, z }) {
    return { ...this.model.newStop(latent), ...(z && latent.amounts ? { z } : {}) };
  }

  #listenToButtons() {
    const { bookmarks, explorer, model } = this;
    const { find } = this.context;
    find("button.path-add").addEventListener("click", () => this.insert([model.newStop(explorer.compact())]));
    find("button.path-random").addEventListener("click", () => this.insert([this.#seedStop(randomSeed())]));
    find("button.path-clear").addEventListener("click", () => model.edit((path) => (path.stops = []), -1));
    bookmarks.addEventListener("change", () => {
      const { value } = bookmarks;
      const chosen = value === "all" ? explorer.bookmarks : [explorer.bookmarks[Number(value)]];
      if (value !== "") this.insert(chosen.map((bookmark) => this.#bookmarkStop(bookmark)));
      bookmarks.value = "";
    });
  }

  #offerBookmarks() {
    const list = this.explorer.bookmarks;
    this.bookmarks.hidden = !list.length;
    const all = list.length > 1 ? [new Option(`All ${list.length}`, "all")] : [];
    const options = list.map(({ name }, index) => new Option(name, String(index)));
    this.bookmarks.replaceChildren(new Option("Add a favourite …", ""), ...all, ...options);
  }

  /** Puts stops behind the one that is edited, or at the end. @param {Stop[]} stops */
  insert(stops) {
    const { path, selected } = this.model;
    const at = selected < 0 ? path.stops.length : selected + 1;
    if (path.stops.length + stops.length > MOST_STOPS) {
      this.context.notice(`A path has up to ${MOST_STOPS} stops.`);
      return;
    }
    this.model.edit((edited) => edited.stops.splice(at, 0, ...stops), at + stops.length - 1);
  }

  /** @param {number} index @param {number} to */
  move(index, to) {
    const { length } = this.model.path.stops;
    if (to < 0 || to >= length || to === index) return;
    this.model.edit((path) => moveStop(path, index, to), to);
  }

  /** @param {number} index */
  remove(index) {
    const last = this.model.path.stops.length - 2;
    this.model.edit((path) => path.stops.splice(index, 1), Math.min(index, last));
  }

  // Showing ---------------------------------------------------------------------------------------------------------

  /** What the picture of a stop depends on. @param {Stop} stop */
  #keyOf({ place, z }) {
    const { live, model, shown, step } = this.explorer;
    return JSON.stringify([model, step, live ? shown?.version : 0, place, z]);
  }

  /** The seconds that a stop takes. @param {number} index */
  #secondsOf(index) {
    const { path } = this.model;
    if (!path.steady || path.stops.length < 2) return `${Number(path.stops[index].seconds.toFixed(2))} s`;
    if (this.#timed?.key !== this.model.key()) return "…";
    const { seconds, stops } = this.#timed;
    return `${Number(((stops[index + 1] ?? seconds) - stops[index]).toFixed(1))} s`;
  }

  #fill() {
    const { line, model } = this;
    const { path, selected } = model;
    const hadFocus = line.contains(document.activeElement);
    const { scrollTop } = line;
    line.replaceChildren(...path.stops.map((stop, index) => this.#makeStop(stop, index)));
    line.scrollTop = scrolledTo(line, scrollTop, this.#inView === selected ? undefined : line.children[selected]);
    this.#inView = selected;
    if (hadFocus) this.#focus(selected);
    this.hint.textContent = this.#problem || hintFor(path);
    this.#fetchPictures();
  }

  /** @param {number} index */
  #focus(index) {
    this.line.children[index]?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** @param {Stop} stop @param {number} index */
  #makeStop(stop, index) {
    const { model } = this;
    const words = stopWords(model.path, index, this.#secondsOf(index));
    const press = () => {
      if (model.selected !== index) model.select(index);
      model.visit(index);
    };
    const picture = this.#pictures.get(this.#keyOf(stop)) ?? "data:,";
    const button = thumb(picture, words, press, { alt: `Stop ${index + 1}` });
    button.setAttribute("aria-label", `Stop ${index + 1}, ${words}`);
    button.setAttribute("aria-pressed", String(index === model.selected));
    button.draggable = true;
    button.title = "Press to go there, drag to another place in the path";
    const box = make("div", { class: "path-stop" }, button, make("b", {}, `${index + 1}`));
    button.addEventListener("dragstart", ({ dataTransfer }) => {
      this.#lifted = index;
      box.classList.add("lifted");
      dataTransfer?.setData("text/plain", `stop ${index + 1}`);
      if (dataTransfer) dataTransfer.effectAllowed = "move";
    });
    button.addEventListener("dragend", () => this.#endDrag());
    button.addEventListener("keydown", (event) => this.#onKey(event, index));
    return box;
  }

  #fetchPictures() {
    const { model, step } = this.explorer;
    if (!model || !this.explorer.isOpen("path")) return;
    const missing = this.model.path.stops.filter((stop) => !this.#pictures.has(this.#keyOf(stop))).slice(0, AT_ONCE);
    const keys = missing.map((stop) => this.#keyOf(stop));
    if (missing.length) this.requestPictures({ model, step, stops: missing, keys });
  }

  /** @param {ThumbsRequest} request @param {string[]} pictures */
  #takePictures({ keys }, pictures) {
    keys.forEach((key, index) => this.#pictures.set(key, pictures[index]));
    this.#problem = "";
    for (const key of [...this.#pictures.keys()].slice(0, -MOST_KEPT)) this.#pictures.delete(key);
    this.#fill();
  }

  // Moving ----------------------------------------------------------------------------------------------------------

  /** @param {KeyboardEvent} event @param {number} index */
  #onKey(event, index) {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const removes = event.key === "Delete" || event.key === "Backspace";
    if (!step && !removes) return;
    event.preventDefault();
    if (removes) this.remove(index);
    else if (event.altKey || event.shiftKey) this.move(index, index + step);
    else this.line.children[index + step]?.querySelector("button")?.focus();
  }

  /** Where something dragged would go: before or behind the stop below it. @param {DragEvent} event */
  #slot(event) {
    const box = /** @type {HTMLElement} */ (event.target).closest?.(".path-stop");
    if (!box) return { index: this.line.childElementCount };
    const { left, width } = box.getBoundingClientRect();
    const behind = event.clientX > left + width / 2;
    return { box, behind, index: [...this.line.children].indexOf(box) + (behind ? 1 : 0) };
  }

  #endDrag() {
    this.#lifted = -1;
    for (const box of this.line.children) box.classList.remove("before", "behind", "lifted");
  }

  #listenToDrag() {
    const { explorer, line } = this;
    const isOurs = () => this.#lifted >= 0 || explorer.dragged !== null;
    line.addEventListener("dragover", (event) => {
      if (!isOurs()) return;
      event.preventDefault();
      const { box, behind } = this.#slot(event);
      for (const other of line.children) other.classList.remove("before", "behind");
      box?.classList.add(behind ? "behind" : "before");
    });
    line.addEventListener("drop", (event) => {
      if (!isOurs()) return;
      event.preventDefault();
      const { index } = this.#slot(event);
      const lifted = this.#lifted;
      this.#endDrag();
      if (lifted >= 0) this.move(lifted, index > lifted ? index - 1 : index);
      else if (explorer.dragged) {
        const stop = this.#bookmarkStop(explorer.dragged);
        this.model.edit((path) => path.stops.splice(index, 0, stop), index);
      }
    });
  }
}

/**
 * Where the line is scrolled to so that a stop is seen, without moving the page.
 *
 * @param {HTMLElement} line
 * @param {number} scrolled
 * @param {Element | undefined} stop
 */
function scrolledTo(line, scrolled, stop) {
  if (!(stop instanceof HTMLElement)) return scrolled;
  const top = stop.offsetTop - line.offsetTop;
  const isSeen = top >= scrolled && top + stop.offsetHeight <= scrolled + line.clientHeight;
  return isSeen ? scrolled : top + stop.offsetHeight - line.clientHeight / 2;
}
