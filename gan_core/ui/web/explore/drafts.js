/**
 * Directions that a person makes are drafts until they have a name: a slider, and a field to keep it by.
 *
 * @import { DirectionsPanel } from "./directions-panel.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { make } from "../shared/dom.js";
import { randomName } from "../shared/storage.js";

/** Another browser's drafts are its own. */
const OWN = randomName(3);

export class Draft {
  /** @param {ExploreContext} context @param {Explorer} explorer @param {DirectionsPanel} directions @param {"point" | "sum"} kind */
  constructor(context, explorer, directions, kind) {
    this.context = context;
    this.explorer = explorer;
    this.directions = directions;
    this.box = context.find(`div[data-draft="${kind}"]`);
    /** By this the server knows it. */
    this.name = `${kind}${OWN}`;
  }

  /** @param {string} id */
  show(id) {
    const { box, directions, explorer } = this;
    if (box.dataset.id === id) {
      explorer.draw(); // the same slider, along what is now meant
      directions.ends.soon();
      return;
    }
    box.dataset.id = id;
    const { element, slider } = directions.makeRow(id, { tools: false });
    const title = slider.line.querySelector(".name");
    if (title) title.textContent = "New direction";
    const field = make("input", {
      ...{ class: "field grow", type: "text", maxLength: 60, placeholder: "A name for it" },
      "aria-label": "Name of the new direction",
    });
    const button = make("button", { class: "gw-button primary", type: "submit" }, "Keep");
    const onsubmit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#keep(id, field);
    };
    box.replaceChildren(element, make("form", { class: "line", onsubmit }, field, button));
    directions.showLocks();
  }

  /** @param {string} id @param {HTMLInputElement} field */
  async #keep(id, field) {
    const name = field.value.trim();
    if (!name) {
      field.focus();
      return;
    }
    const response = await this.directions.keep(id, name);
    if (!response) return;
    this.drop();
    this.context.notice(`Kept as ${response.id.slice("saved/".length)}: it is under Your own.`, "info");
  }

  drop() {
    this.box.replaceChildren();
    delete this.box.dataset.id;
    this.directions.showUsed();
  }
}
