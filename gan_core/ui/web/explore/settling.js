/**
 * When directions settled: how like the final one each was at every kept moment of the training.
 *
 * @import { DirectionsPanel } from "./directions-panel.js"
 * @import { GeneratorResponse, StabilityRequest, StabilityResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { makeChart } from "../shared/chart.js";
import { make, makeSvg } from "../shared/dom.js";
import { settledWords, settlingScene } from "./direction-state.js";

const MARGINS = { left: 30, right: 8, top: 8, bottom: 22 };
const EXPLANATION =
  "How like the final direction each one was, moment by moment of the training: 1 is the same, unrelated ones lie at the dashed line. Of strongest changes and main variations the most similar one of each moment is taken, since their order changes.";
const NO_MOMENTS =
  "No moments of this model's training are at hand. Every model that you train here keeps its own, and then it can be seen when its directions became what they are.";

export class SettlingPanel {
  #model = "";
  /** Cancels what is being computed. @type {(() => void) | null} */
  #cancel = null;
  svg = makeSvg("svg", { role: "img" });

  /** @param {ExploreContext} context @param {Explorer} explorer @param {DirectionsPanel} directions */
  constructor(context, explorer, directions) {
    const { find, findAll } = context;
    this.context = context;
    this.explorer = explorer;
    this.directions = directions;
    this.box = find("div.dir-plot");
    this.list = find("div.dir-course-list");
    this.cancelButton = find("button.dir-course-cancel");
    this.chart = makeChart(context, this.svg, { margins: MARGINS });
    for (const input of findAll("input[name=gw-course]"))
      input.addEventListener("change", () => this.#follow(/** @type {StabilityRequest["kind"]} */ (input.value)));
    this.cancelButton.addEventListener("click", () => this.#cancel?.());
    explorer.on("model", (facts) => this.#takeFacts(facts));
    directions.onList((listed) => {
      const attributes = listed.some(({ id }) => id.startsWith("attribute/"));
      find("label.dir-course-attributes").hidden = !attributes;
    });
  }

  /** @param {StabilityRequest["kind"]} kind */
  #follow(kind) {
    this.#cancel?.();
    this.cancelButton.hidden = false;
    const bar = this.context.find("progress.dir-course-progress");
    const cancel = this.directions.search("directions_course", { kind }, bar, (response) => {
      if (this.#cancel !== cancel) return; // another kind has been chosen meanwhile
      this.#cancel = null;
      this.cancelButton.hidden = true;
      if (response) this.#show(response);
      else this.#uncheck();
    });
    this.#cancel = cancel;
  }

  #uncheck() {
    for (const input of this.context.findAll("input[name=gw-course]")) input.checked = false;
  }

  /** @param {StabilityResponse} settling */
  #show(settling) {
    const { steps, lines } = settling;
    const range = `from step ${steps[0]} to ${steps[steps.length - 1]}`;
    this.svg.setAttribute("aria-label", `Likeness to the final direction ${range}`);
    this.box.replaceChildren(this.svg);
    this.chart.show(settlingScene(settling, null));
    const entries = lines.map(({ name, since }, index) => {
      const onclick = () => {
        if (since === null) return;
        this.explorer.goToStep(since);
        this.explorer.remember();
      };
      const title = since === null ? "" : "Go to that step";
      const attributes = { type: "button", class: "dir-course-entry", title, onclick };
      const entry = make("button", attributes, name, make("small", {}, settledWords(since, steps[0])));
      for (const type of ["pointerenter", "focus"])
        entry.addEventListener(type, () => this.chart.show(settlingScene(settling, index)));
      for (const type of ["pointerleave", "blur"])
        entry.addEventListener(type, () => this.chart.show(settlingScene(settling, null)));
      return entry;
    });
    this.list.replaceChildren(...entries);
  }

  /** @param {GeneratorResponse} facts */
  #takeFacts({ model, steps }) {
    const { find } = this.context;
    const there = steps.length > 1;
    find("div.dir-course-there").hidden = !there;
    find("p.dir-course-why").textContent = there ? EXPLANATION : NO_MOMENTS;
    if (model === this.#model) return;
    this.#model = model;
    this.#cancel?.();
    this.#cancel = null;
    this.cancelButton.hidden = true;
    this.box.replaceChildren();
    this.list.replaceChildren();
    this.#uncheck();
  }
}
