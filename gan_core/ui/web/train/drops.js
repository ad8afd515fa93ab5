/**
 * Pictures that are dropped anywhere on the Train tab: on the part for the other kind they are that kind's; two folders or zips at
 * once are A and B.
 *
 * @import { Context } from "../shared/types.js"
 */
import { notify } from "../shared/events.js";
import { droppedFiles, holdsFiles } from "../shared/files.js";
import { groupsOf } from "./pictures-state.js";

const SECOND_SLOT = "#data-b-slot";

const hasSecondSlot = () =>
  Boolean(/** @type {HTMLElement | null} */ (document.querySelector(SECOND_SLOT))?.offsetParent);

/** @param {Pick<Context, "element" | "notice" | "signal">} context */
export function acceptDrops({ element, notice, signal }) {
  const isHere = () => element.offsetParent !== null;
  let inside = 0;
  /** @param {number} depth how many elements the pointer is in */
  const mark = (depth) => {
    inside = Math.max(0, depth);
    document.querySelector("#train")?.classList.toggle("gw-over", inside > 0);
  };
  /** @param {DragEvent} event */
  async function take(event) {
    const onSecond = event.target instanceof Element && event.target.closest(SECOND_SLOT);
    try {
      const { files } = await droppedFiles(/** @type {DataTransfer} */ (event.dataTransfer));
      const groups = groupsOf(files);
      if (groups.length === 2 && hasSecondSlot() && !onSecond) {
        notify("files-dropped", { slot: "data", files: groups[0] });
        notify("files-dropped", { slot: "data-b", files: groups[1] });
      } else notify("files-dropped", { slot: onSecond ? "data-b" : "data", files });
    } catch (error) {
      const { message, name } = /** @type {Error} */ (error);
      notice(`This could not be read: ${message || name}.`, "error");
    }
  }
  const options = { signal };
  document.addEventListener("dragenter", (event) => isHere() && holdsFiles(event) && mark(inside + 1), options);
  document.addEventListener("dragleave", () => mark(inside - 1), options);
  document.addEventListener("dragover", (event) => isHere() && holdsFiles(event) && event.preventDefault(), options);
  document.addEventListener(
    "drop",
    (event) => {
      mark(0);
      if (!isHere() || !holdsFiles(event) || event.defaultPrevented) return; // another part has taken it
      event.preventDefault();
      take(event);
    },
    options,
  );
}
