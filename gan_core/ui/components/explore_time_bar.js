// The training step under the picture: always at hand where a model has a history.

makeTimeBar();
function makeTimeBar() {
  const bar = find(".time-bar"), here = bar.querySelector(".time-here");
  timeTrack(bar.querySelector("canvas"));
  for (const button of element.querySelectorAll(".time-play")) button.addEventListener("click", () => moments.play());
  moments.on(() => {
    const hidden = !moments.get().steps.length, text = moments.here();
    if (bar.hidden !== hidden) bar.hidden = hidden;
    if (here.textContent !== text) here.textContent = text;
    for (const button of element.querySelectorAll(".time-play")) {
      if ((button.textContent === "❚❚") === moments.playing) continue;
      button.textContent = moments.playing ? "❚❚" : "▶";
      button.dataset.words ??= button.getAttribute("aria-label");
      button.setAttribute("aria-label", moments.playing ? button.dataset.words.replace("Play", "Stop playing") : button.dataset.words);
    }
  });
}
