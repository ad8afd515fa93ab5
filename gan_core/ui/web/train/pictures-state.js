/**
 * Which dropped files belong together.
 *
 * @import { FileInside } from "../shared/files.js"
 */
import { pathOf } from "../shared/files.js";

/**
 * Files by the folder or zip that they came in; loose ones together.
 *
 * @param {FileInside[]} files
 */
export function groupsOf(files) {
  /** @type {Map<string, FileInside[]>} */
  const groups = new Map();
  for (const file of files) {
    const path = pathOf(file);
    const key = path.includes("/") ? path.split("/")[0] : /\.zip$/i.test(path) ? path : "";
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}
