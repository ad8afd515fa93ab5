// A race: chosen here, held by a process of its own, shown as it goes. Reloading the page finds it again.
const ACTIVE = ["starting", "running", "paused"];
const STATES = { starting: "Getting ready", running: "Racing", paused: "Paused", finished: "Finished", stopped: "Stopped", failed: "Failed",
                 interrupted: "Interrupted", waiting: "Waiting in line" };
const LANES = ["--gw-accent", "--gw-warn", "--gw-good", "--gw-fourth"];  // none of those that mean real, made or a player
const MOST = 4;
const fold = find("#race-fold"), lanes = find(".lanes"), panel = find(".race");
const question = makeQuestion(find("#race-question"));
let offer = null, entries = [], race = null, seed = null, pictures = {}, last = null, wished = null;

const number = (value) => Number(value ?? 0).toLocaleString("en");

// ---- choosing ----------------------------------------------------------------------------------------------------

async function ready() {
  if (offer) return;
  offer = await ask("options");
  entries = [{ recipe: "dcgan" }, { recipe: "wgan-gp" }];
  find("#race-data").replaceChildren(...offer.data.map((name) => make("option", { value: name }, name)));
  find("#race-data").value = "glyphs";
  drawEntries();
  find("#race-start").disabled = Boolean(last && [...ACTIVE, "waiting"].includes(last.state));
}
function drawEntries() {
  find(".entries").replaceChildren(...entries.map((entry, index) => {
    const row = make("div", { className: "entry" });
    row.style.setProperty("--lane", `var(${LANES[index]})`);
    if (entry.settings) row.append(make("span", { className: "own" }, `${entry.label} (changed in the form)`));
    else {
      const pick = make("select", { onchange: () => { entry.recipe = pick.value; } },
        ...offer.recipes.map(({ name, title, control }) => make("option", { value: name, selected: name === entry.recipe },
          control ? `${title} (negative control)` : title)));
      pick.setAttribute("aria-label", `Recipe ${index + 1}`);
      row.append(pick);
    }
    const away = make("button", { type: "button", className: "gw-button", textContent: "×", disabled: entries.length <= 2,
      onclick: () => { entries.splice(index, 1); drawEntries(); } });
    away.setAttribute("aria-label", `Leave recipe ${index + 1} out`);
    row.append(away);
    return row;
  }));
  find("#race-add").disabled = find("#race-add-form").disabled = entries.length >= MOST;
  cost();
}
// The number in a box; what is none goes to the server as it is, which says so.
function typed(box) {
  const text = find(box).value.trim(), value = Number(text.replace(",", "."));
  return text === "" || Number.isNaN(value) ? text : value;
}
function cost() {
  const total = entries.length * typed("#race-minutes") * typed("#race-seeds");
  find("#race-cost").textContent = total > 0
    ? `About ${total <= 1 ? "a minute" : `${Math.ceil(total)} minutes`} of computing and some for measuring. The racers take turns, so that `
      + "whatever else this machine does slows all of them alike." : "";
}
find("#race-minutes").addEventListener("input", cost);
find("#race-seeds").addEventListener("input", cost);
find("#race-add").addEventListener("click", () => {
  const taken = entries.map((entry) => entry.recipe);
  entries.push({ recipe: (offer.recipes.find((known) => !taken.includes(known.name)) ?? offer.recipes[0]).name });
  drawEntries();
});
find("#race-add-form").addEventListener("click", () => {
  const chosen = {};
  window.dispatchEvent(new CustomEvent("gw:chosen", { detail: chosen }));
  if (!offer.recipes.some((known) => known.name === chosen.recipe)) { say("Translations do not race; choose another recipe above."); return; }
  say("");
  if (!Object.keys(chosen.settings).length) entries.push({ recipe: chosen.recipe });
  else entries.push({ recipe: chosen.recipe, settings: chosen.settings, label: chosen.recipe });
  drawEntries();
});
// Labels are names of recipes; the second of one name gets a number.
function labelled() {
  const seen = {};
  return entries.map(({ recipe, settings }) => {
    seen[recipe] = (seen[recipe] ?? 0) + 1;
    return { label: seen[recipe] > 1 ? `${recipe} ${seen[recipe]}` : recipe, recipe, settings: settings ?? {} };
  });
}
find("#race-start").addEventListener("click", async (event) => {
  event.target.disabled = true;
  try {
    const answer = await ask("start", { owner: ownerMark, entries: labelled(), data: find("#race-data").value,
      minutes: typed("#race-minutes"), seeds: typed("#race-seeds") });
    say(""); attach(answer.race);
  } catch (error) { say(error.message); }
  event.target.disabled = false;
});

