/**
 * Translate: what is chosen (mode, picture, model, direction, size) and what is on the stage.
 *
 * @import { ExamplePicture, Translate } from "../shared/protocol.js"
 * @import { Context, NoticeKind } from "../shared/types.js"
 * @import { Inputs } from "./colouring-state.js"
 * @import { Choice } from "./models-state.js"
 * @import { Subject } from "./other-colourings.js"
 * @import { Picture, Result, Translation } from "./request-state.js"
 * @import { Preview } from "./requests.js"
 */
import { make } from "../shared/dom.js";
import { CALM, component } from "../shared/mount.js";
import { onArrival } from "../shared/navigation.js";
import { BatchMode } from "./batch.js";
import { CameraMode } from "./camera.js";
import { Colouring } from "./colouring.js";
import { DrawingMode } from "./drawing.js";
import { ModelExport } from "./export.js";
import { FilmMode } from "./film.js";
import { listenForFiles } from "./files.js";
import { WeightImport } from "./import.js";
import { takeFiles } from "./intake.js";
import { ModelControls } from "./models.js";
import { comparable, knowsDomain } from "./models-state.js";
import { samePicture } from "./request-state.js";
import { TranslationRequests } from "./requests.js";
import { bindDownload, fetchAllPixels } from "./result.js";
import { Stage } from "./stage.js";
import { shownIn } from "./tab-state.js";
import { Views } from "./views.js";
import { WorkCard } from "./work-card.js";
import { Zoom } from "./zoom.js";

/** Side of the pictures of a model that does not say it. */
const USUAL_SIDE = 256;

/** @typedef {"picture" | "draw" | "camera" | "many"} Mode */

export const mount = component((/** @type {Context<Translate>} */ context) => {
  new TranslateTab(context).start();
});

export class TranslateTab {
  /** @type {Mode} */
  mode = "picture";
  /** What the stage shows. @type {Picture | null} */
  #picture = null;
  /** Pixels of its width. */
  #across = 512;
  #root;

  /** @param {Context<Translate>} context */
  constructor(context) {
    this.context = context;
    this.#root = context.find("div.translate");
    this.stage = new Stage(context);
    this.zoom = new Zoom(
      context,
      this.stage,
      () => this.#across,
      (width) => this.#zoomed(width),
    );
    this.models = new ModelControls(context, {
      change: (changes) => this.change(changes),
      example: (example) => this.#openExample(example),
    });
    this.views = new Views(
      context,
      this.stage,
      () => this.#last(),
      () => comparable(this.models.models),
    );
    this.colouring = new Colouring(context, this.stage, {
      changed: (live) => {
        if (this.mode === "draw") this.drawing?.again();
        else this.translate({}, live);
      },
      subject: () => this.#subject(),
      settings: () => this.models.settings,
      say: (text) => this.say(text),
      place: (event, target) => this.zoom.place(event, target),
    });
    this.requests = new TranslationRequests(context, this.stage, {
      preview: (translation, preview) => this.#showPreview(translation, preview),
      whole: (translation, result) => this.#showWhole(translation, result),
      cancelled: (translation) => this.#showCancelled(translation),
      failed: (error) => {
        this.stage.setRough(false);
        this.say(error.message, "error");
        this.#showChoice();
      },
    });
    this.#makeModes();
  }

