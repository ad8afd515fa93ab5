// Solvers on small games: asks the server where each way to play leads, and draws it. Nothing is computed here.

const root = find(".dynamics"), field = find(".field"), distance = find(".distance"), scrub = find(".scrub"), playButton = find(".play");
const DASHES = [[], [8, 4], [2, 3.5], [10, 3, 2, 3], [16, 4], [10, 3, 2, 3, 2, 3]];
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
let catalogue, game, ground, answer, view, shown = 0, playing = false, animateNext = false;
const state = { game: null, options: {}, ways: [], step_size: 0.2, steps: 100, start: [1, 1] };
const knobs = {};   // way -> its number
const memory = {};  // game -> what was chosen there

const wayOf = (name) => catalogue.ways.find((each) => each.name === name);
const slotOf = (name) => state.ways.find((each) => each.name === name)?.slot;
const short = (value, digits = 4) => value === null || value === undefined ? "\u2013" : Math.abs(value) >= 1e5 || (value && Math.abs(value) < 1e-3) ? value.toExponential(2) : Number(value.toPrecision(digits)).toString();

// What the last answer notes, and why the last click changed nothing: an answer that was under way does not wipe that away.
let noted = "", refused = "";
const tell = () => say([refused, noted].filter(Boolean).join(" "), "info");
function refuse(words) { refused = words; tell(); }

// --- Asking ----------------------------------------------------------------------------------------------------------

const follow = latestWins((wish) => ask("follow", wish), (result, wish) => {
  if (wish.game !== state.game) return;
  if (wish.draft) {  // while the start is dragged: the beginning only, and no rates from so few steps
    if (!dragging) return;
    answer = { ...result, steps: state.steps };
    setShown(state.steps);
    return;
  }
  answer = result;
  noted = result.note ?? "";
  tell();
  scrub.max = result.steps;
  if (animateNext && !still) { animateNext = false; setShown(0); setPlaying(true); }
  else if (playing) setShown(Math.min(shown, result.steps));
  else setShown(result.steps);
  table();
  root.dataset.answers = Number(root.dataset.answers ?? 0) + 1;
}, (error) => { answer = null; noted = ""; table(); redraw(); say(error.message, "error"); });

const survey = latestWins((wish) => ask("landscape", wish), (result, wish) => {
  if (wish.game !== state.game) return;
  ground = { ...result, view: wish.view };
  backdropKey = "";
  redraw();
});

let waiting, dragging = false;
const DRAFT = 40;   // steps shown while the start is dragged
function recompute(pause = 0) {
  clearTimeout(waiting);
  if (refused) refuse("");
  const wish = { game: state.game, options: state.options, step_size: state.step_size, steps: dragging ? Math.min(DRAFT, state.steps) : state.steps, start: state.start, draft: dragging,
    ways: state.ways.map(({ name }) => ({ name, knob: knobs[name] ?? null })) };
  waiting = setTimeout(() => follow(wish), pause);
}
const resurvey = () => survey({ game: state.game, options: state.options, view });

// --- Drawing ---------------------------------------------------------------------------------------------------------

let asked = false, backdropKey = "";
const backdrop = document.createElement("canvas");
const redraw = () => { if (!asked) { asked = true; requestAnimationFrame(() => { asked = false; drawField(); drawDistance(); }); } };
function colours() {
  const style = getComputedStyle(root), get = (name) => style.getPropertyValue(name).trim();
  const names = ["surface", "ink", "muted", "line", "line-strong", "generator", "discriminator", "sunken"];
  return { ...Object.fromEntries(names.map((name) => [name, get(`--gw-${name}`)])), run: [0, 1, 2, 3, 4, 5].map((slot) => get(`--c${slot}`)) };
}
function fit(canvas, height) {
  const ratio = Math.min(devicePixelRatio || 1, 2), width = canvas.clientWidth;
  if (!width) return null;
  const wide = Math.round(width * ratio), high = Math.round((height || width) * ratio);
  if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return [pen, width, height || width, ratio];
}
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
function scales(side) {
  const [[x0, x1], [y0, y1]] = [view.x, view.y];
  return {
    x: (value) => clamp((value - x0) / (x1 - x0) * side, -20 * side, 20 * side),
    y: (value) => clamp((y1 - value) / (y1 - y0) * side, -20 * side, 20 * side),
    back: (px, py) => [x0 + px / side * (x1 - x0), y1 - py / side * (y1 - y0)],
  };
}

