// Directions: a slider for every way in which pictures change, with the picture at both of its ends; locks, names.
// An id such as `pca/2|sefa/1` is what is left of `pca/2` when `sefa/1` is locked (gan_core/latents/directions/catalogue.py).

const dirs = makeDirections();
function makeDirections() {
  const { state, go } = explorer, END = 3, ENDS_AT_ONCE = 8, REST = 250;
  const cards = Object.fromEntries([...element.querySelectorAll("[data-dir-group]")].map((card) => [card.dataset.dirGroup, card]));
  const changed = [];          // who wants to hear of a new list
  let listed = [], locks = [], rows = new Map(), model = "", seen = "", timer = 0, drawing = 0;

  const known = (id) => listed.find((each) => each.id === id);
  const called = (id) => known(id)?.name ?? (id.startsWith("saved/~") ? "not named yet" : id.slice(id.indexOf("/") + 1));
  const inForce = (id) => (locks.length && !locks.includes(id) ? [id, ...locks].join("|") : id);
  function words(id) {
    const [first, ...others] = known(id) ? [id] : id.split("|");
    return called(first) + (others.length ? `, ${others.map(called).join(" and ")} locked` : "");
  }

  // --- One row ----------------------------------------------------------------------------------------------------------
  const icon = (path) => { const image = svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }); image.append(svg("path", { d: path })); return image; };
  const PADLOCK = "M4 7V5a4 4 0 0 1 8 0v2h1v7H3V7zm2 0h4V5a2 2 0 0 0-4 0z";

  function tool(className, label, content, onclick) {
    return make("button", { type: "button", class: `dir-tool ${className}`, title: label, "aria-label": label, onclick }, content);
  }
  function makeRow(id, { tools = true, fixed = false } = {}) {
    const key = () => (fixed ? id : inForce(id)), entry = known(id);
    const title = fixed ? words(id) : called(id);
    const line = explorer.row(title, -4, 4, 0.02, 0, () => state.place.amounts[key()] || 0, (value) => {
      if (value) state.place.amounts[key()] = value; else delete state.place.amounts[key()];
    });
    if (entry?.words) line.querySelector(".name").append(make("small", { title: entry.help ?? "" }, ` ${entry.words}`));
    const ends = [-1, 1].map((side) => make("button", { type: "button", class: "thumb dir-end", title: `${title}: ${side * END}`,
      onclick: () => go((place) => { place.amounts[key()] = side * END; }) }, make("img", { alt: `${title} at ${side * END}`, draggable: false })));
    const row = make("div", { class: "dir-row" }, ends[0], line, ends[1]);
    const buttons = make("span", { class: "dir-tools" });
    if (tools) {
      const lock = tool("dir-lock", `Lock ${title}: the other sliders then leave it as it is`, icon(PADLOCK), () => toggleLock(id));
      lock.setAttribute("aria-pressed", "false");
      buttons.append(lock, tool("dir-name", id.startsWith("saved/") ? `Rename ${title}` : `Keep ${title} under a name of yours`, "✎", () => rename(row, id)));
      if (id.startsWith("saved/")) buttons.append(tool("dir-remove", `Remove ${title}`, "×", () => remove(id)));
    } else if (fixed) buttons.append(tool("dir-remove", `Put ${title} back`, "×", () => go((place) => { delete place.amounts[id]; })));
    row.append(buttons);
    Object.assign(row, { key, line, ends, directionId: id });
    row.dataset.direction = id;
    line.refresh();
    return row;
  }
  const allRows = () => [...element.querySelectorAll('[data-panel="directions"] .dir-row')];

  // --- The list -----------------------------------------------------------------------------------------------------------
  const listFor = latestWins((wish) => ask("directions_list", wish), (answer, { model: of }) => { if (of === state.model) { take(answer); then(); then = () => {}; } }, (error) => say(error.message, "error"));
  let then = () => {};         // what is to be done once the list is there
  const fetchList = (next = () => {}) => { then = next; if (state.model) listFor({ model: state.model }); };
  function take(answer) {
    if (!listed.length) models.again();  // the axes of dragging have the main variations from now on, too
    listed = answer.directions;
    locks = locks.filter(known);
    rows = new Map();
    for (const [group, card] of Object.entries(cards)) {
      const mine = listed.filter((each) => each.group === group);
      if (group === "used") continue;
      card.querySelector(".dir-rows").replaceChildren(...mine.map((each) => { const row = makeRow(each.id); rows.set(each.id, row); return row; }));
      card.hidden = group === "Your own" && !mine.length;
    }
    delete cards.used.querySelector(".dir-rows").dataset.ids;
    showUsed();
    find(".dir-find").textContent = answer.searched ? "Look again" : "Find attributes";
    find(".dir-weak").textContent = answer.weak.length ? `Not offered, because the latent hardly says anything about it: ${answer.weak.join(", ")}.` : "";
    showLocks();
    showAge(answer);
    for (const listen of changed) listen(listed, answer);
  }
  // A training goes on under its sliders: they keep their meaning until somebody wants newer ones.
  function showAge({ step, newest }) {
    const note = find(".dir-age");
    note.hidden = step === newest;
    note.replaceChildren(`These are the directions of step ${step.toLocaleString("en")}; the training has gone on to step ${newest.toLocaleString("en")}. `,
      make("button", { type: "button", class: "gw-button", onclick: async () => {
        if (await change("directions_renew", {})) letGo((key) => key.includes("attribute/"));  // those have to be looked for anew
      } }, "Find them anew"));
  }
  // The picture is no longer moved along some directions.
  function letGo(which) {
    if (Object.keys(state.place.amounts).some(which))
      go((place) => { for (const key of Object.keys(place.amounts).filter(which)) delete place.amounts[key]; });
    else explorer.draw();
  }
  // After a change of the list the other panels' lists (the axes of dragging) are fetched anew, too.
  async function change(name, wish) {
    try {
      const answer = await ask(name, { model: state.model, ...wish });
      take(answer);
      models.again();
      return answer;
    } catch (error) { say(error.message, "error"); return null; }
  }
  function move(from, to) {  // what was slid along one id is now slid along another
    const amount = state.place.amounts[from];
    if (amount === undefined) return;
    go((place) => { delete place.amounts[from]; if (to) place.amounts[to] = amount; });
  }
  async function keep(id, name) {
    const key = inForce(id), answer = await change("directions_save", { id: key, name });
    if (answer) move(key, inForce(answer.id));
    return answer;
  }
  function rename(row, id) {
    const mine = id.startsWith("saved/");
    const asked = { value: mine ? called(id) : "", label: `Name for ${called(id)}`, placeholder: "A name for it", look: "dir-field" };
    explorer.askName(row, asked, async (name) => {
      if (!mine) { await keep(id, name); return; }
      const held = locks, answer = await change("directions_rename", { old: called(id), name });
      if (!answer) return;
      const named = (other) => (other === id ? answer.id : other);
      locks = held.map(named);
      explorer.renameAmounts((key) => key.split("|").map(named).join("|"));
      showLocks();
    });
  }
  async function remove(id) {
    const name = called(id);
    // First the picture lets go of it: nothing can be drawn along a direction that is gone.
    letGo((key) => key.split("|").includes(id));
    await change("directions_remove", { old: name });
  }

  // --- Locks --------------------------------------------------------------------------------------------------------------
  function toggleLock(id) {
    locks = locks.includes(id) ? locks.filter((each) => each !== id) : [...locks, id];
    showLocks();
    explorer.tell("place");
  }
  function showLocks() {
    for (const row of allRows()) {
      const held = locks.includes(row.directionId);
      row.classList.toggle("locked", held);
      row.line.querySelector("input").disabled = held;
      for (const end of row.ends) end.disabled = held;
      row.querySelector(".dir-lock")?.setAttribute("aria-pressed", held);
    }
    const note = find(".dir-locks");
    note.hidden = !locks.length;
    note.replaceChildren(`Locked: ${locks.map(called).join(", ")}. Every other slider now moves at right angles to ${locks.length > 1 ? "these" : "it"}. `,
      make("button", { type: "button", class: "gw-button", onclick: () => { locks = []; showLocks(); explorer.tell("place"); } }, "Unlock"));
    soon();
  }

  // --- What is slid and has no row of its own ---------------------------------------------------------------------------
  function showUsed() {
    const shown = new Set(allRows().filter((row) => !cards.used.contains(row)).map((row) => row.key()));
    const others = Object.keys(state.place.amounts).filter((key) => !shown.has(key));
    const box = cards.used.querySelector(".dir-rows"), ids = others.join("\n");
    if (box.dataset.ids === ids) return;
    box.dataset.ids = ids;
    box.replaceChildren(...others.map((key) => makeRow(key, { tools: false, fixed: true })));
    cards.used.hidden = !others.length;
    soon();
  }

  // --- The picture at both ends of every slider, drawn when everything rests ---------------------------------------------
  const soon = () => { clearTimeout(timer); timer = setTimeout(drawEnds, REST); };
  async function drawEnds() {
    if (!explorer.isOpen("directions") || !state.model || explorer.failed()) return;
    const visible = allRows().filter((row) => row.offsetParent !== null);
    const wanted = JSON.stringify([explorer.wish(), visible.map((row) => row.key())]);
    if (wanted === seen) return;
    seen = wanted;
    const mine = ++drawing;
    for (let start = 0; start < visible.length; start += ENDS_AT_ONCE) {
      const some = visible.slice(start, start + ENDS_AT_ONCE);
      let answer;
      try { answer = await ask("directions_ends", explorer.wish({ ids: some.map((row) => row.key()), amount: END })); } catch (error) { seen = ""; console.warn(error.message); return; }
      if (mine !== drawing) return;
      for (const row of some) {
        const found = answer.ends[row.key()];
        if (!found) continue;
        row.title = found.error ?? "";
        row.classList.toggle("nothing", Boolean(found.error));
        if (!found.error) found.forEach((src, side) => { row.ends[side].firstChild.src = src; });
      }
    }
  }

  // --- Looking for attributes ---------------------------------------------------------------------------------------------
  // Long work with its progress; `done(answer)` unless it was cancelled. Answers a function that cancels it.
  function search(name, wish, bar, done) {
    const of = state.model, job = explorer.work(name, { ...wish, model: of }, bar);
    bar.hidden = false;
    job.done.then((answer) => { bar.hidden = true; if (of === state.model) done(answer.cancelled ? null : answer); },
      (error) => { bar.hidden = true; if (of === state.model) { say(error.message, "error"); done(null); } });
    return job.cancel;
  }
  let stop = null;
  const findButton = find(".dir-find");
  // First what is found in seconds, then the classes.
  function lookFor(classes) {
    findButton.textContent = "Cancel";
    find(".dir-weak").textContent = classes ? "Now for the classes; if nobody has looked before, learning to tell them apart takes about half a minute." : "Drawing pictures and reading them …";
    stop = search("directions_attributes", { classes }, find(".dir-progress"), (answer) => {
      stop = null;
      fetchList(answer?.more ? () => lookFor(true) : () => {});
      models.again();
      if (answer?.words) say(answer.words, "info");
    });
  }
  findButton.onclick = () => { if (stop) stop(); else lookFor(false); };

  // --- Cards by their titles, to jump to ---------------------------------------------------------------------------------
  const nav = find(".dir-nav");
  function showNav() {
    const all = [...element.querySelectorAll('[data-panel="directions"] > .gw-card')].filter((card) => !card.hidden);
    nav.replaceChildren(...all.map((card) => make("button", { type: "button", class: "dir-chip",
      onclick: () => { card.scrollIntoView({ block: "start" }); card.querySelector("button, input, a")?.focus({ preventScroll: true }); } }, card.querySelector(".gw-title").textContent)));
  }
  changed.push(showNav);

  explorer.on("model", (facts) => {
    if (facts.model === model) return;
    if (stop) { stop(); stop = null; }
    [model, locks, seen, listed] = [facts.model, [], "", []];
    for (const row of allRows()) if (!row.closest(".dir-new")) row.remove();  // those of another model's directions
    if (explorer.isOpen("directions")) fetchList();
  });
  explorer.on("place", () => { if (explorer.isOpen("directions")) showUsed(); });
  explorer.on("shown", soon);
  explorer.panel("directions", { open: () => { if (!listed.length || state.model.startsWith("live:")) fetchList(); else { showUsed(); soon(); } } });
  return { makeRow, keep, search, soon, showUsed, showLocks, listed: () => listed, onList: (listen) => changed.push(listen) };
}
