// Why slerp and lerp differ: along the way from A to B, the length of z, and how real the pictures look to the discriminator.

makeWay();
function makeWay() {
  const { state } = explorer, details = find(".whyways"), plots = find(".wayplots");
  const WIDTH = 300, HEIGHT = 96, PAD = 6;
  let seen = "", timer = 0;

  function plot(title, shares, lines, level) {
    const all = Object.values(lines).flat().concat(level === undefined ? [] : [level]);
    const low = Math.min(...all), high = Math.max(...all), room = Math.max(high - low, 1e-6);
    const x = (share) => PAD + share * (WIDTH - 2 * PAD), y = (value) => HEIGHT - PAD - (value - low) / room * (HEIGHT - 2 * PAD);
    const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": `${title}: ${Object.entries(lines).map(([name, values]) => `${name} from ${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`).join(", ")}` });
    if (level !== undefined) chart.append(svg("line", { x1: PAD, x2: WIDTH - PAD, y1: y(level), y2: y(level), class: "level" }));
    for (const [name, values] of Object.entries(lines))
      chart.append(svg("polyline", { points: values.map((value, index) => `${x(shares[index]).toFixed(1)},${y(value).toFixed(1)}`).join(" "), class: name }));
    chart.append(svg("line", { y1: 0, y2: HEIGHT, class: "now" }));
    return make("figure", {}, make("figcaption", { class: "gw-muted" }, title, make("span", { class: "range" }, `${low.toFixed(1)} to ${high.toFixed(1)}`)), chart);
  }
  const wayFor = latestWins((wish) => ask("way", wish), (answer) => {
    const lines = (key) => ({ slerp: answer.slerp[key], lerp: answer.lerp[key] });
    plots.replaceChildren(
      make("p", { class: "gw-muted legend" }, make("i", { class: "slerp" }), "slerp ", make("i", { class: "lerp" }), "lerp"),
      plot(`Length of z (usually about ${answer.typical})`, answer.shares, lines("norms"), answer.typical));
    plots.append(answer.slerp.scores
      ? plot(`The discriminator${answer.judge_step ? ` of step ${answer.judge_step.toLocaleString("en")}` : ""}: higher looks more real to it`, answer.shares, lines("scores"))
      : make("p", { class: "gw-muted" }, "This model's file does not hold its discriminator, so its view cannot be drawn. Models of your own trainings hold it."));
    now();
  }, (error) => { seen = ""; console.warn(error.message); });
  function ask_() {
    const { t, way, ...rest } = compact(state.place), wanted = JSON.stringify([state.model, state.step, rest]);
    if (details.hidden || !details.open || !state.model || wanted === seen) return;
    seen = wanted;
    wayFor(explorer.wish());
  }
  function now() {
    for (const line of plots.querySelectorAll(".now")) for (const end of ["x1", "x2"]) line.setAttribute(end, PAD + state.place.t * (WIDTH - 2 * PAD));
  }
  const soon = () => { clearTimeout(timer); timer = setTimeout(ask_, 250); };
  details.addEventListener("toggle", ask_);
  explorer.on("place", () => { update(details, { hidden: state.place.kind !== "path" }); if (!details.hidden) { now(); soon(); } });
}
