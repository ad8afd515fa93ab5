// Pictures to the stage: a small preview at once, all of it when ready; the newest wish always wins, both ways.

const QUICK = 160;  // milliseconds: a whole picture that takes no longer needs no preview before it
let jobs = 0;
const newJob = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${jobs++}`;

// `preview(current, answer)` and `whole(current, answer)` draw; `refuse(error, current, kept)` explains, `kept` says that the last
// whole result is of the same picture and stands. A wish is { source | file, model, direction, scale }.
function makeWishes(stage, draw) {
  const work = find(".work"), bar = find(".work progress");
  let newest = null, running = null, last = null, told = "", durations = new Map();

  const payload = (current) => ({ source: current.source, model: current.model, direction: current.direction, scale: current.scale, job: current.job });
  const same = (a, b) => a && b && (a.file ? a.file === b.file : JSON.stringify(a.source) === JSON.stringify(b.source));

  const pump = latestWins(send, show, refuse);
  function wish(next) {
    newest = { ...next, job: newJob(), began: performance.now() };
    stage.busy(true);
    if (running) ask("job_cancel", { job: running.job }).catch(() => {});  // it may be large: nobody waits for what nobody wants
    pump(newest);
  }

  async function send(current) {
    if (current.file) current.file.small ??= smallOf(current.file.blob);
    const small = current.file ? await current.file.small : null;
    if (newest !== current) return null;
    const known = same(last?.wish, current) && durations.get(current.model) < QUICK;
    if (small) {
      const answer = known ? null : await ask("frame", { model: current.model, direction: current.direction, scale: current.scale, picture: small.picture });
      if (answer && newest === current) draw.preview(current, { ...small, after: answer.after });
    }
    if (current.file) current.source = await (current.file.place ??= sent(current.file.blob));
    if (newest !== current) return null;
    if (!small && !known) {
      const answer = await ask("preview", payload(current));
      if (newest === current) draw.preview(current, answer);
    }
    if (newest !== current) return null;
    running = current;
    const over = watch(current), start = performance.now();
    try {
      const answer = await ask("translate", { ...payload(current), before_known: told === JSON.stringify(current.source) });
      durations.set(current.model, performance.now() - start);
      return answer;
    } finally { running = null; over(); }
  }

  function show(answer, current) {
    if (!answer || newest !== current) return;
    stage.busy(false);
    if (answer.cancelled) { draw.cancelled(current); return; }
    if (answer.before) told = JSON.stringify(current.source);
    last = { wish: current, answer: { ...answer, before: answer.before ?? last?.answer.before } };
    draw.whole(current, last.answer);
  }

  // What could not be done is said; the picture and the controls stay, and so does an earlier result of the same picture.
  function refuse(error, current) {
    if (newest !== current) return;
    stage.busy(false);
    if (current.file && !current.source) current.file.place = undefined;
    const kept = last && (same(last.wish, current) || !current.previewed);
    newest = kept ? last.wish : null;
    if (kept) draw.whole(last.wish, last.answer);
    draw.refuse(error, current);
  }

  // A bar and a way out for work that takes longer than a moment.
  function watch(current) {
    let going = true;
    const look = async () => {
      if (!going) return;
      try {
        const { share } = await ask("job_progress", { job: current.job });
        if (!going) return;
        work.hidden = false;
        if (share > 0) bar.value = share; else bar.removeAttribute("value");
        find(".work .share").textContent = share > 0 ? `${Math.round(share * 100)} %` : "";
      } catch { /* the answer itself will say what is wrong */ }
      setTimeout(look, 250);
    };
    setTimeout(look, 450);
    return () => { going = false; work.hidden = true; };
  }
  find(".work .cancel").addEventListener("click", () => {
    if (!running) return;
    find(".work .share").textContent = "cancelling …";
    ask("job_cancel", { job: running.job }).catch((error) => say(error.message, "error"));
  });

  return { wish, payload, newest: () => newest, last: () => last, idle: () => frameIdle() };
  function frameIdle() { return find(".frame").dataset.busy !== "yes"; }
}
