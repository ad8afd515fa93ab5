// Settings that nobody needs to touch. What is offered comes from the server (the parts as they describe themselves), asked for when this is
// first unfolded; the value is what differs from the chosen recipe, by the keys of Recipe.with_settings.
const fold = find("#advanced-fold"), body = find(".body"), notice = find("#advanced-notice"), arrived = find("#advanced-arrived");
let offer = null, recipe = props.recipe, form = {};

const preset = () => props.presets[recipe];
const kindOfGame = () => preset().game.name;
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
function changed(redraw, byHand = true) {
  props.value = changes(); trigger("change");
  if (redraw) draw(); else mark();
  check({});
  window.dispatchEvent(new CustomEvent("gw:settings", { detail: { recipe, settings: props.value, byHand } }));
}
function mark() {
  const found = changes(), keys = Object.keys(found);
  for (const label of body.querySelectorAll("[data-key]")) label.classList.toggle("changed", label.dataset.key in found);
  find("#advanced-gist").textContent = keys.length ? `· ${keys.length} changed` : "";
  const reset = find(".reset");
  if (reset) reset.disabled = !keys.length;
}

// ---- drawing -----------------------------------------------------------------------------------------------------

// One setting on a line of its own: its name and what it does on the left, the box to fill in on the right.
function field({ key, id, label, help, type, choices }, value, set) {
  const input = type === "bool" ? make("input", { type: "checkbox", checked: Boolean(value), onchange: () => set(input.checked) })
    : choices?.length ? make("select", { onchange: () => set(input.value) },
      ...choices.map((word) => make("option", { value: word, selected: word === value }, word)))
    : make("input", { type: "text", inputMode: type === "int" ? "numeric" : "decimal", autocomplete: "off", value: value ?? "", onchange: () => {
      const text = input.value.trim(), read_ = Number(text.replace(",", "."));
      set(text === "" ? null : Number.isFinite(read_) ? read_ : text);  // what is no number is refused by the engine, in words
    } });
  input.id = id;
  const words = make("small", { id: `${id}-help` }, help), box = make("label", { className: `field ${type}` }, make("span", {}, label), input, words);
  const [kind, option] = key.split(".");  // "Width" is asked of two networks
  input.setAttribute("aria-label", option ? `${offer.titles[kind]}: ${label}` : label); input.setAttribute("aria-describedby", words.id);
  box.dataset.key = key;
  return box;
}
function section(kind) {
  const now = form[kind], known = now && partNamed(kind, now.name), box = make("fieldset", {}, make("legend", {}, offer.titles[kind]));
  const parts = offer.parts[kindOfGame()][kind], choosable = kind !== "game" || parts.length > 1;
  if (!choosable && !known?.options.length) return null;
  if (choosable) {
    const none = offer.optional[kind], shown = now?.name ?? none, listed = parts.map((part) => [part.name, part.title]);
    const pick = make("select", { id: kind.replaceAll("_", "-"), onchange: () => {
      form[kind] = pick.value === none ? null : filled(kind, preset()[kind]?.name === pick.value ? preset()[kind] : pick.value);
      changed(true);
    } }, ...(none ? [[none, none], ...listed] : listed).map(([name, title]) => make("option", { value: name, selected: name === shown }, title)));
    pick.setAttribute("aria-label", offer.titles[kind]);
    const part = make("label", { className: "part" }, pick);
    part.dataset.key = kind;
    box.append(part);
    if (known) box.append(make("p", { className: "sentence" }, known.sentence));
  }
  if (known?.warning) box.append(make("p", { className: "sentence warning" }, `Negative control: ${known.warning}`));
  for (const option of known?.options ?? []) {
    const key = `${kind}.${option.name}`;
    box.append(field({ ...option, key, id: key.replaceAll(/[._]/g, "-") }, now[option.name], (value) => {
      form[kind] = { ...form[kind], [option.name]: value }; changed(false);
    }));
  }
  return box;
}
function draw() {
  const plain = make("fieldset", {}, make("legend", {}, "Size and pace"), ...offer.plain.map((entry) =>
    field({ ...entry, id: entry.key.replaceAll("_", "-") }, form[entry.key], (value) => { form[entry.key] = value; changed(false); })));
  const augment = make("fieldset", {}, make("legend", {}, "Change real pictures a little"), ...offer.augmentations.map(({ name, sentence }) =>
    field({ key: "augmentation", id: `augment-${name}`, label: name, help: sentence, type: "bool" }, form.augmentation.includes(name), (on) => {
      form.augmentation = offer.augmentations.map((entry) => entry.name)
        .filter((other) => (other === name ? on : form.augmentation.includes(other)));
      changed(false);
    })));
  const reset = make("button", { type: "button", className: "gw-button reset", onclick: () => { form = read(preset()); arrived.textContent = ""; changed(true); } },
    "Back to the recipe");
  body.replaceChildren(plain, augment, ...Object.keys(offer.titles).map(section).filter(Boolean), reset);
  mark();
}

