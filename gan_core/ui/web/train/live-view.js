/**
 * What the live view says of a run: its state and numbers, the list of runs, notes and alarms; and what it says without a run.
 *
 * @import { ListedRun, LiveStatus, RunNote } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { Live } from "./live.js"
 */
import { make } from "../shared/dom.js";
import { count, duration } from "../shared/format.js";
import { setPicture, setWaiting } from "./live-pictures.js";
import { STATES, endNotice, groupedRuns, isActive, isGoing, pageTitle, progressOf, stateLabel } from "./live-state.js";

/**
 * @param {Context} context
 * @param {Live} live
 * @param {(name: string) => void} attach shows a run
 */
export function makeStatusView(context, live, attach) {
  const { find } = context;
  const notes = makeNotes(context, live);
  const intro = makeIntro(context, live);
  return {
    ...{ setPreview: intro.setPreview, setRecipe: intro.setRecipe, showNothing: intro.show },
    showNotes: notes.show,
    showList: () => showList(context, live, attach),
    showStatus() {
      const { status } = live;
      if (!status) return;
      find("label.pick").hidden = false;
      for (const part of ["#intro-draws", "#intro-translates"]) find(part).hidden = true;
      const state = find("#run-state");
      state.dataset.state = status.state;
      state.textContent = stateLabel(status, live.requested);
      showButtons(context, live, status);
      showNumbers(context, status);
      explainEnd(context, live, status);
      document.title = pageTitle(status, count);
    },
    /** The last words of a trainer that has failed. @param {string} text */
    showLog(text) {
      find(".log").hidden = !text;
      find("#run-log").textContent = text;
    },
    clear() {
      for (const part of [".log", ".use"]) find(part).hidden = true;
      notes.clear();
    },
    /** @param {(action: "pause" | "resume" | "stop" | "cancel", run: string) => void} control */
    onControl(control) {
      const pause = find("button#pause");
      const stop = find("button#stop");
      const picker = find("select#run-picker");
      const isIn = (/** @type {string} */ state) => live.status?.state === state;
      pause.addEventListener("click", () => control(isIn("paused") ? "resume" : "pause", pause.dataset.run ?? ""));
      stop.addEventListener("click", () => control(isIn("waiting") ? "cancel" : "stop", stop.dataset.run ?? ""));
      picker.addEventListener("change", () => attach(picker.value));
    },
  };
}

/**
 * @param {Context} context
 * @param {Live} live
 * @param {LiveStatus} status
 */
function showButtons({ find }, { requested, run }, { models, state, translates }) {
  const pause = find("button#pause");
  const stop = find("button#stop");
  const waits = state === "waiting";
  find(".buttons").hidden = !isGoing(state);
  pause.hidden = waits;
  pause.disabled = state === "starting" || requested !== null;
  pause.textContent = state === "paused" ? "Resume" : "Pause";
  pause.setAttribute("aria-pressed", String(state === "paused"));
  stop.disabled = requested === "stop" || requested === "cancel";
  stop.textContent = waits ? "Cancel" : "Stop and save";
  for (const button of [pause, stop]) button.dataset.run = run ?? ""; // a press is meant for the run that was shown
  find(".use").hidden = !translates || !models.length;
  for (const each of /** @type {const} */ (["best", "newest"])) find(`#use-${each}`).hidden = !models.includes(each);
}

/**
 * @param {Context} context
 * @param {Live} live
 * @param {LiveStatus} status
 */
function explainEnd({ notice }, { requested }, status) {
  const end = endNotice(status);
  if (end) notice(end.text, end.kind);
  else if (isActive(status.state) && requested === null) notice("");
}

/**
 * @param {Context} context
 * @param {LiveStatus} status
 */
function showNumbers({ find }, status) {
  const active = isActive(status.state);
  const { device, images, recipe, seconds, state, step, steps, images_per_second: speed } = status;
  find(".line").hidden = find(".numbers").hidden = state === "waiting";
  find("#live-step").replaceChildren(count(step), make("small", {}, steps ? ` of ${count(steps)}` : ""));
  const rate = speed && (speed >= 100 ? count(Math.round(speed)) : speed.toFixed(1));
  find("#live-speed").textContent = rate || "–";
  find("#live-left").textContent = active ? duration(status.seconds_left) : "–";
  find("#live-share").textContent = `${(status.preview_share * 100).toFixed(1)} %`;
  const line = find(".line");
  const bar = find(".line i");
  const starting = state === "starting";
  line.classList.toggle("endless", starting);
  bar.style.width = starting ? "" : `${progressOf(status) * 100}%`;
  line.setAttribute("aria-valuenow", String(Math.round(progressOf(status) * 100)));
  const gist = [device, `recipe ${recipe}`, images ? `${count(images)} images seen in ${duration(seconds)}` : ""];
  find("#live-foot").textContent = gist.filter(Boolean).join("  ·  ");
}

