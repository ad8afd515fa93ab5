/**
 * Many pictures: all that can be done is done, one line for each that cannot; the zip grows on the server meanwhile.
 *
 * @import { Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { FileInside } from "../shared/files.js"
 * @import { Tab } from "./drawing.js"
 * @import { Kinds } from "./files.js"
 * @import { Settings, Source } from "./request-state.js"
 * @import { Work, WorkCard } from "./work-card.js"
 */
import { pathOf } from "../shared/files.js";
import { countText, doneShare } from "./batch-state.js";
import { sendFile } from "./files.js";
import { folderOfZip, sentenceAbout } from "./files-state.js";
import { newJob } from "./request-state.js";

/**
 * @typedef {object} BatchTab
 * @property {() => number} strength
 * @property {(source: Source) => void} open brings a picture to the stage
 *
 * @typedef {object} Batch
 * @property {string} name by which the server knows it
 * @property {Settings & { strength: number }} settings
 * @property {number} total
 * @property {number} done
 * @property {number} failed
 * @property {string | null} job the work that goes on
 */

const GOING = "Translating,";

export class BatchMode {
  #context;
  #card;
  #tab;

  /** @param {Context<Translate>} context @param {WorkCard} card @param {Pick<Tab, "settings" | "say"> & BatchTab} tab */
  constructor(context, card, tab) {
    this.#context = context;
    this.#card = card;
    this.#tab = tab;
  }

  /**
   * @param {FileInside[]} files
   * @param {Kinds} kinds what each of them is
   * @param {string} leftOut a line about files that came along and are left out
   */
  async take(files, kinds, leftOut = "") {
    const { ask } = this.#context;
    const settings = { ...this.#tab.settings(), strength: this.#tab.strength() };
    /** @type {Batch} */
    const batch = { name: "", settings, total: files.length, done: 0, failed: 0, job: null };
    const cancel = () => {
      if (batch.job) ask("job_cancel", { job: batch.job }).catch(() => {}); // its end is not waited for
    };
    const work = this.#card.begin(cancel, () => this.take(files, kinds, leftOut));
    this.#count(work, batch);
    if (leftOut) this.#card.remark(work, leftOut);
    try {
      batch.name = (await ask("begin")).batch;
    } catch (error) {
      this.#tab.say(/** @type {Error} */ (error).message, "error");
      return;
    }
    await this.#translateAll(work, batch, files, kinds);
    await this.#finish(work, batch);
  }

  /** One file travels while the one before it is translated. */
  async #translateAll(
    /** @type {Work} */ work,
    /** @type {Batch} */ batch,
    /** @type {FileInside[]} */ files,
    /** @type {Kinds} */ kinds,
  ) {
    const start = (/** @type {File} */ file) => {
      const sent = sendFile(this.#context.upload, file);
      sent.catch(() => {}); // it is awaited later
      return sent;
    };
    let next = start(files[0]);
    for (const [index, file] of files.entries()) {
      if (work.stopped) return;
      const arriving = next;
      if (index + 1 < files.length) next = start(files[index + 1]);
      try {
        const source = await arriving;
        if (work.stopped) return;
        const kind = kinds.get(file);
        if (kind === "film") throw new Error(`${file.name}: a film is translated by itself; drop it alone.`);
        if (kind === "zip") await this.#openZip(work, batch, source, files.length > 1 ? folderOfZip(file.name) : "");
        else await this.#translate(work, batch, source, pathOf(file));
      } catch (error) {
        this.#fail(work, batch, pathOf(file), /** @type {Error} */ (error));
      }
    }
  }

  /** @param {Work} work @param {Batch} batch @param {{ path: string, name: string }} zip @param {string} folder */
  async #openZip(work, batch, zip, folder) {
    const { entries, left_out: leftOut } = await this.#context.ask("zip_entries", zip);
    if (leftOut) this.#card.remark(work, leftOut);
    batch.total += entries.length - 1;
    this.#count(work, batch);
    for (const entry of entries) {
      if (work.stopped) return;
      try {
        await this.#translate(work, batch, { ...zip, entry }, folder ? `${folder}/${entry}` : entry);
      } catch (error) {
        this.#fail(work, batch, entry, /** @type {Error} */ (error));
      }
    }
  }

  /** @param {Work} work @param {Batch} batch @param {Source} source @param {string} inside its path in the zip */
  async #translate(work, batch, source, inside) {
    batch.job = newJob();
    const request = { ...batch.settings, batch: batch.name, source, inside, job: batch.job };
    const response = await this.#context.ask("convert", request);
    if ("cancelled" in response) return;
    batch.done += 1;
    this.#card.thumbnail(work, response, () => this.#tab.open(source));
    if (batch.done === 1 && this.#card.isCurrent(work)) this.#tab.open(source);
    for (const note of response.notes) {
      const text = note.includes(response.name) ? note : `${response.name}: ${note}`;
      this.#card.remark(work, text);
    }
    this.#count(work, batch);
  }

  /** @param {Work} work @param {Batch} batch @param {string} name @param {Error} error */
  #fail(work, batch, name, { message }) {
    batch.failed += 1;
    this.#card.remark(work, sentenceAbout(name, message), true);
    this.#count(work, batch);
  }

  /** @param {Work} work @param {Batch} batch */
  #count(work, batch) {
    this.#card.show(work, countText(GOING, batch), doneShare(batch));
  }

  /** @param {Work} work @param {Batch} batch */
  async #finish(work, batch) {
    if (!this.#card.isCurrent(work)) return;
    const words = work.stopped ? "Stopped after" : "Translated";
    this.#card.end(work, countText(words, batch), doneShare(batch));
    if (!batch.done) return;
    try {
      this.#card.offer(work, await this.#context.ask("packed", { batch: batch.name }), "Download zip");
    } catch (error) {
      this.#tab.say(/** @type {Error} */ (error).message, "error");
    }
  }
}
