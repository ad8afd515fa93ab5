// Translate: what is chosen (mode, picture, model, direction, size) and who draws it. The parts are in translate_*.js.

const root = find(".translate"), models = find(".model"), directions = find(".directions"), download = find(".download");
const state = { model: "", direction: "AtoB", picture: null };  // `picture` is { source } or { file }: what the stage shows
let offered = { models: [], examples: [] }, listed = "", mode = "picture";

const scale = () => find("[name=gw-scale]:checked").value;
const modelOf = (id) => offered.models.find((each) => each.id === id);
function labels({ model, direction }) {
  const { A, B } = modelOf(model)?.domains ?? { A: "A", B: "B" };
  return direction === "AtoB" ? { from: A, to: B } : { from: B, to: A };
}
const settings = () => ({ model: state.model, direction: state.direction, scale: scale() });
function tell(text, kind = "info") {
  find("[data-notice]").textContent = "";
  if (text) { say(text, kind); find("[data-notice]").scrollIntoView({ block: "nearest" }); }
}

// --- The picture of the stage ------------------------------------------------------------------------------------------

const stage = makeStage();
let across = 512;
const SHOWN = 1600;  // pixels of the longer side that travel at first
const zoom = makeZoom(stage, () => across, async (wanted) => {
  const last = wishes.last();
  if (wanted <= SHOWN || across <= SHOWN || !last || last.answer.pixels || !DIRECT.includes(views.view()) || mode === "draw" || mode === "camera") return;
  last.answer.pixels = true;
  try {
    const all = await ask("pixels", { ...wishes.payload(last.wish), job: newJob() });
    await Promise.all([all.before, all.after].map((source) => Object.assign(new Image(), { src: source }).decode()));
    Object.assign(last.answer, all);
    if (wishes.last() === last && wishes.idle()) views.whole();
  } catch (error) { console.warn(error.message); }  // the smaller pictures stay
});
const views = makeViews(stage, () => {
  const last = wishes.last();
  return last && { wish: Object.assign(last.wish, { payload: wishes.payload(last.wish) }), answer: last.answer, labels: labels(last.wish) };
}, () => offered.models.flatMap((each) => each.directions.map((way) => ({ model: each.id, direction: way.id, label: way.label }))));

// The model and direction that were chosen last; {} where nothing is kept, or nothing that makes sense.
function kept() {
  try {
    const { model, direction } = JSON.parse(remembered("translate"));
    return typeof model === "string" && ["AtoB", "BtoA"].includes(direction) ? { model, direction } : {};
  } catch { return {}; }
}

function facts(line, notes = []) {
  find(".facts").textContent = line;
  find(".notes").replaceChildren(...notes.map((text) => make("li", {}, text)));
}
function adopt(current) {
  Object.assign(state, { model: current.model, direction: current.direction, picture: current.file ? { file: current.file } : { source: current.source } });
  settle();
}
const wishes = makeWishes(stage, {
  preview(current, answer) {
    current.previewed = true;
    if (across !== answer.width) zoom.reset();
    across = answer.width;
    adopt(current);
    stage.rough(true);
    if (DIRECT.includes(views.view())) views.direct(answer, labels(current), "Preview of the translation");
    zoom.redraw();
    facts(`${answer.width} x ${answer.height} pixels, translating …`);
    download.disabled = true;
    find(".again").hidden = true;
  },
  whole(current, answer) {
    if (across !== answer.width) zoom.reset();
    across = answer.width;
    adopt(current);
    stage.rough(false);
    facts(answer.line, answer.notes);
    download.disabled = false;
    find(".saved").textContent = answer.name;
    find(".again").hidden = true;
    views.whole();
    zoom.redraw();
    root.dataset.shown = JSON.stringify([current.source, current.model, current.direction, current.scale]);
  },
  cancelled(current) {
    adopt(current);
    facts("Cancelled; this is the small preview.");
    find(".again").hidden = false;
  },
  refuse(error) { stage.rough(false); tell(error.message, "error"); settle(); },
});
// The picture that was asked for last: another model chosen while one is on its way means that one.
function aimed() {
  const newest = wishes.idle() ? null : wishes.newest();
  return newest ? { file: newest.file, source: newest.source } : state.picture;
}
function wish(changes = {}) {
  const next = { ...aimed(), ...settings(), ...changes };
  if ((next.source || next.file) && next.model) wishes.wish(next);
}
function showFile(blob) { setMode("picture"); wish({ source: undefined, file: { blob } }); }
find(".again").addEventListener("click", () => wish());

