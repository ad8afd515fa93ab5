// A slider row: a name, a range, its value. Double-click or Delete puts it back to `home`.

// `get` and `set` read and write the place; `line.refresh()` shows what is there. `line.isMoved` and `line.goHome` may be replaced.
explorer.row = (name, low, high, step, home, get, set, { label = name } = {}) => {
  const range = make("input", { type: "range", class: "gw-range", min: low, max: high, step, "aria-label": label });
  const line = make("label", { class: "row" }, make("span", { class: "name", title: label }, name), range, make("output"));
  explorer.equip(line, home, get, set);
  return line;
};
explorer.equip = (line, home, get, set) => {
  const range = line.querySelector("input"), output = line.querySelector("output");
  let told = "";
  line.refresh = () => {
    const value = get(), moved = line.isMoved ? line.isMoved() : Math.abs(value - home) > 1e-6, now = `${value} ${moved}`;
    if (now === told) return;  // most rows stand still while one is dragged
    told = now;
    if (document.activeElement !== range || Math.abs(range.value - value) > 0.02) range.value = value;
    update(output, { textContent: value.toFixed(2) });
    line.classList.toggle("moved", moved);
  };
  range.addEventListener("input", () => { explorer.drag(() => set(Number(range.value))); line.refresh(); });
  range.addEventListener("change", explorer.remember);
  const goHome = () => {
    explorer.go(() => { if (line.goHome) line.goHome(); else set(home); });
    range.value = get();
    line.refresh();
  };
  line.addEventListener("dblclick", (event) => { event.preventDefault(); goHome(); });
  range.addEventListener("keydown", (event) => {
    if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); goHome(); }
  });
  explorer.on("place", () => { if (line.isConnected) line.refresh(); });
};
// The row of one direction, by its id.
explorer.directionRow = (id, name, options) => {
  const line = explorer.row(name, -4, 4, 0.02, 0, () => explorer.state.place.amounts[id] || 0, (value) => {
    if (value) explorer.state.place.amounts[id] = value; else delete explorer.state.place.amounts[id];
  }, options);
  line.dataset.direction = id;
  return line;
};
// What a person reads for a direction of `facts.directions`.
explorer.directionName = ({ name }) => name;
