/**
 * Solvers on games with known answers: asks the server where each solver leads, and draws it. Nothing is computed here.
 *
 * @import {
 *   AnalyticGameOffer, GamesResponse, LabAnalyticGames, LandscapeRequest, LandscapeResponse, SolverOffer, TrajectoriesRequest,
 *   TrajectoriesResponse,
 * } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Choice, View } from "./games-state.js"
 * @import { Ground } from "./games-field.js"
 */
import { makeChart } from "../shared/chart.js";
import { count } from "../shared/format.js";
import { component } from "../shared/mount.js";
import { bindNumbers, bindStart, describeGame, makePlayer, optionField, showGames } from "./games-controls.js";
import { makeField } from "./games-field.js";
import * as state from "./games-state.js";
import { makeTable, showChips } from "./games-table.js";

/** Steps that are followed while the start is dragged: the beginning only, and no rates from so few steps. */
const DRAFT = 40;
const ZOOM = 1.5;
/** Milliseconds between two looks whether the panel is open: opening it loads torch. */
const OPENING = 400;

/**
 * What is chosen for one game, and what the server sent about it.
 *
 * @typedef {object} Chosen
 * @property {string} game
 * @property {Record<string, any>} options
 * @property {Choice[]} solvers
 * @property {number} step_size
 * @property {number} steps
 * @property {number[]} start
 *
 * @typedef {{ wanted: TrajectoriesRequest, draft: boolean }} Following what is asked, and whether the start is being dragged
 */

export const mount = component((/** @type {Context<LabAnalyticGames>} */ context) => {
  const panel = new Panel(context);
  let opening = false;
  context.every(
    () => OPENING,
    async () => {
      if (opening) return;
      opening = true;
      try {
        await panel.open();
      } catch (error) {
        opening = false;
        context.notice(/** @type {Error} */ (error).message, "error");
      }
    },
  );
});

/** The panel: what is chosen, what has come, and what follows from a change of either. */
class Panel {
  /** @type {Chosen} */
  chosen = { game: "", options: {}, solvers: [], step_size: 0.2, steps: 100, start: [1, 1] };
  /** What was chosen for other games before. @type {Record<string, Chosen>} */
  memory = {};
  /** The number of each solver that has one. @type {Record<string, number | null>} */
  parameters = {};
  /** @type {GamesResponse} */
  catalogue = { games: [], solvers: [] };
  /** The game that is shown. @type {AnalyticGameOffer | null} */
  game = null;
  /** @type {View} */
  view = { x: [-1, 1], y: [-1, 1] };
  /** @type {Ground | null} */
  ground = null;
  /** @type {TrajectoriesResponse | null} */
  result = null;
  dragging = false;
  animateNext = false;
  drawing = false;
  cancel = () => {};

  /** @param {Context<LabAnalyticGames>} context */
  constructor(context) {
    const { find, ask, notice } = context;
    this.context = context;
    this.root = find("div.dynamics");
    this.canvas = find("canvas.field");
    this.field = makeField(this.canvas, this.root);
    this.chart = makeChart(context, find("svg.distance"), { readout: (step) => `step ${count(step)}` });
    this.messages = makeMessages(notice);
    this.table = makeTable(
      context,
      (name) => this.solverNamed(name),
      this.parameters,
      () => this.recompute(),
    );
    this.player = makePlayer(
      context,
      () => this.result?.steps ?? null,
      (step) => this.showStep(step),
    );
    this.follow = context.latestWins(
      (/** @type {Following} */ { wanted }) => ask("follow", wanted),
      (response, following) => this.takeResult(response, following),
      (error) => this.takeFailure(error),
    );
    this.survey = context.latestWins(
      (/** @type {LandscapeRequest} */ request) => ask("landscape", request),
      (response, request) => this.takeGround(response, request),
    );
    this.bind();
  }

  async open() {
    this.catalogue = await this.context.ask("games");
    showGames(this.context, this.catalogue.games, (name) => this.choose(name));
    this.choose(this.catalogue.games[0].name);
    this.root.dataset.ready = "yes";
  }

