// Memory: the nearest training pictures follow the big picture while it rests, each sense beside what is usual.

makeMemory();
function makeMemory() {
  const { state } = explorer, BINS = 32, REST = 220, AGAIN = 500, LEFT = 4, RIGHT = 4;
  let usual = null, number = 0, data = "", timer = 0, seen = "", charts = null, many = null, seed = 0;

  // --- Asking: when the picture rests, the newest wish wins ---------------------------------------------------------------
  const mine = () => (find(".mem-which input[value=mine]").checked && explorer.myPicture ? { picture: explorer.myPicture.path, name: explorer.myPicture.name, negative: explorer.myPicture.negative } : {});
  const wished = () => JSON.stringify([explorer.wish(), mine(), state.shown.version]);
  const near = latestWins((wish) => ask("memory_near", wish), show, (error) => { seen = ""; refuse(error.message); });
  function look(force = false) {
    clearTimeout(timer);
    if (!explorer.isOpen("memory") || !state.model || (!force && seen === wished())) return;
    timer = setTimeout(() => { seen = wished(); near(explorer.wish({ known: usual ? number : -1, ...mine() })); }, force ? 0 : REST);
  }
  function forget() { usual = null; number = 0; seen = ""; charts = many = null; seed = 0; find(".mem-found").hidden = find(".mem-many").hidden = find(".mem-sheet").hidden = true; }
  function refuse(words, asked = false) {
    for (const part of [find(".mem-local"), find(".mem-zip").parentElement]) part.hidden = !asked;
    find(".mem-found").hidden = find(".mem-many").hidden = find(".mem-busy").hidden = true;
    find(".mem-missing").hidden = false;
    find(".mem-why").textContent = words;
  }
  function show(answer, wish) {
    if (wish.model !== state.model) return;
    const busy = find(".mem-busy");
    if (answer.missing) {
      refuse(`${answer.missing} Say where they are, and the nearest ones can be looked for.`, true);
      find(".mem-local").hidden = !answer.local;
      return;
    }
    find(".mem-missing").hidden = true;
    busy.hidden = !answer.busy;
    busy.querySelector("progress").value = answer.share;
    find(".mem-doing").textContent = `${answer.words} …`;
    if (answer.busy) setTimeout(() => { if (wish.model === state.model) look(true); }, AGAIN);
    if (!answer.ready) { if (!answer.busy) setTimeout(() => look(true), AGAIN); return; }
    if (answer.usual) { usual = answer.usual; rule(); }
    number = answer.number;
    find(".mem-found").hidden = find(".mem-many").hidden = false;
    const verdict = find(".mem-verdict");
    verdict.textContent = answer.sentence;
    verdict.dataset.verdict = answer.verdict;
    for (const sense of ["pixels", "features"]) {
      const part = find(`.mem-sense[data-sense=${sense}]`);
      const own = each({ picture: answer.picture, words: "this one", alt: "The picture that is compared" });
      own.classList.add("own");
      part.querySelector(".mem-row").replaceChildren(own, ...answer[sense].map((one, place) => each({
        picture: one.picture, words: `${written(sense, one.distance)}${one.class ? ` · ${one.class}` : ""}`,
        alt: `Training picture ${place + 1}${one.class ? `, ${one.class}` : ""}, ${written(sense, one.distance)}` })));
    }
    charts = answer;
    paint();
  }
  // Levels of 255 mean something by themselves; distances in shape only beside the usual one.
  const middle = (values) => values[Math.floor(values.length / 2)];
  const written = (sense, distance) => (sense === "pixels" ? distance.toFixed(1) : `${(distance / (middle(usual.features) || 1)).toFixed(2)}×`);
  const each = ({ picture, words, alt }) => make("div", { class: "mem-each", title: words }, make("img", { src: picture, alt }), make("span", {}, words));

  // --- Charts ---------------------------------------------------------------------------------------------------------------
  function counts(values, high) {
    const bins = new Array(BINS).fill(0);
    for (const value of values) bins[Math.min(BINS - 1, Math.floor(value / high * BINS))] += 1 / values.length;
    return bins;
  }
  function bars(place, groups, limit, high, foot, unit) {
    const width = place.clientWidth, height = place.clientHeight, floor = height - foot, wide = (width - LEFT - RIGHT) / BINS;
    place.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const x = (value) => LEFT + Math.min(1, value / high) * (width - LEFT - RIGHT), tall = Math.max(...groups.flatMap(([, bins]) => bins)), room = Math.max(0, floor - 4);  // none while another panel is open
    const parts = groups.flatMap(([name, bins], group) => bins.map((bin, index) => bin && svg("rect", {
      x: LEFT + index * wide + (group ? wide * 0.25 : 0.5), width: Math.max(1, wide * (group ? 0.5 : 1) - 1), y: floor - bin / tall * room, height: bin / tall * room, class: name })).filter(Boolean));
    parts.push(svg("line", { x1: LEFT, x2: width - RIGHT, y1: floor, y2: floor, class: "axis" }), svg("line", { x1: x(limit), x2: x(limit), y1: 2, y2: floor, class: "limit" }));
    for (const [text, at, anchor] of [["0", LEFT, "start"], [unit(high), width - RIGHT, "end"]]) {
      const words = svg("text", { x: at, y: height - 1, "text-anchor": anchor });
      words.textContent = text;
      parts.push(words);
    }
    place.replaceChildren(...parts);
    return { x, floor };
  }
  function paint() {
    if (!charts || !usual || !explorer.isOpen("memory")) return;
    ["pixels", "features"].forEach((sense, index) => {
      const place = find(`.mem-sense[data-sense=${sense}] .mem-strip`), found = charts[sense].map((one) => one.distance);
      const high = Math.max(usual[sense].at(-1), ...found) * 1.04 || 1;
      const { x, floor } = bars(place, [["held", counts(usual[sense], high)]], usual.limits[index], high, 13, (value) => written(sense, value));
      found.forEach((distance, at) => place.append(svg("circle", { cx: x(distance), cy: floor, r: at ? 3 : 5.5, class: at ? "rest" : "dot" })));
      place.append(place.querySelector(".dot"));
      place.setAttribute("aria-label", `Nearest training picture at ${written(sense, found[0])}; real pictures it never saw have ${written(sense, usual[sense][0])} to ${written(sense, usual[sense].at(-1))}, half of them below ${written(sense, middle(usual[sense]))}`);
    });
    if (many) {
      const high = Math.max(usual.pixels.at(-1), ...many.pixels) * 1.04;
      bars(find(".mem-hist"), [["held", counts(usual.pixels, high)], ["drawn", counts(many.pixels, high)]], usual.limits[0], high, 14, (value) => value.toFixed(0));
    }
  }
  function rule() {
    find(".mem-eye").textContent = `× what is usual, by ${usual.eye === "outlines" ? "outlines" : "a small network"}`;
    find(".mem-eye").title = `Compared: ${usual.eye_words} (${usual.eye}).`;
    const twins = usual.twins <= 0.01 ? "A picture that shrinks to the same 8 × 8 colours as a training picture is flagged too." : `Pictures that shrink to the same 8 × 8 colours are not counted here: ${Math.round(usual.twins * 100)} % of the real ones it never saw have such a twin.`;
    find(".mem-rule").textContent = `Compared with ${usual.training.toLocaleString("en")} training pictures of ${usual.data}${usual.mirrored ? ", also mirrored, as the model saw them" : ""}; ${usual.held_out} real pictures that were kept apart say what is usual. In shape means: ${usual.eye_words} (${usual.eye}). `
      + `A picture is flagged when, both in pixels and in shape, it is nearer to a training picture than ${usual.held_out < 100 ? "each of those real ones is" : "99 of 100 of those real ones are"}${usual.held_out < 30 ? " (so few say little)" : ""}, or nearer by as much to one training picture than to the next ones. ${twins} By this rule ${usual.flagged} of the ${usual.held_out} real ones are flagged. A flag is a reason to look, not a proof; that nothing is flagged does not prove that nothing was remembered.`;
  }

  // --- Many ---------------------------------------------------------------------------------------------------------------------
  find(".mem-check").onclick = async () => {
    const button = find(".mem-check"), asked = { model: state.model, step: state.step };
    button.disabled = true;
    button.textContent = "Drawing and comparing …";
    try {
      const answer = await ask("memory_many", { ...asked, seed });
      if (asked.model !== state.model) return;
      if (!answer.ready) { say("The training pictures are not ready yet.", "info"); return; }
      many = answer;
      seed += answer.count;
      find(".mem-sheet").hidden = false;
      find(".mem-count").textContent = answer.sentence;
      find(".mem-pairs").replaceChildren(...answer.nearest.map((one) => {
        const place = one.label === null ? { kind: "seed", seed: one.seed } : { kind: "seed", seed: one.seed, label: one.label };
        const button = explorer.thumb(one.picture, `seed ${one.seed} · ${one.of.distance.toFixed(1)}`, () => explorer.show(place, asked));
        button.querySelector("img").after(make("img", { src: one.of.picture, alt: "Its nearest training picture" }));
        button.title = "Show this picture";
        return button;
      }));
      paint();
    } catch (error) { say(error.message, "error"); } finally { button.disabled = false; button.textContent = many ? "Check 64 more" : "Check 64 pictures"; }
  };

  // --- Where the pictures are -------------------------------------------------------------------------------------------------
  async function place(wish) {
    try {
      await ask("memory_place", { model: state.model, step: state.step, ...wish });
      forget();
      find(".mem-missing").hidden = true;
      look(true);
    } catch (error) { find(".mem-why").textContent = error.message; }
  }
  find(".mem-local").addEventListener("submit", (event) => { event.preventDefault(); place({ folder: find(".mem-folder").value }); });
  find(".mem-folder").addEventListener("keydown", (event) => event.stopPropagation());
  find(".mem-zip").onclick = () => find(".mem-file").click();
  find(".mem-file").addEventListener("change", async () => {
    const [file] = find(".mem-file").files;
    find(".mem-file").value = "";
    if (!file) return;
    find(".mem-why").textContent = `Sending ${file.name} …`;
    try { const sent = await upload(file); await place({ files: [sent.path] }); } catch (error) { find(".mem-why").textContent = error.message || String(error); }
  });

  for (const input of element.querySelectorAll("[name=gw-mem]")) input.addEventListener("change", () => look());
  explorer.on("shown", () => look());
  explorer.on("model", (facts) => {
    if (data === facts.model) return;
    data = facts.model;
    forget();
    look(true);
  });
  new ResizeObserver(paint).observe(find(".mem-card"));
  explorer.panel("memory", { open: () => { find(".mem-which").hidden = !explorer.myPicture; if (!explorer.myPicture) find(".mem-which input").checked = true; look(true); paint(); } });
}