  #makeModes() {
    const { context, models, stage } = this;
    const tab = {
      settings: () => models.settings,
      labels: (/** @type {[choice?: Choice]} */ ...choice) => models.labels(...choice),
      say: (/** @type {string} */ text, /** @type {NoticeKind} */ kind = "info") => this.say(text, kind),
      facts: (/** @type {string} */ line, /** @type {string[]} */ notes = []) => this.#showFacts(line, notes),
      keep: (/** @type {File} */ file) => this.showFile(file),
    };
    this.export = new ModelExport(context, tab.settings, tab.say);
    this.drawing = new DrawingMode(context, stage, {
      ...tab,
      side: () => models.model()?.size || USUAL_SIDE,
      suggestModel: () => {
        if (models.suggest("doodle")) this.#showChoice();
      },
      picture: () => this.requests.last?.result.before,
      inputs: () => /** @type {Inputs} */ (this.colouring.inputs(models.model())),
      begin: () => this.colouring.reset("draw"),
    });
    this.camera = new CameraMode(context, stage, tab, () => this.views.view);
    const card = new WorkCard(context);
    this.batch = new BatchMode(context, card, {
      ...tab,
      strength: () => stage.strength,
      open: (source) => this.translate({ file: undefined, source }),
    });
    this.film = new FilmMode(context, stage, card, tab);
    this.weights = new WeightImport(context, {
      ...tab,
      refresh: () => this.#refresh(),
      choose: (model) => this.change({ model }),
    });
  }

  start() {
    const { context } = this;
    const { every, find, findAll, signal, subscribe } = context;
    for (const input of findAll("input[name=gw-mode]"))
      input.addEventListener("change", () => this.setMode(/** @type {Mode} */ (input.value)));
    find("button.again").addEventListener("click", () => this.translate());
    bindDownload(this);
    listenForFiles(context, (files, folder) => takeFiles(this, files, folder));
    onArrival("translate", (model) => this.#arrive(model), signal);
    every(
      () => CALM,
      () => this.#refresh(),
    );
    subscribe("back", () => this.#sendAgain());
  }

  // What is said -----------------------------------------------------------------------------------------------------

  /** @param {string} text empty takes back what was said @param {NoticeKind} [kind] */
  say(text, kind = "info") {
    const notice = this.context.find("[data-notice]");
    notice.textContent = "";
    if (!text) return;
    this.context.notice(text, kind);
    notice.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} line @param {string[]} [notes] */
  #showFacts(line, notes = []) {
    const { find } = this.context;
    find(".facts").textContent = line;
    find(".notes").replaceChildren(...notes.map((text) => make("li", {}, text)));
  }

  // The picture of the stage -----------------------------------------------------------------------------------------

  get isLive() {
    return this.mode === "draw" || this.mode === "camera";
  }

  /** The picture that was asked for last: another model chosen while one is on its way means that one. */
  #aimed() {
    const { pending } = this.requests;
    return pending ? { file: pending.file, source: pending.source } : this.#picture;
  }

  /**
   * Translates what is on the stage, or what the changes name.
   *
   * @param {Picture & Partial<Choice>} [changes]
   * @param {boolean} [live] while a pen that gives colour hints is down
   */
  translate(changes = {}, live = false) {
    const aimed = this.#aimed();
    const picture = { ...this.models.settings, ...aimed, ...changes };
    if (!aimed || !samePicture(aimed, picture)) this.colouring.reset("picture");
    const wanted = { ...picture, ...this.colouring.inputs(this.models.model(picture.model)) };
    if ((wanted.source || wanted.file) && wanted.model) this.requests.add(wanted, live);
  }

  /** The picture that other colourings are made of. @returns {Promise<Subject | null>} */
  async #subject() {
    if (this.mode === "draw") return this.drawing ? { picture: await this.drawing.picture() } : null;
    const source = this.requests.last?.translation.source;
    return source ? { source } : null;
  }

  /** @param {File} blob */
  showFile(blob) {
    this.setMode("picture");
    this.translate({ source: undefined, file: { blob } });
  }

  /** An app that was started anew no longer has what was sent to the old one: the picture is sent once more. */
  #sendAgain() {
    const file = this.#picture?.file;
    if (!file) return;
    file.sent = undefined;
    if (!this.isLive) this.translate();
  }

  #last() {
    const { last } = this.requests;
    return last && { ...last, labels: this.models.labels(last.translation) };
  }

  /** @param {Translation} translation */
  #adopt({ file, source, model, direction }) {
    this.#picture = file ? { file } : { source };
    this.models.choose({ model, direction });
    this.#showChoice();
  }

  /** @param {number} width of the picture that is shown from now on */
  #setAcross(width) {
    const isOther = this.#across !== width;
    if (isOther) this.zoom.reset();
    this.#across = width;
  }

  /** @param {Translation} translation @param {Preview} preview */
  #showPreview(translation, preview) {
    const { find } = this.context;
    this.#setAcross(preview.width);
    this.#adopt(translation);
    this.stage.setRough(true);
    if (this.views.isDirect)
      this.views.showDirect(preview, this.models.labels(translation), "Preview of the translation");
    this.zoom.draw();
    this.#showFacts(`${preview.width} x ${preview.height} pixels, translating …`);
    find("button.download").disabled = true;
    find("button.again").hidden = true;
  }

  /** @param {Translation} translation @param {Result} result */
  #showWhole(translation, result) {
    const { find } = this.context;
    this.#setAcross(result.width);
    this.#adopt(translation);
    this.stage.setRough(false);
    this.#showFacts(result.line, result.notes);
    find("button.download").disabled = false;
    find("span.saved").textContent = result.name;
    find("button.again").hidden = true;
    this.views.draw();
    this.zoom.draw();
    const { source, model, direction, scale } = translation;
    this.#root.dataset.shown = JSON.stringify([source, model, direction, scale]);
    this.#root.dataset.inputs = JSON.stringify([translation.hints?.length ?? 0, translation.seed ?? null]);
  }

  /** @param {Translation} translation */
  #showCancelled(translation) {
    this.#adopt(translation);
    this.#showFacts("Cancelled; this is the small preview.");
    this.context.find("button.again").hidden = false;
  }

  /** @param {number} width of the screen over which the picture goes */
  #zoomed(width) {
    if (!this.isLive) fetchAllPixels(this, width, this.#across);
  }

  // Models, directions, examples -------------------------------------------------------------------------------------

  async #refresh() {
    const { find } = this.context;
    const { model } = this.models.chosen;
    if (await this.models.refresh()) {
      const isGone = this.models.chosen.model !== model;
      const isEmpty = this.models.models.length === 0;
      this.#root.dataset.ready = "yes";
      find("div.empty").hidden = !isEmpty;
      find("div.translate-layout").hidden = isEmpty;
      this.#showChoice();
      // One that is gone leaves the stage to the one that is chosen in its place.
      if (isGone && this.#picture) this.change({ model: this.models.chosen.model });
    }
    if (!this.#picture && !this.requests.newest && this.models.chosen.model) this.#openFirst();
  }

  /** A first picture, without a click: an example of what this model translates. @param {string} [model] */
  #openFirst(model = this.models.chosen.model) {
    const example = this.models.firstExample(model);
    if (example) this.translate({ model, ...this.models.exampleRequest(example, model) });
  }

  /** @param {ExamplePicture} example */
  #openExample(example) {
    this.say("");
    this.translate(this.models.exampleRequest(example));
  }

  /** Brings every control to what is shown or, while a request is on its way, to what was asked for. */
  #showChoice() {
    const { pending } = this.requests;
    const { model: id, direction } = pending ?? this.models.chosen;
    const source = pending ? pending.source : this.#picture?.source;
    this.models.show({ model: id, direction }, source && "example" in source ? source.example : null);
    const model = this.models.model();
    this.views.allow({
      live: this.isLive,
      drawing: this.mode === "draw",
      returns: (model?.directions.length ?? 0) > 1,
      rated: model?.discriminators.some((domain) => direction.endsWith(domain)) ?? false,
      several: this.models.models.length > 1,
    });
    this.colouring.allow(model ?? { hints: false, noise: 0 }, this.mode);
    this.export?.refresh();
  }

  /** Another model, direction or size: at once, for whatever is on the stage. @param {Partial<Choice>} changes */
  change(changes) {
    this.say("");
    this.models.choose(changes);
    if (this.isLive || this.#root.dataset.film === "yes") {
      this.#showChoice();
      if (this.mode === "draw") this.drawing?.again();
      else if (!this.isLive) this.film?.again();
      return;
    }
    const source = this.#aimed()?.source;
    const example = source && "example" in source ? this.models.example(source.example) : undefined;
    const { model } = changes;
    if (model && example && !knowsDomain(this.models.model(model), example.domain)) this.#openFirst(model);
    else this.translate();
  }

  /** Another tab sends a model: the Train tab one of its run. @param {string} model */
  async #arrive(model) {
    try {
      await this.#refresh();
    } catch (error) {
      this.say(/** @type {Error} */ (error).message);
      return;
    }
    if (!this.models.model(model)) this.say(`${model} is not there (any more); choose another model.`);
    else if (this.#picture) this.change({ model });
    else this.#openFirst(model); // the first picture of the page may still be on its way, for another model
  }

  // Modes ------------------------------------------------------------------------------------------------------------

  /** @param {Mode} mode */
  setMode(mode) {
    if (this.mode === mode) return;
    const { find } = this.context;
    this.mode = mode;
    this.#root.dataset.mode = mode;
    find(`input[name=gw-mode][value="${mode}"]`).checked = true;
    this.say("");
    this.zoom.reset();
    for (const [selector, isShown] of Object.entries(shownIn(mode))) find(selector).hidden = !isShown;
    find(".line").textContent = "";
    this.camera?.leave();
    this.#enterMode();
  }

  #enterMode() {
    const { last } = this.requests;
    if (this.mode === "draw") {
      this.drawing?.enter();
      this.#across = this.drawing?.across ?? this.#across;
    } else if (this.mode === "camera") this.camera?.enter();
    this.#showChoice();
    if (this.isLive || !last) return;
    if (last.translation.model === this.models.chosen.model) this.views.draw();
    else this.translate();
    this.#showFacts(last.result.line, last.result.notes);
  }
}
