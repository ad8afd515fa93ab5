/** Controls that several tabs have. */
import { make } from "./dom.js";

/**
 * A button of a card or a list's entry.
 *
 * @param {string} text
 * @param {(event: MouseEvent) => void} onclick
 * @param {{ kind?: string, of?: string, title?: string }} [options] `kind` is a class; `of` names what the button belongs to,
 *   for those who do not see on which of many cards it stands; `title` says more of what it does
 */
export function button(text, onclick, { kind = "", of = "", title } = {}) {
  const label = of ? `${text} ${of}` : null;
  const attributes = {
    type: "button",
    class: `gw-button ${kind}`,
    onclick,
    title,
    "data-does": text,
    "aria-label": label,
  };
  return make("button", attributes, text);
}

/**
 * A question in the page before something is done. Used where a run was started elsewhere: the question names it, and so
 * does the request that follows.
 *
 * @param {HTMLElement} box
 */
export function makeQuestion(box) {
  const close = () => {
    box.hidden = true;
    box.replaceChildren();
  };
  /**
   * @param {string} text
   * @param {string} yes what the button says that does it
   * @param {() => void} act
   */
  function open(text, yes, act) {
    const confirm = () => {
      close();
      act();
    };
    const confirmation = make(
      "button",
      { type: "button", class: "gw-button danger", "data-does": "confirm", onclick: confirm },
      yes,
    );
    const refusal = make("button", { type: "button", class: "gw-button", onclick: close }, "Leave it");
    box.replaceChildren(make("p", {}, text), make("span", { class: "answers" }, confirmation, refusal));
    box.hidden = false;
    refusal.focus();
  }
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  return { open, close };
}

/** What a control of a run is called in a question. */
export const VERBS = Object.freeze({
  pause: "Pause",
  resume: "Resume",
  stop: "Stop",
  cancel: "Cancel",
  continue: "Go on with",
});

/**
 * @param {string} verb
 * @param {string} name
 */
export const elsewhereQuestion = (verb, name) => `${verb} “${name}”, which was started elsewhere?`;

/** What an arrow key moves by in a row or a column of choices; 0 for other keys. @param {string} key */
export const arrowStep = (key) =>
  /** @type {Record<string, number>} */ ({ ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 })[key] ?? 0;

/**
 * Arrow keys in a radio group move to the next choice and take it.
 *
 * @param {HTMLElement} group
 * @param {() => HTMLElement[]} choices those that can be reached now
 * @param {(choice: HTMLElement) => void} choose
 */
export function arrowKeys(group, choices, choose) {
  group.addEventListener("keydown", (event) => {
    const step = arrowStep(event.key);
    const all = choices();
    const from = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (!step || from < 0) return;
    event.preventDefault();
    const next = all[(from + step + all.length) % all.length];
    next.focus();
    choose(next);
  });
}
