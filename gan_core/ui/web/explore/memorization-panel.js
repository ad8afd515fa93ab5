/**
 * Memory: the nearest training pictures follow the big picture while it rests, each beside what is usual.
 *
 * @import { CheckedSample, IndexingResponse, MissingPicturesResponse, NeighboursRequest, NeighboursResponse, ReferenceDistances, SampleCheckResponse } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { makeChart } from "../shared/chart.js";
import { make } from "../shared/dom.js";
import { send } from "../shared/files.js";
import { atRest, thumb } from "./controls.js";
import { SENSES, distanceWords, manyScene, nearestScene, nearestWords, ruleWords } from "./memorization-state.js";

/** Milliseconds of rest after which is asked, and between two questions while the pictures are made ready. */
const REST = 220;
const AGAIN = 500;
const MARGINS = { left: 4, right: 4, top: 4 };

export class MemorizationPanel {
  /** @type {ReferenceDistances | null} */
  #usual = null;
  /** The version of it. */
  #number = 0;
  #model = "";
  #asked = "";

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { ask, find, findAll, latestWins } = context;
    this.context = context;
    this.explorer = explorer;
    this.useSearched = find(".mem-which input[value=mine]");
    this.charts = SENSES.map((sense) =>
      makeChart(context, find(`.mem-sense[data-sense=${sense}] svg`), { margins: { ...MARGINS, bottom: 17 } }),
    );
    this.many = new ManyPictures(context, explorer, () => this.#usual);
    this.request = latestWins(
      (/** @type {NeighboursRequest} */ request) => ask("memory_near", request),
      (response, { model }) => {
        if (model === explorer.model) this.#take(response);
      },
      (error) => {
        this.#asked = "";
        this.#refuse(error.message);
      },
    );
    this.soon = atRest(context, REST, () => {
      if (this.#asked !== this.#key()) this.#fetch();
    });
    for (const input of findAll("input[name=gw-mem]")) input.addEventListener("change", () => this.#look());
    explorer.on("shown", () => this.#look());
    explorer.on("model", ({ model }) => {
      if (this.#model === model) return;
      this.#model = model;
      this.#forget();
      this.#fetch();
    });
    explorer.addPanel("memory", { open: () => this.#open() });
    this.#listenToFolder();
  }

  #open() {
    const { find } = this.context;
    const { searched } = this.explorer;
    find("span.mem-which").hidden = !searched;
    if (!searched) find(".mem-which input").checked = true;
    this.#fetch();
  }

  #forget() {
    this.#usual = null;
    this.#number = 0;
    this.#asked = "";
    this.context.find("div.mem-found").hidden = true;
    this.many.forget();
  }

  // Asking: when the picture rests, the newest request wins -----------------------------------------------------------

  /** The picture that is compared, where it is not the one that is shown. */
  #compared() {
    const { searched } = this.explorer;
    if (!this.useSearched.checked || !searched) return {};
    return { picture: searched.path, name: searched.name, negative: searched.negative };
  }

  #key() {
    return JSON.stringify([this.explorer.request(), this.#compared(), this.explorer.shown?.version]);
  }

  #look() {
    const { explorer } = this;
    if (explorer.isOpen("memory") && explorer.model && this.#asked !== this.#key()) this.soon();
  }

  #fetch() {
    const { explorer } = this;
    if (!explorer.isOpen("memory") || !explorer.model) return;
    this.#asked = this.#key();
    this.request(explorer.request({ known: this.#usual ? this.#number : -1, ...this.#compared() }));
  }

  #fetchLater() {
    const { model } = this.explorer;
    this.context.after(AGAIN, () => {
      if (model === this.explorer.model) this.#fetch();
    });
  }

  /** @param {string} words @param {{ folder?: boolean, zip?: boolean }} [options] where the pictures may be given */
  #refuse(words, { folder = false, zip = false } = {}) {
    const { find } = this.context;
    find("form.mem-local").hidden = !folder;
    /** @type {HTMLElement} */ (find("button.mem-zip").parentElement).hidden = !zip;
    for (const part of ["div.mem-found", "div.mem-many", "div.mem-busy"]) find(part).hidden = true;
    find("div.mem-missing").hidden = false;
    find("p.mem-why").textContent = words;
  }

  // Showing -----------------------------------------------------------------------------------------------------------

  /** @param {NeighboursResponse | IndexingResponse | MissingPicturesResponse} response */
  #take(response) {
    const { find } = this.context;
    if ("missing" in response) {
      const words = `${response.missing} Say where they are, and the nearest ones can be looked for.`;
      this.#refuse(words, { folder: response.local, zip: true });
      return;
    }
    find("div.mem-missing").hidden = true;
    find("div.mem-busy").hidden = !response.busy;
    find(".mem-busy progress").value = response.share;
    find("span.mem-doing").textContent = `${response.words} …`;
    if (response.busy || !response.ready) this.#fetchLater();
    if (!response.ready) return;
    if (response.usual) {
      this.#usual = response.usual;
      this.#showRule(response.usual);
    }
    this.#number = response.number;
    find("div.mem-found").hidden = find("div.mem-many").hidden = false;
    if (this.#usual) this.#show(response, this.#usual);
  }

  /** @param {NeighboursResponse} nearest @param {ReferenceDistances} usual */
  #show(nearest, usual) {
    const { find } = this.context;
    find("p.mem-verdict").textContent = nearest.sentence;
    find("p.mem-verdict").dataset.verdict = nearest.verdict;
    SENSES.forEach((sense, index) => {
      const neighbours = nearest[sense];
      const own = figure(nearest.picture, "this one", "The picture that is compared");
      own.classList.add("own");
      const others = neighbours.map(({ picture, distance, class: kind }, rank) => {
        const words = distanceWords(sense, distance, usual);
        const alt = `Training picture ${rank + 1}${kind ? `, ${kind}` : ""}, ${words}`;
        return figure(picture, `${words}${kind ? ` · ${kind}` : ""}`, alt);
      });
      find(`.mem-sense[data-sense=${sense}] .mem-row`).replaceChildren(own, ...others);
      const distances = neighbours.map(({ distance }) => distance);
      find(`.mem-sense[data-sense=${sense}] svg`).setAttribute("aria-label", nearestWords(sense, distances, usual));
      this.charts[index].show(nearestScene(sense, distances, usual));
    });
    this.many.draw();
  }

  /** @param {ReferenceDistances} usual */
  #showRule(usual) {
    const { find } = this.context;
    const by = usual.eye === "outlines" ? "outlines" : "a small network";
    find("span.mem-features").textContent = `× what is usual, by ${by}`;
    find("span.mem-features").title = `Compared: ${usual.eye_words} (${usual.eye}).`;
    find("p.mem-rule").textContent = ruleWords(usual);
  }

  // Where the training pictures are -----------------------------------------------------------------------------------

  #listenToFolder() {
    const { find, upload } = this.context;
    const folder = find("input.mem-folder");
    const file = find("input.mem-file");
    const why = find("p.mem-why");
    find("form.mem-local").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#use({ folder: folder.value });
    });
    folder.addEventListener("keydown", (event) => event.stopPropagation());
    find("button.mem-zip").addEventListener("click", () => file.click());
    file.addEventListener("change", async () => {
      const chosen = file.files?.[0];
      file.value = "";
      if (!chosen) return;
      why.textContent = `Sending ${chosen.name} …`;
      try {
        await this.#use({ files: [await send(upload, chosen)] });
      } catch (error) {
        why.textContent = /** @type {Error} */ (error).message;
      }
    });
  }

  /** @param {{ folder: string } | { files: string[] }} place */
  async #use(place) {
    const { model, step } = this.explorer;
    try {
      await this.context.ask("memory_pictures", { model, step, ...place });
      this.#forget();
      this.context.find("div.mem-missing").hidden = true;
      this.#fetch();
    } catch (error) {
      this.context.find("p.mem-why").textContent = /** @type {Error} */ (error).message;
    }
  }
}

