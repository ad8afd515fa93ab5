/** The choice among recipes, in groups that fold: a radio group in which arrow keys move among what is open. */
import { arrowKeys } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { notify } from "../shared/events.js";
import { component } from "../shared/mount.js";
import { openTab } from "../shared/navigation.js";

/**
 * @typedef {object} RecipeCard
 * @property {string} name
 * @property {string} title
 * @property {string} summary
 * @property {boolean} [control] whether it is a negative control
 * @property {boolean} [translates]
 * @property {string} [origin] the paper
 * @property {string} [differs] what is different here
 * @property {string} [parts]
 */

export const mount = component(({ find, findAll, props, subscribe, trigger, watch }) => {
  const groups = find(".groups");
  const about = find(".about");
  /** @type {Map<string, RecipeCard>} */
  const known = new Map(
    props.groups.flatMap((/** @type {any} */ group) => group.cards).map((/** @type {any} */ card) => [card.name, card]),
  );
  groups.setAttribute("aria-label", props.name);
  groups.append(
    ...props.groups.map((/** @type {any} */ group, /** @type {number} */ index) =>
      makeGroup(group, index === 0, props.stem),
    ),
  );
  const cards = findAll("button.card");

  function mark() {
    for (const card of cards) {
      const chosen = card.dataset.value === props.value;
      card.setAttribute("aria-checked", String(chosen));
      card.tabIndex = chosen ? 0 : -1;
      if (!chosen) continue;
      /** @type {HTMLDetailsElement} */ (card.closest("details")).open = true;
      card.after(about);
    }
    const card = known.get(props.value);
    about.classList.toggle("control", Boolean(card?.control));
    if (card) about.replaceChildren(...aboutCard(card));
  }
  /** @param {string} [name] */
  function choose(name) {
    if (!name || name === props.value || !known.has(name)) return;
    props.value = name;
    mark();
    trigger("change");
    notify("recipe-chosen", { name });
  }
  groups.addEventListener("click", ({ target }) => {
    const card = /** @type {HTMLElement | null} */ (/** @type {Element} */ (target).closest(".card"));
    if (card) choose(card.dataset.value);
  });
  const isOpen = (/** @type {HTMLElement} */ card) => /** @type {HTMLDetailsElement} */ (card.closest("details")).open;
  arrowKeys(
    groups,
    () => cards.filter(isOpen),
    (card) => choose(card.dataset.value),
  );
  // Here a recipe that the Lab's settings fit is chosen, then settings.js takes what differs. The Lab does not translate.
  subscribe("lab-settings", ({ recipe }) => {
    openTab("train");
    choose(recipe ?? (known.get(props.value)?.translates ? cards[0].dataset.value : props.value));
  });
  subscribe("restore-form", (form) => choose(form.recipe));
  subscribe("choose-recipe", ({ name }) => choose(name));
  watch("value", mark);
  mark();
});

/**
 * @param {{ title: string, cards: RecipeCard[] }} group
 * @param {boolean} open
 * @param {string} stem
 */
function makeGroup({ title, cards }, open, stem) {
  const titles = cards.map((card) => card.title).join(", ");
  const box = make("div", { class: "cards" }, ...cards.map((card) => makeCard(card, stem)));
  return make("details", { open }, make("summary", {}, title, make("span", {}, titles)), box);
}

/**
 * @param {RecipeCard} card
 * @param {string} stem
 */
function makeCard({ name, title, summary, control }, stem) {
  const heading = make("b", {}, title, ...(control ? [make("i", {}, "negative control")] : []));
  const attributes = { type: "button", class: "card", role: "radio", id: `${stem}-${name}`, dataset: { value: name } };
  return make("button", attributes, heading, make("span", {}, summary));
}

/** @param {RecipeCard} card */
function aboutCard({ control, origin, differs, parts }) {
  const lines = [
    ["Kept as a warning", control ? "this is known not to work." : ""],
    ["From", origin],
    ["Different here", differs],
  ].filter(([, text]) => text);
  return [
    ...lines.map(([word, text]) => make("p", {}, make("b", {}, `${word}: `), text ?? "")),
    make("p", { class: "parts" }, parts ?? ""),
  ];
}
