// The live view of one run: polls for news, draws what is new, carries wishes back.
const STATES = { starting: "Starting", running: "Training", paused: "Paused", finished: "Finished", stopped: "Stopped",
                 failed: "Failed", interrupted: "Interrupted" };
const ACTIVE = ["starting", "running", "paused"];
const PAINT = { generator: "--gw-generator", discriminator: "--gw-discriminator", generators: "--gw-generator",
                discriminators: "--gw-discriminator", cycle: "--gw-third", contrast: "--gw-third", identity: "--gw-fourth",
                real: "--gw-third", fake: "--gw-generator" };
const WORDS = { real: "real", fake: "generated", cycle: "cycle", contrast: "patches", identity: "identity" };
const paint = (name) => PAINT[name] ?? "--gw-muted", words = (name) => WORDS[name] ?? name;

const picker = find("#run-picker"), pauseButton = find("#pause"), stopButton = find("#stop");
const livePicture = find("#live-picture"), realPicture = find("#real-picture"), secondPicture = find("#live-picture-second");
const sheets = makeSheets([livePicture, secondPicture], find("#real-heads"));
const losses = makeChart(find("#loss-curve"), { paint, words, toggle: find("#loss-log") });
const scores = makeChart(find("#score-curve"), { paint, words });
const metric = makeMetric(find(".metric"), paint);
let have = {}, run = null, is = null, list = [], byHand = false, newest = null, wished = null, preview = null;
let recipe = props.recipe;
const intros = [find("#intro-draws"), find("#intro-translates")];
const timeline = makeTimeline(() => run, showMoment);
const own = makeOwnDuring(() => run);
let moment = null;  // the key frame that is looked at, as its step
const explore = makeExploreRun(livePicture, () => ({ run, active: ACTIVE.includes(is?.state), drawn: Boolean(is?.step && !is.cycle && newest), step: moment }));

// ---- what is shown -----------------------------------------------------------------------------------------------

function put(image, source) {
  image.src = source; image.hidden = !source;
}
function waiting(image, text) {
  const line = document.createElement("span");
  line.textContent = text;
  image.nextElementSibling.replaceChildren(line);
}
function showMoment(picture, step) {
  put(livePicture, picture ?? newest ?? ""); put(secondPicture, picture ?? newest ?? "");
  own.at(step);
  moment = step;
  explore.refresh();
  find("#made-note").textContent = step === null ? (is ? `step ${number(is.step)}` : "") : `at step ${number(step)}`;
}
const number = (value) => Number(value ?? 0).toLocaleString("en");
function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  const whole = Math.max(0, Math.round(seconds)), h = Math.floor(whole / 3600), m = Math.floor(whole / 60) % 60, s = whole % 60;
  return h ? `${h} h ${m} min` : m ? `${m} min ${s} s` : `${s} s`;
}

function clear() {
  have = {}; is = null; newest = null; wished = null; moment = null;
  losses.clear(); scores.clear(); metric.clear(); timeline.clear(); own.clear();
  put(livePicture, ""); put(secondPicture, ""); put(realPicture, ""); sheets.set(null);
  waiting(livePicture, "The first picture comes after the first step."); waiting(realPicture, "");
  find("#made-note").textContent = find("#real-note").textContent = "";
  for (const section of [".curves", ".notes", ".log", ".use", ".to-explore", ".alarm"]) find(section).hidden = true;
  find("#doctor-notes").replaceChildren();
  say("");
}

function showNothing() {
  find("#run-state").dataset.state = "none";
  find(".buttons").hidden = true; find(".line").hidden = true; find(".numbers").hidden = true; picker.parentElement.hidden = true;
  const translates = recipe in props.ways;
  find("#intro-draws").hidden = translates; find("#intro-translates").hidden = !translates;
  find("#intro-back").hidden = props.ways[recipe]?.length !== 2; find("#intro-patches").hidden = props.ways[recipe]?.length !== 1;
  find("#made-title").textContent = translates ? "Translated" : "Drawn by the generator";
  waiting(livePicture, translates
    ? "Here you will watch pictures being translated. It begins with noise; press Start and the first picture appears within seconds, then it changes as the networks learn."
    : "Here you will watch the generator learn. It begins with noise; press Start and the first picture "
    + "appears within seconds, then it changes several times a second.");
  if (preview) showPreview();
}

function showPreview() {
  if (run !== null || !preview) return;
  if (preview.picture) put(realPicture, preview.picture);
  find("#real-note").textContent = preview.caption ?? "";
}

