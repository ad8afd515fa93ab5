// The chosen model elsewhere: three lines of Python to copy.

function makeOut(settings) {
  const fold = find(".elsewhere"), code = find(".code");
  let asked = "";
  const snippet = latestWins((wish) => ask("snippet", wish), (answer) => { code.textContent = answer.code; });
  function refresh() {
    const wish = settings();
    if (!fold.open || !wish.model || asked === JSON.stringify(wish)) return;
    asked = JSON.stringify(wish);
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
  return { refresh };
}
