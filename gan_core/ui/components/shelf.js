// Cards of models and runs. Lists are asked for again whenever the tab comes into view; pictures only when seen.
const KEEP = 5;            // rows of a card that are always shown
let shown = "", busy = false;  // whether a run is going on

function watchRun(name) {
  openTab("train");
  window.dispatchEvent(new CustomEvent("gw:train", { detail: { name } }));
}
const rows = (list) => make("dl", {}, ...list.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    const image = entry.target.querySelector("img");
    ask("thumbnail", { name: image.dataset.name }).then(({ picture }) => { if (picture) { image.src = picture; image.hidden = false; } },
                                                        (error) => console.warn(error.message));
  }
}, { rootMargin: "200px" });

function card(item, isRun) {
  const name = isRun ? `runs/${item.name}` : item.name;
  const image = make("img", { class: "gw-picture", alt: `What ${item.name} makes`, "data-name": name, hidden: true });
  const place = make("div", { class: "asks" }), does = make("div", { class: "does" });
  const tag = isRun ? make("span", { class: `tag ${item.state}` }, item.state) : make("span", { class: "tag" }, item.kind);
  const body = [make("div", { class: "head" }, make("h3", {}, item.name), tag), image];
  if (item.title && item.title !== item.name) body.push(make("p", { class: "title" }, item.title));
  body.push(rows(item.rows.slice(0, KEEP)));
  if (item.rows.length > KEEP || item.notes.length) {
    const more = make("details", {}, make("summary", {}, "More"), rows(item.rows.slice(KEEP)));
    if (item.notes.length) more.append(make("ul", {}, ...item.notes.map((note) => make("li", {}, note))));
    body.push(more);
  }
  const model = isRun ? item.model : item.name;
  const act = (text, click, kind) => does.append(button(text, click, kind, item.name));
  if (isRun) act("Watch", () => watchRun(item.name));
  if (isRun && item.live) act("Explore now", () => openModel("explore", `live:${item.name}`));
  if (model) {
    const [verb, tab] = item.kind === "translator" ? ["Translate", "translate"] : ["Explore", "explore"];
    act(verb, () => openModel(tab, model));
    if (item.best) act(`${verb} best`, () => openModel(tab, item.best));
    act("Download", () => trigger("fetch_model", { name: model }));
    if (!isRun) act("ONNX", (event) => (item.ways.length > 1 ? askWay(place, item) : writeOnnx(event.target, item)));
  }
  if (item.imported) {
    act("Rename", () => askRename(place, item));
    act("Delete", () => askDelete(place, item, "discard", { name: item.name }, "The model's file goes."), "danger");
  }
  if (isRun && item.state === "waiting") act("Cancel", () => askCancel(place, item), "danger");
  else if (isRun && !item.active) {
    act("Train more", () => askMore(place, item));
    act("Delete", () => askDelete(place, item, "delete", { run: item.name }, "Pictures, checkpoints and the model go."), "danger");
  }
  const whole = make("article", { "data-name": item.name }, ...body, does, place);
  seen.observe(whole);
  return whole;
}

// Who changes a run that this browser did not start says its name: the question names it, and so does the request.
const leave = (item) => ({ owner: ownerMark, confirmed: item.mine ? undefined : item.name });
const whose = (item) => (item.mine === false ? `${item.name} was started elsewhere. ` : "");
function askCancel(place, item) {
  const go = async () => {
    try { await ask("cancel", { run: item.name, ...leave(item) }); say(`${item.name} waits no more.`, "info"); } catch (error) { say(error.message); }
    place.replaceChildren(); refresh();
  };
  const yes = button(`Cancel ${item.name}`, go, "danger");
  place.replaceChildren(make("div", { class: "ask" }, `${whose(item)}It waits in line to be trained.`, yes, button("Keep", () => place.replaceChildren())));
  yes.focus();
}

