/**
 * How a part of the page is built
 * ===============================
 *
 * The page is made of components. A component is one `gr.HTML` in Python and up to three files here, in the folder of its
 * tab and with one name:
 *
 *     train/estimate.html   its first content, written as it is (it is no template)
 *     train/estimate.css    its style, which gradio scopes to the component; colours are the variables of theme.css
 *     train/estimate.js     its script: a module that exports `mount`
 *
 *     frontend.component("train/estimate", server_functions=[pace.estimate])         # Python, see gan_core/ui/frontend.py
 *
 *     import { component } from "../shared/mount.js";                                // train/estimate.js
 *     export const mount = component(({ ask, find, latestWins, props, watch }) => {
 *       const show = (response) => (find("output#estimate-line").textContent = response.short);
 *       const request = latestWins((value) => ask("estimate", value), show);
 *       watch("value", () => request(props.value));
 *       request(props.value);
 *     });
 *
 * - `setup` gets a `Context` (types.d.ts): gradio's `element`, `props`, `trigger`, `upload` and `watch`, and helpers that are
 *   bound to this component. The module is loaded after the content is there, so `props.value` may have been set before
 *   `watch` is called: show it once at the beginning.
 * - `find("button#start")` names the tag, so that the type checker knows that it is a button. It throws where there is none;
 *   for what may be missing there is `element.querySelector`.
 * - `ask(name, request)` calls a server function: ONE object there, one back, or an Error with a sentence. Requests that
 *   follow a slider go through `latestWins`: one in flight, the newest one next, an older answer never after a newer one.
 * - Whatever outlives the element must end with it: listeners of `document` and `window` take `{ signal }`; timers are
 *   `every` and `after`; `subscribe` and `onResize` end by themselves. `mount` returns a function that ends all of it, which
 *   is also called when gradio removes the component.
 * - Components speak to each other by events (events.js: `notify`, `subscribe`; all names and what they carry are in
 *   types.d.ts), or import a module of their tab that holds what they share. There are no globals.
 * - Logic (formats, paths, scales, what a button says) stands in functions without the DOM; tests/web has their tests.
 * - `Context<F>` names the component's server functions, which protocol.d.ts describes: `@param {Context<Shelf>}` makes `ask`
 *   typed by function name. The file is generated (`python -m gan_core.ui.declarations`).
 * - What has a state is a class with private fields, made with the context (train/start.js is a short one, train/live.js a long
 *   one of several parts); what has none is a function. No function is longer than 60 lines, no module than 320.
 * - Charts are `makeChart` (chart.js), which draws a scene of plain data, or `makeCurves` for curves that grow.
 *
 * @import { Context, Functions, Gradio, NoticeKind } from "./types.js"
 */
import { connection } from "./connection.js";
import { subscribe } from "./events.js";
import { latestWins, makeAsk } from "./requests.js";

/** Milliseconds between two requests of something that rests: few enough that an idle page costs next to nothing. */
export const CALM = 10_000;
/** The longest that `every` waits before it sees that its component came into view or that its pause became shorter. */
const GLANCE = 400;
const NOTICE_TIME = 7000;

const MOUNT_CHECK = 10;
/** Milliseconds after a change of the page in which removed components are ended. */
const SWEEP = 1000;

/** What stands at the foot of the window, or stood there last. @type {HTMLElement | null} */
let floating = null;

/** @type {Map<HTMLElement, () => void>} */
const mounted = new Map();
/** @type {MutationObserver | null} */
let removals = null;
let sweeping = false;

/**
 * The `mount` of a component.
 *
 * @template {Functions} [F=Functions] its server functions, a type of protocol.d.ts
 * @param {(context: Context<F>) => void} setup
 */
export function component(setup) {
  /** @param {Gradio} gradio */
  return function mount(gradio) {
    const controller = new AbortController();
    const teardown = () => {
      mounted.delete(gradio.element);
      controller.abort();
    };
    endWithElement(gradio.element, teardown);
    setup(/** @type {Context<any>} */ (makeContext(gradio, controller.signal)));
    return teardown;
  };
}

/**
 * Resolves when the components within `root` are mounted, or have failed: their modules are loaded one by one.
 *
 * @param {ParentNode} root
 */
export async function whenMounted(root) {
  while (root.querySelector("[data-mounting]")) await new Promise((resolve) => setTimeout(resolve, MOUNT_CHECK));
}

/**
 * Gradio does not say when it removes a component, so the page is looked at after it has changed.
 *
 * @param {HTMLElement} element
 * @param {() => void} teardown
 */
