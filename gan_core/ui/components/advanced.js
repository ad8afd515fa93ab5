// Settings that nobody needs to touch. What is offered comes from the server (the registries' signatures), asked for when this is
// first unfolded; the value is what differs from the chosen recipe, by the keys of Recipe.with_settings.
const fold = find("#advanced-fold"), body = find(".body"), notice = find("#advanced-notice");
let offer = null, recipe = props.recipe, form = {};

const preset = () => props.presets[recipe];
const kindOfGame = () => (preset().game.name === "cycle" ? "cycle" : "adversarial");
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const partNamed = (kind, name) => offer.parts[kindOfGame()][kind].find((part) => part.name === name);

// The form of a recipe: plain values, and for each part its name and every option.
function read(values) {
  const found = { augmentation: [...(values.augmentation ?? [])] };
  for (const { key } of offer.plain) found[key] = values[key] ?? null;
  for (const kind of Object.keys(offer.titles)) found[kind] = filled(kind, values[kind]);
  return found;
}
function filled(kind, part) {
  if (!part) return null;
  const named = typeof part === "string" ? { name: part } : part, known = partNamed(kind, named.name);
  return { ...Object.fromEntries((known?.options ?? []).map((option) => [option.name, option.default])), ...named };
}

function changes() {
  if (!offer) return {};
  const before = read(preset()), found = {};
  for (const key of ["augmentation", ...offer.plain.map((entry) => entry.key)]) if (!same(form[key], before[key])) found[key] = form[key];
  for (const kind of Object.keys(offer.titles)) {
    const now = form[kind], was = before[kind];
    if (same(now, was)) continue;
    if (!now || now.name !== was?.name) {  // another part: its own defaults, and what was changed of them
      found[kind] = now === null ? null : now.name;
      if (!now) continue;
    }
    const base = now.name === was?.name ? was : filled(kind, now.name);
    for (const [option, value] of Object.entries(now)) {
      if (option !== "name" && !same(value, base[option])) found[`${kind}.${option}`] = value;
    }
  }
  return found;
}

const check = latestWins(
  () => ask("check", { recipe, settings: changes() }),
  (answer) => { notice.textContent = answer.sentence; },
  (error) => { notice.textContent = error.message; },
);
function changed(redraw) {
  props.value = changes(); trigger("change");
  if (redraw) draw(); else mark();
  check({});
}
function mark() {
  const found = changes(), keys = Object.keys(found);
  for (const label of body.querySelectorAll("[data-key]")) label.classList.toggle("changed", label.dataset.key in found);
  find("#advanced-gist").textContent = keys.length ? `· ${keys.length} changed` : "";
  const reset = find(".reset");
  if (reset) reset.disabled = !keys.length;
}

