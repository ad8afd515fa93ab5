/**
 * A walk from seed to seed that goes on until it is stopped.
 *
 * @import { ExploreContext, Explorer } from "./explorer.js"
 */
import { randomSeed } from "./latent-state.js";

/** Seconds of one step at most, so that a page that was hidden does not jump. */
const LONGEST = 0.1;

export class RandomWalk {
  #frame = 0;
  #last = 0;

  /** @param {ExploreContext} context @param {Explorer} explorer */
  constructor(context, explorer) {
    const { find, signal } = context;
    this.context = context;
    this.explorer = explorer;
    this.button = find("button.walk");
    this.speed = find("input.walkspeed");
    const output = /** @type {HTMLElement} */ (this.speed.closest(".row")?.querySelector("output"));
    const showSpeed = () => (output.textContent = Number(this.speed.value).toFixed(2));
    this.speed.addEventListener("input", showSpeed);
    showSpeed();
    this.button.addEventListener("click", () => (this.#frame ? this.stop() : this.start()));
    explorer.on("interrupt", () => this.stop());
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame));
  }

  async start() {
    const { explorer } = this;
    let from;
    try {
      from = await explorer.basePoint(true);
    } catch (error) {
      explorer.fail(error);
      return;
    }
    Object.assign(explorer.latent, { kind: "path", ends: [from, randomSeed()], t: 0, moves: [] });
    this.button.textContent = "❚❚ Stop walking";
    this.button.setAttribute("aria-pressed", "true");
    this.#last = performance.now();
    explorer.emit("latent");
    this.#next();
  }

  #next() {
    this.#frame = requestAnimationFrame((now) => this.#step(now));
  }

  /** @param {number} now */
  #step(now) {
    const { explorer } = this;
    const { latent } = explorer;
    if (this.context.signal.aborted) return;
    if (latent.kind !== "path" || !explorer.model) {
      this.stop();
      return;
    }
    if (this.context.visible()) {
      latent.t += Math.min(LONGEST, (now - this.#last) / 1000) * Number(this.speed.value);
      if (latent.t >= 1) {
        latent.ends = [latent.ends[1], randomSeed()];
        latent.t = Math.min(1, latent.t - 1);
      }
      explorer.emit("latent");
      explorer.draw();
    }
    this.#last = now;
    this.#next();
  }

  /** Where it has come to can be undone: one goes back to where it began. */
  stop() {
    if (!this.#frame) return;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.button.textContent = "▶ Random walk";
    this.button.setAttribute("aria-pressed", "false");
    this.explorer.remember();
  }
}
