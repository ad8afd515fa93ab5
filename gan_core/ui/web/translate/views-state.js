/**
 * The views of one translation, as data.
 *
 * @import { Takes } from "./colouring-state.js"
 * @import { Choice } from "./models-state.js"
 * @import { Pane } from "./stage-state.js"
 *
 * @typedef {"slider" | "side" | "difference" | "cycle" | "discriminator" | "models"} View
 * @typedef {Choice & { label: string, takes?: Takes }} Compared a model and direction in a comparison
 * @typedef {{ from: string, to: string }} Labels
 *
 * @typedef {object} Conditions of which views there are
 * @property {boolean} live frames of the camera or of a drawing
 * @property {boolean} returns the model knows the way back
 * @property {boolean} rated the model came with the discriminator of the target domain
 * @property {boolean} several there are other models
 */

/** Models that are compared at most and at least. */
const MOST = 4;
export const FEWEST = 2;

/** Whether the page draws a view from the pictures that it has. @param {string} view */
export const isDirect = (view) => view === "slider" || view === "side";

/**
 * Which views make sense.
 *
 * @param {Conditions} conditions
 * @returns {Record<View, boolean>}
 */
export const possibleViews = ({ live, returns, rated, several }) => ({
  ...{ slider: true, side: true, difference: !live },
  ...{ cycle: !live && returns, discriminator: !live && rated, models: !live && several },
});

/**
 * A picture and its translation, with a handle between them or side by side.
 *
 * @param {string} view
 * @param {{ before: string, after: string }} pictures
 * @param {Labels} labels
 * @param {string} text
 * @returns {Pane[]}
 */
export function directPanes(view, { before, after }, { from, to }, text) {
  const both = { before, after, title: to, left: from, text };
  if (view !== "side") return [{ ...both, kind: "compare" }];
  return [
    { kind: "plain", before, after: before, title: from },
    { ...both, kind: "blend" },
  ];
}

/** @param {Choice} choice */
export const choiceKey = ({ model, direction }) => `${model} ${direction}`;

/** @param {Choice} one @param {Choice} other */
const isSame = (one, other) => choiceKey(one) === choiceKey(other);

/**
 * What a comparison begins with: the model that is shown, and the one nearest to it.
 *
 * @param {Compared[]} choices
 * @param {Choice} current
 */
export function firstCompared(choices, current) {
  const distance = (/** @type {Compared} */ { model, direction }) => {
    if (model === current.model) return direction === current.direction ? 0 : 3;
    return direction === current.direction ? 1 : 2;
  };
  return [...choices].sort((one, other) => distance(one) - distance(other)).slice(0, FEWEST);
}

/** The models of a comparison that are still there; none where one is missing. */
export const stillCompared = (/** @type {Compared[]} */ compared, /** @type {Compared[]} */ choices) =>
  compared.every((each) => choices.some((choice) => isSame(each, choice))) ? compared : [];

/**
 * A model joins a comparison or leaves it. Of too many the first one leaves; of too few none does.
 *
 * @param {Compared[]} compared
 * @param {Compared} choice
 * @param {boolean} checked
 * @returns {{ compared: Compared[], refused: boolean }}
 */
export function withCompared(compared, choice, checked) {
  const others = compared.filter((each) => !isSame(each, choice));
  const next = checked ? [...others, choice] : others;
  if (next.length < FEWEST) return { compared: [...next, choice], refused: true };
  return { compared: next.slice(-MOST), refused: false };
}