function drawBackdrop(side, ratio, paint) {
  const key = [side, ratio, paint.surface, JSON.stringify(view), ground?.key].join();
  if (key === backdropKey) return;
  backdropKey = key;
  backdrop.width = backdrop.height = Math.round(side * ratio);
  const pen = backdrop.getContext("2d"), to = scales(side);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.fillStyle = paint.surface; pen.fillRect(0, 0, side, side);
  if (ground?.values) levels(pen, to, paint);
  axes(pen, to, side, paint);
  if (ground?.curve) {
    pen.strokeStyle = paint.muted; pen.lineWidth = 1.6; pen.beginPath();
    ground.curve.forEach(([x, y], index) => pen[index ? "lineTo" : "moveTo"](to.x(x), to.y(y)));
    pen.stroke();
  }
  pen.strokeStyle = pen.fillStyle = paint.muted; pen.globalAlpha = 0.6; pen.lineWidth = 1;
  for (const [x, y, dx, dy] of ground?.arrows ?? []) {
    const size = Math.hypot(dx, dy) * side / 22;
    if (size < 1) continue;
    const angle = Math.atan2(-dy, dx), px = to.x(x) - Math.cos(angle) * size / 2, py = to.y(y) - Math.sin(angle) * size / 2;
    const ex = px + Math.cos(angle) * size, ey = py + Math.sin(angle) * size, head = Math.min(5, size / 2.2);
    pen.beginPath(); pen.moveTo(px, py); pen.lineTo(ex, ey); pen.stroke();
    pen.beginPath(); pen.moveTo(ex, ey);
    for (const turn of [2.6, -2.6]) pen.lineTo(ex + Math.cos(angle + turn) * head, ey + Math.sin(angle + turn) * head);
    pen.fill();
  }
  pen.globalAlpha = 1;
}
// Level lines by marching squares; low values in the first player's colour, high ones in the second's.
function levels(pen, to, paint) {
  const { cells, values } = ground, { x: [x0, x1], y: [y0, y1] } = ground.view;
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length < 2) return;
  const at = (column, row) => values[row * cells + column];
  const px = (column) => to.x(x0 + column / (cells - 1) * (x1 - x0)), py = (row) => to.y(y1 - row / (cells - 1) * (y1 - y0));
  const count = 13;
  for (let k = 0; k < count; k++) {
    const share = (k + 0.5) / count, level = sorted[Math.floor(share * sorted.length)];
    pen.strokeStyle = share < 0.5 ? paint.generator : paint.discriminator;
    pen.globalAlpha = 0.16 + 0.5 * Math.abs(share - 0.5); pen.lineWidth = 1;
    pen.beginPath();
    for (let row = 0; row + 1 < cells; row++) for (let column = 0; column + 1 < cells; column++) {
      const corners = [[column, row], [column + 1, row], [column + 1, row + 1], [column, row + 1]], cuts = [];
      for (let edge = 0; edge < 4; edge++) {
        const [a, b] = [corners[edge], corners[(edge + 1) % 4]], [va, vb] = [at(...a), at(...b)];
        if (!(va < level) === !(vb < level) || !Number.isFinite(va) || !Number.isFinite(vb)) continue;
        const part = (level - va) / (vb - va);
        cuts.push([px(a[0] + part * (b[0] - a[0])), py(a[1] + part * (b[1] - a[1]))]);
      }
      for (let i = 0; i + 1 < cuts.length; i += 2) { pen.moveTo(...cuts[i]); pen.lineTo(...cuts[i + 1]); }
    }
    pen.stroke();
  }
  pen.globalAlpha = 1;
}
function ticks(low, high, count) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= raw) * power, list = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-6; value += step) list.push(Math.abs(value) < step / 1e6 ? 0 : value);
  return list;
}
function axes(pen, to, side, paint) {
  pen.font = "11px system-ui, sans-serif"; pen.fillStyle = paint.muted; pen.strokeStyle = paint["line-strong"]; pen.lineWidth = 1;
  pen.beginPath();
  if (view.x[0] < 0 && view.x[1] > 0) { pen.moveTo(to.x(0), 0); pen.lineTo(to.x(0), side); }
  if (view.y[0] < 0 && view.y[1] > 0) { pen.moveTo(0, to.y(0)); pen.lineTo(side, to.y(0)); }
  pen.stroke();
  pen.textAlign = "center"; pen.textBaseline = "alphabetic";
  for (const value of ticks(...view.x, 6)) if (to.x(value) > 24 && to.x(value) < side - 24) pen.fillText(short(value, 3), to.x(value), side - 6);
  pen.textAlign = "left"; pen.textBaseline = "middle";
  for (const value of ticks(...view.y, 6)) if (to.y(value) > 16 && to.y(value) < side - 26) pen.fillText(short(value, 3), 6, to.y(value));
}

