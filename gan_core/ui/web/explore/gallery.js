/**
 * The list of models with each one's own pictures.
 *
 * @import { GeneratorChoice, Refusal, Samples } from "../shared/protocol.js"
 * @import { ExploreContext } from "./explorer.js"
 * @import { Group } from "./models.js"
 */
import { arrowStep } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { setPressed } from "./controls.js";

/** Models whose pictures are asked for at once. */
const AT_ONCE = 3;

export class Gallery {
  /** @type {Group[]} */
  #groups = [];
  /** @type {Map<string, Samples | Refusal>} */
  #samples = new Map();
  /** The models whose samples need not be asked for again. @type {Set<string>} */
  #fresh = new Set();
  #chosen = "";

  /** @param {ExploreContext} context @param {(id: string) => void} choose */
  constructor(context, choose) {
    const { find, signal } = context;
    this.context = context;
    this.choose = choose;
    this.box = find("div.gallery");
    this.button = find("button.browse");
    this.button.addEventListener("click", () => (this.box.hidden ? this.open() : this.close()));
    this.box.addEventListener("keydown", (event) => this.#onKey(event));
    const closeOutside = (/** @type {PointerEvent} */ event) => {
      const target = /** @type {Node} */ (event.target);
      if (!this.box.hidden && !this.box.contains(target) && !this.button.contains(target)) this.close();
    };
    document.addEventListener("pointerdown", closeOutside, { signal });
  }

  /** @param {Group[]} groups */
  setGroups(groups) {
    this.#groups = groups;
    if (!this.box.hidden) this.#fill();
  }

  /** @param {string} id of the model that is shown */
  mark(id) {
    this.#chosen = id;
    for (const card of this.#cards()) setPressed(card, card.dataset.id === id);
  }

  open() {
    // What a training or a run draws changes: it is asked for anew whenever the list opens.
    this.#fresh = new Set([...this.#fresh].filter((id) => this.#samples.has(id) && !/^(live:|runs\/)/.test(id)));
    this.box.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.#fill();
    const cards = this.#cards();
    (cards.find((card) => card.getAttribute("aria-pressed") === "true") ?? cards[0])?.focus();
  }

  close() {
    if (this.box.hidden) return;
    this.box.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
  }

  /** @returns {HTMLElement[]} */
  #cards() {
    return [...this.box.querySelectorAll("button")];
  }

  #fill() {
    this.box.replaceChildren(
      ...this.#groups.flatMap(({ name, models }) => [
        make("p", { class: "gw-muted group" }, name),
        ...models.map((model) => this.#makeCard(model)),
      ]),
    );
    this.mark(this.#chosen);
    this.#fetch();
  }

  /** @param {GeneratorChoice} model */
  #makeCard({ id, label }) {
    const onclick = () => {
      this.choose(id);
      this.close();
    };
    const parts = [make("span", { class: "sample" }), make("strong", {}, label), make("small")];
    const card = make("button", { type: "button", class: "face", onclick, dataset: { id } }, ...parts);
    const sample = this.#samples.get(id);
    if (sample) showSample(card, sample);
    return card;
  }

  async #fetch() {
    const ids = this.#groups.flatMap((group) => group.models).map((model) => model.id);
    const missing = ids.filter((id) => !this.#fresh.has(id));
    for (const id of missing) this.#fresh.add(id);
    while (missing.length && !this.box.hidden) {
      let response;
      try {
        response = await this.context.ask("samples", { models: missing.splice(0, AT_ONCE) });
      } catch (error) {
        this.context.notice(/** @type {Error} */ (error).message, "error");
        return;
      }
      for (const [id, sample] of Object.entries(response.samples)) {
        this.#samples.set(id, sample);
        const card = this.#cards().find((each) => each.dataset.id === id);
        if (card) showSample(card, sample);
      }
    }
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape") this.close();
    const step = arrowStep(event.key);
    if (!step) return;
    event.preventDefault();
    const cards = this.#cards();
    const from = cards.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    cards[(from + step + cards.length) % cards.length]?.focus();
  }
}

/** @param {HTMLElement} card @param {Samples | Refusal} sample */
function showSample(card, sample) {
  const line = /** @type {HTMLElement} */ (card.querySelector("small"));
  if ("error" in sample) {
    line.textContent = sample.error;
    return;
  }
  card.querySelector(".sample")?.replaceChildren(make("img", { src: sample.picture, alt: "" }));
  line.textContent = sample.words;
  if (sample.title) card.title = sample.title;
}
