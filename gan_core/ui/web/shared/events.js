/**
 * Events between the components of the page: `notify` sends one, `subscribe` listens until a signal is aborted.
 *
 * The names and what each carries are the interface `PageEvents` of types.d.ts. They travel as `gw:NAME` on the window,
 * so a component may send one before the receiver is there: it is then lost, as any event is.
 *
 * @import { PageEvents } from "./types.js"
 */

/**
 * Lets the events of gradio's own components call functions of a module, from the moment on when it is loaded (see
 * `frontend.script` in Python).
 *
 * @param {string} path of the module
 * @param {Record<string, (...values: any[]) => unknown>} functions
 */
export function offer(path, functions) {
  window.addEventListener("gw:call", (event) => {
    const call = /** @type {CustomEvent} */ (event).detail;
    if (call.path === path) call.result = functions[call.name](...call.values);
  });
}

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
