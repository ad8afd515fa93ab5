// Files in: chosen, dropped (folders too), pasted; a small version of a picture at once, all of it to the server.

const PREVIEW_SIDE = 128;
const HEAD = 64;  // bytes by which the server knows what a file is, whatever it is called
const kinds = new WeakMap();
const isZip = (file) => kinds.get(file) === "zip";
const isVideo = (file) => kinds.get(file) === "film";
const isModel = (file) => /\.(pth|pt|ckpt|safetensors)$/i.test(file.name);

// Learn of each file whether it is a picture, a film or a zip.
async function tellApart(files) {
  const described = await Promise.all(files.map(async (file) => {
    let head = "";
    try { head = btoa(String.fromCharCode(...new Uint8Array(await file.slice(0, HEAD).arrayBuffer()))); } catch { /* it cannot be read: sending it will say so */ }
    return { name: file.name, head };
  }));
  const answer = await ask("kinds", { files: described });
  answer.kinds.forEach((kind, index) => kinds.set(files[index], kind));
}

async function sent(file) {
  let place;
  try { place = await upload(file); } catch (error) { throw new Error(`${file.name} could not be sent: ${error.message || error}`); }
  if (!place?.path) throw new Error(`${file.name} could not be sent; up to 2 GB are accepted.`);
  return { path: place.path, name: file.name };
}

// The picture reduced in the browser, as data URL, so that nothing waits for its upload; null for what the browser cannot read.
async function smallOf(file) {
  if (!file.type.startsWith("image/") || file.type === "image/svg+xml" || file.type.startsWith("image/tif")) return null;
  let bitmap;
  try { bitmap = await createImageBitmap(file); } catch { return null; }
  const { width, height } = bitmap, factor = Math.min(1, PREVIEW_SIDE / Math.max(width, height));
  const canvas = make("canvas", { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingQuality = "high";
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const levels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
  const transparent = levels.some((level, index) => index % 4 === 3 && level < 255);
  return { width, height, transparent, picture: canvas.toDataURL("image/png"), before: URL.createObjectURL(file) };
}

// `take(files, folder)` gets whatever comes in, however it comes.
function makeSources(take) {
  const root = find(".translate");
  for (const [chooser, folder] of [[find(".files"), false], [find(".directory"), true]]) {
    chooser.addEventListener("change", () => {
      const files = [...chooser.files];
      chooser.value = "";
      take(files, folder);
    });
  }
  let inside = 0;
  root.addEventListener("dragenter", (event) => { if (holdsFiles(event)) { inside += 1; root.classList.add("over"); } });
  root.addEventListener("dragleave", () => { inside = Math.max(0, inside - 1); if (!inside) root.classList.remove("over"); });
  root.addEventListener("dragover", (event) => { if (holdsFiles(event)) event.preventDefault(); });
  root.addEventListener("drop", async (event) => {
    inside = 0;
    root.classList.remove("over");
    if (!holdsFiles(event)) return;
    event.preventDefault();
    try {
      const { files, folder } = await dropped(event.dataTransfer);
      take(files, folder);
    } catch (error) { say(`The folder could not be read: ${error.message || error.name}.`, "error"); }
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length && element.isConnected && element.offsetParent !== null) take(files, false);
  });
}
