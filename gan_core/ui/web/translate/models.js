/**
 * The controls for model, direction and size, and the examples.
 *
 * @import { ExamplePicture, Translate, TranslatorListResponse } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Choice, Direction } from "./models-state.js"
 * @import { Settings } from "./request-state.js"
 */
import { make } from "../shared/dom.js";
import { openModel } from "../shared/navigation.js";
import { remember, remembered } from "../shared/storage.js";
import * as state from "./models-state.js";

/**
 * @typedef {object} ModelEvents
 * @property {(changes: Partial<Choice>) => void} change another model, direction or size was chosen
 * @property {(example: ExamplePicture) => void} example an example was pressed
 */

export class ModelControls {
  /** @type {Required<Pick<TranslatorListResponse, "models" | "examples">>} */
  #offered = { models: [], examples: [] };
  #version = "";
  /** @type {Choice} */
  #chosen = { model: "", direction: "AtoB" };
  #context;
  #select;
  #directions;
  #examples;
  #events;

  /** @param {Context<Translate>} context @param {ModelEvents} events */
  constructor(context, events) {
    const { find, findAll } = context;
    this.#context = context;
    this.#events = events;
    this.#select = find("select.model");
    this.#directions = find("div.directions");
    this.#examples = find("div.examples");
    this.#select.addEventListener("change", () => events.change({ model: this.#select.value }));
    find("button.go-on").addEventListener("click", () => openModel("train", this.#chosen.model));
    for (const radio of findAll("input[name=gw-scale]")) radio.addEventListener("change", () => events.change({}));
  }

  get chosen() {
    return this.#chosen;
  }

  get models() {
    return this.#offered.models;
  }

  /** @param {string} [id] */
  model(id = this.#chosen.model) {
    return this.#offered.models.find((each) => each.id === id);
  }

  /** @returns {Settings} */
  get settings() {
    const scale = /** @type {Settings["scale"]} */ (this.#context.find("input[name=gw-scale]:checked").value);
    return { ...this.#chosen, scale };
  }

  /** What the picture and the result are called. @param {Choice} [choice] */
  labels({ model, direction } = this.#chosen) {
    return state.labelsOf(this.model(model), direction);
  }

  /** @param {unknown} id */
  example(id) {
    return this.#offered.examples.find((each) => each.id === id);
  }

  /** The example to begin with. @param {string} id of the model */
  firstExample(id) {
    return state.firstExample(this.#offered.examples, this.model(id), this.#chosen.direction);
  }

  /** An example as it is translated. @param {ExamplePicture} example @param {string} [id] of the model */
  exampleRequest(example, id = this.#chosen.model) {
    const direction = state.directionFor(this.model(id), example.domain, this.#chosen.direction);
    return { file: undefined, source: { example: example.id }, direction };
  }

  /** Asks for the list. @returns {Promise<boolean>} whether it has changed */
  async refresh() {
    const response = await this.#context.ask("translators", { version: this.#version });
    if (response.version === this.#version) return false;
    const { models = [], examples = [], version } = response;
    this.#offered = { models, examples };
    this.#version = version;
    this.#select.replaceChildren(
      ...state
        .groupsOf(models)
        .map(({ group, models: listed }) =>
          make("optgroup", { label: group }, ...listed.map(({ id }) => new Option(id, id))),
        ),
    );
    if (!this.model()) this.#chooseAgain();
    return true;
  }

  /** What was chosen last in this browser, while it is there. */
  #chooseAgain() {
    const kept = state.parsedChoice(remembered("translate"));
    if (kept && this.model(kept.model)) this.#chosen = kept;
    else this.#chosen = { ...this.#chosen, model: this.models[0]?.id ?? "" };
  }

  /** Chooses without showing it; the direction is one that the model has. @param {Partial<Choice>} changes */
  choose(changes) {
    const { model, direction } = { ...this.#chosen, ...changes };
    this.#chosen = { model, direction: state.validDirection(this.model(model), direction) };
  }

  /** The model that is best for pictures of a domain, if there is one. @param {string} domain */
  suggest(domain) {
    const choice = state.suggestedChoice(this.models, this.model(), domain);
    if (choice) this.#chosen = choice;
    return choice !== null;
  }

  /** Brings all controls to a choice. @param {Choice} choice @param {unknown} example the id of the one that is shown */
  show({ model: id, direction }, example) {
    const model = this.model(id);
    this.#chosen = { model: id, direction };
    this.#select.value = id;
    if (model) remember("translate", JSON.stringify(this.#chosen));
    this.#context.find(".about").textContent = model?.line ?? "";
    this.#showDirections();
    for (const radio of this.#directions.querySelectorAll("input")) radio.checked = radio.value === direction;
    this.#showExamples();
    for (const button of this.#examples.children) {
      const { id: shown } = /** @type {HTMLElement} */ (button).dataset;
      button.setAttribute("aria-pressed", String(shown === example));
    }
  }

  /** They are built anew only for another model: the focus stays where it is. */
  #showDirections() {
    const { directions = [] } = this.model() ?? {};
    const listing = JSON.stringify([this.#chosen.model, directions]);
    if (this.#directions.dataset.of === listing) return;
    this.#directions.dataset.of = listing;
    this.#directions.replaceChildren(
      ...directions.map(({ id, label }) => {
        const onchange = () => this.#events.change({ direction: /** @type {Direction} */ (id) });
        const radio = make("input", { type: "radio", name: "gw-direction", value: id, onchange });
        return make("label", {}, radio, make("span", {}, label));
      }),
    );
  }

  #showExamples() {
    const examples = state.fittingExamples(this.#offered.examples, this.model());
    const listing = examples.map(({ id }) => id).join();
    if (this.#examples.dataset.of === listing) return;
    this.#examples.dataset.of = listing;
    this.#examples.replaceChildren(
      ...examples.map((example) => {
        const { id, title, picture } = example;
        const onclick = () => this.#events.example(example);
        const image = make("img", { src: picture, alt: title });
        return make("button", { type: "button", title, dataset: { id }, onclick }, image);
      }),
    );
  }
}
