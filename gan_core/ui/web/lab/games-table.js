/**
 * The solvers that can be chosen, and the table of their rates.
 *
 * @import { Context } from "../shared/types.js"
 * @import { Choice, Run } from "./games-state.js"
 */
import { make, makeSvg } from "../shared/dom.js";
import { clamp } from "../shared/scale.js";
import { DASHES, MOST, betaText, measuredText, predictedText, slotOf } from "./games-state.js";

/** @param {number} slot */
export function swatch(slot) {
  const stroke = { x1: 0, x2: 24, y1: 4, y2: 4, stroke: `var(--c${slot})`, "stroke-width": 3 };
  const line = makeSvg("line", { ...stroke, "stroke-dasharray": DASHES[slot].join(" ") });
  return makeSvg("svg", { "aria-hidden": "true" }, line);
}

/**
 * The buttons of the solvers of a game.
 *
 * @param {Context} context
 * @param {any[]} ways those that this game can be played with
 * @param {Choice[]} choices
 * @param {(way: any) => void} toggle
 */
export function showChips({ find }, ways, choices, toggle) {
  const explain = (/** @type {any} */ way) => {
    find("p.hint").textContent = `${way.title}: ${way.words} A step costs ${way.cost}.`;
  };
  find("div.chips").replaceChildren(
    ...ways.map((way) => {
      const slot = slotOf(choices, way.name);
      const chip = make(
        "button",
        {
          ...{ type: "button", class: "chip", title: way.words, dataset: { way: way.name } },
          "aria-pressed": slot !== undefined,
          style: slot === undefined ? null : `--c: var(--c${slot})`,
          onclick: () => toggle(way),
          onfocus: () => explain(way),
          onpointerenter: () => explain(way),
        },
        swatch(slot ?? 0),
        way.title,
      );
      return chip;
    }),
  );
  find("span.chosen").textContent = `${choices.length} of ${MOST}`;
  const first = ways.find((way) => way.name === choices[0]?.name);
  if (first) explain(first);
}

/**
 * @param {Context} context
 * @param {(name: string) => any} wayOf
 * @param {Record<string, number | null>} knobs the number of each solver that has one; changed here
 * @param {() => void} changed
 */
export function makeTable({ find }, wayOf, knobs, changed) {
  const titleOf = (/** @type {string} */ name) => wayOf(name).title;

  /** @param {any} way */
  function knobField(way) {
    const { label, low, high, step } = way.knob;
    const attributes = { class: "box", type: "number", min: low, max: high, step, value: knobs[way.name] };
    const input = make("input", {
      ...attributes,
      "aria-label": `${label} of ${way.title}`,
      dataset: { knob: way.name },
    });
    input.addEventListener("change", () => {
      const value = Number(input.value);
      if (input.value !== "" && Number.isFinite(value)) {
        knobs[way.name] = clamp(step >= 1 ? Math.round(value) : value, low, high);
        changed();
      }
      input.value = String(knobs[way.name]);
    });
    return make("label", { class: "knob" }, label, input);
  }
  /** @param {Choice} choice */
  function row({ name, slot }) {
    const way = wayOf(name);
    const who = make("td", { class: "who" }, make("span", {}, swatch(slot), way.title));
    if (way.knob) who.append(knobField(way));
    const number = (/** @type {string} */ label) => make("td", { class: "number", dataset: { label } });
    return make("tr", { dataset: { way: name } }, who, number("predicted"), number("measured"), make("td"), make("td"));
  }
  /** @param {HTMLTableRowElement} tr @param {Run | undefined} run */
  function fill(tr, run) {
    const [, predicted, measured, happens, formula] = tr.cells;
    predicted.textContent = predictedText(run?.predicted);
    measured.textContent = measuredText(run?.measured);
    happens.replaceChildren();
    formula.replaceChildren();
    if (!run) return;
    happens.append(make("span", { class: `verdict ${run.verdict}` }, run.verdict_words), make("small", {}, run.words));
    if (run.formula) formula.append(make("span", { class: "formula" }, run.formula));
    if (run.source) formula.append(make("small", {}, run.source));
  }
  return {
    /**
     * @param {Choice[]} choices
     * @param {Run[] | null} runs null until they are known
     * @param {number} shown
     */
    show(choices, runs, shown) {
      const body = /** @type {HTMLTableSectionElement} */ (find("tbody"));
      const typing = body.contains(document.activeElement) && runs; // a number that is typed keeps its field
      if (!typing) body.replaceChildren(...choices.map(row));
      for (const tr of body.rows)
        fill(
          tr,
          runs?.find((run) => run.name === tr.dataset.way),
        );
      this.showBetas(runs, shown);
    },
    /** @param {Run[] | null} runs @param {number} shown */
    showBetas(runs, shown) {
      find("span.betas").textContent = betaText(runs ?? [], Math.floor(shown), titleOf);
    },
  };
}