// ---- watching ----------------------------------------------------------------------------------------------------

function attach(name) { question.close(); race = name; seed = null; pictures = {}; lanes.replaceChildren(); wished = null; look({}); }

function laneOf(index) {
  if (lanes.children[index]) return lanes.children[index];
  const caption = make("figcaption", {}, make("b"), make("i", { hidden: true }, "negative control"));
  const image = make("img", { className: "gw-picture", hidden: true });
  const lane = make("figure", { className: "lane" }, caption, image, make("div", { className: "blank" }, "no picture yet"), make("p"));
  lane.style.setProperty("--lane", `var(${LANES[index % LANES.length]})`);
  lanes.append(lane);
  return lane;
}
function take(news) {
  last = news;
  panel.hidden = news.race === null;
  if (news.race === null) return;
  if (news.race !== race) { pictures = {}; lanes.replaceChildren(); race = news.race; }
  if (ACTIVE.includes(news.state) && !take.seen) fold.open = true;
  take.seen = true;
  const picker = find("#race-picker"), seeds = find("#race-seed");
  if (picker.options.length !== news.races.length || picker.options[0]?.value !== news.races[0])
    picker.replaceChildren(...news.races.map((name) => make("option", { value: name }, name)));
  picker.value = news.race;
  if (seeds.dataset.of !== String(news.seeds)) {
    seeds.dataset.of = String(news.seeds);
    seeds.replaceChildren(...news.seeds.map((value) => make("option", { value }, value)));
  }
  seeds.value = news.seed; seed = news.seed;
  const active = ACTIVE.includes(news.state), state = find("#race-state");
  if (wished === "stop" && !active) wished = null;
  state.dataset.state = news.state;
  state.textContent = wished === "stop" ? "Stopping and saving …" : `${STATES[news.state] ?? news.state}${news.reason ? `: ${news.reason}` : ""}`;
  const waits = news.state === "waiting";
  find("#race-pause").hidden = !active; find("#race-stop").hidden = !active && !waits;
  find("#race-stop").textContent = waits ? "Cancel" : "Stop and save";
  for (const button of [find("#race-pause"), find("#race-stop"), find("#race-go")]) button.dataset.race = news.race;
  find("#race-pause").textContent = news.state === "paused" ? "Resume" : "Pause";
  find("#race-pause").disabled = news.state === "starting"; find("#race-stop").disabled = wished === "stop";
  find("#race-go").hidden = active || waits || news.state === "finished";
  find("#race-start").disabled = active || waits || !offer;
  find(".line i").style.width = `${100 * news.share}%`;
  find(".line").setAttribute("aria-valuenow", Math.round(100 * news.share));
  lanes.style.setProperty("--lanes", news.lanes.length > MOST ? MOST : news.lanes.length);
  while (lanes.children.length > news.lanes.length) lanes.lastChild.remove();
  news.lanes.forEach(showLane);
  drawCurve(news);
  showTable(news.table);
}
function showLane(lane, index) {
  const place = laneOf(index), image = place.querySelector("img");
  place.querySelector("b").textContent = lane.label;
  place.querySelector("i").hidden = !lane.control;
  place.title = lane.differs.join("\n");
  if (lane.picture) { image.src = lane.picture; image.hidden = false; image.alt = `Pictures drawn by ${lane.label} at step ${lane.step}`; }
  else if (lane.version === null && !pictures[lane.run]) image.hidden = true;
  if (lane.version) pictures[lane.run] = lane.version;
  const curve = lane.curves[last.seeds.indexOf(last.seed)] ?? [], value = curve.at(-1)?.[1];
  place.querySelector("p").textContent = lane.reason ?? [`step ${number(lane.step)}`, `${lane.seconds.toFixed(0)} s`,
    lane.speed ? `${number(Math.round(lane.speed))} images/s` : "", value === undefined ? "" : `${last.metric.title} ${Number(value.toPrecision(4)).toLocaleString("en")}`]
    .filter(Boolean).join(" · ");
}

