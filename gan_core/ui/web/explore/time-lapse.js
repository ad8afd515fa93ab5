/**
 * The time-lapse as a file: what it shows, how time passes in it, how far it is; and one that comes back.
 *
 * @import { CancelledResponse, TimeLapseData, TimeLapseRequest, TimeLapseResponse } from "../shared/protocol.js"
 * @import { Explorer } from "./explorer.js"
 * @import { TimeParts } from "./moments-card.js"
 */
import { make } from "../shared/dom.js";
import { MomentsCard } from "./moments-card.js";

export class TimeLapse extends MomentsCard {
  /** The work that is going on. @type {ReturnType<Explorer["work"]> | null} */
  #job = null;

  /** @param {TimeParts} parts */
  constructor(parts) {
    const { find } = parts.context;
    const card = find("div.time-film-card");
    super(parts, { card, kind: find("select.time-shows"), from: find("select.time-film-from") });
    this.timing = find("select.time-timing");
    this.seconds = find("input.time-seconds");
    this.numbers = find("input.time-numbers");
    this.button = find("button.time-make");
    this.made = find("span.time-made");
    this.button.addEventListener("click", () => this.#export());
    find("button.time-cancel").addEventListener("click", () => this.#job?.cancel());
  }

  /** @override */
  refresh() {
    if (this.showCard()) this.offerChoices(["one", "seeds", "favourites", "classes", "brought"]);
  }

  #request() {
    const latents = this.chosen().map(({ latent }) => latent);
    const how = { seconds: Number(this.seconds.value), timing: this.timing.value };
    const time = { latents, ...how, start: Number(this.from.value), numbers: this.numbers.checked };
    const suffix = /** @type {TimeLapseRequest["suffix"]} */ (this.context.find("select.time-kind").value);
    return { model: this.explorer.model, suffix, time };
  }

  async #export() {
    const { find } = this.context;
    const doing = find("span.time-doing");
    this.#job = this.explorer.work("time_film", this.#request(), find(".time-doing progress"));
    this.button.disabled = true;
    doing.hidden = false;
    this.made.textContent = "";
    try {
      this.#show(await this.#job.done);
    } catch (error) {
      this.explorer.fail(error);
    }
    doing.hidden = true;
    this.button.disabled = false;
    this.#job = null;
  }

  /** @param {TimeLapseResponse | CancelledResponse} response */
  #show(response) {
    if ("cancelled" in response) {
      this.made.textContent = "Cancelled.";
      return;
    }
    const { missing, name, url, words } = response;
    const link = make("a", { href: url, download: name }, name);
    this.made.replaceChildren(link, ` ${words}`);
    if (missing) this.context.notice(missing);
    link.click();
  }

  /** Takes the timing of a film or sheet that was made here. @param {TimeLapseData} time */
  bringBack({ timing, seconds, numbers, start }) {
    if (timing !== undefined) this.timing.value = timing;
    if (seconds !== undefined) this.seconds.value = String(seconds);
    this.numbers.checked = numbers !== false;
    for (const select of [this.context.find("select.time-from"), this.from])
      if ([...select.options].some((option) => option.value === String(start))) select.value = String(start);
  }
}
