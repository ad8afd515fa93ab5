/**
 * The plane as data: its settings, the strokes of a drawing, the words of slow motion.
 *
 * @import { LabSettings, PartOffer, PlaneStage } from "../shared/protocol.js"
 *
 * @typedef {[x: number, y: number]} Point
 * @typedef {Point[]} Stroke
 * @typedef {LabSettings} Settings
 */

/**
 * Setting, kind of part, and title of each field of the form.
 *
 * @typedef {"objective" | "penalty" | "solver" | "generator_optimizer" | "discriminator_optimizer"} PartName
 * @type {readonly { name: PartName, kind: string, title: string }[]}
 */
export const PARTS = Object.freeze([
  { name: "objective", kind: "objective", title: "Objective" },
  { name: "penalty", kind: "penalty", title: "Penalty" },
  { name: "solver", kind: "solver", title: "Solver" },
  { name: "generator_optimizer", kind: "optimizer", title: "Generator's optimizer" },
  { name: "discriminator_optimizer", kind: "optimizer", title: "Discriminator's optimizer" },
]);
/** Half the side of the plane that is shown. */
export const VIEW = 3.2;
/** How near the eraser cuts, and how far apart points of a stroke may lie at most and at least. */
const NEAR = 0.16;
const FARTHEST = 0.08;
const NEAREST = 0.02;
export const LARGEST_SEED = 2 ** 32 - 1;
export const STAGE_NAMES = Object.freeze({ draw: "draw", score: "score", loss: "loss", move: "move" });

/**
 * @param {Record<string, any>} values
 * @param {string} key
 * @returns {Record<string, any>}
 */
const without = (values, key) => Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));

/**
 * The named game that these settings are, whatever the seed; "" for settings of one's own.
 *
 * @param {{ name: string, settings: Settings }[]} presets
 * @param {Settings} settings
 */
export function presetOf(presets, settings) {
  const key = (/** @type {Settings} */ each) => JSON.stringify(Object.entries(without(each, "seed")).sort());
  return presets.find((preset) => key(preset.settings) === key(settings))?.name ?? "";
}

/**
 * Whether the settings are this drawing already.
 *
 * @param {Settings} settings
 * @param {{ strokes: Stroke[], deviation: number }} drawing
 */
export const sameDrawing = (settings, { strokes, deviation }) =>
  settings.distribution === "drawn" &&
  settings.deviation === deviation &&
  JSON.stringify(settings.strokes) === JSON.stringify(strokes);

/**
 * A part as it begins: its name and the options whose default here is not left to the engine.
 *
 * @param {Pick<PartOffer, "name" | "options">} part
 * @returns {{ name: string, [option: string]: any }}
 */
export function initialPart(part) {
  const options = part.options.filter((option) => option.default !== null);
  return { name: part.name, ...Object.fromEntries(options.map((option) => [option.name, option.default])) };
}

/**
 * The parts as they are, but for the learning rates, which are made for points: the Train tab has its own for pictures.
 *
 * @param {Settings} settings
 */
export function partsForTraining(settings) {
  return Object.fromEntries(
    PARTS.map(({ name, kind }) => [
      name,
      kind === "optimizer" ? without(settings[name] ?? {}, "learning_rate") : settings[name],
    ]),
  );
}

/** Whether `text` is a seed. @param {string} text */
export function isSeed(text) {
  const value = Number(text);
  return text !== "" && Number.isInteger(value) && value >= 0 && value <= LARGEST_SEED;
}

/** A measured number in three digits. @param {number | null | undefined} value */
export function brief(value) {
  if (value === null || value === undefined) return "beyond all numbers";
  const extreme = Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 0.001);
  return extreme ? value.toExponential(1) : Number(value.toPrecision(3)).toString();
}

/**
 * Cuts what lies near the way from one place to another out of strokes; a stroke that is cut in the middle becomes two.
 *
 * @param {Stroke[]} strokes
 * @param {Point} from
 * @param {Point} to
 * @returns {Stroke[]}
 */
export function erased(strokes, [fromX, fromY], [x, y]) {
  const dx = x - fromX;
  const dy = y - fromY;
  const length = dx * dx + dy * dy;
  const distance = (/** @type {Point} */ [px, py]) => {
    const along = length ? ((px - fromX) * dx + (py - fromY) * dy) / length : 0;
    const share = Math.max(0, Math.min(1, along));
    return Math.hypot(px - fromX - share * dx, py - fromY - share * dy);
  };
  return strokes.flatMap((stroke) => {
    /** @type {Stroke[]} */
    const parts = [[]];
    for (const point of stroke) {
      if (distance(point) < NEAR) parts.push([]);
      else parts[parts.length - 1].push(point);
    }
    return parts.filter((part) => part.length);
  });
}

/** @param {Point} place @returns {Point} */
export const rounded = ([x, y]) => [Number(x.toFixed(3)), Number(y.toFixed(3))];

/**
 * The points from the end of a stroke to a place: however fast the pointer went, they lie close enough for the eraser to
 * cut between them.
 *
 * @param {Point} from
 * @param {Point} place
 * @returns {Stroke}
 */
export function pointsTo([x, y], place) {
  const length = Math.hypot(place[0] - x, place[1] - y);
  if (length <= NEAREST) return [];
  const parts = Math.ceil(length / FARTHEST);
  return Array.from({ length: parts }, (_, index) => {
    const share = (index + 1) / parts;
    return rounded([x + (place[0] - x) * share, y + (place[1] - y) * share]);
  });
}

/**
 * What happens in a stage, with its numbers.
 *
 * @param {PlaneStage} stage
 */
export function stageText({ player, kind, numbers, moves, answers, order }) {
  const other = player === "generator" ? "discriminator" : "generator";
  if (kind === "draw") {
    const second = answers
      ? ` The ${other} has moved; now it is the ${player}'s turn.`
      : " Both look from where the step began.";
    const turn = player === order[0] ? "" : second;
    return `${numbers.points} random numbers go through the generator and become points.${turn}`;
  }
  if (kind === "score")
    return `The discriminator scores them: ${brief(numbers.real)} on average for real points, ${brief(numbers.fake)} for generated ones.`;
  if (kind === "loss") {
    const arrows = player === "generator" ? " The arrows show where each point is pushed." : "";
    return `The ${player}'s loss is ${brief(numbers.loss)}; its gradient is ${brief(numbers.gradient)} long.${arrows}`;
  }
  const many = player === "discriminator" && moves > 1 ? ` (the solver looked at ${moves} batches)` : "";
  const change = `from ${brief(numbers.before)} to ${brief(numbers.after)}`;
  return `The ${player} moves by ${brief(numbers.moved)}${many}: on these points its loss goes ${change}.`;
}

/**
 * The nodes and wires of the overview that are at work in a stage.
 *
 * @param {PlaneStage} stage
 * @returns {{ nodes: string[], wires: string[] }}
 */
export function atWork({ kind, player }) {
  if (kind === "draw") return { nodes: ["noise", "generator", "fake"], wires: ["noise", "fake"] };
  if (kind === "score") return { nodes: ["fake", "real", "discriminator"], wires: ["fake", "real"] };
  if (kind === "move") return { nodes: [player], wires: [player === "generator" ? "back-g" : "back-d"] };
  const nodes = ["discriminator", "loss"];
  return { nodes: player === "generator" ? [...nodes, "fake"] : nodes, wires: ["loss"] };
}
