// Path: playing it before it is made. The server tells where the film is from moment to moment; here one goes along.

const pathPlay = makePathPlay();
function makePathPlay() {
  const { state } = explorer, slider = find(".path-slider"), button = find(".path-play"), clock = find(".path-clock"), ticks = find(".path-ticks"), speed = find(".path-speed");
  let course = null, asked = "", timer = 0, job = null, playing = 0, last = 0, own = null;

  // --- Where the film is ---------------------------------------------------------------------------------------------------
  const wanted = () => JSON.stringify([state.model, state.step, pathData.get()]);
  function take(answer, wish) {
    if (answer.cancelled) { if (asked === wish.key) asked = ""; return; }
    if (wish.key !== wanted()) return;
    course = { ...answer, key: wish.key };
    slider.disabled = button.disabled = false;
    refresh();
    drawSpeed();
    explorer.tell("path-course", course);
    if (!wish.path.steady || answer.speed || wish.path.stops.length === 1) root.dataset.path = answer.version;
  }
  // Measuring the speed of a path takes its time; until then it can be played as it is timed.
  async function send(wish) {
    job = wish.job;
    const { path } = wish;
    if (path.steady) take(await ask("path_course", { ...wish, path: { ...path, steady: false } }), wish);
    return wish.key === wanted() ? ask("path_course", wish) : { cancelled: true };
  }
  const courseFor = latestWins(send, take, (error, wish) => {
    if (wish.key !== wanted()) return;
    course = null;
    pause();
    slider.disabled = button.disabled = true;
    explorer.tell("path-course", null, error.message);
    refresh();
  });
  function fetch() {
    if (!state.model || !explorer.isOpen("path") || !pathData.get().stops.length) return;
    const key = wanted();
    if (asked === key) return;
    asked = key;
    delete root.dataset.path;
    if (job) ask("job_cancel", { job }).catch((error) => console.warn(error.message));  // measured for a path that is no more
    courseFor({ model: state.model, step: state.step, path: structuredClone(pathData.get()), job: `course ${Math.random()}`, key });
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(fetch, 150); };

  // --- Going along -----------------------------------------------------------------------------------------------------------
  function placeAt(share) {
    const { points, classes, cuts } = course, exact = share * (points.length - 1), index = Math.min(Math.floor(exact), Math.max(0, points.length - 2));
    const next = Math.min(index + 1, points.length - 1), part = cuts.includes(index) ? Math.floor(exact - index) : exact - index;
    const vector = points[index].map((number, axis) => Number((number + part * (points[next][axis] - number)).toFixed(4)));
    const place = { kind: "vector", vector, scale: 1, moves: [], amounts: {}, offsets: {} };
    if (!classes) return place;
    const [one, other] = [classes[index], classes[next]];
    // Between the same two classes the share goes evenly; the two may stand the other way round.
    const turned = other[0] === one[1] && (other[1] === one[0] || other[1] === null) ? [one[0], one[1], 1 - other[2]] : other;
    const pair = one[1] === null ? [one[0], turned[1]] : [one[0], one[1]];
    const same = turned[0] === pair[0] && (turned[1] === pair[1] || turned[1] === null);
    const [label, towards, mix] = same ? [...pair, one[2] + part * (turned[2] - one[2])] : part < 0.5 ? one : other;
    return Object.assign(place, { label, towards, mix: towards === null ? 0 : mix });
  }
  function goTo(share) {
    if (!course) return;
    const there = placeAt(share);
    own = there.vector;
    explorer.drag((place) => Object.assign(place, there));
    tell(share);
  }
  function tell(share) {
    slider.value = share;
    const seconds = course?.seconds ?? pathData.seconds();
    clock.textContent = `${(share * seconds).toFixed(1)} / ${seconds.toFixed(1)} s`;
    slider.setAttribute("aria-valuetext", `${(share * seconds).toFixed(1)} of ${seconds.toFixed(1)} seconds`);
    if (!course) return;
    const now = share * seconds + 1e-3, at = course.stops.findLastIndex((time) => time <= now);
    [...find(".path-line").children].forEach((box, index) => box.classList.toggle("at", playing > 0 && index === at));
  }
  slider.addEventListener("input", () => { pause(); goTo(Number(slider.value)); });
  slider.addEventListener("change", explorer.remember);
  function step(time) {
    if (!playing) return;
    if (!element.isConnected) { playing = 0; return; }
    let share = Number(slider.value) + Math.min(200, last ? time - last : 0) / 1000 / course.seconds;
    last = time;
    if (share >= 1 && !pathData.get().loop) { goTo(1); pause(); return; }
    goTo(share % 1);
    playing = requestAnimationFrame(step);
  }
  function play() {
    if (!course) return;
    if (Number(slider.value) >= 0.999) slider.value = 0;
    last = 0;
    button.setAttribute("aria-pressed", true);
    button.textContent = "❚❚ Pause";
    explorer.stopWalk?.();
    playing = requestAnimationFrame(step);
  }
  function pause() {
    if (!playing) return;
    cancelAnimationFrame(playing);
    playing = 0;
    button.setAttribute("aria-pressed", false);
    button.textContent = "▶ Play";
    explorer.remember();
    tell(Number(slider.value));
  }
  button.onclick = () => (playing ? pause() : play());
  explorer.on("place", () => { if (state.place.vector !== own) pause(); });  // whoever goes elsewhere meanwhile is not pulled back
  explorer.on("visited", (index) => { if (course?.stops[index] !== undefined) tell(course.stops[index] / course.seconds); });

  // --- What is seen of it ------------------------------------------------------------------------------------------------------
  function refresh() {
    const { stops } = pathData.get();
    find(".path-player").hidden = !stops.length;
    tell(Number(slider.value));
    ticks.replaceChildren(...(course && stops.length > 1 ? course.stops : []).map((time) => { const mark = make("i"); mark.style.left = `${(100 * time) / course.seconds}%`; return mark; }));
  }
  function drawSpeed() {
    speed.hidden = !course || !pathData.get().steady || pathData.get().stops.length < 2;
    speed.classList.toggle("waiting", !course?.speed);
    if (!course?.speed) { find(".path-even").textContent = "Measuring how fast the picture changes …"; return; }
    const { before, after, spread } = course.speed, top = Math.max(...before, ...after, 1e-9);
    for (const [name, values] of [["before", before], ["after", after]])
      speed.querySelector(`polyline.${name}`).setAttribute("points", values.map((value, index) => `${((300 * index) / Math.max(1, values.length - 1)).toFixed(1)},${(66 - (62 * value) / top).toFixed(1)}`).join(" "));
    const moving = before.filter((value) => value > 0), cut = pathData.legs().some((leg) => leg.easing === "hold");
    const times = (Math.max(...moving) / (moving.reduce((sum, value) => sum + value, 0) / moving.length)).toFixed(1);
    find(".path-even").textContent = spread === null || !moving.length ? (cut ? "Between its cuts the picture stands still." : "The picture does not change.")
      : `${cut ? "Apart from cuts, the" : "The"} fastest moment was ${times} times the mean; now no step differs from the mean by more than ${(100 * spread).toFixed(1)} %.`;
  }
  pathData.on(() => { course = course && course.key === wanted() ? course : null; if (!course) { pause(); speed.hidden = true; } slider.disabled = button.disabled = !course; refresh(); soon(); });
  // The facts of a training are told again and again; its path stays where it is.
  explorer.on("model", (facts) => { if (asked && JSON.parse(asked)[0] !== facts.model) asked = ""; soon(); });
  explorer.on("shown", (answer, wish) => { if (!playing && asked && JSON.parse(asked)[1] !== wish.step) soon(); });
  return { pause, soon };
}
