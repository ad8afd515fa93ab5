/**
 * Time: the bar under the picture, and the panel with its track, the grid of steps x latents and the time-lapse.
 *
 * @import { TimeLapseData } from "../shared/protocol.js"
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { LatentRows } from "./latent-rows.js";
import { Moments } from "./moments.js";
import { StepGrid } from "./step-grid.js";
import { TimeLapse } from "./time-lapse.js";
import { TimePanel } from "./time-panel.js";
import { makeTimeBar } from "./time-track.js";

/** @param {ExploreContext} context @param {Explorer} explorer */
export function makeTime(context, explorer) {
  const moments = new Moments(context, explorer);
  const rows = new LatentRows(explorer, moments);
  makeTimeBar(context, moments);
  const parts = { context, explorer, moments, rows };
  const grid = new StepGrid(parts);
  const lapse = new TimeLapse(parts);
  new TimePanel(context, explorer, moments, () => grid.refresh());
  // A film or sheet that comes back: its latents and its timing.
  explorer.on("dropped", (dropped) => {
    if (dropped.kind !== "time" || !dropped.note.time) return;
    const { note } = dropped;
    const time = /** @type {TimeLapseData} */ (note.time);
    rows.bring(time.latents ?? []);
    lapse.bringBack(time);
    explorer.recall({ ...note, latent: time.latents?.[0] ?? {} });
    lapse.refresh();
    grid.refresh();
    for (const select of [lapse.kind, grid.kind]) {
      select.value = "brought";
      select.dispatchEvent(new Event("change"));
    }
  });
}
