// One choice among recipes in groups that fold: a radio group (arrow keys move among what is open). The value is the chosen name.
const place = find(".groups"), about = find(".about");
place.setAttribute("aria-label", props.name);
const known = {};
const folds = props.groups.map(({ title, cards }, index) => {
  const fold = document.createElement("details"), head = document.createElement("summary"), box = document.createElement("div");
  const names = document.createElement("span");
  names.textContent = cards.map((card) => card.title).join(", ");
  head.append(title, names); box.className = "cards"; fold.open = index === 0; fold.append(head, box);
  box.append(...cards.map((card) => {
    const button = document.createElement("button"), name = document.createElement("b"), line = document.createElement("span");
    button.type = "button"; button.className = "card"; button.dataset.value = card.name; button.id = `${props.stem}-${card.name}`;
    button.setAttribute("role", "radio");
    name.textContent = card.title; line.textContent = card.summary;
    if (card.control) { const mark = document.createElement("i"); mark.textContent = "negative control"; name.append(mark); }
    button.append(name, line);
    known[card.name] = card;
    return button;
  }));
  return fold;
});
place.append(...folds);
const cards = [...place.querySelectorAll(".card")];

function mark() {
  for (const card of cards) {
    const chosen = card.dataset.value === props.value;
    card.setAttribute("aria-checked", String(chosen)); card.tabIndex = chosen ? 0 : -1;
    if (chosen) { card.closest("details").open = true; card.after(about); }
  }
  const { control, origin, differs, parts } = known[props.value] ?? {};
  about.classList.toggle("control", Boolean(control));
  const lines = [control ? ["Kept as a warning", "this is known not to work."] : null, origin ? ["From", origin] : null,
                 differs ? ["Different here", differs] : null].filter(Boolean);
  about.replaceChildren(...lines.map(([word, text]) => {
    const line = document.createElement("p"), name = document.createElement("b");
    name.textContent = `${word}: `; line.append(name, text);
    return line;
  }));
  const gist = document.createElement("p");
  gist.className = "parts"; gist.textContent = parts ?? "";
  about.append(gist);
}
function choose(name) {
  if (name === props.value || !known[name]) return;
  props.value = name; mark(); trigger("change");
  window.dispatchEvent(new CustomEvent("gw:recipe", { detail: { name } }));
}
place.addEventListener("click", (event) => { const card = event.target.closest(".card"); if (card) choose(card.dataset.value); });
place.addEventListener("keydown", (event) => {
  const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!move || !event.target.closest(".card")) return;
  event.preventDefault();
  const open = cards.filter((card) => card.closest("details").open);
  const next = open[(open.indexOf(document.activeElement) + move + open.length) % open.length];
  next.focus(); choose(next.dataset.value);
});
// The Lab sends a setting: here a recipe that it fits is chosen, then advanced.js takes what differs. The Lab does not translate.
window.addEventListener("gw:setting", (event) => {
  if (!element.isConnected) return;
  openTab("train");
  choose(event.detail.recipe ?? (known[props.value]?.translates ? cards[0].dataset.value : props.value));
});
// The form as this browser kept it.
window.addEventListener("gw:restore", (event) => { if (element.isConnected) choose(event.detail.recipe); });
watch("value", mark);
mark();
