/**
 * Which model: the list of models, and what follows when one is chosen or goes away.
 *
 * @import { GeneratorChoice, GeneratorResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { make } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { CALM } from "../shared/mount.js";
import { openModel } from "../shared/navigation.js";
import { ownerMark } from "../shared/storage.js";
import { Gallery } from "./gallery.js";
import { fitClasses } from "./latent-state.js";

/** Milliseconds between two lists while a training goes on, two looks at its newest weights, and two questions for its facts. */
const LIST = 4000;
const FOLLOW = 500;
const FACTS = 5000;

/** @typedef {{ name: string, models: GeneratorChoice[] }} Group */

/** The models by their groups, in the order of the list. @param {GeneratorChoice[]} models @returns {Group[]} */
export const groupsOf = (models) =>
  [...new Set(models.map((model) => model.group))].map((name) => ({
    name,
    models: models.filter((model) => model.group === name),
  }));

/** The model of a training that has ended, if it is there. @param {string} id @param {string[]} ids */
export const successorOf = (id, ids) =>
  id.startsWith("live:") ? ids.find((each) => each === `runs/${id.slice("live:".length)}`) : undefined;

export class ModelPicker {
  /** @type {string[]} */
  #ids = [];
  #listed = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.select = find("select.model");
    this.gallery = new Gallery(context, (id) => {
      context.notice("");
      this.choose(id);
    });
    this.requestFacts = latestWins(
      (/** @type {string} */ model) => ask("facts", { model }),
      (facts) => this.#takeFacts(facts),
      (error, model) => this.#factsFailed(error, model),
    );
    this.#listen();
  }

  #listen() {
    const { context, explorer, select } = this;
    select.addEventListener("change", () => {
      context.notice(""); // what was said was said of another
      this.choose(select.value);
    });
    context.find("button.go-on").addEventListener("click", () => {
      const { model, step } = explorer;
      if (model) openModel("train", step === null ? model : `${model}@${step}`);
    });
    explorer.on("choose", (id, step) => {
      this.choose(this.#ids.includes(id) ? id : (successorOf(id, this.#ids) ?? id), step);
    });
    explorer.on("failed", () => this.list());
    explorer.on("shown", (response) => {
      if ("step" in response && explorer.step === null) this.#showTrained(response.step);
    });
    context.every(
      () => (this.#ids.some((id) => id.startsWith("live:")) ? LIST : CALM),
      () => this.list(),
    );
    context.every(
      () => FOLLOW,
      () => explorer.follow(),
    );
    context.every(
      () => FACTS,
      () => {
        if (explorer.live) this.refreshFacts();
      },
    );
    const pulse = [{ opacity: 1 }, { opacity: 0.3 }, { opacity: 1 }];
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches)
      context.find("span.live i").animate(pulse, { duration: 1600, iterations: Infinity });
  }

  /** A training that has ended is listed as its final model from now on. @param {Error} error @param {string} model */
  async #factsFailed(error, model) {
    await this.list();
    if (this.explorer.model === model) console.warn(error.message);
  }

  async list() {
    const { ask, find, notice } = this.context;
    const { explorer, select } = this;
    let response;
    try {
      response = await ask("models", { owner: ownerMark });
    } catch (error) {
      explorer.fail(error);
      return;
    }
    const ids = response.models.map(({ id }) => id);
    this.#ids = ids;
    find("div.empty").hidden = ids.length > 0;
    find("div.layout").hidden = ids.length === 0;
    this.#fill(response.models);
    if (ids.includes(explorer.model)) {
      select.value = explorer.model;
      return;
    }
    explorer.failing = false; // whatever went wrong, what follows explains it and stays to be read
    const gone = explorer.model;
    const successor = successorOf(gone, ids);
    if (gone && successor) notice("The training has ended; this is its final model.", "info");
    else if (gone && ids.length)
      notice(`${gone} is not there any more; this is ${response.first}. Your place in latent space is kept.`);
    this.choose(successor ?? response.first, successor ? explorer.step : null);
  }

  /** @param {GeneratorChoice[]} models */
  #fill(models) {
    const listed = JSON.stringify(models);
    if (listed === this.#listed) return;
    this.#listed = listed;
    const groups = groupsOf(models);
    this.select.replaceChildren(
      ...groups.map(({ name, models: entries }) =>
        make("optgroup", { label: name }, ...entries.map(({ id, label }) => new Option(label, id))),
      ),
    );
    this.gallery.setGroups(groups);
  }

  /** @param {string} id @param {number | null} [step] */
  choose(id, step = null) {
    const { explorer } = this;
    if (id !== explorer.model) {
      explorer.facts = null; // until they come: a class of the last model may not be one of this one's
      explorer.shown = null;
    }
    explorer.model = id;
    explorer.step = step;
    this.select.value = id;
    this.context.find("span.live").hidden = !explorer.live;
    this.#showTrained(null);
    this.gallery.mark(id);
    explorer.draw();
    this.refreshFacts();
  }

  /** @param {number | null | undefined} step */
  #showTrained(step) {
    this.context.find("[data-step]").textContent = step ? `training, step ${count(step)}` : "training";
  }

  /** The facts of a training change while it goes on: more kept moments. So do those of a model whose directions were found. */
  refreshFacts() {
    if (this.explorer.model) this.requestFacts(this.explorer.model);
  }

  /** @param {GeneratorResponse} facts */
  #takeFacts(facts) {
    const { explorer } = this;
    if (facts.model !== explorer.model) return;
    const first = !explorer.facts;
    explorer.facts = facts;
    if (facts.live && explorer.step !== null) this.#showTrained(facts.trained); // no picture of the newest weights comes and says it
    fitClasses(explorer.latent, facts.classes.length);
    explorer.emit("model", facts);
    explorer.emit("latent");
    if (!first) return;
    explorer.draw();
    explorer.remember();
  }
}
