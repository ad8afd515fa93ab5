/** What was found in the pictures before a training; the value is what gan_core.data.checking found, { pending } or { error }. */
import { make } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { classChoices, classSettings } from "./table-state.js";

/**
 * @import { Context } from "../shared/types.js"
 * @import { DataTable } from "./table-state.js"
 * @typedef {"good" | "advice" | "problem"} Grade
 */

const MARKS = { good: "✓", advice: "!", problem: "✕" };
const WORDS = { good: "In order", advice: "Advice", problem: "Problem" };
/** From so many file names on, they are examples. */
const EXAMPLES = 5;

export const mount = component((/** @type {Context<any>} */ context) => {
  const { find, props, watch } = context;
  const fold = find("details#data-check-fold");
  const showTable = tableOf(context);
  function show() {
    const { pending, error, grade, sentence, findings = [], tables = {} } = props.value ?? {};
    if (!pending) showTable(tables[""]);
    fold.hidden = !(pending || error || grade);
    if (fold.hidden) return;
    fold.dataset.grade = error ? "problem" : (grade ?? "none");
    fold.dataset.empty = findings.length ? "no" : "yes";
    find(".mark").textContent = error ? MARKS.problem : (MARKS[/** @type {Grade} */ (grade)] ?? "…");
    const busy = "Looking at the pictures: sizes, copies, what is in both …";
    find(".gist").textContent = error ?? (pending ? busy : `Data check: ${sentence}`);
    find("ul").replaceChildren(...findings.map(makeFinding));
    fold.open = grade === "problem";
  }
  watch("value", show);
  show();
});

/**
 * The choice of the column that gives the classes, where a table lies beside the pictures. What is chosen is a setting like those
 * behind "Advanced", and follows them.
 *
 * @param {Context<any>} context
 * @returns {(table: DataTable | undefined) => void} shows a table, or that there is none
 */
function tableOf({ find, subscribe }) {
  const select = find("select#table-classes");
  let chosen = "";
  let conditional = false;
  const choose = (/** @type {string} */ column) =>
    notify("apply-settings", { settings: classSettings(column, conditional) });
  select.addEventListener("change", () => choose(select.value));
  subscribe("settings-changed", ({ settings }) => {
    chosen = String(settings.class_column ?? "");
    conditional = Boolean(settings.conditional);
    select.value = chosen;
  });
  return (table) => {
    const choices = classChoices(table);
    find("div#data-table").hidden = !choices.length;
    select.replaceChildren(...choices.map(({ value, text }) => new Option(text, value)));
    find("#data-table-notes").textContent = table?.notes.join(" ") ?? "";
    if (chosen && !choices.some(({ value }) => value === chosen)) choose("");
    else select.value = chosen;
  };
}

/** @param {{ grade: Grade, sentence: string, advice?: string, files?: string[] }} finding */
function makeFinding({ grade, sentence, advice, files }) {
  const mark = make("i", { title: WORDS[grade], role: "img", "aria-label": WORDS[grade] }, MARKS[grade]);
  const text = make("div", {}, sentence);
  if (advice) text.append(make("small", {}, advice));
  if (files?.length) text.append(make("small", {}, `${files.length < EXAMPLES ? "" : "Such as "}${files.join(", ")}.`));
  return make("li", { dataset: { grade } }, mark, text);
}
