// The error of a search over its seconds, on a scale of factors, with what the same effort reaches on other pictures.

function projectPlot(place) {
  const LEFT = 34, RIGHT = 8, TOP = 8, BOTTOM = 20, TICKS = [0.1, 0.3, 1, 3, 10, 30, 100];
  let last = null;
  function draw(curve, beside) {
    last = [curve, beside];
    const width = place.clientWidth, height = place.clientHeight;
    if (!width || !curve?.length) { place.replaceChildren(); return; }
    place.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const held = beside?.held_out_summary, own = beside?.own_summary;
    // Its own pictures, mostly near zero, may lie below the plot: they do not press the rest together.
    const errors = [...curve.map(([, error]) => error), ...(held ? [held.least, held.greatest] : [])];
    const low = Math.max(0.03, Math.min(...errors) * 0.6), high = Math.max(...errors) * 1.25, long = Math.max(1, curve.at(-1)[0]);
    const x = (second) => LEFT + second / long * (width - LEFT - RIGHT);
    const y = (error) => TOP + Math.log(high / Math.min(high, Math.max(low, error))) / Math.log(high / low) * (height - TOP - BOTTOM);
    const write = (text, at, words, more = {}) => { const part = svg("text", { x: at[0], y: at[1], class: words, ...more }); part.textContent = text; return part; };
    const parts = [];
    let ticks = TICKS.filter((tick) => tick >= low && tick <= high);
    if (ticks.length < 2) ticks = [low, high].map((value) => Number(value.toPrecision(2)));
    for (const tick of ticks)
      parts.push(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick), class: "grid" }), write(tick, [LEFT - 6, y(tick) + 4], "", { "text-anchor": "end" }));
    parts.push(write("levels of 255 apart", [LEFT, height - 5], ""), write(`${long.toFixed(1)} s`, [width - RIGHT, height - 5], "", { "text-anchor": "end" }));
    if (held) {
      parts.push(svg("rect", { x: LEFT, width: width - LEFT - RIGHT, y: y(held.greatest), height: Math.max(1, y(held.least) - y(held.greatest)), class: "band" }));
      parts.push(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(held.median), y2: y(held.median), class: "held" }));
      parts.push(write("real ones it never saw", [width - RIGHT - 2, y(held.median) - 4], "held-words", { "text-anchor": "end" }));
    }
    if (own) {
      parts.push(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(own.median), y2: y(own.median), class: "own" }));
      parts.push(write(`its own: ${Number(own.median.toPrecision(2))}`, [width - RIGHT - 2, y(own.median) - 4], "own-words", { "text-anchor": "end" }));
    }
    parts.push(svg("polyline", { points: curve.map(([second, error]) => `${x(second).toFixed(1)},${y(error).toFixed(1)}`).join(" "), class: "error" }));
    place.replaceChildren(...parts);
  }
  new ResizeObserver(() => { if (last) draw(...last); }).observe(place);
  return { draw };
}
