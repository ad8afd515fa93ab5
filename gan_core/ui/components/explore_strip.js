// Pictures to choose from: seeds, the way from A to B, classes, or the eight neighbours around the place where one stands.

const strip = makeStrip();
function makeStrip() {
  const { state, go } = explorer, box = find(".strip"), angle = find(".angle"), angleRow = find(".stepsize");
  let kind = "along", start = 1, timer = 0, seen = "";

  const along = () => ({ seed: "seeds", path: "path" })[state.place.kind];
  const asked = () => (kind === "classes" ? "classes" : kind === "along" && along() ? along() : "neighbours");
  // What the strip depends on: asked for again only when that has changed, and only at rest.
  function wanted() {
    const latent = compact(state.place);
    if (kind === "classes") for (const key of ["label", "towards", "mix"]) delete latent[key];
    if (kind === "along") for (const key of ["t", "seed", ...(latent.kind === "seed" ? ["moves"] : [])]) delete latent[key];
    return JSON.stringify([state.model, state.step, asked(), start, angle.value, latent, state.model.startsWith("live:") ? state.shown.version : 0]);
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(fill, 180); };
  const fillFor = latestWins((wish) => ask("strip", wish), show, (error) => { seen = ""; console.warn(error.message); });
  function fill() {
    if (!state.model || !explorer.isOpen("move") || seen === wanted()) return;
    seen = wanted();
    fillFor(explorer.wish({ kind: asked(), start, angle: Number(angle.value) }));
  }
  function words(answer, label) {
    const classes = state.facts?.classes ?? [];
    return { classes: classes[label] ?? "", path: `${Math.round(label * 100)} %`, seeds: `${label}` }[answer.kind] ?? "";
  }
  function show(answer, wish) {
    if (wish.model !== state.model) return;
    const buttons = answer.pictures.map((picture, index) => {
      const label = answer.labels[index], text = words(answer, label);
      const alt = { classes: `Class ${text}`, seeds: `Seed ${label}`, path: `${text} of the way` }[answer.kind] ?? `Neighbour ${index + 1}`;
      const button = explorer.thumb(picture, text, () => take(answer.kind, label), { alt });
      button.dataset.kind = answer.kind;
      button.dataset.label = JSON.stringify(label);
      return button;
    });
    if (answer.kind === "neighbours")  // in the middle of the grid one stands oneself, as of when one came to rest
      buttons.splice(4, 0, make("span", { class: "centre" }, make("img", { src: big.src, alt: "Here" })));
    box.classList.toggle("grid", answer.kind === "neighbours");
    box.replaceChildren(...buttons);
    mark();
  }
  async function take(which, label) {
    let base = null;
    if (which === "neighbours") {
      start = randomSeed();
      // A place holds so many steps; a climb that is longer goes on from the numbers that it has come to.
      try { if (state.place.moves.length >= MOST_MOVES) base = await basePoint({ withMoves: true }); } catch (error) { say(error.message, "error"); return; }
    }
    go((place) => {
      if (which === "seeds") Object.assign(place, { seed: label, moves: [] });
      else if (which === "path") place.t = label;
      else if (which === "classes") Object.assign(place, { label, mix: 0, towards: null });
      else Object.assign(place, base ?? {}, { moves: [...(base ? [] : place.moves), label] });
    });
  }
  function mark() {
    const { place } = state;
    for (const button of box.querySelectorAll("button")) {
      const label = JSON.parse(button.dataset.label);
      const here = { classes: label === place.label && !place.mix, seeds: label === place.seed && !place.moves.length, path: Math.abs(label - place.t) < 0.07 }[button.dataset.kind];
      if (button.getAttribute("aria-pressed") !== String(Boolean(here))) button.setAttribute("aria-pressed", Boolean(here));
    }
  }
  function refresh() {
    const now = along();
    update(find(".by-class"), { hidden: !state.facts?.classes.length });
    update(find(".along"), { hidden: !now });
    update(find(".along span"), { textContent: { seeds: "Seeds", path: "From A to B" }[now] ?? "" });
    if ((!now && kind === "along") || (kind === "classes" && find(".by-class").hidden)) kind = now ? "along" : "neighbours";
    update(find(".more"), { hidden: kind === "classes" || (state.place.kind === "path" && kind === "along") });
    update(angleRow, { hidden: asked() !== "neighbours" });
    update(angleRow.querySelector("output"), { textContent: Number(angle.value).toFixed(2) });
    for (const input of element.querySelectorAll("[name=gw-strip]")) update(input, { checked: input.value === kind });
    mark();
  }
  for (const input of element.querySelectorAll("[name=gw-strip]"))
    input.addEventListener("change", () => { kind = input.value; refresh(); fill(); });
  find(".more").onclick = () => { start = state.place.kind === "seed" && kind === "along" ? start + 8 : randomSeed(); fill(); };
  angle.addEventListener("input", () => { refresh(); soon(); });
  explorer.on("place", refresh);
  explorer.on("model", () => { refresh(); soon(); });
  explorer.on("shown", () => { mark(); soon(); });
  return { soon };
}
