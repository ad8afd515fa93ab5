/** What can be undone: states as texts, the present one and those before and after it. */

const MOST = 200;

export class History {
  /** @type {string[]} */
  #past = [];
  /** @type {string | null} */
  #present = null;
  /** @type {string[]} */
  #future = [];

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** A change that can be undone; one that changes nothing is none. @param {string} state */
  push(state) {
    if (state === this.#present) return;
    if (this.#present !== null) this.#past = [...this.#past, this.#present].slice(-MOST);
    this.#present = state;
    this.#future = [];
  }

  /** A change that is not to be undone. @param {string} state */
  replace(state) {
    this.#present = state;
  }

  /** @returns {string | null} the state before, or null where there is none */
  undo() {
    return this.#go(this.#past, this.#future);
  }

  /** @returns {string | null} */
  redo() {
    return this.#go(this.#future, this.#past);
  }

  /** @param {string[]} from @param {string[]} to */
  #go(from, to) {
    const state = from.pop();
    if (state === undefined) return null;
    to.push(/** @type {string} */ (this.#present));
    this.#present = state;
    return state;
  }

  /** All states anew, for names that have changed. @param {(state: string) => string} renamed */
  rename(renamed) {
    this.#past = this.#past.map(renamed);
    this.#future = this.#future.map(renamed);
    if (this.#present !== null) this.#present = renamed(this.#present);
  }
}
