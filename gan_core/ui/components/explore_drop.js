// Files in, by dropping, choosing or pasting: one of ours goes back to its place or path, any other picture is looked for.

makeDrop();
function makeDrop() {
  const chooser = find(".chosen");
  async function take(file) {
    let place;
    say(`Opening ${file.name} …`, "info");
    try {
      place = await upload(file);
      if (!place?.path) throw new Error(`${file.name} could not be sent; up to 2 GB are accepted.`);
      const answer = await ask("bring", { path: place.path, name: file.name });
      say("");
      if (answer.kind === "place") explorer.arrive(answer);
      else {
        explorer.openPanel(answer.kind === "picture" ? "project" : answer.kind);
        explorer.tell("dropped", answer, file);
      }
    } catch (error) { say(error.message || String(error), "error"); }
  }
  find(".open").onclick = () => chooser.click();
  chooser.addEventListener("change", () => { const [file] = chooser.files; chooser.value = ""; if (file) take(file); });
  // Anywhere on the page while this tab is open: a browser would leave the page for a file that is dropped beside it.
  const isOurs = (event) => element.isConnected && element.offsetParent !== null && [...(event.dataTransfer?.types ?? [])].includes("Files");
  let inside = 0;
  document.addEventListener("dragenter", (event) => { if (isOurs(event)) { inside += 1; root.classList.add("over"); } });
  document.addEventListener("dragleave", () => { inside = Math.max(0, inside - 1); if (!inside) root.classList.remove("over"); });
  document.addEventListener("dragover", (event) => { if (isOurs(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    inside = 0;
    root.classList.remove("over");
    if (!isOurs(event)) return;
    event.preventDefault();
    if (event.dataTransfer.files.length > 1) say("One file at a time: the first one is opened.");
    take(event.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (event) => {
    const [file] = event.clipboardData?.files ?? [];
    if (file && element.isConnected && element.offsetParent !== null) take(file);
  });
}
