// Lab: asks the server for a slice of training at a time and draws what comes back. Nothing is computed here.

const root = find(".lab"), plane = find(".plane"), curve = find(".curve"), play = find(".play");
const settings = { distribution: "ring", objective: "non-saturating", learning_rate: 0.001, gamma: 0.1, seed: 0 };
const MOST_LOSSES = 1500;
let visit = null, playing = false, busy = false, latest, losses = [], rate = 0, clock = 0, counted = 0, spoken = 0;

// --- Asking ----------------------------------------------------------------------------------------------------------

async function turn(action) {
  if (busy) return;
  busy = true;
  try {
    show(await ask("play", { visit, settings, do: action }), action);
  } catch (error) {
    setPlaying(false);
    say(error.message, "error");
  } finally { busy = false; }
}
// A button's wish waits for the slice that is under way.
async function press(action) {
  while (busy) await new Promise((done) => setTimeout(done, 5));
  await turn(action);
}
function setPlaying(wanted) {
  playing = wanted;
  play.textContent = wanted ? "Pause" : "Play";
  play.setAttribute("aria-pressed", wanted);
  root.dataset.playing = wanted ? "yes" : "no";
  clock = 0;
  if (!wanted) find(".rate").textContent = "\u2013";
}

function show(answer, action) {
  visit = answer.visit;
  if (!latest || answer.step < latest.step || action === "restart") { losses = []; say(""); }
  latest = answer;
  root.dataset.step = answer.step;
  const { generator, discriminator } = answer.losses;
  if (generator !== undefined && discriminator !== undefined) losses.push([answer.step, generator, discriminator]);
  if (losses.length > MOST_LOSSES) losses = losses.filter((_, index) => index % 2);
  if (playing && action === "run") {
    const now = performance.now();
    if (!clock) { clock = now; counted = answer.step; }
    else if (now - clock > 500) {
      rate = (answer.step - counted) / (now - clock) * 1000;
      clock = now; counted = answer.step;
      find(".rate").textContent = Math.round(rate);
    }
  }
  find(".step").textContent = answer.step.toLocaleString("en");
  find(".covered").textContent = answer.modes === null ? "\u2013" : `${answer.covered} of ${answer.modes}`;
  find(".good").textContent = answer.good === null ? "\u2013" : `${Math.round(answer.good * 100)} %`;
  find(".judged").textContent = answer.modes === null ? "A curve has no separate modes to count."
    : "A mode is covered with a fifth of its fair share; of real points, 99 % are good.";
  if (answer.diverged) {
    setPlaying(false);
    say(`Diverged at step ${answer.step}: the numbers left every range, and training cannot go on. Lower the learning rate or switch the penalty on, then restart.`);
  } else if (answer.outside > 0.02) {
    say(`${Math.round(answer.outside * 100)} % of the generated points lie outside the picture; they are drawn at its edge.`, "info");
  } else say("");
  if (performance.now() - spoken > 1000) {
    spoken = performance.now();
    plane.setAttribute("aria-label", `Step ${answer.step}: real points, generated points and the discriminator's opinion`
      + (answer.modes === null ? "" : `; ${answer.covered} of ${answer.modes} modes covered`));
  }
  requestAnimationFrame(draw);
}

// --- Drawing ---------------------------------------------------------------------------------------------------------

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const points = (text) => new Uint16Array(bytes(text).buffer);
const cellsCanvas = document.createElement("canvas"), probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
let palette;

// The page's colours as numbers, read again when the theme changes. Low opinions are the generator's purple, high ones
// the discriminator's orange: a pair that stays apart for every kind of colour vision.
function colours() {
  const style = getComputedStyle(root), names = ["surface", "generator", "discriminator", "ink", "muted", "line"];
  const key = names.map((name) => style.getPropertyValue(`--gw-${name}`)).join();
  if (palette?.key === key) return palette;
  palette = { key };
  for (const name of names) {
    palette[name] = style.getPropertyValue(`--gw-${name}`).trim() || "#888";
    probe.fillStyle = palette[name];
    probe.fillRect(0, 0, 1, 1);
    palette[`${name}RGB`] = [...probe.getImageData(0, 0, 1, 1).data];
  }
  palette.table = Array.from({ length: 256 }, (_, level) => {
    const side = level < 128 ? palette.generatorRGB : palette.discriminatorRGB;
    const strength = 0.6 * Math.sqrt(Math.abs(level - 127.5) / 127.5);
    return palette.surfaceRGB.map((value, channel) => value + (side[channel] - value) * strength);
  });
  return palette;
}

function fit(canvas, height) {
  const ratio = Math.min(devicePixelRatio || 1, 2), width = canvas.clientWidth;
  if (!width) return null;
  const wide = Math.round(width * ratio), high = Math.round((height || width) * ratio);
  if (canvas.width !== wide || canvas.height !== high) { canvas.width = wide; canvas.height = high; }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return [pen, width, height || width];
}

