/**
 * A person's own pictures for a training: chosen here or dropped anywhere on the Train tab, sent, kept by the server, and then
 * chosen as what is learned from. The value is { name: of the chosen set, owner }; the event "chosen" tells gradio, which shows
 * it in the list of data sets.
 *
 * @import { DataPictures, PictureSet, UploadedFile } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { FileInside } from "../shared/files.js"
 */
import { make } from "../shared/dom.js";
import { pathOf, send } from "../shared/files.js";
import { count } from "../shared/format.js";
import { component } from "../shared/mount.js";
import { ownerMark } from "../shared/storage.js";
import { acceptDrops } from "./drops.js";

/** Files that are sent at once. */
const UPLOADS = 4;

export const mount = component((/** @type {Context<DataPictures>} */ context) => {
  const panel = new PicturesPanel(context);
  panel.start();
});

class PicturesPanel {
  /** The set that is chosen in the list of data sets. @type {string | null} */
  #chosen = null;

  /** @param {Context<DataPictures>} context */
  constructor(context) {
    this.context = context;
    this.sending = makeSending(context, (name, note) => {
      this.#choose(name);
      context.notice(note, "info");
      this.#open(true);
    });
  }

  start() {
    const { find, props, subscribe } = this.context;
    const slot = props.stem;
    nameParts(this.context);
    find("button.use").addEventListener("click", () => this.#open(find("section.panel").hidden));
    const files = make("input", { type: "file", multiple: true, accept: props.accept });
    find(".input").replaceWith(make("span", { id: `${slot}-files` }, files));
    for (const input of [files, find("input.folder")])
      input.addEventListener("change", () => {
        const all = [...(input.files ?? [])];
        input.value = "";
        this.sending.bring(all);
      });
    subscribe("data-chosen", (data) => {
      this.#chosen = data[slot];
      this.#mark();
    });
    subscribe("files-dropped", (dropped) => dropped.slot === slot && this.sending.bring(dropped.files));
    subscribe("open-own-pictures", (wanted) => wanted.slot === slot && this.#open(true));
    if (slot === "data") acceptDrops(this.context);
  }

  /** Gradio takes it from here; without a name it only looks at its list again. @param {string} name */
  #notifyGradio(name) {
    this.context.props.value = { name, owner: ownerMark, at: performance.now() };
    this.context.trigger("chosen");
  }

  /** @param {string} name */
  #choose(name) {
    this.#chosen = name;
    this.#notifyGradio(name);
    this.#refresh();
  }

  /** @param {string} name */
  async #remove(name) {
    const { ask, notice } = this.context;
    try {
      this.#show((await ask("sets_remove", { owner: ownerMark, name })).sets);
      notice("");
      this.#notifyGradio("");
    } catch (error) {
      notice(/** @type {Error} */ (error).message);
    }
  }

  async #refresh() {
    const { ask, notice } = this.context;
    try {
      this.#show((await ask("sets_list", { owner: ownerMark })).sets);
    } catch (error) {
      notice(/** @type {Error} */ (error).message);
    }
  }

  /** @param {PictureSet[]} sets */
  #show(sets) {
    const entries = sets.map((set) =>
      setEntry(
        set,
        () => this.#choose(set.name),
        () => this.#remove(set.name),
      ),
    );
    this.context.find(".sets").replaceChildren(...entries);
    this.#mark();
  }

  #mark() {
    for (const take of this.context.findAll("button.take"))
      take.setAttribute("aria-pressed", String(take.dataset.set === this.#chosen));
  }

  /** @param {boolean} on */
  #open(on) {
    const { find } = this.context;
    find("section.panel").hidden = !on;
    find("button.use").setAttribute("aria-expanded", String(on));
    if (on) this.#refresh();
  }
}

/** The same words twice on a page would be the same name for two things. @param {Context<DataPictures>} context */
function nameParts({ find, props }) {
  if (props.stem === "data") return;
  find(".use").setAttribute("aria-label", "Use my pictures as the other kind (B)");
  find(".panel").setAttribute("aria-label", "My pictures of the other kind (B)");
  find(".sets").setAttribute("aria-label", "Pictures brought before, for the other kind (B)");
}

/**
 * @param {PictureSet} set
 * @param {() => void} choose
 * @param {() => void} remove
 */
function setEntry({ name, title, count: files }, choose, remove) {
  const words = make("small", {}, files ? `${count(files)} files` : "zip");
  const take = { type: "button", class: "take", title: `Learn from ${title}`, dataset: { set: name }, onclick: choose };
  const cross = {
    type: "button",
    class: "cross",
    "aria-label": `Remove ${title}`,
    title: "Remove these pictures from this machine",
  };
  return make("li", {}, make("button", take, title, words), make("button", { ...cross, onclick: remove }, "×"));
}

/**
 * Sending many files, with a bar and a button that stops it.
 *
 * @param {Context<DataPictures>} context
 * @param {(name: string, note: string) => void} kept is told the name of the set when all are kept
 */
function makeSending({ ask, find, notice, upload }, kept) {
  const box = find(".sending");
  const bar = find("progress");
  const words = find(".sending [role=status]");
  /** @type {{ stopped: boolean } | null} */
  let job = null;

  /**
   * @param {FileInside[]} queue
   * @param {{ stopped: boolean }} mine
   */
  async function sendAll(queue, mine) {
    /** @type {UploadedFile[]} */
    const sent = [];
    let next = 0;
    let done = 0;
    const work = async () => {
      while (next < queue.length && !mine.stopped) {
        const index = next++;
        sent[index] = { path: await send(upload, queue[index]), name: pathOf(queue[index]) };
        done += 1;
        bar.value = done / queue.length;
        words.textContent = queue.length > 1 ? `${done} of ${queue.length}` : "Sent";
      }
    };
    words.textContent = queue.length > 1 ? `0 of ${queue.length}` : "Sending …";
    await Promise.all(Array.from({ length: Math.min(UPLOADS, queue.length) }, work));
    return sent;
  }
  /** @param {FileInside[]} all */
  async function bring(all) {
    if (!all.length || job) return;
    const mine = (job = { stopped: false });
    notice("");
    box.hidden = false;
    bar.value = 0;
    words.textContent = "Looking …";
    try {
      const { wanted, note } = await ask("sets_wanted", { names: all.map(pathOf) });
      const sent = await sendAll(
        wanted.map((index) => all[index]),
        mine,
      );
      if (!mine.stopped) {
        const { name } = await ask("sets_keep", { files: sent, owner: ownerMark });
        if (!mine.stopped) kept(name, note);
      }
    } catch (error) {
      if (!mine.stopped) notice(/** @type {Error} */ (error).message, "error");
    }
    if (job !== mine) return;
    job = null;
    box.hidden = true;
  }
  find(".stop").addEventListener("click", () => {
    if (job) job.stopped = true;
    job = null;
    box.hidden = true;
    notice("");
  });
  return { bring };
}