function showStatus() {
  const active = ACTIVE.includes(is.state), paused = is.state === "paused";
  picker.parentElement.hidden = false; for (const intro of intros) intro.hidden = true;
  find(".line").hidden = find(".numbers").hidden = false;
  const state = find("#run-state");
  state.dataset.state = is.state;
  state.textContent = wished === "stop" && active ? "Stopping and saving …"
    : wished === "pause" && !paused ? "Pausing …" : wished === "resume" && paused ? "Going on …" : STATES[is.state] ?? is.state;
  find(".buttons").hidden = !active;
  pauseButton.disabled = is.state === "starting" || wished !== null;
  stopButton.disabled = wished === "stop";
  pauseButton.textContent = paused ? "Resume" : "Pause";
  pauseButton.setAttribute("aria-pressed", String(paused));

  find("#live-step").replaceChildren(number(is.step), small(is.steps ? ` of ${number(is.steps)}` : ""));
  find("#live-speed").textContent = is.speed ? (is.speed >= 100 ? number(Math.round(is.speed)) : is.speed.toFixed(1)) : "–";
  find("#live-left").textContent = active ? duration(is.left) : "–";
  find("#live-share").textContent = `${((is.share ?? 0) * 100).toFixed(1)} %`;
  const share = Math.max(is.steps ? is.step / is.steps : 0, is.minutes ? is.seconds / 60 / is.minutes : 0);
  const line = find(".line");
  line.classList.toggle("endless", is.state === "starting");
  line.firstElementChild.style.width = is.state === "starting" ? "" : `${Math.min(100, share * 100)}%`;
  line.setAttribute("aria-valuenow", Math.round(Math.min(1, share) * 100));

  find("#made-title").textContent = is.cycle ? "Translated" : "Drawn by the generator";
  find(".pictures").dataset.kind = is.layout ? "sheets" : "grid";
  sheets.set(is.layout);
  if (!is.layout) livePicture.alt = is.cycle ? "Rows: A, A to B, back to A; then B, B to A, back to B" : `Pictures drawn at step ${is.step}`;
  find("#real-title").textContent = is.cycle && !is.layout ? "Real pictures of A and B" : "Real pictures";
  find("#real-note").textContent = is.layout ? `${is.size} × ${is.size}` : `${is.data}, ${is.size} × ${is.size}`;
  if (timeline.now) find("#made-note").textContent = is.step ? `step ${number(is.step)}` : "";
  if (is.cycle) waiting(livePicture, "Held-out pictures, translated and back, from left to right.");
  if (!active && !newest) waiting(livePicture, "No picture was drawn.");
  if (is.state === "starting" && is.reason) waiting(livePicture, is.reason);
  const gist = [is.device, `recipe ${is.recipe}`, is.images ? `${number(is.images)} images seen in ${duration(is.seconds)}` : ""];
  find("#live-foot").textContent = gist.filter(Boolean).join("  ·  ");
  own.status(is);
  explore.refresh();
  find(".use").hidden = !is.cycle || !is.models?.length;
  find("#use-best").hidden = !is.models?.includes("best"); find("#use-newest").hidden = !is.models?.includes("newest");
  explainEnd(active);
  if (active) document.title = `${paused ? "❚❚" : "▶"} ${is.steps ? Math.round(share * 100) + " %" : number(is.step)} · GAN Workbench`;
  else document.title = "GAN Workbench";
}
function explainEnd(active) {
  if (active) { if (wished === null) say(""); return; }
  if (is.state === "failed") say(is.reason || "The training ended with an error; its last words are below.", "error");
  else if (is.state === "interrupted") say(`${is.reason} Resume it under Models and runs.`, "error");
  else if (is.state === "stopped" && !is.step) say("Stopped before the first step.", "info");
  else if (is.state === "stopped") say(`Stopped and saved. ${is.cycle ? "Use it in Translate" : "Explore the model"}, or resume the run under Models and runs.`, "info");
  else if (is.state === "finished") say("Finished and saved. Slide through what it has learned under " + (is.cycle ? "Translate." : "Explore."), "info");
}
function small(text) { const element_ = document.createElement("small"); element_.textContent = text; return element_; }

function showList() {
  const chosen = run ?? "";
  picker.replaceChildren(...list.map((entry) => {
    const option = document.createElement("option");
    option.value = entry.name;
    option.textContent = ACTIVE.includes(entry.state) ? `${entry.name} (${STATES[entry.state].toLowerCase()})` : entry.name;
    return option;
  }));
  picker.value = chosen;
}

// ---- news from the server ----------------------------------------------------------------------------------------

