/**
 * The controls of the games panel: start, step size, number of steps, view, options of a game, and the player.
 *
 * @import { AnalyticGameOffer, GameOption } from "../shared/protocol.js"
 * @import { Context } from "../shared/types.js"
 * @import { View } from "./games-state.js"
 */
import { arrowKeys } from "../shared/controls.js";
import { make } from "../shared/dom.js";
import { short } from "./games-state.js";

/** Shares of the view by which an arrow key moves the start, and with Shift. */
const NUDGE = 0.02;
const LARGE_NUDGE = 0.1;
const ARROWS = Object.freeze({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] });

/**
 * The start, dragged on the plane, moved with keys or typed.
 *
 * @param {Context} context
 * @param {object} actions
 * @param {() => boolean} actions.ready whether there is a game
 * @param {(event: PointerEvent) => number[]} actions.place
 * @param {() => number[]} actions.start
 * @param {() => View} actions.view
 * @param {(start: number[]) => void} actions.setStart
 * @param {(dragging: boolean) => void} actions.setDragging
 */
export function bindStart({ find, findAll }, { ready, place, start, view, setStart, setDragging }) {
  const field = find("canvas.field");
  field.addEventListener("pointerdown", (event) => {
    if (!ready()) return;
    field.setPointerCapture(event.pointerId);
    setDragging(true);
    setStart(place(event));
  });
  field.addEventListener("pointermove", (event) => {
    if (field.hasPointerCapture(event.pointerId)) setStart(place(event));
  });
  for (const type of ["pointerup", "pointercancel"]) field.addEventListener(type, () => setDragging(false));
  field.addEventListener("keydown", (event) => {
    const move = ARROWS[/** @type {keyof typeof ARROWS} */ (event.key)];
    if (!move || !ready()) return;
    event.preventDefault();
    const share = event.shiftKey ? LARGE_NUDGE : NUDGE;
    const { x, y } = view();
    const sizes = [x[1] - x[0], y[1] - y[0]];
    setStart(start().map((value, index) => value + move[index] * share * sizes[index]));
  });
  findAll("input[data-start]").forEach((box, index) => {
    box.addEventListener("change", () => {
      const value = Number(box.value);
      const fine = box.value !== "" && Number.isFinite(value);
      setStart(start().map((old, at) => (at === index && fine ? value : old)));
    });
  });
}

/**
 * One option of a game.
 *
 * @param {GameOption} option
 * @param {any} value
 * @param {(value: any) => void} set
 */
export function optionField(option, value, set) {
  if (option.kind === "choice") {
    const options = (option.choices ?? []).map(([name, label]) => new Option(label, name, false, name === value));
    const select = make("select", { "aria-label": option.label }, ...options);
    select.addEventListener("change", () => set(select.value));
    return make("label", { class: "row option wide" }, make("span", {}, option.label), select);
  }
  const { low: min, high: max, step, label } = option;
  const range = make("input", { class: "gw-range", type: "range", min, max, step, "aria-label": label });
  range.value = String(value);
  const text = make("output", {}, short(Number(range.value), 3));
  range.addEventListener("input", () => {
    text.textContent = short(Number(range.value), 3);
    set(Number(range.value));
  });
  return make("label", { class: "row option" }, make("span", {}, label), range, text);
}

/**
 * Plays the steps of the trajectories.
 *
 * @param {Context} context
 * @param {() => number | null} stepsNow how many steps there are; null without trajectories
 * @param {(step: number) => void} show called with the step that is to be seen
 */
export function makePlayer({ find, signal }, stepsNow, show) {
  const root = find("div.dynamics");
  const button = find("button.play");
  const scrub = find("input.scrub");
  let playing = false;
  let shown = 0;

  /** @param {number} step */
  function setShown(step) {
    shown = step;
    scrub.value = String(step);
    find("output.at").textContent = `step ${Math.floor(step)}`;
    show(step);
  }
  /** @param {boolean} wanted */
  function setPlaying(wanted) {
    const steps = stepsNow();
    if (wanted && !playing && steps !== null) {
      if (shown >= steps) setShown(0);
      playing = true;
      advance(performance.now(), shown);
    }
    playing = wanted && steps !== null;
    button.textContent = playing ? "Pause" : "Play";
    button.setAttribute("aria-pressed", String(playing));
    root.dataset.playing = playing ? "yes" : "no";
  }
  /** @param {number} begun @param {number} from */
  function advance(begun, from) {
    requestAnimationFrame((now) => {
      const steps = stepsNow();
      if (!playing || steps === null || signal.aborted) return;
      const seconds = Math.min(7, Math.max(2.5, steps / 25));
      const done = (Math.max(0, now - begun) / 1000 / seconds) * steps;
      const step = Math.min(steps, Math.floor(from + done));
      if (step !== shown) setShown(step);
      if (step >= steps) setPlaying(false);
      else advance(begun, from);
    });
  }
  button.addEventListener("click", () => setPlaying(!playing));
  scrub.addEventListener("input", () => {
    setPlaying(false);
    setShown(Number(scrub.value));
  });
  return {
    setShown,
    setPlaying,
    playing: () => playing,
    shown: () => shown,
    /** @param {number} steps */
    setLength: (steps) => (scrub.max = String(steps)),
  };
}

/**
 * @param {Context} context
 * @param {AnalyticGameOffer} game
 */
export function describeGame({ find, findAll }, { name, title, words, printed, axes, names, numbers }) {
  for (const card of findAll("button.game")) {
    const on = card.dataset.game === name;
    card.setAttribute("aria-checked", String(on));
    card.tabIndex = on ? 0 : -1;
  }
  find("p.name").textContent = title;
  find("p.words").textContent = words;
  find("p.printed").textContent = printed ?? "";
  find("span.axes").textContent = `To the right: ${axes[0]}. Upwards: ${axes[1]}.`;
  const label = `${title}. To the right: ${axes[0]}; upwards: ${axes[1]}. Arrow keys move the start`;
  find("canvas.field").setAttribute("aria-label", label);
  find("span.first").textContent = names[0];
  find("span.second").textContent = names[1] ?? "";
  findAll("label.pair")[1].hidden = numbers === 1;
}

/**
 * @param {Context} context
 * @param {AnalyticGameOffer[]} games
 * @param {(name: string) => void} choose
 */
export function showGames({ find, findAll }, games, choose) {
  find("div.games").replaceChildren(
    ...games.map(({ name, title, line }) =>
      make(
        "button",
        { type: "button", class: "game", role: "radio", dataset: { game: name }, onclick: () => choose(name) },
        make("b", {}, title),
        make("small", {}, line),
      ),
    ),
  );
  arrowKeys(
    find("div.games"),
    () => findAll("button.game"),
    (card) => choose(String(card.dataset.game)),
  );
}

/**
 * @param {Context} context
 * @param {object} actions
 * @param {(value: number) => void} actions.setStepSize
 * @param {(value: number) => void} actions.setCount
 * @param {() => number} actions.stepSize
 * @param {ReturnType<typeof makePlayer>} actions.player
 * @param {(pause?: number) => void} actions.recompute
 */
export function bindNumbers({ find }, { setStepSize, setCount, stepSize, player, recompute }) {
  const rate = find("input.rate");
  const box = find("input.rate-box");
  const steps = find("input.count");
  rate.addEventListener("input", () => setStepSize(10 ** Number(rate.value)));
  box.addEventListener("change", () => setStepSize(Number(box.value) || stepSize()));
  steps.addEventListener("input", () => {
    setCount(Number(steps.value));
    player.setPlaying(false);
    recompute(60);
  });
}