// ---- drawing -----------------------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const part = Object.assign(document.createElement(tag), attributes);
  part.append(...children);
  return part;
}
function field(key, id, label, type, value, choices, set) {
  const box = make("label", { className: type === "bool" ? "check wide" : "" });
  box.dataset.key = key;
  let input;
  if (type === "bool") {
    input = make("input", { type: "checkbox", checked: Boolean(value), onchange: () => set(input.checked) });
    box.append(input, label);
    input.id = id;
    return box;
  }
  if (choices?.length) {
    input = make("select", { onchange: () => set(input.value) }, ...choices.map((word) => make("option", { value: word }, word)));
  } else if (type === "str") {
    input = make("input", { type: "text", onchange: () => set(input.value) });
  } else {
    input = make("input", { type: "text", inputMode: type === "int" ? "numeric" : "decimal", autocomplete: "off" });
    input.onchange = () => {
      const text = input.value.trim(), read_ = Number(text.replace(",", "."));
      set(text === "" ? null : Number.isFinite(read_) ? read_ : text);  // what is no number is refused by the engine, in words
    };
  }
  input.id = id; input.value = value ?? "";
  box.append(label, input);
  return box;
}
function section(kind) {
  const now = form[kind], known = now && partNamed(kind, now.name), box = make("fieldset", {}, make("legend", {}, offer.titles[kind]));
  const grid = make("div", { className: "grid" }), names = offer.parts[kindOfGame()][kind].map((part) => part.name);
  if (kind !== "game") {
    const none = offer.optional[kind], all = none ? [none, ...names] : names, shown = now?.name ?? none;
    const pick = make("select", { id: kind.replaceAll("_", "-"), value: shown, onchange: () => {
      form[kind] = pick.value === none ? null : filled(kind, same(props.presets[recipe][kind]?.name, pick.value) ? preset()[kind] : pick.value);
      changed(true);
    } }, ...all.map((name) => make("option", { value: name, selected: name === shown }, name)));
    const label = make("label", { className: "wide" }, make("span", { className: "gw-hidden-text" }, offer.titles[kind]), pick);
    label.dataset.key = kind;
    grid.append(label);
  }
  for (const option of known?.options ?? []) {
    const key = `${kind}.${option.name}`;
    grid.append(field(key, key.replaceAll(/[._]/g, "-"), option.label, option.type, now[option.name], option.choices, (value) => {
      form[kind] = { ...form[kind], [option.name]: value }; changed(false);
    }));
  }
  if (kind === "game" && !known?.options.length) return null;
  box.append(grid);
  if (known?.sentence && kind !== "game") box.append(make("p", { className: "sentence" }, known.sentence));
  if (known?.warning) box.append(make("p", { className: "sentence warning" }, `Negative control: ${known.warning}`));
  return box;
}
function draw() {
  const plain = make("div", { className: "grid" }, ...offer.plain.map(({ key, label, type, help }) => {
    const box = field(key, key.replaceAll("_", "-"), label, type, form[key], [], (value) => { form[key] = value; changed(false); });
    box.title = help;
    return box;
  }));
  const augment = make("div", { className: "grid" }, ...offer.augmentations.map(({ name, sentence }) => {
    const box = field("augmentation", `augment-${name}`, name, "bool", form.augmentation.includes(name), [], (on) => {
      form.augmentation = offer.augmentations.map((entry) => entry.name)
        .filter((other) => (other === name ? on : form.augmentation.includes(other)));
      changed(false);
    });
    box.title = sentence; box.classList.remove("wide");
    return box;
  }));
  const reset = make("button", { type: "button", className: "gw-button reset", onclick: () => { form = read(preset()); changed(true); } },
    "Back to the recipe");
  const kinds = ["objective", "penalty", "solver", "generator_optimizer", "discriminator_optimizer", "generator", "discriminator",
                 "initialisation", "game"];
  body.replaceChildren(plain, make("fieldset", {}, make("legend", {}, "Change real pictures a little"), augment),
    ...kinds.map(section).filter(Boolean), reset);
  mark();
}

// ---- events ------------------------------------------------------------------------------------------------------

async function ready() {
  if (offer) return;
  offer = await ask("spec");
  form = read(preset()); draw();
}
fold.addEventListener("toggle", () => { if (fold.open) ready().catch((error) => { notice.textContent = error.message; }); });
window.addEventListener("gw:recipe", (event) => {
  recipe = event.detail.name; notice.textContent = "";
  const had = Object.keys(props.value ?? {}).length;
  if (offer) { form = read(preset()); draw(); }
  if (had) { props.value = {}; trigger("change"); }
});
window.addEventListener("gw:setting", async (event) => {
  if (!element.isConnected) return;
  try {
    await ready();
    fold.open = true;
    for (const [key, value] of Object.entries(event.detail.settings ?? {})) {
      if (key in offer.titles) {
        const known = value && preset()[key]?.name === (value.name ?? value) ? filled(key, preset()[key]) : {};
        const sent = value && partNamed(key, value.name ?? value) ? filled(key, value) : null;
        if (value && !sent) continue;
        const given = typeof value === "string" ? { name: value } : value;
        form[key] = sent && { ...sent, ...known, ...given };
      } else if (key in form) form[key] = value;
    }
    changed(true);
    fold.scrollIntoView({ behavior: "smooth", block: "nearest" });
  } catch (error) { notice.textContent = error.message; }
});
// Whoever asks what is set here (the race) gets it at once.
window.addEventListener("gw:chosen", (event) => { if (element.isConnected) Object.assign(event.detail, { recipe, settings: changes() }); });
