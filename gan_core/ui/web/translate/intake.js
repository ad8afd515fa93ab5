/**
 * What becomes of files that come in: weights are imported, one picture goes to the stage, others become a batch or a film.
 *
 * @import { FileInside } from "../shared/files.js"
 * @import { TranslateTab } from "./translate.js"
 */
import { pathOf } from "../shared/files.js";
import { kindsOf } from "./files.js";
import { isWeights } from "./files-state.js";

const NOTHING = "There is nothing in it that could be translated.";

/**
 * @param {TranslateTab} tab
 * @param {FileInside[]} files
 * @param {boolean} folder whether they come in one
 */
export async function takeFiles(tab, files, folder) {
  if (!files.length) {
    tab.say(NOTHING);
    return;
  }
  if (files.every(isWeights)) {
    tab.weights?.take(files);
    return;
  }
  if (!tab.models.chosen.model) {
    tab.say("There is no translator yet: train one, or drop a model here.");
    return;
  }
  tab.say("");
  try {
    const { selected, line } = await select(tab, files, folder);
    if (!selected.length) tab.say(`${NOTHING} ${line}`.trim());
    else await show(tab, selected, folder, line);
  } catch (error) {
    tab.say(/** @type {Error} */ (error).message, "error");
  }
}

/**
 * A folder holds more than pictures: that is left out by the rules of every folder.
 *
 * @param {TranslateTab} tab
 * @param {FileInside[]} files
 * @param {boolean} folder
 */
async function select(tab, files, folder) {
  if (!folder && files.length === 1) return { selected: files, line: "" };
  const { kept, line } = await tab.context.ask("select_files", { names: files.map(pathOf) });
  const names = new Set(kept);
  return { selected: files.filter((file) => names.has(pathOf(file))), line };
}

/** @param {TranslateTab} tab @param {FileInside[]} files @param {boolean} folder @param {string} line */
async function show(tab, files, folder, line) {
  const kinds = await kindsOf(tab.context.ask, files);
  const only = files.length === 1 ? kinds.get(files[0]) : undefined;
  if (only === "picture" && !folder) {
    tab.showFile(files[0]);
    return;
  }
  tab.setMode("many");
  if (only === "film") tab.film?.take(files[0]);
  else tab.batch?.take(files, kinds, line);
}