/** @param {string} picture @param {string} words @param {string} alt */
function figure(picture, words, alt) {
  return make("div", { class: "mem-each", title: words }, make("img", { src: picture, alt }), make("span", {}, words));
}

/** Many pictures at once: how many look copied, and the most suspicious ones. */
class ManyPictures {
  /** @type {{ pixels: number[] } | null} */
  #checked = null;
  /** The first seed of those that come next. */
  #seed = 0;

  /** @param {ExploreContext} context @param {Explorer} explorer @param {() => ReferenceDistances | null} usual */
  constructor(context, explorer, usual) {
    const { find } = context;
    this.context = context;
    this.explorer = explorer;
    this.usual = usual;
    this.button = find("button.mem-check");
    this.chart = makeChart(context, find("svg.mem-hist"), { margins: { ...MARGINS, bottom: 18 } });
    this.button.addEventListener("click", () => this.#check());
  }

  forget() {
    this.#checked = null;
    this.#seed = 0;
    this.context.find("div.mem-many").hidden = this.context.find("div.mem-sheet").hidden = true;
  }

  draw() {
    const usual = this.usual();
    if (this.#checked && usual) this.chart.show(manyScene(this.#checked.pixels, usual));
  }

  async #check() {
    const { button, explorer } = this;
    const { model, step } = explorer;
    button.disabled = true;
    button.textContent = "Drawing and comparing …";
    try {
      const response = await this.context.ask("memory_many", { model, step, seed: this.#seed });
      if (model === explorer.model) this.#show(response, { model, step });
    } catch (error) {
      explorer.fail(error);
    }
    button.disabled = false;
    button.textContent = this.#checked ? "Check 64 more" : "Check 64 pictures";
  }

  /**
   * @param {SampleCheckResponse | IndexingResponse | MissingPicturesResponse} response
   * @param {{ model: string, step: number | null }} drawn by which weights
   */
  #show(response, drawn) {
    const { find, notice } = this.context;
    if ("missing" in response || !response.ready) {
      notice("The training pictures are not ready yet.", "info");
      return;
    }
    this.#checked = response;
    this.#seed += response.count;
    find("div.mem-sheet").hidden = false;
    find("p.mem-count").textContent = response.sentence;
    find("div.mem-pairs").replaceChildren(...response.nearest.map((pair) => this.#makePair(pair, drawn)));
    this.draw();
  }

  /** @param {CheckedSample} pair @param {{ model: string, step: number | null }} drawn */
  #makePair({ seed, label, picture, of }, drawn) {
    const go = () => this.explorer.show({ kind: "seed", seed, ...(label === null ? {} : { label }) }, drawn);
    const button = thumb(picture, `seed ${seed} · ${of.distance.toFixed(1)}`, go);
    button.firstElementChild?.after(make("img", { src: of.picture, alt: "Its nearest training picture" }));
    button.title = "Show this picture";
    return button;
  }
}
