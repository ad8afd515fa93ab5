/**
 * The path that is being made: every change of it can be undone, and it is kept over a reload.
 *
 * @import { Explorer } from "./explorer.js"
 * @import { Latent, PathCourseResponse, PathData, PathStop } from "../shared/protocol.js"
 * @import { Path, Stop } from "./path-state.js"
 */
import { History } from "./history-state.js";
import { latentOf, newPath } from "./path-state.js";

const KEPT = "gan-workbench-path";

export class PathModel {
  /** @type {Path} */
  path = newPath();
  /** The index of the stop that is edited; -1 for none. */
  selected = -1;
  #history = new History();
  /** @type {(() => void)[]} */
  #listeners = [];
  /** @type {((course: PathCourseResponse | null, problem: string) => void)[]} */
  #courseListeners = [];
  /** @type {((index: number) => void)[]} */
  #visitListeners = [];

  /** @param {Explorer} explorer */
  constructor(explorer) {
    this.explorer = explorer;
    this.#history.push(JSON.stringify(this.path));
    explorer.on("renamed", (renamed) => {
      this.path = JSON.parse(renamed(JSON.stringify(this.path)));
      this.#history.rename(renamed);
      this.changed();
    });
  }

  // Events ----------------------------------------------------------------------------------------------------------

  /** @param {() => void} listener */
  on(listener) {
    this.#listeners.push(listener);
  }

  /** @param {(course: PathCourseResponse | null, problem: string) => void} listener */
  onCourse(listener) {
    this.#courseListeners.push(listener);
  }

  /** Says where the film of the path is, or why that is not known. @param {PathCourseResponse | null} course @param {string} [problem] */
  setCourse(course, problem = "") {
    for (const listener of this.#courseListeners) listener(course, problem);
  }

  /** @param {(index: number) => void} listener */
  onVisit(listener) {
    this.#visitListeners.push(listener);
  }

  changed() {
    const { path } = this;
    this.selected = Math.min(this.selected, path.stops.length - 1);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify({ model: this.explorer.model, path }));
    } catch {
      /* a private window keeps nothing */
    }
    for (const listener of this.#listeners) listener();
  }

  // Changes ---------------------------------------------------------------------------------------------------------

  /** One change that can be undone. @param {(path: Path) => void} change @param {number} [selected] the stop that is edited then */
  edit(change, selected = this.selected) {
    change(this.path);
    this.selected = selected;
    this.#history.push(JSON.stringify(this.path));
    this.changed();
  }

  /** @param {PathData} path */
  set(path) {
    this.edit((old) => Object.assign(old, structuredClone(path)), -1);
  }

  /** @param {number} index */
  select(index) {
    this.selected = index;
    this.changed();
  }

  get canUndo() {
    return this.#history.canUndo;
  }

  get canRedo() {
    return this.#history.canRedo;
  }

  undo() {
    this.#restore(this.#history.undo());
  }

  redo() {
    this.#restore(this.#history.redo());
  }

  /** @param {string | null} state */
  #restore(state) {
    if (state === null) return;
    this.path = JSON.parse(state);
    this.changed();
  }

  /**
   * Where nothing has been done yet there is something to see: the path of before a reload, if it was made with this model, or
   * these stops.
   *
   * @param {() => Stop[]} first
   */
  begin(first) {
    if (!this.path.stops.length && !this.canUndo) {
      const kept = this.#kept();
      if (kept) this.path = kept;
      else this.path.stops = first();
      this.#history.replace(JSON.stringify(this.path));
    }
    this.changed();
  }

  /** @returns {Path | null} */
  #kept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
      return kept?.model === this.explorer.model && kept.path.stops.length ? kept.path : null;
    } catch {
      return null; // nothing of ours
    }
  }

  // Stops -----------------------------------------------------------------------------------------------------------

  /** @returns {Stop | undefined} the one that is edited */
  get stop() {
    return this.path.stops[this.selected];
  }

  /** A new stop, as long as the one before. @param {Latent} place @returns {Stop} */
  newStop(place) {
    const before = this.stop ?? this.path.stops[this.path.stops.length - 1];
    return { place: structuredClone(place), seconds: before?.seconds ?? 2, easing: "linear" };
  }

  /** @param {PathStop} stop */
  latentOf(stop) {
    return latentOf(stop, this.explorer.facts?.latent_dim);
  }

  /** The picture shows a stop. @param {number} index */
  visit(index) {
    this.explorer.show(this.latentOf(this.path.stops[index]));
    for (const listener of this.#visitListeners) listener(index);
  }

  /** What a film of the path depends on. */
  key() {
    return JSON.stringify([this.explorer.model, this.explorer.step, this.path]);
  }
}
