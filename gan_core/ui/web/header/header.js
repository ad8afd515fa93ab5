/**
 * The head of the page: the device, the tab that is open (kept over a reload), and links to a view of Explore.
 *
 * @import { Header } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { component } from "../shared/mount.js";
import { openTab } from "../shared/navigation.js";
import { remember, remembered } from "../shared/storage.js";
import { explainTitles } from "./explanations.js";

const TABS = ["train", "explore", "translate", "lab", "models"];
const LINK = "#explore=";
/** Milliseconds between two tries while the tabs are not mounted yet. */
const RETRY = 100;
/** Milliseconds after a click until the tab that it opened is open. */
const SETTLED = 150;

export const mount = component((/** @type {Context<Header>} */ context) => {
  const { ask, find, props, signal } = context;
  find(".logo").innerHTML = props.logo; // our own drawing, inlined so that it follows light and dark
  const say = (/** @type {string} */ text) => (find(".device").textContent = text);
  ask("device").then(
    (response) => say(response.text),
    (error) => say(error.message),
  );
  explainTitles(signal);
  keepOpenTab(context);
  const openLinked = () => {
    if (location.hash.startsWith(LINK)) openUntil(context, "explore", isExploreOpen, 30_000);
  };
  openLinked();
  window.addEventListener("hashchange", openLinked, { signal });
  const kept = remembered("tab", "window") ?? remembered("tab");
  if (!location.hash && kept && TABS.indexOf(kept) > 0) openUntil(context, kept, () => isOpen(kept), 10_000);
});

/** @param {string} name */
const isOpen = (name) => Boolean(document.getElementById(`tab-${name}`)?.offsetParent);

function isExploreOpen() {
  if (document.querySelector("#tab-explore-button[aria-selected=true]")) return true;
  return Boolean(/** @type {HTMLElement | null} */ (document.querySelector("#tab-explore .explore"))?.offsetParent);
}

/**
 * A reload opens the tab that this window had open, a new window the one that the browser had.
 *
 * @param {Context} context
 */
function keepOpenTab({ after, signal }) {
  const note = () => {
    const name = TABS.find(isOpen);
    if (!name) return;
    remember("tab", name, "window");
    remember("tab", name);
  };
  for (const type of ["click", "keyup"]) document.addEventListener(type, () => after(SETTLED, note), { signal });
}

/**
 * Opens a tab as soon as it is there.
 *
 * @param {Context} context
 * @param {string} name
 * @param {() => boolean} isDone
 * @param {number} patience milliseconds
 */
function openUntil({ after }, name, isDone, patience) {
  const end = Date.now() + patience;
  const attempt = () => {
    if (isDone() || Date.now() > end) return;
    openTab(name);
    if (!isDone()) after(RETRY, attempt);
  };
  attempt();
}
