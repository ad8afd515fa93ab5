/**
 * A strip of real pictures with a line about them. The value is { picture, caption, error }, { pending } while they are got, or
 * { fetching: name } while a data set is downloaded: then the strip asks how far that is, and lets it be cancelled. The event
 * "fetched" tells gradio to look at the pictures again.
 *
 * @import { DataStrip as Functions, FetchProgressResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { update } from "../shared/dom.js";
import { component } from "../shared/mount.js";
import { randomName } from "../shared/storage.js";

/** Milliseconds after which it is said what is being waited for. */
const PATIENCE = 400;
/** Milliseconds between two requests for the progress of a download. */
const PROGRESS = 400;
const CANCELLED = "Cancelled: nothing of it was kept.";
/** By this the server knows which page follows a download. */
const page = randomName(8);

export const mount = component((/** @type {Context<Functions>} */ context) => {
  const strip = new DataStrip(context);
  strip.start();
});

class DataStrip {
  /** The download that is followed. @type {{ name: string } | null} */
  #fetching = null;
  #cancelWords = () => {};

  /** @param {Context<Functions>} context */
  constructor(context) {
    this.context = context;
    this.row = context.find(".fetch");
    this.bar = context.find(".fetch progress");
    this.button = context.find(".fetch button");
  }

  start() {
    this.button.addEventListener("click", () => this.#press());
    this.context.watch("value", () => this.#show());
    this.#show();
  }

  #show() {
    const { after, find, props } = this.context;
    const { picture, caption, error, pending, fetching } = props.value ?? {};
    this.#cancelWords();
    find(".strip").setAttribute("aria-busy", String(Boolean(pending || fetching)));
    if (fetching) {
      this.#follow(fetching);
      return;
    }
    if (pending) {
      this.#cancelWords = after(PATIENCE, () => this.#fetching || this.#say(pending, "pending"));
      return;
    }
    this.#leave();
    if (!caption && !error) return;
    const image = find("img");
    image.hidden = !picture;
    image.src = picture ?? "";
    image.alt = picture ? `Some pictures: ${caption}` : "";
    this.#say(error ?? caption, error ? "error" : "info");
  }

  /**
   * @param {string} text
   * @param {string} kind
   */
  #say(text, kind) {
    const line = this.context.find(".caption");
    update(line, { textContent: text });
    line.dataset.kind = kind;
  }

  /** Other pictures were chosen: this download is not waited for any more. */
  #leave() {
    this.row.hidden = true;
    if (!this.#fetching) return;
    this.context.ask("fetch_cancel", { dataset: this.#fetching.name, page }).catch(() => {}); // it may have ended meanwhile
    this.#fetching = null;
  }

  /** @param {string} name */
  async #follow(name) {
    const { find, signal, trigger } = this.context;
    if (this.#fetching?.name === name) return;
    this.#leave();
    const mine = (this.#fetching = { name });
    find("img").hidden = true;
    this.row.hidden = this.bar.hidden = false;
    this.bar.value = 0;
    this.button.textContent = "Cancel";
    this.#say(`Fetching ${name} …`, "pending");
    while (!signal.aborted) {
      const news = await this.#progressOf(name);
      if (this.#fetching !== mine) return;
      if (news.state === "done") {
        this.#fetching = null;
        this.row.hidden = true;
        trigger("fetched");
        return;
      }
      if (news.state !== "running") {
        if (news.state === "failed") this.#end(news.reason, "error");
        else this.#end(CANCELLED, "info");
        return;
      }
      this.bar.value = news.share;
      this.#say(news.words, "pending");
      await new Promise((resolve) => setTimeout(resolve, PROGRESS));
      if (this.#fetching !== mine) return;
    }
  }

  /** @param {string} name @returns {Promise<FetchProgressResponse>} */
  async #progressOf(name) {
    try {
      return await this.context.ask("fetch_progress", { dataset: name, page });
    } catch (error) {
      return { state: "failed", share: 0, words: "", reason: /** @type {Error} */ (error).message };
    }
  }

  /**
   * The download has ended without pictures; it can be tried again.
   *
   * @param {string} text
   * @param {string} kind
   */
  #end(text, kind) {
    this.#fetching = null;
    this.context.find(".strip").setAttribute("aria-busy", "false");
    this.row.hidden = false;
    this.bar.hidden = true;
    this.button.textContent = "Try again";
    this.#say(text, kind);
  }

  #press() {
    if (!this.#fetching) {
      this.context.trigger("fetched");
      return;
    }
    this.#leave();
    this.#end(CANCELLED, "info");
  }
}
