import { expect, test } from "vitest";
import { droppedFiles, pathOf, send } from "#web/shared/files.js";

const fileEntry = (path) => ({
  isFile: true,
  fullPath: path,
  file: (resolve) => resolve(new File(["x"], path.split("/").at(-1))),
});
/** A folder that tells its entries two at a time, as browsers tell theirs by the hundred. */
function folderEntry(path, entries) {
  const rest = [...entries];
  const readEntries = (resolve) => resolve(rest.splice(0, 2));
  return { isDirectory: true, fullPath: path, createReader: () => ({ readEntries }) };
}
const transferOf = (...entries) => ({ files: [], items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })) });

test("a dropped folder gives every file with its path, however deep", async () => {
  const inner = folderEntry("/set/b", [fileEntry("/set/b/4.png")]);
  const names = ["/set/1.png", "/set/2.png", "/set/3.png"];
  const { files, folder } = await droppedFiles(transferOf(folderEntry("/set", [...names.map(fileEntry), inner])));
  expect(folder).toBe(true);
  expect(files.map(pathOf)).toEqual(["set/1.png", "set/2.png", "set/3.png", "set/b/4.png"]);
});

test("dropped files are given as they are", async () => {
  const file = new File(["x"], "a.png");
  const entry = { isFile: true, isDirectory: false };
  const { files, folder } = await droppedFiles({ files: [file], items: [{ webkitGetAsEntry: () => entry }] });
  expect([files, folder]).toEqual([[file], false]);
});

test("what is not sent is said by its name", async () => {
  const file = new File(["x"], "a.zip");
  expect(await send(async () => ({ path: "/tmp/a.zip" }), file)).toBe("/tmp/a.zip");
  await expect(send(async () => null, file, "; up to 2 GB are accepted")).rejects.toThrow(
    "a.zip could not be sent; up to 2 GB are accepted.",
  );
  await expect(send(() => Promise.reject(new Error("too large")), file)).rejects.toThrow(
    "a.zip could not be sent: too large",
  );
});
