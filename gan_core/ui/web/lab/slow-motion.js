/**
 * Slow motion: the list of the eight stages, the words of the present one, and the part of the overview that is at work.
 *
 * @import { PlaneStage } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { make } from "../shared/dom.js";
import { STAGE_NAMES, atWork, stageText } from "./plane-state.js";

/** Milliseconds between two stages. */
const PAUSE = 3400;

/** Plays stage after stage until it is stopped, or there is none any more. */
export class SlowMotion {
  on = false;
  cancel = () => {};

  /**
   * @param {Context} context
   * @param {() => Promise<boolean>} advance shows the next stage; false where it cannot go on
   */
  constructor(context, advance) {
    this.context = context;
    this.advance = advance;
  }

  start() {
    this.setOn(true);
    return this.next();
  }

  stop() {
    if (!this.on) return;
    this.cancel();
    showStage(this.context, null);
    this.setOn(false);
  }

  /** @param {boolean} on */
  setOn(on) {
    const button = this.context.find("button.slow");
    this.on = on;
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? "Stop slow motion" : "Slow motion";
  }

  async next() {
    const goesOn = await this.advance();
    if (!this.on) return;
    if (goesOn) this.cancel = this.context.after(PAUSE, () => this.next());
    else this.stop();
  }
}

/**
 * @param {Context} context
 * @param {PlaneStage | null} stage null when there is none
 */
export function showStage({ find }, stage) {
  const list = find("ol.stages");
  const flow = find("svg.flow");
  const caption = find("div.caption");
  list.hidden = caption.hidden = !stage;
  flow.classList.toggle("slow", Boolean(stage));
  for (const part of flow.querySelectorAll(".on")) part.classList.remove("on");
  if (!stage) return;
  if (list.dataset.first !== stage.order[0]) {
    list.dataset.first = stage.order[0];
    list.replaceChildren(...items(stage.order));
  }
  [...list.children].forEach((item, index) => {
    if (index + 1 === stage.number) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  });
  caption.dataset.player = stage.player;
  find("div.caption .number").textContent = String(stage.number);
  find("div.caption .text").textContent = stageText(stage);
  const { nodes, wires } = atWork(stage);
  for (const node of nodes) flow.querySelector(`[data-node=${node}]`)?.classList.add("on");
  for (const wire of wires) for (const path of flow.querySelectorAll(`[data-wire=${wire}]`)) path.classList.add("on");
}

/** @param {string[]} order */
const items = (order) =>
  order.flatMap((player, half) =>
    Object.values(STAGE_NAMES).map((title, index) =>
      make("li", { dataset: { player } }, make("b", {}, 4 * half + index + 1), title),
    ),
  );
