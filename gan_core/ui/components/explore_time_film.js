// The time-lapse as a file: what it shows, how time passes in it, how far it is.

makeTimeFilm();
function makeTimeFilm() {
  const { state } = explorer, card = find(".time-film-card"), shows = find(".time-shows"), button = find(".time-make");
  const doing = find(".time-doing"), bar = doing.querySelector("progress"), made = find(".time-made");
  let job = null;

  button.onclick = async () => {
    const seconds = Number(find(".time-seconds").value);
    const wish = { model: state.model, suffix: find(".time-kind").value,
      time: { latents: timeRows.list(shows.value).map((row) => row.latent), seconds, timing: find(".time-timing").value, start: Number(find(".time-film-from").value), numbers: find(".time-numbers").checked } };
    job = explorer.work("time_film", wish, bar);
    button.disabled = true;
    doing.hidden = false;
    made.textContent = "";
    try {
      const answer = await job.done;
      if (answer.cancelled) made.textContent = "Cancelled.";
      else {
        const link = make("a", { href: answer.url, download: answer.name }, answer.name);
        made.replaceChildren(link, ` ${answer.words}`);
        if (answer.missing) say(answer.missing);
        link.click();
      }
    } catch (error) { say(error.message, "error"); }
    doing.hidden = true;
    button.disabled = false;
    job = null;
  };
  find(".time-cancel").onclick = () => job?.cancel();
  function refresh() {
    card.hidden = moments.get().steps.length < 2;
    if (card.hidden) return;
    timeRows.offerStart(find(".time-film-from"));
    timeRows.offer(shows, ["one", "seeds", "favourites", "classes", "brought"]);
  }
  // A film or sheet that comes back: its latents, its timing.
  explorer.on("dropped", (answer) => {
    const time = answer.note?.time;
    if (answer.kind !== "time" || !time) return;
    timeRows.bring(time.latents ?? []);
    for (const [name, value] of [[".time-timing", time.timing], [".time-seconds", time.seconds]]) if (value !== undefined) find(name).value = value;
    find(".time-numbers").checked = time.numbers !== false;
    for (const select of [".time-from", ".time-film-from"]) if ([...find(select).options].some((option) => option.value === String(time.start))) find(select).value = time.start;
    explorer.recall({ ...answer.note, latent: time.latents?.[0] ?? {} });
    refresh();
    explorer.tell("time");
    for (const select of [shows, find(".time-rows")]) { select.value = "brought"; select.dispatchEvent(new Event("change")); }
  });
  moments.on(refresh);
  explorer.on("favourites", refresh);
}
