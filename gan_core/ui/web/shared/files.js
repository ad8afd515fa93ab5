/** Files that are dropped or chosen, with the folders that they lie in. */

/** @typedef {File & { inside?: string }} FileInside `inside` is the path of a file of a dropped folder */

/** @param {DragEvent} event */
export const holdsFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/** The name of a file with its folders, where it came in one. @param {FileInside} file */
export const pathOf = (file) => file.inside || file.webkitRelativePath || file.name;

/**
 * The files of what was dropped, folders opened, each with its path `inside` them.
 *
 * @param {DataTransfer} transfer
 * @returns {Promise<{ files: FileInside[], folder: boolean }>}
 */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry !== null);
  if (!entries.some((entry) => entry?.isDirectory)) return { files: [...transfer.files], folder: false };
  /** @type {FileInside[]} */
  const files = [];
  for (const entry of entries) await openEntry(entry, files);
  return { files, folder: true };
}

/**
 * @param {FileSystemEntry} entry
 * @param {FileInside[]} files
 */
async function openEntry(entry, files) {
  if (entry.isFile) {
    /** @type {FileInside} */
    const file = await new Promise((resolve, reject) =>
      /** @type {FileSystemFileEntry} */ (entry).file(resolve, reject),
    );
    file.inside = entry.fullPath.replace(/^\//, "");
    files.push(file);
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  while (true) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return; // a folder is read in portions of a hundred
    for (const each of some) await openEntry(each, files);
  }
}

/**
 * Sends one file to the server.
 *
 * @param {(file: File) => Promise<{ path: string } | null>} upload
 * @param {File} file
 * @param {string} [hint] what is added to the sentence where it does not arrive
 * @returns {Promise<string>} where the server has put it
 */
export async function send(upload, file, hint = "") {
  let sent;
  try {
    sent = await upload(file);
  } catch (error) {
    throw new Error(`${file.name} could not be sent: ${/** @type {Error} */ (error)?.message || error}`);
  }
  if (!sent?.path) throw new Error(`${file.name} could not be sent${hint}.`);
  return sent.path;
}
