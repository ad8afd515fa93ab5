// Lab: asks the visitor's own process for what is to be seen and draws it. Nothing is computed here.

const root = find(".lab"), canvas = find(".plane"), play = find(".play"), rewind = find(".rewind");
const plane = makePlane(canvas, root);
const chart = (place, series, more) => makeChart(find(place), { paint: (name) => series[name][0], words: (name) => series[name][1], ...more });
const losses = chart(".losses", { discriminator: ["--gw-discriminator", "discriminator"], generator: ["--gw-generator", "generator"], joint: ["--gw-third", "together"] });
// KL has no upper end and JS ends at log 2; on powers of ten both can be read, and how far they still are from what real points give.
const divergences = chart(".divergences", { kl: ["--gw-third", "KL"], js: ["--gw-fourth", "JS"], kl_reference: ["--gw-third", "KL of real points"], js_reference: ["--gw-fourth", "JS of real points"] }, { log: true, dashed: (name) => name.endsWith("reference") });
const covers = chart(".coverage", { covered: ["--gw-accent", "modes covered"], good: ["--gw-generator", "good points"] }, { fixed: [0, 1] });

let visit = null, choices, settings = {}, form, drawing, latest, playing = false, slow = null, spoken = 0, opened = false, queue = Promise.resolve();
let clock = 0, counted = 0, framed = 0, measured = "";

// --- Asking ----------------------------------------------------------------------------------------------------------

// The token of this visit, kept for as long as the browser's tab: a page that is loaded again finds its training again.
const KEPT = "gan-workbench-lab";
function keepVisit(token) {
  if (token === visit) return;
  visit = token;
  try { sessionStorage.setItem(KEPT, token); } catch { /* a browser that keeps nothing: then a reload begins anew */ }
}
function keptVisit() {
  try { return sessionStorage.getItem(KEPT); } catch { return null; }
}

// One wish at a time, in order; `more` may be a function, called when its turn has come, of what then holds. A place that was given up while nobody looked is opened anew.
function wish(action, more = {}, options = {}) {
  const turn = queue.then(async () => {
    const layers = [...plane.layers];
    const answer = await ask("play", { visit, do: action, layers, ...(typeof more === "function" ? more() : more) });
    if (answer.gone && action !== "choices") {
      const anew = await ask("play", { visit: null, do: "open", settings, layers });
      keepVisit(anew.visit);
      setPlaying(false);
      show(anew, { jump: true });
      say("This Lab had been closed meanwhile; it begins again from step 0, with the settings as they were.", "info");
      return anew;
    }
    keepVisit(answer.visit);
    return action === "choices" ? answer : show(answer, options);
  });
  queue = turn.catch(() => {});
  return turn;
}
// The same for a control that was pressed: what cannot be is said, and the settings that still hold are shown again.
async function press(action, more, options) {
  try { return await wish(action, more, options); } catch (error) {
    say(error.message, "error");
    form?.refresh();
    return null;
  }
}

// However quickly two settings are changed, the second change starts from the first.
const change = (values) => press("change", () => ({ settings: { ...settings, ...values } }));

function setPlaying(wanted) {
  playing = wanted;
  play.textContent = wanted ? "Pause" : "Play";
  play.setAttribute("aria-pressed", wanted);
  root.dataset.playing = wanted ? "yes" : "no";
  clock = 0;
  if (wanted) setSlow(false); else find(".rate").textContent = "\u2013";
}
function setSlow(wanted) {
  if (!wanted) { clearTimeout(slow); slow = null; showStage(null); } else slow = slow ?? true;
  find(".slow").setAttribute("aria-pressed", wanted);
  find(".slow").textContent = wanted ? "Stop slow motion" : "Slow motion";
}

// --- Showing ---------------------------------------------------------------------------------------------------------

