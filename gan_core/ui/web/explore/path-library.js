/**
 * Paths that are kept with the model, by their names.
 *
 * @import { Explore, GeneratorRequest, SavedPath } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { PathModel } from "./path-model.js"
 */
import { make } from "../shared/dom.js";
import { askName, thumb } from "./controls.js";

export class PathLibrary {
  /** @param {ExploreContext} context @param {Explorer} explorer @param {PathModel} model */
  constructor(context, explorer, model) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.model = model;
    this.box = find("div.path-list");
    this.name = find("input.path-name");
    this.request = latestWins(
      (/** @type {GeneratorRequest} */ request) => ask("path_list", request),
      (response, request) => this.#fill(response.paths, request),
      (error) => console.warn(error.message),
    );
    explorer.on("model", () => this.request({ model: explorer.model }));
    find("button.path-keep").addEventListener("click", () => this.#keep());
    this.name.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#keep();
    });
  }

  /** @param {SavedPath[]} paths @param {GeneratorRequest} request */
  #fill(paths, { model }) {
    if (model === this.explorer.model) this.box.replaceChildren(...paths.map((kept) => this.#makeBox(kept)));
  }

  /** @param {SavedPath} kept */
  #makeBox({ name, path, picture }) {
    const { explorer } = this;
    const load = () => {
      this.name.value = name;
      this.model.set(path);
    };
    const tool = (
      /** @type {string} */ kind,
      /** @type {string} */ title,
      /** @type {string} */ sign,
      /** @type {() => void} */ onclick,
    ) => make("button", { type: "button", class: kind, "aria-label": `${title} path ${name}`, title, onclick }, sign);
    const rename = () =>
      askName(box, { value: name, label: `New name of path ${name}` }, (next) =>
        this.#change("path_rename", { model: explorer.model, old: name, new: next }),
      );
    const remove = () => this.#change("path_remove", { model: explorer.model, name });
    const box = make(
      "div",
      { class: "path-kept" },
      thumb(picture, name, load, { alt: `Path ${name}` }),
      tool("path-edit", "Rename", "✎", rename),
      tool("path-drop", "Remove", "×", remove),
    );
    return box;
  }

  /**
   * @template {"path_save" | "path_rename" | "path_remove"} Name
   * @param {Name} name
   * @param {Explore[Name]["request"]} request
   */
  async #change(name, request) {
    try {
      const response = await this.context.ask(name, request);
      this.#fill(response.paths, request);
      return true;
    } catch (error) {
      this.explorer.fail(error);
      return false;
    }
  }

  async #keep() {
    const { notice } = this.context;
    const { model, step } = this.explorer;
    const { path } = this.model;
    if (!path.stops.length) {
      notice("A path needs at least one stop to be kept.");
      return;
    }
    const request = { model, step, path: structuredClone(path), name: this.name.value };
    if (await this.#change("path_save", request)) notice(`Kept as ${this.name.value.trim()}.`, "info");
  }
}