function draw() {
  if (!latest) return;
  drawPlane();
  drawCurve();
}
function drawPlane() {
  const fitted = fit(plane), { table, ink, generator } = colours();
  if (!fitted) return;
  const [pen, side] = fitted, levels = bytes(latest.judgement);
  cellsCanvas.width = cellsCanvas.height = latest.cells;
  const cellPen = cellsCanvas.getContext("2d"), image = cellPen.createImageData(latest.cells, latest.cells);
  levels.forEach((level, index) => { image.data.set(table[level], index * 4); image.data[index * 4 + 3] = 255; });
  cellPen.putImageData(image, 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.drawImage(cellsCanvas, 0, 0, side, side);
  const size = Math.max(1.8, side / 230);
  const each = (packed, mark) => { for (let i = 0; i < packed.length; i += 2) mark(packed[i] / 65535 * side, packed[i + 1] / 65535 * side); };
  pen.strokeStyle = ink; pen.lineWidth = 1.1; pen.globalAlpha = 0.6;
  pen.beginPath();
  each(points(latest.real), (x, y) => { pen.moveTo(x + size, y); pen.arc(x, y, size, 0, 7); });
  pen.stroke();
  pen.globalAlpha = 0.9; pen.fillStyle = generator;
  pen.beginPath();
  each(points(latest.fakes), (x, y) => { pen.moveTo(x + size, y); pen.arc(x, y, size, 0, 7); });
  pen.fill();
  pen.globalAlpha = 1;
}
function drawCurve() {
  const fitted = fit(curve, 130), { generator, discriminator, muted, line } = colours();
  if (!fitted) return;
  const [pen, width, height] = fitted, left = 34, bottom = height - 18;
  pen.clearRect(0, 0, width, height);
  pen.font = "11px system-ui, sans-serif";
  const values = losses.flatMap((each) => [each[1], each[2]]).sort((a, b) => a - b);
  // The axis covers all but the wildest values, so that one spike does not flatten the rest.
  const at = (share) => values[Math.round(share * (values.length - 1))] ?? 0;
  let low = Math.min(0, at(0.01)), high = Math.max(low + 0.5, at(0.99) * 1.1);
  const y = (value) => bottom - (Math.min(high, Math.max(low, value)) - low) / (high - low) * (bottom - 8);
  const first = losses[0]?.[0] ?? 0, last = Math.max(first + 1, losses.at(-1)?.[0] ?? 1);
  const x = (step) => left + (step - first) / (last - first) * (width - left - 4);
  pen.strokeStyle = line; pen.fillStyle = muted; pen.lineWidth = 1; pen.textAlign = "right";
  for (const value of [low, (low + high) / 2, high]) {
    pen.beginPath(); pen.moveTo(left, y(value)); pen.lineTo(width, y(value)); pen.stroke();
    pen.fillText(value.toFixed(high - low > 20 ? 0 : 1), left - 6, y(value) + 4);
  }
  pen.fillText(`step ${last.toLocaleString("en")}`, width - 2, height - 3);
  [[1, generator, ".loss-g"], [2, discriminator, ".loss-d"]].forEach(([column, colour, place]) => {
    pen.strokeStyle = colour; pen.lineWidth = 1.8; pen.lineJoin = "round";
    pen.beginPath();
    losses.forEach((each, index) => { pen[index ? "lineTo" : "moveTo"](x(each[0]), y(each[column])); });
    pen.stroke();
    find(place).textContent = losses.length ? losses.at(-1)[column].toFixed(3) : "\u2013";
  });
}

// --- Controls --------------------------------------------------------------------------------------------------------

play.onclick = () => setPlaying(!playing);
find(".one").onclick = () => { setPlaying(false); press("step"); };
find(".restart").onclick = () => press("restart");
function take() {
  for (const field of element.querySelectorAll("[data-setting]")) {
    const name = field.dataset.setting, value = ["distribution", "objective"].includes(name) ? field.value : Number(field.value);
    if (name === "seed" && (field.value === "" || !Number.isInteger(value) || value < 0 || value > 4294967295)) {
      say("A seed is a whole number from 0 to 4294967295.", "error");
      field.value = settings.seed;
      return;
    }
    settings[name] = value;
  }
  if (!find(".penalty").checked) settings.gamma = null;
  find("[data-setting=gamma]").disabled = settings.gamma === null;
  press("look");
}
for (const field of element.querySelectorAll("[data-setting], .penalty")) field.addEventListener("change", take);

async function open() {
  const { distributions } = await ask("choices");
  find("[data-setting=distribution]").replaceChildren(...distributions.map(({ name, summary }) => {
    const option = new Option(name, name);
    option.title = summary;
    return option;
  }));
  await turn("look");
}
// Runs only while the tab is looked at; the first look waits until it is opened, because it loads torch.
every(() => (playing ? 6 : 150), async () => {
  if (!latest) { try { await open(); } catch (error) { say(error.message, "error"); } }
  else if (playing) await turn("run");
});
new ResizeObserver(draw).observe(plane);
new MutationObserver(draw).observe(document.body, { attributes: true, attributeFilter: ["class"] });
