// Time: which moments of the training are kept, at which of them one is, and a track to slide along them in log-time.
// `moments` is what the bar under the picture and the Time panel share.

const moments = makeMoments();
function makeMoments() {
  const { state } = explorer, APART = 0.93;  // where the kept moments end, if the newest weights have a place of their own
  const listeners = [];
  let known = { model: "", steps: [], pins: [], why: null, run: false, active: false, words: "" };
  let sought = null, playing = false, asked = "";
  const tell = () => { for (const listen of listeners) listen(); };

  // The step of the newest weights; those of a training say it with every picture.
  let drawn = null;
  explorer.on("shown", (answer, wish) => { if (wish.step === null) drawn = answer.step ?? null; });

  // --- What is kept ------------------------------------------------------------------------------------------------------
  const stateFor = latestWins((wish) => ask("time_state", wish), take, (error) => console.warn(error.message));
  function take(answer) {
    if (answer.model !== state.model) return;
    known = answer;
    // A moment that has been thinned out, or that a training which began anew has not reached: the nearest takes its place.
    if (state.step !== null && known.steps.length && !known.steps.includes(state.step)) seek(state.step);
    tell();
  }
  const again = () => { if (state.model) stateFor({ model: state.model }); };
  explorer.on("model", () => {
    if (known.model !== state.model) { stop(); known = { ...known, model: state.model, steps: [], pins: [] }; asked = ""; sought = drawn = null; tell(); }
    again();
  });
  explorer.on("failed", again);
  explorer.on("place", tell);
  explorer.on("shown", tell);

  // --- Where a step lies, 0 (the first kept one) to 1 (the newest weights) -------------------------------------------------
  const first = () => known.steps[0], last = () => known.steps.at(-1);
  const live = () => state.model.startsWith("live:");
  const newest = () => (live() && drawn) || state.facts?.trained || last();
  // The newest weights of a training, and a model that is not the last of what is kept, stand alone at the right end.
  const apart = () => live() || newest() !== last();
  const span = () => (apart() ? APART : 1);
  function share(step) {
    if (step === null || (!apart() && step === last())) return 1;
    return first() === last() ? 0 : span() * Math.log(step / first()) / Math.log(last() / first());
  }
  const nearest = (step) => known.steps.reduce((best, each) => (Math.abs(Math.log(each / step)) < Math.abs(Math.log(best / step)) ? each : best), first());
  function seek(step) {  // a number of a step, or null for the newest
    sought = step;
    const kept = step === null ? null : nearest(Math.max(1, step));
    explorer.toStep(kept === last() && !apart() ? null : kept);
    tell();
  }
  const seekShare = (at) => seek(at > (1 + span()) / 2 || (at >= 1 && span() === 1) ? null
    : Math.round(first() * (last() / first()) ** Math.min(1, Math.max(0, at / span()))));
  // The kept moment `by` places further on; beyond the last one is the newest.
  function move(by) {
    const stops = apart() ? [...known.steps, null] : [...known.steps.slice(0, -1), null];
    const here = stops.indexOf(stops.includes(state.step) ? state.step : null);
    seek(stops[Math.min(stops.length - 1, Math.max(0, here + by))]);
  }

  // --- In words ------------------------------------------------------------------------------------------------------------
  const number = (step) => step.toLocaleString("en");
  function here() {
    if (state.step !== null) return `step ${number(state.step)}`;
    const step = newest();
    const name = live() ? "now" : state.model.endsWith("/best") ? "best" : "newest";
    return step ? `${name}, step ${number(step)}` : name;
  }
  function words() {
    const at = state.step ?? (apart() ? null : last() ?? null);
    if (sought !== null && at !== null && sought !== at) return `Step ${number(at)} is the nearest kept to ${number(sought)}.`;
    const pin = known.pins.find((each) => each.step === at);
    if (pin) return `Step ${number(at)} is pinned${pin.name ? `: ${pin.name}` : ""}.`;
    if (state.step === null) return live() ? "Training now: the picture follows." : `The model as it is${apart() ? "" : ", the last of its moments"}.`;
    return `Moment ${known.steps.indexOf(state.step) + 1} of the ${known.steps.length} that are kept.`;
  }

  // --- Playing -------------------------------------------------------------------------------------------------------------
  const MOST_FAILURES = 3;  // in a row: then it is not the moments that are damaged
  let waiting = null, wrong = [], inRow = 0;
  const shownOnce = (step) => new Promise((done) => {
    const timer = setTimeout(done, 2000);
    waiting = { step, over: () => { clearTimeout(timer); waiting = null; done(); } };
  });
  explorer.on("shown", (_, wish) => {
    if (!waiting || wish.step !== waiting.step) return;
    inRow = 0;
    waiting.over();
    if (playing && wrong.length) say(wrong.length === 1 ? wrong[0] : `${wrong.length} moments were passed over. ${wrong.at(-1)}`, "error");
  });
  // A moment that cannot be shown is passed over; what was wrong with it stays to be read.
  explorer.on("failed", (error) => {
    if (!playing) return;
    wrong.push(error.message);
    inRow += 1;
    if (inRow >= MOST_FAILURES) stop();
    waiting?.over();
  });
  async function play() {
    if (playing) { stop(); return; }
    [playing, wrong, inRow] = [true, [], 0];
    near();
    if (share(state.step) >= 1) { const seen = shownOnce(first()); seek(first()); await seen; }
    const pause = Math.max(60, Math.min(400, 9000 / known.steps.length));
    while (playing && element.isConnected) {
      const before = state.step;
      const after = known.steps[known.steps.indexOf(before) + 1] ?? null, aim = !apart() && after === last() ? null : after;
      const seen = shownOnce(aim);
      move(1);
      await Promise.all([seen, new Promise((done) => setTimeout(done, pause))]);  // none is skipped, however slow drawing is
      if (state.step !== aim || aim === null) break;
    }
    stop();
    explorer.remember();
  }
  function stop() { if (playing) { playing = false; tell(); } }

  // Weights are read before the slider is moved, nearest first.
  function near() {
    const key = JSON.stringify([state.model, state.step, known.steps.length]);
    if (!known.steps.length || key === asked) return;
    asked = key;
    ask("time_near", { model: state.model, step: state.step }).catch((error) => console.warn(error.message));
  }
  return { on: (listen) => { listeners.push(listen); }, get: () => known, take, again, live, apart, share, seek, seekShare, move, newest,
           here, words, number, play, stop, near, get playing() { return playing; } };
}

