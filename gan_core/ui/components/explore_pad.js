// Two ways of dragging in two dimensions: the pad between four corners, and the picture itself along two directions.

makePad();
function makePad() {
  const { state, go, drag } = explorer, pad = find(".pad"), knob = pad.firstElementChild, within = (value) => Math.min(1, Math.max(0, value));

  const MOVES = CSS.supports("translate", "1cqw 1cqh");
  function padTo(x, y) { drag((place) => { place.x = within(x); place.y = within(y); }); }
  function refresh() {
    const { x, y, kind } = state.place;
    if (kind !== "pad") return;
    // A move of its own layer: nothing is laid out again. Older browsers know no units of a container.
    if (MOVES) knob.style.translate = `${x * 100}cqw ${y * 100}cqh`;
    else Object.assign(knob.style, { left: `${x * 100}%`, top: `${y * 100}%` });
    pad.setAttribute("aria-valuenow", Math.round(x * 100));
    pad.setAttribute("aria-valuetext", `${Math.round(x * 100)} % to the right, ${Math.round(y * 100)} % down`);
    corners();
  }
  explorer.on("place", refresh);
  const padAt = (event) => { const box = pad.getBoundingClientRect(); padTo((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height); };
  pad.addEventListener("pointerdown", (event) => { pad.setPointerCapture(event.pointerId); pad.focus(); padAt(event); });
  pad.addEventListener("pointermove", (event) => { if (pad.hasPointerCapture(event.pointerId)) padAt(event); });
  pad.addEventListener("pointerup", explorer.remember);
  const arrow = (event) => ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] })[event.key];
  pad.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (!by) return;
    event.preventDefault();
    padTo(state.place.x + by[0] * 0.02, state.place.y + by[1] * 0.02);
  });
  pad.addEventListener("keyup", (event) => { if (arrow(event)) explorer.remember(); });

  // --- Corners: seeds, or places that were pinned there -----------------------------------------------------------------
  let seen = "";
  const cornersFor = latestWins((wish) => ask("strip", wish), (answer, wish) => {
    if (wish.model !== state.model) return;
    answer.pictures.forEach((picture, index) => {
      const corner = state.place.corners[index];
      find(`.pin[data-corner="${index}"] .corner`).replaceChildren(make("img", { src: picture, alt: Number.isInteger(corner) ? `Seed ${corner}` : "A pinned place" }));
    });
  }, (error) => { seen = ""; console.warn(error.message); });
  let timer = 0;
  function corners() {
    const { x, y, ...rest } = compact(state.place);
    const wanted = JSON.stringify([state.model, state.step, rest, state.shown.version]);
    if (!state.model || wanted === seen) return;
    clearTimeout(timer);  // at rest only: while sliders move, the big picture has the machine
    timer = setTimeout(() => { seen = wanted; cornersFor(explorer.wish({ kind: "corners" })); }, 180);
  }
  explorer.on("shown", () => { if (state.place.kind === "pad") corners(); });
  for (const pin of element.querySelectorAll(".pin")) {
    const index = Number(pin.dataset.corner);
    pin.querySelector(".corner").onclick = () => go((place) => { place.corners[index] = randomSeed(); });
    pin.querySelector(".pinhere").onclick = async () => {
      try { const point = await basePoint({ withMoves: false }); go((place) => { place.corners[index] = point; }); } catch (error) { say(error.message, "error"); }
    };
    pin.addEventListener("dragover", (event) => { if (explorer.dragged) event.preventDefault(); });
    pin.addEventListener("drop", (event) => {
      if (!explorer.dragged) return;
      event.preventDefault();
      event.stopPropagation();
      const { z } = explorer.dragged;
      go((place) => { place.corners[index] = { kind: "vector", vector: z }; });
    });
  }

  // --- The picture itself -------------------------------------------------------------------------------------------------
  const WIDTH = 6;  // how far along a direction one comes from one edge to the other: from -3 to 3
  const selects = { x: find("[data-axis=x]"), y: find("[data-axis=y]") };
  let listed = "";
  explorer.on("model", (facts) => {
    if (JSON.stringify(facts.directions) === listed) return;
    listed = JSON.stringify(facts.directions);
    for (const [index, select] of Object.values(selects).entries()) {
      const before = select.value;
      const groups = [...new Set(facts.directions.map((each) => each.group))];
      select.replaceChildren(...groups.map((group) => make("optgroup", { label: group },
        ...facts.directions.filter((each) => each.group === group).map((each) => new Option(explorer.directionName(each), each.id)))));
      const ids = facts.directions.map((each) => each.id);
      select.value = ids.includes(before) ? before : ids[Math.min(index, ids.length - 1)];
    }
  });
  // From where the drag began: coming back with the pointer comes back with the picture.
  let start = null;
  function along(axis, by) {
    const id = selects[axis].value;
    if (!id) return;
    const value = Math.min(6, Math.max(-6, (start.amounts[id] || 0) + by));
    if (Math.abs(value) > 1e-6) state.place.amounts[id] = value; else delete state.place.amounts[id];
  }
  big.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    big.setPointerCapture(event.pointerId);
    big.focus({ preventScroll: true });
    start = { x: event.clientX, y: event.clientY, amounts: { ...state.place.amounts } };
    big.classList.add("held");
  });
  big.addEventListener("pointermove", (event) => {
    if (!start || !big.hasPointerCapture(event.pointerId)) return;
    const side = big.getBoundingClientRect().width;
    drag(() => { along("x", (event.clientX - start.x) / side * WIDTH); along("y", (start.y - event.clientY) / side * WIDTH); });
  });
  const letGo = () => { if (!start) return; start = null; big.classList.remove("held"); explorer.remember(); };
  big.addEventListener("pointerup", letGo);
  big.addEventListener("pointercancel", letGo);
  big.addEventListener("keydown", (event) => {
    const by = arrow(event);
    if (!by || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    start = { amounts: { ...state.place.amounts } };
    drag(() => { along("x", by[0] * 0.1); along("y", -by[1] * 0.1); });
    start = null;
  });
  big.addEventListener("keyup", (event) => { if (arrow(event)) explorer.remember(); });
}
