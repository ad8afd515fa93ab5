// The stage: one to five panes of one size, each a picture, a blend of two, or two with a handle between them.

// `show(panes, look)` draws; `update(index, change)` changes pictures only. A pane is { kind: "plain" | "blend" | "compare",
// title, note, before, after, element }; `look` gives ratio, width, clear (transparency is to be seen) and film.
function makeStage() {
  const host = find(".panes"), frame = find(".frame"), range = find(".strength input");
  const shown = [];  // the panes that are on the page, used again so that nothing flickers

  function build() {
    const part = (tag, name, ...children) => make(tag, { class: name }, ...children);
    const picture = (name) => make("img", { class: `sheet ${name}`, alt: "", draggable: false });
    const before = picture("before"), under = picture("under"), after = picture("after"), slot = part("div", "sheet slot");
    const handle = make("div", { class: "handle", role: "slider", tabindex: 0, "aria-label": "Before and after", "aria-orientation": "horizontal",
      "aria-valuemin": 0, "aria-valuemax": 100 }, make("i"));
    const left = part("span", "tag left"), right = part("span", "tag right"), note = part("p", "note gw-muted");
    const view = part("div", "view", part("div", "clip", before), part("div", "mix", under, after), slot, left, right, handle);
    const root = part("figure", "pane", view, note);
    return { root, view, before, under, after, slot, handle, left, right, note };
  }
  const put = (image, source) => { if (source && image.getAttribute("src") !== source) image.src = source; };

  function fill(parts, pane) {
    parts.root.dataset.kind = pane.kind;
    put(parts.before, pane.before);
    put(parts.under, pane.before ?? pane.after);
    if (pane.after) put(parts.after, pane.after); else parts.after.removeAttribute("src");
    parts.before.alt = pane.beforeText ?? "Original";
    parts.after.alt = pane.text ?? pane.title ?? "";
    parts.left.textContent = pane.kind === "compare" ? pane.left ?? "" : pane.title ?? "";
    parts.right.textContent = pane.kind === "compare" ? pane.title ?? "" : "";
    parts.note.textContent = pane.note ?? "";
    const held = parts.slot.firstElementChild;
    if (pane.element !== (held ?? undefined)) parts.slot.replaceChildren(...(pane.element ? [pane.element] : []));
  }

  function show(panes, look) {
    while (shown.length < panes.length) shown.push(build());
    panes.forEach((pane, index) => fill(shown[index], pane));
    if (host.childElementCount !== panes.length) host.replaceChildren(...shown.slice(0, panes.length).map((each) => each.root));
    host.dataset.count = panes.length;
    find(".translate").dataset.film = look.film ? "yes" : "no";
    host.style.setProperty("--ratio", Math.max(look.ratio, 0.05));
    host.style.setProperty("--most", `${Math.max(look.width, 360) * (look.width < 360 ? 1.4 : 1)}px`);
    host.classList.toggle("tiny", look.width <= 64 && look.width / look.ratio <= 64);
    host.classList.toggle("clear", Boolean(look.clear));
  }
  const update = (index, change) => {
    const parts = shown[index];
    put(parts.before, change.before);
    put(parts.under, change.before);
    put(parts.after, change.after);
  };
  const busy = (is) => { frame.dataset.busy = is ? "yes" : "no"; };
  const rough = (is) => host.classList.toggle("rough", is);

  // Before and after.
  let at = 0.5;
  function divide(share) {
    at = Math.min(1, Math.max(0, share));
    host.style.setProperty("--at", `${at * 100}%`);
    for (const { handle } of shown) {
      handle.setAttribute("aria-valuenow", Math.round(at * 100));
      handle.setAttribute("aria-valuetext", `${Math.round(at * 100)} % original, ${Math.round(100 - at * 100)} % translation`);
    }
  }
  host.addEventListener("keydown", (event) => {
    if (!event.target.matches(".handle")) return;
    const step = event.shiftKey ? 0.1 : 0.02;
    const goal = { ArrowLeft: at - step, ArrowDown: at - step, ArrowRight: at + step, ArrowUp: at + step, PageDown: at - 0.1, PageUp: at + 0.1, Home: 0, End: 1 }[event.key];
    if (goal === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    divide(goal);
  });
  // Where the pointer is, as a share of the pane's width.
  const follow = (event) => {
    const box = (event.target.closest?.(".view") ?? host.querySelector(".view")).getBoundingClientRect();
    divide((event.clientX - box.left) / box.width);
  };

  // Strength: the translation is laid over its picture here, without a question to the server.
  const strength = () => Number(range.value) / 100;
  function mix() {
    host.style.setProperty("--strength", strength());
    find(".strength output").textContent = `${range.value} %`;
  }
  range.addEventListener("input", mix);
  range.addEventListener("dblclick", () => { range.value = 100; mix(); range.dispatchEvent(new Event("change")); });

  show([{ kind: "compare" }], { ratio: 1.5, width: 512 });
  divide(0.5);
  mix();
  return { host, show, update, busy, rough, follow, strength, redivide: () => divide(at) };
}
