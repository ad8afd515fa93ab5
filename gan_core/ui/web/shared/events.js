/**
 * Events between the components of the page: `notify` sends one, `subscribe` listens until a signal is aborted.
 *
 * The names and what each carries are the interface `PageEvents` of types.d.ts. They travel as `gw:NAME` on the window,
 * so a component may send one before the receiver is there: it is then lost, as any event is.
 *
 * @import { PageEvents } from "./types.js"
 */

/**
 * @template {keyof PageEvents} Name
 * @param {Name} name
 * @param {PageEvents[Name] extends undefined ? [] : [detail: PageEvents[Name]]} detail
 */
export function notify(name, ...[detail]) {
  window.dispatchEvent(new CustomEvent(`gw:${name}`, { detail }));
}

/**
 * @template {keyof PageEvents} Name
 * @param {Name} name
 * @param {(detail: PageEvents[Name]) => void} handler
 * @param {AbortSignal} signal
 */
export function subscribe(name, handler, signal) {
  window.addEventListener(`gw:${name}`, (event) => handler(/** @type {CustomEvent} */ (event).detail), { signal });
}
