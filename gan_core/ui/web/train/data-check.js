/** What was found in the pictures before a training; the value is what gan_core.data.checking found, { pending } or { error }. */
import { make } from "../shared/dom.js";
import { component } from "../shared/mount.js";

/** @typedef {"good" | "advice" | "problem"} Grade */

const MARKS = { good: "✓", advice: "!", problem: "✕" };
const WORDS = { good: "In order", advice: "Advice", problem: "Problem" };
/** From so many file names on, they are examples. */
const EXAMPLES = 5;

export const mount = component(({ find, props, watch }) => {
  const fold = find("details#data-check-fold");
  function show() {
    const { pending, error, grade, sentence, findings = [] } = props.value ?? {};
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

/** @param {{ grade: Grade, sentence: string, advice?: string, files?: string[] }} finding */
function makeFinding({ grade, sentence, advice, files }) {
  const mark = make("i", { title: WORDS[grade], role: "img", "aria-label": WORDS[grade] }, MARKS[grade]);
  const text = make("div", {}, sentence);
  if (advice) text.append(make("small", {}, advice));
  if (files?.length) text.append(make("small", {}, `${files.length < EXAMPLES ? "" : "Such as "}${files.join(", ")}.`));
  return make("li", { dataset: { grade } }, mark, text);
}
