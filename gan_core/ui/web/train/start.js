/**
 * Start, and what it will cost. While a training of this browser goes on, Start says so, and another one is a choice of its own.
 *
 * A press makes gradio collect the form into the value (see `PRESSED` in tab.py); the value is then sent from here, so that
 * whatever goes wrong is heard of.
 *
 * @import { ListedRun, Room, StartBar as Functions, StartRequest } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { update } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { Refusal } from "../shared/requests.js";
import { ownerMark } from "../shared/storage.js";
import { barOf } from "./start-state.js";

/** Milliseconds: a second press within them is a double click, and asks for the same training. */
const DOUBLE = 1000;
const PATIENCE = 20_000;
/** Milliseconds after an answer until the list of runs has the new one. */
const LISTED = 400;
const SILENT =
  "The app has not answered for 20 s. Press Start again: a training that has begun meanwhile is not begun twice.";

/** @typedef {{ token: string, at: number, unanswered: boolean }} Press `token` is the same for a press that is sent twice */

export const mount = component((/** @type {Context<Functions>} */ context) => {
  const bar = new StartBar(context);
  bar.start();
});

class StartBar {
  /** @type {ListedRun[]} */
  #runs = [];
  /** @type {Room} */
  #room = { places: 1, free: true };
  /** @type {Press} */
  #press = { token: "", at: -Infinity, unanswered: false };
  /** @type {Press | null} */
  #pending = null;

  /** @param {Context<Functions>} context */
  constructor(context) {
    this.context = context;
  }

  start() {
    const { find, props, subscribe, watch } = this.context;
    for (const selector of ["#start", "#start-another"]) find(selector).addEventListener("click", () => this.#begin());
    watch("value", () => {
      if (this.#pending && props.value) this.#send(this.#pending, props.value.form);
    });
    subscribe("back", () => {
      if (this.#press.unanswered) this.#say(""); // what was said of a stopped app
    });
    subscribe("runs-listed", ({ runs, room }) => {
      this.#runs = runs;
      this.#room = room ?? this.#room;
      this.#show();
    });
    this.#show();
  }

  #show() {
    const { find } = this.context;
    const bar = barOf(this.#runs, this.#room, this.#pending !== null);
    const button = find("button#start");
    button.textContent = bar.start;
    button.dataset.state = bar.state;
    button.title = bar.state ? bar.start : "";
    button.disabled = Boolean(bar.state);
    button.classList.toggle("primary", !bar.state);
    find("#start-another").hidden = !bar.another;
    update(find("#start-cost"), { textContent: bar.cost });
  }

  /** @param {string} text */
  #say(text) {
    const note = this.context.find("#start-note");
    note.textContent = text;
    note.dataset.kind = "error";
  }

  #begin() {
    if (this.#pending) return;
    const now = performance.now();
    const again = this.#press.unanswered || now - this.#press.at < DOUBLE;
    const token = again ? this.#press.token : ownerMark.slice(0, 4) + Math.random().toString(36).slice(2);
    const press = { token, at: now, unanswered: true };
    this.#press = this.#pending = press;
    this.#say("");
    this.#show();
    this.context.trigger("press");
    this.context.after(PATIENCE, () => this.#fail(press, new Error(SILENT)));
  }

  /**
   * What went wrong is said at once, and Start can be pressed again.
   *
   * @param {Press} press
   * @param {Error} error
   */
  #fail(press, error) {
    if (this.#pending !== press) return;
    this.#pending = null;
    press.at = -Infinity;
    this.#say(error.message);
    this.#show();
  }

  /**
   * @param {Press} press
   * @param {StartRequest} form
   */
  async #send(press, form) {
    const { after, ask } = this.context;
    let response;
    try {
      response = await ask("start_training", { ...form, owner: ownerMark, token: press.token });
    } catch (error) {
      press.unanswered = !(error instanceof Refusal);
      this.#fail(press, /** @type {Error} */ (error));
      return;
    }
    press.unanswered = false;
    press.at = performance.now(); // the second half of a double click may come after the answer
    this.#say("");
    notify("run-started", response);
    after(LISTED, () => {
      if (this.#pending !== press) return;
      this.#pending = null;
      this.#show();
    });
  }
}
