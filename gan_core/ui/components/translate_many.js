// Many pictures: all that can be done is done, one line for each that cannot; the zip grows on the server meanwhile.

function makeMany({ settings, strength, tell, open }) {
  const strip = find(".strip"), results = find(".results"), count = find(".count"), bar = find(".batch progress"), zip = find(".zip"), halt = find(".halt"), rerun = find(".rerun");
  let batch = { stopped: true };

  function begin(total, again) {
    stop();
    batch = { stopped: false, total, done: 0, failed: 0, job: null, again, settings: { ...settings(), strength: strength() } };
    find(".batch").hidden = false;
    zip.hidden = rerun.hidden = true;
    halt.hidden = false;
    results.replaceChildren();
    strip.replaceChildren();
    return batch;
  }
  function progress(mine, words) {
    if (mine !== batch) return;
    count.textContent = `${words} ${mine.done} of ${mine.total}${mine.failed ? `, ${mine.failed} not possible` : ""}`;
    bar.value = mine.total ? (mine.done + mine.failed) / mine.total : 1;
  }
  function remark(mine, text, bad) {
    if (mine !== batch) return;
    results.append(make("li", { class: bad ? "failed" : "" }, text));
    results.scrollTop = results.scrollHeight;
  }
  function failure(mine, name, error) {
    mine.failed += 1;
    remark(mine, error.message.includes(name.split("/").at(-1)) ? error.message : `${name}: ${error.message}`, true);
    progress(mine, "Translating,");
  }
  // A thumbnail, half before and half after; a click brings it to the stage.
  function thumb(mine, source, answer) {
    if (mine !== batch) return;
    const half = (picture, name) => make("img", { src: picture, alt: "", class: name });
    const button = make("button", { type: "button", title: answer.name, "aria-label": `Show ${answer.name}` }, half(answer.before, "was"), half(answer.after, "is"));
    button.addEventListener("click", () => {
      for (const other of strip.children) other.setAttribute("aria-pressed", String(other === button));
      open(source);
    });
    strip.append(button);
  }

  async function one(mine, source, inside) {
    mine.job = newJob();
    const answer = await ask("convert", { ...mine.settings, batch: mine.batch, source, inside, job: mine.job });
    if (answer.cancelled) return;
    mine.done += 1;
    thumb(mine, source, answer);
    if (mine.done === 1 && mine === batch) open(source);
    for (const note of answer.notes) remark(mine, note.includes(answer.name) ? note : `${answer.name}: ${note}`);
    progress(mine, "Translating,");
  }
  async function fromZip(mine, place, folder) {
    const { entries, left_out: leftOut } = await ask("zip_entries", place);
    if (leftOut) remark(mine, leftOut);
    mine.total += entries.length - 1;
    progress(mine, "Translating,");
    for (const entry of entries) {
      if (mine.stopped) return;
      try { await one(mine, { ...place, entry }, folder ? `${folder}/${entry}` : entry); } catch (error) { failure(mine, entry, error); }
    }
  }

  // `aside`: a line about files that came along and are left out.
  async function take(files, aside = "") {
    const mine = begin(files.length, () => take(files, aside));
    progress(mine, "Translating,");
    if (aside) remark(mine, aside);
    try { mine.batch = (await ask("begin")).batch; } catch (error) { tell(error.message, "error"); return; }
    let coming = sent(files[0]);  // one file travels while the one before it is translated
    coming.catch(() => {});
    for (const [index, file] of files.entries()) {
      if (mine.stopped) break;
      const arriving = coming;
      if (index + 1 < files.length) { coming = sent(files[index + 1]); coming.catch(() => {}); }
      try {
        const place = await arriving;
        if (mine.stopped) break;
        if (isVideo(file)) throw new Error(`${file.name}: a film is translated by itself; drop it alone.`);
        if (isZip(file)) await fromZip(mine, place, files.length > 1 ? file.name.replace(/\.zip$/i, "") : "");
        else await one(mine, place, pathOf(file));
      } catch (error) { failure(mine, pathOf(file), error); }
    }
    await finish(mine);
  }
  async function finish(mine) {
    if (mine !== batch) return;
    progress(mine, mine.stopped ? "Stopped after" : "Translated");
    halt.hidden = true;
    rerun.hidden = false;
    if (!mine.done) return;
    try {
      const packed = await ask("packed", { batch: mine.batch });
      if (mine !== batch) return;
      Object.assign(zip, { href: packed.url, download: packed.name, hidden: false, textContent: "Download zip" });
    } catch (error) { tell(error.message, "error"); }
  }
  function stop() {
    batch.stopped = true;
    if (batch.job) ask("job_cancel", { job: batch.job }).catch(() => {});
    batch.cancel?.();
  }
  halt.addEventListener("click", stop);
  rerun.addEventListener("click", () => batch.again());

  // The same card for one long work: its words and its share, how to cancel it, what can be had at its end.
  function beginOne(words, cancel, again) {
    const mine = begin(1, again);
    mine.cancel = cancel;
    count.textContent = `${words} …`;
    bar.value = 0;
    return {
      progress(share) { if (mine === batch && !halt.hidden) { bar.value = share; count.textContent = `${words}, ${Math.round(share * 100)} %`; } },
      end(text, file, label) {
        if (mine !== batch) return;
        count.textContent = text;
        halt.hidden = true;
        rerun.hidden = !again;
        bar.value = file ? 1 : 0;
        if (file) Object.assign(zip, { href: file.url, download: file.name, hidden: false, textContent: label });
      },
    };
  }
  return { take, board: { begin: beginOne } };
}
