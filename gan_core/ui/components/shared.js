// Helpers for every live component (written before its own script by live_html).

// The element of this component that a CSS selector names.
const find = (selector) => element.querySelector(selector);

// A new element: attributes by their names (`class`, `aria-label`) or as properties where it has one of that name (`checked`,
// `onclick`); null and undefined leave them out.
function make(tag, attributes = {}, ...children) {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name in part) part[name] = value; else part.setAttribute(name, value);
  }
  part.append(...children);
  return part;
}

// Properties of an element, only where they change: what is written again as it was may still be laid out and painted again.
function update(part, values) {
  for (const [name, value] of Object.entries(values)) if (part[name] !== value) part[name] = value;
}

// Ask a server function; throws an Error with a sentence when it could not answer.
async function ask(name, wish = {}) {
  const answer = await server[name](wish);
  if (answer === undefined || answer === null) throw (await connection.failed());
  connection.answered();
  if (answer.error) throw Object.assign(new Error(answer.error), { answered: true });   // the server has refused, and done nothing
  return answer;
}

// The mark by which the server knows the runs that this browser started: random, and kept by the browser alone. It is no login.
const ownerMark = (() => {
  const random = () => crypto.randomUUID?.()   // there on https and localhost only
    ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    if (!localStorage.getItem("gw-owner")) localStorage.setItem("gw-owner", random());
    return localStorage.getItem("gw-owner");
  } catch { return window.gwOwner ??= random(); }   // a browser that keeps nothing: as long as the page is open
})();

// One request in flight; while it runs only the newest wish is kept, and that one is always sent, though the app be started anew before.
// `send(wish)` returns a promise, `show(answer, wish)` draws, `fail(error, wish)` explains.
function latestWins(send, show, fail = (error) => say(error.message)) {
  let busy = false, waiting;
  return async function wishFor(wish) {
    waiting = { wish };
    if (busy) return;
    busy = true;
    while (waiting) {
      const current = waiting.wish;
      waiting = undefined;
      try { show(await send(current), current); } catch (error) {
        if (connection.lost()) { waiting ??= { wish: current }; await connection.back(); } else fail(error, current);
      }
    }
    busy = false;
  };
}

// Milliseconds between two looks at what rests: few enough that an idle page costs next to nothing.
const CALM = 10_000;

// Call an async `step` again and again, `pause()` milliseconds apart, for as long as this component is on the page.
// Rests while the browser tab is hidden, the component's own tab is not the open one or the app is stopped; then it looks at once.
function every(pause, step) {
  const seen = () => document.visibilityState === "visible" && element.offsetParent !== null && !connection.lost();
  let last = -Infinity;
  const left = () => last + pause() - performance.now();
  const tick = async () => {
    if (!element.isConnected) return;
    if (!seen()) last = -Infinity;
    else if (left() <= 0) {
      try { await step(); } catch (error) { console.warn(error.message); }
      last = performance.now();
    }
    setTimeout(tick, Math.max(0, Math.min(400, left())) || 400);  // the pause may become shorter meanwhile
  };
  tick();
}

// A short notice for eyes and screen readers: into the component's [data-notice] element, else at the foot of the page.
function say(text, kind = "warning") {
  if (text && text === connection.lost()) return;  // the whole page says it, once
  let place = find("[data-notice]");
  if (!place) {
    place = document.createElement("div");
    place.className = "gw-notice gw-notice-floating";
    document.body.append(place);
    setTimeout(() => place.remove(), 7000);
  }
  if (place.textContent === text && place.dataset.kind === kind) return;  // a screen reader has said it
  place.setAttribute("role", "status");
  place.dataset.kind = kind;
  place.textContent = text;
}

// What the browser keeps for this page, also over a reload: text by name. `window` is for this window alone, else for all of the browser.
const KEEPING = { window: () => sessionStorage, browser: () => localStorage };
function remember(name, text, where = "browser") {
  try { KEEPING[where]().setItem(`gw-${name}`, text); } catch { /* a browser that keeps nothing */ }
}
function remembered(name, where = "browser") {
  try { return KEEPING[where]().getItem(`gw-${name}`); } catch { return null; }
}

// Show a tab of the page.
function openTab(tab) { document.getElementById(`tab-${tab}-button`)?.click(); }
