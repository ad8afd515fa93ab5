/**
 * The live view of one run: asks for news, draws what is new, carries out what is asked of the run.
 *
 * @import {
 *   ListedRun, LiveStatus, PollRequest, PollResponse, ProbeRequest, RunActionRequest, TrainLive,
 * } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { VERBS, elsewhereQuestion, makeQuestion } from "../shared/controls.js";
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { openModel } from "../shared/navigation.js";
import { ownerMark, remember, remembered } from "../shared/storage.js";
import { makeCharts } from "./live-charts.js";
import { makePictures } from "./live-pictures.js";
import { Probes } from "./live-probes.js";
import { exploreName, isActive, isGoing, pollPause } from "./live-state.js";
import { makeStatusView } from "./live-view.js";
import { Timeline } from "./timeline.js";

/** Milliseconds after which what was asked of a run is taken for lost; a stop may take as long as saving takes. */
const REQUEST_TIME = 8000;
/** Milliseconds after which a tab that was opened by a click is laid out. */
const OPENING = 100;

/**
 * @typedef {RunActionRequest["action"]} Action
 *
 * @typedef {object} Live the state of the view
 * @property {string | null} run
 * @property {LiveStatus | null} status
 * @property {Action | null} requested what was asked of the run and is not done yet
 * @property {ListedRun[]} runs
 * @property {string | null} newest the newest picture
 * @property {number | null} moment the step of the key frame that is looked at; null for now
 */

export const mount = component((/** @type {Context<TrainLive>} */ context) => {
  const view = new LiveView(context);
  view.start();
});

class LiveView {
  /** The versions of what is shown, so that the server sends only what is newer. @type {Partial<PollRequest>} */
  #have = {};
  /** A page stays with the run that it started, was told to show, or saw going on; another one may be given another. */
  #stays;
  /** Whether the server may choose a run for this page. */
  #pick = true;

  /** @param {Context<TrainLive>} context */
  constructor(context) {
    const { ask, find, latestWins } = context;
    this.context = context;
    /** @type {Live} */
    this.live = {
      ...{ run: remembered("run", "window"), status: null, requested: null },
      runs: [],
      newest: null,
      moment: null,
    };
    this.#stays = this.live.run !== null;
    this.question = makeQuestion(find("#run-question"));
    this.pictures = makePictures(context, this.live);
    this.view = makeStatusView(context, this.live, (name) => this.attach(name));
    this.charts = makeCharts(context, this.live);
    this.timeline = new Timeline(
      context,
      () => this.live.run,
      (...moment) => this.#showMoment(...moment),
    );
    this.probes = new Probes(
      context,
      () => this.live.run,
      (act) => this.#askForProbes(act),
    );
    this.poll = latestWins(
      () =>
        ask("poll", {
          owner: ownerMark,
          run: this.live.run,
          pick: this.#pick,
          ...this.#have,
          probes: this.probes.have,
        }),
      (news) => this.#take(news),
    );
  }

  start() {
    const { after, every, props, subscribe, watch } = this.context;
    const takeValue = () => {
      const { preview } = props.value ?? {};
      if (preview) this.view.setPreview(preview);
    };
    watch("value", takeValue);
    subscribe("run-started", ({ run }) => {
      this.attach(run);
      this.#bringIntoSight();
    });
    subscribe("recipe-chosen", ({ name }) => this.view.setRecipe(name));
    subscribe("show-run", ({ name }) => {
      this.attach(name);
      after(OPENING, () => this.#bringIntoSight());
    });
    this.view.onControl((action, name) => this.#control(action, name));
    listenForModels(this.context, this.live);
    this.view.showNothing();
    takeValue();
    every(
      () => pollPause(this.live.status, this.live.requested),
      () => this.poll({}),
    );
  }

  /** Start and the lists of other tabs are always in sight, this may not be. */
  #bringIntoSight() {
    const { element } = this.context;
    const { top } = element.getBoundingClientRect();
    if (top < 0 || top > window.innerHeight / 2) element.scrollIntoView({ behavior: "smooth", block: "start" });
  }

  /**
   * Shows a run, or none.
   *
   * @param {string | null} name
   * @param {boolean} [chosen] whether a person chose it
   */
  attach(name, chosen = true) {
    const { runs_version: version } = this.#have;
    this.#clear();
    this.question.close();
    this.#have.runs_version = name === null ? undefined : version;
    this.live.run = name;
    this.#pick = true;
    this.#stays = false;
    if (chosen && name !== null) this.#stay(true);
    this.view.showList();
    this.poll({});
  }

  /** This page belongs to the run shown, also after a reload; other windows are asked for their own. @param {boolean} on */
  #stay(on) {
    this.#stays = on;
    remember("run", on ? this.live.run : null, "window");
  }