function drawField() {
  if (!view) return;
  const fitted = fit(field);
  if (!fitted) return;
  const [pen, side, , ratio] = fitted, paint = colours(), to = scales(side);
  drawBackdrop(side, ratio, paint);
  pen.drawImage(backdrop, 0, 0, side, side);
  const solution = answer?.drawn_solution ?? ground?.solution;
  if (solution) {
    const [x, y] = [to.x(solution[0]), to.y(solution[1])];
    pen.strokeStyle = paint.ink; pen.lineWidth = 2;
    pen.beginPath(); pen.arc(x, y, 7, 0, 7); pen.moveTo(x - 11, y); pen.lineTo(x + 11, y); pen.moveTo(x, y - 11); pen.lineTo(x, y + 11); pen.stroke();
  }
  for (const run of answer?.runs ?? []) {
    const slot = slotOf(run.name);
    if (slot === undefined || !run.points) continue;
    const last = Math.min(shown, run.points.length - 1);
    pen.strokeStyle = pen.fillStyle = paint.run[slot]; pen.lineWidth = 1.7; pen.lineJoin = "round"; pen.globalAlpha = 0.9;
    pen.setLineDash(DASHES[slot]);
    pen.beginPath();
    for (let i = 0; i <= last; i++) pen[i ? "lineTo" : "moveTo"](to.x(run.points[i][0]), to.y(run.points[i][1]));
    pen.stroke();
    pen.setLineDash([]);
    if (run.points.length <= 160) {
      pen.beginPath();
      for (let i = 1; i <= last; i++) { const x = to.x(run.points[i][0]), y = to.y(run.points[i][1]); pen.moveTo(x + 1.7, y); pen.arc(x, y, 1.7, 0, 7); }
      pen.fill();
    }
    pen.globalAlpha = 1;
    const [hx, hy] = [to.x(run.points[last][0]), to.y(run.points[last][1])];
    pen.lineWidth = 2; pen.strokeStyle = paint.surface;
    pen.beginPath(); pen.arc(clamp(hx, 5, side - 5), clamp(hy, 5, side - 5), 5.5, 0, 7); pen.fill(); pen.stroke();
  }
  // The start: a square one can take hold of.
  const [sx, sy] = drawnStart().map((value, index) => index ? to.y(value) : to.x(value));
  pen.fillStyle = paint.surface; pen.strokeStyle = paint.ink; pen.lineWidth = 2;
  pen.beginPath(); pen.roundRect(clamp(sx, 7, side - 7) - 6, clamp(sy, 7, side - 7) - 6, 12, 12, 3); pen.fill(); pen.stroke();
}
// With one number only the plane shows it and its loss.
const drawnStart = () => game.numbers === 1 ? [state.start[0], answer?.runs.find((run) => run.points)?.points[0][1] ?? 0] : state.start;

