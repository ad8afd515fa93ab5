// A question in the page before something is done: `question(text, yes, act)` shows it, `question.close()` takes it back.
// Used where a run is another's: it is asked for by its name, and the request carries that name.
function makeQuestion(box) {
  const close = () => { box.hidden = true; box.replaceChildren(); };
  function question(text, yes, act) {
    const go = make("button", { type: "button", class: "gw-button danger", "data-does": "confirm", onclick: () => { close(); act(); } }, yes);
    const leave = make("button", { type: "button", class: "gw-button", onclick: close }, "Leave it");
    box.replaceChildren(make("p", {}, text), make("span", { class: "answers" }, go, leave));
    box.hidden = false;
    leave.focus();
  }
  box.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  return Object.assign(question, { close });
}
const VERBS = { pause: "Pause", resume: "Resume", stop: "Stop", cancel: "Cancel", "go on": "Go on with" };
const elsewhere = (verb, name) => `${verb} “${name}”, which was started elsewhere?`;
