// My picture: a search in latent space, watched; then its latent is the place that everything else edits.

makeProject();
function makeProject() {
  const { state } = explorer, plot = projectPlot(find(".proj-plot")), file = find(".proj-file"), kinds = find(".proj-class");
  const PHASES = { look: "looking at random latents", race: "the starts race", finish: "the best are finished" };
  const PAUSE = 110, LATER = 700;
  let job = "", source = null, seed = 0, number = 0, found = null, asked = null, running = false, beginning = 0;

  const levels = (error) => (error < 10 ? error.toFixed(error < 1 ? 2 : 1) : Math.round(error).toString());
  const classOf = (label) => (label === null ? "" : `class ${state.facts?.classes[label] ?? label}, `);

  // --- Beginning ----------------------------------------------------------------------------------------------------------
  async function start(from, again = false) {
    if (!state.model) return;
    source = from;
    seed = again ? seed + 1 : 0;
    const mine = ++beginning, before = job;
    asked = { model: state.model, step: state.step };
    const label = kinds.value === "" || !state.facts?.classes.length ? null : Number(kinds.value);
    say("");
    try {
      const answer = await ask("project_start", { ...asked, ...from, before, seed, label, starts: Number(find(".proj-starts").value), negative: find(".proj-negative").checked });
      if (mine !== beginning) { ask("project_stop", { job: answer.job }).catch(() => {}); return; }
      job = answer.job;
      found = null;
      running = true;
      find(".proj-search").hidden = false;
      find(".proj-search").scrollIntoView({ block: "nearest" });
      find(".proj-target").src = answer.target;
      find(".proj-found").removeAttribute("src");
      find(".proj-now").textContent = "found";
      find(".proj-phase").textContent = "beginning";
      find(".proj-progress").hidden = false;
      find(".proj-progress").value = 0;
      plot.draw(null, null);
      find(".proj-use").disabled = true;
      find(".proj-stop").hidden = false;
      find(".proj-again").hidden = true;
      find(".proj-hint").hidden = !answer.notes.length;
      find(".proj-hint").textContent = answer.notes.join(" ");
      find(".proj-words").textContent = find(".proj-beside").textContent = "";
      if (from.path) explorer.myPicture = { ...from, negative: find(".proj-negative").checked };
      watch(job);
    } catch (error) { say(error.message, "error"); }
  }

  // --- Watching -----------------------------------------------------------------------------------------------------------
  async function watch(mine) {
    let seen = -1, last = false;
    while (mine === job && element.isConnected) {
      if (last && !explorer.isOpen("project")) { await new Promise((done) => setTimeout(done, LATER)); continue; }
      try {
        const answer = await ask("project_look", { job: mine, seen: last ? -1 : seen });
        if (mine !== job) return;
        if (!answer.same) { seen = answer.number; if (!answer.waiting) show(answer); else find(".proj-phase").textContent = answer.working ? "beginning" : "waiting for another search"; }
        beside(answer.beside, answer.ended);
        if (answer.ended && !last) { last = true; ended(); }
        if (answer.ended && (answer.waiting || answer.beside.ended)) return;  // one that was stopped before it began has nothing to compare
      } catch (error) {
        if (mine === job) { say(error.message, "error"); running = false; ended(); }
        return;
      }
      await new Promise((done) => setTimeout(done, last ? LATER : PAUSE));
    }
  }
  function show(answer) {
    found = answer;
    find(".proj-found").src = answer.picture;
    find(".proj-now").textContent = `found: ${classOf(answer.label)}${levels(answer.error_levels)} levels apart`;
    find(".proj-progress").value = answer.share;
    find(".proj-progress").hidden = answer.ended;
    find(".proj-phase").textContent = `${answer.ended ? "Done in" : `${PHASES[answer.phase]} ·`} ${answer.seconds.toFixed(1)} s`;
    find(".proj-use").disabled = false;
    if (answer.ended && answer.negative && answer.error_levels > 10 && !find(".proj-negative").checked) {
      find(".proj-hint").hidden = false;
      find(".proj-hint").textContent = "This model draws the other way round: swap light and dark above for a much nearer picture.";
    }
    const row = find(".proj-starts-row");
    row.hidden = answer.starts.length < 2;
    while (row.children.length > answer.starts.length) row.lastChild.remove();
    answer.starts.forEach((each, index) => {
      const box = row.children[index] ?? row.appendChild(make("div", { class: "proj-start" }, make("img", {}), make("span")));
      box.className = `proj-start${each.racing ? "" : " out"}${each.best ? " best" : ""}`;
      box.querySelector("img").src = each.picture;
      box.querySelector("img").alt = `Start ${index + 1}`;
      box.querySelector("span").textContent = levels(each.error);
      box.title = `Start ${index + 1}: ${classOf(each.label)}${levels(each.error)} levels apart${each.racing ? "" : ", dropped"}`;
    });
  }
  function ended() {
    running = false;
    find(".proj-stop").hidden = true;
    find(".proj-again").hidden = false;
  }
  // What the number means: beside what real pictures that it never saw reach, and its own.
  function beside(other, over) {
    if (!found) return;
    plot.draw(found.curve, other);
    const held = other.held_out_summary, own = other.own_summary, error = found.error_levels;
    if (!over) return;
    const words = [make("b", {}, `${levels(error)} levels of 255`), " apart, on average over all pixels", found.similarity === null ? "" : ` (structural similarity ${found.similarity.toFixed(2)} of 1)`, ". "];
    if (error < 1) words.push("That is this picture: no eye tells them apart.");
    else if (held && error < held.least) words.push("Nearer than it comes to any of the real pictures that were tried.");
    else if (held && error <= held.greatest) words.push("As near as it comes to real pictures that it never saw.");
    else if (held) words.push(`Farther than each of ${other.held_out.length} real pictures that were tried: it has nothing quite like this.`);
    find(".proj-words").replaceChildren(...words);
    const parts = [];
    if (held) parts.push(`${other.held_out.length} real pictures that it never saw, with the same effort${other.at ? ` at step ${other.at.toLocaleString("en")}` : ""}: ${levels(held.median)} (${levels(held.least)} to ${levels(held.greatest)})`);
    if (own) parts.push(`${other.own.length} of its own: ${levels(own.median)}`);
    const left = other.total ? other.total[0] + other.total[1] - other.held_out.length - other.own.length : 11;
    if (other.missing) parts.push(`${other.missing} Say where they are in the Memory panel`);
    if (!other.ended) parts.push(parts.length ? `measuring ${left} more …` : "measuring what other pictures reach, for comparison …");
    find(".proj-beside").textContent = parts.map((part) => part[0].toUpperCase() + part.slice(1)).join(". ").replace(/([^.…])$/, "$1.");
  }

  // --- Controls -----------------------------------------------------------------------------------------------------------
  find(".proj-choose").onclick = () => file.click();
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    file.value = "";
    if (!chosen) return;
    try {
      const place = await upload(chosen);
      if (!place?.path) throw new Error(`${chosen.name} could not be sent.`);
      start({ path: place.path, name: chosen.name });
    } catch (error) { say(error.message || String(error), "error"); }
  });
  find(".proj-held").onclick = () => start({ from: "held_out", number: number++ });
  find(".proj-own").onclick = () => start({ from: "own", number: number++ });
  find(".proj-stop").onclick = () => { if (job) ask("project_stop", { job }).catch((error) => say(error.message)); };
  find(".proj-again").onclick = () => start(source, true);
  find(".proj-negative").addEventListener("change", () => { if (source?.path) start(source); });
  find(".proj-use").onclick = () => {
    if (!found) return;
    const latent = { kind: "vector", vector: found.vector };
    if (found.label !== null) latent.label = found.label;
    explorer.show(latent, asked);
  };
  explorer.on("dropped", (answer) => { if (answer.kind === "picture") start({ path: answer.path, name: answer.name }); });
  explorer.on("model", (facts) => {
    const names = JSON.stringify(facts.classes);
    if (kinds.dataset.names === names) return;
    kinds.dataset.names = names;
    find(".proj-classes").hidden = !facts.classes.length;
    kinds.replaceChildren(new Option("any", ""), ...facts.classes.map((name, index) => new Option(name, index)));
  });
  explorer.panel("project", { open: () => { if (found) plot.draw(found.curve, null); } });
}
