/**
 * A comparison of recipes: chosen here, held by a process of its own, shown as it goes. Reloading the page finds it again.
 *
 * @import { Context } from "../shared/types.js"
 * @import { Lane, Measured } from "./comparison-state.js"
 */
import { makeChart } from "../shared/chart.js";
import { VERBS, elsewhereQuestion, makeQuestion } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { count, significant } from "../shared/format.js";
import { CALM, component } from "../shared/mount.js";
import { ownerMark } from "../shared/storage.js";
import { ComparisonForm, MOST } from "./comparison-form.js";
import { comparisonScene, laneColor } from "./comparison-state.js";

/** @type {Readonly<Record<string, string>>} */
const STATES = Object.freeze({
  starting: "Getting ready",
  running: "Racing",
  paused: "Paused",
  finished: "Finished",
  stopped: "Stopped",
  failed: "Failed",
  interrupted: "Interrupted",
  waiting: "Waiting in line",
});
const ACTIVE = ["starting", "running", "paused"];

/**
 * @typedef {Measured & {
 *   race: string | null, races: string[], mine: boolean, state: string, reason?: string, share: number, seed: number,
 *   seeds: number[], metric: { title: string, better: string },
 *   table: { headings: string[], rows: string[][], notes: string[] } | null,
 * }} News
 */

export const mount = component((context) => {
  const view = new ComparisonView(context);
  view.start();
});

class ComparisonView {
  /** @type {string | null} */
  #race = null;
  /** @type {number | null} */
  #seed = null;
  /** Versions of the pictures that are shown, by run. @type {Record<string, string>} */
  #pictures = {};
  /** @type {News | null} */
  #last = null;
  #stopping = false;

