/**
 * What a `title` says is seen by hovering alone. Here it is also shown to those who reach it by the keyboard or tap it: one
 * bubble for the whole page. Screen readers read titles by themselves.
 */
import { make } from "../shared/dom.js";

const GAP = 6;

/** @param {AbortSignal} signal */
export function explainTitles(signal) {
  const bubble = make("div", { id: "gw-explanation", role: "tooltip", hidden: true });
  /** @type {HTMLElement | null} */
  let shownFor = null;
  let byKeyboard = false;
  const hide = () => {
    bubble.hidden = true;
    shownFor = null;
  };
  /** @param {HTMLElement} part */
  const show = (part) => {
    if (!bubble.isConnected) document.body.append(bubble);
    bubble.textContent = part.title;
    bubble.hidden = false;
    shownFor = part;
    const room = { width: document.documentElement.clientWidth, height: innerHeight };
    const { x, y } = placeBeside(part.getBoundingClientRect(), bubble.getBoundingClientRect(), room);
    bubble.style.transform = `translate(${x}px, ${y}px)`;
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    byKeyboard = true;
    if (event.key === "Escape") hide();
  };
  window.addEventListener("keydown", onKey, { capture: true, signal });
  window.addEventListener("pointerdown", () => (byKeyboard = false), { capture: true, signal });
  document.addEventListener(
    "focusin",
    ({ target }) => {
      const part = byKeyboard && titledPart(target);
      if (part) show(part);
      else hide();
    },
    { signal },
  );
  document.addEventListener("focusout", hide, { signal });
  document.addEventListener(
    "click",
    (event) => {
      const part = /** @type {PointerEvent} */ (event).pointerType === "touch" && titledPart(event.target);
      if (part && part !== shownFor) show(part);
      else hide();
    },
    { signal },
  );
  window.addEventListener("scroll", hide, { capture: true, passive: true, signal });
  signal.addEventListener("abort", () => bubble.remove());
}

/** The element with a title that holds the target. @param {EventTarget | null} target */
function titledPart(target) {
  const part = target instanceof Element && /** @type {HTMLElement | null} */ (target.closest("[title]"));
  return part && part.title ? part : null;
}

/**
 * Where a bubble goes beside `box`: below it, above where there is no room, and never out of the window.
 *
 * @param {{ left: number, top: number, bottom: number }} box
 * @param {{ width: number, height: number }} bubble
 * @param {{ width: number, height: number }} room
 */
export function placeBeside(box, bubble, room) {
  const fitsBelow = box.bottom + GAP + bubble.height <= room.height;
  return {
    x: Math.max(GAP, Math.min(box.left, room.width - bubble.width - GAP)),
    y: fitsBelow ? box.bottom + GAP : Math.max(GAP, box.top - bubble.height - GAP),
  };
}
