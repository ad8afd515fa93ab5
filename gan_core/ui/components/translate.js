// Translate: one wish at a time (what is shown is always of the newest), first a small preview, then all pixels.

const root = find(".translate"), compare = find(".compare"), handle = find(".handle"), before = find(".before"), after = find(".after");
const models = find(".model"), directions = find(".directions"), download = find(".download"), cycle = find(".cycle");
const state = { source: null, model: "", direction: "AtoB" };
let offered = { models: [], examples: [] }, listed = "", newest = null, shownBefore = "";

// --- Asking and showing ---------------------------------------------------------------------------------------------

const translate = latestWins(send, show, refuse);

function wish(changes = {}) {
  const next = { ...state, scale: find("[name=gw-scale]:checked").value, cycle: cycle.checked, ...changes };
  if (!next.source || !next.model) return;
  newest = next;
  compare.dataset.busy = "yes";
  translate(next);
}

async function send(current) {
  const small = await ask("preview", current);
  showPreview(small, current);
  return newest === current ? ask("translate", current) : null;  // overtaken: the whole picture would be thrown away
}

function showPreview(answer, current) {
  Object.assign(state, { source: current.source, model: current.model, direction: current.direction });
  const ratio = answer.width / answer.height;
  compare.style.setProperty("--ratio", Math.max(ratio, 0.05));
  compare.style.setProperty("--most", `${Math.max(answer.width, 360) * (answer.width < 360 ? 1.4 : 1)}px`);
  compare.classList.toggle("tiny", Math.max(answer.width, answer.height) <= 64);
  compare.classList.toggle("clear", answer.before.startsWith("data:image/png"));
  compare.classList.add("rough");
  if (shownBefore !== answer.before) before.src = shownBefore = answer.before;
  after.src = answer.after;
  after.alt = "Preview of the translation";
  name({ ...current, cycle: false });
  find(".facts").textContent = `${answer.width} x ${answer.height} pixels, translating …`;
  find(".notes").replaceChildren();
  download.setAttribute("aria-disabled", "true");
  download.removeAttribute("href");
  settle();
}

