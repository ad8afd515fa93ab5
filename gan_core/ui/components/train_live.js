// The live view of one run: polls for news, draws what is new, carries wishes back.
const STATES = { waiting: "Waiting", starting: "Starting", running: "Training", paused: "Paused", finished: "Finished", stopped: "Stopped",
                 failed: "Failed", interrupted: "Interrupted" };
const ACTIVE = ["starting", "running", "paused"], GOING = ["waiting", ...ACTIVE];
const PAINT = { generator: "--gw-generator", discriminator: "--gw-discriminator", generators: "--gw-generator",
                discriminators: "--gw-discriminator", cycle: "--gw-third", contrast: "--gw-third", identity: "--gw-fourth",
                real: "--gw-real", fake: "--gw-generated" };
const WORDS = { real: "real", fake: "generated", cycle: "cycle", contrast: "patches", identity: "identity" };
const paint = (name) => PAINT[name] ?? "--gw-muted", words = (name) => WORDS[name] ?? name;

const picker = find("#run-picker"), pauseButton = find("#pause"), stopButton = find("#stop");
const livePicture = find("#live-picture"), realPicture = find("#real-picture"), secondPicture = find("#live-picture-second");
const sheets = makeSheets([livePicture, secondPicture], find("#real-heads"));
const losses = makeChart(find("#loss-curve"), { paint, words, toggle: find("#loss-log") });
const scores = makeChart(find("#score-curve"), { paint, words });
const metric = makeMetric(find(".metric"), paint);
let have = {}, run = null, is = null, list = [], newest = null, wished = null, preview = null;
// A page stays with the run that it started, was told to show, or saw going on. Only a page without one is given another.
let stays = false, pick = true;
const question = makeQuestion(find("#run-question"));
let recipe = props.recipe;
const intros = [find("#intro-draws"), find("#intro-translates")];
const timeline = makeTimeline(() => run, showMoment);
let moment = null;  // the key frame that is looked at, as its step
const explore = makeExploreRun(livePicture, () => ({ run, active: ACTIVE.includes(is?.state), drawn: Boolean(is?.step && !is.cycle && newest), step: moment }));
const own = makeOwnDuring(() => run, (act) => isMine(run) ? act({})
  : question(`Change the own pictures of “${run}”, which was started elsewhere?`, `Change ${run}`, () => act({ confirmed: run })));

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
  const active = ACTIVE.includes(is.state), paused = is.state === "paused", waits = is.state === "waiting";
  if (active || waits) keep();
  picker.parentElement.hidden = false; for (const intro of intros) intro.hidden = true;
  find(".line").hidden = find(".numbers").hidden = waits;
  const state = find("#run-state");
  state.dataset.state = is.state;
  state.textContent = wished === "stop" && active ? "Stopping and saving …"
    : wished === "pause" && !paused ? "Pausing …" : wished === "resume" && paused ? "Going on …" : STATES[is.state] ?? is.state;
  find(".buttons").hidden = !active && !waits;
  pauseButton.hidden = waits;
  pauseButton.disabled = is.state === "starting" || wished !== null;
  stopButton.disabled = wished === "stop" || wished === "cancel";
  stopButton.textContent = waits ? "Cancel" : "Stop and save";
  for (const button of [pauseButton, stopButton]) button.dataset.run = run;  // a press is meant for the run that was shown
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
  if (waits && !newest) waiting(livePicture, "The first picture comes when it is its turn. The page may be closed meanwhile.");
  else if (!active && !newest) waiting(livePicture, "No picture was drawn.");
  if (is.state === "starting" && is.reason) waiting(livePicture, is.reason);
  const gist = [is.device, `recipe ${is.recipe}`, is.images ? `${number(is.images)} images seen in ${duration(is.seconds)}` : ""];
  find("#live-foot").textContent = gist.filter(Boolean).join("  ·  ");
  own.status(is);
  explore.refresh();
  find(".use").hidden = !is.cycle || !is.models?.length;
  find("#use-best").hidden = !is.models?.includes("best"); find("#use-newest").hidden = !is.models?.includes("newest");
  explainEnd(active);
  if (active) document.title = `${paused ? "❚❚" : "▶"} ${is.steps || is.minutes ? Math.round(Math.min(1, share) * 100) + " %" : number(is.step)} · GAN Workbench`;
  else document.title = "GAN Workbench";
}
function explainEnd(active) {
  if (active) { if (wished === null) say(""); return; }
  if (is.state === "waiting") { say(is.line ?? "", "info"); return; }
  if (is.state === "failed") say(is.reason || "The training ended with an error; its last words are below.", "error");
  else if (is.state === "interrupted") say(`${is.reason} Resume it under Models and runs.`, "error");
  else if (is.state === "stopped" && !is.step) say("Stopped before the first step.", "info");
  else if (is.state === "stopped") say(`Stopped and saved. ${is.cycle ? "Use it in Translate" : "Explore the model"}, or press Train more under Models and runs.`, "info");
  else if (is.state === "finished") say("Finished and saved. Slide through what it has learned under " + (is.cycle ? "Translate." : "Explore."), "info");
}
function small(text) { const element_ = document.createElement("small"); element_.textContent = text; return element_; }

