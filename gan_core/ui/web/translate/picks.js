/** Colours and brushes that are picked: radio buttons with a mark. */
import { make } from "../shared/dom.js";

/**
 * @param {string} name of the group
 * @param {string} label
 * @param {boolean} checked
 * @param {() => void} onchange
 * @param {string} style of its mark
 */
export function makePick(name, label, checked, onchange, style) {
  const input = make("input", { type: "radio", name, checked, "aria-label": label, onchange });
  const mark = make("i");
  mark.style.cssText = style;
  return make("label", { class: "pick", title: label }, input, mark);
}
