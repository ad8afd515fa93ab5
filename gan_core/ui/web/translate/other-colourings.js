/**
 * "Four other colourings": small translations of the picture that differ in their noise; one of them can be chosen.
 *
 * @import { Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Inputs } from "./colouring-state.js"
 * @import { Settings, Source } from "./request-state.js"
 */
import { make } from "../shared/dom.js";
import { seedsOf } from "./colouring-state.js";

/**
 * @typedef {{ source: Source } | { picture: string }} Subject
 *
 * @typedef {object} Choices
 * @property {() => Promise<Subject | null>} subject what is on the stage
 * @property {() => Settings & Inputs} request how it is translated
 * @property {() => number | undefined} seed of the one that is chosen
 * @property {(seed: number) => void} choose
 */

export class OtherColourings {
  /** How often others were asked for; -1 before the first time. */
  #round = -1;
  #host;
  #choices;
  #ask;

  /** @param {Context<Translate>} context @param {Choices} choices */
  constructor({ ask, find, latestWins }, choices) {
    this.#host = find("div.variants");
    this.#choices = choices;
    this.#ask = latestWins(
      async (/** @type {number[]} */ seeds) => {
        const subject = await choices.subject();
        return subject && ask("colourings", { ...choices.request(), ...subject, seeds });
      },
      (response, seeds) => response && this.#round >= 0 && this.#show(response.pictures, seeds),
    );
    find("button.others").addEventListener("click", () => {
      this.#round += 1;
      this.refresh();
    });
  }

  hide() {
    this.#round = -1;
    this.#host.hidden = true;
    this.#host.replaceChildren();
  }

  /** Asks for those that are shown again, for the picture as it is now. */
  refresh() {
    if (this.#round >= 0) this.#ask(seedsOf(this.#round));
  }

  /** @param {string[]} pictures @param {number[]} seeds */
  #show(pictures, seeds) {
    const buttons = pictures.map((picture, index) => {
      const seed = seeds[index];
      const label = `Colouring ${seed}`;
      const attributes = { type: "button", title: label, "aria-label": label, dataset: { seed: String(seed) } };
      const button = make("button", attributes, make("img", { src: picture, alt: "" }));
      button.setAttribute("aria-pressed", String(this.#choices.seed() === seed));
      button.addEventListener("click", () => {
        for (const other of this.#host.children) other.setAttribute("aria-pressed", String(other === button));
        this.#choices.choose(seed);
      });
      return button;
    });
    const focused = /** @type {HTMLElement | null} */ (this.#host.querySelector(":focus"))?.dataset.seed;
    this.#host.replaceChildren(...buttons);
    this.#host.hidden = false;
    buttons.find(({ dataset }) => dataset.seed === focused)?.focus({ preventScroll: true });
  }
}
