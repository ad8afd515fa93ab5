// When directions settled: |cosine| with the final one at every kept moment of the training, on a logarithmic axis of steps.

makeCourse();
function makeCourse() {
  const { state } = explorer, plot = find(".dir-plot"), list = find(".dir-course-list"), bar = find(".dir-course-progress"), cancel = find(".dir-course-cancel");
  const WIDTH = 520, HEIGHT = 190, LEFT = 30, RIGHT = 8, TOP = 8, BOTTOM = 22;
  let model = "", stop = null;

  function draw({ steps, lines, floor, stable }) {
    const low = Math.log10(steps[0]), room = Math.max(1e-9, Math.log10(steps.at(-1)) - low);
    const x = (step) => LEFT + (Math.log10(step) - low) / room * (WIDTH - LEFT - RIGHT), y = (value) => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
    const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `Likeness to the final direction from step ${steps[0]} to ${steps.at(-1)}` });
    const level = (value, words, className) => {
      chart.append(svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(value), y2: y(value), class: className }));
      const text = svg("text", { x: LEFT + 4, y: y(value) - 4, class: "dir-level-words" });
      text.textContent = words;
      chart.append(text);
    };
    for (const value of [0, 0.5, 1]) {
      const text = svg("text", { x: LEFT - 6, y: y(value) + 4, class: "dir-axis" });
      text.textContent = value;
      chart.append(text);
    }
    for (let power = Math.ceil(low); power <= low + room; power += 1) {
      const text = svg("text", { x: x(10 ** power), y: HEIGHT - 6, class: "dir-tick" });
      text.textContent = (10 ** power).toLocaleString("en");
      chart.append(svg("line", { x1: x(10 ** power), x2: x(10 ** power), y1: TOP, y2: HEIGHT - BOTTOM, class: "dir-grid-line" }), text);
    }
    const drawn = lines.map((line) => svg("polyline", { class: "dir-line", points: steps.map((step, index) => `${x(step).toFixed(1)},${y(line.cosines[index]).toFixed(1)}`).join(" ") }));
    chart.append(...drawn);
    level(floor, "unrelated directions", "dir-floor");
    level(stable, "above: the same", "dir-same");
    plot.replaceChildren(chart);
    list.replaceChildren(...lines.map((line, index) => {
      const light = (on) => { drawn[index].classList.toggle("lit", on); if (on) chart.insertBefore(drawn[index], chart.querySelector(".dir-floor")); };
      const when = line.since === null ? "not settled yet" : line.since === steps[0] ? "from the start" : `since step ${line.since.toLocaleString("en")}`;
      const entry = make("button", { type: "button", class: "dir-course-entry", title: line.since === null ? "" : "Go to that step", onclick: () => { if (line.since !== null) { explorer.toStep(line.since); explorer.remember(); } } },
        line.name, make("small", {}, when));
      for (const [event, on] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) entry.addEventListener(event, () => light(on));
      return entry;
    }));
  }
  function follow(kind) {
    if (stop) stop();
    cancel.hidden = false;
    const done = (answer) => {
      if (stop !== mine) return;   // another kind has been chosen meanwhile
      stop = null;
      cancel.hidden = true;
      if (answer) draw(answer); else for (const input of element.querySelectorAll("[name=gw-course]")) input.checked = false;
    };
    const mine = dirs.search("directions_course", { kind }, bar, done);
    stop = mine;
  }
  for (const input of element.querySelectorAll("[name=gw-course]")) input.addEventListener("change", () => follow(input.value));
  cancel.onclick = () => { if (stop) stop(); };

  explorer.on("model", (facts) => {
    const there = facts.steps.length > 1;
    find(".dir-course-there").hidden = !there;
    find(".dir-course-why").textContent = there
      ? "How like the final direction each one was, moment by moment of the training: 1 is the same, unrelated ones lie at the dashed line. Of strongest changes and main variations the most similar one of each moment is taken, since their order changes."
      : "No moments of this model's training are at hand. Every model that you train here keeps its own, and then it can be seen when its directions became what they are.";
    if (facts.model === model) return;
    model = facts.model;
    if (stop) { stop(); stop = null; }
    cancel.hidden = true;
    plot.replaceChildren();
    list.replaceChildren();
    for (const input of element.querySelectorAll("[name=gw-course]")) input.checked = false;
  });
  dirs.onList((listed) => { find(".dir-course-attributes").hidden = !listed.some((each) => each.id.startsWith("attribute/")); });
}