function take(news) {
  if (run !== null && news.of !== run) return;  // asked before this page turned to another run
  if (news.list) { list = news.list; have.runs = news.runs; }
  if (news.gone) { attach(null); return; }
  if (news.run && news.run !== run) { const runs = have.runs; clear(); have.runs = runs; run = news.run; }
  if (news.list || news.run) showList();
  if (run === null) { showNothing(); return; }
  if (news.is) {
    if (!is || news.is.state !== is.state) wished = null;
    is = news.is; have.status = news.status; showStatus();
  }
  if (news.live) {
    newest = news.live; have.picture = news.picture;
    if (timeline.now) showMoment(null, null);
  }
  if (news.beside) { put(realPicture, news.beside); have.real = news.real; }
  if (news.steps) { timeline.set(news.steps); have.frames = news.frames; }
  if (news.own) own.news(news);
  if (news.offset !== undefined) takeEvents(news);
  if (news.log !== undefined) { find(".log").hidden = !news.log; find("#run-log").textContent = news.log; }
  // A run that somebody starts elsewhere is shown at once, unless this page was told to look at another.
  const going = list.find((entry) => ACTIVE.includes(entry.state) && !entry.race);
  if (news.list && going && !byHand && is && !ACTIVE.includes(is.state) && going.name !== run) attach(going.name, false);
}
function takeEvents(news) {
  have.offset = news.offset;
  if (news.cut !== undefined) { losses.cut(news.cut); scores.cut(news.cut); metric.cut(news.cut); }  // resumed: later points happen anew
  losses.add(news.points.map((point) => ({ step: point.step, ...point.losses })));
  scores.add(news.points.map((point) => ({ step: point.step, ...point.scores })));
  if (losses.length) {
    find(".curves").hidden = false;
    losses.legend(find('[data-of="losses"]')); scores.legend(find('[data-of="scores"]'));
  }
  metric.add(news.metrics ?? []);
  timeline.setBest(is?.cycle ? metric.best() : null);
  for (const note of news.notes) {
    const entry = document.createElement("li"), step = document.createElement("b");
    step.textContent = note.step ? `step ${number(note.step)}` : "data";
    entry.append(step, note.text);
    entry.classList.toggle("alarmed", Boolean(note.alarm));
    if (note.alarm) alarm(note);
    find("#doctor-notes").prepend(entry);
    find(".notes").hidden = false;
  }
}

// What should be looked at now stands above the pictures until somebody has seen it.
const seenAlarms = new Set();
function alarm(note) {
  const key = `${run} ${note.step} ${note.text}`;
  if (seenAlarms.has(key)) return;
  const place = find(".alarm");
  place.dataset.key = key;
  place.querySelector("b").textContent = `⚠ step ${number(note.step)}`;
  place.querySelector("span").textContent = note.text;
  place.hidden = false;
}
find("#alarm-close").addEventListener("click", () => { seenAlarms.add(find(".alarm").dataset.key); find(".alarm").hidden = true; });
find("#use-best").addEventListener("click", () => openModel("translate", `runs/${run}/best`));
find("#use-newest").addEventListener("click", () => openModel("translate", `runs/${run}`));

function attach(name, chosen = true) {
  const runs = have.runs;
  clear();
  have.runs = name === null ? undefined : runs;
  run = name; byHand = chosen && name !== null && !ACTIVE.includes(list.find((entry) => entry.name === name)?.state);
  picker.value = name ?? "";
  look();
}
const look = latestWins(() => ask("poll", { run, ...have, own: own.have }), take);

async function carry(wish) {
  wished = wish; showStatus();
  try { await ask("wish", { run, wish }); } catch (error) { wished = null; showStatus(); say(error.message); }
  setTimeout(() => { if (wished === wish && wish !== "stop") { wished = null; if (is) showStatus(); } }, 8000);
}

picker.addEventListener("change", () => attach(picker.value));
pauseButton.addEventListener("click", () => carry(is.state === "paused" ? "resume" : "pause"));
stopButton.addEventListener("click", () => carry("stop"));
watch("value", () => {
  const message = props.value ?? {};
  if (message.run) {
    attach(message.run, false);
    window.dispatchEvent(new CustomEvent("gw:started", { detail: { run: message.run } }));
    const top = element.getBoundingClientRect().top;  // Start is always in sight, this may not be
    if (top < 0 || top > window.innerHeight / 2) element.scrollIntoView({ behavior: "smooth", block: "start" });
  } else if (message.preview) { preview = message.preview; showPreview(); }
});
window.addEventListener("gw:recipe", (event) => { recipe = event.detail.name; if (element.isConnected && run === null) showNothing(); });
window.addEventListener("gw:train", (event) => { if (element.isConnected) attach(event.detail.name); });
showNothing();
every(() => !is || !ACTIVE.includes(is.state) ? CALM : is.state === "starting" || wished ? 120 : is.state === "running" ? 300 : 900, () => look());