function endWithElement(element, teardown) {
  mounted.set(element, teardown);
  removals ??= new MutationObserver(() => {
    if (sweeping) return;
    sweeping = true;
    setTimeout(sweep, SWEEP);
  });
  removals.observe(document.body, { childList: true, subtree: true });
}

function sweep() {
  sweeping = false;
  for (const [element, teardown] of mounted) if (!element.isConnected) teardown();
}

/**
 * @param {Gradio} gradio
 * @param {AbortSignal} signal
 * @returns {Context}
 */
function makeContext({ element, props, server, trigger, upload, watch }, signal) {
  /** @param {string} selector */
  const find = (selector) => {
    const found = element.querySelector(selector);
    if (!found) throw new Error(`There is no ${selector} in ${element.parentElement?.id || "this component"}.`);
    return /** @type {any} */ (found);
  };
  const visible = () => document.visibilityState === "visible" && element.offsetParent !== null && element.isConnected;
  return {
    ...{ element, props, trigger, upload, watch, signal, find, visible },
    findAll: (selector) => /** @type {any} */ ([...element.querySelectorAll(selector)]),
    ask: makeAsk(server),
    latestWins: (send, show, fail) =>
      latestWins(send, show, fail ?? ((error) => showNotice(element, error.message, "warning"))),
    every: (pause, step) => repeat(pause, step, () => visible() && !connection.lost(), signal),
    after: (milliseconds, action) => runAfter(milliseconds, action, signal),
    subscribe: (name, handler) => subscribe(name, (detail) => element.isConnected && handler(detail), signal),
    onResize: (target, handler) => observeResize(target, handler, signal),
    notice: (text, kind = "warning") => showNotice(element, text, kind),
  };
}

/**
 * Rests while `active()` is false; then it begins at once.
 *
 * @param {() => number} pause milliseconds
 * @param {() => unknown} step
 * @param {() => boolean} active
 * @param {AbortSignal} signal
 */
function repeat(pause, step, active, signal) {
  let last = -Infinity;
  const remaining = () => last + pause() - performance.now();
  const tick = async () => {
    if (signal.aborted) return;
    if (!active()) last = -Infinity;
    else if (remaining() <= 0) {
      try {
        await step();
      } catch (error) {
        console.warn(/** @type {Error} */ (error).message);
      }
      last = performance.now();
    }
    setTimeout(tick, Math.max(0, Math.min(GLANCE, remaining())) || GLANCE);
  };
  tick();
}

/**
 * @param {number} milliseconds
 * @param {() => void} action
 * @param {AbortSignal} signal
 */
function runAfter(milliseconds, action, signal) {
  const timer = setTimeout(() => {
    if (!signal.aborted) action();
  }, milliseconds);
  return () => clearTimeout(timer);
}

/**
 * @param {Element} target
 * @param {() => void} handler
 * @param {AbortSignal} signal
 */
function observeResize(target, handler, signal) {
  const size = new ResizeObserver(handler);
  size.observe(target);
  const theme = new MutationObserver(handler); // the page turns light or dark by a class
  theme.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  signal.addEventListener("abort", () => {
    size.disconnect();
    theme.disconnect();
  });
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 * @param {NoticeKind} kind
 */
function showNotice(element, text, kind) {
  if (text && text === connection.lost()) return; // the whole page says it, once
  const place = /** @type {HTMLElement | null} */ (element.querySelector("[data-notice]"));
  if (!place) {
    if (text) floatNotice(text, kind).setAttribute("role", "status");
    return;
  }
  if (place.textContent === text && place.dataset.kind === kind) return; // a screen reader has said it
  place.setAttribute("role", "status");
  place.dataset.kind = kind;
  place.textContent = text;
  if (floating?.dataset.of === element.id) floating.remove();
  if (!text || !isOutOfSight(place)) return;
  const copy = floatNotice(text, kind);
  copy.dataset.of = element.id;
  copy.setAttribute("aria-hidden", "true"); // a screen reader says the one in its place
}

/** Whether one would have to scroll to read it. @param {HTMLElement} place */
function isOutOfSight(place) {
  const { top, bottom, height } = place.getBoundingClientRect();
  return height > 0 && (bottom <= 0 || top >= innerHeight);
}

/** At the foot of the window for a while, in place of an earlier one. @param {string} text @param {NoticeKind} kind */
function floatNotice(text, kind) {
  floating?.remove();
  const made = document.createElement("div");
  made.className = "gw-notice gw-notice-floating";
  made.dataset.kind = kind;
  made.textContent = text;
  document.body.append(made);
  setTimeout(() => made.remove(), NOTICE_TIME);
  floating = made;
  return made;
}
