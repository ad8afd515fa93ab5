// What a `title` says is seen by hovering alone. Here it is also shown to whoever reaches it by the keyboard, or taps it: one
// bubble for the whole page. Screen readers read titles by themselves.
makeExplanations();
function makeExplanations() {
  const bubble = make("div", { id: "gw-explanation", role: "tooltip", hidden: true });
  let shownFor = null;
  function hide() { bubble.hidden = true; shownFor = null; }
  function show(part) {
    if (!bubble.isConnected) document.body.append(bubble);
    bubble.textContent = part.title;
    bubble.hidden = false;
    shownFor = part;
    const box = part.getBoundingClientRect(), own = bubble.getBoundingClientRect(), { x, y } = beside(box, own, { width: document.documentElement.clientWidth, height: innerHeight });
    bubble.style.transform = `translate(${x}px, ${y}px)`;
  }
  const titled = (target) => { const part = target.closest?.("[title]"); return part?.title ? part : null; };
  let byKeyboard = false;
  window.addEventListener("keydown", (event) => { byKeyboard = true; if (event.key === "Escape") hide(); }, true);
  window.addEventListener("pointerdown", () => { byKeyboard = false; }, true);
  document.addEventListener("focusin", ({ target }) => { const part = byKeyboard && titled(target); if (part) show(part); else hide(); });
  document.addEventListener("focusout", hide);
  document.addEventListener("click", (event) => {
    const part = event.pointerType === "touch" && titled(event.target);
    if (part && part !== shownFor) show(part); else hide();
  });
  window.addEventListener("scroll", hide, { capture: true, passive: true });
}
// Where a bubble of the size `own` goes beside `box`: below it, above where there is no room, and never out of the window.
function beside(box, own, room) {
  const below = box.bottom + 6 + own.height <= room.height;
  return { x: Math.max(6, Math.min(box.left, room.width - own.width - 6)), y: below ? box.bottom + 6 : Math.max(6, box.top - own.height - 6) };
}