// ---- events ------------------------------------------------------------------------------------------------------

let loading = null;
function ready() {
  return loading ??= ask("spec").then((answer) => { offer = answer; form = read(preset()); draw(); }, (error) => { loading = null; throw error; });
}
fold.addEventListener("toggle", () => { if (fold.open) ready().catch((error) => { notice.textContent = error.message; }); });
window.addEventListener("gw:recipe", (event) => {
  recipe = event.detail.name; notice.textContent = arrived.textContent = "";
  const had = Object.keys(props.value ?? {}).length;
  if (offer) { form = read(preset()); draw(); }
  if (had) { props.value = {}; trigger("change"); }
});

// What the Lab sends: its parts by kind, each with its options. Options that it leaves out stay as the recipe has them.
function carry(settings) {
  const taken = [], left = [];
  for (const [kind, sent] of Object.entries(settings)) {
    const title = (offer.titles[kind] ?? kind).toLowerCase(), name = sent?.name ?? offer.optional[kind];
    if (!(kind in offer.titles) || (sent && !partNamed(kind, name))) { left.push(`${title}${name ? ` ${name}` : ""}`); continue; }
    form[kind] = sent && { ...filled(kind, preset()[kind]?.name === name ? preset()[kind] : name), ...sent };
    taken.push(`${title} ${name}`);
  }
  return `From the Lab, on top of the recipe ${recipe}: ${taken.join(", ")}. `
    + (left.length ? `Left out, because it does not work on pictures: ${left.join(", ")}. ` : "")
    + "Learning rates, batch size, networks and points stay there: they are made for two dimensions.";
}
window.addEventListener("gw:setting", async (event) => {
  if (!element.isConnected) return;
  try {
    await ready();
    fold.open = true;
    arrived.textContent = carry(event.detail.settings ?? {});
    changed(true);
    fold.scrollIntoView({ block: "start" });
  } catch (error) { notice.textContent = error.message; }
});
// A few settings at once, by the keys of Recipe.with_settings (the choice of size and width of a translation).
window.addEventListener("gw:apply", async (event) => {
  if (!element.isConnected) return;
  const meant = recipe;
  try {
    await ready();
    if (meant !== recipe) return;  // another recipe was chosen meanwhile
    for (const [key, value] of Object.entries(event.detail.settings)) {
      const [kind, option] = key.split(".");
      if (!option) form[kind] = value;
      else if (form[kind] && option in form[kind]) form[kind] = { ...form[kind], [option]: value };
    }
    changed(true, false);
  } catch (error) { notice.textContent = error.message; }
});
// The settings as this browser kept them: names of parts first, then their options.
function filledIn(settings) {
  form = read(preset());
  const entries = Object.entries(settings).map(([key, value]) => [key.split("."), value]);
  for (const [[kind, option], value] of entries) {
    if (option) continue;
    if (kind in offer.titles) form[kind] = value === null ? null : filled(kind, preset()[kind]?.name === value ? preset()[kind] : value);
    else if (kind in form) form[kind] = value;
  }
  for (const [[kind, option], value] of entries) if (option && form[kind] && option in form[kind]) form[kind] = { ...form[kind], [option]: value };
}
window.addEventListener("gw:restore", async (event) => {
  if (!element.isConnected) return;
  const { settings = {} } = event.detail, none = !Object.keys(settings).length;
  try {
    if (none && !offer) return;
    await ready();
    filledIn(settings); arrived.textContent = "";
    changed(true, !none);
  } catch (error) { notice.textContent = error.message; }
});
// Whoever asks what is set here (the race) gets it at once.
window.addEventListener("gw:chosen", (event) => { if (element.isConnected) Object.assign(event.detail, { recipe, settings: changes() }); });
