/**
 * The head of the Train form, and the functions by which gradio's own fields take part in it: tab.py names them in the `js=` of
 * its events. What is set is kept in this browser, for a reload and for a second window; the button forgets it.
 *
 * @import { Form, Proposals } from "./form-state.js"
 */
import { notify, offer } from "../shared/events.js";
import { component, whenMounted } from "../shared/mount.js";
import { ownerMark, remember, remembered } from "../shared/storage.js";
import { isDefault, proposedPictures, usualNumber, wholeForm } from "./form-state.js";

const KEY = "train";
/** Milliseconds after a form was restored until changes of it are kept again. */
const SETTLED = 1200;
const SKIP = Object.freeze({ __type__: "update" });

/** @typedef {{ defaults: Form, presets: string[], button: HTMLButtonElement }} Head */

/** @type {(head: Head) => void} */
let resolveHead;
/** Gradio's events may come before the component is there. @type {Promise<Head>} */
const headMounted = new Promise((resolve) => (resolveHead = resolve));
let keeps = false;
/** Whether a person was quicker than what was kept. */
let touched = false;
/** @type {Form | null} */
let restored = null;

export const mount = component(({ find, props, trigger }) => {
  const button = find("button#form-reset");
  button.addEventListener("click", () => trigger("press"));
  resolveHead({ defaults: props.defaults, presets: props.presets, button });
});

/** @returns {Form | null} */
function keptForm() {
  try {
    return JSON.parse(remembered(KEY) ?? "null");
  } catch {
    return null;
  }
}

/** What this browser keeps: its mark, and the form as it was. */
export const kept = () => [ownerMark, keptForm()];

/**
 * Fills the form with what was kept, or with what is given. The pictures are chosen already: the server knows whether they are
 * still there.
 *
 * @param {string} data
 * @param {string} dataB
 * @param {Form | null} given
 * @returns {Promise<unknown[]>} how long, number, the two folders, nothing (instead of what was given), and the time
 */
export async function restore(data, dataB, given) {
  const { defaults, presets, button } = await headMounted;
  await whenMounted(document); // they all take part in what is restored
  const found = given ?? keptForm();
  if (!given && (!found || touched)) {
    keeps = true;
    return [...Array(5).fill(SKIP), Date.now()];
  }
  const form = wholeForm({ defaults, presets }, found, data, dataB);
  keeps = false;
  restored = form;
  setTimeout(() => (keeps = true), SETTLED);
  notify("restore-form", form);
  button.hidden = isDefault(form, defaults);
  const number = { ...SKIP, value: form.number, visible: form.how !== "No limit" };
  return [form.how, number, form.folder, form.folder_b, null, Date.now()];
}

/**
 * What was restored with this recipe, however late its choice is told: it changes nothing else. Until another is chosen.
 *
 * @param {string} recipe
 */
function restoredWith(recipe) {
  if (restored && restored.recipe !== recipe) restored = null;
  return restored;
}

/**
 * @param {string} recipe
 * @param {string} how
 * @param {number | null} number
 * @param {Record<string, unknown> | null} settings
 * @param {string} data
 * @param {string} dataB
 * @param {string | null} folder
 * @param {string | null} folderB
 * @param {string | null} startFrom
 * @returns {Promise<[]>}
 */
export async function keep(recipe, how, number, settings, data, dataB, folder, folderB, startFrom) {
  const { defaults, button } = await headMounted;
  /** @type {Form} */
  const form = {
    recipe,
    how,
    number,
    settings: settings ?? {},
    data,
    data_b: dataB,
    folder: folder ?? "",
    folder_b: folderB ?? "",
    start_from: startFrom ?? "",
  };
  button.hidden = isDefault(form, defaults);
  notify("data-chosen", { data, "data-b": dataB });
  if (!keeps && !restored) touched ||= !isDefault(form, defaults);
  if (keeps) remember(KEY, JSON.stringify(form));
  return [];
}

/** @returns {Promise<[string, string, Form]>} */
export async function reset() {
  const { defaults } = await headMounted;
  remember(KEY, null);
  return [defaults.data, defaults.data_b, defaults];
}

/**
 * How long the recipe is usually trained, unless something else was typed.
 *
 * @param {Record<string, number>} minutes by recipe
 * @param {string} recipe
 * @param {string} how
 * @param {number} number
 */
export function lengthFor(minutes, recipe, how, number) {
  const form = restoredWith(recipe);
  return form ? form.number : usualNumber(minutes, recipe, how, number);
}

/**
 * The pictures that a recipe proposes, where those of the other kind of recipe are chosen.
 *
 * @param {Proposals} presets
 * @param {string} recipe
 * @param {boolean} translated whether the recipe before was one for translations
 * @param {string | null} a
 * @param {string | null} b
 */
export function picturesFor(presets, recipe, translated, a, b) {
  const { paired, translates } = presets[recipe];
  const form = restoredWith(recipe);
  const label = translates && !paired ? "Pictures of one kind (A)" : "Pictures";
  const shown = { ...SKIP, visible: (translates && !paired) || "hidden" }; // pairs are looked at first: see secondSlot
  if (form) return [{ ...SKIP, label, value: form.data }, { ...SKIP, value: form.data_b }, shown, translates];
  if (translates === translated) return [{ ...SKIP, label }, SKIP, SKIP, translated];
  const proposed = proposedPictures(presets, recipe, translated, a, b);
  const first = proposed.data === undefined ? {} : { value: proposed.data };
  const second = proposed.data_b === undefined ? SKIP : { ...SKIP, value: proposed.data_b };
  return [{ ...SKIP, label, ...first }, second, shown, translates];
}

/**
 * The other kind's pictures are asked for unless the first choice holds both; what comes while they are looked at hides nothing.
 *
 * @param {boolean} translated
 * @param {{ pending?: string, both?: boolean } | null} shown what the strip of the first choice shows
 */
export function secondSlot(translated, shown) {
  return shown?.pending ? SKIP : { ...SKIP, visible: (translated && !shown?.both) || "hidden" };
}

/**
 * Where a person's own pictures are chosen, the part of the form that takes them opens.
 *
 * @param {string} slot
 * @param {string} name what was chosen
 * @returns {[]}
 */
export function openOwn(slot, name) {
  if (name === "own") notify("open-own-pictures", { slot });
  return [];
}

offer("train/form.js", { kept, restore, keep, reset, lengthFor, picturesFor, secondSlot, openOwn });
