// Keeping places: the tray of favourites, saved with the model; the picture as a file; a link that brings the view back.

makeKeep();
function makeKeep() {
  const { state } = explorer, tray = find(".tray");
  let kept = [], owner = "";  // whose tray is shown: another model may be chosen already
  explorer.favourites = () => kept;

  function take(answer, wish) {
    if (wish.model !== state.model) return;
    kept = answer.favourites;
    owner = wish.model;
    fill();
    explorer.tell("favourites", kept);
  }
  const trayFor = latestWins((wish) => ask("favourites", wish), take, (error) => console.warn(error.message));
  async function change(name, wish) {
    try { take(await ask(name, wish), wish); } catch (error) { say(error.message, "error"); }
  }
  function fill() {
    tray.hidden = !kept.length;
    tray.replaceChildren(...kept.map((each) => {
      const button = explorer.thumb(each.picture, each.name, () => recall(each), { alt: `Favourite ${each.name}` });
      button.title = `${each.name}${each.step === null ? "" : `, step ${each.step}`}: press to go there, drag it to a corner of the pad`;
      button.draggable = true;
      button.addEventListener("dragstart", (event) => { explorer.dragged = each; event.dataTransfer.setData("text/plain", each.name); });
      button.addEventListener("dragend", () => { explorer.dragged = null; });
      const forget = () => change("forget", { model: owner, name: each.name });
      button.addEventListener("keydown", (event) => {
        if (event.key === "F2") rename(box, each);
        if (event.key === "Delete") forget();
      });
      const edit = make("button", { type: "button", class: "edit", "aria-label": `Rename ${each.name}`, title: "Rename", onclick: () => rename(box, each) }, "✎");
      const remove = make("button", { type: "button", class: "remove", "aria-label": `Remove ${each.name}`, title: "Remove", onclick: forget }, "×");
      const box = make("div", { class: "favourite" }, button, edit, remove);
      return box;
    }));
  }
  const rename = (box, each) => explorer.askName(box, { value: each.name, label: `New name of ${each.name}` },
    (name) => change("rename", { model: owner, old: each.name, new: name }));
  const keep = () => change("keep", explorer.wish());
  explorer.keep = keep;
  find(".favour").onclick = keep;
  explorer.on("model", (facts) => { trayFor({ model: facts.model }); });

  // What a favourite, a file or a link tells; the server says where that is now.
  async function recall(note) {
    try { arrive(await ask("recall", { note })); } catch (error) { say(error.message, "error"); }
  }
  function arrive(answer) {
    say(answer.words, "info");
    explorer.stopWalk();
    explorer.show(answer.latent, { model: answer.model ?? state.model, step: answer.step });
  }
  explorer.recall = recall;
  explorer.arrive = arrive;

  find(".save").onclick = async () => {
    try {
      const answer = await ask("file", explorer.wish());
      make("a", { href: answer.file, download: answer.name }).click();
    } catch (error) { say(error.message, "error"); }
  };

  // --- Links ------------------------------------------------------------------------------------------------------------
  const encode = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value)))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const decode = (text) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0))));
  find(".link").onclick = () => {
    const hash = `#explore=${encode({ schema: 2, model: state.model, step: state.step, latent: compact(state.place) })}`;
    history.replaceState(null, "", hash);
    const done = () => say("The link is in the address bar and on the clipboard: it brings back this model, step and place.", "info");
    if (navigator.clipboard) navigator.clipboard.writeText(location.href).then(done, () => say("The link is in the address bar: copy it from there.", "info"));
    else say("The link is in the address bar: copy it from there.", "info");
  };
  // The view that the address asks for, once; answers whether there was one.
  explorer.fromLink = () => {
    if (!location.hash.startsWith("#explore=")) return false;
    let note;
    try { note = decode(location.hash.slice("#explore=".length)); } catch { say("The link is damaged: it does not say which place it means.", "error"); return false; }
    recall(note);
    return true;
  };
  window.addEventListener("hashchange", () => { if (element.isConnected) explorer.fromLink(); });
}
