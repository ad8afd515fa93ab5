/**
 * The chosen model elsewhere: three lines of Python to copy, an ONNX file.
 *
 * @import { Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Settings } from "./request-state.js"
 */
import { download } from "../shared/dom.js";

/** Milliseconds for which it is said that the lines are copied. */
const COPIED = 3000;

export class ModelExport {
  /** The settings whose lines are shown, as JSON. */
  #shown = "";
  #context;
  #settings;
  #say;
  #code;
  #parity;
  #askForCode;

  /**
   * @param {Context<Translate>} context
   * @param {() => Settings} settings
   * @param {(text: string, kind: "error") => void} say
   */
  constructor(context, settings, say) {
    const { ask, find, latestWins } = context;
    this.#context = context;
    this.#settings = settings;
    this.#say = say;
    this.#code = find("pre.code");
    this.#parity = find("p.parity");
    this.#askForCode = latestWins(
      (/** @type {Settings} */ request) => ask("snippet", request),
      ({ code }) => (this.#code.textContent = code),
    );
    find("details.elsewhere").addEventListener("toggle", () => this.refresh());
    find("button.copy").addEventListener("click", () => this.#copy());
    find("button.onnx").addEventListener("click", () => this.#writeOnnx());
  }

  /** Shows the lines for the settings as they are now. */
  refresh() {
    const settings = this.#settings();
    const key = JSON.stringify(settings);
    if (!this.#context.find("details.elsewhere").open || !settings.model || this.#shown === key) return;
    this.#shown = key;
    this.#parity.textContent = "";
    this.#askForCode(settings);
  }

  async #copy() {
    const { after, find } = this.#context;
    const copied = find("span.copied");
    try {
      await navigator.clipboard.writeText(this.#code.textContent ?? "");
      copied.textContent = "Copied.";
    } catch {
      getSelection()?.selectAllChildren(this.#code); // a page that is not served from this machine or over https
      copied.textContent = "Selected; copy it with Ctrl+C.";
    }
    after(COPIED, () => (copied.textContent = ""));
  }

  async #writeOnnx() {
    const { ask, find } = this.#context;
    const button = find("button.onnx");
    button.disabled = true;
    this.#parity.textContent = "Writing and comparing, which takes some seconds …";
    try {
      const { model: name, direction } = this.#settings();
      const file = await ask("onnx", { name, direction });
      this.#parity.textContent = file.line;
      download(file.url, file.name);
    } catch (error) {
      this.#parity.textContent = "";
      this.#say(/** @type {Error} */ (error).message, "error");
    }
    button.disabled = false;
  }
}