  /** @param {Context} context */
  constructor(context) {
    const { ask, find, latestWins } = context;
    this.context = context;
    this.fold = find("details#race-fold");
    this.question = makeQuestion(find("#race-question"));
    this.lanes = makeLanes(find(".lanes"));
    this.chart = makeChart(context, find("svg#race-curve"), { margins: { left: 46, right: 10, top: 10 } });
    this.form = new ComparisonForm(
      context,
      (name) => this.attach(name),
      () => this.#isGoing(),
    );
    this.poll = latestWins(
      () => ask("poll", { owner: ownerMark, race: this.#race, seed: this.#seed, pictures: this.#pictures }),
      (/** @type {News} */ news) => this.#take(news),
    );
  }

  start() {
    const { every, find, notice } = this.context;
    const isIn = (/** @type {string} */ state) => this.#last?.state === state;
    this.#onPress(find("button#race-pause"), () => (isIn("paused") ? "resume" : "pause"));
    this.#onPress(find("button#race-stop"), () => (isIn("waiting") ? "cancel" : "stop"));
    this.#onPress(find("button#race-go"), () => "go on");
    const picker = find("select#race-picker");
    picker.addEventListener("change", () => this.attach(picker.value));
    const seeds = find("select#race-seed");
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
      () => pollPause(this.#last, this.fold.open),
      () => this.poll({}),
    );
  }

  /** Shows a comparison. @param {string} name */
  attach(name) {
    this.question.close();
    this.#race = name;
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

  /** @param {News} news */
  #take(news) {
    const { find } = this.context;
    const seenRace = this.#last?.race ?? null;
    this.#last = news;
    find("section.race").hidden = news.race === null;
    if (news.race === null) return;
    if (news.race !== this.#race) this.#forgetPictures();
    this.#race = news.race;
    this.#seed = news.seed;
    if (ACTIVE.includes(news.state) && seenRace === null) this.fold.open = true;
    if (!ACTIVE.includes(news.state)) this.#stopping = false;
    showPickers(this.context, news);
    showState(this.context, news, this.#stopping);
    find("button#race-start").disabled = this.#isGoing() || !this.form.isReady;
    this.lanes.show(news, this.#pictures);
    this.#showChart(news);
    showTable(this.context, news.table);
  }

  /** @param {News} news */
  #showChart(news) {
    const { find } = this.context;
    const scene = comparisonScene(news);
    find(".curve").hidden = !scene;
    if (!scene) return;
    const { better, title } = news.metric;
    find("#race-metric").textContent = title;
    find("#race-metric-note").textContent =
      `${better} is better; over each racer's own seconds; dashed: real pictures against held-out ones`;
    this.chart.show(scene);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {() => keyof typeof VERBS} request
   */
  #onPress(button, request) {
    button.addEventListener("click", () => this.#control(request(), button.dataset.race ?? ""));
  }

  /**
   * A comparison that this browser did not start is confirmed by its name.
   *
   * @param {keyof typeof VERBS} request
   * @param {string} name
   */
  #control(request, name) {
    if (this.#last?.mine && this.#last.race === name) {
      this.#send(request, name);
      return;
    }
    const verb = VERBS[request];
    this.question.open(elsewhereQuestion(verb, name), `${verb} ${name}`, () => this.#send(request, name, name));
  }

  /**
   * @param {string} request
   * @param {string} name
   * @param {string} [confirmed]
   */
  async #send(request, name, confirmed) {
    const { ask, notice } = this.context;
    this.#stopping = request === "stop";
    try {
      await ask("wish", { owner: ownerMark, race: name, wish: request, confirmed });
      notice("");
    } catch (error) {
      this.#stopping = false;
      notice(/** @type {Error} */ (error).message);
    }
    this.poll({});
  }
}

/**
 * Once for a comparison that is going on; then while the fold is open. One that has ended changes only where another is started.
 *
 * @param {News | null} last
 * @param {boolean} open
 */
function pollPause(last, open) {
  if (!last) return CALM;
  if (!open) return Infinity;
  if (ACTIVE.includes(last.state)) return 500;
  return last.state === "waiting" ? 2000 : 2 * CALM;
}

/**
 * @param {Context} context
 * @param {News} news
 */
function showPickers({ find }, news) {
  const picker = find("select#race-picker");
  const seeds = find("select#race-seed");
  const options = (/** @type {(string | number)[]} */ values) =>
    values.map((value) => make("option", { value }, value));
  if (picker.options.length !== news.races.length || picker.options[0]?.value !== news.races[0])
    picker.replaceChildren(...options(news.races));
  picker.value = news.race ?? "";
  if (seeds.dataset.of !== String(news.seeds)) {
    seeds.dataset.of = String(news.seeds);
    seeds.replaceChildren(...options(news.seeds));
  }
  seeds.value = String(news.seed);
}

/**
 * @param {Context} context
 * @param {News} news
 * @param {boolean} stopping
 */
function showState({ find }, { race, reason, share, state: named }, stopping) {
  const active = ACTIVE.includes(named);
  const waits = named === "waiting";
  const state = find("#race-state");
  const [pause, stop, go] = [find("button#race-pause"), find("button#race-stop"), find("button#race-go")];
  state.dataset.state = named;
  state.textContent = stopping ? "Stopping and saving …" : `${STATES[named] ?? named}${reason ? `: ${reason}` : ""}`;
  for (const button of [pause, stop, go]) button.dataset.race = race ?? "";
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
     * @param {News} news
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
 * @param {News} news
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
    lane.speed ? `${count(Math.round(lane.speed))} images/s` : "",
    value === undefined ? "" : `${news.metric.title} ${Number(significant(value, 4)).toLocaleString("en")}`,
  ];
  words.textContent = lane.reason ?? numbers.filter(Boolean).join(" · ");
}

/**
 * @param {Context} context
 * @param {News["table"]} table
 */
function showTable({ find }, table) {
  find(".table").hidden = !table;
  find(".notes").replaceChildren(...(table?.notes ?? []).map((note) => make("li", {}, note)));
  if (!table) return;
  /** The heading is shown beside the number where the page is narrow. @param {string[]} cells @param {"td" | "th"} tag */
  const row = (cells, tag) =>
    make("tr", {}, ...cells.map((cell, column) => make(tag, { dataset: { label: table.headings[column] } }, cell)));
  const body = make("tbody", {}, ...table.rows.map((cells) => row(cells, "td")));
  find("#race-table").replaceChildren(make("thead", {}, row(table.headings, "th")), body);
}
