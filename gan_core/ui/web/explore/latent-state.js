/**
 * A latent as the page describes it; the server computes its numbers (gan_core/latents/spec.py).
 *
 * @import { Latent } from "../shared/protocol.js"
 *
 * @typedef {NonNullable<Latent["kind"]>} Kind
 * @typedef {number | Latent} Point an end or a corner: a seed, or the numbers of a pinned latent
 * @typedef {Required<Omit<Latent, "label">> & { label: number }} LatentSpec all that a page holds, whatever its kind is; what is
 *   sent and kept is a `Latent`, with only what matters for its kind
 */

export const LARGEST_SEED = 2 ** 32 - 1;
export const MOST_MOVES = 64;
/** Typed numbers lie no farther out, as in gan_core.latents.spec. */
const FARTHEST = 1000;

/** @type {Readonly<LatentSpec>} */
export const HOME = Object.freeze(
  /** @type {LatentSpec} */ ({
    kind: "seed",
    seed: 0,
    ends: [0, 1],
    t: 0.5,
    corners: [0, 1, 2, 3],
    ...{ x: 0.5, y: 0.5 },
    way: "slerp",
    scale: 1,
    moves: [],
    amounts: {},
    offsets: {},
    vector: [],
    label: 0,
    towards: null,
    mix: 0,
  }),
);

/** @type {Record<Kind, (keyof LatentSpec)[]>} */
const FIELDS = { seed: ["seed"], path: ["ends", "t", "way"], pad: ["corners", "x", "y", "way"], vector: ["vector"] };

export const randomSeed = () => Math.floor(Math.random() * 1e6);

/** What a latent has where nothing moves it. @returns {Pick<LatentSpec, "scale" | "moves" | "amounts" | "offsets">} */
export const unmoved = () => ({ scale: 1, moves: [], amounts: {}, offsets: {} });

/** @param {object} values */
const isEmpty = (values) => !Object.keys(values).length;

/**
 * @template {object} Values
 * @param {Values} values
 * @param {string[]} names
 * @returns {Values} without these
 */
export const without = (values, names) =>
  /** @type {Values} */ (Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name))));

/**
 * @param {LatentSpec} latent
 * @param {boolean} conditional whether the model has classes
 * @returns {Latent}
 */
export function compact(latent, conditional) {
  /** @type {Record<string, unknown>} */
  const sent = { kind: latent.kind };
  for (const name of FIELDS[latent.kind]) sent[name] = latent[name];
  if (latent.scale !== 1) sent.scale = latent.scale;
  if (latent.moves.length) sent.moves = latent.moves;
  const amounts = Object.fromEntries(Object.entries(latent.amounts).filter(([, amount]) => amount));
  if (!isEmpty(amounts)) sent.amounts = amounts;
  if (!isEmpty(latent.offsets)) sent.offsets = latent.offsets;
  if (conditional) {
    sent.label = latent.label;
    if (latent.towards !== null && latent.mix) Object.assign(sent, { towards: latent.towards, mix: latent.mix });
  }
  return sent;
}

/**
 * The other way round: what a bookmark, a link or a file has, and the rest as it was before.
 *
 * @param {Latent} latent
 * @param {LatentSpec} [before]
 * @returns {LatentSpec}
 */
export const complete = (latent, before = HOME) => {
  const { label, ...rest } = structuredClone(latent);
  const kept = { ...structuredClone(before), ...unmoved(), towards: null, mix: 0 };
  return { ...kept, ...rest, label: label ?? kept.label };
};

/** Classes that the model does not have are left. @param {LatentSpec} latent @param {number} count of classes */
export function fitClasses(latent, count) {
  if (latent.label >= count) latent.label = 0;
  if (latent.towards !== null && latent.towards >= count) Object.assign(latent, { towards: null, mix: 0 });
}

/** Puts back everything but the seeds and the class. @param {LatentSpec} latent */
export function putBack(latent) {
  Object.assign(latent, { ...unmoved(), t: 0.5, x: 0.5, y: 0.5, mix: 0, towards: null });
}

/**
 * What was shown stays in sight: a seed becomes the first end of the path, or the first corner of the pad.
 *
 * @param {LatentSpec} latent
 * @param {Kind} kind
 */
