// A person's own pictures: choosing and dropping them, saying which kind each is, removing them. `place()` is {run} or {token};
// `changed(pictures)` is told what there is now, `tell(text, kind)` explains, `allowed(act)` asks first where that is needed.
function makeOwn({ zone, input, place, changed, tell, domain = () => "A", allowed = (act) => act({}) }) {
  const add = (files) => { const kept = [...files]; if (kept.length) allowed((leave) => addAll(kept, leave)); };
  async function addAll(kept, leave) {
    tell(""); zone.dataset.busy = "yes";
    for (const file of kept) {
      try {
        const sent = await upload(file);
        if (!sent?.path) throw new Error(`${file.name} could not be sent.`);
        const answer = await ask("own_add", { owner: ownerMark, ...leave, ...place(), path: sent.path, name: file.name, domain: domain() });
        changed(answer.pictures);
        if (answer.notes?.length) tell(answer.notes.join(" "), "info");
      } catch (error) { tell(error.message, "error"); break; }
    }
    zone.dataset.busy = "no"; input.value = "";
  }
  input.addEventListener("change", () => add(input.files));
  for (const name of ["dragover", "dragenter"]) zone.addEventListener(name, (event) => { event.preventDefault(); zone.dataset.over = "yes"; });
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => { zone.dataset.over = "no"; });
  zone.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
  const carry = async (name, wish) => {
    try { changed((await ask(name, { owner: ownerMark, ...place(), ...wish })).pictures); } catch (error) { tell(error.message, "error"); }
  };
  const act = (name, wish) => allowed((leave) => carry(name, { ...leave, ...wish }));
  // The switch "it is an A / a B" and the cross of one picture.
  function controls({ number, domain: kind }, both) {
    const choices = both ? ["A", "B"].map((each) => {
      const button = make("button", { type: "button", className: "kind", title: `This picture is one of ${each}`, onclick: () => each !== kind && act("own_turn", { number, domain: each }) }, each);
      button.dataset.domain = each; button.setAttribute("aria-pressed", String(each === kind)); button.setAttribute("aria-label", `It is one of ${each}`);
      return button;
    }) : [];
    const group = make("span", { className: "kinds" }, ...(both ? ["It is one of "] : []), ...choices);
    group.setAttribute("role", "group"); group.setAttribute("aria-label", "Which kind this picture is");
    const cross = make("button", { type: "button", className: "cross", title: "Remove this picture", onclick: () => act("own_remove", { number }) }, "×");
    cross.setAttribute("aria-label", `Remove own picture ${number}`);
    return make("div", { className: "controls" }, group, cross);
  }
  return { controls, refresh: () => carry("own_list", {}) };
}
