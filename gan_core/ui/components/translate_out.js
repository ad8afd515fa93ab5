// The chosen model elsewhere: three lines of Python to copy, an ONNX file.

function makeOut(settings, tell) {
  const fold = find(".elsewhere"), code = find(".code");
  let asked = "";
  const snippet = latestWins((wish) => ask("snippet", wish), (answer) => { code.textContent = answer.code; });
  function refresh() {
    const wish = settings();
    if (!fold.open || !wish.model || asked === JSON.stringify(wish)) return;
    asked = JSON.stringify(wish);
    find(".parity").textContent = "";
    snippet(wish);
  }
  fold.addEventListener("toggle", refresh);
  find(".copy").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      find(".copied").textContent = "Copied.";
    } catch {  // a page that is not served from this machine or over https
      getSelection().selectAllChildren(code);
      find(".copied").textContent = "Selected; copy it with Ctrl+C.";
    }
    setTimeout(() => { find(".copied").textContent = ""; }, 3000);
  });
  const onnx = find(".onnx"), parity = find(".parity");
  onnx.addEventListener("click", async () => {
    onnx.disabled = true;
    parity.textContent = "Writing and comparing, which takes some seconds …";
    try {
      const file = await ask("onnx", { name: settings().model, direction: settings().direction });
      parity.textContent = file.line;
      make("a", { href: file.url, download: file.name }).click();
    } catch (error) { parity.textContent = ""; tell(error.message, "error"); }
    onnx.disabled = false;
  });
  return { refresh };
}
