/**
 * What all parts of the Explore tab share: the latent, the model and the step that are shown, drawing, undo and the panels.
 * Parts listen: `explorer.on("model" | "shown" | "latent" | …, listener)`.
 *
 * @import { Context } from "../shared/types.js"
 * @import {
 *   DroppedLatentResponse,
 *   DroppedNoteResponse,
 *   DroppedPictureResponse,
 *   DrawRequest,
 *   DrawResponse,
 *   Explore,
 *   Favourite,
 *   GeneratorResponse,
 *   Latent,
 *   LatentResponse,
 *   UnchangedResponse,
 * } from "../shared/protocol.js"
 * @import { LatentSpec } from "./latent-state.js"
 */
import { History } from "./history-state.js";
import { HOME, compact, complete, withoutSliders } from "./latent-state.js";

/** Milliseconds between two questions how far some work is. */
const PROGRESS = 300;

/**
 * @typedef {Context<Explore>} ExploreContext
 * @typedef {{ model: string, step: number | null, latent: Latent }} ShownRequest what every request about the picture holds
 *
 * @typedef {object} ExplorerEvents
 * @property {[facts: GeneratorResponse]} model facts have come, for another model or again
 * @property {[response: DrawResponse, request: ShownRequest]} shown
 * @property {[error: Error]} failed nothing could be drawn
 * @property {[]} latent the latent or the step has changed
 * @property {[id: string, step: number | null]} choose another model
 * @property {[renamed: (state: string) => string]} renamed directions have other ids, in states as texts
 * @property {[]} bookmarks
 * @property {[response: DroppedNoteResponse | DroppedPictureResponse]} dropped a film or picture that was opened
 * @property {[]} interrupt whatever moves by itself stops
 */

export class Explorer {
  model = "";
  /** The kept moment of the training; null for the newest weights. @type {number | null} */
  step = null;
  /** @type {LatentSpec} */
  latent = structuredClone(HOME);
  /** @type {GeneratorResponse | null} */
  facts = null;
  /** The response that is on the screen. @type {DrawResponse | null} */
  shown = null;
  /** Who needs the numbers of the latent with every picture. @type {Set<string>} */
  needsNumbers = new Set();
  /** @type {Favourite[]} */
  bookmarks = [];
  /** The bookmark that is dragged. @type {Favourite | null} */
  dragged = null;
  /** The picture that was looked for. @type {{ path: string, name: string, negative: boolean } | null} */
  searched = null;
  /** Whether the last request was refused. */
  failing = false;
  panel = "move";
  /** @type {Map<string, Set<(...values: any[]) => void>>} */
  #listeners = new Map();
  /** @type {Map<string, { open: () => void, close: () => void }>} */
  #panels = new Map();
  #history = new History();
  #sequence = 0;