download.addEventListener("click", async () => {
  const last = wishes.last();
  if (!last) return;
  download.disabled = true;
  try {
    const file = await ask("file", { ...wishes.payload(last.wish), job: newJob(), strength: DIRECT.includes(views.view()) ? stage.strength() : 1 });
    make("a", { href: file.url, download: file.name }).click();
  } catch (error) { tell(error.message, "error"); }
  download.disabled = false;
});

// --- Models, directions, examples ----------------------------------------------------------------------------------------

async function refresh() {
  const answer = await ask("translators", { version: listed });
  if (answer.version !== listed) {
    offered = answer;
    listed = answer.version;
    root.dataset.ready = "yes";
    find(".empty").hidden = answer.models.length > 0;
    find(".room").hidden = answer.models.length === 0;
    models.replaceChildren(...[...new Set(answer.models.map((each) => each.group))].map((group) =>
      make("optgroup", { label: group }, ...answer.models.filter((each) => each.group === group).map((each) => new Option(each.id, each.id)))));
    if (!modelOf(state.model)) {  // what was chosen last in this browser, while it is there
      const last = kept();
      Object.assign(state, modelOf(last.model) ? last : { model: answer.models[0]?.id ?? "" });
    }
    settle();
  }
  if (!state.picture && !wishes.newest() && state.model) open();
}

// A first picture, without a click: an example of what this model translates.
function open(model = state.model) {
  const known = fitting(model), example = known.find((each) => exampleWish(each, model).direction === state.direction) ?? known[0];
  if (example) wish({ model, file: undefined, ...exampleWish(example, model) });
}
const domainsOf = (model) => Object.values(modelOf(model)?.domains ?? {});
const fits = (example, model) => domainsOf(model).some((domain) => domain.toLowerCase().includes(example.domain));
const fitting = (model) => {
  const known = offered.examples.filter((example) => fits(example, model));
  return known.length ? known : offered.examples;
};
function exampleWish(example, model) {
  const [a, b] = domainsOf(model).map((domain) => domain.toLowerCase().includes(example.domain));
  const ways = modelOf(model)?.directions.map((each) => each.id) ?? [], way = b && !a ? "BtoA" : a ? "AtoB" : state.direction;
  return { source: { example: example.id }, direction: ways.includes(way) ? way : ways[0] };
}

// Bring every control to what is shown (or, while a wish is on its way, to what was wished for).
function settle() {
  const aim = !wishes.idle() && wishes.newest() ? wishes.newest() : { ...state, ...state.picture };
  const model = modelOf(aim.model);
  Object.assign(state, { model: aim.model, direction: aim.direction });
  models.value = aim.model;
  if (model) remember("translate", JSON.stringify({ model: state.model, direction: state.direction }));
  find(".about").textContent = model?.line ?? "";
  const ways = model?.directions ?? [], listing = JSON.stringify([aim.model, ways]);
  if (directions.dataset.of !== listing) {  // built anew only for another model: the focus stays where it is
    directions.dataset.of = listing;
    directions.replaceChildren(...ways.map((each) => {
      const radio = make("input", { type: "radio", name: "gw-direction", value: each.id });
      radio.addEventListener("change", () => turn({ direction: each.id }));
      return make("label", {}, radio, make("span", {}, each.label));
    }));
  }
  for (const radio of directions.querySelectorAll("input")) radio.checked = radio.value === aim.direction;
  views.allow({ live: mode === "draw" || mode === "camera", drawn: mode === "draw", back: model?.directions.length > 1, discriminator: model?.discriminators.includes(aim.direction.at(-1)), models: offered.models.length > 1 });
  const pictures = fitting(aim.model), place = find(".examples");
  if (place.dataset.of !== pictures.map((each) => each.id).join()) {
    place.dataset.of = pictures.map((each) => each.id).join();
    place.replaceChildren(...pictures.map((each) => {
      const button = make("button", { type: "button", title: each.title }, make("img", { src: each.picture, alt: each.title }));
      button.addEventListener("click", () => { tell(""); wish({ file: undefined, ...exampleWish(each, models.value) }); });
      button.dataset.id = each.id;
      return button;
    }));
  }
  for (const button of place.children) button.setAttribute("aria-pressed", String(aim.source?.example === button.dataset.id));
  out.refresh();
}