// Every seed a thin line, the mean of the seeds at each moment a thick one; what real pictures give dashed. Both axes start at 0 or below all.
function drawCurve({ lanes: list, reference, metric, budget }) {
  const all = list.flatMap((lane) => lane.curves.flat());
  find(".curve").hidden = !all.length;
  if (!all.length) return;
  find("#race-metric").textContent = metric.title;
  find("#race-metric-note").textContent = `${metric.better} is better; over each racer's own seconds; dashed: real pictures against held-out ones`;
  const svg = find("#race-curve"), width = svg.clientWidth || 600, height = 210, left = 46, right = 10, top = 10, bottom = 22;
  const most = Math.max(...all.map((point) => point[0]), budget ?? 0), values = all.map((point) => point[1]).concat(reference ?? []);
  // A logarithm where values are spread over more than a factor of 20: an early 1,000 must not flatten a late 20.
  const low = Math.min(...values), high = Math.max(...values), logs = low > 0 && high / low > 20;
  const scale = logs ? Math.log : (value) => value, from = scale(logs ? low * 0.9 : Math.min(0, low)), to = scale(high * 1.05 || 1);
  const x = (seconds) => left + seconds / most * (width - left - right);
  const y = (value) => top + (to - scale(value)) / (to - from || 1) * (height - top - bottom);
  const draw = (tag, attributes, text) => {
    const part = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
    if (text !== undefined) part.textContent = text;
    return part;
  };
  const parts = [];
  const levels = logs ? powers(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))) : [0, 1, 2, 3, 4].map((i) => from + (to - from) * i / 4);
  for (const value of levels.filter((value) => scale(value) >= from && scale(value) <= to)) {
    parts.push(draw("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
      draw("text", { x: left - 6, y: y(value) + 4, "text-anchor": "end" }, Number(value.toPrecision(2)).toLocaleString("en")));
  }
  for (let i = 0; i <= 4; i++) {
    parts.push(draw("text", { x: x(most * i / 4), y: height - 6, "text-anchor": i === 4 ? "end" : "middle" }, `${Number((most * i / 4).toPrecision(2))} s`));
  }
  if (Number.isFinite(reference)) parts.push(draw("line", { class: "reference", x1: left, x2: width - right, y1: y(reference), y2: y(reference) }));
  list.forEach((lane, index) => {
    const style = `fill:none;stroke:var(${LANES[index % LANES.length]})`;
    const path = (points) => points.map(([s, v], i) => `${i ? "L" : "M"}${x(s).toFixed(1)} ${y(v).toFixed(1)}`).join("");
    for (const curve of lane.curves) parts.push(draw("path", { d: path(curve), style, "stroke-width": 1, opacity: 0.4 }));
    const length = Math.min(...lane.curves.map((curve) => curve.length));
    const mean = Array.from({ length }, (_, i) => [0, 1].map((axis) => lane.curves.reduce((sum, curve) => sum + curve[i][axis], 0) / lane.curves.length));
    parts.push(draw("path", { d: path(mean), style, "stroke-width": 2.5 }));
    for (const [s, v] of mean) parts.push(draw("circle", { cx: x(s), cy: y(v), r: 3, style: `fill:var(${LANES[index % LANES.length]})` }));
  });
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.replaceChildren(...parts);
}
function showTable(table) {
  find(".table").hidden = !table;
  if (!table) { find(".notes").replaceChildren(); return; }
  const row = (cells, tag) => make("tr", {}, ...cells.map((cell, column) => {
    const place = make(tag, {}, cell);
    place.dataset.label = table.headings[column];  // shown beside the number where the page is narrow
    return place;
  }));
  find("#race-table").replaceChildren(make("thead", {}, row(table.headings, "th")), make("tbody", {}, ...table.rows.map((cells) => row(cells, "td"))));
  find(".notes").replaceChildren(...table.notes.map((note) => make("li", {}, note)));
}

const look = latestWins(() => ask("poll", { owner: ownerMark, race, seed, pictures }), take);
function carry(wish, name) {
  if (last.mine && last.race === name) send(wish, name);
  else question(elsewhere(VERBS[wish], name), `${VERBS[wish]} ${name}`, () => send(wish, name, name));
}
async function send(wish, name, confirmed) {
  wished = wish;
  try { await ask("wish", { owner: ownerMark, race: name, wish, confirmed }); say(""); } catch (error) { wished = null; say(error.message); }
  look({});
}
find("#race-picker").addEventListener("change", (event) => attach(event.target.value));
find("#race-seed").addEventListener("change", (event) => { seed = Number(event.target.value); pictures = {}; look({}); });
find("#race-pause").addEventListener("click", (event) => carry(last.state === "paused" ? "resume" : "pause", event.target.dataset.race));
find("#race-stop").addEventListener("click", (event) => carry(last.state === "waiting" ? "cancel" : "stop", event.target.dataset.race));
find("#race-go").addEventListener("click", (event) => carry("go on", event.target.dataset.race));
fold.addEventListener("toggle", () => { if (fold.open) { ready().catch((error) => say(error.message)); look({}); } });
// Once for a race that is going on; then while the fold is open. One that has ended changes only where another is started.
every(() => (!last ? CALM : !fold.open ? Infinity : ACTIVE.includes(last.state) ? 500 : last.state === "waiting" ? 2000 : 2 * CALM), () => look({}));
