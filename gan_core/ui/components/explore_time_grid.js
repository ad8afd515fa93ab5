// The grid of steps x latents: which rows there are, filled column by column; every picture leads to its latent and step.

const timeRows = makeTimeRows();
function makeTimeRows() {
  const { state } = explorer;
  let brought = [];  // latents of a film or sheet that was dropped
  const SEEDS = 5;
  const here = () => ({ name: "this one", latent: compact(state.place) });
  const label = (place) => (state.facts?.classes.length ? { ...place, label: state.place.label } : place);
  const KINDS = {
    seeds: { words: "This one and seeds", list: () => [here(), ...Array.from({ length: SEEDS }, (_, index) => ({ name: `seed ${index + 1}`, latent: label({ kind: "seed", seed: index + 1 }) }))] },
    favourites: { words: "Favourites", list: () => explorer.favourites().slice(0, 12).map((each) => ({ name: each.name, latent: each.latent })) },
    classes: { words: "Classes", list: () => (state.facts?.classes ?? []).slice(0, 16).map((name, index) => {
      const { towards, mix, ...latent } = compact(state.place);
      return { name, latent: { ...latent, label: index } };
    }) },
    one: { words: "This one", list: () => [here()] },
    brought: { words: "From the file", list: () => brought },
  };
  // The kinds that have any rows now, for a select.
  const kinds = (which) => which.filter((kind) => KINDS[kind].list().length);
  function offer(select, which) {
    const there = kinds(which);
    if ([...select.options].map((option) => option.value).join() === there.join()) return;
    const before = select.value;
    select.replaceChildren(...there.map((kind) => new Option(KINDS[kind].words, kind)));
    select.value = there.includes(before) ? before : there[0];
  }
  // From which step on: the first ones of many trainings show next to nothing.
  function offerStart(select) {
    const { steps } = moments.get(), from = [steps[0] ?? 1];
    for (let power = 10; power < (steps.at(-2) ?? 0); power *= 10) if (power > from[0]) from.push(power);
    if ([...select.options].map((option) => Number(option.value)).join() === from.join()) return;
    const before = Number(select.value);
    select.replaceChildren(...from.map((step) => new Option(`step ${moments.number(step)}`, step)));
    select.value = from.includes(before) ? before : from[0];
  }
  return { offer, offerStart, list: (kind) => (KINDS[kind] ?? KINDS.one).list(), bring: (latents) => { brought = latents.map((latent, index) => ({ name: `latent ${index + 1}`, latent })); } };
}

makeTimeGrid();
function makeTimeGrid() {
  const { state } = explorer, card = find(".time-grid-card"), cells = find(".time-cells"), rowsOf = find(".time-rows"), count = find(".time-count"), from = find(".time-from");
  let drawn = "", grid = null, turn = 0;

  async function draw() {
    const mine = ++turn, model = state.model, rows = timeRows.list(rowsOf.value);
    drawn = `${model} ${rowsOf.value} ${count.value} ${from.value}`;
    let steps;
    try { ({ steps } = await ask("time_columns", { model, count: Number(count.value), start: Number(from.value) })); } catch (error) { say(error.message, "error"); return; }
    if (mine !== turn) return;
    grid = { model, rows, steps, newest: steps.at(-1) ?? 0, keys: rows.map((row) => JSON.stringify(row.latent)) };
    cells.style.setProperty("--columns", steps.length);
    cells.replaceChildren(make("span", { class: "gw-muted" }, "step"),
      ...steps.map((step) => make("button", { type: "button", class: "time-head", onclick: () => { moments.stop(); moments.seek(step); explorer.remember(); } }, moments.number(step))));
    for (const { name } of rows) cells.append(make("span", { class: "gw-muted time-name", title: name }, name), ...steps.map(() => make("span", { class: "time-cell" })));
    for (const [column, step] of steps.entries()) {
      let answer;
      try { answer = await ask("time_column", { model, step, latents: rows.map((row) => row.latent) }); } catch (error) { answer = { error: error.message }; }
      if (mine !== turn || !card.isConnected || !explorer.isOpen("time")) { if (mine === turn) drawn = ""; return; }
      rows.forEach((row, index) => {
        const place = cells.children[(index + 1) * (steps.length + 1) + column + 1];
        if (answer.error) { place.title = answer.error; place.classList.add("missing"); return; }
        const button = explorer.thumb(answer.pictures[index], "", () => { moments.stop(); explorer.show(row.latent, { step }); }, { alt: `${row.name} at step ${moments.number(step)}` });
        button.dataset.step = step;
        button.dataset.row = index;
        place.replaceChildren(button);
      });
      mark();
    }
  }
  function mark() {
    if (!grid) return;
    const here = JSON.stringify(compact(state.place));
    for (const button of cells.querySelectorAll("button[data-step]")) {
      const pressed = Number(button.dataset.step) === (state.step ?? (moments.apart() ? 0 : moments.get().steps.at(-1))) && grid.keys[button.dataset.row] === here;
      if (button.getAttribute("aria-pressed") !== String(pressed)) button.setAttribute("aria-pressed", pressed);
    }
  }
  function refresh() {
    const { steps } = moments.get();
    card.hidden = steps.length < 2;
    if (card.hidden || !explorer.isOpen("time")) return;
    timeRows.offerStart(from);
    timeRows.offer(rowsOf, ["seeds", "favourites", "classes", "brought"]);
    const more = grid && drawn ? moments.get().steps.filter((step) => step > grid.newest).length : 0;
    const text = more ? `Draw again: ${more} new` : "Draw again";
    if (find(".time-again").textContent !== text) find(".time-again").textContent = text;
    if (state.facts && drawn !== `${state.model} ${rowsOf.value} ${count.value} ${from.value}`) draw();
    mark();
  }
  if (matchMedia("(max-width: 480px)").matches) count.value = "6";
  for (const select of [rowsOf, count, from]) select.addEventListener("change", draw);
  find(".time-again").onclick = draw;
  find(".time-save").onclick = async () => {
    if (!grid) return;
    try {
      const answer = await ask("time_sheet", { model: grid.model, steps: grid.steps, latents: grid.rows.map((row) => row.latent), names: grid.rows.map((row) => row.name) });
      make("a", { href: answer.file, download: answer.name }).click();
    } catch (error) { say(error.message, "error"); }
  };
  moments.on(refresh);
  explorer.on("time", refresh);
  explorer.on("favourites", refresh);
}