  bind() {
    const { context, player } = this;
    const { find } = context;
    bindStart(context, {
      ready: () => this.game !== null,
      place: (event) => this.field.place(event, this.view),
      start: () => this.chosen.start,
      view: () => this.view,
      setStart: (start) => this.setStart(start),
      setDragging: (wanted) => this.setDragging(wanted),
    });
    bindNumbers(context, {
      setStepSize: (value) => this.setStepSize(value),
      setCount: (value) => this.setCount(value),
      stepSize: () => this.chosen.step_size,
      recompute: (pause) => this.recompute(pause),
      player,
    });
    find("button.nearer").addEventListener("click", () => this.zoom(1 / ZOOM));
    find("button.farther").addEventListener("click", () => this.zoom(ZOOM));
    find("button.whole").addEventListener("click", () => this.resetView());
    context.onResize(this.canvas, () => this.redraw());
  }

  // Asking ----------------------------------------------------------------------------------------------------------

  recompute(pause = 0) {
    this.cancel();
    this.messages.refuse("");
    const { solvers, steps, ...rest } = this.chosen;
    const wanted = {
      ...rest,
      steps: this.dragging ? Math.min(DRAFT, steps) : steps,
      solvers: solvers.map(({ name }) => ({ name, parameter: this.parameters[name] ?? null })),
    };
    const draft = this.dragging;
    this.cancel = this.context.after(pause, () => this.follow({ wanted, draft }));
  }

  resurvey() {
    this.survey({ game: this.chosen.game, options: this.chosen.options, view: this.view });
  }

  /** @param {TrajectoriesResponse} response @param {Following} following */
  takeResult(response, { draft, wanted }) {
    if (wanted.game !== this.chosen.game || (draft && !this.dragging)) return;
    if (draft) {
      this.result = { ...response, steps: this.chosen.steps };
      this.player.setShown(this.chosen.steps);
      return;
    }
    this.result = response;
    this.messages.note(response.note);
    this.player.setLength(response.steps);
    this.showTable();
    if (this.animateNext && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.animateNext = false;
      this.player.setShown(0);
      this.player.setPlaying(true);
    } else this.player.setShown(this.player.playing() ? Math.min(this.player.shown(), response.steps) : response.steps);
    this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
  }

  /** @param {Error} error */
  takeFailure(error) {
    this.result = null;
    this.messages.note("");
    this.showTable();
    this.redraw();
    this.context.notice(error.message, "error");
  }

  /** @param {LandscapeResponse} response @param {LandscapeRequest} request */
  takeGround(response, request) {
    if (request.game !== this.chosen.game) return;
    this.ground = { ...response, view: request.view };
    this.field.forget();
    this.redraw();
  }

  // Showing ---------------------------------------------------------------------------------------------------------

  redraw() {
    if (!this.drawing) requestAnimationFrame(() => this.draw());
    this.drawing = true;
  }

  draw() {
    this.drawing = false;
    if (!this.game) return;
    const { view, ground, result, chosen } = this;
    const solution = result?.drawn_solution ?? ground?.solution;
    const picture = { view, ground, solution, runs: result?.runs ?? [], choices: chosen.solvers };
    this.field.draw({ ...picture, shown: this.player.shown(), start: this.drawnStart() });
  }

  /** With one number only the plane shows it and its loss. */
  drawnStart() {
    const { start } = this.chosen;
    if (!this.game || this.game.numbers > 1) return start;
    return [start[0], this.result?.runs.find((run) => run.points?.length)?.points?.[0][1] ?? 0];
  }

  /** @param {number} step */
  showStep(step) {
    this.table.showBetas(this.result?.runs ?? null, step);
    this.chart.cursor(this.result ? Math.min(step, this.result.steps) : null);
    this.redraw();
  }

  showTable() {
    const { chosen, result } = this;
    this.table.show(chosen.solvers, result?.runs ?? null, this.player.shown());
    const width = this.context.find("svg.distance").clientWidth;
    const titleOf = (/** @type {string} */ name) => this.solverNamed(name)?.title ?? name;
    this.chart.show(state.distanceScene(result?.runs ?? [], chosen.solvers, result?.steps ?? 1, width, titleOf));
  }

  // Choosing --------------------------------------------------------------------------------------------------------

  /** @param {string} name */
  solverNamed(name) {
    return this.catalogue.solvers.find((each) => each.name === name);
  }

  /** @param {number[]} start */
  setStart(start) {
    this.chosen.start = state.roundedStart(start, this.game?.numbers ?? start.length);
    this.context.findAll("input[data-start]").forEach((box, index) => {
      if (index < this.chosen.start.length) box.value = String(this.chosen.start[index]);
    });
    this.player.setPlaying(false);
    this.redraw();
    this.recompute(8);
  }

