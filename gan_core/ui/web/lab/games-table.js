/**
 * The solvers that can be chosen, and the table of their rates.
 *
 * @import { ParameterOffer, SolverOffer } from "../shared/protocol.js"
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
 * @param {SolverOffer[]} solvers those that this game can be played with
 * @param {Choice[]} choices
 * @param {(solver: SolverOffer) => void} toggle
 */
export function showChips({ find }, solvers, choices, toggle) {
  const explain = (/** @type {SolverOffer} */ solver) => {
    find("p.hint").textContent = `${solver.title}: ${solver.words} A step costs ${solver.cost}.`;
  };
  find("div.chips").replaceChildren(
    ...solvers.map((solver) => {
      const slot = slotOf(choices, solver.name);
      const chip = make(
        "button",
        {
          ...{ type: "button", class: "chip", title: solver.words, dataset: { solver: solver.name } },
          "aria-pressed": slot !== undefined,
          style: slot === undefined ? null : `--c: var(--c${slot})`,
          onclick: () => toggle(solver),
          onfocus: () => explain(solver),
          onpointerenter: () => explain(solver),
        },
        swatch(slot ?? 0),
        solver.title,
      );
      return chip;
    }),
  );
  find("span.chosen").textContent = `${choices.length} of ${MOST}`;
  const first = solvers.find((solver) => solver.name === choices[0]?.name);
  if (first) explain(first);
}

/**
 * @param {Context} context
 * @param {(name: string) => SolverOffer | undefined} solverNamed
 * @param {Record<string, number | null>} parameters the number of each solver that has one; changed here
 * @param {() => void} changed
 */
export function makeTable({ find }, solverNamed, parameters, changed) {
  const titleOf = (/** @type {string} */ name) => solverNamed(name)?.title ?? name;

  /** @param {SolverOffer} solver @param {ParameterOffer} parameter */
  function parameterField(solver, { label, low, high, step }) {
    const attributes = { class: "box", type: "number", min: low, max: high, step, value: parameters[solver.name] };
    const input = make("input", {
      ...attributes,
      "aria-label": `${label} of ${solver.title}`,
      dataset: { parameter: solver.name },
    });
    input.addEventListener("change", () => {
      const value = Number(input.value);
      if (input.value !== "" && Number.isFinite(value)) {
        parameters[solver.name] = clamp(step >= 1 ? Math.round(value) : value, low, high);
        changed();
      }
      input.value = String(parameters[solver.name]);
    });
    return make("label", { class: "parameter" }, label, input);
  }
  /** @param {Choice} choice */
  function row({ name, slot }) {
    const solver = solverNamed(name);
    const who = make("td", { class: "who" }, make("span", {}, swatch(slot), titleOf(name)));
    if (solver?.parameter) who.append(parameterField(solver, solver.parameter));
    const number = (/** @type {string} */ label) => make("td", { class: "number", dataset: { label } });
    return make(
      "tr",
      { dataset: { solver: name } },
      who,
      number("predicted"),
      number("measured"),
      make("td"),
      make("td"),
    );
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
          runs?.find((run) => run.name === tr.dataset.solver),
        );
      this.showBetas(runs, shown);
    },
    /** @param {Run[] | null} runs @param {number} shown */
    showBetas(runs, shown) {
      find("span.betas").textContent = betaText(runs ?? [], Math.floor(shown), titleOf);
    },
  };
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
