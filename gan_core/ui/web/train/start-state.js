/**
 * What the bar with Start says.
 *
 * @import { ListedRun } from "../shared/protocol.js"
 */

/** States of a run that is going on or waits for its turn. */
export const GOING = Object.freeze(["waiting", "starting", "running", "paused"]);

/**
 * @param {ListedRun[]} runs
 * @param {{ free: boolean }} room whether another training can begin at once
 * @param {boolean} pending whether Start was pressed and not answered yet
 * @returns {{ start: string, state: string, cost: string, another: boolean }} the words of Start; a state where it cannot be
 *   pressed; what a training will cost; whether another one is offered
 */
export function barOf(runs, room, pending) {
  if (pending) return { start: "Starting …", state: "starting", cost: "", another: false };
  const going = runs.filter((run) => GOING.includes(run.state) && !run.comparison);
  const mine = going.find((run) => run.mine && run.state !== "waiting") ?? going.find((run) => run.mine);
  const working = going.filter((run) => run.state !== "waiting").map((run) => run.name);
  const effect = effectOf(working, room);
  if (mine) {
    const cost = `Train this too: ${room.free ? "" : "it "}${effect}.`;
    return { start: labelOf(mine), state: mine.state, cost, another: true };
  }
  const idle = { start: "Start", state: "", another: false };
  if (!room.free) return { ...idle, cost: `This machine is taken: your training ${effect}.` };
  return { ...idle, cost: going.length ? `${working.join(", ")} goes on too: ${effect}.` : "" };
}

/** @param {ListedRun} run */
function labelOf({ name, state }) {
  if (state === "waiting") return `Waiting: ${name}`;
  return state === "paused" ? `Paused: ${name}` : `Training ${name} …`;
}

/**
 * @param {string[]} working
 * @param {{ free: boolean }} room
 */
function effectOf(working, room) {
  if (room.free) return "both share this machine, so each is about half as fast";
  if (working.length > 1) return `waits in line until one of ${working.join(", ")} ends`;
  return `waits in line ${working.length ? `until ${working[0]} ends` : "for its turn"}`;
}
