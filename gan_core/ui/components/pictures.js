// Pictures of one's own: chosen here or dropped anywhere on the Train tab, sent, kept by the server, and chosen as what is learned from.
// The value is {name: of the chosen set, owner}; "chosen" tells the page, which then shows it in the list of data sets.
const AT_ONCE = 4;   // uploads
const panel = find(".panel"), use = find(".use"), sending = find(".sending"), list = find(".sets");
const files = make("input", { type: "file", multiple: true, accept: props.accept });
const inputs = [files, find(".folder")];
find(".input").replaceWith(make("span", { id: `${props.stem}-files` }, files));
let job = null, chosen = null;
if (props.stem !== "data") {   // the same words twice on a page would be the same name for two things
  use.setAttribute("aria-label", "Use my pictures as the other kind (B)");
  panel.setAttribute("aria-label", "My pictures of the other kind (B)");
  list.setAttribute("aria-label", "Pictures brought before, for the other kind (B)");
}

function open(on) { panel.hidden = !on; use.setAttribute("aria-expanded", String(on)); if (on) refresh(); }
use.addEventListener("click", () => open(panel.hidden));
async function refresh() {
  try { show((await ask("sets_list", { owner: ownerMark })).sets); } catch (error) { say(error.message); }
}
function show(sets) {
  list.replaceChildren(...sets.map((set) => {
    const words = make("small", {}, set.count ? `${set.count.toLocaleString("en")} files` : "zip");
    const take = make("button", { type: "button", class: "take", title: `Learn from ${set.title}`, onclick: () => choose(set.name) }, set.title, words);
    take.dataset.set = set.name;
    const cross = make("button", { type: "button", class: "cross", "aria-label": `Remove ${set.title}`, title: "Remove these pictures from this machine",
      onclick: async () => { try { show((await ask("sets_remove", { owner: ownerMark, set: set.name })).sets); say(""); tell(""); } catch (error) { say(error.message); } } }, "×");
    return make("li", {}, take, cross);
  }));
  mark();
}
function mark() {
  for (const take of list.querySelectorAll(".take")) take.setAttribute("aria-pressed", String(take.dataset.set === chosen));
}
window.addEventListener("gw:data", (event) => { chosen = event.detail[props.stem]; mark(); });
// The page takes it from here; an empty name only makes it look at its list again.
function tell(name) { props.value = { name, owner: ownerMark, at: performance.now() }; trigger("chosen"); }
function choose(name) { chosen = name; tell(name); refresh(); }

async function bring(all) {
  if (!all.length || job) return;
  const mine = job = { stopped: false };
  const bar = find("progress"), words = find(".sending [role=status]");
  say(""); sending.hidden = false; bar.value = 0; words.textContent = "Looking …";
  try {
    const { wanted, note } = await ask("sets_wanted", { names: all.map(pathOf) });
    const queue = wanted.map((index) => all[index]), sent = [], total = queue.length;
    let next = 0;
    const work = async () => {
      while (next < total && !mine.stopped) {
        const index = next++, file = queue[index];
        let place;
        try { place = await upload(file); } catch (error) { throw new Error(`${file.name} could not be sent: ${error.message || error}`); }
        if (!place?.path) throw new Error(`${file.name} could not be sent.`);
        sent[index] = { path: place.path, name: pathOf(file) };
        const done = sent.filter(Boolean).length;
        bar.value = done / total; words.textContent = total > 1 ? `${done} of ${total}` : "Sent";
      }
    };
    words.textContent = total > 1 ? `0 of ${total}` : "Sending …";
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, total) }, work));
    if (!mine.stopped) {
      const { name } = await ask("sets_keep", { files: sent, owner: ownerMark });
      if (!mine.stopped) { choose(name); say(note, "info"); open(true); }
    }
  } catch (error) { if (!mine.stopped) say(error.message, "error"); }
  if (job === mine) { job = null; sending.hidden = true; }
}
find(".stop").addEventListener("click", () => { if (job) job.stopped = true; job = null; sending.hidden = true; say(""); });
for (const input of inputs) input.addEventListener("change", () => { const all = [...input.files]; input.value = ""; bring(all); });

// Dropped anywhere on the tab: on the part for the other kind it is that kind's; two folders or zips at once are A and B.
window.addEventListener("gw:pictures", (event) => { if (element.isConnected && event.detail.stem === props.stem) bring(event.detail.files); });
window.addEventListener("gw:use-pictures", (event) => { if (element.isConnected && event.detail.stem === props.stem) open(true); });
const give = (stem, given) => window.dispatchEvent(new CustomEvent("gw:pictures", { detail: { stem, files: given } }));
const seen = (selector) => document.querySelector(selector)?.offsetParent;
function parts(given) {
  const groups = new Map();
  for (const file of given) {
    const path = pathOf(file), key = path.includes("/") ? path.split("/")[0] : /\.zip$/i.test(path) ? path : "";
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}
if (props.stem === "data") {
  const tab = document.querySelector("#train"), here = () => element.isConnected && element.offsetParent !== null;
  let inside = 0;
  const mark = (on) => tab.classList.toggle("gw-over", on);
  document.addEventListener("dragenter", (event) => { if (here() && holdsFiles(event)) { inside += 1; mark(true); } });
  document.addEventListener("dragleave", () => { inside = Math.max(0, inside - 1); if (!inside) mark(false); });
  document.addEventListener("dragover", (event) => { if (here() && holdsFiles(event)) event.preventDefault(); });
  document.addEventListener("drop", async (event) => {
    inside = 0; mark(false);
    if (!here() || !holdsFiles(event) || event.defaultPrevented) return;   // a place of its own has taken it
    event.preventDefault();
    const onSecond = event.target.closest?.("#data-b-slot");
    try {
      const { files: given } = await dropped(event.dataTransfer), two = parts(given);
      if (two.length === 2 && seen("#data-b-slot") && !onSecond) { give("data", two[0]); give("data-b", two[1]); }
      else give(onSecond ? "data-b" : "data", given);
    } catch (error) { say(`This could not be read: ${error.message || error.name}.`, "error"); }
  });
}
