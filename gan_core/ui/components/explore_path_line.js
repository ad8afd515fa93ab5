// Path: its stops as data, every change of them undoable, and the time line on which they lie.

const pathData = makePathData();
function makePathData() {
  const KEPT = "gan-workbench-path", listeners = [], past = [], future = [];
  const fresh = () => ({ schema: 1, stops: [], way: "spline", loop: true, steady: false, fps: 25 });
  let now = fresh(), selected = -1;
  const stop = (place) => ({ place, seconds: now.stops[selected]?.seconds ?? now.stops.at(-1)?.seconds ?? 2, easing: "linear" });
  const legs = () => (now.loop || now.stops.length === 1 ? now.stops : now.stops.slice(0, -1));
  const seconds = () => legs().reduce((sum, leg) => sum + leg.seconds, 0);
  function changed() {
    selected = Math.min(selected, now.stops.length - 1);
    try { sessionStorage.setItem(KEPT, JSON.stringify({ model: explorer.state.model, path: now })); } catch { /* a private window keeps nothing */ }
    for (const listen of listeners) listen(now);
  }
  // One change that can be undone.
  function edit(change, chosen = selected) {
    const before = JSON.stringify(now);
    change(now);
    selected = chosen;
    if (JSON.stringify(now) !== before) { past.push(before); future.length = 0; if (past.length > 200) past.shift(); }
    changed();
  }
  function travel(from, to) {
    if (!from.length) return;
    to.push(JSON.stringify(now));
    now = JSON.parse(from.pop());
    changed();
  }
  function again() {  // after a reload the path is still there, if it was made with this model
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT));
      if (kept?.model === explorer.state.model && kept.path.stops.length) { now = kept.path; return true; }
    } catch { /* nothing of ours */ }
    return false;
  }
  explorer.on("renamed", (anew) => {
    now = JSON.parse(anew(JSON.stringify(now)));
    for (const list of [past, future]) list.splice(0, list.length, ...list.map(anew));
    changed();
  });
  // Where a stop is: the numbers that it was kept with, where the open model takes them.
  const placeOf = ({ place, z = [] }) => (!z.length || z.length !== explorer.state.facts?.latent_dim ? place
    : { kind: "vector", vector: z, ...Object.fromEntries(["label", "towards", "mix"].filter((name) => name in place).map((name) => [name, place[name]])) });
  return { get: () => now, placeOf, edit, stop, legs, seconds, again, changed, on: (listen) => listeners.push(listen),
    undo: () => travel(past, future), redo: () => travel(future, past), canUndo: () => past.length > 0, canRedo: () => future.length > 0,
    set: (path) => edit((old) => Object.assign(old, structuredClone(path)), -1),
    selected: () => selected, select: (index) => { selected = index; changed(); } };
}

