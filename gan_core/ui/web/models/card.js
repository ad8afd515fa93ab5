/**
 * The card of a model or a run: its picture, its numbers and what can be done with it.
 *
 * @import { ModelCard, RunCard, Shelf } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { button } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { openModel, openTab } from "../shared/navigation.js";
import * as questions from "./questions.js";

/** Rows of a card that are always shown; the others are behind "More". */
const ROWS_SHOWN = 5;
const GO_ON = "Train on from this model with my pictures";

/** @param {[string, string][]} list */
const rows = (list) =>
  make("dl", {}, ...list.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));

/** @param {string} name */
export function watchRun(name) {
  openTab("train");
  notify("show-run", { name });
}

/**
 * @param {Context<Shelf>} context
 * @param {ModelCard | RunCard} item
 * @param {() => void} refresh asks for the lists again
 */
export function makeCard(context, item, refresh) {
  const isRun = "state" in item;
  const title = isRun ? item.name : item.title;
  const tag = isRun ? { class: `tag ${item.state}` } : { class: "tag" };
  const name = isRun ? `runs/${item.name}` : item.name;
  const image = { class: "gw-picture", alt: `What ${item.name} makes`, "data-name": name, hidden: true };
  const questionBox = make("div", { class: "asks" });
  const place = { context, box: questionBox, refresh };
  const actions = isRun ? runActions({ ...place, item }) : modelActions({ ...place, item });
  return make(
    "article",
    { "data-name": item.name },
    make("div", { class: "head" }, make("h3", {}, item.name), make("span", tag, isRun ? item.state : item.kind)),
    make("img", image),
    ...(title && title !== item.name ? [make("p", { class: "title" }, title)] : []),
    ...details(item),
    make("div", { class: "does" }, ...actions),
    questionBox,
  );
}

/** @param {ModelCard | RunCard} item */
function details(item) {
  const first = rows(item.rows.slice(0, ROWS_SHOWN));
  if (item.rows.length <= ROWS_SHOWN && !item.notes.length) return [first];
  const more = make("details", {}, make("summary", {}, "More"), rows(item.rows.slice(ROWS_SHOWN)));
  if (item.notes.length) more.append(make("ul", {}, ...item.notes.map((note) => make("li", {}, note))));
  return [first, more];
}

/**
 * What opens the model, and what fetches it.
 *
 * @param {questions.Place} place
 * @param {string} model
 */
function useActions({ context, item }, model) {
  const translates = item.kind === "translator";
  const verb = translates ? "Translate" : "Explore";
  const open = (/** @type {string} */ name) => openModel(translates ? "translate" : "explore", name);
  const best = "best" in item ? item.best : null;
  const of = item.name;
  return [
    button(verb, () => open(model), { of }),
    ...(best ? [button(`${verb} best`, () => open(best), { of })] : []),
    button("Go on with my pictures", () => openModel("train", model), { of, title: GO_ON }),
    button("Download", () => context.trigger("fetch_model", { name: model }), { of }),
  ];
}

/** @param {questions.Place<ModelCard>} place */
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
      button("Delete", () => questions.askDelete(place, { name: of }, "The model's file goes."), {
        kind: "danger",
        of,
      }),
    );
  return actions;
}

/** @param {questions.Place<RunCard>} place */
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
      button("Delete", () => questions.askDelete(place, { run: of }, what), { kind: "danger", of }),
    );
  return actions;
}
