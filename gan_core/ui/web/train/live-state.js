/**
 * The live view as data: what a run's status means, without the page.
 *
 * @import { ListedRun, LiveStatus } from "../shared/protocol.js"
 */
import { CALM } from "../shared/mount.js";

/** @type {Readonly<Record<string, string>>} */
export const STATES = Object.freeze({
  waiting: "Waiting",
  starting: "Starting",
  running: "Training",
  paused: "Paused",
  finished: "Finished",
  stopped: "Stopped",
  failed: "Failed",
  interrupted: "Interrupted",
});
const ACTIVE = ["starting", "running", "paused"];

/** Whether its trainer works. @param {string | undefined} state */
export const isActive = (state) => ACTIVE.includes(state ?? "");
/** Whether it works or waits for its turn. @param {string | undefined} state */
export const isGoing = (state) => state === "waiting" || isActive(state);

/**
 * Milliseconds until the run is asked for again.
 *
 * @param {LiveStatus | null} status
 * @param {string | null} requested what was asked of the run and is not done yet
 */
export function pollPause(status, requested) {
  if (!status || !isGoing(status.state)) return CALM;
  if (status.state === "waiting") return 1500;
  if (status.state === "starting" || requested) return 120;
  return status.state === "running" ? 300 : 900;
}

/**
 * How a run's state is named, with what was asked of it and is under way.
 *
 * @param {LiveStatus} status
 * @param {string | null} requested
 */
export function stateLabel({ state }, requested) {
  if (requested === "stop" && isActive(state)) return "Stopping and saving …";
  if (requested === "pause" && state !== "paused") return "Pausing …";
  if (requested === "resume" && state === "paused") return "Going on …";
  return STATES[state] ?? state;
}

/** The share that is done, by steps or by minutes, whichever ends first. @param {LiveStatus} status */
export const progressOf = ({ step, steps, seconds, minutes }) =>
  Math.min(1, Math.max(steps ? step / steps : 0, minutes ? seconds / 60 / minutes : 0));

/**
 * What is said of a run that has ended or waits.
 *
 * @param {LiveStatus} status
 * @returns {{ text: string, kind: "info" | "error" } | null}
 */
export function endNotice({ state, reason, line, step, translates }) {
  const info = (/** @type {string} */ text) => /** @type {const} */ ({ text, kind: "info" });
  const error = (/** @type {string} */ text) => /** @type {const} */ ({ text, kind: "error" });
  switch (state) {
    case "waiting":
      return info(line ?? "");
    case "failed":
      return error(reason || "The training ended with an error; its last words are below.");
    case "interrupted":
      return error(`${reason} Resume it under Models and runs.`);
    case "stopped": {
      if (!step) return info("Stopped before the first step.");
      const use = translates ? "Use it in Translate" : "Explore the model";
      return info(`Stopped and saved. ${use}, or press Train more under Models and runs.`);
    }
    case "finished":
      return info(
        `Finished and saved. Slide through what it has learned under ${translates ? "Translate." : "Explore."}`,
      );
    default:
      return null;
  }
}

/**
 * What stands in the place of a picture that is not there.
 *
 * @param {LiveStatus} status
 * @param {boolean} drawn whether there is one
 */
export function waitingText({ state, reason, translates }, drawn) {
  if (state === "starting" && reason) return reason;
  if (state === "waiting" && !drawn)
    return "The first picture comes when it is its turn. The page may be closed meanwhile.";
  if (!isActive(state) && !drawn) return "No picture was drawn.";
  return translates ? "Held-out pictures, translated and back, from left to right." : "";
}

/**
 * The title of the browser's tab.
 *
 * @param {LiveStatus} status
 * @param {(value: number) => string} count
 */
export function pageTitle(status, count) {
  if (!isActive(status.state)) return "GAN Workbench";
  const hasEnd = status.steps || status.minutes;
  const done = hasEnd ? `${Math.round(progressOf(status) * 100)} %` : count(status.step);
  return `${status.state === "paused" ? "❚❚" : "▶"} ${done} · GAN Workbench`;
}

/**
 * The list of runs in groups; runs of a comparison stand apart.
 *
 * @param {ListedRun[]} runs
 * @param {string | null} shown
 * @returns {[title: string, runs: ListedRun[]][]}
 */
export function groupedRuns(runs, shown) {
  const single = runs.filter((entry) => !entry.comparison || entry.name === shown);
  const ended = single.filter((entry) => !isGoing(entry.state));
  /** @type {[string, ListedRun[]][]} */
  const groups = [
    ["Going on now", single.filter((entry) => isGoing(entry.state))],
    ["Started here", ended.filter((entry) => entry.mine)],
    ["Started elsewhere", ended.filter((entry) => !entry.mine)],
    ["Of a comparison", runs.filter((entry) => entry.comparison && entry.name !== shown)],
  ];
  return groups.filter(([, entries]) => entries.length);
}

/**
 * The name of a run's model in Explore's list: the weights of a training that goes on, else what it has saved.
 *
 * @param {string | null} run
 * @param {boolean} active
 */
export const exploreName = (run, active) => (active ? `live:${run}` : `runs/${run}`);

/**
 * Where in a picture a pointer is, as shares of its width and height; null beside it.
 *
 * @param {{ left: number, top: number, width: number, height: number }} box
 * @param {number} x
 * @param {number} y
 */
export function shareOf({ left, top, width, height }, x, y) {
  if (!width || !height) return null;
  const shares = [(x - left) / width, (y - top) / height];
  return shares.every((share) => share >= 0 && share <= 1) ? { x: shares[0], y: shares[1] } : null;
}
