// Directions that a person makes: by pointing at pictures, and by arithmetic with names. Both are drafts until they are named.

makePointing();
function makePointing() {
  const { state } = explorer, grid = find(".dir-grid"), said = find(".dir-said"), WAYS = [0, 1, -1];
  const mine = Math.random().toString(36).slice(2, 8);  // another browser's drafts are its own
  const marks = new Map();     // seed -> 1 (more) or -1 (less)
  let start = 1000, seeds = [], model = "", timer = 0;

  // --- A draft: a slider, and a name to keep it by -------------------------------------------------------------------------
  function showDraft(box, id) {
    if (box.dataset.id === id) { explorer.draw(); dirs.soon(); return; }  // the same slider, along what is now meant
    box.dataset.id = id;
    const row = dirs.makeRow(id, { tools: false });
    row.line.querySelector(".name").textContent = "New direction";
    const field = make("input", { class: "field grow", type: "text", maxLength: 60, placeholder: "A name for it", "aria-label": "Name of the new direction" });
    const form = make("form", { class: "line" }, field, make("button", { class: "gw-button primary", type: "submit" }, "Keep"));
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (!field.value.trim()) { field.focus(); return; }
      const answer = await dirs.keep(id, field.value.trim());
      if (!answer) return;
      dropDraft(box);
      say(`Kept as ${answer.id.slice("saved/".length)}: it is under Your own.`, "info");
    };
    box.replaceChildren(row, form);
    dirs.showLocks();
  }
  function dropDraft(box) {
    box.replaceChildren();
    delete box.dataset.id;
    dirs.showUsed();
  }

  // --- Pointing -------------------------------------------------------------------------------------------------------------
  const box = find('[data-draft="point"]');
  const gridFor = latestWins((wish) => ask("directions_grid", wish), (answer, wish) => {
    if (wish.model !== state.model) return;
    seeds = answer.seeds;
    grid.replaceChildren(...answer.pictures.map((picture, index) => {
      const button = explorer.thumb(picture, "", () => mark(button, WAYS[(WAYS.indexOf(marks.get(seeds[index]) ?? 0) + 1) % 3]), { alt: "" });
      button.dataset.seed = seeds[index];
      button.tabIndex = index ? -1 : 0;
      return button;
    }));
    for (const button of grid.children) show(button);
  }, (error) => say(error.message, "error"));
  function fill() {
    if (state.model && explorer.isOpen("directions") && !find(".dir-marking").hidden) gridFor(explorer.wish({ start }));
  }
  function show(button) {
    const side = marks.get(Number(button.dataset.seed)) ?? 0;
    button.dataset.mark = { 1: "more", "-1": "less", 0: "" }[side];
    button.setAttribute("aria-label", `Seed ${button.dataset.seed}: ${{ 1: "more", "-1": "less", 0: "not marked" }[side]}`);
  }
  function mark(button, side) {
    const seed = Number(button.dataset.seed);
    if (side) marks.set(seed, side); else marks.delete(seed);
    show(button);
    clearTimeout(timer);
    timer = setTimeout(point, 120);
  }
  const marked = (side) => [...marks].filter(([, value]) => value === side).map(([seed]) => seed);
  const pointFor = latestWins((wish) => ask("directions_point", wish), (answer, wish) => {
    if (wish.model !== state.model || !marks.size) return;
    showDraft(box, answer.id);
    const sure = answer.right / answer.marks;
    const advice = answer.marks < 6 ? " A few more marks make it surer." : sure < 0.7 ? " That is close to guessing: mark clearer examples." : "";
    tell(answer.marks < 4 ? "" : ` Left out one by one, ${answer.right} of ${answer.marks} marks agree with the others.`, advice);
  }, (error) => tell(` ${error.message}`));
  function tell(...more) { said.textContent = [`${marked(1).length} more, ${marked(-1).length} less.`, ...more].join(""); }
  function point() {
    const more = marked(1), less = marked(-1);
    find(".dir-clear").disabled = !marks.size;
    if (more.length && less.length) { pointFor(explorer.wish({ more, less, draft: `point${mine}` })); return; }
    tell(marks.size ? ` Now mark at least one picture that has ${more.length ? "less" : "more"} of it.` : "");
    if (!marks.size) dropDraft(box);
  }
  grid.addEventListener("keydown", (event) => {
    const button = event.target.closest("button"), columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
    const side = { m: 1, "+": 1, l: -1, "-": -1, Delete: 0, Backspace: 0 }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
    if (!button || (side === undefined && by === undefined) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (side !== undefined) { mark(button, side); return; }
    const next = grid.children[[...grid.children].indexOf(button) + by];
    if (!next) return;
    for (const each of grid.children) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  });
  find(".dir-start button").onclick = () => { find(".dir-start").hidden = true; find(".dir-marking").hidden = false; tell(); fill(); };
  find(".dir-others").onclick = () => { start += seeds.length || 24; fill(); };
  find(".dir-clear").onclick = () => { marks.clear(); for (const button of grid.children) show(button); point(); };

  // --- Arithmetic -----------------------------------------------------------------------------------------------------------
  const text = find(".dir-text"), names = find(".dir-names"), wrong = find(".dir-wrong"), sum = find('[data-draft="sum"]');
  const PART = /[^+*()]*$/;     // what is being written: from the last sign on
  const quoted = (name) => (/^[\p{L}\d_]+$/u.test(name) ? name : `"${name}"`);
  const numbered = (each) => (each.id.startsWith("sefa/") || each.id.startsWith("pca/") ? 1 : 0);
  const ranked = () => [...dirs.listed()].sort((one, other) => numbered(one) - numbered(other));  // what has a name of its own comes first
  function suggest() {
    const before = text.value.slice(0, text.selectionStart ?? text.value.length);
    const part = PART.exec(before.replace(/ - /g, "   +"))[0].trim().replace(/^["'\d.\s]+/, "").toLowerCase();
    const all = [...explorer.favourites(), ...ranked()].map((each) => each.name);
    const fitting = [...new Set(all)].filter((name) => name.toLowerCase().includes(part) && name.toLowerCase() !== part);
    names.replaceChildren(...fitting.slice(0, part ? 8 : 12).map((name) => make("button", { type: "button", class: "dir-chip", onclick: () => put(name, part) }, name)));
  }
  function put(name, part) {
    const at = text.selectionStart ?? text.value.length, before = text.value.slice(0, at);
    const kept = part ? before.slice(0, before.toLowerCase().lastIndexOf(part)).replace(/["']$/, "") : before;
    const joined = !part && kept.trim() && !/[-+*(]\s*$/.test(kept) ? `${kept.trimEnd()} + ` : kept;
    text.value = joined + quoted(name) + text.value.slice(at);
    text.focus();
    text.selectionStart = text.selectionEnd = (joined + quoted(name)).length;
    suggest();
  }
  find(".dir-arithmetic form").onsubmit = async (event) => {
    event.preventDefault();
    const of = state.model;
    try {
      const answer = await ask("directions_calculate", { model: of, text: text.value, draft: `sum${mine}` });
      if (of !== state.model) return;
      wrong.textContent = "";
      if (answer.id) { showDraft(sum, answer.id); return; }
      dropDraft(sum);
      explorer.go((place) => Object.assign(place, answer.latent, { scale: 1, moves: [], amounts: {}, offsets: {} }));
    } catch (error) { wrong.textContent = error.message; }
  };
  text.addEventListener("input", () => { wrong.textContent = ""; suggest(); });
  text.addEventListener("focus", suggest);
  dirs.onList(() => {
    const [one, other] = ranked().map((each) => quoted(each.name));
    if (other) text.placeholder = `${one} - 0.5*${other}`;
    suggest();
  });
  explorer.on("favourites", suggest);

  explorer.on("model", (facts) => {
    if (facts.model === model) return;
    model = facts.model;
    marks.clear();
    wrong.textContent = "";
    for (const each of [box, sum]) dropDraft(each);
    tell();
  });
  dirs.onList(fill);
}
