// The Lab's settings: thumbnails of the distributions, and one part after the other with its options, from `choices`.

const PARTS = [
  ["objective", "objective", "Objective"],
  ["penalty", "penalty", "Penalty"],
  ["solver", "solver", "Solver"],
  ["generator_optimizer", "optimizer", "Generator's optimizer"],
  ["discriminator_optimizer", "optimizer", "Discriminator's optimizer"],
];
const AT_ONCE = { optimizer: 1 };  // how many options of a kind are seen without opening "More"

// The named game that these settings are, whatever the seed; "" for settings of one's own.
function presetOf(presets, settings) {
  const told = ({ seed, ...rest }) => JSON.stringify(Object.entries(rest).sort());
  return presets.find((preset) => told(preset.settings) === told(settings))?.name ?? "";
}
const sameDrawing = (settings, { strokes, deviation }) =>
  settings.distribution === "drawn" && settings.deviation === deviation && JSON.stringify(settings.strokes) === JSON.stringify(strokes);

// `change(name, next)` is called with a setting's name and a function from its value, as it is then, to the new one.
function makeForm(choices, settings, change) {
  const host = find(".parts");

  function field(kind, name, title) {
    const known = choices.parts[kind], value = settings()[name];
    const select = make("select", { class: "field", "aria-label": title, "data-part": name });
    if (name === "penalty") select.append(new Option("none", ""));
    select.append(...known.map((part) => new Option(part.title, part.name)));
    select.value = value?.name ?? "";
    const part = known.find((each) => each.name === select.value);
    select.onchange = () => {
      const next = known.find((each) => each.name === select.value);
      change(name, () => next ? start(next) : null);
    };
    const about = make("p", { class: "gw-muted about" }, part?.summary ?? "Nothing keeps the discriminator tame.");
    const inputs = (part?.options ?? []).map((option) => input(name, part, option, value));
    const many = AT_ONCE[kind] ?? 3, rest = inputs.slice(many);
    const box = make("fieldset", { class: "part" }, make("label", { class: "head" }, make("span", {}, title), select), about,
      make("div", { class: "options" }, ...inputs.slice(0, many)));
    if (rest.length) box.append(make("details", {}, make("summary", { class: "gw-focus" }, "More options"), make("div", { class: "options" }, ...rest)));
    return box;
  }
  // A part as it begins: its name and the options whose default here is not left to the engine.
  const start = (part) => Object.fromEntries([["name", part.name], ...part.options.filter((option) => option.default !== null).map((option) => [option.name, option.default])]);

  function input(name, part, option, value) {
    const now = value[option.name] ?? option.default, label = `${name.endsWith("_optimizer") ? `${name === "generator_optimizer" ? "Generator's" : "Discriminator's"} ` : ""}${part.name}: ${option.label}`;
    const send = (next) => change(name, (part_) => ({ ...part_, [option.name]: next }));
    if (option.kind === "bool") {
      const box = make("input", { type: "checkbox", "aria-label": label });
      box.checked = now;
      box.onchange = () => send(box.checked);
      return make("label", { class: "option check", title: option.help }, box, option.label);
    }
    if (option.choices) {
      const select = make("select", { class: "field", "aria-label": label });
      select.append(...option.choices.map((word) => new Option(word, word)));
      select.value = now;
      select.onchange = () => send(select.value);
      return make("label", { class: "option", title: option.help }, option.label, select);
    }
    if (option.kind === "str") {
      const line = make("input", { class: "field", type: "text", "aria-label": label, autocomplete: "off" });
      line.value = now ?? "";
      line.onchange = () => send(line.value);
      return make("label", { class: "option", title: option.help }, option.label, line);
    }
    const box = make("input", { class: "field", type: "number", step: "any", "aria-label": label, inputmode: "decimal" });
    box.value = now ?? "";
    box.placeholder = now === null ? "as the rate" : "";
    box.onchange = () => {
      const next = box.value === "" ? option.default : Number(box.value);
      if (next !== null && !Number.isFinite(next)) return;
      send(option.kind === "int" && next !== null ? Math.round(next) : next);
    };
    return make("label", { class: "option", title: option.help }, option.label, box);
  }

  // Draws the form anew from the settings that hold; what was open and focused stays so.
  function refresh() {
    const open = [...host.querySelectorAll("details")].map((each) => each.open), focus = document.activeElement?.getAttribute("aria-label");
    const inside = host.contains(document.activeElement);
    host.replaceChildren(...PARTS.map(([name, kind, title]) => field(kind, name, title)));
    if (open.length === host.querySelectorAll("details").length) host.querySelectorAll("details").forEach((each, i) => { each.open = open[i]; });
    if (inside && focus) [...host.querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === focus)?.focus();
    for (const thumb of find(".thumbs").children) {
      const chosen = thumb.dataset.name === settings().distribution;
      thumb.setAttribute("aria-checked", chosen);
      thumb.tabIndex = chosen ? 0 : -1;
    }
  }

  function thumbs(choose, colours) {
    const place = find(".thumbs");
    place.replaceChildren(...choices.distributions.map(({ name, summary, thumbnail }) => {
      const picture = make("canvas", { width: 112, height: 112, "aria-hidden": "true" });
      const button = make("button", { type: "button", class: "thumb", role: "radio", "aria-checked": "false", "data-name": name, title: summary }, picture, name === "drawn" ? "draw" : name);
      button.onclick = () => choose(name);
      const paint = () => {
        const pen = picture.getContext("2d");
        pen.clearRect(0, 0, 112, 112);
        pen.fillStyle = colours().ink; pen.globalAlpha = 0.65;
        for (const [x, y] of thumbnail) { pen.beginPath(); pen.arc((x / 3.2 + 1) * 56, (1 - y / 3.2) * 56, 1.7, 0, 7); pen.fill(); }
        if (name === "drawn") {
          pen.strokeStyle = colours().accent; pen.globalAlpha = 1; pen.lineWidth = 7; pen.lineCap = "round";
          pen.beginPath(); pen.moveTo(22, 80); pen.bezierCurveTo(34, 8, 70, 118, 90, 34); pen.stroke();
        }
      };
      paint();
      new MutationObserver(paint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
      return button;
    }));
    place.onkeydown = (event) => {
      const all = [...place.children], at = all.indexOf(document.activeElement), move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!move || at < 0) return;
      event.preventDefault();
      const next = all[(at + move + all.length) % all.length];
      next.focus(); next.click();
    };
    const preset = find(".preset");
    for (const [label, failure] of [["Games that work", false], ["Famous failures", true]]) {
      const group = make("optgroup", { label });
      group.append(...choices.presets.filter((each) => each.failure === failure).map(({ name, title, summary }) => Object.assign(new Option(title, name), { title: summary })));
      preset.append(group);
    }
  }
  return { refresh, thumbs, start };
}