// Another model, direction or size: at once, for whatever is on the stage.
function turn(changes) {
  tell("");
  const ways = modelOf(changes.model ?? state.model)?.directions.map((each) => each.id) ?? [];
  Object.assign(state, changes);
  if (!ways.includes(state.direction)) state.direction = ways[0] ?? "AtoB";
  if (mode === "draw") { settle(); draw.again(); return; }
  if (mode === "camera") { settle(); return; }
  if (root.dataset.film === "yes") { settle(); film.again(); return; }
  const example = offered.examples.find((each) => each.id === aimed()?.source?.example);
  if (changes.model && example && !fits(example, changes.model)) open(changes.model);
  else wish();
}
models.addEventListener("change", () => turn({ model: models.value }));
for (const radio of element.querySelectorAll("[name=gw-scale]")) radio.addEventListener("change", () => turn({}));

// --- Modes ---------------------------------------------------------------------------------------------------------------

const out = makeOut(settings, tell);
const draw = makeDraw(stage, { settings, side: () => modelOf(state.model)?.size || 256, labels: () => labels(state), propose, tell, picture: () => wishes.last()?.answer, keep: showFile, facts });
const camera = makeCamera(stage, { settings, labels: () => labels(state), tell, keep: showFile, facts, view: views.view });
const many = makeMany({ settings, strength: stage.strength, tell, open: (source) => wish({ file: undefined, source }) });
const film = makeFilm(stage, { settings, labels, tell, facts, board: many.board });
const bring = makeImport({ tell, refresh, choose: (model) => turn({ model }) });
// Another tab sends a model: the Train tab one of its run.
whenArriving("translate", async (model) => {
  try { await refresh(); } catch (error) { tell(error.message); return; }
  if (!modelOf(model)) tell(`${model} is not there (any more); choose another model.`);
  else if (state.picture) turn({ model }); else open(model);  // the first picture of the page may still be on its way, for another model
});

// The model that a mode is best with, if there is one; the choice stays the person's.
function propose(domain) {
  if (domainsOf(state.model).some((each) => each.toLowerCase().includes(domain))) return;
  const model = offered.models.find((each) => domainsOf(each.id).some((name) => name.toLowerCase().includes(domain)));
  if (!model) return;
  Object.assign(state, { model: model.id, direction: model.domains.A.toLowerCase().includes(domain) || model.directions.length < 2 ? model.directions[0].id : "BtoA" });
  settle();
}
function setMode(next) {
  if (mode === next) return;
  mode = root.dataset.mode = next;
  find(`[name=gw-mode][value="${next}"]`).checked = true;
  tell("");
  zoom.reset();
  const on = { ".drawing": "draw", ".beginnings": "draw", ".filming": "camera", ".privacy": "camera", ".folder": "many" };
  for (const [part, of] of Object.entries(on)) find(part).hidden = of !== next;
  find(".examples").hidden = next !== "picture";
  find(".drop").hidden = next === "draw" || next === "camera";
  find(".strip").hidden = next !== "many";
  find(".line").textContent = "";
  camera.leave();
  if (next === "draw") { draw.enter(); across = draw.across(); settle(); }
  else if (next === "camera") { camera.enter(); settle(); }
  else if (wishes.last()) { settle(); wishes.last().wish.model === state.model ? views.whole() : wish(); facts(wishes.last().answer.line, wishes.last().answer.notes); }
  else settle();
}
for (const input of element.querySelectorAll("[name=gw-mode]")) input.addEventListener("change", () => setMode(input.value));

makeSources(async (files, folder) => {
  if (!files.length) { tell("There is nothing in it that could be translated."); return; }
  if (files.every(isModel)) { bring(files); return; }
  if (!state.model) { tell("There is no translator yet: train one, or drop a model here."); return; }
  tell("");
  let aside = "";
  if (folder || files.length > 1) {  // a folder holds more than pictures: left out by the rules of every folder
    try {
      const { kept, line } = await ask("select_files", { names: files.map(pathOf) }), names = new Set(kept);
      files = files.filter((file) => names.has(pathOf(file)));
      aside = line;
    } catch (error) { tell(error.message, "error"); return; }
    if (!files.length) { tell(`There is nothing in it that could be translated. ${aside}`.trim()); return; }
  }
  try { await tellApart(files); } catch (error) { tell(error.message, "error"); return; }
  if (!folder && files.length === 1 && !isZip(files[0]) && !isVideo(files[0])) { showFile(files[0]); return; }
  setMode("many");
  if (files.length === 1 && isVideo(files[0])) film.take(files[0]); else many.take(files, aside);
});

every(() => CALM, refresh);
// An app that was started anew no longer has what was sent to the old one: the picture of the stage is sent once more.
window.addEventListener("gw:back", () => {
  if (!element.isConnected || !state.picture?.file) return;
  state.picture.file.place = undefined;
  if (mode !== "draw" && mode !== "camera") wish();
});
