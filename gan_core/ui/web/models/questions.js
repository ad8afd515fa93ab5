/**
 * What a card asks before something is done, in a box at its foot.
 *
 * A run that this browser did not start is named in the question, and the request carries its name as a confirmation.
 *
 * @import { ModelCard, RunCard, Shelf } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 */
import { button } from "../shared/controls.js";
import { download, make } from "../shared/dom.js";
import { ownerMark } from "../shared/storage.js";

/**
 * @template {ModelCard | RunCard} [Item=ModelCard | RunCard]
 * @typedef {object} Place
 * @property {Context<Shelf>} context
 * @property {Item} item the model or run of the card
 * @property {HTMLElement} box where the question stands
 * @property {() => void} refresh asks for the lists again
 */

/** Whether this browser started it: only of runs that is known. @param {ModelCard | RunCard} item */
const isMine = (item) => ("mine" in item ? item.mine : undefined);
/** @param {ModelCard | RunCard} item */
const permission = (item) => ({ owner: ownerMark, confirmed: isMine(item) ? undefined : item.name });
/** @param {ModelCard | RunCard} item */
const origin = (item) => (isMine(item) === false ? `${item.name} was started elsewhere. ` : "");
/** @param {Place} place */
const close = ({ box }) => box.replaceChildren();

/**
 * Does it, says what was done or why not, and closes the question.
 *
 * @template {keyof Shelf} Name
 * @param {Place} place
 * @param {Name} request name of the server function
 * @param {Shelf[Name]["request"]} values
 * @param {string} done what is said then; empty says nothing
 */
async function carryOut(place, request, values, done) {
  const { context, refresh } = place;
  try {
    await context.ask(request, values);
    if (done) context.notice(done, "info");
    return true;
  } catch (error) {
    context.notice(/** @type {Error} */ (error).message);
    return false;
  } finally {
    close(place);
    refresh();
  }
}

/** @param {Place} place */
export function askCancel(place) {
  const { item, box } = place;
  const values = { run: item.name, ...permission(item) };
  const done = `${item.name} waits no more.`;
  const yes = button(`Cancel ${item.name}`, () => carryOut(place, "cancel", values, done), { kind: "danger" });
  const text = `${origin(item)}It waits in line to be trained.`;
  box.replaceChildren(
    make(
      "div",
      { class: "ask" },
      text,
      yes,
      button("Keep", () => close(place)),
    ),
  );
  yes.focus();
}

/**
 * @param {Place} place
 * @param {(name: string) => void} watchRun
 */
export function askMoreSteps(place, watchRun) {
  const { item, box } = place;
  const label = "How many steps more";
  const number = make("input", { type: "number", min: "1", step: "1", value: "1000", "aria-label": label });
  const go = async () => {
    const values = { run: item.name, more: number.valueAsNumber, ...permission(item) };
    if (await carryOut(place, "resume", values, "")) watchRun(item.name);
  };
  const yes = button(isMine(item) ? "Go on" : `Go on with ${item.name}`, go, { kind: "primary" });
  yes.dataset.does = "Go on";
  const parts = [`${origin(item)}Train`, number, "steps more", yes, button("Cancel", () => close(place))];
  box.replaceChildren(make("div", { class: "ask" }, ...parts));
  number.focus();
}

/**
 * @param {Place} place
 * @param {{ run: string } | { name: string }} target a run, or an imported model
 * @param {string} what is deleted with it
 */
export function askDelete(place, target, what) {
  const { item, box } = place;
  const done = `${item.name} is deleted.`;
  const go = () =>
    "run" in target
      ? carryOut(place, "delete", { ...target, ...permission(item) }, done)
      : carryOut(place, "discard", { ...target, ...permission(item) }, done);
  const yes = button(isMine(item) ? "Delete for good" : `Delete ${item.name} for good`, go, { kind: "danger" });
  yes.dataset.does = "Delete for good";
  const keep = button("Keep", () => close(place));
  box.replaceChildren(make("div", { class: "ask" }, `${origin(item)}${what}`, yes, keep));
  yes.focus();
}

/** @param {Place<ModelCard>} place */
export function askRename(place) {
  const { context, item, box, refresh } = place;
  const translates = item.kind === "translator";
  const names = [item.domains?.A ?? "A", item.domains?.B ?? "B"];
  const backward = item.ways.length === 1 && item.ways[0].id === "BtoA";
  if (backward) names.reverse();
  const input = (/** @type {string} */ value) => make("input", { type: "text", value, maxLength: 60 });
  const inputs = [item.file, ...(translates ? names : [])].map(input);
  const labels = ["Name", "translates", "into"];
  const go = async () => {
    const [to, ...domains] = inputs.map(({ value }) => value);
    if (backward) domains.reverse();
    try {
      await context.ask("change", { name: item.name, to, domains });
    } catch (error) {
      context.notice(/** @type {Error} */ (error).message); // what was typed stays, to be corrected
      return;
    }
    close(place);
    refresh();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    go();
  };
  const save = make("button", { type: "submit", class: "gw-button primary", "data-does": "Save" }, "Save"); // Enter too
  const fields = inputs.map((each, index) => make("label", {}, labels[index], each));
  const cancel = button("Cancel", () => close(place));
  box.replaceChildren(make("form", { class: "ask", onsubmit: submit }, ...fields, save, cancel));
  inputs[0].select();
}

/** A file holds one direction of a translator. @param {Place<ModelCard>} place */
export function askDirection(place) {
  const { context, item, box } = place;
  const directions = item.ways.map(({ id, label }) =>
    button(label, async ({ target }) => {
      await writeOnnx(context, /** @type {HTMLButtonElement} */ (target), item, id);
      close(place);
    }),
  );
  const cancel = button("Cancel", () => close(place));
  box.replaceChildren(make("div", { class: "ask" }, "A file holds one direction:", ...directions, cancel));
  directions[0].focus();
}

/**
 * The file is written on the server, which takes a while, and then fetched.
 *
 * @param {Context<Shelf>} context
 * @param {HTMLButtonElement} pressed
 * @param {ModelCard} item
 * @param {"AtoB" | "BtoA"} [direction]
 */
export async function writeOnnx({ ask, notice }, pressed, item, direction) {
  const label = pressed.textContent;
  pressed.disabled = true;
  pressed.textContent = "Writing …";
  try {
    const file = await ask("onnx", { name: item.name, direction });
    download(file.url, file.name);
    notice(file.line, "info");
  } catch (error) {
    notice(/** @type {Error} */ (error).message);
  }
  pressed.textContent = label;
  pressed.disabled = false;
}