function show(answer, current) {
  if (!answer) return;
  const words = labels(current);
  after.src = answer.after;
  name(current);
  after.alt = current.cycle ? `There and back: ${words.there}, then ${words.back}` : `Translated: ${words.there}`;
  before.alt = `Original: ${current.source.name || current.source.example}`;
  compare.classList.remove("rough");
  find(".facts").textContent = answer.line;
  find(".notes").replaceChildren(...answer.notes.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  download.href = answer.url;
  download.download = answer.name;
  download.setAttribute("aria-disabled", "false");
  find(".saved").textContent = answer.name;
  if (newest === current) { compare.dataset.busy = "no"; notice(""); }
}

function name(current) {
  const words = labels(current);
  find(".tag.left").textContent = words.from;
  find(".tag.right").textContent = current.cycle ? `${words.from} again` : words.to;
}

// What could not be done is said; the picture, the controls and the download of before stay.
function refuse(error, current) {
  if (newest !== current) return;
  compare.dataset.busy = "no";
  compare.classList.remove("rough");
  notice(error.message, "error");
  settle();
}

function notice(text, kind = "info") {
  find("[data-notice]").textContent = "";
  if (!text) return;
  say(text, kind);
  find("[data-notice]").scrollIntoView({ block: "nearest" });
}

function labels(current) {
  const model = offered.models.find((each) => each.id === current.model);
  const [a, b] = model ? [model.domains.A, model.domains.B] : ["A", "B"];
  const [from, to] = current.direction === "AtoB" ? [a, b] : [b, a];
  return { from, to, there: `${from} to ${to}`, back: `${to} to ${from}` };
}

// --- Models, directions, examples ------------------------------------------------------------------------------------

async function refresh() {
  const answer = await ask("offer", { version: listed });
  if (answer.version !== listed) {
    offered = answer;
    listed = answer.version;
    root.dataset.ready = "yes";
    find(".empty").hidden = answer.models.length > 0;
    find(".room").hidden = answer.models.length === 0;
    models.replaceChildren(...[...new Set(answer.models.map((each) => each.group))].map((name) => {
      const part = Object.assign(document.createElement("optgroup"), { label: name });
      part.append(...answer.models.filter((each) => each.group === name).map((each) => new Option(each.id, each.id)));
      return part;
    }));
    if (!answer.models.some((each) => each.id === state.model)) state.model = answer.models[0]?.id ?? "";
    settle();
  }
  if (!state.source && !newest && state.model) open();
}

// A first picture, without a click: an example of what this model translates.
function open(model = state.model) {
  const example = fitting(model)[0];
  if (example) wish({ model, ...exampleWish(example, model) });
}

const domainsOf = (model) => Object.values(offered.models.find((each) => each.id === model)?.domains ?? {});
const fits = (example, model) => domainsOf(model).some((domain) => domain.toLowerCase().includes(example.domain));
const fitting = (model) => {
  const known = offered.examples.filter((example) => fits(example, model));
  return known.length ? known : offered.examples;
};

function exampleWish(example, model) {
  const [a, b] = domainsOf(model).map((domain) => domain.toLowerCase().includes(example.domain));
  return { source: { example: example.id }, direction: b && !a ? "BtoA" : a ? "AtoB" : state.direction };
}

// Bring every control to what is shown (or, while a wish is on its way, to what was wished for).
function settle() {
  const aim = compare.dataset.busy === "yes" && newest ? newest : state;
  const model = offered.models.find((each) => each.id === aim.model);
  models.value = aim.model;
  find(".about").textContent = model?.line ?? "";
  directions.replaceChildren(...(model?.directions ?? []).map((each) => {
    const label = document.createElement("label"), text = document.createElement("span"), radio = document.createElement("input");
    Object.assign(radio, { type: "radio", name: "gw-direction", value: each.id, checked: each.id === aim.direction });
    radio.addEventListener("change", () => { wish({ direction: each.id }); });
    text.textContent = each.label;
    label.append(radio, text);
    return label;
  }));
  const pictures = fitting(aim.model);
  const place = find(".examples");
  if (place.dataset.of !== pictures.map((each) => each.id).join()) {
    place.dataset.of = pictures.map((each) => each.id).join();
    place.replaceChildren(...pictures.map((each) => {
      const button = Object.assign(document.createElement("button"), { type: "button", title: each.title });
      button.append(Object.assign(document.createElement("img"), { src: each.picture, alt: each.title }));
      button.addEventListener("click", () => { notice(""); wish(exampleWish(each, models.value)); });
      button.dataset.id = each.id;
      return button;
    }));
  }
  for (const button of place.children) button.setAttribute("aria-pressed", String(aim.source?.example === button.dataset.id));
}

models.addEventListener("change", () => {
  const example = offered.examples.find((each) => each.id === state.source?.example);
  if (example && !fits(example, models.value)) open(models.value);
  else wish({ model: models.value });
});
cycle.addEventListener("change", () => wish());
for (const radio of element.querySelectorAll("[name=gw-scale]")) radio.addEventListener("change", () => wish());
for (const control of [directions, models, cycle]) control.addEventListener("change", () => notice(""));

// --- Before and after ------------------------------------------------------------------------------------------------

function at(share) {
  const percent = Math.min(100, Math.max(0, share * 100));
  compare.style.setProperty("--at", `${percent}%`);
  handle.setAttribute("aria-valuenow", Math.round(percent));
  handle.setAttribute("aria-valuetext", `${Math.round(percent)} % original, ${Math.round(100 - percent)} % translation`);
}
const follow = (event) => { const box = compare.getBoundingClientRect(); at((event.clientX - box.left) / box.width); };
compare.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  compare.setPointerCapture(event.pointerId);
  handle.focus({ preventScroll: true });
  follow(event);
  event.preventDefault();
});
compare.addEventListener("pointermove", (event) => { if (compare.hasPointerCapture(event.pointerId)) follow(event); });
handle.addEventListener("keydown", (event) => {
  const now = handle.getAttribute("aria-valuenow") / 100, step = event.shiftKey ? 0.1 : 0.02;
  const goal = { ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step,
    PageDown: now - 0.1, PageUp: now + 0.1, Home: 0, End: 1 }[event.key];
  if (goal === undefined) return;
  event.preventDefault();
  at(goal);
});
at(0.5);