function showList() {
  const shown = list.filter((entry) => !entry.race || entry.name === run);
  const groups = [["Going on now", shown.filter((entry) => GOING.includes(entry.state))],
    ["Started here", shown.filter((entry) => entry.mine && !GOING.includes(entry.state))],
    ["Started elsewhere", shown.filter((entry) => !entry.mine && !GOING.includes(entry.state))],
    ["Of a race", list.filter((entry) => entry.race && entry.name !== run)]];
  picker.replaceChildren(...groups.filter(([, entries]) => entries.length).map(([title, entries]) => make("optgroup", { label: title },
    ...entries.map((entry) => make("option", { value: entry.name },
      GOING.includes(entry.state) ? `${entry.name} (${STATES[entry.state].toLowerCase()})` : entry.name)))));
  picker.value = run ?? "";
  const others = list.filter((entry) => GOING.includes(entry.state) && !entry.race && entry.name !== run);
  find(".going").hidden = !others.length;
  find(".chips").replaceChildren(...others.map((entry) => {
    const chip = make("button", { type: "button", title: `Watch ${entry.name}`, onclick: () => attach(entry.name) }, make("span", {}, entry.name),
      make("small", {}, [STATES[entry.state].toLowerCase(), entry.mine ? "yours" : ""].filter(Boolean).join(", ")));
    chip.dataset.state = entry.state;
    return chip;
  }));
}
// This page belongs to the run shown, also after a reload; other windows are asked for their own.
function keep() {
  stays = true;
  try { sessionStorage.setItem("gw-run", run); } catch { /* a browser that keeps nothing */ }
}
function forget() {
  stays = false;
  try { sessionStorage.removeItem("gw-run"); } catch { /* the same */ }
}
const isMine = (name) => Boolean(list.find((entry) => entry.name === name)?.mine);

// ---- news from the server ----------------------------------------------------------------------------------------

function take(news) {
  if (run !== null && news.of !== run) return;  // asked before this page turned to another run
  if (news.list) {
    list = news.list; have.runs = news.runs;
    window.dispatchEvent(new CustomEvent("gw:runs", { detail: { list, room: news.room } }));
  }
  if (news.gone) {  // deleted: nothing takes its place by itself, unless the page only remembered it from before a reload
    const name = run, known = is !== null, asked = wished;
    forget(); attach(null, false);
    pick = !known;
    if (known) say(asked === "cancel" ? `${name} waits no more.`
      : list.some((entry) => entry.name === name) ? news.gone : `${name} was deleted.`, "info");
    return;
  }
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
  // A page that has no run of its own to show turns to one that somebody starts elsewhere.
  const going = list.find((entry) => ACTIVE.includes(entry.state) && !entry.race);
  if (news.list && going && !stays && going.name !== run) attach(going.name, false);
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
  clear(); question.close();
  have.runs = name === null ? undefined : runs;
  run = name; pick = true; stays = false;
  if (chosen && name !== null) keep();
  showList();
  look();
}
const look = latestWins(() => ask("poll", { owner: ownerMark, run, pick, ...have, own: own.have }), take);

// What is asked of a run that this browser did not start is confirmed by its name.
function carry(wish, name) {
  if (isMine(name)) send(wish, name);
  else question(elsewhere(VERBS[wish], name), `${VERBS[wish]} ${name}`, () => send(wish, name, name));
}
async function send(wish, name, confirmed) {
  if (name === run) { wished = wish; showStatus(); }
  try { await ask("wish", { owner: ownerMark, run: name, wish, confirmed }); } catch (error) {
    if (name === run) { wished = null; showStatus(); }
    say(error.message);
  }
  look();
  setTimeout(() => { if (wished === wish && wish !== "stop") { wished = null; if (is) showStatus(); } }, 8000);
}

picker.addEventListener("change", () => attach(picker.value));
pauseButton.addEventListener("click", () => carry(is.state === "paused" ? "resume" : "pause", pauseButton.dataset.run));
stopButton.addEventListener("click", () => carry(is.state === "waiting" ? "cancel" : "stop", stopButton.dataset.run));
watch("value", () => {
  const message = props.value ?? {};
  if (message.preview) { preview = message.preview; showPreview(); }
});
window.addEventListener("gw:started", (event) => {
  if (!element.isConnected) return;
  attach(event.detail.run);
  const top = element.getBoundingClientRect().top;  // Start is always in sight, this may not be
  if (top < 0 || top > window.innerHeight / 2) element.scrollIntoView({ behavior: "smooth", block: "start" });
});
window.addEventListener("gw:recipe", (event) => { recipe = event.detail.name; if (element.isConnected && run === null) showNothing(); });
window.addEventListener("gw:show-run", (event) => { if (element.isConnected) attach(event.detail.name); });
try { run = sessionStorage.getItem("gw-run"); stays = run !== null; } catch { /* a browser that keeps nothing */ }
showNothing();
every(() => !is || !GOING.includes(is.state) ? CALM : is.state === "waiting" ? 1500 : is.state === "starting" || wished ? 120 : is.state === "running" ? 300 : 900, () => look());
