/**
 * Which model and direction are chosen, and which examples belong to them.
 *
 * @import { ExamplePicture, ListedTranslator } from "../shared/protocol.js"
 *
 * @typedef {"AtoB" | "BtoA"} Direction
 * @typedef {{ model: string, direction: Direction }} Choice of a model and what it does
 */

/** @param {ListedTranslator} [model] */
const domainsOf = (model) => (model ? [model.domains.A, model.domains.B] : []);

/** @param {string} name of a domain @param {string} word */
const mentions = (name, word) => name.toLowerCase().includes(word);

/**
 * What a translation's picture and result are called.
 *
 * @param {ListedTranslator | undefined} model
 * @param {Direction} direction
 */
export function labelsOf(model, direction) {
  const { A, B } = model?.domains ?? { A: "A", B: "B" };
  return direction === "AtoB" ? { from: A, to: B } : { from: B, to: A };
}

/** Whether a model translates pictures of this domain. @param {ListedTranslator | undefined} model @param {string} domain */
export const knowsDomain = (model, domain) => domainsOf(model).some((name) => mentions(name, domain));

/** The examples that a model translates; all of them where there is none. */
export function fittingExamples(
  /** @type {ExamplePicture[]} */ examples,
  /** @type {ListedTranslator | undefined} */ model,
) {
  const known = examples.filter(({ domain }) => knowsDomain(model, domain));
  return known.length ? known : examples;
}

/** The direction, where the model has it, else its first one. */
export function validDirection(
  /** @type {ListedTranslator | undefined} */ model,
  /** @type {Direction} */ direction,
  /** @type {Direction} */ otherwise = "AtoB",
) {
  const known = model?.directions.map(({ id }) => id) ?? [];
  return known.includes(direction) ? direction : (known[0] ?? otherwise);
}

/**
 * The direction in which a model translates pictures of a domain.
 *
 * @param {ListedTranslator | undefined} model
 * @param {string} domain
 * @param {Direction} current is kept where the model does not know the domain
 */
export function directionFor(model, domain, current) {
  const [a, b] = domainsOf(model).map((name) => mentions(name, domain));
  return validDirection(model, b && !a ? "BtoA" : a ? "AtoB" : current, current);
}

/**
 * The example that a model begins with: one for its direction, if there is one.
 *
 * @param {ExamplePicture[]} examples
 * @param {ListedTranslator | undefined} model
 * @param {Direction} direction
 */
export function firstExample(examples, model, direction) {
  const known = fittingExamples(examples, model);
  return known.find(({ domain }) => directionFor(model, domain, direction) === direction) ?? known[0];
}

/**
 * What a mode is best with: a model that knows the domain, unless the chosen one does.
 *
 * @param {ListedTranslator[]} models
 * @param {ListedTranslator | undefined} chosen
 * @param {string} domain
 * @returns {Choice | null}
 */
export function suggestedChoice(models, chosen, domain) {
  if (knowsDomain(chosen, domain)) return null;
  const model = models.find((each) => knowsDomain(each, domain));
  if (!model) return null;
  const forward = mentions(model.domains.A, domain) || model.directions.length < 2;
  return { model: model.id, direction: forward ? model.directions[0].id : "BtoA" };
}

/** The models under their headings, in their order. @param {ListedTranslator[]} models */
export function groupsOf(models) {
  const groups = [...new Set(models.map(({ group }) => group))];
  return groups.map((group) => ({ group, models: models.filter((each) => each.group === group) }));
}

/** Every model with each of its directions, as it is compared with others. @param {ListedTranslator[]} models */
export const comparable = (models) =>
  models.flatMap(({ id, directions, hints, noise }) =>
    directions.map(({ id: direction, label }) => ({ model: id, direction, label, takes: { hints, noise } })),
  );

/**
 * The choice that the browser kept; null where that is none, or nothing that makes sense.
 *
 * @param {string | null} text
 * @returns {Choice | null}
 */
export function parsedChoice(text) {
  try {
    const { model, direction } = JSON.parse(text ?? "");
    return typeof model === "string" && ["AtoB", "BtoA"].includes(direction) ? { model, direction } : null;
  } catch {
    return null;
  }
}
