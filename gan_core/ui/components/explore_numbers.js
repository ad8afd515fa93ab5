// Every number of the latent: bars to drag or paint over, one slider for the chosen one, and the numbers as text.

makeNumbers();
function makeNumbers() {
  const { state, go, drag } = explorer, all = find(".all"), text = find(".text"), bars = find(".bars"), area = find(".text textarea");
  const HIGH = 4, ROW = 128, TALL = 74;  // numbers reach from -HIGH to HIGH; so many in a row, so high a row
  const FARTHEST = 1000;  // and typed ones no farther than this, as in gan_core.latents.spec
  let numbers = [], chosen = 0, painting = false;

  // A number has moved where an offset is; the offset is what is sent, so that seeds and sliders below it stay in force.
  function put(index, value) {
    const { offsets } = state.place;
    const moved = Number(((offsets[index] || 0) + value - numbers[index]).toFixed(4));
    if (moved) offsets[index] = moved; else delete offsets[index];
    numbers[index] = value;
  }
  const row = explorer.row("z1", -HIGH, HIGH, 0.02, 0, () => numbers[chosen] ?? 0, (value) => { put(chosen, value); paint(); });
  row.isMoved = () => chosen in state.place.offsets;
  row.goHome = () => { numbers[chosen] -= state.place.offsets[chosen] || 0; delete state.place.offsets[chosen]; };
  find(".single").append(row);
  function choose(index) {
    chosen = Math.min(numbers.length - 1, Math.max(0, index));
    row.querySelector(".name").textContent = `z${chosen + 1}`;
    row.querySelector("input").setAttribute("aria-label", `z${chosen + 1}`);
    row.refresh();
    paint();
  }

  // --- The bars ---------------------------------------------------------------------------------------------------------
  const perRow = () => Math.min(ROW, numbers.length || 1), rows = () => Math.ceil((numbers.length || 1) / perRow());
  function paint() {
    if (!all.open || !bars.clientWidth) return;
    const scale = devicePixelRatio || 1, width = bars.clientWidth, height = rows() * TALL;
    if (bars.width !== Math.round(width * scale) || bars.height !== Math.round(height * scale)) {
      bars.style.height = `${height}px`;
      bars.width = Math.round(width * scale);
      bars.height = Math.round(height * scale);
    }
    const pen = bars.getContext("2d"), style = getComputedStyle(bars), colour = (name) => style.getPropertyValue(name);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    const step = width / perRow(), gap = step > 4 ? 1 : 0;
    numbers.forEach((value, index) => {
      const x = index % perRow() * step, middle = (Math.floor(index / perRow()) + 0.5) * TALL;
      const tall = Math.max(-1, Math.min(1, value / HIGH)) * (TALL / 2 - 3);
      if (index === chosen) { pen.fillStyle = colour("--gw-tint"); pen.fillRect(x, middle - TALL / 2, step, TALL); }
      pen.fillStyle = colour(index in state.place.offsets ? "--gw-accent" : "--gw-line-strong");
      pen.fillRect(x, Math.min(middle, middle - tall), Math.max(1, step - gap), Math.max(1, Math.abs(tall)));
    });
  }
  function at(event) {
    const box = bars.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / box.width * perRow()), line = Math.floor((event.clientY - box.top) / TALL);
    const index = Math.min(rows() - 1, Math.max(0, line)) * perRow() + Math.min(perRow() - 1, Math.max(0, column));
    const value = (0.5 - ((event.clientY - box.top) / TALL - Math.min(rows() - 1, Math.max(0, line)))) * 2 * HIGH;
    return [Math.min(index, numbers.length - 1), Math.round(Math.min(HIGH, Math.max(-HIGH, value)) * 50) / 50];
  }
  function take(event) {
    const [index, value] = at(event);
    drag(() => { put(index, value); choose(index); });
  }
  bars.addEventListener("pointerdown", (event) => {
    if (!numbers.length) return;
    painting = true;
    bars.setPointerCapture(event.pointerId);
    bars.focus({ preventScroll: true });
    take(event);
  });
  bars.addEventListener("pointermove", (event) => { if (painting) take(event); });
  const done = () => { if (!painting) return; painting = false; explorer.remember(); };
  bars.addEventListener("pointerup", done);
  bars.addEventListener("pointercancel", done);
  bars.addEventListener("keydown", (event) => {
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key], up = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
    if (across) choose(chosen + across);
    else if (up) drag(() => { put(chosen, Math.min(HIGH, Math.max(-HIGH, numbers[chosen] + up))); choose(chosen); });
    else if (["Delete", "Backspace"].includes(event.key)) go(() => { row.goHome(); choose(chosen); });
    else return;
    event.preventDefault();
  });
  bars.addEventListener("keyup", (event) => { if (["ArrowUp", "ArrowDown"].includes(event.key)) explorer.remember(); });
  new ResizeObserver(paint).observe(bars);

  // --- Coming and going ---------------------------------------------------------------------------------------------------
  // Numbers travel with the picture only while somebody looks at them.
  for (const details of [all, text]) details.addEventListener("toggle", () => {
    explorer.needs[details.open ? "add" : "delete"](details.className);
    if (details.open) explorer.draw();
  });
  explorer.on("model", (facts) => {
    find("[data-count]").textContent = facts.latent_dim;
    if (numbers.length !== facts.latent_dim) numbers = new Array(facts.latent_dim).fill(0);
    choose(Math.min(chosen, facts.latent_dim - 1));
  });
  explorer.on("shown", (answer) => {
    if (!answer.numbers || painting || answer.seq !== state.seq) return;
    numbers = answer.numbers;
    row.refresh();
    paint();
  });
  find(".copy").onclick = () => { area.value = numbers.map((value) => value.toFixed(4)).join(", "); area.select(); navigator.clipboard?.writeText(area.value).catch(() => {}); };
  find(".use").onclick = () => {
    const words = area.value.trim().replace(/^\[|\]$/g, "").split(/[\s,;]+/).filter(Boolean);
    const values = words.map(Number), wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) { say(`${words[wrong]} is not a number; write ${numbers.length} numbers with commas between them.`, "error"); return; }
    const far = values.findIndex((value) => Math.abs(value) > FARTHEST);
    if (far >= 0) { say(`${words[far]} is too far out; every number lies between -${FARTHEST} and ${FARTHEST}.`, "error"); return; }
    if (values.length !== numbers.length) { say(`This model's latents have ${numbers.length} numbers; ${values.length} were given.`, "error"); return; }
    go((place) => Object.assign(place, { kind: "vector", vector: values, scale: 1, moves: [], amounts: {}, offsets: {} }));
  };
}
