/**
 * The card of a model or a run: its picture, its numbers and what can be done with it.
 *
 * @import { Context } from "../shared/types.js"
 */
import { button } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { openModel, openTab } from "../shared/navigation.js";
import * as questions from "./questions.js";

/** Rows of a card that are always shown; the others are behind "More". */
const ROWS_SHOWN = 5;

/** @param {[string, string][]} list */
const rows = (list) =>
  make("dl", {}, ...list.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));

/** @param {string} name */
export function watchRun(name) {
  openTab("train");
  notify("show-run", { name });
}

/**
 * @param {Context} context
 * @param {any} item
 * @param {boolean} isRun
 * @param {() => void} refresh asks for the lists again
 */
export function makeCard(context, item, isRun, refresh) {
  const tag = isRun
    ? make("span", { class: `tag ${item.state}` }, item.state)
    : make("span", { class: "tag" }, item.kind);
  const name = isRun ? `runs/${item.name}` : item.name;
  const image = { class: "gw-picture", alt: `What ${item.name} makes`, "data-name": name, hidden: true };
  const questionBox = make("div", { class: "asks" });
  const place = { context, item, box: questionBox, refresh };
  return make(
    "article",
    { "data-name": item.name },
    make("div", { class: "head" }, make("h3", {}, item.name), tag),
    make("img", image),
    ...(item.title && item.title !== item.name ? [make("p", { class: "title" }, item.title)] : []),
    ...details(item),
    make("div", { class: "does" }, ...(isRun ? runActions(place) : modelActions(place))),
    questionBox,
  );
}

/** @param {any} item */
function details(item) {
  const first = rows(item.rows.slice(0, ROWS_SHOWN));
  if (item.rows.length <= ROWS_SHOWN && !item.notes.length) return [first];
  const more = make("details", {}, make("summary", {}, "More"), rows(item.rows.slice(ROWS_SHOWN)));
  if (item.notes.length)
    more.append(make("ul", {}, ...item.notes.map((/** @type {string} */ note) => make("li", {}, note))));
  return [first, more];
}

/**
 * What opens the model, and what fetches it.
 *
 * @param {questions.Place} place
 * @param {string} model
 */
function useActions({ context, item }, model) {
  const [verb, tab] = item.kind === "translator" ? ["Translate", "translate"] : ["Explore", "explore"];
  const open = (/** @type {string} */ name) => openModel(/** @type {"translate" | "explore"} */ (tab), name);
  const of = item.name;
  return [
    button(verb, () => open(model), { of }),
    ...(item.best ? [button(`${verb} best`, () => open(item.best), { of })] : []),
    button("Download", () => context.trigger("fetch_model", { name: model }), { of }),
  ];
}

/** @param {questions.Place} place */
function modelActions(place) {
  const { context, item } = place;
  const of = item.name;
  const actions = useActions(place, item.name);
  actions.push(
    button(
      "ONNX",
      ({ target }) => {
        if (item.ways.length > 1) questions.askDirection(place);
        else questions.writeOnnx(context, /** @type {HTMLButtonElement} */ (target), item);
      },
      { of },
    ),
  );
  if (item.imported)
    actions.push(
      button("Rename", () => questions.askRename(place), { of }),
      button("Delete", () => questions.askDelete(place, "discard", { name: of }, "The model's file goes."), {
        kind: "danger",
        of,
      }),
    );
  return actions;
}

/** @param {questions.Place} place */
function runActions(place) {
  const { item } = place;
  const of = item.name;
  const what = "Pictures, checkpoints and the model go.";
  const actions = [button("Watch", () => watchRun(of), { of })];
  if (item.live) actions.push(button("Explore now", () => openModel("explore", `live:${of}`), { of }));
  if (item.model) actions.push(...useActions(place, item.model));
  if (item.state === "waiting")
    actions.push(button("Cancel", () => questions.askCancel(place), { kind: "danger", of }));
  else if (!item.active)
    actions.push(
      button("Train more", () => questions.askMoreSteps(place, watchRun), { of }),
      button("Delete", () => questions.askDelete(place, "delete", { run: of }, what), { kind: "danger", of }),
    );
  return actions;
}
