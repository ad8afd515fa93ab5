/**
 * Files in: chosen, dropped (folders too), pasted; a small version of a picture at once, all of it to the server.
 *
 * @import { FileKindsResponse, Translate } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { FileInside } from "../shared/files.js"
 * @import { LocalFile, SmallPicture } from "./request-state.js"
 */
import { make } from "../shared/dom.js";
import { droppedFiles, holdsFiles, send } from "../shared/files.js";
import { hasTransparency, isReadable, reducedSize } from "./files-state.js";

const PREVIEW_SIDE = 128;
/** Bytes by which the server knows what a file is, whatever it is called. */
const HEAD = 64;

/**
 * What each file is, in their order.
 *
 * @param {Context<Translate>["ask"]} ask
 * @param {FileInside[]} files
 */
export async function kindsOf(ask, files) {
  const described = await Promise.all(files.map(async (file) => ({ name: file.name, head: await headOf(file) })));
  const { kinds } = await ask("kinds", { files: described });
  return new Map(files.map((file, index) => [file, kinds[index]]));
}

/** @typedef {Map<File, FileKindsResponse["kinds"][number]>} Kinds */

/** @param {File} file */
async function headOf(file) {
  try {
    return btoa(String.fromCharCode(...new Uint8Array(await file.slice(0, HEAD).arrayBuffer())));
  } catch {
    return ""; // it cannot be read: sending it will say so
  }
}

/** Sends a file. @param {Context["upload"]} upload @param {File} file */
export async function sendFile(upload, file) {
  return { path: await send(upload, file, "; up to 2 GB are accepted"), name: file.name };
}

/**
 * A picture reduced in the browser, so that nothing waits for its upload; null for what the browser cannot read.
 *
 * @param {File} file
 * @returns {Promise<SmallPicture | null>}
 */
export async function reducedPicture(file) {
  if (!isReadable(file.type)) return null;
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    return null;
  }
  const { width, height } = bitmap;
  const canvas = make("canvas", reducedSize(width, height, PREVIEW_SIDE));
  const drawing = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  drawing.imageSmoothingQuality = "high";
  drawing.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const transparent = hasTransparency(drawing.getImageData(0, 0, canvas.width, canvas.height).data);
  return { width, height, transparent, picture: canvas.toDataURL("image/png"), before: URL.createObjectURL(file) };
}

/**
 * Frees what `reducedPicture` made of a file: the browser would keep the whole file for its address. It is made again where
 * the file is translated again.
 *
 * @param {LocalFile} file
 */
export async function releasePicture(file) {
  const { small } = file;
  file.small = undefined;
  const picture = await small;
  if (picture) URL.revokeObjectURL(picture.before);
}

/**
 * Calls `take` with whatever comes in, however it comes.
 *
 * @param {Context<Translate>} context
 * @param {(files: FileInside[], folder: boolean) => void} take
 */
export function listenForFiles({ find, notice, signal, visible }, take) {
  const root = find("div.translate");
  for (const folder of [false, true]) {
    const chooser = find(folder ? "input.directory" : "input.files");
    chooser.addEventListener("change", () => {
      const files = [...(chooser.files ?? [])];
      chooser.value = "";
      take(files, folder);
    });
  }
  listenForDrops(root, notice, take);
  const paste = (/** @type {ClipboardEvent} */ event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && visible()) take(files, false);
  };
  document.addEventListener("paste", paste, { signal });
}

/**
 * @param {HTMLElement} root
 * @param {Context["notice"]} notice
 * @param {(files: FileInside[], folder: boolean) => void} take
 */
function listenForDrops(root, notice, take) {
  let depth = 0; // of the elements that the files were dragged into
  root.addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    root.classList.add("over");
  });
  root.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (!depth) root.classList.remove("over");
  });
  root.addEventListener("dragover", (event) => {
    if (holdsFiles(event)) event.preventDefault();
  });
  root.addEventListener("drop", async (event) => {
    depth = 0;
    root.classList.remove("over");
    if (!holdsFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    try {
      const { files, folder } = await droppedFiles(event.dataTransfer);
      take(files, folder);
    } catch (error) {
      const { message, name } = /** @type {Error} */ (error);
      notice(`The folder could not be read: ${message || name}.`, "error");
    }
  });
}
