// What was found in the pictures before a training; the value is the answer of gan_core.data.checking, {looking} or {error}.
const fold = find("#data-check-fold"), gist = find(".gist"), list = find("ul");
const MARKS = { good: "✓", advice: "!", problem: "✕" }, SAID = { good: "In order", advice: "Advice", problem: "Problem" };

function entry({ grade, sentence, advice, files }) {
  const mark = make("i", { title: SAID[grade] }, MARKS[grade]), text = make("div", {}, sentence);
  mark.setAttribute("role", "img"); mark.setAttribute("aria-label", SAID[grade]);
  if (advice) text.append(make("small", {}, advice));
  if (files?.length) text.append(make("small", {}, `${files.length < 5 ? "" : "Such as "}${files.join(", ")}.`));
  const line = make("li", {}, mark, text);
  line.dataset.grade = grade;
  return line;
}
function show() {
  const { looking, error, grade, sentence, findings = [] } = props.value ?? {};
  fold.hidden = !(looking || error || grade);
  if (fold.hidden) return;
  fold.dataset.grade = error ? "problem" : grade ?? "none";
  fold.dataset.empty = findings.length ? "no" : "yes";
  find(".mark").textContent = error ? MARKS.problem : MARKS[grade] ?? "…";
  gist.textContent = error ?? (looking ? "Looking at the pictures: sizes, copies, what is in both …" : `Data check: ${sentence}`);
  list.replaceChildren(...findings.map(entry));
  fold.open = grade === "problem";
}
watch("value", show);
show();
