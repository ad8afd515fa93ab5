/** The camera as data: how fast it goes, how large a frame is, and what is said where there is none. */

/** Pixels of a frame's shorter side; the second one where the first is too slow. */
export const FINE = 256;
export const ROUGH = 160;
/** Frames a second below which frames become smaller. */
const TOO_SLOW = 8;
/** Milliseconds over which frames are counted. */
const WINDOW = 2000;
const SENTENCES = Object.freeze({
  NotAllowedError:
    "The camera was refused; allow it for this page in the browser's address bar, then press Start again.",
  NotFoundError: "There is no camera on this device.",
  OverconstrainedError: "There is no such camera on this device.",
  NotReadableError: "The camera is used by another program; close that one, then press Start again.",
});

/** Why there is no camera. @param {{ name: string, message: string }} error */
export const cameraSentence = ({ name, message }) =>
  /** @type {Record<string, string>} */ (SENTENCES)[name] ?? `The camera cannot be used: ${message || name}.`;

/** The size of a frame of a film. @param {number} width @param {number} height @param {number} side its shorter one */
export function frameSize(width, height, side) {
  const factor = Math.min(1, side / Math.min(width, height));
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

export class FrameRate {
  /** When the last frames were drawn, in milliseconds. @type {number[]} */
  #drawn = [];

  /** @param {number} now milliseconds */
  add(now) {
    this.#drawn.push(now);
    while (this.#drawn[0] < now - WINDOW) this.#drawn.shift();
  }

  /** Frames a second. */
  get value() {
    const drawn = this.#drawn;
    const seconds = (drawn[drawn.length - 1] - drawn[0]) / 1000;
    return seconds > 0 ? (drawn.length - 1) / seconds : 0;
  }

  /** In words; empty while there are too few frames to count. */
  get text() {
    const { value } = this;
    return this.#drawn.length > 3 ? `${value.toFixed(value < 10 ? 1 : 0)} frames a second` : "";
  }

  get isTooSlow() {
    return this.#drawn.length > 8 && this.value < TOO_SLOW;
  }
}