function askMore(place, item) {
  const number = make("input", { type: "number", min: "1", step: "1", value: "1000", "aria-label": "How many steps more" });
  const go = async () => {
    try { await ask("resume", { run: item.name, more: number.valueAsNumber, ...leave(item) }); watchRun(item.name); }
    catch (error) { say(error.message); }
    place.replaceChildren(); refresh();
  };
  const yes = button(item.mine ? "Go on" : `Go on with ${item.name}`, go, "primary");
  yes.dataset.does = "Go on";
  place.replaceChildren(make("div", { class: "ask" }, `${whose(item)}Train`, number, "steps more", yes,
                             button("Cancel", () => place.replaceChildren())));
  number.focus();
}
// For other programs: the file is written on the server, which takes a while, and then fetched.
async function writeOnnx(pressed, item, direction) {
  const words = pressed.textContent;
  pressed.disabled = true; pressed.textContent = "Writing …";
  try {
    const file = await ask("onnx", { name: item.name, direction });
    make("a", { href: file.url, download: file.name }).click();
    say(file.line, "info");
  } catch (error) { say(error.message); }
  pressed.textContent = words; pressed.disabled = false;
}
function askWay(place, item) {
  const ways = item.ways.map(({ id, label }) => button(label, async (event) => { await writeOnnx(event.target, item, id); place.replaceChildren(); }));
  place.replaceChildren(make("div", { class: "ask" }, "A file holds one direction:", ...ways, button("Cancel", () => place.replaceChildren())));
  ways[0].focus();
}
function askRename(place, item) {
  const field = (label, value) => make("label", {}, label, make("input", { type: "text", value, maxLength: 60 }));
  const words = [item.domains?.A ?? "A", item.domains?.B ?? "B"], backward = item.ways.length === 1 && item.ways[0].id === "BtoA";
  if (backward) words.reverse();
  const parts = [field("Name", item.file), field("translates", words[0]), field("into", words[1])];
  const go = async () => {
    const [to, ...domains] = parts.map((part) => part.querySelector("input").value);
    if (backward) domains.reverse();
    try { await ask("change", { name: item.name, to, domains: item.kind === "translator" ? domains : [] }); }
    catch (error) { say(error.message); return; }
    place.replaceChildren(); refresh();
  };
  const save = make("button", { type: "submit", class: "gw-button primary", "data-does": "Save" }, "Save");   // Enter saves too
  const shownParts = item.kind === "translator" ? parts : parts.slice(0, 1);
  place.replaceChildren(make("form", { class: "ask", onsubmit: (event) => { event.preventDefault(); go(); } }, ...shownParts,
                             save, button("Cancel", () => place.replaceChildren())));
  parts[0].querySelector("input").select();
}
function askDelete(place, item, verb, wish, what) {
  const go = async () => {
    try { await ask(verb, { ...wish, ...leave(item) }); say(`${item.name} is deleted.`, "info"); } catch (error) { say(error.message); }
    place.replaceChildren(); refresh();
  };
  const yes = button(item.mine ? "Delete for good" : `Delete ${item.name} for good`, go, "danger");
  yes.dataset.does = "Delete for good";
  place.replaceChildren(make("div", { class: "ask" }, `${whose(item)}${what}`, yes, button("Keep", () => place.replaceChildren())));
  yes.focus();
}

function fill(id, items, isRun, empty) {
  const parts = items.map((item) => card(item, isRun));
  find(id).replaceChildren(...(parts.length ? parts : [make("p", { class: "empty" }, empty)]));
}
async function refresh() {
  const list = await ask("listing", { owner: ownerMark }), text = JSON.stringify(list);
  busy = list.runs.some((run) => run.active || run.state === "waiting");
  if (text === shown || find(".ask")) return;   // nothing new, or somebody is answering a question
  shown = text;
  find(".problems").replaceChildren(...list.problems.map((sentence) => make("li", {}, sentence)));
  fill("#models-shelf", list.models, false, "No model is shipped with this copy of the app.");
  fill("#imported-shelf", list.imported, false, "");
  find("#imported").hidden = !list.imported.length;
  fill("#runs-shelf", list.runs, true, "No run yet. Press Start on the Train tab.");
  find(".where").textContent = list.folder ? `In ${list.folder}` : "";
}
every(() => (busy ? 3000 : CALM), refresh);
window.addEventListener("gw:models", refresh);   // a model was brought or fetched just now