/**
 * @param {Context} context
 * @param {Live} live
 * @param {(name: string) => void} attach
 */
function showList({ find }, live, attach) {
  const picker = find("select#run-picker");
  /** @param {ListedRun} entry */
  const option = ({ name, state }) =>
    make("option", { value: name }, isGoing(state) ? `${name} (${STATES[state].toLowerCase()})` : name);
  picker.replaceChildren(
    ...groupedRuns(live.runs, live.run).map(([label, runs]) => make("optgroup", { label }, ...runs.map(option))),
  );
  picker.value = live.run ?? "";
  const others = live.runs.filter((entry) => isGoing(entry.state) && !entry.comparison && entry.name !== live.run);
  find(".going").hidden = !others.length;
  find(".chips").replaceChildren(
    ...others.map(({ name, state, mine }) => {
      const words = `${STATES[state].toLowerCase()}${mine ? ", yours" : ""}`;
      const chip = { type: "button", title: `Watch ${name}`, dataset: { state }, onclick: () => attach(name) };
      return make("button", chip, make("span", {}, name), make("small", {}, words));
    }),
  );
}

/**
 * What stands there before a run is: an explanation, and real pictures of what is chosen in the form.
 *
 * @param {Context} context
 * @param {Live} live
 */
function makeIntro({ find, props }, live) {
  let { recipe } = props;
  /** @type {{ picture?: string, caption?: string } | null} */
  let preview = null;
  function showPreview() {
    if (live.run !== null || !preview) return;
    if (preview.picture) setPicture(find("img#real-picture"), preview.picture);
    find("#real-note").textContent = preview.caption ?? "";
  }
  function show() {
    if (live.run !== null) return;
    find("#run-state").dataset.state = "none";
    for (const part of [".buttons", ".line", ".numbers", "label.pick"]) find(part).hidden = true;
    const ways = props.ways[recipe];
    find("#intro-draws").hidden = Boolean(ways);
    find("#intro-translates").hidden = !ways;
    const paired = props.paired.includes(recipe);
    find("#intro-pairs").hidden = !paired;
    find("#intro-unpaired").hidden = paired;
    find("#intro-back").hidden = ways?.length !== 2;
    find("#intro-patches").hidden = paired || ways?.length !== 1;
    find("#made-title").textContent = ways ? "Translated" : "Drawn by the generator";
    setWaiting(find("img#live-picture"), introText(Boolean(ways)));
    showPreview();
  }
  return {
    show,
    /** @param {string} name */
    setRecipe(name) {
      recipe = name;
      show();
    },
    /** @param {{ picture?: string, caption?: string }} next */
    setPreview(next) {
      preview = next;
      showPreview();
    },
  };
}

/** @param {boolean} translates */
const introText = (translates) =>
  translates
    ? "Here you will watch pictures being translated. It begins with noise; press Start and the first picture appears within seconds, then it changes as the networks learn."
    : "Here you will watch the generator learn. It begins with noise; press Start and the first picture appears within seconds, then it changes several times a second.";

/**
 * The notes of the doctor. What should be looked at now stands above the pictures until it is closed.
 *
 * @param {Context} context
 * @param {Live} live
 */
function makeNotes({ find }, live) {
  const list = find("#doctor-notes");
  const alarm = find(".alarm");
  const seen = new Set();
  /** @param {RunNote} note */
  function raise({ step, text }) {
    const key = `${live.run} ${step} ${text}`;
    if (seen.has(key)) return;
    alarm.dataset.key = key;
    find(".alarm b").textContent = `⚠ step ${count(step)}`;
    find(".alarm span").textContent = text;
    alarm.hidden = false;
  }
  find("#alarm-close").addEventListener("click", () => {
    seen.add(alarm.dataset.key);
    alarm.hidden = true;
  });
  return {
    /** @param {RunNote[]} notes */
    show(notes) {
      for (const note of notes) {
        const entry = make("li", {}, make("b", {}, note.step ? `step ${count(note.step)}` : "data"), note.text);
        entry.classList.toggle("alarmed", Boolean(note.alarm));
        if (note.alarm) raise(note);
        list.prepend(entry);
        find(".notes").hidden = false;
      }
    },
    clear() {
      list.replaceChildren();
      find(".notes").hidden = alarm.hidden = true;
    },
  };
}