  #clear() {
    this.#have = {};
    Object.assign(this.live, { status: null, requested: null, newest: null, moment: null });
    for (const part of [this.charts, this.timeline, this.probes, this.pictures, this.view]) part.clear();
    this.context.notice("");
  }

  /**
   * @param {string | null} picture of a key frame
   * @param {number | null} step null shows what is newest
   */
  #showMoment(picture, step) {
    this.live.moment = step;
    this.pictures.showMoment(picture);
    this.probes.at(step);
  }

  #showStatus() {
    const { status } = this.live;
    if (!status) return;
    if (isGoing(status.state)) this.#stay(true);
    this.view.showStatus();
    this.pictures.showStatus(this.timeline.isNow());
    this.probes.showStatus(status);
  }

  // ---- News from the server --------------------------------------------------------------------------------------

  /** @param {PollResponse} news */
  #take(news) {
    const { live } = this;
    if (live.run !== null && news.run !== live.run) return; // asked before this page turned to another run
    if (news.runs) {
      live.runs = news.runs;
      this.#have.runs_version = news.runs_version;
      notify("runs-listed", { runs: news.runs, room: news.room });
    }
    if (news.gone) {
      this.#leave(news.gone);
      return;
    }
    const picked = news.run !== live.run;
    if (picked) {
      const { runs_version: version } = this.#have;
      this.#clear();
      this.#have.runs_version = version;
      live.run = news.run;
    }
    if (news.runs || picked) this.view.showList();
    if (live.run === null) {
      this.view.showNothing();
      return;
    }
    this.#takeRun(news);
    // A page that has no run of its own to show turns to one that is started elsewhere.
    const going = live.runs.find((entry) => isActive(entry.state) && !entry.comparison);
    if (news.runs && going && !this.#stays && going.name !== live.run) this.attach(going.name, false);
  }

  /** The run was deleted: nothing takes its place by itself, unless the page only remembered it. @param {string} reason */
  #leave(reason) {
    const { run, requested, status } = this.live;
    const known = status !== null;
    this.#stay(false);
    this.attach(null, false);
    this.#pick = !known;
    if (!known) return;
    const listed = this.live.runs.some((entry) => entry.name === run);
    const deleted = listed ? reason : `${run} was deleted.`;
    this.context.notice(requested === "cancel" ? `${run} waits no more.` : deleted, "info");
  }

  /** @param {PollResponse} news */
  #takeRun(news) {
    const { live } = this;
    if (news.status) {
      if (news.status.state !== live.status?.state) live.requested = null;
      live.status = news.status;
      this.#have.status_version = news.status_version;
      this.#showStatus();
    }
    if (news.picture) {
      live.newest = news.picture;
      this.#have.picture_version = news.picture_version;
      if (this.timeline.isNow()) this.#showMoment(null, null);
    }
    if (news.real) {
      this.pictures.showReal(news.real);
      this.#have.real_version = news.real_version;
    }
    if (news.keyframes) {
      this.timeline.set(news.keyframes);
      this.#have.keyframes_version = news.keyframes_version;
    }
    if (news.probes) this.probes.take(news.probes);
    if (typeof news.offset === "number") {
      this.#have.offset = news.offset;
      this.charts.take(news);
      this.timeline.setBest(live.status?.translates ? this.charts.best() : null);
      this.view.showNotes(news.notes ?? []);
    }
    if (typeof news.log === "string") this.view.showLog(news.log);
  }

  // ---- What is asked of the run ----------------------------------------------------------------------------------

  /** @param {string | null} name */
  #isMine(name) {
    return Boolean(this.live.runs.find((entry) => entry.name === name)?.mine);
  }

  /** @param {(permission: Pick<ProbeRequest, "confirmed">) => void} act */
  #askForProbes(act) {
    const { run } = this.live;
    if (this.#isMine(run)) {
      act({});
      return;
    }
    const text = `Change the own pictures of “${run}”, which was started elsewhere?`;
    this.question.open(text, `Change ${run}`, () => act({ confirmed: run }));
  }

  /**
   * A run that this browser did not start is confirmed by its name.
   *
   * @param {Action & keyof typeof VERBS} action
   * @param {string} name
   */
  #control(action, name) {
    if (this.#isMine(name)) {
      this.#send(action, name);
      return;
    }
    const verb = VERBS[action];
    this.question.open(elsewhereQuestion(verb, name), `${verb} ${name}`, () => this.#send(action, name, name));
  }

  /** @param {Action | null} action */
  #setRequested(action) {
    this.live.requested = action;
    this.#showStatus();
  }

  /**
   * @param {Action} action
   * @param {string} name
   * @param {string} [confirmed]
   */
  async #send(action, name, confirmed) {
    const { after, ask, notice } = this.context;
    if (name === this.live.run) this.#setRequested(action);
    try {
      await ask("control", { owner: ownerMark, run: name, action, confirmed });
    } catch (error) {
      if (name === this.live.run) this.#setRequested(null);
      notice(/** @type {Error} */ (error).message);
    }
    this.poll({});
    after(REQUEST_TIME, () => {
      if (this.live.requested === action && action !== "stop") this.#setRequested(null);
    });
  }
}

/**
 * From a run to Explore and Translate: buttons for its models, and a press on a picture of its grid, which goes to that latent.
 *
 * @param {Context<TrainLive>} context
 * @param {Live} live
 */
function listenForModels({ find }, live) {
  const model = () => exploreName(live.run, isActive(live.status?.state));
  find("#explore-run").addEventListener("click", () => openModel("explore", model()));
  find("#use-best").addEventListener("click", () => openModel("translate", `runs/${live.run}/best`));
  find("#use-newest").addEventListener("click", () => openModel("translate", `runs/${live.run}`));
}
