/**
 * The views of one translation: slider, side by side, those that the server draws, and several models on one picture.
 *
 * @import { Translate, ViewRequest } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Result, Translation } from "./request-state.js"
 * @import { Stage } from "./stage.js"
 * @import { Compared, Conditions, Labels, View } from "./views-state.js"
 */
import { make } from "../shared/dom.js";
import { fittingInputs } from "./colouring-state.js";
import { newJob, requestOf } from "./request-state.js";
import * as state from "./views-state.js";

/**
 * @typedef {{ translation: Translation, result: Result, labels: Labels }} Shown the last whole translation
 * @typedef {Shown & { view: string }} Wanted a view of it that is on its way
 */

export class Views {
  /** In the order of their choice. @type {Compared[]} */
  #compared = [];
  #context;
  #stage;
  #shown;
  #choices;
  #host;
  #line;
  #bar;
  #drawView;
  #drawComparison;

  /**
   * @param {Context<Translate>} context
   * @param {Stage} stage
   * @param {() => Shown | null} shown
   * @param {() => Compared[]} choices
   */
  constructor(context, stage, shown, choices) {
    const { find, latestWins } = context;
    this.#context = context;
    this.#stage = stage;
    this.#shown = shown;
    this.#choices = choices;
    this.#host = find("div.views");
    this.#line = find("p.line");
    this.#bar = find("div.comparing");
    this.#host.addEventListener("change", () => this.draw());
    const fail = (/** @type {Error} */ error, /** @type {Wanted} */ wanted) => {
      if (!this.#isCurrent(wanted)) return;
      stage.isBusy = false;
      context.notice(error.message, "error");
      if (wanted.view !== "models") this.choose("slider");
    };
    this.#drawView = latestWins(
      (/** @type {Wanted} */ wanted) => this.#askForView(wanted),
      (response, wanted) => this.#showView(response, wanted),
      fail,
    );
    this.#drawComparison = latestWins(
      (/** @type {Wanted} */ wanted) => this.#compare(wanted),
      (done, wanted) => {
        if (done && this.#isCurrent(wanted)) stage.isBusy = false;
      },
      fail,
    );
  }

  /** The one that is chosen. */
  get view() {
    return /** @type {HTMLInputElement} */ (this.#host.querySelector("input:checked")).value;
  }

  /** Whether it is drawn from the pictures that the page has. */
  get isDirect() {
    return state.isDirect(this.view);
  }

  /**
   * Shows pictures that the page has: a preview or a whole translation.
   *
   * @param {{ width: number, height: number, transparent: boolean, before: string, after: string }} pictures
   * @param {Labels} labels
   * @param {string} text
   */
  showDirect(pictures, labels, text) {
    this.#stage.show(state.directPanes(this.view, pictures, labels, text), frameOf(pictures));
  }

  /** Draws the chosen view of the last whole translation. */
  draw() {
    const { view } = this;
    this.#context.find("div.translate").dataset.view = view;
    this.#line.textContent = "";
    this.#bar.hidden = view !== "models";
    this.#context.find(".strength").hidden = !this.isDirect;
    const shown = this.#shown();
    if (!shown) return;
    if (this.isDirect) {
      const { labels, result } = shown;
      this.showDirect(result, labels, `Translated: ${labels.from} to ${labels.to}`);
    } else if (view === "models") {
      this.#offerModels(shown);
      this.#drawComparison({ ...shown, view });
    } else this.#drawView({ ...shown, view });
  }

  /** @param {View} view */
  choose(view) {
    const input = /** @type {HTMLInputElement} */ (this.#host.querySelector(`[value="${view}"]`));
    input.checked = true;
    this.draw();
  }

  /** Offers the views that make sense. @param {Conditions & { drawing: boolean }} conditions */
  allow({ drawing, ...conditions }) {
    this.#host.hidden = drawing;
    const possible = state.possibleViews(conditions);
    for (const input of this.#host.querySelectorAll("input")) {
      const label = /** @type {HTMLElement} */ (input.parentElement);
      label.hidden = !possible[/** @type {View} */ (input.value)];
    }
    if (!possible[/** @type {View} */ (this.view)]) this.choose("slider");
  }

  /** Whether this view of this translation is still to be seen. @param {Wanted} wanted */
  #isCurrent(wanted) {
    return wanted.view === this.view && wanted.translation === this.#shown()?.translation;
  }

  /** @param {Wanted} wanted */
  #askForView({ translation, view }) {
    this.#stage.isBusy = true;
    return this.#context.ask("view", { ...requestOf(translation), view: /** @type {ViewRequest["view"]} */ (view) });
  }

  /** @param {Translate["view"]["response"]} response @param {Wanted} wanted */
  #showView(response, wanted) {
    if (!this.#isCurrent(wanted)) return;
    this.#stage.isBusy = false;
    if ("cancelled" in response) return;
    this.#line.textContent = response.line;
    this.#stage.show(
      response.panes.map(({ title, picture, note }) => ({ kind: "plain", after: picture, title, note, text: title })),
      { ...frameOf(wanted.result), transparent: false },
    );
  }

  /** @param {Shown} shown */
  #offerModels({ translation }) {
    const choices = this.#choices();
    this.#compared = state.stillCompared(this.#compared, choices);
    if (!this.#compared.length) this.#compared = state.firstCompared(choices, translation);
    const isChecked = (/** @type {string} */ key) => this.#compared.some((each) => state.choiceKey(each) === key);
    const boxes = choices.map((choice) => {
      const key = state.choiceKey(choice);
      const box = make("input", { type: "checkbox", checked: isChecked(key), dataset: { key } });
      box.addEventListener("change", () => {
        const { compared, refused } = state.withCompared(this.#compared, choice, box.checked);
        this.#compared = compared;
        if (refused) this.#context.notice("Two to four models are compared.", "info");
        for (const each of boxes) each.checked = isChecked(each.dataset.key ?? "");
        const shown = this.#shown();
        if (shown) this.#drawComparison({ ...shown, view: "models" });
      });
      return box;
    });
    this.#bar.replaceChildren(
      ...choices.map(({ label, model }, index) => {
        const words = make("span", {}, label, make("small", {}, model));
        return make("label", { class: "chip", title: model }, boxes[index], words);
      }),
    );
  }

  /**
   * Several models on the picture: each pane appears when it is ready.
   *
   * @param {Wanted} wanted
   * @returns {Promise<boolean>} whether all of them are there
   */
  async #compare(wanted) {
    const { before } = wanted.result;
    const compared = this.#compared;
    const panes = compared.map(({ label, model }) => ({ title: label, note: model, before, after: before }));
    const draw = () => {
      const plain = [{ title: "Original", after: before }, ...panes];
      this.#stage.show(
        plain.map((pane) => ({ ...pane, kind: "plain" })),
        frameOf(wanted.result),
      );
    };
    this.#stage.isBusy = true;
    draw();
    for (const [index, { model, direction, takes }] of compared.entries()) {
      if (!this.#isCurrent(wanted)) return false;
      const inputs = fittingInputs(takes, wanted.translation);
      const request = { ...requestOf(wanted.translation), hints: [], seed: null, ...inputs, model, direction };
      const response = await this.#context.ask("translate", { ...request, before_known: true, job: newJob() });
      if ("cancelled" in response || !this.#isCurrent(wanted)) return false;
      panes[index].after = response.after;
      draw();
    }
    return true;
  }
}

/** @param {{ width: number, height: number, transparent: boolean }} pictures */
const frameOf = ({ width, height, transparent }) => ({ ratio: width / height, width, transparent });
