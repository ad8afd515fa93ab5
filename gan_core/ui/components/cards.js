// One choice among a few cards: a radio group (arrow keys move, as in every radio group). The value is the chosen name.
const group = find(".cards");
group.setAttribute("aria-label", props.name);
const cards = props.choices.map(([value, title, text]) => {
  const card = document.createElement("button"), head = document.createElement("b"), line = document.createElement("span");
  card.type = "button"; card.className = "card"; card.dataset.value = value; card.id = `${props.stem}-${value}`;
  card.setAttribute("role", "radio");
  head.textContent = title; line.textContent = text;
  card.append(head, line);
  return card;
});
group.append(...cards);
function mark() {
  for (const card of cards) {
    const chosen = card.dataset.value === props.value;
    card.setAttribute("aria-checked", String(chosen)); card.tabIndex = chosen ? 0 : -1;
  }
}
function choose(card) {
  if (card.dataset.value === props.value) return;
  props.value = card.dataset.value; mark(); trigger("change");
}
group.addEventListener("click", (event) => { const card = event.target.closest(".card"); if (card) choose(card); });
group.addEventListener("keydown", (event) => {
  const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!move) return;
  event.preventDefault();
  const next = cards[(cards.indexOf(document.activeElement) + move + cards.length) % cards.length];
  next.focus(); choose(next);
});
watch("value", mark);
mark();
