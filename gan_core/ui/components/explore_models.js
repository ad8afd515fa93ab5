// Which model: a list, the same list with each model's own pictures, and what follows when one is chosen or goes away.

const models = makeModels();
function makeModels() {
  const select = find("select.model"), gallery = find(".gallery"), browse = find(".browse");
  const { state } = explorer;
  let listed = "", ids = [], groups = [], faces = new Map();

  async function list() {
    let answer;
    try { answer = await ask("models", { owner: ownerMark }); } catch (error) { say(error.message, "error"); return; }
    ids = answer.models.map((each) => each.id);
    find(".empty").hidden = ids.length > 0;
    find(".room").hidden = ids.length === 0;
    if (listed !== JSON.stringify(answer.models)) {
      listed = JSON.stringify(answer.models);
      groups = [...new Set(answer.models.map((each) => each.group))].map((name) => ({ name, models: answer.models.filter((each) => each.group === name) }));
      select.replaceChildren(...groups.map(({ name, models: entries }) => make("optgroup", { label: name }, ...entries.map((each) => new Option(each.label, each.id)))));
      if (!gallery.hidden) fill();
    }
    if (ids.includes(state.model)) { select.value = state.model; return; }
    explorer.forgive();  // whatever went wrong, what follows explains it and stays to be read
    const gone = state.model, heir = heirOf(gone);
    if (gone && heir) say("The training has ended; this is its final model.", "info");
    else if (gone && ids.length) say(`${gone} is not there any more; this is ${answer.first}. Your place in latent space is kept.`);
    choose(heir || answer.first, heir ? state.step : null);
  }
  // The model of a training that has ended.
  const heirOf = (id) => (id.startsWith("live:") ? ids.find((each) => each === `runs/${id.slice(5)}`) : undefined);
  function choose(id, step = null) {
    if (id !== state.model) { state.facts = null; state.shown = {}; }  // until it answers: a class of the last model may not be one of this one's
    state.model = id;
    state.step = step;
    select.value = id;
    find(".live").hidden = !id.startsWith("live:");
    trained(null);
    mark();
    explorer.draw();
    factsFor({ model: id });
  }
  function trained(step) { find("[data-step]").textContent = step ? `training, step ${step.toLocaleString("en")}` : "training"; }
  const factsFor = latestWins((wish) => (wish.model ? ask("facts", wish) : {}), (answer) => {
    if (answer.model !== state.model) return;
    const first = !state.facts;
    state.facts = answer;
    if (answer.live && state.step !== null) trained(answer.trained);  // no picture of the newest weights comes and says it
    const { place } = state, count = answer.classes.length;
    if (place.label >= count) place.label = 0;
    if (place.towards !== null && place.towards >= count) Object.assign(place, { towards: null, mix: 0 });
    explorer.tell("model", answer);
    explorer.tell("place");
    if (first) { explorer.draw(); explorer.remember(); }
  }, (error) => console.warn(error.message));
  // The facts of a training change while it goes on: more kept moments.
  const again = () => { if (state.model) factsFor({ model: state.model }); };

  select.addEventListener("change", () => { say(""); choose(select.value); });  // what was said was said of another
  explorer.on("choose", (id, step) => choose(ids.includes(id) ? id : heirOf(id) ?? id, step));
  explorer.on("failed", list);
  every(() => (ids.some((id) => id.startsWith("live:")) ? 4000 : CALM), list);
  every(() => 500, async () => explorer.follow());
  every(() => 5000, async () => { if (state.model.startsWith("live:")) again(); });

  // --- The same list with pictures --------------------------------------------------------------------------------------
  function mark() { for (const card of gallery.querySelectorAll("[data-id]")) card.setAttribute("aria-pressed", card.dataset.id === state.model); }
  function fill() {
    gallery.replaceChildren(...groups.flatMap(({ name, models: entries }) => [
      make("p", { class: "gw-muted group" }, name),
      ...entries.map((each) => {
        const face = faces.get(each.id);
        const card = make("button", { type: "button", class: "face", onclick: () => { say(""); choose(each.id); close(); } },
          make("span", { class: "looks" }), make("strong", {}, each.label), make("small", {}, ""));
        card.dataset.id = each.id;
        if (face) dress(card, face);
        return card;
      })]));
    mark();
    fetchFaces();
  }
  function dress(card, face) {
    card.querySelector(".looks").replaceChildren(face.picture ? make("img", { src: face.picture, alt: "" }) : "");
    card.querySelector("small").textContent = face.words ?? face.error;
    if (face.title) card.title = face.title;
  }
  // A few at a time. What a training or a run draws changes: it is asked for anew whenever the list opens (`fresh`).
  let fresh = new Set();
  async function fetchFaces() {
    const missing = groups.flatMap((group) => group.models).map((each) => each.id).filter((id) => !fresh.has(id));
    for (const id of missing) fresh.add(id);
    while (missing.length && !gallery.hidden) {
      let answer;
      try { answer = await ask("faces", { models: missing.splice(0, 3) }); } catch (error) { say(error.message, "error"); return; }
      for (const [id, face] of Object.entries(answer.faces)) {
        faces.set(id, face);
        const card = [...gallery.querySelectorAll("[data-id]")].find((each) => each.dataset.id === id);
        if (card) dress(card, face);
      }
    }
  }
  function open() {
    fresh = new Set([...fresh].filter((id) => faces.has(id) && !/^(live:|runs\/)/.test(id)));
    gallery.hidden = false;
    browse.setAttribute("aria-expanded", true);
    fill();
    (gallery.querySelector("[aria-pressed=true]") ?? gallery.querySelector("button"))?.focus();
  }
  function close() {
    if (gallery.hidden) return;
    gallery.hidden = true;
    browse.setAttribute("aria-expanded", false);
    browse.focus();
  }
  browse.onclick = () => (gallery.hidden ? open() : close());
  gallery.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { close(); return; }
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const cards = [...gallery.querySelectorAll("button")];
    cards[(cards.indexOf(document.activeElement) + by + cards.length) % cards.length]?.focus();
  });
  document.addEventListener("pointerdown", (event) => { if (!gallery.hidden && !gallery.contains(event.target) && !browse.contains(event.target)) close(); });

  if (!matchMedia("(prefers-reduced-motion: reduce)").matches)
    find(".live i").animate([{ opacity: 1 }, { opacity: 0.3 }, { opacity: 1 }], { duration: 1600, iterations: Infinity });
  return { list, again, trained, choose: (id) => explorer.tell("choose", id, null) };
}
