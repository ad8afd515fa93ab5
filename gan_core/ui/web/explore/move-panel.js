/**
 * Where the latent comes from: one seed, a path between two, four corners, a class or a mix of two; and what is said of it.
 *
 * @import { DrawResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer, ShownRequest } from "./explorer.js"
 * @import { Kind } from "./latent-state.js"
 */
import { make, update } from "../shared/dom.js";
import { SliderRow, makeDirectionRow } from "./controls.js";
import * as latents from "./latent-state.js";

export class MovePanel {
  #classes = "[]";
  #directions = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    this.context = context;
    this.explorer = explorer;
    this.#listenToSeeds();
    this.#listenToChoices();
    this.#makeRows();
    explorer.on("latent", () => this.#refresh());
    explorer.on("model", (facts) => {
      this.#showClasses(facts.classes);
      this.#showDirections();
      this.#refresh();
    });
    explorer.on("shown", (response, request) => this.#describe(response, request));
  }

  // Seeds -----------------------------------------------------------------------------------------------------------

  #listenToSeeds() {
    const { explorer } = this;
    const { find, findAll } = this.context;
    for (const input of findAll("input[data-seed]")) input.addEventListener("change", () => this.#setSeed(input));
    find("button.previous").addEventListener("click", () => this.stepSeed(-1));
    find("button.next").addEventListener("click", () => this.stepSeed(1));
    find("button.random").addEventListener("click", () => this.anySeed());
    find("button.random-ends").addEventListener("click", () =>
      explorer.change((latent) => (latent.ends = [latents.randomSeed(), latents.randomSeed()])),
    );
  }

  /** @param {HTMLInputElement} input */
  #setSeed(input) {
    const path = input.dataset.seed ?? "";
    const seed = latents.parseSeed(input.value);
    if (seed === null) {
      this.context.notice(`A seed is a whole number from 0 to ${latents.LARGEST_SEED}.`, "error");
      this.#refresh();
      return;
    }
    this.explorer.change((latent) => {
      latents.setValueAt(latent, path, seed);
      if (path === "seed") latent.moves = [];
    });
  }

  /** @param {number} seed */
  #goToSeed(seed) {
    this.explorer.change((latent) => Object.assign(latent, { kind: "seed", seed, moves: [] }));
  }

  /** @param {number} by */
  stepSeed(by) {
    this.#goToSeed(latents.seedAfter(this.explorer.latent.seed, by));
  }

  anySeed() {
    this.#goToSeed(latents.randomSeed());
  }

  // Choices and rows ------------------------------------------------------------------------------------------------

  #listenToChoices() {
    const { explorer } = this;
    const { find, findAll } = this.context;
    for (const input of findAll("input[name=gw-kind]"))
      input.addEventListener("change", () =>
        explorer.change((latent) => latents.changeKind(latent, /** @type {Kind} */ (input.value))),
      );
    for (const input of findAll("input[name=gw-interpolation]"))
      input.addEventListener("change", () =>
        explorer.change((latent) => (latent.way = input.value === "lerp" ? "lerp" : "slerp")),
      );
    const towards = find("select.towards");
    towards.addEventListener("change", () =>
      explorer.change((latent) => {
        latent.towards = towards.value === "" ? null : Number(towards.value);
        latent.mix = latent.towards === null ? 0 : latent.mix || 0.5;
      }),
    );
  }

  #makeRows() {
    const { latent } = this.explorer;
    for (const input of this.context.findAll("input[data-number]")) {
      const key = /** @type {"t" | "scale" | "mix"} */ (input.dataset.number);
      if (typeof latent[key] !== "number") throw new Error(`${key} is no number of a latent.`);
      new SliderRow(this.explorer, /** @type {HTMLElement} */ (input.closest(".row")), {
        home: Number(input.dataset.home || 0),
        read: () => this.explorer.latent[key],
        write: (value) => (this.explorer.latent[key] = value),
      });
    }
  }

  /** The choice stays while models with the same classes change. @param {string[]} names */
  #showClasses(names) {
    const { find } = this.context;
    if (JSON.stringify(names) === this.#classes) return;
    this.#classes = JSON.stringify(names);
    find("div.classes").hidden = !names.length;
    const chips = names.map((name, index) => {
      const input = make("input", { type: "radio", name: "gw-class", value: String(index) });
      input.addEventListener("change", () => this.explorer.change((latent) => (latent.label = index)));
      return make("label", {}, input, make("span", {}, name));
    });
    find("div.chips").replaceChildren(...chips);
    const options = names.map((name, index) => new Option(name, String(index)));
    find("select.towards").replaceChildren(new Option("none", ""), ...options);
  }

  /** The strongest directions, always at hand; the Directions panel has all of them. */
  #showDirections() {
    const { explorer } = this;
    const strongest = (explorer.facts?.directions ?? []).filter(({ id }) => id.startsWith("sefa/"));
    const ids = strongest.map(({ id }) => id).join();
    if (ids === this.#directions) return;
    this.#directions = ids;
    const rows = strongest.map(({ id, name }) => {
      const row = makeDirectionRow(explorer, name, () => id);
      row.line.dataset.direction = id;
      return row;
    });
    this.context.find("div.directions").replaceChildren(...rows.map((row) => row.line));
    for (const row of rows) row.refresh();
  }

  // What is shown of it -----------------------------------------------------------------------------------------------

  #refresh() {
    const { find, findAll } = this.context;
    const { latent } = this.explorer;
    for (const input of findAll("input[name=gw-kind]")) update(input, { checked: input.value === latent.kind });
    for (const input of findAll("input[name=gw-interpolation]")) update(input, { checked: input.value === latent.way });
    for (const input of findAll("input[name=gw-class]"))
      update(input, { checked: Number(input.value) === latent.label });
    for (const panel of findAll("div.panel[data-kind]")) update(panel, { hidden: panel.dataset.kind !== latent.kind });
    for (const input of findAll("input[data-seed]")) {
      const value = latents.valueAt(latent, input.dataset.seed ?? "");
      const isSeed = Number.isInteger(value);
      if (document.activeElement !== input) update(input, { value: isSeed ? String(value) : "" });
      update(input, { placeholder: isSeed ? "" : "pinned" });
    }
    update(find("select.towards"), { value: String(latent.towards ?? "") });
    update(find(".mixing label.row"), { hidden: latent.towards === null });
    update(find("div.interpolation"), { hidden: !["path", "pad"].includes(latent.kind) });
    update(find("label.vector-choice"), { hidden: latent.kind !== "vector" && !latent.vector.length });
  }

  /** @param {DrawResponse} response @param {ShownRequest} request */
  #describe(response, request) {
    const { find } = this.context;
    const { facts, model, picture, step } = this.explorer;
    const words = latents.describe(request.latent, facts?.classes ?? []);
    const moment = step === null ? "" : ` at step ${step}`;
    update(picture, { alt: `Generated by ${model}${moment}: ${words}` });
    const typical = facts ? `, usually about ${Math.sqrt(facts.latent_dim).toFixed(1)}, here` : "";
    update(find(".caption span.words"), { textContent: `${words} · length of z${typical} ` });
    update(find(".caption span.norm"), { textContent: response.norm.toFixed(1) });
  }
}
