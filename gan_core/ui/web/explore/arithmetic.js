/**
 * Arithmetic with the names of directions and bookmarks: a sum of directions is a direction, `A - B + C` of bookmarks a latent.
 *
 * @import { DirectionsPanel } from "./directions-panel.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { make } from "../shared/dom.js";
import { byName, fragmentOf, quoted, suggestions, withName } from "./direction-state.js";
import { Draft } from "./drafts.js";
import { unmoved } from "./latent-state.js";

export class Arithmetic {
  #model = "";

  /** @param {ExploreContext} context @param {Explorer} explorer @param {DirectionsPanel} directions */
  constructor(context, explorer, directions) {
    const { find } = context;
    this.context = context;
    this.explorer = explorer;
    this.directions = directions;
    this.field = find("input.dir-text");
    this.error = find("p.dir-wrong");
    this.draft = new Draft(context, explorer, directions, "sum");
    find(".dir-arithmetic form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#calculate();
    });
    this.field.addEventListener("input", () => {
      this.error.textContent = "";
      this.#suggest();
    });
    this.field.addEventListener("focus", () => this.#suggest());
    explorer.on("bookmarks", () => this.#suggest());
    explorer.on("model", ({ model }) => {
      if (model === this.#model) return;
      this.#model = model;
      this.error.textContent = "";
      this.draft.drop();
    });
    directions.onList((listed) => {
      const [one, other] = byName(listed).map(({ name }) => quoted(name));
      if (other) this.field.placeholder = `${one} - 0.5*${other}`;
      this.#suggest();
    });
  }

  get #cursor() {
    return this.field.selectionStart ?? this.field.value.length;
  }

  #suggest() {
    const fragment = fragmentOf(this.field.value.slice(0, this.#cursor));
    const names = [...this.explorer.bookmarks, ...byName(this.directions.listed)].map(({ name }) => name);
    const chips = suggestions(names, fragment).map((name) =>
      make("button", { type: "button", class: "dir-chip", onclick: () => this.#insert(name) }, name),
    );
    this.context.find("div.dir-names").replaceChildren(...chips);
  }

  /** @param {string} name */
  #insert(name) {
    const { field } = this;
    const { text, at } = withName(field.value, this.#cursor, name);
    field.value = text;
    field.focus();
    field.setSelectionRange(at, at);
    this.#suggest();
  }

  async #calculate() {
    const { explorer } = this;
    const { model } = explorer;
    try {
      const request = { model, text: this.field.value, draft: this.draft.name };
      const response = await this.context.ask("directions_calculate", request);
      if (model !== explorer.model) return;
      this.error.textContent = "";
      if ("id" in response) this.draft.show(response.id);
      else {
        this.draft.drop();
        explorer.change((before) => Object.assign(before, response.latent, unmoved()));
      }
    } catch (error) {
      this.error.textContent = /** @type {Error} */ (error).message;
    }
  }
}
