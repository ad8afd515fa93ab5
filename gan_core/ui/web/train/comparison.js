/**
 * A comparison of recipes: chosen here, held by a process of its own, shown as it goes. Reloading the page finds it again.
 *
 * @import { ComparisonActionRequest, ComparisonNews, ComparisonResponse, ComparisonTable, Lane, ComparisonPanel } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { makeChart } from "../shared/chart.js";
import { VERBS, elsewhereQuestion, makeQuestion } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { count, significant } from "../shared/format.js";
import { CALM, component } from "../shared/mount.js";
import { ownerMark } from "../shared/storage.js";
import { ComparisonForm, MOST } from "./comparison-form.js";
import { comparisonScene, laneColor, stateSentence } from "./comparison-state.js";

/** @type {Readonly<Record<string, string>>} */
const STATES = Object.freeze({
  starting: "Getting ready",
  running: "Training",
  paused: "Paused",
  finished: "Finished",
  stopped: "Stopped",
  failed: "Failed",
  interrupted: "Interrupted",
  waiting: "Waiting in line",
});
const ACTIVE = ["starting", "running", "paused"];

/** @typedef {ComparisonActionRequest["action"] & keyof typeof VERBS} Action */

export const mount = component((/** @type {Context<ComparisonPanel>} */ context) => {
  const view = new ComparisonView(context);
  view.start();
});

class ComparisonView {
  /** The comparison that is shown. @type {string | null} */
  #name = null;
  /** @type {number | null} */
  #seed = null;
  /** Versions of the pictures that are shown, by run. @type {Record<string, string>} */
  #pictures = {};
  /** @type {ComparisonNews | null} */
  #last = null;
  /** Whether it has been asked what there is. */
  #asked = false;
  #stopping = false;

  /** @param {Context<ComparisonPanel>} context */
  constructor(context) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.fold = find("details#comparison-fold");
    this.question = makeQuestion(find("#comparison-question"));
    this.lanes = makeLanes(find(".lanes"));
    this.chart = makeChart(context, find("svg#comparison-curve"), { margins: { left: 46, right: 10, top: 10 } });
    this.form = new ComparisonForm(
      context,
      (name) => this.attach(name),
      () => this.#isGoing(),
    );
    this.poll = latestWins(
      () => ask("poll", { owner: ownerMark, comparison: this.#name, seed: this.#seed, pictures: this.#pictures }),
      (response) => this.#take(response),
    );
  }

  start() {
    const { every, find, notice } = this.context;
    const isIn = (/** @type {string} */ state) => this.#last?.state === state;
    this.#onPress(find("button#comparison-pause"), () => (isIn("paused") ? "resume" : "pause"));
    this.#onPress(find("button#comparison-stop"), () => (isIn("waiting") ? "cancel" : "stop"));
    this.#onPress(find("button#comparison-go"), () => "continue");
    const picker = find("select#comparison-picker");
    picker.addEventListener("change", () => this.attach(picker.value));
    const seeds = find("select#comparison-seed");
    seeds.addEventListener("change", () => {
      this.#seed = Number(seeds.value);
      this.#pictures = {};
      this.poll({});
    });
    this.fold.addEventListener("toggle", () => {
      if (!this.fold.open) return;
      this.form.ready().catch((error) => notice(error.message));
      this.poll({});
    });
    every(
      () => (this.#asked ? pollPause(this.#last, this.fold.open) : CALM),
      () => this.poll({}),
    );
  }

  /** Shows a comparison. @param {string} name */
  attach(name) {
    this.question.close();
    this.#name = name;
    this.#seed = null;
    this.#stopping = false;
    this.#forgetPictures();
    this.poll({});
  }

  #isGoing() {
    const state = this.#last?.state ?? "";
    return ACTIVE.includes(state) || state === "waiting";
  }

  #forgetPictures() {
    this.#pictures = {};
    this.lanes.clear();
  }

