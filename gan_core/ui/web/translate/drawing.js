/**
 * Draw: a page on the left, its translation on the right, made anew while the pen moves (one in flight, newest next).
 *
 * @import { Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Inputs } from "./colouring-state.js"
 * @import { Settings } from "./request-state.js"
 * @import { Stage } from "./stage.js"
 */
import { make } from "../shared/dom.js";
import { BRUSHES, COLOURS, PAGE, undoKey } from "./drawing-state.js";
import { Paper } from "./paper.js";
import { makePick } from "./picks.js";

const SUGGESTION = "doodle-cat.png";

/**
 * @typedef {object} Tab what a mode needs of the tab
 * @property {() => Settings} settings
 * @property {() => { from: string, to: string }} labels
 * @property {(text: string, kind?: "info" | "error") => void} say
 * @property {(text: string) => void} facts a line under the pictures
 * @property {(file: File) => void} keep brings a picture to the stage with all its views
 *
 * @typedef {object} DrawingTab
 * @property {() => number} side that the model's network sees
 * @property {() => void} suggestModel chooses a model that knows drawings
 * @property {() => string | undefined} picture the last one of the stage
 * @property {() => Inputs} inputs what is asked for besides the page
 * @property {() => void} begin another page is begun
 */

export class DrawingMode {
  #paper = new Paper(() => this.#drawn());
  #hint = make("span", { class: "hint" }, "Draw here");
  #ghost = make("img", { class: "ghost", alt: "", draggable: false });
  #area = make("div", { class: "drawing-area" }, this.#ghost, this.#paper.canvas, this.#hint);
  #entered = false;
  #after = "";
  /** @type {Promise<string> | undefined} */
  #doodle;
  #context;
  #stage;
  #tab;
  #tools;
  #translate;

  /** @param {Context<Translate>} context @param {Stage} stage @param {Tab & DrawingTab} tab */
  constructor(context, stage, tab) {
    this.#context = context;
    this.#stage = stage;
    this.#tab = tab;
    this.#tools = context.find("div.drawing");
    this.#translate = context.latestWins(
      () => this.#ask(),
      ({ before, after, milliseconds }) => this.#show(before, after, milliseconds),
      (error) => tab.say(error.message, "error"),
    );
    this.#listen();
    this.#makePalette();
  }

  /** Pixels of the page's longer side. */
  get across() {
    return PAGE;
  }

  enter() {
    if (!this.#entered) {
      this.#entered = true;
      this.#tab.suggestModel();
    }
    this.#showPanes();
    this.#paper.redraw();
  }

  /** Translates the page again, with the settings as they are now. */
  again() {
    if (this.#tab.settings().model) this.#translate(undefined);
  }

  #drawn() {
    const { find } = this.#context;
    this.#area.classList.toggle("empty", this.#paper.isEmpty);
    find("button.undo").disabled = !this.#paper.strokes.canUndo;
    find("button.redo").disabled = !this.#paper.strokes.canRedo;
    this.again();
  }

  async #ask() {
    const picture = await this.picture();
    const request = { ...this.#tab.settings(), ...this.#tab.inputs(), picture };
    return { before: picture, ...(await this.#context.ask("frame", request)) };
  }

  /** What is translated: the page, or the suggestion while it is empty. */
  async picture() {
    return this.#paper.isEmpty ? await this.#suggestion() : this.#paper.picture(this.#tab.side());
  }

  /** @param {string} before @param {string} after @param {number} milliseconds */
  #show(before, after, milliseconds) {
    if (this.#tools.hidden) return;
    this.#after = after;
    this.#showPanes(before);
    const { dataset } = this.#paper.canvas;
    dataset.drawn = String(Number(dataset.drawn ?? 0) + 1);
    const suggestion = "A suggestion, translated: trace it, or draw something of your own.";
    this.#tab.facts(this.#paper.isEmpty ? suggestion : `Translated in ${Math.round(milliseconds)} ms`);
  }

  async #suggestion() {
    this.#doodle ??= this.#context
      .ask("preview", { source: { example: SUGGESTION }, ...this.#tab.settings() })
      .then(({ before }) => before);
    const address = await this.#doodle;
    this.#ghost.src = address;
    return address;
  }

  /** @param {string} [before] */
  #showPanes(before = this.#paper.canvas.toDataURL("image/png")) {
    const { from, to } = this.#tab.labels();
    const { width, height } = this.#paper.canvas;
    const after = this.#after || before;
    this.#stage.show(
      [
        { kind: "plain", element: this.#area, title: from },
        { kind: "blend", before, after, title: to, text: "Your drawing, translated" },
      ],
      { ratio: width / height, width: PAGE },
    );
  }

  #listen() {
    const { find, signal } = this.#context;
    find("button.undo").addEventListener("click", () => this.#paper.undo());
    find("button.redo").addEventListener("click", () => this.#paper.redo());
    for (const name of ["clear", "blank"])
      find(`button.${name}`).addEventListener("click", () => {
        this.#tab.begin();
        this.#paper.clear();
      });
    find("button.suggestion").addEventListener("click", () => this.#drawOn(() => this.#suggestion()));
    find("button.over").addEventListener("click", () => this.#drawOver());
    find("button.closer").addEventListener("click", () =>
      this.#paper.canvas.toBlob((blob) => {
        if (blob) this.#tab.keep(new File([blob], "drawing.png", { type: "image/png" }));
      }),
    );
    // Wherever the focus is: a button that was pressed may be disabled by now.
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const action = undoKey(event);
    const target = /** @type {Element} */ (event.target);
    const typing = target.matches("input[type=text], textarea, select");
    if (!action || typing || this.#tools.hidden || this.#paper.canvas.offsetParent === null) return;
    event.preventDefault();
    this.#paper[action]();
  }

  async #drawOver() {
    const picture = this.#tab.picture();
    if (!picture) this.#tab.say("There is no picture yet: drop one first.");
    else await this.#drawOn(async () => picture, "That picture cannot be drawn on; choose another one.");
  }

  /** @param {() => Promise<string>} picture @param {string} [sentence] where it cannot be drawn on */
  async #drawOn(picture, sentence) {
    try {
      const source = await picture();
      this.#tab.begin();
      await this.#paper.drawOn(source);
    } catch (error) {
      this.#tab.say(sentence ?? /** @type {Error} */ (error).message, "error");
    }
  }

  #makePalette() {
    const { find } = this.#context;
    const paper = this.#paper;
    const eraser = find("button.eraser");
    const setEraser = (/** @type {boolean} */ on) => {
      paper.erases = on;
      eraser.setAttribute("aria-pressed", String(on));
    };
    const setColour = (/** @type {string} */ value) => {
      paper.colour = value;
      setEraser(false);
    };
    eraser.addEventListener("click", () => setEraser(!paper.erases));
    const brushes = BRUSHES.map(({ name, width }) => {
      const size = `${4 + width * 160}px`;
      const choose = () => (paper.brush = width);
      return makePick("gw-brush", `${name} brush`, width === paper.brush, choose, `width:${size};height:${size}`);
    });
    find(".brushes").append(...brushes);
    const colours = COLOURS.map(({ name, value }) =>
      makePick("gw-ink", name, value === paper.colour, () => setColour(value), `background:${value}`),
    );
    const label = "A colour of your own";
    const own = make("input", { type: "color", value: "#8f5cff", "aria-label": label, title: label });
    own.addEventListener("input", () => {
      setColour(own.value);
      for (const pick of colours) /** @type {HTMLInputElement} */ (pick.firstElementChild).checked = false;
    });
    find(".colours").append(...colours, own);
  }
}
