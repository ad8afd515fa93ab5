// Zoom and pan of all panes together: wheel, pinch, drag, buttons, double click, keys + - 0 and arrows.

// The place is (x, y) in pane widths and heights, the same in every pane; `pixels()` says how many the picture has across;
// `changed(across)` is told over how many pixels of the screen it goes now.
function makeZoom(stage, pixels, changed) {
  const host = stage.host, fit = find(".zooming .fit");
  const place = { k: 1, x: 0, y: 0 };
  const view = () => host.querySelector(".view").getBoundingClientRect();
  const most = () => Math.max(8, (24 * pixels()) / Math.max(1, view().width));

  function draw() {
    const inside = (value) => Math.min(0, Math.max(1 - place.k, value));
    Object.assign(place, { x: inside(place.x), y: inside(place.y) });
    host.style.setProperty("--k", place.k);
    host.style.setProperty("--x", `${place.x * 100}%`);
    host.style.setProperty("--y", `${place.y * 100}%`);
    host.classList.toggle("zoomed", place.k > 1);
    host.classList.toggle("pixels", place.k > 1 && (place.k * view().width) / Math.max(1, pixels()) >= 3);
    host.dataset.zoom = place.k.toFixed(2);
    fit.textContent = `${place.k < 10 ? Number(place.k.toFixed(1)) : Math.round(place.k)}×`;
    find(".zooming .out").disabled = place.k <= 1;
    if (place.k > 1) changed(place.k * view().width * devicePixelRatio);
  }
  // Bring the zoom to `k` while the point (u, v) of the pane stays where it is.
  function to(k, u = 0.5, v = 0.5) {
    const next = Math.min(most(), Math.max(1, k)), share = next / place.k;
    Object.assign(place, { x: u - (u - place.x) * share, y: v - (v - place.y) * share, k: next });
    draw();
  }
  const reset = () => to(1);
  const within = (x, y, element) => {
    const box = (element.closest?.(".view") ?? host.querySelector(".view")).getBoundingClientRect();
    return [(x - box.left) / box.width, (y - box.top) / box.height];
  };

  // The wheel zooms where the page is not being scrolled: neither past the stage in one go, nor out of the whole picture.
  let elsewhere = 0;
  const passing = (event) => { if (!host.contains(event.target)) elsewhere = performance.now(); };
  document.addEventListener("wheel", passing, { passive: true });
  host.addEventListener("wheel", (event) => {
    if (!event.target.closest(".view") || (!event.ctrlKey && performance.now() - elsewhere < 400)) return;
    if (place.k <= 1 && event.deltaY > 0 && !event.ctrlKey) { elsewhere = performance.now(); return; }
    event.preventDefault();
    const step = event.deltaY * (event.deltaMode ? 16 : 1) * (event.ctrlKey ? 0.01 : 0.0025);
    to(place.k * Math.exp(-step), ...within(event.clientX, event.clientY, event.target));
  }, { passive: false });

  // Pointers: two pinch, one pans where there is something to pan, else it moves the handle.
  const held = new Map();
  let middle = null, apart = 0;
  const pinch = () => {
    const [a, b] = [...held.values()];
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, apart: Math.hypot(a.x - b.x, a.y - b.y), element: a.element };
  };
  host.addEventListener("pointerdown", (event) => {
    if (event.button || !event.target.closest(".view")) return;
    const onHandle = event.target.closest(".handle"), compared = event.target.closest("[data-kind=compare]");
    held.set(event.pointerId, { x: event.clientX, y: event.clientY, element: event.target, divides: Boolean(onHandle || (compared && place.k <= 1)) });
    event.target.setPointerCapture?.(event.pointerId);
    if (held.size === 2) { middle = pinch(); apart = middle.apart; }
    else if (held.get(event.pointerId).divides) { compared.querySelector(".handle").focus({ preventScroll: true }); stage.follow(event); }
    else host.focus({ preventScroll: true });
    event.preventDefault();
  });
  host.addEventListener("pointermove", (event) => {
    const pointer = held.get(event.pointerId);
    if (!pointer) return;
    const moved = [event.clientX - pointer.x, event.clientY - pointer.y];
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (held.size === 2) {
      const now = pinch();
      to(place.k * (now.apart / Math.max(1, apart)), ...within(now.x, now.y, now.element));
      apart = now.apart;
    } else if (pointer.divides) stage.follow(event);
    else pan(...moved);
  });
  const release = (event) => { held.delete(event.pointerId); };
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) host.addEventListener(name, release);
  function pan(dx, dy) {
    const box = view();
    place.x += dx / box.width;
    place.y += dy / box.height;
    draw();
  }

  host.addEventListener("dblclick", (event) => {
    if (!event.target.closest(".view") || event.target.closest(".handle, canvas")) return;
    if (place.k > 1) reset(); else to(4, ...within(event.clientX, event.clientY, event.target));
  });
  host.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (event.key === "+" || event.key === "=") to(place.k * 1.5);
    else if (event.key === "-") to(place.k / 1.5);
    else if (event.key === "0") reset();
    else if (arrow && place.k > 1) pan(...arrow);
    else return;
    event.preventDefault();
  });
  find(".zooming .in").addEventListener("click", () => to(place.k * 1.5));
  find(".zooming .out").addEventListener("click", () => to(place.k / 1.5));
  fit.addEventListener("click", reset);
  draw();
  return { reset, redraw: draw };
}
