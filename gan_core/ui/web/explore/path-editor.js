/**
 * The stop that is edited, and how the whole path goes.
 *
 * @import { ExploreContext } from "./explorer.js"
 * @import { PathModel } from "./path-model.js"
 * @import { Path } from "./path-state.js"
 * @import { PathStops } from "./path-stops.js"
 */
import { LONGEST, SHORTEST, isDuration, legWords, lengthOf, setLength } from "./path-state.js";

const LIMITS = `${SHORTEST} to ${LONGEST} seconds`;

/** @param {ExploreContext} context @param {PathModel} model @param {PathStops} stops */
export function makeStopEditor({ find, notice }, model, stops) {
  const seconds = find("input.path-seconds");
  const easing = find("select.path-easing");
  /** @param {string} button @param {() => void} action */
  const onPress = (button, action) => find(`button.path-${button}`).addEventListener("click", action);

  function refresh() {
    const { path, selected, stop } = model;
    find("div.path-stop-editor").hidden = !stop;
    if (!stop) return;
    const words = legWords(path, selected);
    find("strong.path-which").textContent = `Stop ${selected + 1} of ${path.stops.length}`;
    find("div.path-leg").hidden = !words;
    find("span.path-towards").textContent = words;
    if (document.activeElement !== seconds) seconds.value = String(Number(stop.seconds.toFixed(3)));
    easing.value = stop.easing;
    find("button.path-earlier").disabled = selected === 0;
    find("button.path-later").disabled = selected === path.stops.length - 1;
    find("button.path-all").hidden = path.stops.length < 3;
  }

  onPress("earlier", () => stops.move(model.selected, model.selected - 1));
  onPress("later", () => stops.move(model.selected, model.selected + 1));
  onPress("remove", () => stops.remove(model.selected));
  onPress("copy", () => model.stop && stops.insert([structuredClone(model.stop)]));
  onPress("replace", () =>
    model.edit(() => {
      if (!model.stop) return;
      delete model.stop.z;
      model.stop.place = structuredClone(model.explorer.compact());
    }),
  );
  onPress("all", () => {
    if (!model.stop) return;
    const same = { seconds: model.stop.seconds, easing: model.stop.easing };
    model.edit((path) => path.stops.forEach((stop) => Object.assign(stop, same)));
  });
  easing.addEventListener("change", () =>
    model.edit(() => {
      if (model.stop) model.stop.easing = easing.value;
    }),
  );
  seconds.addEventListener("change", () => {
    const value = Number(seconds.value);
    if (!isDuration(value)) notice(`From stop to stop it takes ${LIMITS}.`, "error");
    else
      model.edit(() => {
        if (model.stop) model.stop.seconds = value;
      });
    seconds.value = String(Number(model.stop?.seconds.toFixed(3)));
  });
  model.on(refresh);
}

/** @param {ExploreContext} context @param {PathModel} model */
export function makePathSettings({ find, findAll, notice }, model) {
  const interpolations = findAll("input[name=gw-stop-interpolation]");
  const loop = find("input.path-loop");
  const steady = find("input.path-steady");
  const fps = find("select.path-fps");
  const length = find("input.path-length");
  const showLength = () => (length.value = String(Number(lengthOf(model.path).toFixed(2))));

  function refresh() {
    const { path } = model;
    for (const input of interpolations) input.checked = input.value === path.way;
    loop.checked = path.loop;
    steady.checked = path.steady;
    const rate = String(path.fps);
    if (![...fps.options].some((option) => option.value === rate)) fps.append(new Option(rate, rate));
    fps.value = rate;
    if (document.activeElement !== length) showLength();
    length.disabled = !path.stops.length;
    find("button.path-undo").disabled = !model.canUndo;
    find("button.path-redo").disabled = !model.canRedo;
  }

  for (const input of interpolations)
    input.addEventListener("change", () => model.edit((path) => (path.way = /** @type {Path["way"]} */ (input.value))));
  loop.addEventListener("change", () => model.edit((path) => (path.loop = loop.checked)));
  steady.addEventListener("change", () => model.edit((path) => (path.steady = steady.checked)));
  fps.addEventListener("change", () => model.edit((path) => (path.fps = Number(fps.value))));
  length.addEventListener("change", () => {
    const value = Number(length.value);
    if (!isDuration(value)) notice(`A path takes ${LIMITS}.`, "error");
    else model.edit((path) => setLength(path, value));
    showLength();
  });
  find("button.path-undo").addEventListener("click", () => model.undo());
  find("button.path-redo").addEventListener("click", () => model.redo());
  find('.panels > [data-panel="path"]').addEventListener("keydown", (event) => {
    const isText = /** @type {Element} */ (event.target).matches("[type=text], [type=number]");
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || isText) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.shiftKey) model.redo();
    else model.undo();
  });
  model.on(refresh);
}