function show(answer, { jump = false } = {}) {
  const back = !latest || answer.step < latest.step, { numbers } = answer;
  if (back) for (const each of [losses, divergences, covers]) each.cut(answer.step);
  if (answer.real) for (const each of [divergences, covers]) each.clear();  // other real points: the curves were of the old ones
  plane.show(answer, { jump: jump || back });
  latest = answer;
  root.dataset.step = answer.step;
  if (answer.settings) {
    settings = answer.settings; form?.refresh(); find(".seed").value = settings.seed;
    find(".preset").value = presetOf(choices?.presets ?? [], settings);
  }
  if (Object.keys(answer.losses).length) { losses.add([{ step: answer.step, ...answer.losses }]); }
  const key = `${answer.step}:${numbers.kl}`;
  if (key !== measured && Number.isFinite(numbers.kl)) {
    measured = key;
    divergences.add([{ step: answer.step, kl: numbers.kl, js: numbers.js, kl_reference: numbers.kl_reference, js_reference: numbers.js_reference }]);
    if (numbers.modes !== null) covers.add([{ step: answer.step, covered: numbers.covered / numbers.modes, good: numbers.good }]);
  }
  rates(answer.step);
  find(".step").textContent = answer.step.toLocaleString("en");
  find(".covered").textContent = numbers.modes === null ? "\u2013" : `${numbers.covered} of ${numbers.modes}`;
  find(".good").textContent = numbers.good === null ? "\u2013" : `${Math.round(numbers.good * 100)} %`;
  find(".kl").textContent = brief(numbers.kl);
  find(".js").textContent = brief(numbers.js);
  find(".kl-reference").textContent = `real points ${brief(numbers.kl_reference)}`;
  find(".js-reference").textContent = `real points ${brief(numbers.js_reference)}`;
  find(".meaning").textContent = `Colours: ${choices?.meaning[answer.scores] ?? ""}`;
  if (!rewind.matches(":active")) {
    const kept = answer.moments;
    rewind.max = Math.max(answer.step, kept.at(-1) ?? 0); rewind.value = answer.step; rewind.disabled = kept.length < 2;
    find(".when").textContent = answer.step.toLocaleString("en");
  }
  if (playing && !answer.playing && !answer.settings) setPlaying(false);  // a change that was asked for before Play says nothing of it
  showStage(answer.stage ?? null);
  notices(answer);
  find(".outside").hidden = answer.outside < 0.005;
  find(".outside").textContent = `${Math.round(answer.outside * 100)} % of the generated points lie outside and are drawn at the edge`;
  legends();
  if (performance.now() - spoken > 1000) {
    spoken = performance.now();
    canvas.setAttribute("aria-label", `Step ${answer.step}: real points, generated points and the discriminator's opinion`
      + (numbers.modes === null ? "" : `; ${numbers.covered} of ${numbers.modes} modes covered`));
  }
  return answer;
}
function rates(step) {
  if (!playing) return;
  const now = performance.now();
  if (!clock) { clock = now; counted = step; framed = plane.frames; return; }
  if (now - clock < 700) return;
  root.dataset.rate = (step - counted) / (now - clock) * 1000;
  root.dataset.frames = (plane.frames - framed) / (now - clock) * 1000;
  find(".rate").textContent = Number(root.dataset.rate) < 10 ? Number(root.dataset.rate).toFixed(1) : Math.round(root.dataset.rate);
  clock = now; counted = step; framed = plane.frames;
}
// What was said stays to be read until the next change; a text that stands already is not said again.
function notices(answer) {
  const place = find("[data-notice]"), tell = (text, kind) => { if (place.textContent !== text) say(text, kind); };
  if (answer.diverged) {
    if (playing) { setPlaying(false); press("play", { playing: false }); }
    tell(`Diverged at step ${answer.step.toLocaleString("en")}: the numbers left every range, and training cannot go on from here. Rewind to an earlier step, or lower a rate or raise the penalty and restart.`);
  } else if (answer.note) tell(answer.note, "info");
  else if (answer.warning) tell(`A negative control, kept as a warning: ${answer.warning}`);
  else if (answer.settings) tell("", "info");
}
let legended = "";
function legends() {
  const key = [losses.length > 0, divergences.length > 0, covers.length > 0].join();
  if (key === legended) return;
  legended = key;
  losses.legend(find(".key-losses")); divergences.legend(find(".key-divergences")); covers.legend(find(".key-coverage"));
}

// --- Controls --------------------------------------------------------------------------------------------------------

