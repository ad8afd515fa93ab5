// Whether the app answers. There is one of these on the page, whichever component comes first: it says for all of them that the
// app has stopped, and wakes them when it is there again.

const connection = (window.gwConnection ??= makeConnection());

function makeConnection() {
  const STOPPED = "The app has stopped. Start it again as you did before; this page reconnects by itself and keeps what is set.";
  const LOCKED = "The app was started again and asks for your name and password: reload this page.";
  const RENEWED = "The app was started again in another version: reload this page.";
  const QUIET = 10_500, RETURN = 3000, AGAIN = 1000, PATIENCE = 15_000;  // milliseconds
  let heard = performance.now(), told = "", probing = null, waiting = [];

  // "there", "gone" or "locked" (it asks for a login that it has forgotten). A proxy that answers for a stopped app says 502 to 504.
  async function probe() {
    try {
      const answer = await fetch(new URL("gradio_api/app_id", document.baseURI), { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 401) return "locked";
      return answer.status >= 502 && answer.status <= 504 ? "gone" : "there";
    } catch { return "gone"; }
  }
  // After a new start the page goes on where the app has the same components; those of another version have other numbers.
  const parts = (config) => (config?.components ?? []).map((each) => `${each.id} ${each.type}`).join();
  async function renewed() {
    try { return parts(await (await fetch(new URL("config", document.baseURI), { cache: "no-store" })).json()) !== parts(window.gradio_config); } catch { return false; }
  }

  function tell(words) {
    told = words;
    let place = document.getElementById("gw-connection");
    if (!place) {
      place = document.createElement("div");
      place.id = "gw-connection";
      place.className = "gw-notice";
      place.setAttribute("role", "alert");
      document.body.prepend(place);
    }
    place.textContent = words;
    place.dataset.kind = "error";
  }
  function answered() { heard = performance.now(); }
  async function look() {
    const state = await probe();
    if (state !== "gone") answered();
    if (state === "locked") tell(LOCKED);
    else if (state === "gone") { if (!told) tell(STOPPED); }
    else if (told === STOPPED) {
      if (await renewed()) { tell(RENEWED); return; }
      tell("");
      for (const go of waiting.splice(0)) go();
      window.dispatchEvent(new CustomEvent("gw:back"));
    }
  }
  const check = () => (probing ??= look().finally(() => { probing = null; }));

  setInterval(() => {
    const silent = performance.now() - heard;
    if (document.visibilityState === "visible" && silent > QUIET || told === STOPPED && document.visibilityState === "visible") check();
  }, AGAIN);
  // Somebody is here, perhaps after a while: what has been set shall not be lost to an app that is gone.
  const present = () => { if (document.visibilityState === "visible" && performance.now() - heard > RETURN) check(); };
  for (const event of ["pointerdown", "keydown"]) window.addEventListener(event, present, { capture: true, passive: true });
  document.addEventListener("visibilitychange", present);

  return {
    answered,
    active: answered,
    // The sentence that the page shows while the app does not answer; empty while it does.
    lost: () => told,
    // What to throw for a request without an answer: the app has stopped, or that one request went wrong.
    async failed() { await check(); return new Error(told || "The server does not answer."); },
    // Resolves when the app is there again.
    back: () => new Promise((done) => { waiting.push(done); }),
  };
}
