/**
 * The settings of the plane: thumbnails of the distributions, named games, and each part with its options.
 *
 * @import { DistributionOffer, LabChoicesResponse, PartOffer, PartOption } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Palette } from "./plane-canvas.js"
 * @import { PartName, Settings } from "./plane-state.js"
 */
import { arrowKeys } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { PARTS, VIEW, initialPart } from "./plane-state.js";

/** How many options of a part are seen without opening "More options". */
const SHOWN = 3;
const SHOWN_OF_OPTIMIZER = 1;
const THUMBNAIL = 112;

/** @typedef {(name: PartName, next: (value: any) => any) => void} Change a setting by name, from its value then to another */

/**
 * @param {Context} context
 * @param {LabChoicesResponse} choices
 * @param {() => Settings} settings those that hold
 * @param {Change} change
 */
export function makeForm({ find, findAll }, choices, settings, change) {
  const host = find("div.parts");
  return {
    /** Draws the form anew from the settings that hold; what was open and focused stays so. */
    refresh() {
      const opened = findAll("div.parts details").map((each) => each.open);
      const focused = host.contains(document.activeElement) && document.activeElement?.getAttribute("aria-label");
      host.replaceChildren(...PARTS.map((part) => partField(part, choices.parts[part.kind], settings(), change)));
      const details = findAll("div.parts details");
      if (opened.length === details.length) details.forEach((each, index) => (each.open = opened[index]));
      if (focused) labelled(host, focused)?.focus();
      for (const thumb of findAll("button.thumb")) {
        const chosen = thumb.dataset.name === settings().distribution;
        thumb.setAttribute("aria-checked", String(chosen));
        thumb.tabIndex = chosen ? 0 : -1;
      }
    },
  };
}

/** @param {HTMLElement} host @param {string} label */
const labelled = (host, label) =>
  /** @type {HTMLElement | undefined} */ (
    [...host.querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === label)
  );

/**
 * @param {(typeof PARTS)[number]} setting
 * @param {PartOffer[]} known the parts of its kind
 * @param {Settings} settings
 * @param {Change} change
 */
function partField({ name, kind, title }, known, settings, change) {
  const value = settings[name];
  const select = make("select", { class: "field", "aria-label": title, dataset: { part: name } });
  if (name === "penalty") select.append(new Option("none", ""));
  select.append(...known.map((part) => new Option(part.title, part.name)));
  select.value = value?.name ?? "";
  const part = known.find((each) => each.name === select.value);
  select.addEventListener("change", () => {
    const next = known.find((each) => each.name === select.value);
    change(name, () => (next ? initialPart(next) : null));
  });
  const about = make("p", { class: "gw-muted about" }, part?.summary ?? "Nothing keeps the discriminator tame.");
  const inputs = part ? part.options.map((option) => optionField(setting(name), part, option, value, change)) : [];
  const many = kind === "optimizer" ? SHOWN_OF_OPTIMIZER : SHOWN;
  const head = make("label", { class: "head" }, make("span", {}, title), select);
  const box = make(
    "fieldset",
    { class: "part" },
    head,
    about,
    make("div", { class: "options" }, ...inputs.slice(0, many)),
  );
  if (inputs.length > many)
    box.append(
      make(
        "details",
        {},
        make("summary", { class: "gw-focus" }, "More options"),
        make("div", { class: "options" }, ...inputs.slice(many)),
      ),
    );
  return box;
}

/** A setting and whose it is, for labels. @param {PartName} name */
function setting(name) {
  const owner = { generator_optimizer: "Generator's ", discriminator_optimizer: "Discriminator's " };
  return { name, owner: /** @type {Record<string, string>} */ (owner)[name] ?? "" };
}

/**
 * @param {{ name: PartName, owner: string }} setting
 * @param {PartOffer} part
 * @param {PartOption} option
 * @param {any} value of the part
 * @param {Change} change
 */
