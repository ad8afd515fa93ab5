/**
 * What each mode of the tab shows.
 *
 * @import { Mode } from "./translate.js"
 */

/** The parts of the tab, by selector, and whether they are there in this mode. @param {Mode} mode */
export const shownIn = (mode) => ({
  ".drawing": mode === "draw",
  ".beginnings": mode === "draw",
  ".filming": mode === "camera",
  ".privacy": mode === "camera",
  ".folder": mode === "many",
  ".strip": mode === "many",
  ".examples": mode === "picture",
  ".drop": mode === "picture" || mode === "many",
});

/** Pixels of the longer side that travel at first (`SHOWN_SIDE` in Python). */
const SHOWN = 1600;

/** Whether a zoom needs more pixels than the page has. @param {number} wanted on the screen @param {number} across */
export const needsAllPixels = (wanted, across) => wanted > SHOWN && across > SHOWN;
