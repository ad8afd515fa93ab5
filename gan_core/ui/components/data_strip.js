// A strip of real pictures with a line about them; the value is {picture, caption, error}, {looking} while they are got, or {fetching: name}
// while a data set is downloaded: then the strip asks how far that is, and lets it be cancelled.
const PATIENCE = 400;   // milliseconds after which somebody wants to know what is being waited for
const BETWEEN = 400;    // milliseconds between two questions
const strip = find(".strip"), image = find("img"), line = find(".caption"), row = find(".fetch"), bar = find("progress"), button = find("button");
const page = Math.random().toString(36).slice(2);
let timer = null, fetching = null;

function write(text, kind) { update(line, { textContent: text }); line.dataset.kind = kind; }
function show() {
  const { picture, caption, error, looking, fetching: name } = props.value ?? {};
  clearTimeout(timer);
  strip.setAttribute("aria-busy", String(Boolean(looking || name)));
  if (name) { follow(name); return; }
  if (looking) { timer = setTimeout(() => { if (!fetching) write(looking, "looking"); }, PATIENCE); return; }
  leave();
  if (!caption && !error) return;
  image.hidden = !picture; image.src = picture ?? ""; image.alt = picture ? `Some pictures: ${caption}` : "";
  write(error ?? caption, error ? "error" : "info");
}
// Other pictures were chosen: this download is not waited for any more.
function leave() {
  row.hidden = true;
  if (!fetching) return;
  ask("fetch_cancel", { set: fetching.name, page }).catch(() => {});
  fetching = null;
}
async function follow(name) {
  if (fetching?.name === name) return;
  leave();
  const mine = fetching = { name };
  image.hidden = true; row.hidden = bar.hidden = false; bar.value = 0;
  button.textContent = "Cancel";
  write(`Fetching ${name} …`, "looking");
  while (fetching === mine && element.isConnected) {
    let news;
    try { news = await ask("fetch_progress", { set: name, page }); } catch (error) { news = { state: "failed", reason: error.message }; }
    if (fetching !== mine) return;
    if (news.state === "done") { fetching = null; row.hidden = true; trigger("fetched"); return; }
    if (news.state !== "going") { end(news.state === "failed" ? news.reason : CANCELLED, news.state === "failed" ? "error" : "info"); return; }
    bar.value = news.share;
    write(news.words, "looking");
    await new Promise((done) => setTimeout(done, BETWEEN));
  }
}
const CANCELLED = "Cancelled: nothing of it was kept.";
function end(text, kind) {
  fetching = null;
  strip.setAttribute("aria-busy", "false");
  bar.hidden = true;
  button.textContent = "Try again";
  write(text, kind);
}
button.addEventListener("click", () => {
  if (!fetching) { trigger("fetched"); return; }
  leave();
  row.hidden = false;
  end(CANCELLED, "info");
});
watch("value", show);
show();
