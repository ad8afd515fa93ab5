// Start, and what it will cost. While a training of this browser goes on, Start says so, and another one is a choice of its own.
// A press collects the form into the value (see `PRESSED` in train.py), and the value is sent to the server, which names the run.
const GOING = ["waiting", "starting", "running", "paused"];
const DOUBLE = 1000;    // milliseconds: a second press within them is a double click, and asks for the same training
const PATIENCE = 20_000;
const SILENT = "The app has not answered for 20 s. Press Start again: a training that has begun meanwhile is not begun twice.";
const button = find("#start"), another = find("#start-another"), cost = find("#start-cost"), note = find("#start-note");
let list = [], room = { places: 1, free: true }, pending = null, press = { token: "", at: -Infinity, unanswered: false };

// What the bar says, from the runs that there are: {start, state, cost, another}.
function barOf(list, room, pending) {
  const going = list.filter((entry) => GOING.includes(entry.state) && !entry.race);
  const mine = going.find((entry) => entry.mine && entry.state !== "waiting") ?? going.find((entry) => entry.mine);
  const working = going.filter((entry) => entry.state !== "waiting").map((entry) => entry.name);
  const wait = working.length > 1 ? `until one of ${working.join(", ")} ends` : working.length ? `until ${working[0]} ends` : "for its turn";
  const then = room.free ? `both share this machine, so each is about half as fast` : `waits in line ${wait}`;
  if (pending) return { start: "Starting …", state: "starting", cost: "", another: false };
  if (mine) return {
    start: mine.state === "waiting" ? `Waiting: ${mine.name}` : mine.state === "paused" ? `Paused: ${mine.name}` : `Training ${mine.name} …`,
    state: mine.state, cost: room.free ? `Train this too: ${then}.` : `Train this too: it ${then}.`, another: true };
  if (going.length || !room.free) return { start: "Start", state: "", another: false,
    cost: room.free ? `${working.join(", ")} goes on too: ${then}.` : `This machine is taken: your training ${then}.` };
  return { start: "Start", state: "", cost: "", another: false };
}
function show() {
  const now = barOf(list, room, pending);
  button.textContent = now.start; button.dataset.state = now.state; button.title = now.state ? now.start : "";
  button.disabled = Boolean(now.state); button.classList.toggle("primary", !now.state);
  another.hidden = !now.another;
  if (cost.textContent !== now.cost) cost.textContent = now.cost;
}
function tell(text, kind = "error") { note.textContent = text; note.dataset.kind = kind; }

function start() {
  if (pending) return;
  const now = performance.now();
  const again = press.unanswered || now - press.at < DOUBLE;
  press = { token: again ? press.token : ownerMark.slice(0, 4) + Math.random().toString(36).slice(2), at: now, unanswered: true };
  pending = press; tell(""); show();
  trigger("press");
  const mine = press;
  setTimeout(() => failed(mine, new Error(SILENT)), PATIENCE);
}
// What went wrong is said at once, and Start can be pressed again.
function failed(mine, error) {
  if (pending !== mine) return;
  pending = null; press.at = -Infinity;
  tell(error.message); show();
}
async function send(mine, form) {
  let answer;
  try { answer = await ask("start_training", { ...form, owner: ownerMark, token: mine.token }); } catch (error) {
    mine.unanswered = !error.answered;
    failed(mine, error);
    return;
  }
  Object.assign(mine, { unanswered: false, at: performance.now() });   // the second half of a double click may come after the answer
  tell("");
  window.dispatchEvent(new CustomEvent("gw:started", { detail: answer }));
  setTimeout(() => { if (pending === mine) { pending = null; show(); } }, 400);   // by then the list of runs has it
}
button.addEventListener("click", start);
another.addEventListener("click", start);
watch("value", () => { if (pending && props.value) send(pending, props.value); });
window.addEventListener("gw:back", () => { if (press.unanswered) tell(""); });   // what was said of a stopped app
window.addEventListener("gw:runs", (event) => { ({ list } = event.detail); room = event.detail.room ?? room; show(); });
show();