makePathLine();
function makePathLine() {
  const { state } = explorer, line = find(".path-line"), editor = find(".path-stop-editor"), from = find(".path-from"), hint = find(".path-hint");
  const pictures = new Map();
  let lifted = -1, refused = "", inView = -1;

  // --- What there is to add -----------------------------------------------------------------------------------------------
  const here = () => pathData.stop(structuredClone(compact(state.place)));
  const insert = (stops) => {
    const at = pathData.selected() < 0 ? pathData.get().stops.length : pathData.selected() + 1;
    if (pathData.get().stops.length + stops.length > 200) { say("A path has up to 200 stops."); return; }
    pathData.edit((path) => path.stops.splice(at, 0, ...stops), at + stops.length - 1);
  };
  const seedStop = (seed) => pathData.stop({ kind: "seed", seed, ...(state.facts?.classes.length ? { label: state.place.label } : {}) });
  find(".path-add").onclick = () => insert([here()]);
  find(".path-random").onclick = () => insert([seedStop(randomSeed())]);
  find(".path-clear").onclick = () => pathData.edit((path) => { path.stops = []; }, -1);
  const favourite = (each) => ({ ...pathData.stop(structuredClone(each.latent)), ...(each.z && each.latent.amounts ? { z: each.z } : {}) });
  function offer(list) {
    from.hidden = !list.length;
    from.replaceChildren(new Option("Add a favourite …", ""), ...(list.length > 1 ? [new Option(`All ${list.length}`, "all")] : []), ...list.map((each, index) => new Option(each.name, index)));
  }
  explorer.on("favourites", offer);
  from.addEventListener("change", () => {
    const list = explorer.favourites();
    if (from.value !== "") insert((from.value === "all" ? list : [list[Number(from.value)]]).map(favourite));
    from.value = "";
  });

  // --- The stops ----------------------------------------------------------------------------------------------------------
  const keyOf = (stop) => JSON.stringify([state.model, state.step, state.model.startsWith("live:") ? state.shown.version : 0, stop.place, stop.z]);
  // Of a steady path it is measured how long each leg takes.
  let timed = null;
  const timedKey = () => JSON.stringify([state.model, state.step, pathData.get()]);
  function takes(stop, index) {
    if (!pathData.get().steady || pathData.get().stops.length < 2) return `${Number(stop.seconds.toFixed(2))} s`;
    if (timed?.key !== timedKey()) return "…";
    return `${Number(((timed.stops[index + 1] ?? timed.seconds) - timed.stops[index]).toFixed(1))} s`;
  }
  function fill() {
    const { stops, loop, steady } = pathData.get();
    const focus = line.contains(document.activeElement), scrolled = line.scrollTop;
    line.replaceChildren(...stops.map((stop, index) => {
      const last = index === stops.length - 1;
      const words = last && !loop && stops.length > 1 ? "end" : `${takes(stop, index)}${{ linear: "", hold: " ▮" }[stop.easing] ?? " ∿"}${last && loop && stops.length > 1 ? " ↺" : ""}`;
      const button = explorer.thumb(pictures.get(keyOf(stop)) ?? "data:,", words, () => { if (pathData.selected() !== index) pathData.select(index); visit(index); }, { alt: `Stop ${index + 1}` });
      button.setAttribute("aria-label", `Stop ${index + 1}, ${words}`);
      button.setAttribute("aria-pressed", index === pathData.selected());
      button.draggable = true;
      button.title = "Press to go there, drag to another place in the path";
      const box = make("div", { class: "path-stop" }, button, make("b", {}, `${index + 1}`));
      button.addEventListener("dragstart", (event) => { lifted = index; box.classList.add("lifted"); event.dataTransfer.setData("text/plain", `stop ${index + 1}`); event.dataTransfer.effectAllowed = "move"; });
      button.addEventListener("dragend", () => { lifted = -1; unmark(); });
      button.addEventListener("keydown", (event) => key(event, index));
      return box;
    }));
    line.scrollTop = scrolled;
    if (inView !== pathData.selected()) {  // the chosen stop is to be seen, without moving the page
      inView = pathData.selected();
      const box = line.children[inView], top = (box?.offsetTop ?? 0) - line.offsetTop;
      if (box && (top < line.scrollTop || top + box.offsetHeight > line.scrollTop + line.clientHeight)) line.scrollTop = top + box.offsetHeight - line.clientHeight / 2;
    }
    if (focus) line.children[pathData.selected()]?.querySelector("button").focus({ preventScroll: true });
    hint.textContent = refused || (!stops.length ? "A path goes through pictures that you choose: add the one that is shown, random ones, or favourites."
      : stops.length === 1 ? "One stop alone stands still: add another picture to go to." : steady ? "Steady speed shares the length among the stops by how far the picture changes on the way." : "");
    refreshEditor();
    fetchPictures();
  }
  const fetchFor = latestWins((wish) => ask("path_thumbs", wish), (answer, wish) => {
    wish.stops.forEach((stop, index) => pictures.set(wish.keys[index], answer.pictures[index]));
    refused = "";
    while (pictures.size > 600) pictures.delete(pictures.keys().next().value);
    fill();
  }, (error) => { refused = `Not every stop fits this model. ${error.message}`; hint.textContent = refused; });
  function fetchPictures() {
    if (!state.model || !explorer.isOpen("path")) return;
    const missing = pathData.get().stops.filter((stop) => !pictures.has(keyOf(stop))).slice(0, 24);
    if (missing.length) fetchFor({ model: state.model, step: state.step, stops: missing, keys: missing.map(keyOf) });
  }
  function visit(index) {
    const stop = pathData.get().stops[index];
    explorer.show(pathData.placeOf(stop));
    explorer.tell("visited", index);
  }

  // --- Moving them --------------------------------------------------------------------------------------------------------
  function move(index, to) {
    const count = pathData.get().stops.length;
    if (to < 0 || to >= count || to === index) return;
    pathData.edit((path) => path.stops.splice(to, 0, ...path.stops.splice(index, 1)), to);
  }
  const remove = (index) => pathData.edit((path) => path.stops.splice(index, 1), Math.min(index, pathData.get().stops.length - 2));
  function key(event, index) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) {
      event.preventDefault();
      if (event.altKey || event.shiftKey) move(index, index + by);
      else line.children[index + by]?.querySelector("button").focus();
    } else if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(index); }
  }
  function unmark() { for (const box of line.children) box.classList.remove("before", "behind", "lifted"); }
  // Where something dragged would go: before or behind the stop below it.
  function slot(event) {
    const box = event.target.closest?.(".path-stop");
    if (!box) return { index: line.childElementCount };
    const { left, width } = box.getBoundingClientRect(), behind = event.clientX > left + width / 2;
    return { box, behind, index: [...line.children].indexOf(box) + (behind ? 1 : 0) };
  }
  line.addEventListener("dragover", (event) => {
    if (lifted < 0 && !explorer.dragged) return;
    event.preventDefault();
    const { box, behind } = slot(event);
    for (const other of line.children) other.classList.remove("before", "behind");
    box?.classList.add(behind ? "behind" : "before");
  });
  line.addEventListener("drop", (event) => {
    if (lifted < 0 && !explorer.dragged) return;
    event.preventDefault();
    const { index } = slot(event);
    if (lifted >= 0) move(lifted, index > lifted ? index - 1 : index);
    else { const stop = favourite(explorer.dragged); pathData.edit((path) => path.stops.splice(index, 0, stop), index); }
    lifted = -1;
    unmark();
  });

  // --- The chosen one -----------------------------------------------------------------------------------------------------
  const chosen = () => pathData.get().stops[pathData.selected()];
  function refreshEditor() {
    const stop = chosen(), { stops, loop } = pathData.get(), index = pathData.selected();
    editor.hidden = !stop;
    if (!stop) return;
    const last = index === stops.length - 1, leads = !last || loop || stops.length === 1;
    find(".path-which").textContent = `Stop ${index + 1} of ${stops.length}`;
    find(".path-leg").hidden = !leads;
    find(".path-towards").textContent = stops.length === 1 ? "Stays" : last ? "Back to stop 1 in" : `To stop ${index + 2} in`;
    if (document.activeElement !== find(".path-seconds")) find(".path-seconds").value = Number(stop.seconds.toFixed(3));
    find(".path-easing").value = stop.easing;
    find(".path-earlier").disabled = index === 0;
    find(".path-later").disabled = last;
    find(".path-all").hidden = stops.length < 3;
  }
  find(".path-earlier").onclick = () => move(pathData.selected(), pathData.selected() - 1);
  find(".path-later").onclick = () => move(pathData.selected(), pathData.selected() + 1);
  find(".path-remove").onclick = () => remove(pathData.selected());
  find(".path-copy").onclick = () => insert([structuredClone(chosen())]);
  find(".path-replace").onclick = () => pathData.edit((path) => { const stop = path.stops[pathData.selected()]; delete stop.z; stop.place = here().place; });
  find(".path-all").onclick = () => { const { seconds, easing } = chosen(); pathData.edit((path) => path.stops.forEach((stop) => Object.assign(stop, { seconds, easing }))); };
  find(".path-easing").addEventListener("change", (event) => pathData.edit(() => { chosen().easing = event.target.value; }));
  find(".path-seconds").addEventListener("change", (event) => {
    const value = Number(event.target.value);
    if (!(value >= 0.1 && value <= 600)) say("From stop to stop it takes 0.1 to 600 seconds.", "error");
    else pathData.edit(() => { chosen().seconds = value; });
    refreshEditor();
    event.target.value = Number(chosen().seconds.toFixed(3));
  });

  const fresh = () => { refused = ""; fill(); };
  pathData.on(fresh);
  explorer.on("path-course", (course) => { if (course?.speed) { timed = { ...course, key: timedKey() }; fill(); } });
  explorer.on("model", fresh);
  // New weights of a training, or another moment of one: the stops look different then.
  let weights = "";
  explorer.on("shown", (answer) => {
    const now = JSON.stringify([state.model, state.step, answer.version]);
    if (weights === now || !explorer.isOpen("path")) return;
    weights = now;
    fetchPictures();
  });
  // Untouched, there is something to see: four seeds.
  explorer.on("path-open", () => {
    if (!pathData.get().stops.length && !pathData.canUndo() && !pathData.again())
      pathData.get().stops = [0, 1, 2, 3].map(seedStop);
    offer(explorer.favourites());
    pathData.changed();
  });
}
