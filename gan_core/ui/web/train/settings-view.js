/**
 * The fields of the settings behind "Advanced".
 *
 * @import { Settings } from "./settings-state.js"
 */
import { make } from "../shared/dom.js";
import { typedNumber } from "../shared/format.js";

/** @typedef {(redraw: boolean) => void} Changed to be called after a change; `redraw` where other fields are to be seen now */

/**
 * @param {HTMLElement} body
 * @param {Settings} settings
 * @param {Changed} changed
 * @param {() => void} reset
 */
export function drawSettings(body, settings, changed, reset) {
  const kinds = Object.keys(settings.offer.titles);
  const parts = kinds.map((kind) => partSection(settings, kind, changed)).filter((part) => part !== null);
  const back = make("button", { type: "button", class: "gw-button reset", onclick: reset }, "Back to the recipe");
  body.replaceChildren(plainSection(settings, changed), augmentSection(settings, changed), ...parts, back);
}

/**
 * @param {Settings} settings
 * @param {Changed} changed
 */
function plainSection(settings, changed) {
  const shown = settings.offer.plain.filter(({ elsewhere }) => !elsewhere);
  const fields = shown.map((entry) =>
    makeField({ ...entry, id: entry.key.replaceAll("_", "-") }, settings.form[entry.key], (value) => {
      settings.form[entry.key] = value;
      changed(false);
    }),
  );
  return make("fieldset", {}, make("legend", {}, "Size and pace"), ...fields);
}

/**
 * @param {Settings} settings
 * @param {Changed} changed
 */
function augmentSection(settings, changed) {
  const paired = settings.offer.paired.includes(settings.preset.game.name);
  const offered = settings.offer.augmentations.filter((entry) => paired || !entry.paired);
  const names = offered.map((entry) => entry.name);
  const fields = offered.map(({ name, sentence }) => {
    const field = { key: "augmentation", id: `augment-${name}`, label: name, help: sentence, type: "bool" };
    return makeField(field, settings.form.augmentation.includes(name), (on) => {
      const before = settings.form.augmentation;
      settings.form.augmentation = names.filter((other) => (other === name ? on : before.includes(other)));
      changed(false);
    });
  });
  return make("fieldset", {}, make("legend", {}, "Change real pictures a little"), ...fields);
}

/**
 * A part: which one it is, what it does, and its options. The game is the recipe's, where there is no other of its kind; then it
 * is shown only where it has options.
 *
 * @param {Settings} settings
 * @param {string} kind
 * @param {Changed} changed
 */
function partSection(settings, kind, changed) {
  const now = settings.form[kind];
  const known = settings.partNamed(kind, now?.name);
  const title = settings.offer.titles[kind];
  const choosable = kind !== "game" || settings.offered(kind).length > 1;
  if (!choosable && !known?.options.length) return null;
  const box = make("fieldset", {}, make("legend", {}, title));
  if (choosable) {
    box.append(makePick(settings, kind, changed));
    if (known) box.append(make("p", { class: "sentence" }, known.summary));
  }
  if (known?.warning) box.append(make("p", { class: "sentence warning" }, `Negative control: ${known.warning}`));
  for (const option of known?.options ?? []) {
    const key = `${kind}.${option.name}`;
    // The name of the part is read out too: "Width" is asked of two networks.
    const field = { ...option, key, id: key.replaceAll(/[._]/g, "-"), name: `${title}: ${option.label}` };
    const set = (/** @type {unknown} */ value) => {
      settings.setOption(kind, option.name, value);
      changed(false);
    };
    box.append(makeField(field, now[option.name], set));
  }
  return box;
}

/**
 * @param {Settings} settings
 * @param {string} kind
 * @param {Changed} changed
 */
function makePick(settings, kind, changed) {
  const none = settings.offer.optional[kind];
  const shown = settings.form[kind]?.name ?? none;
  const offered = settings.offered(kind).map(({ name, title }) => [name, title]);
  const options = [...(none ? [[none, none]] : []), ...offered].map(([name, title]) =>
    make("option", { value: name, selected: name === shown }, title),
  );
  const pick = make("select", { id: kind.replaceAll("_", "-"), "aria-label": settings.offer.titles[kind] }, ...options);
  pick.addEventListener("change", () => {
    settings.choosePart(kind, pick.value === none ? null : pick.value);
    changed(true);
  });
  return make("label", { class: "part", dataset: { key: kind } }, pick);
}

/**
 * One setting on a line of its own: its name and what it does on the left, the box to fill in on the right.
 *
 * @param {{ key: string, id: string, label: string, help: string, type: string, choices?: string[], name?: string }} field
 *   `name` is how it is read out
 * @param {any} value
 * @param {(value: any) => void} set
 */
function makeField({ key, id, label, help, type, choices, name = label }, value, set) {
  const words = make("small", { id: `${id}-help` }, help);
  const input = makeInput(type, choices, value, set);
  input.id = id;
  input.setAttribute("aria-label", name);
  input.setAttribute("aria-describedby", words.id);
  return make("label", { class: `field ${type}`, dataset: { key } }, make("span", {}, label), input, words);
}

/**
 * @param {string} type
 * @param {string[] | undefined} choices
 * @param {any} value
 * @param {(value: any) => void} set
 */
function makeInput(type, choices, value, set) {
  if (type === "bool") {
    const box = make("input", { type: "checkbox", checked: Boolean(value) });
    box.addEventListener("change", () => set(box.checked));
    return box;
  }
  if (choices?.length) {
    const options = choices.map((word) => make("option", { value: word, selected: word === value }, word));
    const select = make("select", {}, ...options);
    select.addEventListener("change", () => set(select.value));
    return select;
  }
  const inputMode = type === "int" ? "numeric" : "decimal";
  const text = make("input", { type: "text", inputMode, autocomplete: "off", value: value ?? "" });
  // What is no number is refused by the engine, in words.
  text.addEventListener("change", () => set(typedNumber(text.value)));
  return text;
}