  /** @param {Context} context */
  constructor(context) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.root = find("div.explore");
    this.picture = find("img.big");
    this.undoButton = find("button.undo");
    this.redoButton = find("button.redo");
    this.send = latestWins(
      (/** @type {DrawRequest & ShownRequest} */ request) => ask("draw", request),
      (response, request) => this.#show(response, request),
      (error) => this.#fail(error),
    );
  }

  // Events ----------------------------------------------------------------------------------------------------------

  /**
   * @template {keyof ExplorerEvents} Name
   * @param {Name} name
   * @param {(...values: ExplorerEvents[Name]) => void} listener
   * @returns {() => void} ends it
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * @template {keyof ExplorerEvents} Name
   * @param {Name} name
   * @param {ExplorerEvents[Name]} values
   */
  emit(name, ...values) {
    for (const listener of this.#listeners.get(name) ?? []) listener(...values);
  }

  // Drawing: the newest request wins on the way in, and an older picture never replaces a newer one -------------------

  /** Whether the picture shows the newest weights of a training that goes on. */
  get live() {
    return this.model.startsWith("live:");
  }

  /** @returns {Latent} */
  compact() {
    return compact(this.latent, Boolean(this.facts?.classes.length));
  }

  /**
   * @template {object} [More={}]
   * @param {More} [more]
   * @returns {ShownRequest & More}
   */
  request(more = /** @type {More} */ ({})) {
    return { model: this.model, step: this.step, latent: this.compact(), ...more };
  }

  draw() {
    if (!this.model) return;
    this.#sequence += 1;
    this.root.dataset.asked = String(this.#sequence); // and `seq` of the picture says what is shown
    this.send(this.#drawRequest());
  }

  #drawRequest() {
    return this.request({ seq: this.#sequence, numbers: this.needsNumbers.size > 0 });
  }

  /** Whether this picture is the newest that was asked for. @param {DrawResponse | null} response */
  isNewest(response) {
    return response?.seq === this.#sequence;
  }

  /** New weights of a training show by themselves: asked again while nothing else is. */
  follow() {
    if (!this.live || this.step !== null) return;
    if (this.failing) this.send(this.#drawRequest());
    else if (this.isNewest(this.shown)) {
      this.send({ ...this.#drawRequest(), known: this.shown?.version });
    }
  }

  /** @param {DrawResponse | UnchangedResponse} response @param {ShownRequest} request */
  #show(response, request) {
    const { picture } = this;
    if (this.failing) this.context.notice("");
    this.failing = false;
    picture.classList.remove("stale");
    if (request.model !== this.model || request.step !== this.step || "same" in response) return;
    this.shown = response;
    picture.onload = () => {
      picture.dataset.seq = String(response.seq);
      picture.dataset.version = response.version;
      picture.dataset.place = JSON.stringify(request.latent);
    };
    if (picture.getAttribute("width") !== String(response.side)) picture.width = picture.height = response.side;
    picture.src = response.picture;
    this.root.dataset.ready = "yes";
    this.emit("shown", response, request);
  }

  /** @param {Error} error */
  #fail(error) {
    this.failing = true;
    this.picture.classList.add("stale"); // what is still to be seen is not what was asked for
    this.context.notice(error.message, "error");
    this.emit("failed", error);
  }

  /** What lies under the sliders, as an end or a corner: a seed where it is one, else its numbers. @param {boolean} withMoves */
  async basePoint(withMoves) {
    const { kind, seed, moves } = this.latent;
    if (kind === "seed" && !moves.length) return seed;
    const latent = withoutSliders(this.compact(), withMoves);
    const { numbers } = await this.context.ask("draw", this.request({ latent, numbers: true }));
    return { kind: /** @type {const} */ ("vector"), vector: /** @type {number[]} */ (numbers) };
  }

  // Changes, and back -------------------------------------------------------------------------------------------------

  /** The picture is asked for first: what shows the latent has time until it comes. */
  changed() {
    this.draw();
    this.emit("latent");
  }

  /** One change that can be undone. @param {(latent: LatentSpec) => void} change */
  change(change) {
    this.context.notice("");
    change(this.latent);
    this.changed();
    this.remember();
  }

  /** A change while something is dragged; `remember` at its end. @param {(latent: LatentSpec) => void} change */
  drag(change) {
    change(this.latent);
    this.changed();
  }

  remember() {
    const { latent, step, model } = this;
    this.#history.push(JSON.stringify({ latent, step, model }));
    this.#showHistory();
  }

  #showHistory() {
    this.undoButton.disabled = !this.#history.canUndo;
    this.redoButton.disabled = !this.#history.canRedo;
  }

  // A walk or a film ends before: undo goes back to where it began.
  undo() {
    this.emit("interrupt");
    this.#restore(this.#history.undo());
  }

  redo() {
    this.emit("interrupt");
    this.#restore(this.#history.redo());
  }

  /** @param {string | null} state */
  #restore(state) {
    if (state === null) return;
    const { latent, step, model } = JSON.parse(state);
    this.context.notice("");
    this.latent = latent;
    if (model === this.model) {
      this.step = step;
      this.changed();
    } else this.emit("choose", model, step);
    this.#showHistory();
  }

  /**
   * Goes to a latent as files, links and bookmarks hold it, perhaps of another model and at another step.
   *
   * @param {Latent} latent
   * @param {{ model?: string, step?: number | null }} [options]
   */
  show(latent, { model = this.model, step = this.step } = {}) {
    this.latent = complete(latent, this.latent);
    if (model && model !== this.model) this.emit("choose", model, step);
    else {
      this.step = step;
      this.changed();
    }
    this.remember();
  }

  /** @param {number | null} step */
  goToStep(step) {
    if (step === this.step) return;
    this.step = step;
    this.changed();
  }

  /** Directions got other ids: what goes along them, here and in what can be undone, still does. @param {(id: string) => string} rename */
  renameDirections(rename) {
    const rekey = (/** @type {string} */ name, /** @type {any} */ value) =>
      name === "amounts" && value
        ? Object.fromEntries(Object.entries(value).map(([id, amount]) => [rename(id), amount]))
        : value;
    const renamed = (/** @type {string} */ state) => JSON.stringify(JSON.parse(state, rekey));
    this.latent = JSON.parse(renamed(JSON.stringify(this.latent)));
    this.#history.rename(renamed);
    this.emit("renamed", renamed);
    this.changed();
  }

  /** The server says where the latent of a bookmark, a file or a link is now. @param {object} note */
  async recall(note) {
    try {
      this.arrive(await this.context.ask("open_note", { note }));
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param {LatentResponse | DroppedLatentResponse} response */
  arrive(response) {
    this.context.notice(response.words, "info");
    this.emit("interrupt");
    this.show(response.latent, { model: response.model ?? this.model, step: response.step });
  }

  // Panels and long work ------------------------------------------------------------------------------------------------

  /** @param {string} name @param {{ open?: () => void, close?: () => void }} handlers */
  addPanel(name, { open = () => {}, close = () => {} }) {
    this.#panels.set(name, { open, close });
  }

  /** @param {string} name */
  openPanel(name) {
    const { element, findAll } = this.context;
    if (!element.querySelector(`.panels [data-panel="${name}"]`)) return;
    const before = this.panel;
    this.panel = name;
    for (const tab of findAll(".tabs [role=tab]")) {
      const chosen = tab.dataset.for === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    for (const panel of findAll(".panels > [data-panel]")) panel.hidden = panel.dataset.panel !== name;
    if (before !== name) this.#panels.get(before)?.close();
    this.#panels.get(name)?.open();
  }

  /** @param {string} name */
  isOpen(name) {
    return this.panel === name;
  }

  /** Says what went wrong where a person asked for something. @param {unknown} error */
  fail(error) {
    this.context.notice(/** @type {Error} */ (error).message, "error");
  }

  /**
   * Work that takes a while: the server function `name`, how far it is in `bar`, and what cancels it.
   *
   * @template {"path_film" | "time_film" | "directions_attributes" | "directions_course"} Name
   * @param {Name} name
   * @param {Explore[Name]["request"]} request
   * @param {HTMLProgressElement} bar
   */
  work(name, request, bar) {
    const { after, ask } = this.context;
    const job = `${name} ${Math.random()}`;
    let running = true;
    const look = async () => {
      if (!running) return;
      const progress = await ask("job_progress", { job }).catch(() => null); // the work itself says what is wrong
      if (running && progress) bar.value = progress.share;
      after(PROGRESS, look);
    };
    bar.value = 0;
    after(PROGRESS, look);
    return {
      done: ask(name, { ...request, job }).finally(() => (running = false)),
      cancel: () => ask("job_cancel", { job }).catch((error) => console.warn(error.message)),
    };
  }
}
