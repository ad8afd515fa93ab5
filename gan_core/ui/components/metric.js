// One measurement of a run over its steps: value, the floor that real pictures have, and the best step so far marked.
function makeMetric(figure, paint) {
  const canvas = figure.querySelector("canvas"), legend = figure.querySelector(".legend"), text = figure.querySelector("p");
  const words = (name) => ({ value: "generated", floor: "floor, real pictures" })[name];
  const paints = { value: "--gw-generator", floor: "--gw-third" };
  let found = [];
  const best = () => found.length ? found.reduce((low, one) => one.value < low.value ? one : low) : null;
  const chart = makeChart(canvas, { paint: (name) => paints[name] ?? paint(name), words, whole: true, toggle: figure.querySelector(".log-axis"),
    marked: () => best() && { ...best(), name: "value" } });
  const short = (value) => value >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();

  function show() {
    figure.hidden = !found.length;
    if (!found.length) return;
    chart.legend(legend);
    const low = best(), one = found.at(-1);
    const spread = Number.isFinite(one.spread) ? ` ± ${short(one.spread)}` : "";
    const floor = Number.isFinite(one.floor) ? `; the floor, what real pictures have among themselves, is ${short(one.floor)}` : "";
    text.textContent = `Now ${short(one.value)}${spread} from ${one.samples.toLocaleString("en")} pictures${floor}. `
      + `Best at step ${low.step.toLocaleString("en")} (the dot): kept as this run's best model.`;
    canvas.setAttribute("aria-label", `Distance to real pictures, lower is better. ${text.textContent}`);
    canvas.title = `${one.words} (${one.name})`;
  }
  return {
    add(more) {
      // Another instrument, such as a feature network that has come into the cache: its numbers are another curve.
      const name = more.at(-1)?.name;
      if (name === undefined) return;
      if (found.length && found[0].name !== name) { found = []; chart.clear(); }
      const same = more.filter((one) => one.name === name && Number.isFinite(one.value));
      found.push(...same);
      chart.add(same.map(({ step, value, floor }) => ({ step, value, floor })));
      show();
    },
    cut(step) { found = found.filter((one) => one.step <= step); chart.cut(step); show(); },
    best: () => best()?.step ?? null,
    clear() { found = []; chart.clear(); show(); },
  };
}
