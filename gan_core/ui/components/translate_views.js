// The views of one picture: slider, side by side, and the closer looks that the server draws; several models on one picture.

const DIRECT = ["slider", "side"];  // drawn from what the page has

// `state()` gives { wish, answer, labels } of the last whole result or null; `choices()` all { model, direction, label }.
function makeViews(stage, state, choices) {
  const host = find(".views"), line = find(".line"), bar = find(".comparing");
  const chosen = new Map();  // models to compare, by "model direction", in the order of their choice
  const view = () => host.querySelector("input:checked").value;
  const look = (answer) => ({ ratio: answer.width / answer.height, width: answer.width, clear: answer.transparent });

  // Pictures that the page has: preview or whole.
  function direct(answer, labels, text) {
    const both = { before: answer.before, after: answer.after, title: labels.to, left: labels.from, text };
    stage.show(view() === "side" ? [{ kind: "plain", before: answer.before, after: answer.before, title: labels.from }, { ...both, kind: "blend" }] : [{ ...both, kind: "compare" }], look(answer));
    stage.redivide();
  }
  // Draw whatever view is chosen from the whole result.
  function whole() {
    const { wish, answer, labels } = state() ?? {};
    line.textContent = "";
    bar.hidden = view() !== "models";
    find(".strength").hidden = !DIRECT.includes(view());
    if (!wish) return;
    if (DIRECT.includes(view())) direct(answer, labels, `Translated: ${labels.from} to ${labels.to}`);
    else if (view() === "models") { offerModels(); compare(state()); }
    else closer({ ...state(), view: view() });
  }
  const current = (asked) => asked.view === view() && asked.wish === state()?.wish;

  const closer = latestWins(
    (asked) => { stage.busy(true); return ask("view", { ...asked.wish.payload, view: asked.view }); },
    (found, asked) => {
      if (!current(asked)) return;
      stage.busy(false);
      if (found.cancelled) return;
      line.textContent = found.line;
      stage.show(found.panes.map((each) => ({ kind: "plain", after: each.picture, title: each.title, note: each.note, text: each.title })), { ...look(asked.answer), clear: false });
    },
    (error, asked) => { if (current(asked)) { stage.busy(false); say(error.message, "error"); choose("slider"); } },
  );

  // Several models on the picture: each pane appears when it is ready.
  const key = (choice) => `${choice.model} ${choice.direction}`;
  function offerModels() {
    const { wish } = state(), all = choices();
    if (!chosen.size || ![...chosen.keys()].every((each) => all.some((choice) => key(choice) === each))) {
      chosen.clear();
      const far = (each) => (each.model === wish.model ? (each.direction === wish.direction ? 0 : 3) : each.direction === wish.direction ? 1 : 2);
      for (const each of [...all].sort((one, other) => far(one) - far(other)).slice(0, 2)) chosen.set(key(each), each);
    }
    bar.replaceChildren(...all.map((each) => {
      const box = make("input", { type: "checkbox", checked: chosen.has(key(each)) });
      box.addEventListener("change", () => {
        if (box.checked) chosen.set(key(each), each); else chosen.delete(key(each));
        if (chosen.size > 4) chosen.delete(chosen.keys().next().value);
        if (chosen.size < 2) { chosen.set(key(each), each); say("Two to four models are compared.", "info"); }
        compare(state());
        for (const other of bar.querySelectorAll("input")) other.checked = chosen.has(other.dataset.key);
      });
      box.dataset.key = key(each);
      return make("label", { class: "chip", title: each.model }, box, make("span", {}, each.label, make("small", {}, each.model)));
    }));
  }
  const one = async (asked) => {
    const panes = [...chosen.values()].map((each) => ({ kind: "plain", title: each.label, note: each.model, before: asked.answer.before, after: asked.answer.before, each }));
    const draw = () => stage.show([{ kind: "plain", title: "Original", after: asked.answer.before }, ...panes], look(asked.answer));
    stage.busy(true);
    draw();
    for (const pane of panes) {
      if (!current(asked)) return null;
      const made = await ask("translate", { ...asked.wish.payload, ...{ model: pane.each.model, direction: pane.each.direction, before_known: true, job: newJob() } });
      if (made.cancelled || !current(asked)) return null;
      pane.after = made.after;
      draw();
    }
    return asked;
  };
  const compareLatest = latestWins(one, (done) => { if (done && current(done)) stage.busy(false); },
    (error, asked) => { if (current(asked)) { stage.busy(false); say(error.message, "error"); } });
  const compare = (now) => compareLatest({ ...now, view: "models", of: [...chosen.keys()].join() });

  function choose(name) {
    host.querySelector(`[value="${name}"]`).checked = true;
    whole();
  }
  // Which views make sense for the model: a way back, a judge, something to compare with; live pictures know two.
  function allow({ live, drawn, back, discriminator, models }) {
    host.hidden = drawn;
    const on = { slider: true, side: true, difference: !live, cycle: !live && back, discriminator: !live && discriminator, models: !live && models };
    for (const input of host.querySelectorAll("input")) input.parentElement.hidden = !on[input.value];
    if (!on[view()]) choose("slider");
  }
  host.addEventListener("change", whole);
  return { direct, whole, allow, choose, view };
}
