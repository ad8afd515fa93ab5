// Path: the film as a file, and paths that are kept with the model.

makePathFilm();
function makePathFilm() {
  const { state } = explorer, size = find(".path-size"), button = find(".path-export"), doing = find(".path-doing"), bar = doing.querySelector("progress"), made = find(".path-made"), what = find(".path-what");
  const kind = () => element.querySelector("[name=gw-path-kind]:checked").value;
  let course = null, refused = "", job = null;

  // --- What it will be -----------------------------------------------------------------------------------------------------
  explorer.on("model", (facts) => {
    const scales = [...new Set([1, ...[256, 512, 1024].map((side) => Math.max(1, Math.floor(side / facts.size)))])];
    if (size.dataset.of === `${facts.size}`) return;
    size.dataset.of = facts.size;
    size.replaceChildren(...scales.map((scale) => new Option(`${scale * facts.size} px${scale === 1 ? ", as it is" : ""}`, scale)));
    size.value = scales.find((scale) => scale * facts.size > 200) ?? scales.at(-1);
    refresh();
  });
  function refresh() {
    const path = pathData.get(), strip = kind() === "strip", count = Number(find(".path-pictures").value), side = Number(size.value) * (state.facts?.size ?? 0);
    find(".path-count").hidden = !strip;
    button.disabled = !path.stops.length || job !== null || Boolean(refused);
    if (refused || !path.stops.length || !side) { what.textContent = refused; return; }
    const frames = course?.frames ?? Math.round(pathData.seconds() * path.fps), gif = kind() === "gif";
    // A GIF counts time in hundredths of a second.
    const hundredths = Math.round(100 / path.fps), seconds = gif ? frames * hundredths / 100 : pathData.seconds(), rate = Number((100 / hundredths).toFixed(1));
    const shape = `${side} x ${side} pixels`;
    what.textContent = strip ? `${count} pictures of ${shape} in ${Math.ceil(count / 10)} ${count > 10 ? "rows of 10" : "row"}`
      : `${seconds.toFixed(1)} s · ${frames} frames of ${shape}${kind() === "mp4" ? "" : ", played for ever"}${gif && path.fps > 50 ? ". A GIF has at most 50 frames a second" : gif && rate !== path.fps ? `. The nearest that a GIF can do is ${rate} frames a second` : ""}`;
  }
  explorer.on("path-course", (answer, problem = "") => { course = answer; refused = problem; refresh(); });
  pathData.on(() => { course = null; refused = ""; refresh(); });
  for (const input of [size, find(".path-pictures"), ...element.querySelectorAll("[name=gw-path-kind]")]) input.addEventListener("change", refresh);

  // --- Making it -------------------------------------------------------------------------------------------------------------
  button.onclick = async () => {
    const wish = { model: state.model, step: state.step, path: structuredClone(pathData.get()), kind: kind(), scale: Number(size.value), pictures: Number(find(".path-pictures").value) };
    pathPlay.pause();
    job = explorer.work("path_film", wish, bar);
    refresh();
    doing.hidden = false;
    try {
      const answer = await job.done;
      made.hidden = false;
      if (answer.cancelled) made.textContent = "Cancelled.";
      else {
        const link = make("a", { href: answer.url, download: answer.name }, `Download ${answer.name}`);
        const view = answer.kind === "mp4" ? make("video", { src: answer.url, controls: true, muted: true, loop: wish.path.loop, autoplay: true, playsInline: true, "aria-label": "The film" }) : make("img", { src: answer.url, alt: "The exported path" });
        made.replaceChildren(view, make("span", {}, link, ` ${answer.words}`));
        link.click();
      }
    } catch (error) { say(error.message, "error"); }
    doing.hidden = true;
    job = null;
    refresh();
  };
  find(".path-cancel").onclick = () => job?.cancel();

  // --- Kept ones ---------------------------------------------------------------------------------------------------------------
  const shelf = find(".path-shelf"), name = find(".path-name");
  function fill(answer, wish) {
    if (wish.model !== state.model) return;
    shelf.replaceChildren(...answer.paths.map((each) => {
      const load = explorer.thumb(each.picture, each.name, () => { name.value = each.name; pathData.set(each.path); }, { alt: `Path ${each.name}` });
      const box = make("div", { class: "path-kept" }, load,
        make("button", { type: "button", class: "path-edit", "aria-label": `Rename path ${each.name}`, title: "Rename", onclick: () => rename(box, each) }, "✎"),
        make("button", { type: "button", class: "path-drop", "aria-label": `Remove path ${each.name}`, title: "Remove", onclick: () => change("path_remove", { model: state.model, name: each.name }) }, "×"));
      return box;
    }));
  }
  const listFor = latestWins((wish) => ask("path_list", wish), fill, (error) => console.warn(error.message));
  async function change(task, wish) {
    try { fill(await ask(task, wish), wish); return true; } catch (error) { say(error.message, "error"); return false; }
  }
  const rename = (box, each) => explorer.askName(box, { value: each.name, label: `New name of path ${each.name}` },
    (name) => change("path_rename", { model: state.model, old: each.name, new: name }));
  const keep = async () => {
    if (!pathData.get().stops.length) { say("A path needs at least one stop to be kept."); return; }
    if (await change("path_save", { model: state.model, step: state.step, path: structuredClone(pathData.get()), name: name.value })) say(`Kept as ${name.value.trim()}.`, "info");
  };
  find(".path-keep").onclick = keep;
  name.addEventListener("keydown", (event) => { if (event.key === "Enter") keep(); });
  explorer.on("model", () => listFor({ model: state.model }));

  // --- A film that comes back ---------------------------------------------------------------------------------------------------
  explorer.on("dropped", async (answer) => {
    if (answer.kind !== "path") return;
    try {
      const found = await ask("path_read", { note: answer.note });
      find(".path-slider").value = 0;
      pathData.set(found.path);
      const [first] = found.path.stops;
      explorer.show(pathData.placeOf(first), { model: found.model ?? state.model, step: found.model ? found.step : state.step });
      say(found.words || `The path of ${answer.name} is back.`, "info");
    } catch (error) { say(error.message, "error"); }
  });
}
