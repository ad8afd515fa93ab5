// Explore: where one stands and what all panels share. `state.place` describes the latent; the server computes it and draws
// (gan_core/latents/spec.py). Panels listen: explorer.on("model" | "shown" | "place" | "favourites" | "dropped", fn).

const root = find(".explore"), big = find(".big");
const HOME = { kind: "seed", seed: 0, ends: [0, 1], t: 0.5, corners: [0, 1, 2, 3], x: 0.5, y: 0.5, way: "slerp", scale: 1,
               moves: [], amounts: {}, offsets: {}, vector: [], label: 0, towards: null, mix: 0 };
const MOST_MOVES = 64, LARGEST_SEED = 4294967295, MOST_UNDO = 200;
const OWN = { seed: ["seed"], path: ["ends", "t", "way"], pad: ["corners", "x", "y", "way"], vector: ["vector"] };

const randomSeed = () => Math.floor(Math.random() * 1e6);
const isEmpty = (object) => !Object.keys(object).length;

// A part of a drawing: like `make`, for what stands inside an <svg>.
function svg(tag, attributes = {}) {
  const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
  return part;
}

// Only what matters for this kind of place travels.
function compact(place) {
  const sent = { kind: place.kind };
  for (const key of OWN[place.kind]) sent[key] = place[key];
  if (place.scale !== 1) sent.scale = place.scale;
  if (place.moves.length) sent.moves = place.moves;
  const amounts = Object.fromEntries(Object.entries(place.amounts).filter(([, amount]) => amount));
  if (!isEmpty(amounts)) sent.amounts = amounts;
  if (!isEmpty(place.offsets)) sent.offsets = place.offsets;
  if (explorer.state.facts?.classes.length) {
    sent.label = place.label;
    if (place.towards !== null && place.mix) Object.assign(sent, { towards: place.towards, mix: place.mix });
  }
  return sent;
}
// The other way round: what a favourite, a link or a file tells, on top of where one stood.
const whole = (place, before = HOME) => ({ ...structuredClone(before), scale: 1, moves: [], amounts: {}, offsets: {}, towards: null, mix: 0, ...structuredClone(place) });