const speed = () => Number(find(".speed").value) || null;
// What stands in the plane is what is trained on: a drawing that nobody has used yet is used now. False while there is none.
async function adopt() {
  if (drawing?.empty) { say("Draw in the plane first, or choose one of the distributions.", "info"); return false; }
  const drawn = drawing?.taken();
  return !drawn || sameDrawing(settings, drawn) || Boolean(await change({ ...drawn, distribution: "drawn" }));
}
play.onclick = async () => {
  if (!playing && !(await adopt())) return;
  setPlaying(!playing);
  if (find("[data-notice]").dataset.kind === "error") say("", "info");
  const answer = await press("play", { playing, speed: speed() });
  if (!answer || answer.diverged) setPlaying(false);
};
find(".speed").onchange = () => { if (playing) press("play", { playing: true, speed: speed() }); };
for (const button of element.querySelectorAll(".one")) button.onclick = async () => { setPlaying(false); setSlow(false); if (await adopt()) press("step", { player: button.dataset.player }); };
find(".slow").onclick = async () => {
  if (slow) return setSlow(false);
  if (!(await adopt())) return;
  setPlaying(false); setSlow(true);
  const next = async () => {
    if (!slow) return;
    const seen = element.offsetParent !== null && document.visibilityState === "visible";
    const answer = seen ? await press("stage") : latest;
    if (!answer || answer.diverged) return setSlow(false);
    if (slow && answer.stage?.kind === "draw") plane.morph();
    if (slow) slow = setTimeout(next, 3400);
  };
  next();
};
find(".morph").onclick = () => plane.morph();
find(".restart").onclick = () => restart(settings);
async function restart(wanted) {
  setPlaying(false); setSlow(false); say("", "info");
  for (const each of [losses, divergences, covers]) each.clear();
  legended = "";
  return press("open", { settings: wanted }, { jump: true });
}
find(".seed").onchange = (event) => {
  const value = Number(event.target.value);
  if (event.target.value === "" || !Number.isInteger(value) || value < 0 || value > 4294967295) {
    say("A seed is a whole number from 0 to 4294967295.", "error");
    event.target.value = settings.seed;
  } else restart({ ...settings, seed: value });
};
const goBack = latestWins((step) => wish("rewind", { step }, { jump: true }), () => {}, (error) => say(error.message, "error"));
rewind.oninput = () => { setPlaying(false); setSlow(false); find(".when").textContent = Number(rewind.value).toLocaleString("en"); goBack(Number(rewind.value)); };
for (const button of element.querySelectorAll(".layer")) {
  const name = button.dataset.layer;
  if (button.getAttribute("aria-pressed") === "true") plane.layers.add(name);
  button.onclick = () => {
    const wanted = !plane.layers.delete(name);
    if (wanted) plane.layers.add(name);
    button.setAttribute("aria-pressed", wanted);
    plane.redraw();
    if (wanted && latest && !playing && !slow) press("look");
  };
}
function choose(name) {
  drawing.open(name === "drawn");
  if (name !== "drawn" || settings.strokes?.length) change({ distribution: name });
  else {
    for (const thumb of find(".thumbs").children) thumb.setAttribute("aria-checked", thumb.dataset.name === "drawn");
    say("Draw in the plane, then press \u201cUse this drawing\u201d.", "info");
  }
}
find(".preset").onchange = (event) => {
  const preset = choices.presets.find(({ name }) => name === event.target.value);
  if (!preset) return;
  drawing.open(false);
  restart({ ...preset.settings, seed: settings.seed }).then(() => say(`${preset.title}: ${preset.summary}`, "info"));
};
find(".tuned").onclick = () => restart({ ...settings, ...choices.distributions.find(({ name }) => name === settings.distribution).tuned });

// The parts as they are, but for the learning rates, which are made for points; the Train tab has its own for pictures.
find(".send").onclick = () => {
  const parts = Object.fromEntries(PARTS.map(([name]) => [name, settings[name]]));
  for (const name of ["generator_optimizer", "discriminator_optimizer"]) {
    const { learning_rate, ...rest } = parts[name];
    parts[name] = rest;
  }
  window.dispatchEvent(new CustomEvent("gw:lab-settings", { detail: { settings: parts } }));
};

async function open() {
  opened = true;
  try {
    const kept = visit = keptVisit();
    choices = await wish("choices");
    form = makeForm(choices, () => settings, (name, next) => press("change", () => ({ settings: { ...settings, [name]: next(settings[name]) } })));
    drawing = makeDrawing(canvas, plane, (drawn) => change({ ...drawn, distribution: "drawn" }));
    form.thumbs(choose, plane.colours);
    drawing.open(false);
    const first = choices.distributions[0], anew = () => wish("open", { settings: { distribution: first.name, ...first.tuned } }, { jump: true });
    if (kept && kept === visit) await wish("resume", {}, { jump: true }).catch(anew); else await anew();
    root.dataset.ready = "yes";
    find(".waiting").hidden = true;
  } catch (error) { opened = false; say(error.message, "error"); }
}
// Asks only while the tab is looked at; the first look starts the visitor's process, which takes a second or two.
every(() => (playing ? 34 : opened ? 150 : 5000), async () => {
  if (!opened) await open();
  else if (playing) { try { await wish("look"); } catch (error) { setPlaying(false); say(error.message, "error"); } }
});
// A closed page falls silent, and its process is ended. A hidden one is silent too, but says so before: its training is kept for longer.
let leaving = false;
const here = () => {
  if (!opened || !visit || !element.isConnected || leaving || connection.lost()) return;
  ask("play", { visit, do: "here", hidden: document.visibilityState === "hidden" }).catch(() => {});
};
setInterval(() => { if (document.visibilityState === "visible") here(); }, 20_000);
document.addEventListener("visibilitychange", here);
window.addEventListener("pagehide", () => { leaving = true; });
window.addEventListener("pageshow", () => { leaving = false; });
// The rest of the page is there first; then a process is made ready, so that the Lab opens at once.
setTimeout(() => { if (!opened) ask("warm").catch(() => {}); }, 8000);