function drawDistance() {
  const fitted = fit(distance, 210), runs = (answer?.runs ?? []).filter((run) => run.distances && slotOf(run.name) !== undefined);
  if (!fitted) return;
  const [pen, width, height] = fitted, paint = colours(), left = 46, bottom = height - 20, right = width - 8;
  pen.clearRect(0, 0, width, height);
  if (!runs.length) return;
  const logs = runs.flatMap((run) => run.distances.filter((value) => value > 0).map(Math.log10));
  const low = Math.max(-15, Math.floor(Math.min(...logs))), high = Math.min(13, Math.max(Math.ceil(Math.max(...logs)), low + 1));
  const steps = Math.max(answer.steps, 1), x = (step) => left + step / steps * (right - left), y = (log) => 8 + (high - log) / (high - low) * (bottom - 8);
  pen.font = "11px system-ui, sans-serif"; pen.fillStyle = paint.muted; pen.strokeStyle = paint.line; pen.lineWidth = 1;
  pen.textAlign = "right"; pen.textBaseline = "middle";
  for (let power = low; power <= high; power += Math.max(1, Math.ceil((high - low) / 6))) {
    pen.beginPath(); pen.moveTo(left, y(power)); pen.lineTo(right, y(power)); pen.stroke();
    pen.fillText(Math.abs(power) < 4 ? String(Number((10 ** power).toPrecision(1))) : `1e${power}`, left - 7, y(power));
  }
  pen.textBaseline = "alphabetic"; pen.textAlign = "center";
  for (const step of ticks(0, steps, width < 420 ? 4 : 8)) if (Number.isInteger(step)) pen.fillText(step, clamp(x(step), left, right - 12), height - 5);
  pen.save();
  pen.beginPath(); pen.rect(left, 4, right - left, bottom - 3); pen.clip();
  for (const run of runs) {
    const slot = slotOf(run.name), line = (values, log) => { pen.beginPath(); values.forEach((value, i) => pen[i ? "lineTo" : "moveTo"](x(log ? i : value[0]), y(log ? Math.log10(Math.max(value, 1e-300)) : value[1]))); pen.stroke(); };
    pen.strokeStyle = paint.run[slot];
    if (run.predicted > 0) {  // the straight line that the predicted rate makes from the start
      const first = Math.log10(run.distances[0]);
      pen.globalAlpha = 0.35; pen.lineWidth = 1; pen.setLineDash([]);
      line([[0, first], [steps, first + steps * Math.log10(run.predicted)]], false);
    }
    pen.globalAlpha = 1; pen.lineWidth = 2; pen.setLineDash(DASHES[slot]);
    line(run.distances, true);
  }
  pen.setLineDash([]); pen.strokeStyle = paint.ink; pen.globalAlpha = 0.5; pen.lineWidth = 1;
  pen.beginPath(); pen.moveTo(x(Math.min(shown, steps)), 4); pen.lineTo(x(Math.min(shown, steps)), bottom); pen.stroke();
  pen.restore();
}

// --- The table -------------------------------------------------------------------------------------------------------

