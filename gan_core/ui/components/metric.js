// One measurement of a run over its steps: value, what real pictures give, and the step that is kept as the best marked.
function makeMetric(figure, paint) {
  const canvas = figure.querySelector("canvas"), legend = figure.querySelector(".legend"), text = figure.querySelector("p");
  const words = (name) => ({ value: "generated", reference_level: "what real pictures give" })[name];
  const paints = { value: "--gw-generated", reference_level: "--gw-real" };
  let found = [];
  // A run says what it keeps, and why it may not be the lowest number: values of few pictures vary. Old runs do not say it.
  function best() {
    if (!found.length) return null;
    const said = found.findLast((one) => one.best || one.kept), step = said?.best ? said.step : said?.kept?.step;
    if (found.some((one) => typeof one.best === "boolean")) return found.findLast((one) => one.step === step) ?? null;
    return found.reduce((low, one) => one.value < low.value ? one : low);
  }
  const chart = makeChart(canvas, { paint: (name) => paints[name] ?? paint(name), words, whole: true, toggle: figure.querySelector(".log-axis"),
    marked: () => best() && { ...best(), name: "value" } });
  const short = (value) => value >= 100 ? Math.round(value).toLocaleString("en") : Number(value.toPrecision(3)).toString();

  function show() {
    figure.hidden = !found.length;
    if (!found.length) return;
    chart.legend(legend);
    const low = best(), one = found.at(-1);
    const written = (value, spread) => `${short(value)}${Number.isFinite(spread) ? ` ± ${short(spread)}` : ""}`;
    const real = Number.isFinite(one.reference_level) ? `; what as many real pictures give is ${written(one.reference_level, one.reference_spread)}` : "";
    const kept = one.kept ? `, measured again on as many pictures: ${written(one.kept.value, one.kept.spread)}` : "";
    text.textContent = `Now ${written(one.value, one.spread)} from ${one.samples.toLocaleString("en")} pictures${real}. `
      + (low ? `Best at step ${low.step.toLocaleString("en")} (the dot)${kept}: kept as this run's best model. ` : "")
      + "Fewer pictures read higher. Copies of the training pictures would read as well as real ones.";
    canvas.setAttribute("aria-label", `Distance to real pictures, lower is better. ${text.textContent}`);
    canvas.title = `${one.words} (${one.name}).${Number.isFinite(one.took) ? ` Measuring took ${short(one.took)} s.` : ""}`;
  }
  return {
    add(more) {
      // Another instrument, such as a feature network that has come into the cache: its numbers are another curve.
      const name = more.at(-1)?.name;
      if (name === undefined) return;
      if (found.length && found[0].name !== name) { found = []; chart.clear(); }
      const same = more.filter((one) => one.name === name && Number.isFinite(one.value));
      found.push(...same);
      chart.add(same.map(({ step, value, reference_level }) => ({ step, value, reference_level })));
      show();
    },
    cut(step) { found = found.filter((one) => one.step <= step); chart.cut(step); show(); },
    best: () => best()?.step ?? null,
    clear() { found = []; chart.clear(); show(); },
  };
}
