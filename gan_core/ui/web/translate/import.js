/**
 * Weights dropped among the pictures: imported on the server, chosen, and described in their sentence.
 *
 * @import { ImportedModel, Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { sendFile } from "./files.js";

/** @param {ImportedModel} model */
const wordsOf = ({ name, sentence, kind }) =>
  `${name}: ${sentence}${kind === "translator" ? "" : " It draws pictures of its own: see the Explore tab."}`;

export class WeightImport {
  #newest = 0;
  #context;
  #tab;

  /**
   * @param {Context<Translate>} context
   * @param {object} tab
   * @param {(text: string, kind?: "info" | "warning" | "error") => void} tab.say
   * @param {() => Promise<void>} tab.refresh lists the models anew
   * @param {(model: string) => void} tab.choose brings a model to the stage
   */
  constructor(context, tab) {
    this.#context = context;
    this.#tab = tab;
  }

  /** @param {File[]} files */
  async take(files) {
    const turn = ++this.#newest;
    const { ask, upload } = this.#context;
    this.#tab.say(`Reading the weights in ${files.map(({ name }) => name).join(" and ")} …`);
    try {
      const sent = await Promise.all(files.map((file) => sendFile(upload, file)));
      const { models, refused } = await ask("import_files", { files: sent });
      await this.#tab.refresh();
      if (turn !== this.#newest) return;
      const model = models.find(({ kind }) => kind === "translator");
      if (model) this.#tab.choose(model.name);
      this.#tab.say([...models.map(wordsOf), ...refused].join(" "), refused.length ? "warning" : "info");
    } catch (error) {
      if (turn === this.#newest) this.#tab.say(/** @type {Error} */ (error).message, "error");
    }
  }
}
