/** What dropped files are and what they are called. */

const WEIGHTS = /\.(pth|pt|ckpt|safetensors)$/i;

/** Whether these are weights to be imported. @param {{ name: string }} file */
export const isWeights = (file) => WEIGHTS.test(file.name);

/** Whether a browser may read it as a picture; SVG has no size of its own, and TIFF is read by few. @param {string} type */
export const isReadable = (type) =>
  type.startsWith("image/") && type !== "image/svg+xml" && !type.startsWith("image/tif");

/**
 * The size of a picture that is reduced to `side` pixels, at least one either way.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} side
 */
export function reducedSize(width, height, side) {
  const factor = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

/** Whether a pixel is transparent. @param {ArrayLike<number>} levels red, green, blue and alpha of each pixel */
export function hasTransparency(levels) {
  for (let index = 3; index < levels.length; index += 4) if (levels[index] < 255) return true;
  return false;
}

/** The folder of a zip's pictures among those of other files. @param {string} name of the zip */
export const folderOfZip = (name) => name.replace(/\.zip$/i, "");

/** A sentence about a file, which names it. @param {string} name with its folders @param {string} sentence */
export const sentenceAbout = (name, sentence) =>
  sentence.includes(name.split("/").at(-1) ?? name) ? sentence : `${name}: ${sentence}`;
