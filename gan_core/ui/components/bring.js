// Weights from elsewhere: dropped or chosen files, and the published ones that are downloaded on request.
const drop = find(".drop"), input = find("input[type=file]"), brought = find(".brought"), fold = find("details"), rows = find("ul");
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const tell = () => window.dispatchEvent(new CustomEvent("gw:models"));

function told(model) {
  const text = make("p", {}, make("b", {}, model.name), ` ${model.sentence}`);
  const [verb, tab] = model.kind === "translator" ? ["Translate with it", "translate"] : ["Explore it", "explore"];
  return make("div", { class: "one", "data-model": model.name }, text, button(verb, () => openModel(tab, model.name), "primary"));
}
const refusal = (sentence) => make("div", { class: "one refused", role: "alert" }, make("p", {}, sentence));

async function bring(files) {
  if (!files.length || drop.getAttribute("aria-busy") === "true") return;
  drop.setAttribute("aria-busy", "true");
  const words = drop.querySelector("b"), before = words.textContent;
  try {
    const sent = [];
    for (const file of files) {
      words.textContent = `Sending ${file.name} (${megabytes(file.size)}) …`;
      let place;
      try { place = await upload(file); } catch (error) { throw new Error(`${file.name} could not be sent: ${error.message || error}`); }
      if (!place?.path) throw new Error(`${file.name} could not be sent; up to 2 GB are accepted.`);
      sent.push({ path: place.path, name: file.name });
    }
    words.textContent = "Reading the weights …";
    const { models, refused } = await ask("bring", { files: sent });
    brought.replaceChildren(...models.map(told), ...refused.map(refusal));
    tell();
  } catch (error) { brought.replaceChildren(refusal(error.message)); }
  words.textContent = before;
  drop.removeAttribute("aria-busy");
  input.value = "";
}
input.onchange = () => bring([...input.files]);
for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => { event.preventDefault(); bring([...event.dataTransfer.files]); });

let shown = "", loading = false, here = new Set();
function row(item, about) {
  const state = make("div", { class: "state" });
  const words = [make("b", {}, item.name), make("small", {}, `${item.domains.join(" → ")} · about ${megabytes(about)} · pictures: ${item.terms}`)];
  if (item.error) words.push(make("small", { class: "bad", role: "alert" }, item.error));
  if (item.state === "loading") {
    const bar = make("progress", { max: item.total || about, value: item.done, "aria-label": `Download of ${item.name}` });
    state.append(bar, make("small", {}, megabytes(item.done)), button("Stop", () => act("stop", item.name), "", item.name));
  } else if (item.model) state.append(button("Translate", () => openModel("translate", item.model), "", item.name));
  else state.append(button("Download", () => act("fetch", item.name), "", item.name));
  return make("li", { "data-name": item.name, "data-state": item.model ? "here" : item.state }, make("div", {}, ...words), state);
}
async function act(verb, name) {
  try { await ask(verb, { name }); } catch (error) { say(error.message); }
  await refresh();
}
async function refresh() {
  if (!fold.open) return;
  const list = await ask("catalogue"), text = JSON.stringify(list);
  loading = list.published.some((item) => item.state === "loading");
  if (text === shown) return;
  shown = text;
  const focused = document.activeElement?.closest?.("li")?.dataset.name;
  find(".note").textContent = list.note;
  rows.replaceChildren(...list.published.map((item) => row(item, list.about)));
  if (focused) rows.querySelector(`[data-name="${focused}"] button`)?.focus({ preventScroll: true });
  const now = new Set(list.published.filter((item) => item.model).map((item) => item.name));
  if ([...now].some((name) => !here.has(name))) tell();
  here = now;
}
fold.addEventListener("toggle", refresh);
find(".count").textContent = "18 models, downloaded on request";
every(() => (loading ? 300 : 2 * CALM), refresh);
