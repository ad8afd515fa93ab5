// The key frames of a run: scrub, play, save. The last place of the slider is the run as it is now.
// `picture` shows a key frame's picture (or null for the live one) with its step.
function makeTimeline(run, showPicture) {
  const bar = find(".timeline"), slider = find("#keyframe-slider"), label = find("#keyframe-label");
  const play = find("#keyframe-play"), save = find("#keyframe-gif");
  const jump = find("#keyframe-best"), mark = find(".best-mark");
  let steps = [], kept = new Map(), playing = false, best = null;

  const frame = async (step) => {
    if (!kept.has(step)) {
      kept.set(step, (await ask("keyframe", { run: run(), step })).picture);
      if (kept.size > 200) kept.delete(kept.keys().next().value);
    }
    return kept.get(step);
  };
  const isNow = () => Number(slider.value) >= steps.length;
  const name = (place) => place >= steps.length ? "now" : `step ${steps[place].toLocaleString("en")}`;
  const draw = latestWins(
    async (place) => place >= steps.length ? null : frame(steps[place]),
    (picture, place) => showPicture(picture, place >= steps.length ? null : steps[place]),
  );
  function go(place) {
    slider.value = place;
    label.textContent = name(place);
    slider.setAttribute("aria-valuetext", name(place));
    return draw(place);
  }
  async function runThrough() {
    let place = isNow() ? 0 : Number(slider.value);
    while (playing && element.isConnected && place <= steps.length) {
      await Promise.all([go(place), new Promise((done) => setTimeout(done, 130))]);
      place += 1;
    }
    stop();
  }
  function stop() { playing = false; play.textContent = "▶ Play"; play.setAttribute("aria-label", "Play the key frames"); }

  slider.addEventListener("input", () => { stop(); go(Number(slider.value)); });
  play.addEventListener("click", () => {
    if (playing) { stop(); return; }
    playing = true; play.textContent = "❚❚ Stop"; play.setAttribute("aria-label", "Stop playing");
    runThrough();
  });
  save.addEventListener("click", async () => {
    save.disabled = true; save.textContent = "Saving …";
    try {
      const answer = await ask("time_lapse", { run: run() });
      const link = document.createElement("a");
      link.href = answer.file; link.download = answer.name; link.click();
    } catch (error) { say(error.message); }
    save.disabled = false; save.textContent = "Save as GIF";
  });
  // The key frame of the best score so far: the newest one that is not later, as it is kept at that very step.
  const bestPlace = () => best === null ? -1 : steps.findLastIndex((step) => step <= best);
  function star() {
    const place = bestPlace();
    jump.hidden = mark.hidden = place < 0;
    if (place < 0) return;
    const share = place / Math.max(1, steps.length);
    mark.style.left = `calc(8px + ${share} * (100% - 16px))`;
    jump.title = `Step ${steps[place].toLocaleString("en")} has the best held-out score so far`;
  }
  jump.addEventListener("click", () => { stop(); go(bestPlace()); });
  return {
    setBest(step) { best = step; star(); },
    // New key frames; who looks at "now" goes on looking at "now".
    set(more) {
      const now = isNow();
      steps = more; slider.max = steps.length; bar.hidden = steps.length < 2;
      if (now) { slider.value = steps.length; label.textContent = "now"; }
      star();
    },
    clear() { best = null; star(); stop(); kept = new Map(); steps = []; slider.max = 0; slider.value = 0; label.textContent = "now"; bar.hidden = true; },
    get now() { return isNow(); },
  };
}
