/**
 * My picture: a search in latent space, watched; then its latent is the one that everything else edits.
 *
 * @import { ExploreContext, Explorer } from "./explorer.js"
 * @import { Comparison, Latent, ProjectionResponse, SearchMomentResponse, SearchStart, SearchUnchangedResponse, SearchWaitingResponse } from "../shared/protocol.js"
 */
import { makeChart } from "../shared/chart.js";
import { make } from "../shared/dom.js";
import { send } from "../shared/files.js";
import { classPrefix, comparisonWords, levels, phaseWords, searchScene, verdict } from "./projection-state.js";

/** Milliseconds between two looks at a search, and at the comparison after it. */
const LOOK = 110;
const LOOK_LATER = 700;
/** From this error on swapping light and dark is proposed, in levels of 255. */
const FAR = 10;
const MARGINS = { left: 34, right: 8, top: 8, bottom: 20 };
const SWAP = "This model draws the other way round: swap light and dark above for a much nearer picture.";

/**
 * @typedef {{ path: string, name: string } | { from: "held_out" | "own", number: number }} Source
 * @typedef {SearchUnchangedResponse | SearchWaitingResponse | SearchMomentResponse} SearchResponse
 */

export class ProjectionPanel {
  #job = "";
  /** @type {Source | null} */
  #source = null;
  #seed = 0;
  /** Which real picture, or which of its own, is next. */
  #number = 0;
  /** @type {SearchMomentResponse | null} */
  #found = null;
  /** What other pictures reach, as far as it is known. @type {Comparison | null} */
  #other = null;
  /** The model and the step that were searched. @type {{ model: string, step: number | null }} */
  #searched = { model: "", step: null };
  #starting = 0;
  #classes = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { find } = context;
    this.context = context;
    this.explorer = explorer;
    this.hint = find("p.proj-hint");
    this.negative = find("input.proj-negative");
    this.stopButton = find("button.proj-stop");
    this.chart = makeChart(context, find("svg.proj-plot"), { margins: MARGINS });
    this.#listen();
  }

  #listen() {
    const { context, explorer } = this;
    const { ask, find, notice } = context;
    const file = find("input.proj-file");
    find("button.proj-choose").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      const chosen = file.files?.[0];
      if (chosen) this.#open(chosen);
      file.value = "";
    });
    find("button.proj-held").addEventListener("click", () => this.#start({ from: "held_out", number: this.#number++ }));
    find("button.proj-own").addEventListener("click", () => this.#start({ from: "own", number: this.#number++ }));
    find("button.proj-again").addEventListener("click", () => this.#source && this.#start(this.#source, true));
    this.stopButton.addEventListener("click", () => {
      if (this.#job) ask("project_stop", { job: this.#job }).catch((error) => notice(error.message));
    });
    this.negative.addEventListener("change", () => {
      if (this.#source && "path" in this.#source) this.#start(this.#source);
    });
    find("button.proj-use").addEventListener("click", () => this.#use());
    explorer.on("dropped", (dropped) => {
      if (dropped.kind === "picture") this.#start({ path: dropped.path, name: dropped.name });
    });
    explorer.on("model", (facts) => this.#offerClasses(facts.classes));
    explorer.addPanel("project", { open: () => this.#draw() });
  }

  /** @param {File} chosen */
  async #open(chosen) {
    try {
      const path = await send(this.context.upload, chosen);
      this.#start({ path, name: chosen.name });
    } catch (error) {
      this.explorer.fail(error);
    }
  }

  /** @param {string[]} names */
  #offerClasses(names) {
    const { find } = this.context;
    if (JSON.stringify(names) === this.#classes) return;
    this.#classes = JSON.stringify(names);
    find("label.proj-classes").hidden = !names.length;
    const options = names.map((name, index) => new Option(name, String(index)));
    find("select.proj-class").replaceChildren(new Option("any", ""), ...options);
  }

  /** The latent that was found is the one that is edited. */
  #use() {
    if (!this.#found) return;
    const { label, vector } = this.#found;
    /** @type {Latent} */
    const latent = { kind: "vector", vector, ...(label === null ? {} : { label }) };
    this.explorer.show(latent, this.#searched);
  }

  // A search ----------------------------------------------------------------------------------------------------------

  /** @param {Source} source @param {boolean} [again] from other starts */
  async #start(source, again = false) {
    const { ask, find, notice } = this.context;
    const { explorer } = this;
    const { facts, model, step } = explorer;
    if (!model) return;
    this.#source = source;
    this.#seed = again ? this.#seed + 1 : 0;
    this.#starting += 1;
    const starting = this.#starting;
    this.#searched = { model, step };
    const kind = find("select.proj-class").value;
    const label = kind === "" || !facts?.classes.length ? null : Number(kind);
    const negative = this.negative.checked;
    notice("");
    try {
      const starts = Number(find("select.proj-starts").value);
      const request = { model, step, ...source, before: this.#job, seed: this.#seed, label, starts, negative };
      const response = await ask("project_start", request);
      if (starting !== this.#starting) {
        ask("project_stop", { job: response.job }).catch(() => {}); // it may have ended already
        return;
      }
      this.#begin(response);
      if ("path" in source) explorer.searched = { ...source, negative };
    } catch (error) {
      explorer.fail(error);
    }
  }

  /** @param {ProjectionResponse} response */
  #begin({ job, notes, target }) {
    const { find } = this.context;
    this.#job = job;
    this.#found = this.#other = null;
    find("div.proj-search").hidden = false;
    find("div.proj-search").scrollIntoView({ block: "nearest" });
    find("img.proj-target").src = target;
    find("img.proj-found").removeAttribute("src");
    find(".proj-now").textContent = "found";
    find("span.proj-phase").textContent = "beginning";
    find("progress.proj-progress").hidden = false;
    find("progress.proj-progress").value = 0;
    find("button.proj-use").disabled = true;
    this.stopButton.hidden = false;
    find("button.proj-again").hidden = true;
    this.#showHint(notes.join(" "));
    for (const place of ["p.proj-words", "p.proj-beside"]) find(place).textContent = "";
    this.chart.show(null);
    this.#watch(job);
  }

  /** @param {string} text */
  #showHint(text) {
    this.hint.hidden = !text;
    this.hint.textContent = text;
  }

  /** Looks at a search until it and its comparison have ended, or another one has begun. @param {string} job */
  async #watch(job) {
    const { after, ask, signal } = this.context;
    const pause = (/** @type {number} */ time) => new Promise((resolve) => after(time, () => resolve(undefined)));
    let seen = -1;
    let ended = false;
    while (job === this.#job && !signal.aborted) {
      if (ended && !this.explorer.isOpen("project")) {
        await pause(LOOK_LATER);
        continue;
      }
      try {
        /** @type {SearchResponse} */
        const response = await ask("project_progress", { job, seen: ended ? -1 : seen });
        if (job !== this.#job) return;
        if (!("same" in response)) {
          seen = response.number;
          this.#show(response);
        }
        this.#compare(response.beside, response.ended);
        if (response.ended && !ended) this.#end();
        ended ||= response.ended;
        if (response.ended && ("waiting" in response || response.beside.ended)) return; // one that was stopped before it began has nothing to compare
      } catch (error) {
        if (job !== this.#job) return;
        this.explorer.fail(error);
        this.#end();
        return;
      }
      await pause(ended ? LOOK_LATER : LOOK);
    }
  }

  #end() {
    this.stopButton.hidden = true;
    this.context.find("button.proj-again").hidden = false;
  }

  // What is shown of it -----------------------------------------------------------------------------------------------

  /** @param {SearchWaitingResponse | SearchMomentResponse} found */
  #show(found) {
    const { find } = this.context;
    if ("waiting" in found) {
      find("span.proj-phase").textContent = found.working ? "beginning" : "waiting for another search";
      return;
    }
    this.#found = found;
    const error = levels(found.error_levels);
    find("img.proj-found").src = found.picture;
    find(".proj-now").textContent = `found: ${this.#classOf(found.label)}${error} levels apart`;
    find("progress.proj-progress").value = found.share;
    find("progress.proj-progress").hidden = found.ended;
    find("span.proj-phase").textContent = phaseWords(found);
    find("button.proj-use").disabled = false;
    if (found.ended && found.negative && found.error_levels > FAR && !this.negative.checked) this.#showHint(SWAP);
    this.#showStarts(found.starts);
  }

  /** @param {number | null} label */
  #classOf(label) {
    return classPrefix(label, this.explorer.facts?.classes ?? []);
  }

  /** @param {SearchStart[]} starts */
  #showStarts(starts) {
    const row = this.context.find("div.proj-starts-row");
    row.hidden = starts.length < 2;
    while (row.children.length > starts.length) row.lastElementChild?.remove();
    starts.forEach(({ picture, error, label, active, best }, index) => {
      const box = /** @type {HTMLElement} */ (
        row.children[index] ?? row.appendChild(make("div", {}, make("img"), make("span")))
      );
      const image = /** @type {HTMLImageElement} */ (box.firstElementChild);
      box.className = `proj-start${active ? "" : " out"}${best ? " best" : ""}`;
      image.src = picture;
      image.alt = `Start ${index + 1}`;
      if (box.lastElementChild) box.lastElementChild.textContent = levels(error);
      const state = `${this.#classOf(label)}${levels(error)} levels apart${active ? "" : ", dropped"}`;
      box.title = `Start ${index + 1}: ${state}`;
    });
  }

  /** What the error means. @param {Comparison} other @param {boolean} ended */
  #compare(other, ended) {
    const { find } = this.context;
    if (!this.#found) return;
    this.#other = other;
    this.#draw();
    if (!ended) return;
    const { error_levels: error, similarity } = this.#found;
    const similar = similarity === null ? "" : ` (structural similarity ${similarity.toFixed(2)} of 1)`;
    const number = make("b", {}, `${levels(error)} levels of 255`);
    const rest = ` apart, on average over all pixels${similar}. ${verdict(error, other)}`;
    find("p.proj-words").replaceChildren(number, rest);
    find("p.proj-beside").textContent = comparisonWords(other);
  }

  #draw() {
    if (this.#found) this.chart.show(searchScene(this.#found.curve, this.#other));
  }
}
