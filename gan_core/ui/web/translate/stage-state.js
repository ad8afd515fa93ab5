/**
 * What the panes show, as data.
 *
 * @typedef {object} Pane
 * @property {"plain" | "blend" | "compare"} kind a picture, a blend of two, or two with a handle between them
 * @property {string | null} [before] address of a picture
 * @property {string | null} [after]
 * @property {string} [title] what the pane, or the right side of a comparison, is called
 * @property {string} [left] what the left side of a comparison is called
 * @property {string} [note] what stands under it
 * @property {string} [text] of the translation, for those who do not see it
 * @property {HTMLElement} [element] is shown in place of pictures
 *
 * @typedef {object} Frame the shape of all panes
 * @property {number} ratio width over height
 * @property {number} width pixels of the picture
 * @property {boolean} [transparent] whether transparency is to be seen
 * @property {boolean} [film]
 */

/** Pictures up to this side are drawn with squares for pixels, and larger than they are. */
const TINY = 64;
const SMALL = 360;

/** The words of a pane. @param {Pane} pane */
export function paneTexts({ kind, title = "", left = "", note = "", text }) {
  const compared = kind === "compare";
  return { left: compared ? left : title, right: compared ? title : "", note, after: text ?? title };
}

/** The style of the panes. @param {Frame} frame */
export function frameStyle({ ratio, width }) {
  return {
    ratio: Math.max(ratio, 0.05),
    largest: Math.max(width, SMALL) * (width < SMALL ? 1.4 : 1),
    tiny: width <= TINY && width / ratio <= TINY,
  };
}

/** @param {number} share */
export const limitedShare = (share) => Math.min(1, Math.max(0, share));

/** Where a key brings the handle between before and after. @param {string} key @param {number} at @param {boolean} far */
export function handleGoal(key, at, far) {
  const step = far ? 0.1 : 0.02;
  const goals = {
    ...{ ArrowLeft: at - step, ArrowDown: at - step, ArrowRight: at + step, ArrowUp: at + step },
    ...{ PageDown: at - 0.1, PageUp: at + 0.1, Home: 0, End: 1 },
  };
  return /** @type {Record<string, number>} */ (goals)[key];
}

/** What a screen reader says about the handle. @param {number} at */
export const handleText = (at) => `${Math.round(at * 100)} % original, ${Math.round(100 - at * 100)} % translation`;
