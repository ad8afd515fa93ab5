/**
 * Weights from elsewhere: dropped or chosen files, and the published models that are downloaded on request.
 *
 * @import { Import, ImportedModel, PublishedModel } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { button } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { send } from "../shared/files.js";
import { megabytes } from "../shared/format.js";
import { CALM, component } from "../shared/mount.js";
import { openModel } from "../shared/navigation.js";

/** Milliseconds between two requests while something is downloaded. */
const DOWNLOADING = 300;

export const mount = component((/** @type {Context<Import>} */ context) => {
  bringFiles(context);
  offerPublished(context);
});

/** @param {ImportedModel} model */
function importedEntry({ name, kind, sentence }) {
  const text = make("p", {}, make("b", {}, name), ` ${sentence}`);
  const use =
    kind === "translator"
      ? button("Translate with it", () => openModel("translate", name), { kind: "primary" })
      : button("Explore it", () => openModel("explore", name), { kind: "primary" });
  return make("div", { class: "one", "data-model": name }, text, use);
}

/** @param {string} sentence */
const refusalEntry = (sentence) => make("div", { class: "one refused", role: "alert" }, make("p", {}, sentence));

/** @param {Context<Import>} context */
function bringFiles({ ask, find, upload }) {
  const drop = find("label.drop");
  const input = find("input[type=file]");
  const found = find(".brought");
  const words = find(".drop b");

  /** @param {File[]} files */
  async function sendAll(files) {
    const sent = [];
    for (const file of files) {
      words.textContent = `Sending ${file.name} (${megabytes(file.size)}) …`;
      sent.push({ path: await send(upload, file, "; up to 2 GB are accepted"), name: file.name });
    }
    words.textContent = "Reading the weights …";
    const { models, refused } = await ask("import_files", { files: sent });
    found.replaceChildren(...models.map(importedEntry), ...refused.map(refusalEntry));
    notify("models-changed");
  }
  /** @param {File[]} files */
  async function bring(files) {
    if (!files.length || drop.getAttribute("aria-busy") === "true") return;
    drop.setAttribute("aria-busy", "true");
    const before = words.textContent;
    try {
      await sendAll(files);
    } catch (error) {
      found.replaceChildren(refusalEntry(/** @type {Error} */ (error).message));
    }
    words.textContent = before;
    drop.removeAttribute("aria-busy");
    input.value = "";
  }
  input.addEventListener("change", () => bring([...(input.files ?? [])]));
  for (const type of ["dragenter", "dragover"])
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    bring([...(event.dataTransfer?.files ?? [])]);
  });
}

/** @param {Context<Import>} context */
function offerPublished({ ask, every, find, notice }) {
  const fold = find("details");
  const rows = find("ul");
  let shown = "";
  let loading = false;
  let here = new Set();
  /**
   * @param {"fetch" | "stop"} request
   * @param {string} name
   */
  async function act(request, name) {
    try {
      await ask(request, { name });
    } catch (error) {
      notice(/** @type {Error} */ (error).message);
    }
    await refresh();
  }
  async function refresh() {
    if (!fold.open) return;
    const list = await ask("catalogue");
    const text = JSON.stringify(list);
    loading = list.published.some((item) => item.state === "loading");
    if (text === shown) return;
    shown = text;
    const focused = /** @type {HTMLElement | undefined} */ (document.activeElement?.closest("li"))?.dataset.name;
    find(".note").textContent = list.note;
    rows.replaceChildren(...list.published.map((item) => publishedRow(item, list.about, act)));
    if (focused) {
      const again = /** @type {HTMLElement | null} */ (rows.querySelector(`[data-name="${focused}"] button`));
      again?.focus({ preventScroll: true });
    }
    const now = list.published.filter((item) => item.model).map((item) => item.name);
    if (now.some((name) => !here.has(name))) notify("models-changed");
    here = new Set(now);
  }
  fold.addEventListener("toggle", refresh);
  find(".count").textContent = "18 models, downloaded on request";
  every(() => (loading ? DOWNLOADING : 2 * CALM), refresh);
}

/**
 * @param {PublishedModel} item
 * @param {number} about bytes of a model whose size is not known yet
 * @param {(request: "fetch" | "stop", name: string) => void} act
 */
function publishedRow(item, about, act) {
  const terms = `${item.domains.join(" → ")} · about ${megabytes(about)} · pictures: ${item.terms}`;
  const words = [make("b", {}, item.name), make("small", {}, terms)];
  if (item.error) words.push(make("small", { class: "bad", role: "alert" }, item.error));
  const state = make("div", { class: "state" });
  const { model, name: of } = item;
  if (item.state === "loading") {
    const progress = { max: item.total || about, value: item.done, "aria-label": `Download of ${item.name}` };
    const stop = button("Stop", () => act("stop", item.name), { of });
    state.append(make("progress", progress), make("small", {}, megabytes(item.done ?? 0)), stop);
  } else if (model)
    state.append(button("Translate", () => openModel("translate", model), { of: `${of}, as published` }));
  else state.append(button("Download", () => act("fetch", item.name), { of }));
  const data = { name: item.name, state: item.model ? "here" : item.state };
  return make("li", { dataset: data }, make("div", {}, ...words), state);
}
