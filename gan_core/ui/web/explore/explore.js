/**
 * Explore: a latent, the picture that a model draws from it, and everything that moves it through latent space and through
 * the training. The parts share an `Explorer`; here they are put together, with the tabs of the panels and the keyboard.
 *
 * @import { ExploreContext } from "./explorer.js"
 * @import { Cell } from "../shared/navigation.js"
 */
import { make } from "../shared/dom.js";
import { component } from "../shared/mount.js";
import { onArrival } from "../shared/navigation.js";
import { Arithmetic } from "./arithmetic.js";
import { Bookmarks, ViewLink } from "./bookmarks.js";
import { DirectionsPanel } from "./directions-panel.js";
import { takeFiles } from "./drop.js";
import { Explorer } from "./explorer.js";
import { InterpolationPlots } from "./interpolation.js";
import { putBack } from "./latent-state.js";
import { Marking } from "./marking.js";
import { MemorizationPanel } from "./memorization-panel.js";
import { ModelPicker } from "./models.js";
import { MovePanel } from "./move-panel.js";
import { Numbers } from "./numbers.js";
import { Pad, PictureDrag } from "./pad.js";
import { PathPanel } from "./path-panel.js";
import { ProjectionPanel } from "./projection-panel.js";
import { SettlingPanel } from "./settling.js";
import { Strip } from "./strip.js";
import { makeTime } from "./time-parts.js";
import { RandomWalk } from "./walk.js";

/**
 * What fills the panels that `PANELS` of gan_core/ui/explore/tab.py lays out.
 *
 * @type {((context: ExploreContext, explorer: Explorer, models: ModelPicker) => void)[]}
 */
const PANELS = [
  makeDirections,
  (context, explorer) => new PathPanel(context, explorer),
  makeTime,
  (context, explorer) => new ProjectionPanel(context, explorer),
  (context, explorer) => new MemorizationPanel(context, explorer),
];

/** What a person types into: the keys of the tab mean themselves there. */
const TYPING = "textarea, [type=number], [type=text], input:not([type])";

export const mount = component((/** @type {ExploreContext} */ context) => {
  const explorer = new Explorer(context);
  const models = new ModelPicker(context, explorer);
  const move = new MovePanel(context, explorer);
  new RandomWalk(context, explorer);
  new Pad(context, explorer);
  new PictureDrag(context, explorer);
  new InterpolationPlots(context, explorer);
  const strip = new Strip(context, explorer);
  new Numbers(context, explorer);
  const bookmarks = new Bookmarks(context, explorer);
  takeFiles(context, explorer);
  for (const makePanel of PANELS) makePanel(context, explorer, models);
  explorer.addPanel("move", { open: strip.soon });
  makeTabs(context, explorer);
  listen(context, explorer, move, bookmarks);
  explorer.openPanel("move");
  explorer.emit("latent");
  start(context, explorer, models);
});

/** @param {ExploreContext} context @param {Explorer} explorer @param {ModelPicker} models */
function makeDirections(context, explorer, models) {
  const directions = new DirectionsPanel(context, explorer, models);
  new Marking(context, explorer, directions);
  new Arithmetic(context, explorer, directions);
  new SettlingPanel(context, explorer, directions);
}

/** The tabs of the panels. @param {ExploreContext} context @param {Explorer} explorer */
function makeTabs({ find, findAll }, explorer) {
  const names = findAll(".panels > [data-panel]").map((panel) => panel.dataset.panel ?? "");
  const tabs = names.map((name) => {
    const title = find(`.panels > [data-panel="${name}"]`).getAttribute("aria-label") ?? "";
    const tab = make("button", { type: "button", role: "tab", onclick: () => explorer.openPanel(name) }, title);
    tab.dataset.for = name;
    return tab;
  });
  const bar = find("div.tabs");
  bar.append(...tabs);
  bar.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const next = (names.indexOf(explorer.panel) + step + names.length) % names.length;
    explorer.openPanel(names[next]);
    tabs[next].focus();
  });
}

/** @param {ExploreContext} context @param {Explorer} explorer @param {MovePanel} move @param {Bookmarks} bookmarks */
function listen({ element, find, notice, signal }, explorer, move, bookmarks) {
  const reset = () => {
    explorer.emit("interrupt");
    explorer.change(putBack);
  };
  explorer.undoButton.addEventListener("click", () => explorer.undo());
  explorer.redoButton.addEventListener("click", () => explorer.redo());
  find("button.reset").addEventListener("click", reset);
  const smooth = find("input.smooth");
  smooth.addEventListener("change", () => explorer.picture.classList.toggle("soft", smooth.checked));
  // News stays to be read until the next action begins; a warning or an error stays until something else is said.
  for (const type of ["click", "change"])
    explorer.root.addEventListener(
      type,
      ({ isTrusted }) => {
        if (isTrusted && find("[data-notice]").dataset.kind === "info") notice("");
      },
      true,
    );
  const actions = new Map(
    Object.entries({
      n: () => move.stepSeed(1),
      p: () => move.stepSeed(-1),
      r: () => move.anySeed(),
      f: () => bookmarks.keep(),
      0: reset,
    }),
  );
  /** @param {KeyboardEvent} event */
  const press = (event) => {
    // Wherever the focus is, as on the name of the tab that has just been opened; never while another tab is the open one.
    const target = /** @type {Element} */ (event.target);
    if (!element.isConnected || element.offsetParent === null || event.defaultPrevented) return;
    if (target.matches(TYPING)) return;
    const key = event.key.toLowerCase();
    const withControl = event.ctrlKey || event.metaKey;
    const action = actions.get(key);
    if (withControl && key === "z") {
      event.preventDefault();
      if (event.shiftKey) explorer.redo();
      else explorer.undo();
    } else if (!withControl && action && !event.altKey && !target.matches("select")) {
      event.preventDefault();
      explorer.emit("interrupt");
      action();
    }
  };
  document.addEventListener("keydown", press, { signal });
}

/**
 * Lists the models and goes to what was asked for: by another tab, or by the address.
 *
 * @param {ExploreContext} context
 * @param {Explorer} explorer
 * @param {ModelPicker} models
 */
async function start(context, explorer, models) {
  const link = new ViewLink(context, explorer);
  /** @param {string} model @param {Cell | null} cell of a run's grid, whose latent is shown */
  const arrive = async (model, cell) => {
    await models.list();
    if (!cell) {
      explorer.emit("choose", model, null);
      return;
    }
    try {
      explorer.arrive(await context.ask("cell", { model, ...cell }));
    } catch (error) {
      explorer.fail(error);
    }
  };
  await models.list();
  if (!onArrival("explore", arrive, context.signal)) link.open();
}