// --- Pictures in: chosen, dropped, pasted -----------------------------------------------------------------------------

const isZip = (file) => /\.zip$/i.test(file.name) || file.type === "application/zip";

async function sent(file) {
  let place;
  try { place = await upload(file); } catch (error) { throw new Error(`${file.name} could not be sent: ${error.message || error}`); }
  if (!place?.path) throw new Error(`${file.name} could not be sent; up to 2 GB are accepted.`);
  return { path: place.path, name: file.name };
}

async function take(files) {
  if (!files.length) return;
  if (!state.model) { notice("There is no translator yet: train one, or put one into the folder pretrained."); return; }
  notice("");
  if (files.length > 1 || isZip(files[0])) { many(files); return; }
  compare.dataset.busy = "yes";
  try { wish({ source: await sent(files[0]) }); } catch (error) { compare.dataset.busy = "no"; notice(error.message, "error"); }
}

const chooser = find(".files");
chooser.addEventListener("change", () => { take([...chooser.files]); chooser.value = ""; });
const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
let inside = 0;
root.addEventListener("dragenter", (event) => { if (holdsFiles(event)) { inside += 1; root.classList.add("over"); } });
root.addEventListener("dragleave", () => { inside = Math.max(0, inside - 1); if (!inside) root.classList.remove("over"); });
root.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
root.addEventListener("drop", (event) => {
  inside = 0;
  root.classList.remove("over");
  if (!holdsFiles(event)) return;
  event.preventDefault();
  take([...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length && element.isConnected && element.offsetParent !== null) take(files);
});

// --- Many pictures: all that can be done is done, one line for each that cannot ----------------------------------------

let batch = { stopped: true };
async function many(files) {
  batch.stopped = true;
  const mine = batch = { stopped: false }, results = find(".results"), urls = [], names = [];
  const settings = { model: models.value, direction: find("[name=gw-direction]:checked")?.value ?? "AtoB",
    scale: find("[name=gw-scale]:checked").value, cycle: cycle.checked };
  let failed = 0, total = files.length;
  const tell = (words) => {
    if (mine !== batch) return;
    find(".count").textContent = `${words} ${urls.length} of ${total}${failed ? `, ${failed} not possible` : ""}`;
    find("progress").value = total ? (urls.length + failed) / total : 1;
  };
  const line = (text, bad) => {
    if (mine !== batch) return;
    results.append(Object.assign(document.createElement("li"), { textContent: text, className: bad ? "failed" : "" }));
    results.scrollTop = results.scrollHeight;
    tell("Translating,");
  };
  const failure = (name, error) => { failed += 1; line(error.message.includes(name) ? error.message : `${name}: ${error.message}`, true); };
  const one = async (source, name) => {
    const answer = await ask("translate", { ...settings, source });
    if (!urls.length && mine === batch) wish({ ...settings, source });
    urls.push(answer.url);
    names.push(name);
    line([name, ...answer.notes.filter((note) => !note.startsWith("Translated at"))].join(": "));
  };

  find(".batch").hidden = false;
  find(".zip").hidden = true;
  find(".stop").hidden = false;
  results.replaceChildren();
  tell("Translating,");
  for (const file of files) {
    if (mine.stopped) break;
    try {
      const place = await sent(file);
      if (!isZip(file)) { await one(place, file.name); continue; }
      const { entries } = await ask("expand", place);
      total += entries.length - 1;
      for (const entry of entries) {
        if (mine.stopped) break;
        try { await one({ ...place, entry }, entry); } catch (error) { failure(entry, error); }
      }
    } catch (error) { failure(file.name, error); }
  }
  if (mine !== batch) return;
  tell(mine.stopped ? "Stopped after" : "Translated");
  find(".stop").hidden = true;
  await offerZip(urls, names);
}

async function offerZip(urls, names) {
  if (!urls.length) return;
  try {
    const packed = await ask("pack", { urls, names });
    Object.assign(find(".zip"), { href: packed.url, download: packed.name, hidden: false });
  } catch (error) { notice(error.message, "error"); }
}
find(".stop").addEventListener("click", () => { batch.stopped = true; });

every(() => 4000, refresh);