function swatch(slot) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [name, value] of Object.entries({ x1: 0, x2: 24, y1: 4, y2: 4, stroke: `var(--c${slot})`, "stroke-width": 3, "stroke-dasharray": DASHES[slot].join(" ") })) line.setAttribute(name, value);
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  return svg;
}
function table() {
  const body = find("tbody"), focused = document.activeElement?.dataset?.knob;
  if (focused && answer) { fillRows(); return; }  // a number being typed keeps its field
  body.replaceChildren(...state.ways.map(({ name, slot }) => {
    const way = wayOf(name), who = make("td", { class: "who" }, make("span", {}, swatch(slot), way.title));
    if (way.knob) {
      const { label, low, high, step } = way.knob;
      const input = make("input", { class: "box", type: "number", min: low, max: high, step, value: knobs[name], "aria-label": `${label} of ${way.title}`, "data-knob": name });
      input.onchange = () => {
        const value = Number(input.value);
        if (input.value === "" || !Number.isFinite(value)) { input.value = knobs[name]; return; }
        knobs[name] = clamp(step >= 1 ? Math.round(value) : value, low, high);
        input.value = knobs[name];
        recompute();
      };
      who.append(make("label", { class: "knob" }, label, input));
    }
    return make("tr", { "data-way": name }, who, make("td", { class: "number", "data-label": "predicted" }), make("td", { class: "number", "data-label": "measured" }), make("td"), make("td"));
  }));
  fillRows();
}
function fillRows() {
  for (const row of find("tbody").rows) {
    const run = answer?.runs.find((each) => each.name === row.dataset.way), [, predicted, measured, happens, formula] = row.cells;
    predicted.textContent = run?.predicted === null || !run ? "\u2013" : run.predicted === 0 ? "0" : run.predicted.toFixed(6);
    measured.textContent = run?.measured === null || !run || run.measured === undefined ? "\u2013" : run.measured.toFixed(4);
    happens.replaceChildren();
    formula.replaceChildren();
    if (!run) continue;
    happens.append(make("span", { class: `verdict ${run.verdict}` }, run.verdict_words), make("small", {}, run.words));
    if (run.formula) formula.append(make("span", { class: "formula" }, run.formula));
    if (run.source) formula.append(make("small", {}, run.source));
  }
  betas();
}
function betas() {
  const told = (answer?.runs ?? []).filter((run) => run.betas).map((run) => {
    const now = run.betas.map((list) => list?.[Math.min(shown, list.length) - 1]).filter((value) => value !== undefined && value !== null);
    return now.length ? `${wayOf(run.name).title}: ${now.map((value) => short(value, 3)).join(" and ")}` : "";
  }).filter(Boolean);
  find(".betas").textContent = told.length ? `beta at step ${shown}: ${told.join("; ")}.` : "";
}

// --- Playing and scrubbing -------------------------------------------------------------------------------------------

function setShown(step) {
  shown = step;
  scrub.value = step;
  find(".at").textContent = `step ${Math.floor(step)}`;
  betas();
  redraw();
}
function setPlaying(wanted) {
  if (wanted && !playing && answer) { if (shown >= answer.steps) setShown(0); playing = true; advance(performance.now(), shown); }
  playing = wanted && Boolean(answer);
  playButton.textContent = playing ? "Pause" : "Play";
  playButton.setAttribute("aria-pressed", playing);
  root.dataset.playing = playing ? "yes" : "no";
}
function advance(begun, from) {
  if (!playing) return;
  requestAnimationFrame((now) => {
    if (!playing || !answer || !element.isConnected) return;
    const seconds = clamp(answer.steps / 25, 2.5, 7), step = Math.min(answer.steps, Math.floor(from + Math.max(0, now - begun) / 1000 / seconds * answer.steps));
    if (step !== shown) setShown(step);
    if (step >= answer.steps) setPlaying(false); else advance(begun, from);
  });
}
playButton.onclick = () => setPlaying(!playing);
scrub.oninput = () => { setPlaying(false); setShown(Number(scrub.value)); };

// --- Start, step size, view ------------------------------------------------------------------------------------------

