// How large a translation is learned and with how wide networks, in plain words. The choice is a few settings of "Advanced", which
// has the last word: it is told by gw:apply and tells everybody by gw:settings.
const box = find(".scale"), words = find("#scale-words");
let recipe = props.recipe, touched = false, own = "";
const translates = () => props.translations.includes(recipe);

function group(place, entries, kind) {
  place.replaceChildren(...entries.map((entry) => {
    const button = make("button", { type: "button", id: `scale-${kind}-${entry.value}` }, entry.label, make("small", {}, entry.words));
    button.setAttribute("role", "radio"); button.dataset.value = entry.value;
    button.addEventListener("click", () => choose({ [kind]: entry.value }));
    return button;
  }));
  place.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!move) return;
    event.preventDefault();
    const buttons = [...place.children], next = buttons[(buttons.indexOf(document.activeElement) + move + buttons.length) % buttons.length];
    next.focus(); next.click();
  });
}
group(find("#scale-side"), props.offer.sides, "side");
group(find("#scale-width"), props.offer.widths, "width");

// Which size and width the settings of the form are; null where they are somebody's own.
let now = { side: null, width: null };
function read(settings) {
  const preset = props.presets[recipe], value = (key, option) => settings[`${key}.${option}`] ?? (settings[key] === undefined ? preset[key][option] : undefined);
  const side = settings.size ?? preset.size, width = value("generator", "width");
  const known = props.offer.widths.find((entry) => entry.channels === width && value("discriminator", "width") === entry.channels);
  return { side: props.offer.sides.some((entry) => entry.value === side) ? side : null, width: known?.value ?? null };
}
function mark() {
  for (const [kind, chosen] of Object.entries(now)) {
    const buttons = [...find(`#scale-${kind}`).children];
    for (const button of buttons) {
      const on = button.dataset.value === String(chosen);
      button.setAttribute("aria-checked", String(on)); button.tabIndex = on || (chosen === null && button === buttons[0]) ? 0 : -1;
    }
  }
  words.textContent = own;
}
function apply(side, width) {
  window.dispatchEvent(new CustomEvent("gw:apply", { detail: { settings: props.offer.settings[`${side}-${width}`] } }));
}
function choose(change) {
  touched = true; own = "";
  const preset = read({}), next = { side: now.side ?? preset.side, width: now.width ?? preset.width, ...change };
  now = next; mark();
  apply(next.side, next.width);
}

// What this machine can do in reasonable time is measured; it is set if nobody has chosen anything meanwhile.
let asking = 0;
async function suggest() {
  const turn = ++asking;
  while (turn === asking && translates() && !touched && element.isConnected) {
    if (document.visibilityState === "visible" && element.offsetParent !== null) {
      let answer;
      try { answer = await ask("suggest", { recipe }); } catch (error) { console.warn(error.message); return; }
      if (turn !== asking || touched) return;
      own = answer.sentence ?? ""; mark();
      if (!answer.pending) {
        if (answer.side && (answer.side !== now.side || answer.width !== now.width)) { now = { side: answer.side, width: answer.width }; mark(); apply(answer.side, answer.width); }
        return;
      }
    }
    await new Promise((done) => setTimeout(done, 1200));
  }
}
window.addEventListener("gw:recipe", (event) => {
  recipe = event.detail.name; touched = false; own = "";
  box.hidden = !translates();
  if (translates()) { now = read({}); mark(); suggest(); } else asking += 1;
});
window.addEventListener("gw:settings", (event) => {
  if (event.detail.recipe !== recipe || !translates()) return;
  if (event.detail.byHand) { touched = true; own = ""; }
  now = read(event.detail.settings); mark();
});
