// Where the latent comes from: one seed, a way between two, a class or a mix of two; and a walk that never ends.

const read = (path) => path.split(".").reduce((value, key) => value[key], explorer.state.place);
function write(path, value) {
  const keys = path.split("."), last = keys.pop();
  keys.reduce((holder, key) => holder[key], explorer.state.place)[last] = value;
}

// What lies under the sliders, as an end or a corner: a seed where it is one, else its numbers. Steps to neighbours are part
// of it only `withMoves`: where they stay in force they would be gone twice.
async function basePoint({ withMoves }) {
  const { kind, seed, moves } = explorer.state.place;
  if (kind === "seed" && !moves.length) return seed;
  const latent = compact(explorer.state.place);
  for (const key of ["amounts", "offsets", "scale", ...(withMoves ? [] : ["moves"])]) delete latent[key];
  return { kind: "vector", vector: (await ask("draw", explorer.wish({ latent, numbers: true }))).numbers };
}

makeMove();
function makeMove() {
  const { state, go } = explorer;

  // --- Seeds ------------------------------------------------------------------------------------------------------------
  function setSeed(path, text) {
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0 || value > LARGEST_SEED || text === "") {
      say(`A seed is a whole number from 0 to ${LARGEST_SEED}.`, "error");
      refresh();
      return;
    }
    go((place) => { write(path, value); if (path === "seed") place.moves = []; });
  }
  for (const input of element.querySelectorAll("[data-seed]"))
    input.addEventListener("change", () => setSeed(input.dataset.seed, input.value));
  const toSeed = (seed) => go((place) => Object.assign(place, { kind: "seed", seed, moves: [] }));
  const stepSeed = (by) => toSeed((state.place.seed + by + LARGEST_SEED + 1) % (LARGEST_SEED + 1));
  explorer.stepSeed = stepSeed;
  explorer.anySeed = () => toSeed(randomSeed());
  find(".previous").onclick = () => stepSeed(-1);
  find(".next").onclick = () => stepSeed(1);
  find(".random").onclick = explorer.anySeed;
  find(".random-ends").onclick = () => go((place) => { place.ends = [randomSeed(), randomSeed()]; });
  for (const input of element.querySelectorAll("[name=gw-kind]"))
    input.addEventListener("change", () => go((place) => {
      // What one looked at stays in sight: it is the first end of the way, or the first corner of the pad.
      if (place.kind === "seed" && input.value === "path") place.ends[0] = place.seed;
      if (place.kind === "seed" && input.value === "pad") place.corners[0] = place.seed;
      place.kind = input.value;
    }));
  for (const input of element.querySelectorAll("[name=gw-way]"))
    input.addEventListener("change", () => go((place) => { place.way = input.value; }));
  for (const input of element.querySelectorAll("[data-number]")) {
    const key = input.dataset.number;
    explorer.equip(input.closest(".row"), Number(input.dataset.home || 0), () => state.place[key], (value) => { state.place[key] = value; });
  }

  // --- Classes ----------------------------------------------------------------------------------------------------------
  // A conditional model is asked for one of its classes; the choice keeps its place while models with the same classes change.
  let classesShown = "[]";
  function showClasses(names) {
    if (JSON.stringify(names) === classesShown) return;
    classesShown = JSON.stringify(names);
    find(".classes").hidden = !names.length;
    find(".chips").replaceChildren(...names.map((name, index) => {
      const input = make("input", { type: "radio", name: "gw-class", value: index });
      input.addEventListener("change", () => go((place) => { place.label = index; }));
      return make("label", {}, input, make("span", {}, name));
    }));
    find(".towards").replaceChildren(new Option("none", ""), ...names.map((name, index) => new Option(name, index)));
  }
  find(".towards").addEventListener("change", (event) => go((place) => {
    place.towards = event.target.value === "" ? null : Number(event.target.value);
    place.mix = place.towards === null ? 0 : place.mix || 0.5;
  }));

  // --- A walk from seed to seed, for as long as one likes ---------------------------------------------------------------
  const button = find(".walk"), speed = find(".walkspeed"), reading = speed.closest(".row").querySelector("output");
  let walking = 0, last = 0;
  const showSpeed = () => { reading.textContent = Number(speed.value).toFixed(2); };
  speed.addEventListener("input", showSpeed);
  showSpeed();
  async function startWalk() {
    let from;
    try { from = await basePoint({ withMoves: true }); } catch (error) { say(error.message, "error"); return; }
    Object.assign(state.place, { kind: "path", ends: [from, randomSeed()], t: 0, moves: [] });
    button.textContent = "❚❚ Stop walking";
    button.setAttribute("aria-pressed", true);
    last = performance.now();
    explorer.tell("place");
    walking = requestAnimationFrame(tick);
  }
  function tick(now) {
    if (!element.isConnected) return;
    const { place } = state;
    if (place.kind !== "path" || !state.model) { stopWalk(); return; }
    if (element.offsetParent !== null && document.visibilityState === "visible") {
      place.t += Math.min(0.1, (now - last) / 1000) * Number(speed.value);
      if (place.t >= 1) { place.ends = [place.ends[1], randomSeed()]; place.t = Math.min(1, place.t - 1); }
      explorer.tell("place");
      explorer.draw();
    }
    last = now;
    walking = requestAnimationFrame(tick);
  }
  function stopWalk() {
    if (!walking) return;
    cancelAnimationFrame(walking);
    walking = 0;
    button.textContent = "▶ Random walk";
    button.setAttribute("aria-pressed", false);
    explorer.remember();
  }
  button.onclick = () => (walking ? stopWalk() : startWalk());
  explorer.stopWalk = stopWalk;
  explorer.on("model", () => { if (!find(".walk").isConnected) stopWalk(); });

  // --- What is shown of all this ----------------------------------------------------------------------------------------
  function refresh() {
    const { place } = state;
    for (const input of element.querySelectorAll("[name=gw-kind]")) update(input, { checked: input.value === place.kind });
    for (const input of element.querySelectorAll("[name=gw-way]")) update(input, { checked: input.value === place.way });
    for (const input of element.querySelectorAll("[name=gw-class]")) update(input, { checked: Number(input.value) === place.label });
    for (const panel of element.querySelectorAll(".panel[data-kind]")) update(panel, { hidden: panel.dataset.kind !== place.kind });
    for (const input of element.querySelectorAll("[data-seed]")) {
      const value = read(input.dataset.seed), seed = Number.isInteger(value);
      if (document.activeElement !== input) update(input, { value: seed ? String(value) : "" });
      update(input, { placeholder: seed ? "" : "pinned" });
    }
    update(find(".towards"), { value: String(place.towards ?? "") });
    update(find(".mixing .row"), { hidden: place.towards === null });
    update(find(".way"), { hidden: !["path", "pad"].includes(place.kind) });
    update(find(".vector-choice"), { hidden: place.kind !== "vector" && !place.vector.length });
  }
  explorer.on("place", refresh);
  explorer.on("model", (facts) => { showClasses(facts.classes); refresh(); });
  explorer.on("shown", (answer, wish) => {
    if ("step" in answer && state.step === null) models.trained(answer.step);
    const words = describe(wish.latent);
    update(big, { alt: `Generated by ${state.model}${state.step === null ? "" : ` at step ${state.step}`}: ${words}` });
    const typical = state.facts ? `, usually about ${Math.sqrt(state.facts.latent_dim).toFixed(1)}, here` : "";
    update(find(".caption .words"), { textContent: `${words} · length of z${typical} ` });
    update(find(".caption .norm"), { textContent: answer.norm.toFixed(1) });
  });
}

// A place in words.
function describe(latent) {
  const classes = explorer.state.facts?.classes ?? [];
  const end = (point) => (Number.isInteger(point) ? `seed ${point}` : "a pinned place");
  const text = { seed: () => `seed ${latent.seed}`, vector: () => "numbers of your own",
    path: () => `${Math.round(latent.t * 100)} % of the way from ${end(latent.ends[0])} to ${end(latent.ends[1])} (${latent.way})`,
    pad: () => `between ${latent.corners.map(end).join(", ")} (${latent.way})` }[latent.kind]();
  const steps = latent.moves ? `, ${latent.moves.length} ${latent.moves.length === 1 ? "step" : "steps"} aside` : "";
  const share = Math.round((latent.mix || 0) * 100), name = (label) => classes[label] ?? label;
  const kind = !("label" in latent) || classes[latent.label] === undefined ? ""
    : share ? `${100 - share} % class ${name(latent.label)} and ${share} % class ${name(latent.towards)}, ` : `class ${name(latent.label)}, `;
  return kind + text + steps + (latent.amounts || latent.offsets ? ", moved by sliders" : "");
}
