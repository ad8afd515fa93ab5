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
  if (answer === undefined || answer === null) throw new Error("The server does not answer.");
  if (answer.error) throw new Error(answer.error);
  return answer;
}

// One request in flight; while it runs only the newest wish is kept, and that one is always sent.
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
      try { show(await send(current), current); } catch (error) { fail(error, current); }
    }
    busy = false;
  };
}

// Call an async `step` again and again, `pause()` milliseconds apart, for as long as this component is on the page.
// Rests while the browser tab is hidden or the component's own tab is not the open one.
function every(pause, step) {
  const seen = () => document.visibilityState === "visible" && element.offsetParent !== null;
  const tick = async () => {
    if (!element.isConnected) return;
    if (seen()) { try { await step(); } catch (error) { console.warn(error.message); } }
    setTimeout(tick, seen() ? pause() : 400);
  };
  tick();
}

// A short notice for eyes and screen readers: into the component's [data-notice] element, else at the foot of the page.
function say(text, kind = "warning") {
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

// Show a tab; on a narrow page gradio keeps some of them in a menu, where they have no id.
function openTab(tab) {
  const title = tab[0].toUpperCase() + tab.slice(1);
  const hidden = [...document.querySelectorAll(".overflow-dropdown button")].find((entry) => entry.textContent.trim() === title);
  (document.getElementById(`tab-${tab}-button`) ?? hidden)?.click();
}
