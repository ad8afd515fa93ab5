// The vanishing gradient: asks for a moment of the experiment at a time and draws it. Nothing is computed here.

const root = find(".vanishing"), gradient = find(".gradient"), score = find(".score"), runButton = find(".run"), seedBox = find(".seed .box");
const LINES = [  // name, words, colour, dashes
  ["minimax", "minimax", 0, []], ["non-saturating", "non-saturating", 1, []], ["cooperative", "cooperative, λ = 0.1", 2, []], ["contrastive", "contrastive, λ = 0.1", 3, []],
  ["minimax with r1", "minimax with R1", 0, [5, 4]], ["non-saturating with r1", "non-saturating with R1", 1, [5, 4]], ["cooperative with r1", "cooperative with R1", 2, [5, 4]],
];
const LEAST = Math.log(0.1);  // log λ: what cooperative scores cannot fall below on average
const FLOOR = 1e-9;
let visit = null, points = {}, running = false, done = false, steps = 2000;

async function turn() {
  const seen = Math.min(...LINES.map(([name]) => points[name]?.length ?? 0));
  try {
    const answer = await ask("watch", { visit, seed: Number(seedBox.value), seen });
    if (answer.fresh) points = {};
    visit = answer.visit; steps = answer.steps; done = answer.done;
    for (const [name, more] of Object.entries(answer.lines)) points[name] = [...(points[name] ?? []).slice(0, answer.fresh ? 0 : seen), ...more];
    root.dataset.step = Math.min(...LINES.map(([name]) => points[name]?.at(-1)?.[0] ?? 0));
    if (done) setRunning(false);
  } catch (error) { setRunning(false); say(error.message, "error"); }
  requestAnimationFrame(draw);
}
function setRunning(wanted) {
  running = wanted;
  root.dataset.state = done ? "done" : running ? "running" : "idle";
  runButton.textContent = running ? "Pause" : done ? "Run again" : points.minimax ? "Go on" : "Run";
  runButton.setAttribute("aria-pressed", running);
}
runButton.onclick = () => {
  if (done) { visit = null; points = {}; done = false; }
  const value = Number(seedBox.value);
  if (seedBox.value === "" || !Number.isInteger(value) || value < 0 || value > 4294967295) return say("A seed is a whole number from 0 to 4294967295.", "error");
  say("");
  setRunning(!running);
};
seedBox.onchange = () => { visit = null; points = {}; done = false; setRunning(false); draw(); };

function fit(canvas) {
  const ratio = Math.min(devicePixelRatio || 1, 2), width = canvas.clientWidth, height = canvas.clientHeight;
  if (!width) return null;
  const wide = Math.round(width * ratio), high = Math.round(height * ratio);
  if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return [pen, width, height];
}
const power = (exponent) => exponent === 0 ? "1" : exponent > 0 && exponent < 4 ? String(10 ** exponent) : `1e${exponent}`;

// One chart: `value(point)` in the axis' own unit (a logarithm or a score), `marks` the values with a grid line and their words.
function chart(canvas, column, value, [low, high], marks, bound) {
  const fitted = fit(canvas);
  if (!fitted) return;
  const [pen, width, height] = fitted, style = getComputedStyle(root), get = (name) => style.getPropertyValue(name).trim();
  const left = 44, right = width - 10, bottom = height - 22, x = (step) => left + step / steps * (right - left);
  const y = (at) => 8 + (high - Math.min(high, Math.max(low, at))) / (high - low) * (bottom - 8);
  pen.font = "11px system-ui, sans-serif"; pen.lineWidth = 1; pen.strokeStyle = get("--gw-line"); pen.fillStyle = get("--gw-muted");
  pen.textAlign = "right"; pen.textBaseline = "middle";
  for (const [at, words] of marks) { pen.beginPath(); pen.moveTo(left, y(at)); pen.lineTo(right, y(at)); pen.stroke(); pen.fillText(words, left - 7, y(at)); }
  pen.textAlign = "center"; pen.textBaseline = "alphabetic";
  for (let step = 0; step <= steps; step += 500) pen.fillText(step, Math.min(x(step), right - 12), height - 6);
  if (bound) {
    pen.strokeStyle = get("--v2"); pen.fillStyle = get("--v2"); pen.setLineDash([2, 4]); pen.lineWidth = 1.6;
    pen.beginPath(); pen.moveTo(left, y(LEAST)); pen.lineTo(right, y(LEAST)); pen.stroke(); pen.setLineDash([]);
    pen.textAlign = "right"; pen.fillText("log λ = −2.303: the predicted bound", right, y(LEAST) - 20);
  }
  for (const [name, , colour, dashes] of LINES) {
    pen.strokeStyle = get(`--v${colour}`); pen.lineWidth = 2; pen.setLineDash(dashes); pen.lineJoin = "round";
    pen.beginPath();
    let open = false;
    for (const point of points[name] ?? []) {
      if (point[column] === null) { open = false; continue; }
      pen[open ? "lineTo" : "moveTo"](x(point[0]), y(value(point[column])));
      open = true;
    }
    pen.stroke();
  }
  pen.setLineDash([]);
}
function draw() {
  chart(gradient, 1, (at) => Math.log10(Math.max(at, FLOOR)), [-9, 4], [-8, -6, -4, -2, 0, 2, 4].map((at) => [at, power(at)]), false);
  chart(score, 2, (at) => at, [-20, 5], [-20, -15, -10, -5, 0, 5].map((at) => [at, at === -20 ? "≤ −20" : String(at)]), true);
  const now = (name, column) => points[name]?.at(-1)?.[column];
  for (const [name] of LINES) {
    const value = now(name, 1), place = root.querySelector(`[data-line="${name}"] b`);
    place.textContent = value === undefined ? "\u2013" : value === null ? "not finite" : value === 0 ? "0" : value < 1e-3 || value >= 1e4 ? value.toExponential(1) : value.toPrecision(2);
  }
  const step = Number(root.dataset.step), fake = now("cooperative", 2);
  find(".told").textContent = fake === undefined || fake === null ? "\u00a0" : `After ${step} steps: cooperative scores generated points ${fake.toFixed(2)} on average; the bound is log 0.1 = −2.30.`;
}

find(".lines").replaceChildren(...LINES.map(([name, words, colour, dashes]) => {
  const entry = document.createElement("div"), number = document.createElement("b"), text = document.createElement("span");
  entry.setAttribute("role", "listitem");
  entry.dataset.line = name;
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  for (const [key, value] of Object.entries({ x1: 0, x2: 28, y1: 4, y2: 4, stroke: `var(--v${colour})`, "stroke-width": 3, "stroke-dasharray": dashes.join(" ") })) line.setAttribute(key, value);
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  text.textContent = words;
  entry.append(svg, text, number);
  return entry;
}));
every(() => (running ? 10 : 200), async () => { if (running) await turn(); });
new ResizeObserver(draw).observe(gradient);
new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
draw();
