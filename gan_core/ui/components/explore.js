// Explore: the tabs of the panels, the keyboard, and the start. What happens where is in explore_*.js.

const { state } = explorer;

// The strongest directions, always at hand; the Directions panel has all of them.
explorer.on("model", (facts) => {
  const box = find(".directions"), strongest = facts.directions.filter((each) => each.id.startsWith("sefa/"));
  const ids = strongest.map((each) => each.id).join();
  if (box.dataset.ids === ids) return;
  box.dataset.ids = ids;
  box.replaceChildren(...strongest.map((each) => explorer.directionRow(each.id, explorer.directionName(each))));
  explorer.tell("place");
});

for (const part of element.querySelectorAll(".panels > [data-panel]")) {
  const tab = make("button", { type: "button", role: "tab", onclick: () => explorer.openPanel(part.dataset.panel) }, part.getAttribute("aria-label"));
  tab.dataset.for = part.dataset.panel;
  if (part.childElementCount) find(".tabs").append(tab);
}
find(".tabs").addEventListener("keydown", (event) => {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const tabs = [...element.querySelectorAll(".tabs [role=tab]")];
  const next = tabs[(tabs.findIndex((tab) => tab.dataset.for === state.panel) + by + tabs.length) % tabs.length];
  explorer.openPanel(next.dataset.for);
  next.focus();
});
explorer.panel("move", { open: strip.soon });

find(".undo").onclick = explorer.undo;
find(".redo").onclick = explorer.redo;
const reset = () => explorer.go((place) => { explorer.stopWalk(); Object.assign(place, { scale: 1, moves: [], amounts: {}, offsets: {}, t: 0.5, x: 0.5, y: 0.5, mix: 0, towards: null }); });
find(".reset").onclick = reset;
find(".smooth").addEventListener("change", (event) => big.classList.toggle("soft", event.target.checked));

const KEYS = { n: () => explorer.stepSeed(1), p: () => explorer.stepSeed(-1), r: () => explorer.anySeed(), f: () => explorer.keep(), 0: reset };
document.addEventListener("keydown", (event) => {
  // Wherever the focus is, as on the name of the tab that has just been opened; never while another tab is the open one.
  if (!element.isConnected || element.offsetParent === null || event.defaultPrevented) return;
  if (event.target.matches("textarea, [type=number], [type=text], input:not([type])")) return;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key !== "z") return;
    event.preventDefault();
    if (event.shiftKey) explorer.redo(); else explorer.undo();
  } else if (KEYS[key] && !event.altKey && !event.target.matches("select")) {
    event.preventDefault();
    explorer.stopWalk();
    KEYS[key]();
  }
});

explorer.openPanel("move");
explorer.tell("place");
models.list().then(() => {
  if (!whenArriving("explore", arriveAt)) explorer.fromLink();
});
// A model that another tab sends, perhaps with a picture of its live grid.
async function arriveAt(model, cell) {
  await models.list();
  if (!cell) { models.choose(model); return; }
  try { explorer.arrive(await ask("cell", { model, ...cell })); } catch (error) { say(error.message, "error"); }
}
