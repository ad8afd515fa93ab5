/**
 * The controls of the plane.
 *
 * @import { Lab, StepAction } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { PlanePanel } from "./plane.js"
 */
import { notify } from "../shared/events.js";
import { count } from "../shared/format.js";
import { partsForTraining } from "./plane-state.js";

/**
 * @param {Context<Lab>} context
 * @param {PlanePanel} panel
 */
export function bindControls(context, panel) {
  const { find, findAll } = context;
  const click = (/** @type {string} */ name, /** @type {() => void} */ action) =>
    find(`button.${name}`).addEventListener("click", action);
  click("play", () => panel.togglePlay());
  click("slow", () => panel.toggleSlowMotion());
  click("morph", () => panel.plane.morph());
  click("restart", () => panel.restart(panel.settings));
  click("tuned", () => panel.restartTuned());
  click("send", () => notify("lab-settings", { settings: partsForTraining(panel.settings) }));
  for (const button of findAll("button.one"))
    button.addEventListener("click", () => panel.step(/** @type {StepAction["player"]} */ (button.dataset.player)));
  for (const button of findAll("button.layer")) bindLayer(panel, button);
  find("select.speed").addEventListener("change", () => {
    if (panel.playing) panel.press({ kind: "play", playing: true, speed: panel.speed });
  });
  const seed = find("input.seed");
  seed.addEventListener("change", () => panel.setSeed(seed));
  const preset = find("select.preset");
  preset.addEventListener("change", () => panel.choosePreset(preset.value));
  bindRewind(context, panel);
}

/**
 * @param {Context<Lab>} context
 * @param {PlanePanel} panel
 */
function bindRewind({ find, latestWins }, panel) {
  const rewind = find("input.rewind");
  const goBack = latestWins(
    (/** @type {number} */ step) => panel.request({ kind: "rewind", step }, { jump: true }),
    () => {},
    (error) => panel.fail(error),
  );
  rewind.addEventListener("input", () => {
    panel.setPlaying(false);
    panel.stopSlowMotion();
    find("output.when").textContent = count(Number(rewind.value));
    goBack(Number(rewind.value));
  });
}

/**
 * @param {PlanePanel} panel
 * @param {HTMLButtonElement} button
 */
function bindLayer(panel, button) {
  const { layers } = panel.plane;
  const layer = String(button.dataset.layer);
  if (button.getAttribute("aria-pressed") === "true") layers.add(layer);
  button.addEventListener("click", () => {
    const wanted = !layers.delete(layer);
    if (wanted) layers.add(layer);
    button.setAttribute("aria-pressed", String(wanted));
    panel.plane.redraw();
    if (wanted && panel.latest && !panel.playing && !panel.slow.on) panel.press({ kind: "observe" });
  });
}
