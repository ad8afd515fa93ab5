/**
 * The last whole translation: its file, and all of its pixels.
 *
 * @import { TranslateTab } from "./translate.js"
 */
import { download } from "../shared/dom.js";
import { newJob, requestOf } from "./request-state.js";
import { needsAllPixels } from "./tab-state.js";

/** @param {TranslateTab} tab */
export function bindDownload(tab) {
  const { ask, find } = tab.context;
  const button = find("button.download");
  button.addEventListener("click", async () => {
    const { last } = tab.requests;
    if (!last) return;
    button.disabled = true;
    try {
      const strength = tab.views.isDirect ? tab.stage.strength : 1;
      const file = await ask("file", { ...requestOf(last.translation), job: newJob(), strength });
      if ("url" in file) download(file.url, file.name);
    } catch (error) {
      tab.say(/** @type {Error} */ (error).message, "error");
    }
    button.disabled = false;
  });
}

/**
 * Fetches all pixels where a zoom shows more than the page has.
 *
 * @param {TranslateTab} tab
 * @param {number} wanted pixels of the screen over which the picture goes
 * @param {number} across pixels of the picture
 */
export async function fetchAllPixels(tab, wanted, across) {
  const { last } = tab.requests;
  if (!needsAllPixels(wanted, across) || !last || last.result.whole || !tab.views.isDirect) return;
  last.result.whole = true;
  try {
    const all = await tab.context.ask("pixels", { ...requestOf(last.translation), job: newJob() });
    if ("cancelled" in all) return;
    const { before, after } = all;
    await Promise.all([before, after].map((src) => Object.assign(new Image(), { src }).decode()));
    Object.assign(last.result, { before, after });
    if (tab.requests.last === last && !tab.requests.pending) tab.views.draw();
  } catch (error) {
    console.warn(/** @type {Error} */ (error).message); // the smaller pictures stay
  }
}
