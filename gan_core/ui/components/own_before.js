// Own pictures chosen before Start: kept by the server under a token of this browser, which Start hands over: the
// run has taken them before its first step.
const box = find(".before"), kept = find(".kept"), notice = find("#own-notice");
let recipe = props.recipe;
const token = (() => {
  const made = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try { const known = localStorage.getItem("gw-own") ?? made; localStorage.setItem("gw-own", known); return known; } catch { return made; }
})();
const both = () => props.ways[recipe]?.length === 2;
let shown = [];
function show(pictures) {
  shown = pictures;
  kept.replaceChildren(...pictures.map((picture) => make("figure", {},
    make("img", { src: picture.picture, alt: `Own picture ${picture.number}` }), own.controls(picture, both()))));
}
const own = makeOwn({
  zone: find("#own-drop"), input: find("#own-file"), place: () => ({ token }), changed: show,
  tell: (text, kind = "warning") => { notice.textContent = text; notice.dataset.kind = kind; },
});
function choose(name) { recipe = name; box.hidden = !props.ways[recipe]; if (!box.hidden) { if (shown.length) show(shown); else own.refresh(); } }
window.addEventListener("gw:recipe", (event) => choose(event.detail.name));
window.addEventListener("gw:started", () => { if (element.isConnected && shown.length) own.refresh(); });
props.value = token; trigger("change");
choose(recipe);
