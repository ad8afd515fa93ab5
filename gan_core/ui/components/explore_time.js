// The Time panel: the track with the run's curves over the same axis, a step typed in, pins.

makeTime();
function makeTime() {
  const { state } = explorer, number = find(".time-number"), choose = find(".time-curve"), legend = find(".time-legend");
  const KINDS = { losses: "Losses", scores: "Discriminator's scores", metric: "Distance to real pictures" };
  const PAINT = { generator: "generator", fake: "generator", discriminator: "discriminator", real: "discriminator", score: "accent", reference_level: "muted" };
  const WORDS = { reference_level: "what real pictures give", score: "distance", fake: "of generated", real: "of real" };
  let curves = { model: "", next: 0, losses: [], scores: [], metric: [] };

  // --- Curves of the run: what happened when ------------------------------------------------------------------------------
  const curvesFor = latestWins((wish) => ask("time_curves", wish), (answer, wish) => {
    if (wish.model !== state.model) return;
    if (wish.model !== curves.model || !wish.after) curves = { model: wish.model, next: 0, losses: [], scores: [], metric: [] };
    curves.next = answer.next;
    for (const { step, kind, values } of answer.points) {
      if (kind === "resumed") for (const each of Object.keys(KINDS)) curves[each] = curves[each].filter((point) => point.step <= step);
      else if (Object.keys(values).length) curves[kind].push({ step, values });
    }
    const kinds = Object.keys(KINDS).filter((kind) => curves[kind].length > 1);
    if ([...choose.options].map((option) => option.value).join() !== kinds.join()) {
      const before = choose.value;
      choose.replaceChildren(...kinds.map((kind) => new Option(KINDS[kind], kind)));
      choose.value = kinds.includes(before) ? before : kinds[0] ?? "";
    }
    legend.hidden = !kinds.length;
    find(".time-tall").classList.toggle("bare", !kinds.length);
    tall.redraw();
    values();
  }, (error) => console.warn(error.message));
  function moreCurves() {
    if (!state.model || !explorer.isOpen("time")) return;
    curvesFor({ model: state.model, after: curves.model === state.model ? curves.next : 0 });
  }

  const shownPoints = () => curves[choose.value] ?? [];
  const names = () => [...new Set(shownPoints().flatMap((point) => Object.keys(point.values)))];
  const colour = (name) => PAINT[name] ?? ["third", "fourth"][names().filter((each) => !PAINT[each]).indexOf(name) % 2];
  const tall = timeTrack(find(".time-tall"), { numbers: true, above: paintCurves });
  function paintCurves(pen, x, top, bottom, paint) {
    const points = shownPoints(), { steps } = moments.get();
    const all = points.flatMap((point) => Object.values(point.values)).sort((a, b) => a - b);
    if (all.length < 2) return;
    // A distance falls by factors: powers of ten; losses and scores have both signs. A few spikes do not flatten the rest.
    const log = choose.value === "metric" && all[0] > 0, scaled = log ? Math.log : (value) => value;
    const low = scaled(all[Math.floor(all.length * 0.01)]), high = Math.max(scaled(all[Math.ceil(all.length * 0.99) - 1]), low + 1e-9);
    const y = (value) => bottom - (scaled(value) - low) / (high - low) * (bottom - top);
    pen.save();
    pen.beginPath(); pen.rect(0, top - 2, x(null) + 20, bottom - top + 4); pen.clip();
    pen.lineWidth = 1; pen.strokeStyle = paint("line");
    for (const at of [top, bottom]) { pen.beginPath(); pen.moveTo(x(steps[0]), at); pen.lineTo(x(null), at); pen.stroke(); }
    pen.lineWidth = 1.6; pen.lineJoin = "round";
    for (const name of names()) {
      pen.strokeStyle = paint(colour(name));
      pen.setLineDash(name === "reference_level" ? [4, 4] : []);
      pen.beginPath();
      let open = false;
      for (const { step, values: value } of points) {
        if (value[name] === undefined || step < steps[0]) { open = false; continue; }
        const place = [Math.min(x(step), x(null)), y(value[name])];
        if (open) pen.lineTo(...place); else pen.moveTo(...place);
        open = true;
      }
      pen.stroke();
    }
    pen.restore();
    pen.font = "11px system-ui, sans-serif"; pen.fillStyle = paint("muted"); pen.textAlign = "left";
    const back = log ? Math.exp : (value) => value, write = (value) => Number(back(value).toPrecision(2)).toString();
    pen.textBaseline = "top"; pen.fillText(write(high), x(steps[0]) - 6, top + 2);
    pen.textBaseline = "bottom"; pen.fillText(write(low), x(steps[0]) - 6, bottom - 2);
  }
  // What the curves say at the moment that is looked at.
  function values() {
    const points = shownPoints();
    if (!points.length) return;
    const at = state.step ?? points.at(-1).step;
    const point = points.reduce((best, each) => (Math.abs(Math.log(each.step / at)) < Math.abs(Math.log(best.step / at)) ? each : best), points[0]);
    find(".time-values").replaceChildren(...names().filter((name) => point.values[name] !== undefined).map((name) => {
      const part = make("span", {}, make("i"), `${WORDS[name] ?? name} ${Number(point.values[name].toPrecision(3))}`);
      part.querySelector("i").style.background = `var(--gw-${colour(name)})`;
      return part;
    }));
  }
  choose.addEventListener("change", () => { tall.redraw(); values(); });

  // --- A step by its number ------------------------------------------------------------------------------------------------
  number.addEventListener("change", () => {
    const step = Math.round(Number(number.value));
    if (!(step >= 1)) { refresh(); return; }
    moments.stop();
    moments.seek(step);
    explorer.remember();
    number.value = state.step ?? "";
  });
  find(".time-newest").onclick = () => { moments.stop(); moments.seek(null); explorer.remember(); };
  for (const [button, by] of [[".time-back", -1], [".time-on", 1]])
    find(button).onclick = () => { moments.stop(); moments.move(by); explorer.remember(); };

  // --- Pins ----------------------------------------------------------------------------------------------------------------
  const pinned = () => moments.get().pins.find((each) => each.step === (state.step ?? (moments.apart() ? NaN : moments.get().steps.at(-1))));
  async function pin(wish) {
    const button = find(".time-pin");
    button.disabled = true;
    try {
      const answer = await ask("time_pin", { model: state.model, ...wish });
      moments.take(answer);
      if (answer.asked) say("The training will keep the moment at the end of the step that it is making.", "info");
    } catch (error) { say(error.message, "error"); }
    button.disabled = false;
  }
  async function unpin(step) {
    try { moments.take(await ask("time_unpin", { model: state.model, step })); } catch (error) { say(error.message, "error"); }
  }
  find(".time-pin").onclick = () => {
    const already = pinned();
    if (already) unpin(already.step); else pin({ step: state.step });
  };
  function fillPins() {
    const box = find(".time-pins"), { pins } = moments.get();
    if (box.contains(document.activeElement) && document.activeElement.tagName === "INPUT") return;  // a name is being typed
    box.hidden = !pins.length;
    box.replaceChildren(...pins.map((each) => {
      const name = make("input", { class: "field small", value: each.name, placeholder: "name it", maxLength: 60, "aria-label": `Name of step ${moments.number(each.step)}` });
      name.addEventListener("keydown", (event) => { event.stopPropagation(); if (event.key === "Enter") name.blur(); });
      name.addEventListener("change", () => pin({ step: each.step, name: name.value }));
      const go = make("button", { type: "button", class: "gw-button time-go", onclick: () => { moments.stop(); moments.seek(each.step); explorer.remember(); } }, `step ${moments.number(each.step)}`);
      const gone = make("button", { type: "button", class: "gw-button", "aria-label": `Let go of step ${moments.number(each.step)}`, title: "Let go", onclick: () => unpin(each.step) }, "×");
      return make("span", { class: "time-pinned" }, go, name, gone);
    }));
  }

  function refresh() {
    if (!explorer.isOpen("time")) return;
    const { steps, why, run, active, words } = moments.get();
    find(".time-there").hidden = !steps.length;
    find(".time-why").hidden = steps.length > 0 || !why;
    find(".time-why").textContent = why ?? "";
    find(".time-keep").hidden = !run || !steps.length;
    if (document.activeElement !== number) number.value = state.step ?? (moments.newest() ?? "");
    find(".time-words").textContent = moments.words();
    find(".time-newest").textContent = moments.live() ? "Now" : state.model.endsWith("/best") ? "Best" : "Newest";
    find(".time-newest").disabled = state.step === null;
    find(".time-pin").textContent = pinned() ? "Let this moment go" : state.step === null && active ? "Pin the present moment" : "Pin this moment";
    find(".time-room").textContent = words;
    values();
  }
  let drawn = "";
  moments.on(() => {
    refresh();
    const key = JSON.stringify(moments.get().pins);
    if (key !== drawn) { drawn = key; fillPins(); }
  });
  explorer.on("model", moreCurves);
  explorer.panel("time", { open: () => { refresh(); moments.again(); moments.near(); moreCurves(); tall.redraw(); explorer.tell("time"); }, close: moments.stop });
}
