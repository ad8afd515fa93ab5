/**
 * The lists of models and runs. They are asked for again while the tab is in view; pictures only when they come into view.
 *
 * @import { ModelCard, RunCard, Shelf } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";
import { CALM, component } from "../shared/mount.js";
import { ownerMark } from "../shared/storage.js";
import { makeCard } from "./card.js";

/** Milliseconds between two requests for the lists while a run is going on. */
const BUSY = 3000;

export const mount = component((/** @type {Context<Shelf>} */ context) => {
  const { ask, element, every, find, signal, subscribe } = context;
  let shown = "";
  let busy = false;
  const thumbnails = watchThumbnails(context);
  signal.addEventListener("abort", () => thumbnails.disconnect());

  /**
   * @param {string} selector
   * @param {(ModelCard | RunCard)[]} items
   * @param {string} empty
   */
  function fill(selector, items, empty) {
    const cards = items.map((item) => makeCard(context, item, refresh));
    for (const card of cards) thumbnails.observe(card);
    find(selector).replaceChildren(...(cards.length ? cards : [make("p", { class: "empty" }, empty)]));
  }
  async function refresh() {
    const list = await ask("listing", { owner: ownerMark });
    const text = JSON.stringify(list);
    busy = list.runs.some((run) => run.active || run.state === "waiting");
    if (text === shown || element.querySelector(".ask")) return; // nothing new, or a question is being answered
    shown = text;
    find(".problems").replaceChildren(...list.problems.map((sentence) => make("li", {}, sentence)));
    fill("#models-shelf", list.models, "No model is shipped with this copy of the app.");
    fill("#imported-shelf", list.imported, "");
    find("#imported").hidden = !list.imported.length;
    fill("#runs-shelf", list.runs, "No run yet. Press Start on the Train tab.");
    find(".where").textContent = list.folder ? `In ${list.folder}` : "";
  }
  every(() => (busy ? BUSY : CALM), refresh);
  subscribe("models-changed", refresh);
});

/**
 * Asks for the picture of a card when it comes into view.
 *
 * @param {Context<Shelf>} context
 */
function watchThumbnails({ ask }) {
  /** @param {HTMLImageElement} image */
  async function load(image) {
    try {
      const { picture } = await ask("thumbnail", { name: image.dataset.name ?? "" });
      if (picture) Object.assign(image, { src: picture, hidden: false });
    } catch (error) {
      console.warn(/** @type {Error} */ (error).message);
    }
  }
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        const image = target.querySelector("img");
        if (!isIntersecting || !image) continue;
        observer.unobserve(target);
        load(image);
      }
    },
    { rootMargin: "200px" },
  );
  return observer;
}
