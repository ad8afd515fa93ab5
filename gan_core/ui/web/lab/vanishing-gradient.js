/**
 * The vanishing gradient: asks for the next moments of the experiment and draws them. Nothing is computed here.
 *
 * @import { LabVanishingGradient } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Points } from "./vanishing-state.js"
 */
import { makeChart } from "../shared/chart.js";
import { make, makeSvg } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { component } from "../shared/mount.js";
import * as state from "./vanishing-state.js";

/** Milliseconds between two requests while it runs, and between two looks while it rests. */
const RUNNING = 10;
const RESTING = 200;
/** Steps of the experiment until the first response says how many. */
const STEPS = 2000;

export const mount = component((/** @type {Context<LabVanishingGradient>} */ context) => {
  const { find, ask, notice, every } = context;
  const root = find("div.vanishing");
  const runButton = find("button.run");
  const seedBox = find("input.box");
  const readout = (/** @type {number} */ step) => `step ${count(step)}`;
  const margins = { left: 48, right: 10 };
  const gradient = makeChart(context, find("svg.gradient"), { margins, readout });
  const score = makeChart(context, find("svg.score"), { margins, readout });
  /** @type {{ visit: string | null, points: Points, running: boolean, done: boolean, steps: number }} */
  const experiment = { visit: null, points: {}, running: false, done: false, steps: STEPS };

  function draw() {
    const { points, steps } = experiment;
    gradient.show(state.gradientScene(points, steps));
    score.show(state.scoreScene(points, steps));
    for (const { name } of state.LINES)
      find(`[data-line="${name}"] b`).textContent = state.gradientText(points[name]?.at(-1)?.[1]);
    find("p.told").textContent = state.summary(points);
  }
  /** @param {boolean} wanted */
  function setRunning(wanted) {
    const { done, points } = experiment;
    experiment.running = wanted;
    root.dataset.state = done ? "done" : wanted ? "running" : "idle";
    runButton.textContent = wanted ? "Pause" : done ? "Run again" : points.minimax ? "Go on" : "Run";
    runButton.setAttribute("aria-pressed", String(wanted));
  }
  const begin = () => Object.assign(experiment, { visit: null, points: {}, done: false });
  async function advance() {
    const seen = state.complete(experiment.points);
    try {
      const response = await ask("watch", { visit: experiment.visit, seed: Number(seedBox.value), seen });
      const { visit, steps, done, lines, fresh } = response;
      Object.assign(experiment, { visit, steps, done, points: state.extended(experiment.points, lines, seen, fresh) });
      root.dataset.step = String(state.stepOf(experiment.points));
      if (done) setRunning(false);
    } catch (error) {
      setRunning(false);
      notice(/** @type {Error} */ (error).message, "error");
    }
    draw();
  }
  runButton.addEventListener("click", () => {
    if (experiment.done) begin();
    if (!state.isSeed(seedBox.value))
      return notice(`A seed is a whole number from 0 to ${state.LARGEST_SEED}.`, "error");
    notice("");
    setRunning(!experiment.running);
  });
  seedBox.addEventListener("change", () => {
    begin();
    setRunning(false);
    draw();
  });
  find("div.lines").replaceChildren(...state.LINES.map(makeEntry));
  every(
    () => (experiment.running ? RUNNING : RESTING),
    () => experiment.running && advance(),
  );
  draw();
});

/** A line of the legend with its number. @param {(typeof state.LINES)[number]} line */
function makeEntry({ name, title, color, dash }) {
  const stroke = {
    x1: 0,
    x2: 28,
    y1: 4,
    y2: 4,
    stroke: `var(--v${color})`,
    "stroke-width": 3,
    "stroke-dasharray": dash,
  };
  const swatch = makeSvg("svg", { "aria-hidden": "true" }, makeSvg("line", stroke));
  return make("div", { role: "listitem", dataset: { line: name } }, swatch, make("span", {}, title), make("b"));
}
