// How long the training described by the form will take here. The value is the form: {recipe, how, number, settings}.
const box = find(".estimate"), line = find("#estimate-line"), button = find("#estimate-measure");
const REST = 6000;  // milliseconds: the first picture of the page, and the worker being warmed, come first
const opened = performance.now();
let waiting = null, byHand = false;

function show({ short, rest, pending, offer }) {
  box.hidden = !(short || rest);
  const strong = document.createElement("b");
  strong.textContent = short ?? "";
  line.replaceChildren(...(short ? [strong, " "] : []), rest ?? "");
  button.hidden = !offer;
  clearTimeout(waiting);
  if (pending) waiting = setTimeout(() => look({}), 700);
}
const look = latestWins(
  () => {
    const early = performance.now() - opened < REST;
    if (early) setTimeout(() => look({}), REST);
    const seen = document.visibilityState === "visible" && element.offsetParent !== null;
    return ask("estimate", { ...(props.value ?? {}), measure: seen && !early, anyway: byHand });
  },
  show,
  (error) => show({ rest: error.message }),
);
button.addEventListener("click", () => { byHand = true; look({}); });
watch("value", () => { byHand = false; look({}); });
window.addEventListener("gw:started", () => { clearTimeout(waiting); setTimeout(() => look({}), 1500); });
look({});
