/**
 * The visit of this window: its token, and the signs by which the server knows that the page is still open.
 *
 * @import { Lab } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { connection } from "../shared/connection.js";

/** Milliseconds between two signs that the page is still open, and before a process is made ready. */
const SIGN = 20_000;
const WARM_UP = 8000;
/** Where the token is kept for as long as the window: a page that is loaded again finds its training again. */
const KEPT = "gan-workbench-lab";

/**
 * A closed page falls silent, and its process is ended. A hidden one is silent too, but says so before: its training is
 * kept for longer.
 *
 * @param {Context<Lab>} context
 * @param {{ opened: boolean, visit: string | null }} panel
 */
export function keepAlive({ ask, element, signal, after }, panel) {
  let leaving = false;
  const sign = () => {
    if (!panel.opened || !panel.visit || !element.isConnected || leaving || connection.lost()) return;
    const hidden = document.visibilityState === "hidden";
    ask("stay", { visit: panel.visit, hidden }).catch(() => {});
  };
  const timer = setInterval(() => document.visibilityState === "visible" && sign(), SIGN);
  signal.addEventListener("abort", () => clearInterval(timer));
  document.addEventListener("visibilitychange", sign, { signal });
  window.addEventListener("pagehide", () => (leaving = true), { signal });
  window.addEventListener("pageshow", () => (leaving = false), { signal });
  // The rest of the page is there first; then a process is made ready, so that the Lab opens at once.
  after(WARM_UP, () => {
    if (!panel.opened) ask("warm").catch(() => {});
  });
}

/** A browser that keeps nothing begins anew after a reload. */
export const visits = {
  kept() {
    try {
      return sessionStorage.getItem(KEPT);
    } catch {
      return null;
    }
  },
  /** @param {string} token */
  keep(token) {
    try {
      sessionStorage.setItem(KEPT, token);
    } catch {
      /* nothing is kept */
    }
  },
};