const explorer = makeExplorer();
function makeExplorer() {
  const listeners = {}, panels = {};
  const state = { model: "", step: null, place: structuredClone(HOME), facts: null, shown: {}, seq: 0, panel: "move" };
  let past = [], future = [], failing = false;

  const on = (what, listen) => { (listeners[what] ??= []).push(listen); };
  const tell = (what, ...values) => { for (const listen of listeners[what] ?? []) listen(...values); };

  // --- Drawing: the newest wish wins on the way in, and an older picture never replaces a newer one --------------------
  const needs = new Set();  // who wants the numbers of the latent with every picture
  const wish = (more = {}) => ({ model: state.model, step: state.step, latent: compact(state.place), ...more });
  const wishFor = latestWins((wanted) => ask("draw", wanted), shown, refuse);
  function draw() {
    if (!state.model) return;
    state.seq += 1;
    root.dataset.asked = state.seq;  // and `seq` of the picture says what is shown
    wishFor(wish({ seq: state.seq, numbers: needs.size > 0 }));
  }
  // New weights of a training show by themselves: ask again when the last wish is on screen and nothing else is wanted.
  function follow() {
    if (!state.model.startsWith("live:") || state.step !== null) return;
    const again = wish({ seq: state.seq, numbers: needs.size > 0 });
    if (failing) wishFor(again);
    else if (state.shown.seq === state.seq) wishFor({ ...again, known: state.shown.version });
  }
  function shown(answer, wanted) {
    if (failing) { say(""); failing = false; }
    big.classList.remove("stale");
    if (wanted.model !== state.model || wanted.step !== state.step || answer.same) return;
    state.shown = answer;
    big.onload = () => {
      big.dataset.seq = answer.seq;
      big.dataset.version = answer.version;
      big.dataset.place = JSON.stringify(wanted.latent);
    };
    if (big.getAttribute("width") !== String(answer.side)) big.width = big.height = answer.side;
    big.src = answer.picture;
    root.dataset.ready = "yes";
    tell("shown", answer, wanted);
  }
  function refuse(error) {
    failing = true;
    big.classList.add("stale");  // what is still to be seen is not what was asked for
    say(error.message, "error");
    tell("failed", error);
  }

  // --- Going somewhere, and back --------------------------------------------------------------------------------------
  const here = () => JSON.stringify({ place: state.place, step: state.step, model: state.model });
  function remember() {
    const now = here();
    if (now !== past.at(-1)) { past.push(now); future = []; past = past.slice(-MOST_UNDO); }
    refreshHistory();
  }
  function refreshHistory() { find(".undo").disabled = past.length < 2; find(".redo").disabled = !future.length; }
  function travel(from, to) {
    if (from === past ? past.length < 2 : !future.length) return;
    to.push(from.pop());
    const { place, step, model } = JSON.parse(past.at(-1));
    say("");
    state.place = place;
    if (model !== state.model) tell("choose", model, step); else { state.step = step; changed(); }
    refreshHistory();
  }
  // Where a walk has come to is a place of its own: one goes back to where it began.
  const undo = () => { explorer.stopWalk(); travel(past, future); }, redo = () => { explorer.stopWalk(); travel(future, past); };
  function changed() { draw(); tell("place"); }  // the picture is asked for first: what shows the place has time until it comes
  // One move that can be undone; while something is dragged: `explorer.drag(change)`, then `explorer.remember()` at its end.
  function go(change) { say(""); change(state.place); changed(); remember(); }
  function drag(change) { change(state.place); changed(); }
  // Jump to a place (as files, links and favourites tell it), perhaps of another model and at another step.
  function show(place, { model = state.model, step = state.step } = {}) {
    state.place = whole(place, state.place);
    if (model && model !== state.model) { tell("choose", model, step); remember(); return; }
    state.step = step;
    changed();
    remember();
  }
  // Directions got other names: what goes along them, here and in what can be undone, still does.
  function renameAmounts(named) {
    const renamed = (key, value) => (key === "amounts" && value ? Object.fromEntries(Object.entries(value).map(([id, amount]) => [named(id), amount])) : value);
    const anew = (text) => JSON.stringify(JSON.parse(text, renamed));
    state.place = JSON.parse(JSON.stringify(state.place), renamed);
    [past, future] = [past.map(anew), future.map(anew)];
    tell("renamed", anew);
    changed();
  }
  function toStep(step) {
    if (step === state.step) return;
    state.step = step;
    changed();
  }

  // --- Panels -----------------------------------------------------------------------------------------------------------
  function panel(name, { open = () => {}, close = () => {} } = {}) { panels[name] = { open, close }; }
  function openPanel(name) {
    if (!find(`.panels [data-panel="${name}"]`)) return;
    const before = state.panel;
    state.panel = name;
    for (const tab of element.querySelectorAll(".tabs [role=tab]")) {
      const chosen = tab.dataset.for === name;
      tab.setAttribute("aria-selected", chosen);
      tab.tabIndex = chosen ? 0 : -1;
    }
    for (const part of element.querySelectorAll(".panels > [data-panel]")) part.hidden = part.dataset.panel !== name;
    if (before !== name) panels[before]?.close();
    panels[name]?.open();
  }

  // Work that takes a while: the server's `task`, how far it is in `bar`, and what cancels it.
  function work(task, wanted, bar) {
    const job = `${task} ${Math.random()}`;
    bar.value = 0;
    const timer = setInterval(async () => {
      try { bar.value = (await ask("job_progress", { job })).share; } catch { /* the work itself will say what is wrong */ }
    }, 300);
    return { done: ask(task, { ...wanted, job }).finally(() => clearInterval(timer)),
             cancel: () => ask("job_cancel", { job }).catch((error) => console.warn(error.message)) };
  }

  // A picture to choose: a button with an image and, perhaps, a word below it.
  function thumb(src, words, onclick, { alt = words, caption = words } = {}) {
    const button = make("button", { type: "button", class: "thumb", onclick }, make("img", { src, alt, draggable: false }));
    if (caption) button.append(make("small", {}, caption));
    return button;
  }

  return { state, on, tell, draw, follow, wish, go, drag, show, toStep, renameAmounts, remember, undo, redo, panel, openPanel, work, thumb, needs,
           isOpen: (name) => state.panel === name, failed: () => failing, forgive: () => { failing = false; } };
}