  /** @param {ComparisonResponse} response */
  #take({ names, comparison: news }) {
    const { find } = this.context;
    const seen = this.#last !== null;
    this.#asked = true;
    this.#last = news;
    find("section.shown").hidden = news === null;
    if (news === null) return;
    if (news.name !== this.#name) this.#forgetPictures();
    this.#name = news.name;
    this.#seed = news.seed;
    if (ACTIVE.includes(news.state) && !seen) this.fold.open = true;
    if (!ACTIVE.includes(news.state)) this.#stopping = false;
    showPickers(this.context, names, news);
    showState(this.context, news, this.#stopping);
    find("button#comparison-start").disabled = this.#isGoing() || !this.form.isReady;
    this.lanes.show(news, this.#pictures);
    this.#showChart(news);
    showTable(this.context, news.table);
  }

  /** @param {ComparisonNews} news */
  #showChart(news) {
    const { find } = this.context;
    const scene = comparisonScene(news);
    find(".curve").hidden = !scene;
    if (!scene || !news.metric) return;
    const { better, title } = news.metric;
    find("#comparison-metric").textContent = title;
    find("#comparison-metric-note").textContent =
      `${better} is better; over each recipe's own seconds; dashed: real pictures against held-out ones`;
    this.chart.show(scene);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {() => Action} action
   */
  #onPress(button, action) {
    button.addEventListener("click", () => this.#control(action(), button.dataset.comparison ?? ""));
  }

  /**
   * A comparison that this browser did not start is confirmed by its name.
   *
   * @param {Action} action
   * @param {string} name
   */
  #control(action, name) {
    if (this.#last?.mine && this.#last.name === name) {
      this.#send(action, name);
      return;
    }
    const verb = VERBS[action];
    this.question.open(elsewhereQuestion(verb, name), `${verb} ${name}`, () => this.#send(action, name, name));
  }

  /**
   * @param {Action} action
   * @param {string} name
   * @param {string} [confirmed]
   */
  async #send(action, name, confirmed) {
    const { ask, notice } = this.context;
    this.#stopping = action === "stop";
    try {
      await ask("control", { owner: ownerMark, comparison: name, action, confirmed });
      notice("");
    } catch (error) {
      this.#stopping = false;
      notice(/** @type {Error} */ (error).message);
    }
    this.poll({});
  }
}

/**
 * While one is shown: once where it is going on, then while the fold is open. One that has ended changes only where another is started.
 *
 * @param {ComparisonNews | null} last
 * @param {boolean} open
 */
function pollPause(last, open) {
  if (!open) return Infinity;
  if (last && ACTIVE.includes(last.state)) return 500;
  return last?.state === "waiting" ? 2000 : 2 * CALM;
}

/**
 * @param {Context<ComparisonPanel>} context
 * @param {string[]} names of all comparisons
 * @param {ComparisonNews} news
 */
function showPickers({ find }, names, news) {
  const picker = find("select#comparison-picker");
  const seeds = find("select#comparison-seed");
  const options = (/** @type {(string | number)[]} */ values) =>
    values.map((value) => make("option", { value }, value));
  if (picker.options.length !== names.length || picker.options[0]?.value !== names[0])
    picker.replaceChildren(...options(names));
  picker.value = news.name;
  if (seeds.dataset.of !== String(news.seeds)) {
    seeds.dataset.of = String(news.seeds);
    seeds.replaceChildren(...options(news.seeds));
  }
  seeds.value = String(news.seed);
}

/**
 * @param {Context<ComparisonPanel>} context
 * @param {ComparisonNews} news
 * @param {boolean} stopping
 */
function showState({ find }, { name, reason, share, state: named }, stopping) {
  const active = ACTIVE.includes(named);
  const waits = named === "waiting";
  const state = find("#comparison-state");
  const [pause, stop, go] = [
    find("button#comparison-pause"),
    find("button#comparison-stop"),
    find("button#comparison-go"),
  ];
  state.dataset.state = named;
  state.textContent = stopping ? "Stopping and saving …" : stateSentence(STATES[named] ?? named, reason);
  for (const button of [pause, stop, go]) button.dataset.comparison = name;
  pause.hidden = !active;
  pause.textContent = named === "paused" ? "Resume" : "Pause";
  pause.disabled = named === "starting";
  stop.hidden = !active && !waits;
  stop.textContent = waits ? "Cancel" : "Stop and save";
  stop.disabled = stopping;
  go.hidden = active || waits || named === "finished";
  find(".line i").style.width = `${100 * share}%`;
  find(".line").setAttribute("aria-valuenow", String(Math.round(100 * share)));
}

/** The recipes side by side, each with its newest picture and its numbers. @param {HTMLElement} box */
function makeLanes(box) {
  function newLane() {
    const caption = make("figcaption", {}, make("b"), make("i", { hidden: true }, "negative control"));
    const image = make("img", { class: "gw-picture", hidden: true });
    const lane = make(
      "figure",
      { class: "lane" },
      caption,
      image,
      make("div", { class: "blank" }, "no picture yet"),
      make("p"),
    );
    lane.style.setProperty("--lane", laneColor(box.children.length));
    box.append(lane);
  }
  return {
    clear: () => box.replaceChildren(),
    /**
     * @param {ComparisonNews} news
     * @param {Record<string, string>} pictures
     */
    show(news, pictures) {
      box.style.setProperty("--lanes", String(Math.min(MOST, news.lanes.length)));
      while (box.children.length > news.lanes.length) box.lastChild?.remove();
      while (box.children.length < news.lanes.length) newLane();
      for (const [index, lane] of news.lanes.entries())
        showLane(/** @type {HTMLElement} */ (box.children[index]), lane, news, pictures);
    },
  };
}

/**
 * @param {HTMLElement} place
 * @param {Lane} lane
 * @param {ComparisonNews} news
 * @param {Record<string, string>} pictures
 */
function showLane(place, lane, news, pictures) {
  const [name, control, image, words] = ["b", "i", "img", "p"].map(
    (tag) => /** @type {HTMLElement} */ (place.querySelector(tag)),
  );
  name.textContent = lane.label;
  control.hidden = !lane.control;
  place.title = lane.differs.join("\n");
  if (lane.picture)
    Object.assign(image, {
      src: lane.picture,
      hidden: false,
      alt: `Pictures drawn by ${lane.label} at step ${lane.step}`,
    });
  else if (lane.version === null && !pictures[lane.run]) image.hidden = true;
  if (lane.version) pictures[lane.run] = lane.version;
  const curve = lane.curves[news.seeds.indexOf(news.seed)] ?? [];
  const value = curve[curve.length - 1]?.[1];
  const numbers = [
    `step ${count(lane.step)}`,
    `${lane.seconds.toFixed(0)} s`,
    lane.images_per_second ? `${count(Math.round(lane.images_per_second))} images/s` : "",
    value === undefined ? "" : `${news.metric?.title} ${Number(significant(value, 4)).toLocaleString("en")}`,
  ];
  words.textContent = lane.reason ?? numbers.filter(Boolean).join(" · ");
}

/**
 * @param {Context<ComparisonPanel>} context
 * @param {ComparisonTable | null} table
 */
function showTable({ find }, table) {
  find(".table").hidden = !table;
  find(".notes").replaceChildren(...(table?.notes ?? []).map((note) => make("li", {}, note)));
  if (!table) return;
  /** The heading is shown beside the number where the page is narrow. @param {string[]} cells @param {"td" | "th"} tag */
  const row = (cells, tag) =>
    make("tr", {}, ...cells.map((cell, column) => make(tag, { dataset: { label: table.headings[column] } }, cell)));
  const body = make("tbody", {}, ...table.rows.map((cells) => row(cells, "td")));
  find("#comparison-table").replaceChildren(make("thead", {}, row(table.headings, "th")), body);
}
