/**
 * Files in, by dropping, choosing or pasting: one of ours goes back to its latent or path, any other picture is looked for.
 *
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { holdsFiles, send } from "../shared/files.js";

/** @param {ExploreContext} context @param {Explorer} explorer */
export function takeFiles(context, explorer) {
  const { element, find, signal } = context;
  const chooser = find("input.chosen");
  const take = (/** @type {File} */ file) => open(context, explorer, file);
  find("button.open").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    const file = chooser.files?.[0];
    if (file) take(file); // before the field is emptied: it empties the list too
    chooser.value = "";
  });
  const isShown = () => element.isConnected && element.offsetParent !== null;
  dropAnywhere(context, explorer, isShown, take);
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const file = event.clipboardData?.files[0];
    if (file && isShown()) take(file);
  };
  document.addEventListener("paste", paste, { signal });
}

/** @param {ExploreContext} context @param {Explorer} explorer @param {File} file */
async function open({ ask, notice, upload }, explorer, file) {
  notice(`Opening ${file.name} …`, "info");
  try {
    const path = await send(upload, file, "; up to 2 GB are accepted");
    const response = await ask("open_file", { path, name: file.name });
    notice("");
    if (response.kind === "place") {
      explorer.arrive(response);
      return;
    }
    explorer.openPanel(response.kind === "picture" ? "project" : response.kind);
    explorer.emit("dropped", response);
  } catch (error) {
    explorer.fail(error);
  }
}

/**
 * Anywhere on the page while this tab is open: a browser would leave the page for a file that is dropped beside it.
 *
 * @param {ExploreContext} context
 * @param {Explorer} explorer
 * @param {() => boolean} isShown
 * @param {(file: File) => void} take
 */
function dropAnywhere({ notice, signal }, { root }, isShown, take) {
  const isOurs = (/** @type {DragEvent} */ event) => isShown() && holdsFiles(event);
  let inside = 0;
  const setInside = (/** @type {number} */ depth) => {
    inside = Math.max(0, depth);
    root.classList.toggle("over", inside > 0);
  };
  document.addEventListener("dragenter", (event) => isOurs(event) && setInside(inside + 1), { signal });
  document.addEventListener("dragleave", () => setInside(inside - 1), { signal });
  document.addEventListener("dragover", (event) => isOurs(event) && event.preventDefault(), { signal });
  const drop = (/** @type {DragEvent} */ event) => {
    setInside(0);
    if (!isOurs(event)) return;
    event.preventDefault();
    const files = event.dataTransfer?.files ?? [];
    if (files.length > 1) notice("One file at a time: the first one is opened.");
    take(files[0]);
  };
  document.addEventListener("drop", drop, { signal });
}
