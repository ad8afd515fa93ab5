/**
 * Latents that are kept: the tray of bookmarks, saved with the model; the picture as a file; a link that brings the view back.
 *
 * @import { Explore, Favourite, FavouritesResponse, GeneratorRequest } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { download, make } from "../shared/dom.js";
import { askName, thumb } from "./controls.js";
import { decodeLink, encodeLink } from "./latent-state.js";

const LINK = "#explore=";
const COPIED = "The link is in the address bar and on the clipboard: it brings back this model, step and place.";
const NOT_COPIED = "The link is in the address bar: copy it from there.";
const DAMAGED = "The link is damaged: it does not say which place it means.";

export class Bookmarks {
  /** The model whose bookmarks are shown: another one may be chosen already. */
  #owner = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.tray = find("div.tray");
    this.request = latestWins(
      (/** @type {GeneratorRequest} */ request) => ask("favourites", request),
      (response, request) => this.#take(response, request),
      (error) => console.warn(error.message),
    );
    explorer.on("model", ({ model }) => this.request({ model }));
    find("button.favour").addEventListener("click", () => this.keep());
    find("button.save").addEventListener("click", () => this.#save());
  }

  keep() {
    return this.#change("save_favourite", this.explorer.request());
  }

  /** @param {FavouritesResponse} response @param {GeneratorRequest} request */
  #take({ favourites }, { model }) {
    if (model !== this.explorer.model) return;
    this.explorer.bookmarks = favourites;
    this.#owner = model;
    this.tray.hidden = !favourites.length;
    this.tray.replaceChildren(...this.explorer.bookmarks.map((bookmark) => this.#makeBox(bookmark)));
    this.explorer.emit("bookmarks");
  }

  /**
   * @template {"save_favourite" | "rename_favourite" | "delete_favourite"} Name
   * @param {Name} name
   * @param {Explore[Name]["request"]} request
   */
  async #change(name, request) {
    try {
      this.#take(await this.context.ask(name, request), request);
    } catch (error) {
      this.explorer.fail(error);
    }
  }

  /** @param {Favourite} bookmark */
  #makeBox(bookmark) {
    const { explorer } = this;
    const { name, picture, step } = bookmark;
    const forget = () => this.#change("delete_favourite", { model: this.#owner, name });
    const button = thumb(picture, name, () => explorer.recall(bookmark), { alt: `Favourite ${name}` });
    const moment = step === null || step === undefined ? "" : `, step ${step}`;
    button.title = `${name}${moment}: press to go there, drag it to a corner of the pad`;
    button.draggable = true;
    button.addEventListener("dragstart", (event) => {
      explorer.dragged = bookmark;
      event.dataTransfer?.setData("text/plain", name);
    });
    button.addEventListener("dragend", () => (explorer.dragged = null));
    button.addEventListener("keydown", (event) => {
      if (event.key === "F2") rename();
      if (event.key === "Delete") forget();
    });
    const tool = (
      /** @type {string} */ kind,
      /** @type {string} */ title,
      /** @type {string} */ sign,
      /** @type {() => void} */ onclick,
    ) => make("button", { type: "button", class: kind, "aria-label": `${title} ${name}`, title, onclick }, sign);
    const tools = [tool("edit", "Rename", "✎", () => rename()), tool("remove", "Remove", "×", forget)];
    const box = make("div", { class: "favourite" }, button, ...tools);
    const rename = () =>
      askName(box, { value: name, label: `New name of ${name}` }, (next) =>
        this.#change("rename_favourite", { model: this.#owner, old: name, new: next }),
      );
    return box;
  }

  async #save() {
    try {
      const { file, name } = await this.context.ask("file", this.explorer.request());
      download(file, name);
    } catch (error) {
      this.explorer.fail(error);
    }
  }
}

/** A link that brings the view back, in the address of the page. */
export class ViewLink {
  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { find, signal } = context;
    this.context = context;
    this.explorer = explorer;
    find("button.link").addEventListener("click", () => this.#write());
    window.addEventListener("hashchange", () => this.open(), { signal });
  }

  #write() {
    const { notice } = this.context;
    const { model, step, latent } = this.explorer.request();
    history.replaceState(null, "", `${LINK}${encodeLink({ schema: 2, model, step, latent })}`);
    if (!navigator.clipboard) {
      notice(NOT_COPIED, "info");
      return;
    }
    navigator.clipboard.writeText(location.href).then(
      () => notice(COPIED, "info"),
      () => notice(NOT_COPIED, "info"),
    );
  }

  /** Goes to the view that the address names; returns whether there is one. */
  open() {
    if (!location.hash.startsWith(LINK)) return false;
    let note;
    try {
      note = decodeLink(location.hash.slice(LINK.length));
    } catch {
      this.context.notice(DAMAGED, "error");
      return false;
    }
    this.explorer.recall(note);
    return true;
  }
}
