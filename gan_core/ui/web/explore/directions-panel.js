/**
 * The Directions panel: a slider for every way in which pictures change; locks, names, and looking for attributes.
 *
 * @import { CancelledResponse, DirectionsResponse, Explore, GeneratorResponse, LatentDirection } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { ModelPicker } from "./models.js"
 */
import { make } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { askName } from "./controls.js";
import { DirectionEnds } from "./direction-ends.js";
import { DirectionRow } from "./direction-row.js";
import { idWithLocks, involves, nameOf, renameParts, titleOf } from "./direction-state.js";

const LEARNING =
  "Now for the classes; if nobody has looked before, learning to tell them apart takes about half a minute.";

export class DirectionsPanel {
  /** @type {LatentDirection[]} */
  listed = [];
  /** @type {string[]} */
  #locks = [];
  #model = "";
  /** Cancels the search for attributes. @type {(() => void) | null} */
  #cancel = null;
  /** Models whose attributes were looked for unasked: once each. @type {Set<string>} */
  #unasked = new Set();
  /** What is to be done once the list is there. */
  #next = () => {};
  /** @type {((listed: LatentDirection[]) => void)[]} */
  #listeners = [];

  /** @param {ExploreContext} context @param {Explorer} explorer @param {ModelPicker} models */
  constructor(context, explorer, models) {
    const { ask, element, find, findAll, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.models = models;
    this.cards = new Map(findAll("div[data-dir-group]").map((card) => [card.dataset.dirGroup ?? "", card]));
    this.used = find(".gw-card[data-dir-group=used]");
    this.rows = () => [...element.querySelectorAll('[data-panel="directions"] .dir-row')].map(DirectionRow.of);
    this.ends = new DirectionEnds(context, explorer, () => this.rows());
    this.request = latestWins(
      (/** @type {{ model: string }} */ request) => ask("directions_list", request),
      (response, { model }) => {
        if (model !== explorer.model) return;
        this.#take(response);
        this.#next();
        this.#next = () => {};
      },
      (error) => explorer.fail(error),
    );
    this.findButton = find("button.dir-find");
    this.findButton.addEventListener("click", () => (this.#cancel ? this.#cancel() : this.#findAttributes(false)));
    this.#listen();
  }

  #listen() {
    const { explorer } = this;
    explorer.on("model", (facts) => this.#takeFacts(facts));
    explorer.on("latent", () => {
      if (explorer.isOpen("directions")) this.showUsed();
    });
    explorer.on("shown", () => this.ends.soon());
    explorer.addPanel("directions", {
      open: () => {
        if (!this.listed.length || explorer.live) this.#fetch();
        else {
          this.showUsed();
          this.ends.soon();
        }
      },
    });
    this.onList(() => this.#showLinks());
  }

  /** @param {(listed: LatentDirection[]) => void} listener */
  onList(listener) {
    this.#listeners.push(listener);
  }

  /** @param {GeneratorResponse} facts */
  #takeFacts({ model }) {
    if (model === this.#model) return;
    this.#cancel?.();
    this.#cancel = null;
    this.#model = model;
    this.#locks = [];
    this.listed = [];
    this.ends.forget();
    for (const { element } of this.rows()) if (!element.closest(".dir-new")) element.remove(); // another model's
    if (this.explorer.isOpen("directions")) this.#fetch();
  }

  // The list --------------------------------------------------------------------------------------------------------

  #fetch(next = () => {}) {
    this.#next = next;
    const { model } = this.explorer;
    if (model) this.request({ model });
  }

  /** @param {DirectionsResponse} response */
  #take(response) {
    const { find } = this.context;
    if (!this.listed.length) this.models.refreshFacts(); // the axes of dragging have the main variations from now on, too
    this.listed = response.directions;
    this.#locks = this.#locks.filter((lock) => this.listed.some(({ id }) => id === lock));
    for (const [group, card] of this.cards) {
      if (group === "used") continue;
      const entries = this.listed.filter((entry) => entry.group === group);
      rowsIn(card).replaceChildren(...entries.map(({ id }) => this.makeRow(id).element));
      card.hidden = group === "Your own" && !entries.length;
    }
    delete rowsIn(this.used).dataset.ids;
    this.showUsed();
    this.findButton.textContent = response.searched ? "Look again" : "Find attributes";
    const weak = response.weak.join(", ");
    find("p.dir-weak").textContent = weak
      ? `Not offered, because the latent hardly says anything about it: ${weak}.`
      : "";
    this.showLocks();
    this.#showAge(response);
    for (const listener of this.#listeners) listener(this.listed);
    if (!response.wanted || this.#cancel || this.#unasked.has(this.#model)) return;
    this.#unasked.add(this.#model);
    this.#findAttributes(false);
  }

  /** @param {string} id @param {{ tools?: boolean, fixed?: boolean }} [options] */
  makeRow(id, { tools = true, fixed = false } = {}) {
    const title = fixed ? titleOf(id, this.listed) : nameOf(id, this.listed);
    return new DirectionRow(this.explorer, id, {
      title,
      key: () => (fixed ? id : idWithLocks(id, this.#locks)),
      entry: this.listed.find((each) => each.id === id),
      fixed,
      tools: tools
        ? {
            lock: (lock) => this.#toggleLock(lock),
            rename: (row) => this.#rename(row),
            remove: (own) => this.#remove(own),
          }
        : undefined,
    });
  }

  /** A training goes on under its sliders: they keep their meaning until newer ones are wanted. @param {DirectionsResponse} response */
  #showAge({ step, newest }) {
    const note = this.context.find("p.dir-age");
    note.hidden = step === newest;
    const renew = async () => {
      const renewed = await this.#change("directions_renew", {});
      if (renewed) this.#letGo((key) => key.includes("attribute/")); // those have to be looked for anew
    };
    note.replaceChildren(
      `These are the directions of step ${count(step)}; the training has gone on to step ${count(newest)}. `,
      make("button", { type: "button", class: "gw-button", onclick: renew }, "Find them anew"),
    );
  }

  /** The picture is no longer moved along some directions. @param {(key: string) => boolean} which */
  #letGo(which) {
    const keys = Object.keys(this.explorer.latent.amounts).filter(which);
    if (!keys.length) this.explorer.draw();
    else
      this.explorer.change((latent) => {
        for (const key of keys) delete latent.amounts[key];
      });
  }

  /**
   * After a change of the list the axes of dragging are fetched anew, too.
   *
   * @template {"directions_renew" | "directions_save" | "directions_rename" | "directions_remove"} Name
   * @param {Name} name
   * @param {Omit<Explore[Name]["request"], "model">} request
   * @returns {Promise<Explore[Name]["response"] | null>}
   */
  async #change(name, request) {
    try {
      const sent = /** @type {Explore[Name]["request"]} */ ({ model: this.explorer.model, ...request });
      const response = await this.context.ask(name, sent);
      this.#take(response);
      this.models.refreshFacts();
      return response;
    } catch (error) {
      this.explorer.fail(error);
      return null;
    }
  }

  // Names -----------------------------------------------------------------------------------------------------------

  /** Keeps a direction under a name; what was slid along it is then slid along the kept one. @param {string} id @param {string} name */
  async keep(id, name) {
    const key = idWithLocks(id, this.#locks);
    const response = await this.#change("directions_save", { id: key, name });
    const amount = this.explorer.latent.amounts[key];
    if (response && amount !== undefined)
      this.explorer.change(({ amounts }) => {
        delete amounts[key];
        amounts[idWithLocks(response.id, this.#locks)] = amount;
      });
    return response;
  }

  /** @param {DirectionRow} row */
  #rename({ element, id }) {
    const isOwn = id.startsWith("saved/");
    const old = nameOf(id, this.listed);
    const field = {
      value: isOwn ? old : "",
      label: `Name for ${old}`,
      placeholder: "A name for it",
      kind: "dir-field",
    };
    askName(element, field, async (name) => {
      if (!isOwn) {
        await this.keep(id, name);
        return;
      }
      const locks = this.#locks;
      const response = await this.#change("directions_rename", { old, name });
      if (!response) return;
      const rename = (/** @type {string} */ part) => (part === id ? response.id : part);
      this.#locks = locks.map(rename);
      this.explorer.renameDirections((key) => renameParts(key, rename));
      this.showLocks();
    });
  }

  /** First the picture lets go of it: nothing can be drawn along a direction that is gone. @param {string} id */
  async #remove(id) {
    const old = nameOf(id, this.listed);
    this.#letGo((key) => involves(key, id));
    await this.#change("directions_remove", { old });
  }

  // Locks, and what is slid without a row of its own ------------------------------------------------------------------

  /** @param {string} id */
  #toggleLock(id) {
    this.#setLocks(this.#locks.includes(id) ? this.#locks.filter((lock) => lock !== id) : [...this.#locks, id]);
  }

  /** @param {string[]} locks */
  #setLocks(locks) {
    this.#locks = locks;
    this.showLocks();
    this.explorer.emit("latent");
  }

  showLocks() {
    for (const row of this.rows()) row.setLocked(this.#locks.includes(row.id));
    const note = this.context.find("p.dir-locks");
    const names = this.#locks.map((lock) => nameOf(lock, this.listed)).join(", ");
    note.hidden = !this.#locks.length;
    note.replaceChildren(
      `Locked: ${names}. Every other slider now moves at right angles to ${this.#locks.length > 1 ? "these" : "it"}. `,
      make("button", { type: "button", class: "gw-button", onclick: () => this.#setLocks([]) }, "Unlock"),
    );
    this.ends.soon();
  }

  showUsed() {
    const { used } = this;
    const shown = new Set(this.rows().flatMap((row) => (used.contains(row.element) ? [] : [row.key()])));
    const others = Object.keys(this.explorer.latent.amounts).filter((key) => !shown.has(key));
    const box = rowsIn(used);
    const ids = others.join("\n");
    if (box.dataset.ids === ids) return;
    box.dataset.ids = ids;
    box.replaceChildren(...others.map((key) => this.makeRow(key, { tools: false, fixed: true }).element));
    used.hidden = !others.length;
    this.ends.soon();
  }

  // Attributes ------------------------------------------------------------------------------------------------------

  /**
   * Long work of this panel, for the model that is shown; `done(response)`, with null where it was cancelled or failed.
   *
   * @template {"directions_attributes" | "directions_course"} Name
   * @param {Name} name
   * @param {Omit<Explore[Name]["request"], "job" | "model">} request
   * @param {HTMLProgressElement} bar
   * @param {(response: Exclude<Explore[Name]["response"], CancelledResponse> | null) => void} done
   * @returns {() => void} cancels it
   */
  search(name, request, bar, done) {
    const { explorer } = this;
    const { model } = explorer;
    const sent = /** @type {Explore[Name]["request"]} */ ({ ...request, model });
    const job = explorer.work(name, sent, bar);
    /** @type {typeof done} */
    const end = (response) => {
      bar.hidden = true;
      if (model === explorer.model) done(response);
    };
    bar.hidden = false;
    job.done.then(
      (response) => end("cancelled" in response ? null : /** @type {Parameters<typeof done>[0]} */ (response)),
      (error) => {
        if (model === explorer.model) explorer.fail(error);
        end(null);
      },
    );
    return job.cancel;
  }

  /** First what is found in seconds, then the classes. @param {boolean} classes */
  #findAttributes(classes) {
    const { find, notice } = this.context;
    this.findButton.textContent = "Cancel";
    find("p.dir-weak").textContent = classes ? LEARNING : "Drawing pictures and reading them …";
    this.#cancel = this.search("directions_attributes", { classes }, find("progress.dir-progress"), (response) => {
      this.#cancel = null;
      this.#fetch(response?.more ? () => this.#findAttributes(true) : () => {});
      this.models.refreshFacts();
      if (response?.words) notice(response.words, "info");
    });
  }

  /** Cards by their titles, to jump to. */
  #showLinks() {
    const { find, findAll } = this.context;
    const cards = findAll('[data-panel="directions"] > .gw-card').filter((card) => !card.hidden);
    const links = cards.map((card) => {
      const onclick = () => {
        card.scrollIntoView({ block: "start" });
        const control = /** @type {HTMLElement | null} */ (card.querySelector("button, input, a"));
        control?.focus({ preventScroll: true });
      };
      const title = card.querySelector(".gw-title")?.textContent ?? "";
      return make("button", { type: "button", class: "dir-chip", onclick }, title);
    });
    find("div.dir-nav").replaceChildren(...links);
  }
}

/** @param {HTMLElement} card */
const rowsIn = (card) => /** @type {HTMLElement} */ (card.querySelector(".dir-rows"));
