/**
 * Translations that were asked for: which is the newest, what is known already, what stands when one fails.
 *
 * @import { UploadSource, WholeTranslationResponse } from "../shared/protocol.js"
 * @import { Inputs } from "./colouring-state.js"
 * @import { Choice } from "./models-state.js"
 *
 * @typedef {Choice & { scale: "auto" | "native" | "trained" }} Settings
 * @typedef {{ example: string } | UploadSource} Source
 *
 * @typedef {object} LocalFile a file of this browser
 * @property {File} blob
 * @property {Promise<SmallPicture | null>} [small] what the browser makes of it
 * @property {Promise<UploadSource>} [sent] where the server has put it
 *
 * @typedef {object} SmallPicture a picture reduced in the browser
 * @property {number} width of the whole picture
 * @property {number} height
 * @property {boolean} transparent
 * @property {string} picture the reduced one, as a data URL
 * @property {string} before address of the whole picture in this browser
 *
 * @typedef {object} Picture a file of this browser, or a picture that the server has
 * @property {LocalFile} [file]
 * @property {Source} [source]
 *
 * @typedef {Settings & Inputs & Picture} Wanted what is asked for
 * @typedef {Wanted & { job: string, live?: boolean, previewed?: boolean }} Translation one that was asked for; `live` while
 *   the pen that gives colour hints is down
 * @typedef {WholeTranslationResponse & { before: string, whole?: boolean }} Result `whole` where all pixels were fetched
 */

/** Milliseconds: a whole translation that takes no longer needs no preview before it. */
export const QUICK = 160;

let jobs = 0;

/** A name for a piece of work that no other page gives. */
export const newJob = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${jobs++}`;

/** Whether two translations are of the same picture. @param {Picture} a @param {Picture} b */
export const samePicture = (a, b) =>
  a.file ? a.file === b.file : JSON.stringify(a.source) === JSON.stringify(b.source);

/** What a frame is translated with. @param {Settings & Inputs} translation @returns {Settings & Inputs} */
export const settingsOf = ({ model, direction, scale, hints, seed }) => ({
  ...{ model, direction, scale },
  ...(hints ? { hints } : {}),
  ...(seed === undefined ? {} : { seed }),
});

/** A translation as the server is asked for it. @param {Translation} translation */
export const requestOf = (translation) => ({
  source: /** @type {Source} */ (translation.source),
  ...settingsOf(translation),
  job: translation.job,
});

/** A share of work done; empty before there is any. @param {number} share */
export const percent = (share) => (share > 0 ? `${Math.round(share * 100)} %` : "");

export class TranslationLog {
  /** @type {Translation | null} */
  #newest = null;
  /** @type {Translation | null} */
  #running = null;
  /** @type {{ translation: Translation, result: Result } | null} */
  #last = null;
  /** The source whose picture the page has. */
  #known = "";
  /** Milliseconds that the last whole translation of each model took. @type {Map<string, number>} */
  #durations = new Map();

  /** What was asked for last; null where that failed and nothing stands. */
  get newest() {
    return this.#newest;
  }

  /** What the server works on. */
  get running() {
    return this.#running;
  }

  /** The last whole translation. */
  get last() {
    return this.#last;
  }

  /** @param {Wanted} wanted @param {boolean} [live] @returns {Translation} */
  add(wanted, live = false) {
    this.#newest = { ...wanted, job: newJob(), live };
    return this.#newest;
  }

  /** @param {Translation} translation */
  isNewest(translation) {
    return this.#newest === translation;
  }

  /** Whether a result is to be seen: of the newest one, or on the way of a stroke to it. @param {Translation} translation */
  isWanted(translation) {
    const newest = this.#newest;
    if (newest === translation || !newest) return newest === translation;
    const isSame = samePicture(newest, translation) && newest.model === translation.model;
    return Boolean(translation.live) && isSame && newest.direction === translation.direction;
  }

  /** Whether a preview comes earlier than the whole translation would. @param {Translation} translation */
  needsPreview(translation) {
    const shown = this.#last && samePicture(this.#last.translation, translation);
    return !(shown && (this.#durations.get(translation.model) ?? Infinity) < QUICK);
  }

  /** Whether the page has the picture already. @param {Translation} translation */
  knowsBefore({ source }) {
    return this.#known === JSON.stringify(source);
  }

  /** @param {Translation | null} translation that the server works on now */
  setRunning(translation) {
    this.#running = translation;
  }

  /** @param {string} model @param {number} milliseconds that a whole translation took */
  measured(model, milliseconds) {
    this.#durations.set(model, milliseconds);
  }

  /** A whole translation is there. @param {Translation} translation @param {WholeTranslationResponse} response */
  finish(translation, response) {
    if (response.before) this.#known = JSON.stringify(translation.source);
    const before = response.before ?? this.#last?.result.before ?? "";
    this.#last = { translation, result: { ...response, before } };
    return this.#last;
  }

  /**
   * The newest translation failed.
   *
   * @param {Translation} translation
   * @returns the last whole translation where it stands: it is of the same picture, or nothing newer was seen
   */
  fail(translation) {
    if (translation.file && !translation.source) translation.file.sent = undefined; // it is sent again the next time
    const last = this.#last;
    const stands = last && (samePicture(last.translation, translation) || !translation.previewed) ? last : null;
    this.#newest = stands?.translation ?? null;
    return stands;
  }
}
