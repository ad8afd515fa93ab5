/**
 * What the cards of the Time panel share that show latents through the kept moments of a training: which latents, from which
 * step on, and whether there is anything to show.
 *
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { LatentRows, RowKind } from "./latent-rows.js"
 * @import { Moments } from "./moments.js"
 */

/**
 * @typedef {object} TimeParts what every one of them is made with
 * @property {ExploreContext} context
 * @property {Explorer} explorer
 * @property {Moments} moments
 * @property {LatentRows} rows
 */

/** A training with fewer moments has no course to show. */
const FEWEST = 2;

/** @abstract */
export class MomentsCard {
  /**
   * @param {TimeParts} parts
   * @param {{ card: HTMLElement, kind: HTMLSelectElement, from: HTMLSelectElement }} elements
   */
  constructor({ context, explorer, moments, rows }, { card, kind, from }) {
    this.context = context;
    this.explorer = explorer;
    this.moments = moments;
    this.rows = rows;
    this.card = card;
    this.kind = kind;
    this.from = from;
    moments.on(() => this.refresh());
    explorer.on("bookmarks", () => this.refresh());
  }

  /** @abstract */
  refresh() {}

  /** Shows the card where there are moments enough. */
  showCard() {
    this.card.hidden = this.moments.kept.steps.length < FEWEST;
    return !this.card.hidden;
  }

  /** @param {RowKind[]} kinds of latents that it takes */
  offerChoices(kinds) {
    this.rows.offerStart(this.from);
    this.rows.offer(this.kind, kinds);
  }

  /** The latents that are chosen. */
  chosen() {
    return this.rows.list(this.kind.value);
  }
}