function optionField({ name, owner }, part, option, value, change) {
  const now = value[option.name] ?? option.default;
  const label = `${owner}${part.name}: ${option.label}`;
  const send = (/** @type {any} */ next) => change(name, (held) => ({ ...held, [option.name]: next }));
  const field = (/** @type {HTMLElement} */ input) =>
    make("label", { class: "option", title: option.help }, option.label, input);
  if (option.type === "bool") {
    const box = make("input", { type: "checkbox", "aria-label": label, checked: now });
    box.addEventListener("change", () => send(box.checked));
    return make("label", { class: "option check", title: option.help }, box, option.label);
  }
  if (option.choices.length) {
    const words = option.choices;
    const select = make(
      "select",
      { class: "field", "aria-label": label },
      ...words.map((word) => new Option(word, word)),
    );
    select.value = now;
    select.addEventListener("change", () => send(select.value));
    return field(select);
  }
  if (option.type === "str") {
    const line = make("input", { class: "field", type: "text", "aria-label": label, autocomplete: "off" });
    line.value = now ?? "";
    line.addEventListener("change", () => send(line.value));
    return field(line);
  }
  return field(numberField(option, now, label, send));
}

/**
 * @param {PartOption} option
 * @param {number | null} now
 * @param {string} label
 * @param {(value: number | null) => void} send
 */
function numberField(option, now, label, send) {
  const box = make("input", { class: "field", type: "number", step: "any", "aria-label": label, inputMode: "decimal" });
  box.value = now === null || now === undefined ? "" : String(now);
  box.placeholder = now === null ? "as the rate" : "";
  box.addEventListener("change", () => {
    const next = box.value === "" ? option.default : Number(box.value);
    if (next !== null && !Number.isFinite(next)) return;
    send(option.type === "int" && next !== null ? Math.round(next) : next);
  });
  return box;
}

/**
 * The thumbnails and the named games; made once.
 *
 * @param {Context} context
 * @param {LabChoicesResponse} choices
 * @param {(name: string) => void} choose
 * @param {() => Palette} colors
 */
export function showChoices({ find, findAll, onResize }, choices, choose, colors) {
  const group = find("div.thumbs");
  group.replaceChildren(
    ...choices.distributions.map((/** @type {DistributionOffer} */ { name, summary, thumbnail }) => {
      const picture = make("canvas", { width: THUMBNAIL, height: THUMBNAIL, "aria-hidden": "true" });
      const attributes = { type: "button", class: "thumb", role: "radio", title: summary, dataset: { name } };
      const title = name === "drawn" ? "draw" : name;
      const button = make("button", { ...attributes, "aria-checked": "false" }, picture, title);
      button.addEventListener("click", () => choose(name));
      onResize(picture, () => paintThumbnail(picture, name, thumbnail, colors()));
      return button;
    }),
  );
  arrowKeys(
    group,
    () => findAll("button.thumb"),
    (thumb) => thumb.click(),
  );
  const groups = [
    { label: "Games that work", failure: false },
    { label: "Famous failures", failure: true },
  ];
  for (const { label, failure } of groups) {
    const presets = choices.presets.filter((preset) => preset.failure === failure);
    const options = presets.map(({ name, title, summary }) =>
      Object.assign(new Option(title, name), { title: summary }),
    );
    find("select.preset").append(make("optgroup", { label }, ...options));
  }
}

/**
 * @param {HTMLCanvasElement} picture
 * @param {string} name
 * @param {[number, number][]} points
 * @param {Palette} colors
 */
function paintThumbnail(picture, name, points, { ink, accent }) {
  const pen = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
  const half = THUMBNAIL / 2;
  pen.clearRect(0, 0, THUMBNAIL, THUMBNAIL);
  pen.fillStyle = ink;
  pen.globalAlpha = 0.65;
  for (const [x, y] of points) {
    pen.beginPath();
    pen.arc((x / VIEW + 1) * half, (1 - y / VIEW) * half, 1.7, 0, 7);
    pen.fill();
  }
  if (name !== "drawn") return;
  pen.strokeStyle = accent;
  pen.globalAlpha = 1;
  pen.lineWidth = 7;
  pen.lineCap = "round";
  pen.beginPath();
  pen.moveTo(22, 80);
  pen.bezierCurveTo(34, 8, 70, 118, 90, 34);
  pen.stroke();
}
