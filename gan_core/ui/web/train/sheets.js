/**
 * The sheet of a translation, cut into its two halves with a head over every column: A, to B, back to A; B, to A, back to B; of
 * pairs A, to B, the truth, and perhaps the same with colour hints. The picture stays one file, so that a key frame is one request; each half shows its part of it.
 *
 * @import { Child } from "../shared/dom.js"
 * @import { LayoutGroup, SheetLayout } from "../shared/protocol.js"
 */
import { make } from "../shared/dom.js";

/** Pixels between the pictures of a sheet, as gan_core.images.grid lays them. */
const GAP = 2;

/** Pixels of so many pictures in a row. @param {number} cells @param {number} side */
const extent = (cells, side) => cells * (side + GAP) - GAP;

/** Pictures in a row of one half. @param {LayoutGroup} group */
const columnsOf = ({ ways, truth }) => 1 + ways.length + (truth ? 1 : 0);

/** A letter in the colour of its domain. @param {string} domain */
export const domainMark = (domain) => make("i", { dataset: { domain } }, domain);

/**
 * Whether a picture is a sheet of this layout: runs of older versions were drawn in rows.
 *
 * @param {{ naturalWidth: number, naturalHeight: number }} image
 * @param {SheetLayout | null} layout
 */
export function fits({ naturalWidth, naturalHeight }, layout) {
  if (!layout || !naturalWidth) return Boolean(layout);
  const columns = layout.groups.reduce((sum, group) => sum + columnsOf(group), 0);
  return naturalWidth === extent(columns, layout.side) && naturalHeight === extent(layout.rows, layout.side);
}

/**
 * @param {HTMLImageElement[]} images the two halves
 * @param {HTMLElement} realHeads the heads over the real pictures
 */
export function makeSheets(images, realHeads) {
  /** @type {SheetLayout | null} */
  let layout = null;
  const heads = images.map((image) => /** @type {HTMLElement} */ (image.parentElement?.querySelector(".heads")));
  /** @param {string} domain */
  const name = (domain) => make("em", {}, layout?.names?.[domain] ?? "");
  /** @param {...Child} parts */
  const head = (...parts) => {
    const box = make("span", {}, ...parts);
    box.title = box.textContent ?? "";
    return box;
  };
  /**
   * @param {HTMLElement} place
   * @param {LayoutGroup} group
   */
  function label(place, group) {
    const { domain, ways, truth, hints } = group;
    const other = domain === "A" ? "B" : "A";
    const first = hints ? ["with ", `${hints} colour hints`] : [name(domain)];
    const parts = [
      head(domainMark(domain), ...first),
      head("→ ", domainMark(other), truth ? "" : name(other)),
      head("→ back to ", domainMark(domain)),
    ].slice(0, 1 + ways.length);
    place.replaceChildren(...parts, ...(truth ? [head("truth ", domainMark(other), name(other))] : []));
    place.style.setProperty("--columns", String(columnsOf(group)));
  }
  /** The picture is shown whole where it is no sheet of the layout. */
  function cut() {
    const groups = layout && fits(images[0], layout) ? layout.groups : [];
    for (const [index, image] of images.entries()) {
      const group = groups[index];
      if (image.parentElement) image.parentElement.hidden = index > 0 && !group;
      heads[index].hidden = !group;
      const { style } = image;
      style.aspectRatio = style.objectFit = style.objectPosition = "";
      if (!layout || !group) continue;
      style.aspectRatio = `${extent(columnsOf(group), layout.side)} / ${extent(layout.rows, layout.side)}`;
      style.objectFit = "cover";
      style.objectPosition = index ? "right" : "left";
      image.alt = described(group);
    }
  }
  images[0].addEventListener("load", cut);
  return {
    /** @param {SheetLayout | null} next */
    set(next) {
      if (JSON.stringify(next) === JSON.stringify(layout)) return;
      layout = next;
      for (const [index, group] of (layout?.groups ?? []).entries()) label(heads[index], group);
      realHeads.hidden = !layout;
      if (layout) realHeads.replaceChildren(head(domainMark("A"), name("A")), head(domainMark("B"), name("B")));
      cut();
    },
  };
}

/** @param {LayoutGroup} group */
const described = ({ domain, ways, truth, hints }) => {
  const translated = ways.map((way) => `, then translated ${way.replace("to", " to ")}`).join("");
  const given = hints ? ` with ${hints} colour hints each` : "";
  return `Rows of held-out pictures of ${domain}${given}${translated}${truth ? ", then the truth" : ""}`;
};
