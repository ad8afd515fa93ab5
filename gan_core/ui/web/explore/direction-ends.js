/**
 * The pictures at both ends of every direction's slider, drawn while everything rests.
 *
 * @import { DirectionRow } from "./direction-row.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { atRest } from "./controls.js";
import { END } from "./direction-row.js";

const REST = 250;
/** Rows whose pictures are asked for at once. */
const AT_ONCE = 8;

export class DirectionEnds {
  #asked = "";
  #drawing = 0;

  /** @param {ExploreContext} context @param {Explorer} explorer @param {() => DirectionRow[]} rows */
  constructor(context, explorer, rows) {
    this.context = context;
    this.explorer = explorer;
    this.rows = rows;
    this.soon = atRest(context, REST, () => this.#draw());
  }

  forget() {
    this.#asked = "";
  }

  async #draw() {
    const { explorer } = this;
    if (!explorer.isOpen("directions") || !explorer.model || explorer.failing) return;
    const visible = this.rows().filter(({ element }) => element.offsetParent !== null);
    const asked = JSON.stringify([explorer.request(), visible.map((row) => row.key())]);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#drawing += 1;
    const drawing = this.#drawing;
    for (let start = 0; start < visible.length; start += AT_ONCE) {
      const some = visible.slice(start, start + AT_ONCE);
      const ends = await this.#fetch(some.map((row) => row.key()));
      if (!ends || drawing !== this.#drawing) return;
      for (const row of some) if (ends[row.key()]) row.showEnds(ends[row.key()]);
    }
  }

  /** @param {string[]} ids */
  async #fetch(ids) {
    try {
      const { ends } = await this.context.ask("directions_ends", this.explorer.request({ ids, amount: END }));
      return ends;
    } catch (error) {
      this.#asked = "";
      console.warn(/** @type {Error} */ (error).message);
      return null;
    }
  }
}