function setStart(start) {
  state.start = start.map((value) => Number(clamp(value, -1e4, 1e4).toPrecision(4))).slice(0, game.numbers);
  element.querySelectorAll("[data-start]").forEach((box, index) => { if (index < state.start.length) box.value = state.start[index]; });
  setPlaying(false);
  redraw();
  recompute(8);
}
function startAt(event) {
  const box = field.getBoundingClientRect();
  setStart(scales(box.width).back(clamp(event.clientX - box.left, 0, box.width), clamp(event.clientY - box.top, 0, box.height)));
}
field.addEventListener("pointerdown", (event) => { if (game) { field.setPointerCapture(event.pointerId); dragging = true; startAt(event); } });
for (const end of ["pointerup", "pointercancel"]) field.addEventListener(end, () => { if (dragging) { dragging = false; recompute(); } });
field.addEventListener("pointermove", (event) => { if (field.hasPointerCapture(event.pointerId)) startAt(event); });
field.addEventListener("keydown", (event) => {
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
  if (!move || !game) return;
  event.preventDefault();
  const share = event.shiftKey ? 0.1 : 0.02, sizes = [view.x[1] - view.x[0], view.y[1] - view.y[0]];
  setStart(state.start.map((value, index) => value + move[index] * share * sizes[index]));
});
for (const box of element.querySelectorAll("[data-start]")) box.onchange = () => {
  const value = Number(box.value), index = Number(box.dataset.start);
  setStart(state.start.map((old, at) => at === index && box.value !== "" && Number.isFinite(value) ? value : old));
};
function setRate(value) {
  state.step_size = clamp(Number(value.toPrecision(3)), 0.001, 2);
  find(".rate").value = Math.log10(state.step_size);
  find(".rate-box").value = state.step_size;
  setPlaying(false);
  recompute(30);
}
find(".rate").oninput = (event) => setRate(10 ** Number(event.target.value));
find(".rate-box").onchange = (event) => setRate(Number(event.target.value) || state.step_size);
function setCount(value) {
  state.steps = value;
  find(".count").value = value;
  find(".count-text").textContent = value;
}
find(".count").oninput = (event) => { setCount(Number(event.target.value)); setPlaying(false); recompute(60); };
function zoom(factor) {
  const about = game.numbers === 1 ? null : answer?.drawn_solution ?? [0, 0];
  const grown = ([low, high], centre) => [centre + (low - centre) * factor, centre + (high - centre) * factor];
  const next = { x: grown(view.x, about?.[0] ?? game.view.x[0] / 2 + game.view.x[1] / 2), y: grown(view.y, about?.[1] ?? 0) };
  if (next.x[1] - next.x[0] < 1e-4 || next.x[1] - next.x[0] > 1e6) return;
  view = next;
  redraw();
  resurvey();
}
find(".nearer").onclick = () => zoom(1 / 1.5);
find(".farther").onclick = () => zoom(1.5);
find(".whole").onclick = () => { view = game.view; resurvey(); setStart(game.start); };

// --- Choosing --------------------------------------------------------------------------------------------------------

