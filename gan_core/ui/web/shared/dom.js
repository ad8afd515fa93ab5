/** Making and changing elements. */

/** @typedef {Node | string | number} Child */

/**
 * A new element. Attributes by their names (`class`, `aria-label`) or as properties where the element has one of that name
 * (`checked`, `onclick`); `dataset` is an object; null and undefined leave an attribute out.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name === "dataset") Object.assign(element.dataset, value);
    else if (name in element) /** @type {any} */ (element)[name] = value;
    else element.setAttribute(name, String(value));
  }
  element.append(.../** @type {(Node | string)[]} */ (children));
  return element;
}

/**
 * A new element of a drawing; all attributes by their names.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | null | undefined>} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  element.append(.../** @type {(Node | string)[]} */ (children));
  return element;
}

/**
 * Sets properties of an element where they differ: what is written again unchanged may be laid out and painted again.
 *
 * @template {object} Target
 * @param {Target} target
 * @param {Partial<Target>} values
 */
export function update(target, values) {
  for (const [name, value] of Object.entries(values))
    if (/** @type {any} */ (target)[name] !== value) /** @type {any} */ (target)[name] = value;
}

/**
 * Offers a file of the server as a download.
 *
 * @param {string} address
 * @param {string} name
 */
export function download(address, name) {
  make("a", { href: address, download: name }).click();
}
