// Draw: a page on the left, its translation on the right, drawn anew while the pen moves (one in flight, newest next).

const PAGE = 512;  // pixels of the page's longer side
const INKS = [["black", "#000000"], ["red", "#d92b2b"], ["orange", "#f59f0b"], ["yellow", "#ffd93b"], ["green", "#2f9e44"], ["blue", "#2f6fdb"], ["brown", "#8a5a2b"], ["pink", "#f4a6c0"]];
const BRUSHES = [["fine", 0.012], ["usual", 0.021], ["broad", 0.05], ["wide", 0.11]];  // of the shorter side; the drawings that it learned on have 0.02
const SUGGESTION = "doodle-cat.png";

function makeDraw(stage, { settings, side, labels, propose, tell, picture, keep, facts }) {
  const page = make("canvas", { class: "page", tabindex: 0, width: PAGE, height: PAGE });
  const hint = make("span", { class: "hint" }, "Draw here"), ghost = make("img", { class: "ghost", alt: "", draggable: false });
  const desk = make("div", { class: "desk" }, ghost, page, hint);
  const pen = page.getContext("2d"), ink = make("canvas"), layer = ink.getContext("2d");
  let strokes = [], undone = [], base = null, stroke = null, colour = INKS[0][1], brush = BRUSHES[1][1], erasing = false, began = false, after = "";
  page.setAttribute("role", "img");
  page.setAttribute("aria-label", "Page to draw on with a mouse, a pen or a finger");

  // --- The page: strokes on a layer of ink over the page or a picture, so that the eraser takes ink alone ---------------

  function size(width, height) {
    const factor = PAGE / Math.max(width, height);
    page.width = ink.width = Math.max(32, Math.round(width * factor));
    page.height = ink.height = Math.max(32, Math.round(height * factor));
  }
  const unit = () => Math.min(page.width, page.height);
  function trace(each, from = 0) {
    layer.globalCompositeOperation = each.erase ? "destination-out" : "source-over";
    layer.lineCap = layer.lineJoin = "round";
    layer.strokeStyle = layer.fillStyle = each.colour;
    layer.beginPath();
    const points = each.points.slice(Math.max(0, from - 1));
    layer.lineWidth = each.brush * unit();
    if (points.length === 1) { layer.arc(points[0][0], points[0][1], layer.lineWidth / 2, 0, 7); layer.fill(); return; }
    layer.moveTo(...points[0]);
    for (const point of points.slice(1)) layer.lineTo(...point);
    layer.stroke();
  }
  function compose() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, page.width, page.height);
    if (base) pen.drawImage(base, 0, 0, page.width, page.height);
    pen.drawImage(ink, 0, 0);
  }
  function redraw() {
    layer.clearRect(0, 0, ink.width, ink.height);
    for (const each of strokes) trace(each);
    compose();
    const empty = !strokes.length && !base;
    desk.classList.toggle("empty", empty);
    find(".undo").disabled = !strokes.length;
    find(".redo").disabled = !undone.length;
    again();
  }

  // --- Strokes -----------------------------------------------------------------------------------------------------------

  const at = (event) => {
    const box = page.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * page.width, ((event.clientY - box.top) / box.height) * page.height];
  };
  page.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.stopPropagation();
    event.preventDefault();
    page.focus({ preventScroll: true });
    page.setPointerCapture(event.pointerId);
    const thick = event.pointerType === "pen" && event.pressure ? 0.5 + event.pressure : 1;
    stroke = { id: event.pointerId, colour, brush: brush * thick, erase: erasing || event.buttons === 32, points: [at(event)] };
    strokes.push(stroke);
    undone = [];
    redraw();
  });
  page.addEventListener("pointermove", (event) => {
    if (stroke?.id !== event.pointerId) return;
    event.stopPropagation();
    const from = stroke.points.length;
    for (const each of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) stroke.points.push(at(each));
    trace(stroke, from);
    compose();
    again();
  });
  for (const name of ["pointerup", "pointercancel"]) page.addEventListener(name, (event) => { if (stroke?.id === event.pointerId) { event.stopPropagation(); stroke = null; redraw(); } });  // the whole stroke at once, as undo and redo draw it

  const move = (from, to) => { if (from.length) { to.push(from.pop()); stroke = null; redraw(); } };
  const undo = () => move(strokes, undone), redo = () => move(undone, strokes);
  find(".undo").addEventListener("click", undo);
  find(".redo").addEventListener("click", redo);
  find(".clear").addEventListener("click", () => { base = null; strokes = []; undone = []; size(1, 1); redraw(); });
  document.addEventListener("keydown", (event) => {  // wherever the focus is: a button that was pressed may be disabled by now
    if (find(".drawing").hidden || page.offsetParent === null || event.target.matches("input[type=text], textarea, select")) return;
    const name = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && (name === "z" || name === "y")) { event.preventDefault(); if (name === "y" || event.shiftKey) redo(); else undo(); }
  });

  // --- Its translation: of every state of the page, or of the suggestion while it is empty ---------------------------------

  // While the pen moves, a reduced page is sent, which the network sees without further ado; at rest all of its pixels.
  const reduced = make("canvas"), small = reduced.getContext("2d");
  function moving() {
    const factor = (1.25 * side()) / unit();
    reduced.width = Math.round(page.width * factor);
    reduced.height = Math.round(page.height * factor);
    small.imageSmoothingQuality = "high";
    small.drawImage(page, 0, 0, reduced.width, reduced.height);
    return reduced.toDataURL("image/png");
  }
  const translate = latestWins(async () => {
    const url = desk.classList.contains("empty") ? await suggested() : stroke && 1.25 * side() < unit() ? moving() : page.toDataURL("image/jpeg", 0.95);
    return { before: url, ...(await ask("frame", { ...settings(), picture: url })) };
  }, (answer) => {
    if (find(".drawing").hidden) return;
    after = answer.after;
    panes(answer.before);
    page.dataset.drawn = String(Number(page.dataset.drawn ?? 0) + 1);
    facts(desk.classList.contains("empty") ? "A suggestion, translated: trace it, or draw something of your own." : `Translated in ${Math.round(answer.milliseconds)} ms`);
  }, (error) => tell(error.message, "error"));
  const again = () => { if (settings().model) translate(); };

  let doodle;
  async function suggested() {
    doodle ??= ask("preview", { source: { example: SUGGESTION }, ...settings() }).then((answer) => answer.before);
    const url = await doodle;
    ghost.src = url;
    return url;
  }
  function panes(before) {
    const { from, to } = labels();
    stage.show([
      { kind: "plain", element: desk, title: from },
      { kind: "blend", before: before ?? page.toDataURL("image/png"), after: after || before, title: to, text: "Your drawing, translated" },
    ], { ratio: page.width / page.height, width: PAGE });
  }

  async function onto(source) {
    const image = new Image();
    image.src = source;
    await image.decode();
    base = image;
    strokes = [];
    undone = [];
    size(image.naturalWidth, image.naturalHeight);
    redraw();
  }
  find(".blank").addEventListener("click", () => find(".clear").click());
  find(".suggestion").addEventListener("click", async () => { try { await onto(await suggested()); } catch (error) { tell(error.message, "error"); } });
  find(".over").addEventListener("click", async () => {
    const shown = picture();
    if (!shown) { tell("There is no picture yet: drop one first."); return; }
    try { await onto(shown.before); } catch { tell("That picture cannot be drawn on; choose another one.", "error"); }
  });
  find(".look").addEventListener("click", () => page.toBlob((blob) => keep(new File([blob], "drawing.png", { type: "image/png" }))));

  // --- Tools ---------------------------------------------------------------------------------------------------------------

  const radio = (name, text, checked, choose, mark) => {
    const input = make("input", { type: "radio", name, checked, "aria-label": text });
    input.addEventListener("change", choose);
    return make("label", { class: "pick", title: text }, input, mark);
  };
  const erase = (is) => { erasing = is; find(".eraser").setAttribute("aria-pressed", is); };
  const dot = (style) => { const mark = make("i"); mark.style.cssText = style; return mark; };
  find(".brushes").append(...BRUSHES.map(([name, share]) => radio("gw-brush", `${name} brush`, share === brush, () => { brush = share; },
    dot(`width:${4 + share * 160}px;height:${4 + share * 160}px`))));
  const own = make("input", { type: "color", value: "#8f5cff", "aria-label": "A colour of your own", title: "A colour of your own" });
  own.addEventListener("input", () => { colour = own.value; erase(false); for (const each of find(".colours").querySelectorAll("[type=radio]")) each.checked = false; });
  find(".colours").append(...INKS.map(([name, value]) => radio("gw-ink", name, value === colour, () => { colour = value; erase(false); }, dot(`background:${value}`))), own);
  find(".eraser").addEventListener("click", () => erase(!erasing));

  size(1, 1);
  function enter() {
    if (!began) { began = true; propose("doodle"); }
    panes();
    redraw();
  }
  return { enter, again, across: () => PAGE };
}
