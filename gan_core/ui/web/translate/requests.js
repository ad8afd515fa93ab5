/**
 * Pictures to the stage: a small preview at once, the whole translation when it is ready; the newest request always wins.
 *
 * @import { Translate, TranslationPreviewResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { LocalFile, Result, Translation, Wanted } from "./request-state.js"
 * @import { Stage } from "./stage.js"
 */
import { reducedPicture, releasePicture, sendFile } from "./files.js";
import { TranslationLog, percent, requestOf, settingsOf } from "./request-state.js";

/** Milliseconds before the progress of long work is shown, and between two requests for it. */
const PATIENCE = 450;
const PROGRESS_INTERVAL = 250;

/**
 * @typedef {Pick<TranslationPreviewResponse, "width" | "height" | "transparent" | "before" | "after">} Preview
 *
 * @typedef {object} Handlers
 * @property {(translation: Translation, preview: Preview) => void} preview
 * @property {(translation: Translation, result: Result) => void} whole
 * @property {(translation: Translation) => void} cancelled
 * @property {(error: Error) => void} failed
 */

export class TranslationRequests {
  #log = new TranslationLog();
  #context;
  #stage;
  #handlers;
  #work;
  #bar;
  #share;
  #submit;
  /** The file that was given last. @type {LocalFile | undefined} */
  #file;

  /** @param {Context<Translate>} context @param {Stage} stage @param {Handlers} handlers */
  constructor(context, stage, handlers) {
    const { ask, find, latestWins, notice } = context;
    this.#context = context;
    this.#stage = stage;
    this.#handlers = handlers;
    this.#work = find("div.work");
    this.#bar = find(".work progress");
    this.#share = find(".work .share");
    this.#submit = latestWins(
      (/** @type {Translation} */ translation) => this.#send(translation),
      (response, translation) => this.#show(response, translation),
      (error, translation) => this.#fail(error, translation),
    );
    find(".work button.cancel").addEventListener("click", () => {
      const { running } = this.#log;
      if (!running) return;
      this.#share.textContent = "cancelling …";
      ask("job_cancel", { job: running.job }).catch((error) => notice(error.message, "error"));
    });
  }

  get last() {
    return this.#log.last;
  }

  get newest() {
    return this.#log.newest;
  }

  /** What was asked for and is not there yet. */
  get pending() {
    return this.#stage.isBusy ? this.#log.newest : null;
  }

  /** @param {Wanted} wanted @param {boolean} [live] while a pen is down: what is on its way is still shown */
  add(wanted, live = false) {
    if (this.#file && this.#file !== wanted.file) releasePicture(this.#file);
    this.#file = wanted.file;
    const translation = this.#log.add(wanted, live);
    const { running } = this.#log;
    this.#stage.isBusy = true;
    if (running && !live) this.#context.ask("job_cancel", { job: running.job }).catch(() => {}); // its result is not shown any more
    this.#submit(translation);
  }

  /**
   * Asks for previews on the way; null where a newer request has come.
   *
   * @param {Translation} translation
   */
  async #send(translation) {
    const log = this.#log;
    const { file } = translation;
    if (file) file.small ??= reducedPicture(file.blob);
    const small = (await file?.small) ?? null;
    if (!log.isWanted(translation)) return null;
    const previews = log.needsPreview(translation);
    const { ask, upload } = this.#context;
    if (small && previews) {
      const { after } = await ask("frame", { ...settingsOf(translation), picture: small.picture });
      this.#preview(translation, { ...small, after });
    }
    if (file) translation.source = await (file.sent ??= sendFile(upload, file.blob));
    if (!log.isWanted(translation)) return null;
    if (!small && previews) this.#preview(translation, await ask("preview", requestOf(translation)));
    if (translation.live && previews) return null; // the whole one follows when the pen is lifted
    return log.isWanted(translation) ? this.#translate(translation) : null;
  }

  /** @param {Translation} translation @param {Preview} preview */
  #preview(translation, preview) {
    if (!this.#log.isWanted(translation)) return;
    translation.previewed = true;
    this.#handlers.preview(translation, preview);
  }

  /** @param {Translation} translation */
  async #translate(translation) {
    const log = this.#log;
    log.setRunning(translation);
    const end = this.#watch(translation.job);
    const start = performance.now();
    try {
      const request = { ...requestOf(translation), before_known: log.knowsBefore(translation) };
      const response = await this.#context.ask("translate", request);
      log.measured(translation.model, performance.now() - start);
      return response;
    } finally {
      log.setRunning(null);
      end();
    }
  }

  /** @param {Translate["translate"]["response"] | null} response @param {Translation} translation */
  #show(response, translation) {
    if (!response || !this.#log.isWanted(translation)) return;
    if (this.#log.isNewest(translation)) this.#stage.isBusy = false;
    if ("cancelled" in response) this.#handlers.cancelled(translation);
    else this.#handlers.whole(translation, this.#log.finish(translation, response).result);
  }

  /** The picture and the controls stay, and so does an earlier result of the same picture. */
  #fail(/** @type {Error} */ error, /** @type {Translation} */ translation) {
    if (!this.#log.isNewest(translation)) return;
    this.#stage.isBusy = false;
    const last = this.#log.fail(translation);
    if (last) this.#handlers.whole(last.translation, last.result);
    this.#handlers.failed(error);
  }

  /** A bar and a way out for work that takes longer than a moment. @param {string} job @returns {() => void} ends it */
  #watch(job) {
    const { after, ask } = this.#context;
    let going = true;
    const check = async () => {
      if (!going) return;
      try {
        const { share } = await ask("job_progress", { job });
        if (!going) return;
        this.#work.hidden = false;
        if (share > 0) this.#bar.value = share;
        else this.#bar.removeAttribute("value");
        this.#share.textContent = percent(share);
      } catch {
        /* the response itself will say what is wrong */
      }
      after(PROGRESS_INTERVAL, check);
    };
    after(PATIENCE, check);
    return () => {
      going = false;
      this.#work.hidden = true;
    };
  }
}
