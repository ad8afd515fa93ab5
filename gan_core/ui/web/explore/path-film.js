/**
 * The path as a film, a strip or a moving picture in a file; and a film that comes back.
 *
 * @import { CancelledResponse, DroppedNoteResponse, DroppedPictureResponse, GeneratorResponse, PathCourseResponse, PathFilmRequest, PathFilmResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { PathModel } from "./path-model.js"
 * @import { PathPlayer } from "./path-player.js"
 */
import { make } from "../shared/dom.js";
import { filmScales, filmWords, lengthOf } from "./path-state.js";

export class PathFilm {
  /** @type {PathCourseResponse | null} */
  #course = null;
  /** Why no film can be made. */
  #problem = "";
  /** The work that is going on. @type {ReturnType<Explorer["work"]> | null} */
  #job = null;

  /** @param {ExploreContext} context @param {Explorer} explorer @param {PathModel} model @param {PathPlayer} player */
  constructor(context, explorer, model, player) {
    const { find, findAll } = context;
    this.context = context;
    this.explorer = explorer;
    this.model = model;
    this.player = player;
    this.size = find("select.path-size");
    this.pictures = find("input.path-pictures");
    this.button = find("button.path-export");
    this.made = find("div.path-made");
    for (const input of [this.size, this.pictures, ...findAll("input[name=gw-path-kind]")])
      input.addEventListener("change", () => this.#refresh());
    this.button.addEventListener("click", () => this.#export());
    find("button.path-cancel").addEventListener("click", () => this.#job?.cancel());
    explorer.on("model", (facts) => this.#offerSizes(facts));
    explorer.on("dropped", (response) => this.#bringBack(response));
    model.on(() => this.#setCourse(null, ""));
    model.onCourse((course, problem) => this.#setCourse(course, problem));
  }

  get #kind() {
    const { value } = this.context.find("input[name=gw-path-kind]:checked");
    return /** @type {PathFilmRequest["kind"]} */ (value);
  }

  /** @param {PathCourseResponse | null} course @param {string} problem */
  #setCourse(course, problem) {
    this.#course = course;
    this.#problem = problem;
    this.#refresh();
  }

  /** @param {GeneratorResponse} facts */
  #offerSizes({ size }) {
    if (this.size.dataset.of === String(size)) return;
    this.size.dataset.of = String(size);
    const { scales, usual } = filmScales(size);
    const text = (/** @type {number} */ scale) => `${scale * size} px${scale === 1 ? ", as it is" : ""}`;
    this.size.replaceChildren(...scales.map((scale) => new Option(text(scale), String(scale))));
    this.size.value = String(usual);
    this.#refresh();
  }

  #refresh() {
    const { find } = this.context;
    const { path } = this.model;
    const kind = this.#kind;
    const side = Number(this.size.value) * (this.explorer.facts?.size ?? 0);
    const words = find("p.path-what");
    find("label.path-count").hidden = kind !== "strip";
    this.button.disabled = !path.stops.length || this.#job !== null || Boolean(this.#problem);
    if (this.#problem || !path.stops.length || !side) {
      words.textContent = this.#problem;
      return;
    }
    const seconds = lengthOf(path);
    const frames = this.#course?.frames ?? Math.round(seconds * path.fps);
    const pictures = Number(this.pictures.value);
    words.textContent = filmWords({ kind, side, pictures, frames, seconds, fps: path.fps });
  }

  async #export() {
    const { context, explorer, model } = this;
    const doing = context.find("span.path-doing");
    const { model: name, step } = explorer;
    const scale = Number(this.size.value);
    const path = structuredClone(model.path);
    const request = { model: name, step, path, kind: this.#kind, scale, pictures: Number(this.pictures.value) };
    this.player.pause();
    this.#job = explorer.work("path_film", request, context.find(".path-doing progress"));
    this.#refresh();
    doing.hidden = false;
    try {
      this.#show(await this.#job.done, path.loop);
    } catch (error) {
      explorer.fail(error);
    }
    doing.hidden = true;
    this.#job = null;
    this.#refresh();
  }

  /** @param {PathFilmResponse | CancelledResponse} response @param {boolean} loop */
  #show(response, loop) {
    this.made.hidden = false;
    if ("cancelled" in response) {
      this.made.textContent = "Cancelled.";
      return;
    }
    const { kind, name, url, words } = response;
    const link = make("a", { href: url, download: name }, `Download ${name}`);
    const playing = { src: url, controls: true, muted: true, loop, autoplay: true, playsInline: true };
    const view =
      kind === "mp4"
        ? make("video", { ...playing, "aria-label": "The film" })
        : make("img", { src: url, alt: "The exported path" });
    this.made.replaceChildren(view, make("span", {}, link, ` ${words}`));
    link.click();
  }

  /** @param {DroppedNoteResponse | DroppedPictureResponse} dropped */
  async #bringBack(dropped) {
    if (dropped.kind !== "path") return;
    const { name, note } = dropped;
    const { explorer, model } = this;
    try {
      const found = await this.context.ask("path_read", { note });
      this.player.rewind();
      model.set(found.path);
      const latent = model.latentOf(found.path.stops[0]);
      const { model: owner, step } = found;
      explorer.show(latent, owner ? { model: owner, step } : {});
      this.context.notice(found.words || `The path of ${name} is back.`, "info");
    } catch (error) {
      explorer.fail(error);
    }
  }
}