  /** @param {boolean} wanted */
  setDragging(wanted) {
    const ended = this.dragging && !wanted;
    this.dragging = wanted;
    if (ended) this.recompute();
  }

  /** @param {number} value */
  setStepSize(value) {
    const { find } = this.context;
    this.chosen.step_size = state.roundedStepSize(value);
    find("input.rate").value = String(Math.log10(this.chosen.step_size));
    find("input.rate-box").value = String(this.chosen.step_size);
    this.player.setPlaying(false);
    this.recompute(30);
  }

  /** @param {number} value */
  setCount(value) {
    this.chosen.steps = value;
    this.context.find("input.count").value = String(value);
    this.context.find("output.count-text").textContent = String(value);
  }

  /** @param {string} name @param {any} value */
  setOption(name, value) {
    this.chosen.options[name] = value;
    this.player.setPlaying(false);
    this.resurvey();
    this.recompute(30);
  }

  /** @param {number} factor */
  zoom(factor) {
    if (!this.game) return;
    const [low, high] = this.game.view.x;
    const center = this.game.numbers === 1 ? [(low + high) / 2, 0] : (this.result?.drawn_solution ?? [0, 0]);
    const next = state.zoomed(this.view, factor, /** @type {[number, number]} */ (center));
    if (!next) return;
    this.view = next;
    this.redraw();
    this.resurvey();
  }

  resetView() {
    if (!this.game) return;
    this.view = this.game.view;
    this.resurvey();
    this.setStart(this.game.start);
  }

  /** @param {string} name */
  add(name) {
    this.chosen.solvers.push({ name, slot: state.freeSlot(this.chosen.solvers) });
    this.parameters[name] ??= this.game?.parameters[name] ?? this.solverNamed(name)?.parameter?.value ?? null;
  }

  showChips() {
    const playable = this.catalogue.solvers.filter((each) => each.players.includes(this.game?.players ?? 0));
    showChips(this.context, playable, this.chosen.solvers, (solver) => this.toggle(solver));
  }

  /** @param {SolverOffer} solver */
  toggle(solver) {
    const { chosen } = this;
    const has = chosen.solvers.some(({ name }) => name === solver.name);
    if (has && chosen.solvers.length === 1) return this.messages.refuse("At least one solver stays chosen.");
    if (!has && chosen.solvers.length === state.MOST) return this.messages.refuse("Six at most: take one away first.");
    if (has) chosen.solvers = chosen.solvers.filter(({ name }) => name !== solver.name);
    else this.add(solver.name);
    this.showChips();
    this.context.find(`.chip[data-solver="${solver.name}"]`).focus();
    this.showTable();
    this.redraw();
    this.recompute();
  }

  /** @param {string} name */
  choose(name) {
    if (this.game) this.memory[this.game.name] = this.chosen;
    const game = this.catalogue.games.find((each) => each.name === name);
    if (!game) return;
    this.game = game;
    const kept = this.memory[name];
    const { step_size, steps, start, options, solvers } = game;
    const defaults = Object.fromEntries(options.map((option) => [option.name, option.value]));
    this.chosen = kept ?? { game: name, options: defaults, solvers: [], step_size, steps, start };
    if (!kept) solvers.forEach((solver) => this.add(solver));
    this.view = game.view;
    this.ground = this.result = null;
    describeGame(this.context, game);
    this.context
      .find("div.options")
      .replaceChildren(
        ...options.map((option) =>
          optionField(option, this.chosen.options[option.name], (value) => this.setOption(option.name, value)),
        ),
      );
    this.showChips();
    this.setCount(this.chosen.steps);
    this.animateNext = true;
    this.setStepSize(this.chosen.step_size);
    this.setStart(this.chosen.start);
    this.showTable();
    this.resurvey();
  }
}

/**
 * What the last response notes, and why the last click changed nothing: a response that was under way does not wipe that
 * away.
 *
 * @param {Context["notice"]} notice
 */
function makeMessages(notice) {
  let noted = "";
  let refused = "";
  const show = () => notice([refused, noted].filter(Boolean).join(" "), "info");
  return {
    /** @param {string} text */
    note(text) {
      noted = text;
      show();
    },
    /** @param {string} text */
    refuse(text) {
      if (text === refused) return;
      refused = text;
      show();
    },
  };
}
