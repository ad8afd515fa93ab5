/**
 * Whether the app answers, for all components of the page: one notice says that it has stopped, and requests that wait
 * go on when it is there again.
 */
import { notify } from "./events.js";

const STOPPED =
  "The app has stopped. Start it again as you did before; this page reconnects by itself and keeps what is set.";
const LOCKED = "The app was started again and asks for your name and password: reload this page.";
const RENEWED = "The app was started again in another version: reload this page.";
/** Milliseconds without a request or an answer after which the app is asked whether it is there. */
const QUIET = 10_500;
/** The same where somebody presses a key or the mouse after a while. */
const RETURN = 3000;
const CHECK_INTERVAL = 1000;
const PROBE_TIMEOUT = 15_000;

let quietSince = performance.now();
let lost = "";
/** @type {Promise<void> | null} */
let checking = null;
/** @type {(() => void)[]} */
const waiting = [];

/**
 * A proxy that answers for a stopped app says 502 to 504; an app that was started again may have forgotten the login.
 * @returns {Promise<"there" | "gone" | "locked">}
 */
async function probe() {
  try {
    const address = new URL("gradio_api/app_id", document.baseURI);
    const { status } = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PROBE_TIMEOUT) });
    if (status === 401) return "locked";
    return status >= 502 && status <= 504 ? "gone" : "there";
  } catch {
    return "gone";
  }
}

/** @param {{ components?: { id: number, type: string }[] }} [config] */
const componentsOf = (config) => (config?.components ?? []).map((each) => `${each.id} ${each.type}`).join();

/** Whether the app that answers now has other components than this page was made for. */
async function isRenewed() {
  try {
    const response = await fetch(new URL("config", document.baseURI), { cache: "no-store" });
    return componentsOf(await response.json()) !== componentsOf(/** @type {any} */ (window).gradio_config);
  } catch {
    return false;
  }
}

/** @param {string} sentence */
function show(sentence) {
  lost = sentence;
  let notice = document.getElementById("gw-connection");
  if (!notice) {
    notice = document.createElement("div");
    notice.id = "gw-connection";
    notice.className = "gw-notice";
    notice.setAttribute("role", "alert");
    document.body.prepend(notice);
  }
  notice.textContent = sentence;
  notice.dataset.kind = "error";
}

async function check() {
  const state = await probe();
  if (state !== "gone") active();
  if (state === "locked") show(LOCKED);
  else if (state === "gone") {
    if (!lost) show(STOPPED);
  } else if (lost === STOPPED) {
    if (await isRenewed()) {
      show(RENEWED);
      return;
    }
    show("");
    for (const resolve of waiting.splice(0)) resolve();
    notify("back");
  }
}

const checkOnce = () => (checking ??= check().finally(() => (checking = null)));

function active() {
  quietSince = performance.now();
}

/** @param {number} patience milliseconds */
function checkAfter(patience) {
  if (document.visibilityState === "visible" && performance.now() - quietSince > patience) checkOnce();
}

function start() {
  setInterval(() => checkAfter(lost === STOPPED ? 0 : QUIET), CHECK_INTERVAL);
  for (const type of ["pointerdown", "keydown"])
    window.addEventListener(type, () => checkAfter(RETURN), { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => checkAfter(RETURN));
  return {
    /** To be called with every request and every answer: they tell whether the app is there, so nothing else need ask. */
    active,
    /** The sentence that the page shows while the app does not answer; empty while it does. */
    lost: () => lost,
    /** The error of a request without an answer: the app has stopped, or that one request went wrong. */
    async failed() {
      await checkOnce();
      return new Error(lost || "The server does not answer.");
    },
    /** Resolves when the app is there again. @returns {Promise<void>} */
    back: () => new Promise((resolve) => waiting.push(resolve)),
  };
}

export const connection = start();
