/**
 * Latents to show through a training: what there is for the rows of the grid and for the time-lapse.
 *
 * @import { Explorer } from "./explorer.js"
 * @import { Latent } from "../shared/protocol.js"
 * @import { Moments } from "./moments.js"
 */
import { count } from "../shared/format.js";
import { fillSelect } from "./controls.js";
import { without } from "./latent-state.js";
import { startSteps } from "./time-state.js";

const SEEDS = 5;
const MOST_BOOKMARKS = 12;
const MOST_CLASSES = 16;

/**
 * @typedef {{ name: string, latent: Latent }} Row
 * @typedef {"seeds" | "favourites" | "classes" | "one" | "brought"} RowKind
 */

/** @type {Readonly<Record<RowKind, string>>} */
const TITLES = Object.freeze({
  seeds: "This one and seeds",
  favourites: "Favourites",
  classes: "Classes",
  one: "This one",
  brought: "From the file",
});

export class LatentRows {
  /** Of a film or sheet that was dropped. @type {Row[]} */
  #brought = [];

  /** @param {Explorer} explorer @param {Moments} moments */
  constructor(explorer, moments) {
    this.explorer = explorer;
    this.moments = moments;
  }

  /** @param {string} kind @returns {Row[]} */
  list(kind) {
    const { bookmarks, facts } = this.explorer;
    const here = { name: "this one", latent: this.explorer.compact() };
    if (kind === "seeds") return [here, ...Array.from({ length: SEEDS }, (_, index) => this.#seed(index + 1))];
    if (kind === "favourites") return bookmarks.slice(0, MOST_BOOKMARKS).map(({ name, latent }) => ({ name, latent }));
    if (kind === "brought") return this.#brought;
    if (kind !== "classes") return [here];
    const latent = without(here.latent, ["towards", "mix"]);
    return (facts?.classes ?? []).slice(0, MOST_CLASSES).map((name, label) => ({ name, latent: { ...latent, label } }));
  }

  /** @param {number} seed @returns {Row} */
  #seed(seed) {
    const { facts, latent } = this.explorer;
    const label = facts?.classes.length ? { label: latent.label } : {};
    return { name: `seed ${seed}`, latent: { kind: "seed", seed, ...label } };
  }

  /** @param {Latent[]} latents */
  bring(latents) {
    this.#brought = latents.map((latent, index) => ({ name: `latent ${index + 1}`, latent }));
  }

  /** The kinds that have any rows now. @param {HTMLSelectElement} select @param {RowKind[]} kinds */
  offer(select, kinds) {
    const there = kinds.filter((kind) => this.list(kind).length);
    fillSelect(select, there.map((kind) => [kind, TITLES[kind]])); // prettier-ignore
  }

  /** @param {HTMLSelectElement} select */
  offerStart(select) {
    const starts = startSteps(this.moments.kept.steps);
    fillSelect(select, starts.map((step) => [step, `step ${count(step)}`])); // prettier-ignore
  }
}