export function changeKind(latent, kind) {
  if (latent.kind === "seed" && kind === "path") latent.ends[0] = latent.seed;
  if (latent.kind === "seed" && kind === "pad") latent.corners[0] = latent.seed;
  latent.kind = kind;
}

/** A seed that was typed, or null for what is none. @param {string} text */
export function parseSeed(text) {
  const value = Number(text);
  return text !== "" && Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED ? value : null;
}

/** The seed `by` further on; the largest is followed by 0. @param {number} seed @param {number} by */
export const seedAfter = (seed, by) => (seed + by + LARGEST_SEED + 1) % (LARGEST_SEED + 1);

/** The value at a path of names such as `ends.0`. @param {LatentSpec} latent @param {string} path @returns {any} */
export const valueAt = (latent, path) =>
  path.split(".").reduce((value, name) => value[name], /** @type {any} */ (latent));

/** @param {LatentSpec} latent @param {string} path @param {unknown} value */
export function setValueAt(latent, path, value) {
  const names = path.split(".");
  const last = /** @type {string} */ (names.pop());
  names.reduce((holder, name) => holder[name], /** @type {any} */ (latent))[last] = value;
}

/** @param {LatentSpec} latent @param {string} id of a direction @param {number} amount */
export function setAmount(latent, id, amount) {
  if (Math.abs(amount) > 1e-6) latent.amounts[id] = amount;
  else delete latent.amounts[id];
}

/**
 * The latent without what sliders do: what is pinned into a corner, or where a walk begins. Steps to neighbours are part of
 * it only `withMoves`: where they stay in force they would be made twice.
 *
 * @param {Latent} latent
 * @param {boolean} withMoves
 */
export const withoutSliders = (latent, withMoves) =>
  without(latent, ["amounts", "offsets", "scale", ...(withMoves ? [] : ["moves"])]);

/** A latent in words. @param {Latent} latent @param {string[]} classes */
export function describe(latent, classes) {
  const steps = latent.moves ? `, ${latent.moves.length} ${latent.moves.length === 1 ? "step" : "steps"} aside` : "";
  const moved = latent.amounts || latent.offsets ? ", moved by sliders" : "";
  return classWords(latent, classes) + sourceWords(latent) + steps + moved;
}

/** @param {Latent} latent */
function sourceWords(latent) {
  const point = (/** @type {Point} */ value) => (Number.isInteger(value) ? `seed ${value}` : "a pinned place");
  const { kind, seed, ends = [0, 1], t = 0, corners = [], way } = latent;
  if (kind === "seed") return `seed ${seed}`;
  if (kind === "path")
    return `${Math.round(t * 100)} % of the way from ${point(ends[0])} to ${point(ends[1])} (${way})`;
  if (kind === "pad") return `between ${corners.map(point).join(", ")} (${way})`;
  return "numbers of your own";
}

/** @param {Latent} latent @param {string[]} classes */
function classWords({ label, towards, mix }, classes) {
  if (label === undefined || label === null || classes[label] === undefined) return "";
  const share = Math.round((mix || 0) * 100);
  const other = classes[towards ?? -1] ?? towards;
  return share
    ? `${100 - share} % class ${classes[label]} and ${share} % class ${other}, `
    : `class ${classes[label]}, `;
}

/**
 * The numbers of a latent that were typed or pasted. Raises an Error with a sentence where they are none.
 *
 * @param {string} text
 * @param {number} count
 */
export function parseNumbers(text, count) {
  const words = text.trim().replace(/^\[|\]$/g, "").split(/[\s,;]+/).filter(Boolean); // prettier-ignore
  const values = words.map(Number);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new Error(`${words[wrong]} is not a number; write ${count} numbers with commas between them.`);
  const far = values.findIndex((value) => Math.abs(value) > FARTHEST);
  const range = `every number lies between -${FARTHEST} and ${FARTHEST}`;
  if (far >= 0) throw new Error(`${words[far]} is too far out; ${range}.`);
  if (values.length !== count)
    throw new Error(`This model's latents have ${count} numbers; ${values.length} were given.`);
  return values;
}

/** A view as the end of an address: base 64 without signs that mean something there. @param {unknown} value */
export function encodeLink(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""); // prettier-ignore
}

/** The view that `encodeLink` wrote; throws where it is damaged. @param {string} text */
export function decodeLink(text) {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0))));
}
