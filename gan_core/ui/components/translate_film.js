// A film: every frame translated on the server, then played beside the one that it was made from, in step.

function makeFilm(stage, { settings, labels, tell, facts, board }) {
  const smoothing = find(".smoothing input");
  let newest = null, current = null;

  const player = (source, text) => {
    const film = make("video", { src: source, loop: true, muted: true, playsInline: true, "aria-label": text });
    film.setAttribute("controls", "");
    return film;
  };
  // The original follows the translation: started, stopped and moved with it.
  function together(original, made) {
    const follow = () => { if (Math.abs(original.currentTime - made.currentTime) > 0.08) original.currentTime = made.currentTime; };
    original.removeAttribute("controls");
    made.addEventListener("play", () => { follow(); original.play().catch(() => {}); });
    made.addEventListener("pause", () => { original.pause(); follow(); });
    for (const name of ["seeking", "timeupdate"]) made.addEventListener(name, follow);
  }
  function show(answer, wish) {
    const { from, to } = labels(wish), original = player(answer.before, `Original film: ${from}`), made = player(answer.url, `Translated film: ${to}`);
    together(original, made);
    stage.show([{ kind: "plain", element: original, title: from }, { kind: "plain", element: made, title: to }], { ratio: answer.width / answer.height, width: answer.width, film: true });
    made.play().catch(() => {});
    facts(answer.line, answer.notes);
  }

  async function run(place) {
    const wish = newest = { ...settings(), source: place, smoothing: Number(smoothing.value) / 100, job: newJob() };
    const line = board.begin(`${place.name}: translating`, () => ask("job_cancel", { job: wish.job }).catch(() => {}), again);
    const watch = setInterval(async () => {
      try { line.progress((await ask("job_progress", { job: wish.job })).share); } catch { /* the answer itself will say what is wrong */ }
    }, 400);
    stage.busy(true);
    try {
      const answer = await ask("film", wish);
      if (newest !== wish) return;
      if (answer.cancelled) { line.end("Cancelled; nothing was changed."); return; }
      show(answer, wish);
      line.end(`${place.name}: translated`, answer, "Download film");
    } catch (error) {
      if (newest !== wish) return;
      line.end(`${place.name}: not possible`);
      tell(error.message, "error");
    } finally {
      clearInterval(watch);
      if (newest === wish) stage.busy(false);
    }
  }
  async function take(file) {
    if (newest) ask("job_cancel", { job: newest.job }).catch(() => {});
    const line = board.begin(`${file.name}: sending`, () => {}, null);
    try { current = await sent(file); } catch (error) { line.end(`${file.name}: not sent`); tell(error.message, "error"); return; }
    await run(current);
  }
  const again = () => run(current);
  smoothing.addEventListener("input", () => { find(".smoothing output").textContent = `${smoothing.value} %`; });
  return { take, again };
}