function hint(way) { find(".hint").textContent = way ? `${way.title}: ${way.words} A step costs ${way.cost}.` : ""; }
function chips() {
  find(".chips").replaceChildren(...catalogue.ways.filter((way) => way.players.includes(game.players)).map((way) => {
    const slot = slotOf(way.name), chip = make("button", { type: "button", class: "chip", "aria-pressed": slot !== undefined, style: slot === undefined ? null : `--c: var(--c${slot})`, "data-way": way.name, title: way.words });
    chip.append(swatch(slot ?? 0), way.title);
    chip.onclick = () => toggle(way);
    chip.onfocus = chip.onpointerenter = () => hint(way);
    return chip;
  }));
  find(".chosen").textContent = `${state.ways.length} of 6`;
}
function toggle(way) {
  const has = state.ways.some((each) => each.name === way.name);
  if (has && state.ways.length === 1) return refuse("At least one way to play stays chosen.");
  if (!has && state.ways.length === 6) return refuse("Six at most: take one away first.");
  if (has) state.ways = state.ways.filter((each) => each.name !== way.name);
  else add(way.name);
  chips();
  find(`.chip[data-way="${way.name}"]`).focus();
  table(); redraw();
  recompute();
}
function add(name) {
  const slot = [0, 1, 2, 3, 4, 5].find((each) => !state.ways.some((way) => way.slot === each));
  state.ways.push({ name, slot });
  knobs[name] ??= game.knobs[name] ?? wayOf(name).knob?.value ?? null;
}
function options() {
  find(".options").replaceChildren(...game.options.map((option) => {
    const set = (value) => { state.options[option.name] = value; setPlaying(false); resurvey(); recompute(30); };
    if (option.kind === "choice") {
      const select = make("select", { "aria-label": option.label }, ...option.choices.map(([value, label]) => new Option(label, value, false, value === state.options[option.name])));
      select.onchange = () => set(select.value);
      return make("label", { class: "row option wide" }, make("span", {}, option.label), select);
    }
    const range = make("input", { class: "gw-range", type: "range", min: option.low, max: option.high, step: option.step, value: state.options[option.name], "aria-label": option.label });
    const text = make("output", {}, short(Number(range.value), 3));
    range.oninput = () => { text.textContent = short(Number(range.value), 3); set(Number(range.value)); };
    return make("label", { class: "row option" }, make("span", {}, option.label), range, text);
  }));
}
function choose(name) {
  if (game) memory[game.name] = { ...state, ways: state.ways, options: state.options };
  game = catalogue.games.find((each) => each.name === name);
  const kept = memory[name];
  state.game = name;
  state.options = kept?.options ?? Object.fromEntries(game.options.map((option) => [option.name, option.value]));
  state.ways = kept?.ways ?? [];
  if (!kept) game.ways.forEach(add);
  state.start = kept?.start ?? game.start;
  view = game.view; ground = null; answer = null;
  for (const card of find(".games").children) {
    const on = card.dataset.game === name;
    card.setAttribute("aria-checked", on);
    card.tabIndex = on ? 0 : -1;
  }
  find(".name").textContent = game.title;
  find(".words").textContent = game.words;
  find(".printed").textContent = game.printed ?? "";
  find(".axes").textContent = `To the right: ${game.axes[0]}. Upwards: ${game.axes[1]}.`;
  field.setAttribute("aria-label", `${game.title}. To the right: ${game.axes[0]}; upwards: ${game.axes[1]}. Arrow keys move the start`);
  const [first, second] = element.querySelectorAll(".start .pair");
  find(".first").textContent = game.names[0];
  find(".second").textContent = game.names[1] ?? "";
  second.hidden = game.numbers === 1;
  first.hidden = false;
  options(); chips(); hint(wayOf(state.ways[0].name));
  setCount(kept?.steps ?? game.steps);
  animateNext = true;
  setRate(kept?.step_size ?? game.step_size);
  setStart(state.start);
  table();
  resurvey();
}
async function open() {
  catalogue = await ask("games");
  find(".games").replaceChildren(...catalogue.games.map(({ name, title, line }) => {
    const card = make("button", { type: "button", class: "game", role: "radio", "data-game": name }, make("b", {}, title), make("small", {}, line));
    card.onclick = () => choose(name);
    return card;
  }));
  find(".games").onkeydown = (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const cards = [...find(".games").children], next = cards[(cards.findIndex((card) => card.dataset.game === state.game) + move + cards.length) % cards.length];
    choose(next.dataset.game);
    next.focus();
  };
  choose(catalogue.games[0].name);
  root.dataset.ready = "yes";
}

let opening = false;
every(() => 400, async () => {  // not before the tab is looked at: it loads torch
  if (opening) return;
  opening = true;
  try { await open(); } catch (error) { opening = false; say(error.message, "error"); }
});
new ResizeObserver(redraw).observe(field);
new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
