// Drawing one's own distribution: strokes with undo and an eraser, by mouse, touch, pen or keyboard.

function makeDrawing(canvas, plane, use) {
  const bar = find(".brushes"), NEAR = 0.16, STEP = 0.1;
  let strokes = [], past = [], active = false, editing = false, erasing = false, down = false, cross = null, erased = null;
  const width = () => Number(find(".width").value);

  function refresh() {
    plane.strokes(active && editing ? strokes : null, width(), cross);
    find(".undo").disabled = !past.length;
    find(".clear").disabled = find(".use").disabled = !strokes.length;
  }
  const remember = () => { editing = true; past.push(strokes.map((stroke) => stroke.slice())); if (past.length > 100) past.shift(); };
  // Cuts what lies near the way from the last place to this one out of the strokes; a line cut in the middle becomes two.
  function erase([x, y]) {
    const [fromX, fromY] = erased ?? [x, y], dx = x - fromX, dy = y - fromY, length = dx * dx + dy * dy;
    erased = [x, y];
    const away = ([px, py]) => {
      const share = length ? Math.max(0, Math.min(1, ((px - fromX) * dx + (py - fromY) * dy) / length)) : 0;
      return Math.hypot(px - fromX - share * dx, py - fromY - share * dy);
    };
    strokes = strokes.flatMap((stroke) => {
      const parts = [[]];
      for (const point of stroke) {
        if (away(point) < NEAR) parts.push([]);
        else parts.at(-1).push(point);
      }
      return parts.filter((part) => part.length);
    });
  }
  // However fast the pointer went, points lie close enough for the eraser to cut between them.
  function add(place) {
    const stroke = strokes.at(-1), [x, y] = stroke.at(-1), length = Math.hypot(place[0] - x, place[1] - y), parts = Math.ceil(length / 0.08);
    if (length > 0.02) for (let i = 1; i <= parts; i++) stroke.push([x + (place[0] - x) * i / parts, y + (place[1] - y) * i / parts].map((value) => Number(value.toFixed(3))));
  }
  function begin(place) {
    remember();
    erased = null;
    if (erasing) erase(place); else strokes.push([place.map((value) => Number(value.toFixed(3)))]);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!active || event.button > 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    canvas.focus({ preventScroll: true });
    down = true; cross = null;
    begin(plane.place(event));
    refresh();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!active || !down) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) (erasing ? erase : add)(plane.place(each));
    refresh();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { down = false; refresh(); });
  canvas.addEventListener("keydown", (event) => {
    if (!active) return;
    const move = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
    if (!move && event.key !== " ") return;
    event.preventDefault();
    editing = true;
    cross ??= [0, 0];
    if (move) cross = cross.map((value, i) => Math.max(-3.1, Math.min(3.1, value + move[i])));
    else begin(cross);
    refresh();
  });
  const choose = (wanted) => {
    erasing = wanted;
    find(".brush").setAttribute("aria-pressed", !wanted);
    find(".eraser").setAttribute("aria-pressed", wanted);
  };
  find(".brush").onclick = () => choose(false);
  find(".eraser").onclick = () => choose(true);
  find(".undo").onclick = () => { strokes = past.pop() ?? strokes; editing = true; refresh(); };
  find(".clear").onclick = () => { remember(); strokes = []; refresh(); };
  find(".width").oninput = () => { editing = true; refresh(); };
  find(".use").onclick = () => { editing = true; use(drawing.taken()); };  // its points are seen instead

  const drawing = {
    get empty() { return active && !strokes.length; },
    // What is drawn and not used yet, once: whoever presses Play means it.
    taken() {
      if (!active || !editing || !strokes.length) return null;
      editing = false;
      refresh();
      return { strokes, deviation: width() };
    },
    open(wanted) {
      active = editing = wanted; cross = null;
      bar.hidden = !wanted;
      canvas.classList.toggle("drawing", wanted);
      canvas.tabIndex = wanted ? 0 : -1;
      refresh();
    },
  };
  return drawing;
}
