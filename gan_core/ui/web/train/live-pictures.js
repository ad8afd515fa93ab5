/**
 * The pictures of a run: what the generator draws, beside real ones.
 *
 * @import { Context } from "../shared/types.js"
 * @import { Live } from "./live.js"
 */
import { make } from "../shared/dom.js";
import { count } from "../shared/format.js";
import { openModel } from "../shared/navigation.js";
import { exploreName, isActive, shareOf, waitingText } from "./live-state.js";
import { makeSheets } from "./sheets.js";

/**
 * @param {HTMLImageElement} image
 * @param {string} source empty for none
 */
export function setPicture(image, source) {
  image.src = source;
  image.hidden = !source;
}

/**
 * @param {HTMLImageElement} image
 * @param {string} text what stands in its place
 */
export function setWaiting(image, text) {
  image.nextElementSibling?.replaceChildren(make("span", {}, text));
}

/**
 * @param {Context} context
 * @param {Live} live
 */
export function makePictures({ find }, live) {
  const made = find("img#live-picture");
  const second = find("img#live-picture-second");
  const real = find("img#real-picture");
  const sheets = makeSheets([made, second], find("#real-heads"));
  const isDrawn = () => Boolean(live.status?.step && !live.status.translates && live.newest);

  function refreshExplore() {
    const drawn = isDrawn();
    find(".to-explore").hidden = !drawn;
    made.classList.toggle("explorable", drawn);
    made.title = drawn ? "Click a picture to open it in Explore" : "";
  }
  made.addEventListener("click", ({ clientX, clientY }) => {
    const cell = isDrawn() && shareOf(made.getBoundingClientRect(), clientX, clientY);
    if (cell) openModel("explore", exploreName(live.run, isActive(live.status?.state)), { ...cell, step: live.moment });
  });
  return {
    /** @param {string | null} picture of a key frame; null for the newest one */
    showMoment(picture) {
      for (const image of [made, second]) setPicture(image, picture ?? live.newest ?? "");
      refreshExplore();
      const { moment, status } = live;
      const now = status ? `step ${count(status.step)}` : "";
      find("#made-note").textContent = moment === null ? now : `at step ${count(moment)}`;
    },
    /** @param {string} picture */
    showReal: (picture) => setPicture(real, picture),
    /** @param {boolean} isNow whether the newest picture is looked at */
    showStatus(isNow) {
      const { status, newest } = live;
      if (!status) return;
      const { data, layout, size, step, translates } = status;
      find("#made-title").textContent = translates ? "Translated" : "Drawn by the generator";
      find(".pictures").dataset.kind = layout ? "sheets" : "grid";
      sheets.set(layout);
      const rows = "Rows: A, A to B, back to A; then B, B to A, back to B";
      if (!layout) made.alt = translates ? rows : `Pictures drawn at step ${step}`;
      find("#real-title").textContent = translates && !layout ? "Real pictures of A and B" : "Real pictures";
      find("#real-note").textContent = layout ? `${size} × ${size}` : `${data}, ${size} × ${size}`;
      if (isNow) find("#made-note").textContent = step ? `step ${count(step)}` : "";
      const text = waitingText(status, Boolean(newest));
      if (text) setWaiting(made, text);
      refreshExplore();
    },
    clear() {
      for (const image of [made, second, real]) setPicture(image, "");
      sheets.set(null);
      setWaiting(made, "The first picture comes after the first step.");
      setWaiting(real, "");
      find("#made-note").textContent = find("#real-note").textContent = "";
      find(".to-explore").hidden = true;
    },
  };
}
