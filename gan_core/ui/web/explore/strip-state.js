/**
 * Which pictures to choose from, and in which of them one is.
 *
 * @import { Latent, StripRequest } from "../shared/protocol.js"
 * @import { Kind, LatentSpec } from "./latent-state.js"
 */
import { without } from "./latent-state.js";

/** Two positions on a path that are no farther apart have one picture in the strip. */
const NEAR = 0.07;

/** What lies along the latent, where anything does. @param {Kind} kind @returns {"seeds" | "path" | undefined} */
export const alongKind = (kind) => (kind === "seed" ? "seeds" : kind === "path" ? "path" : undefined);

/**
 * What the server is asked for.
 *
 * @param {string} chosen "along", "neighbours" or "classes"
 * @param {Kind} kind
 * @returns {StripRequest["kind"]}
 */
export const requestedKind = (chosen, kind) =>
  chosen === "classes" ? "classes" : (chosen === "along" && alongKind(kind)) || "neighbours";

/** The part of the latent that the pictures depend on. @param {Latent} latent @param {string} chosen */
export function relevant(latent, chosen) {
  if (chosen === "classes") return without(latent, ["label", "towards", "mix"]);
  if (chosen === "along") return without(latent, ["t", "seed", ...(latent.kind === "seed" ? ["moves"] : [])]);
  return latent;
}

/**
 * The words below a picture, and instead of it.
 *
 * @param {string} kind
 * @param {any} label
 * @param {number} index
 * @param {string[]} classes
 */
export function words(kind, label, index, classes) {
  if (kind === "classes") return { text: classes[label] ?? "", alt: `Class ${classes[label] ?? ""}` };
  if (kind === "seeds") return { text: String(label), alt: `Seed ${label}` };
  const share = `${Math.round(label * 100)} %`;
  return kind === "path" ? { text: share, alt: `${share} of the way` } : { text: "", alt: `Neighbour ${index + 1}` };
}

/** Whether a picture of the strip is the one that is shown. @param {LatentSpec} latent @param {string} kind @param {any} label */
export function isShown(latent, kind, label) {
  if (kind === "classes") return label === latent.label && !latent.mix;
  if (kind === "seeds") return label === latent.seed && !latent.moves.length;
  return kind === "path" && Math.abs(label - latent.t) < NEAR;
}
