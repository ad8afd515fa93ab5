// Own pictures of the run that is shown: each with its translation, the way back and what got lost on it, now or at a key frame.
function makeOwnDuring(run, allowed) {
  const box = find(".own"), rows = find(".own .rows"), zone = find("#own-add"), note = find("#own-step");
  let pictures = [], sheet = null, sheetImage = null, step = null, is = null, listed = "", seen = "";
  const both = () => !is?.layout || is.layout.groups.some((group) => group.ways[0] === "BtoA");
  const own = makeOwn({
    zone, input: find("#own-add-file"), place: () => ({ run: run() }), allowed,
    changed: (found) => { pictures = found; draw(); }, tell: (text, kind) => say(text, kind),
  });

  const chip = (domain) => { const mark = make("i", {}, domain); mark.dataset.domain = domain; return mark; };
  function view(entry, name, words) {
    const place = entry?.cells?.[name], box_ = make("figure", {}, make("figcaption", {}, ...words));
    if (!place || !sheetImage) return null;
    const [left, top, width, height] = place, canvas = make("canvas", { width, height });
    canvas.getContext("2d").drawImage(sheetImage, left, top, width, height, 0, 0, width, height);
    canvas.setAttribute("role", "img"); canvas.setAttribute("aria-label", box_.textContent);
    canvas.dataset.view = name;
    box_.append(canvas);
    return box_;
  }
  function draw() {
    const active = is && ["starting", "running", "paused"].includes(is.state);
    zone.hidden = !active || pictures.length >= 4;
    box.hidden = !is?.cycle || (!pictures.length && zone.hidden);
    note.textContent = sheet && pictures.length ? `step ${number(sheet.step)}` : "";
    rows.replaceChildren(...pictures.map((picture) => {
      const entry = sheet?.pictures.find((each) => each.number === picture.number);
      const from = entry && !both() ? "A" : entry?.domain ?? picture.domain, to = from === "A" ? "B" : "A";
      const first = make("figure", {}, make("figcaption", {}, "yours"), make("img", { src: picture.picture, alt: `Own picture ${picture.number}` }));
      const views = [first, view(entry, "translation", ["→ ", chip(to)]), view(entry, "back", ["→ back to ", chip(from)]),
        view(entry, "error", [`lost: ${entry?.error} of 255`])].filter(Boolean);
      if (views.length === 1) views.push(make("p", { className: "gw-muted" }, active && step === null ? "Its translation comes within a moment." : "It was not there yet at this step."));
      const strip = make("div", { className: "views" }, ...views);
      strip.style.setProperty("--views", both() ? 4 : 2);
      return make("article", {}, own.controls(picture, both()), strip);
    }));
  }
  async function take(found) {
    sheet = found; sheetImage = null;
    if (found) { const image = new Image(); image.src = found.picture; await image.decode(); if (sheet !== found) return; sheetImage = image; }
    draw();
  }
  const moment = latestWins(async (wish) => (await ask("own_sheet", wish)), (answer, wish) => { if (wish.run === run() && wish.step === step) take(answer.sheet); });
  return {
    // News of a poll: which pictures there are (by version), and the newest sheet.
    news(found) {
      if (found.own.version !== listed) { listed = found.own.version; if (found.own.count) own.refresh(); else { pictures = []; draw(); } }
      if (found.own.sheet && found.own.sheet !== seen) { seen = found.own.sheet; if (step === null) moment({ run: run(), step: null }); }
    },
    status(found) { const was = is?.state; is = found; if (was !== is.state) draw(); },
    // The time line went to a key frame (or null: now).
    at(wanted) { if (wanted === step) return; step = wanted; if (pictures.length) moment({ run: run(), step }); },
    clear() { pictures = []; sheet = sheetImage = step = is = null; listed = seen = ""; draw(); },
    get have() { return { version: listed, sheet: seen }; },
  };
}