// A slider on a canvas: a tick for every kept moment, pins above them. `above(pen, x, top, bottom, style)` may draw curves over
// the same axis; `numbers` writes powers of ten below it.
function timeTrack(canvas, { numbers = false, above = null } = {}) {
  const INSET = 10, { state } = explorer;
  let asked = false, held = false;
  const redraw = () => { if (!asked) { asked = true; requestAnimationFrame(draw); } };
  function draw() {
    asked = false;
    const width = canvas.clientWidth, height = canvas.clientHeight, ratio = window.devicePixelRatio || 1;
    const { steps, pins } = moments.get();
    if (!width || !steps.length) return;
    canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
    const pen = canvas.getContext("2d"), style = getComputedStyle(canvas), paint = (name) => style.getPropertyValue(`--gw-${name}`).trim();
    pen.scale(ratio, ratio);
    const x = (at) => INSET + at * (width - 2 * INSET), line = height - (numbers ? 34 : 15);
    if (above) above(pen, (step) => x(moments.share(step)), 8, line - 22, paint);
    // The way, its ticks and pins.
    const end = x(moments.apart() ? moments.share(steps.at(-1)) : 1), here = x(moments.share(state.step));
    pen.lineCap = "round"; pen.lineWidth = 4;
    pen.strokeStyle = paint("line-strong");
    pen.beginPath(); pen.moveTo(x(0), line); pen.lineTo(end, line); pen.stroke();
    if (moments.apart()) {
      pen.setLineDash([1, 7]); pen.beginPath(); pen.moveTo(end + 7, line); pen.lineTo(x(1), line); pen.stroke(); pen.setLineDash([]);
    }
    pen.strokeStyle = paint("accent");
    pen.beginPath(); pen.moveTo(x(0), line); pen.lineTo(Math.min(here, end), line); pen.stroke();
    pen.lineWidth = 1; pen.strokeStyle = pen.fillStyle = paint("muted");
    for (const step of steps) { pen.beginPath(); pen.moveTo(x(moments.share(step)), line + 5); pen.lineTo(x(moments.share(step)), line + 10); pen.stroke(); }
    if (moments.apart()) { pen.fillStyle = paint(moments.live() ? "good" : "muted"); pen.beginPath(); pen.arc(x(1), line, 4, 0, 7); pen.fill(); }
    pen.fillStyle = paint("fourth");
    for (const pin of pins) {
      const at = x(moments.share(pin.step));
      pen.beginPath(); pen.moveTo(at, line - 5); pen.lineTo(at - 4, line - 13); pen.lineTo(at + 4, line - 13); pen.closePath(); pen.fill();
    }
    if (numbers) label(pen, x, line, width, paint);
    if (above) { pen.globalAlpha = 0.55; pen.strokeStyle = paint("accent"); pen.beginPath(); pen.moveTo(here, 8); pen.lineTo(here, line); pen.stroke(); pen.globalAlpha = 1; }
    pen.fillStyle = paint("accent"); pen.strokeStyle = paint("surface"); pen.lineWidth = 2;
    pen.beginPath(); pen.arc(here, line, 8, 0, 7); pen.fill(); pen.stroke();
    const text = moments.here();
    canvas.setAttribute("aria-valuenow", steps.indexOf(state.step) < 0 ? steps.length : steps.indexOf(state.step) + 1);
    canvas.setAttribute("aria-valuemax", steps.length + (moments.apart() ? 1 : 0));
    canvas.setAttribute("aria-valuetext", `${text}. ${moments.words()}`);
  }
  function label(pen, x, line, width, paint) {
    const { steps } = moments.get();
    pen.font = "11px system-ui, sans-serif"; pen.textBaseline = "top"; pen.fillStyle = paint("muted");
    let free = -Infinity;
    const write = (text, at, align) => {
      const wide = pen.measureText(text).width, left = align === "right" ? at - wide : align === "left" ? at : at - wide / 2;
      if (left < free || left + wide > width) return;
      pen.textAlign = "left"; pen.fillText(text, left, line + 14); free = left + wide + 12;
    };
    write(moments.number(steps[0]), x(0) - 4, "left");
    for (let power = 10; power <= steps.at(-1); power *= 10) if (power > steps[0]) write(moments.number(power), x(moments.share(power)), "center");
    if (moments.apart()) write(moments.live() ? "now" : explorer.state.model.endsWith("/best") ? "best" : "newest", x(1) + 6, "right");
    else if (steps.length > 1) write(moments.number(steps.at(-1)), x(1) + 6, "right");
  }

  const at = (event) => { const box = canvas.getBoundingClientRect(); return (event.clientX - box.left - INSET) / (box.width - 2 * INSET); };
  canvas.addEventListener("pointerenter", moments.near);
  canvas.addEventListener("focus", moments.near);
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    moments.stop();
    held = true;
    try { canvas.setPointerCapture(event.pointerId); } catch { /* a pointer that is gone already */ }
    moments.near();
    moments.seekShare(at(event));
  });
  canvas.addEventListener("pointermove", (event) => { if (held) moments.seekShare(at(event)); });
  for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, () => { if (held) { held = false; explorer.remember(); } });
  canvas.addEventListener("keydown", (event) => {
    const { steps } = moments.get(), all = steps.length + 1;
    const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5, Home: -all, End: all }[event.key];
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    moments.stop();
    moments.move(by);
    explorer.remember();
  });
  let drawn = "";
  moments.on(() => {  // a latent that is dragged changes nothing here
    const { model, steps, pins } = moments.get(), key = JSON.stringify([model, state.step, steps, pins, moments.here(), moments.words()]);
    if (key !== drawn) { drawn = key; redraw(); }
  });
  new ResizeObserver(redraw).observe(canvas);
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });  // light and dark
  return { redraw };
}
