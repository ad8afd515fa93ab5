// Path: how the whole of it goes, undo, and the panel.

makePathSettings();
function makePathSettings() {
  const panel = find('.panels > [data-panel="path"]'), loop = find(".path-loop"), steady = find(".path-steady"), fps = find(".path-fps"), length = find(".path-length");
  function refresh() {
    const path = pathData.get();
    for (const input of element.querySelectorAll("[name=gw-road]")) input.checked = input.value === path.way;
    loop.checked = path.loop;
    steady.checked = path.steady;
    if (![...fps.options].some((option) => Number(option.value) === path.fps)) fps.append(new Option(path.fps, path.fps));
    fps.value = path.fps;
    if (document.activeElement !== length) length.value = Number(pathData.seconds().toFixed(2));
    length.disabled = !path.stops.length;
    find(".path-undo").disabled = !pathData.canUndo();
    find(".path-redo").disabled = !pathData.canRedo();
  }
  for (const input of element.querySelectorAll("[name=gw-road]")) input.addEventListener("change", () => pathData.edit((path) => { path.way = input.value; }));
  loop.addEventListener("change", () => pathData.edit((path) => { path.loop = loop.checked; }));
  steady.addEventListener("change", () => pathData.edit((path) => { path.steady = steady.checked; }));
  fps.addEventListener("change", () => pathData.edit((path) => { path.fps = Number(fps.value); }));
  // Every stop keeps its share of the new length.
  length.addEventListener("change", () => {
    const value = Number(length.value), before = pathData.seconds();
    if (!(value >= 0.1 && value <= 600)) say("A path takes 0.1 to 600 seconds.", "error");
    else pathData.edit((path) => { for (const stop of path.stops) stop.seconds = Math.max(0.01, stop.seconds * value / before); });
    length.value = Number(pathData.seconds().toFixed(2));
  });
  find(".path-undo").onclick = pathData.undo;
  find(".path-redo").onclick = pathData.redo;
  panel.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.matches("[type=text], [type=number]")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) pathData.redo(); else pathData.undo();
  });
  pathData.on(refresh);
  explorer.panel("path", { open: () => { explorer.tell("path-open"); pathPlay.soon(); }, close: pathPlay.pause });
}
