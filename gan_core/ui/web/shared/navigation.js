/**
 * Going to another tab of the page, perhaps with a model that it is to show.
 *
 * A tab is mounted when it is first opened, so a model that is sent waits here until the tab takes it.
 */
import { notify, subscribe } from "./events.js";

/**
 * @typedef {{ x: number, y: number, step: number | null }} Cell a picture of a run's grid: where it was pressed, in shares
 *   of the grid's width and height, and the step of the key frame or null for the newest picture
 * @typedef {{ tab: string, model: string, cell: Cell | null }} Arrival
 */

/** The model that waits for its tab. @type {Arrival | null} */
let waiting = null;

/**
 * Opens a tab at its top: all tabs share one place of scrolling, which belongs to the tab that is left.
 *
 * @param {string} tab "train", "explore", "translate", "lab" or "models"
 */
export function openTab(tab) {
  document.getElementById(`tab-${tab}-button`)?.click();
  window.scrollTo({ top: 0 });
}

/**
 * Opens a tab and chooses a model there; on Train as what a training starts from.
 *
 * @param {"explore" | "translate" | "train"} tab
 * @param {string} model
 * @param {Cell | null} [cell]
 */
export function openModel(tab, model, cell = null) {
  waiting = { tab, model, cell };
  openTab(tab);
  notify("arrival");
}

/**
 * Calls `handler` for every model that is sent to this tab, also for one that was sent before.
 *
 * @param {string} tab
 * @param {(model: string, cell: Cell | null) => void} handler
 * @param {AbortSignal} signal
 * @returns {boolean} whether one was waiting
 */
export function onArrival(tab, handler, signal) {
  const take = () => {
    const arrival = waiting;
    if (!arrival || arrival.tab !== tab) return false;
    waiting = null;
    handler(arrival.model, arrival.cell);
    return true;
  };
  subscribe("arrival", take, signal);
  return take();
}
