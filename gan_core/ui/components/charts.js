// Curves on a canvas, drawn from numbers: sharp on any screen, no library, a few hundred points at most.

// Where a logarithmic axis has its lines: powers of ten from 10^low to 10^high, 2 and 5 times these too where they are few.
function powers(low, high) {
  const list = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
  return high - low > 2 ? list : list.flatMap((value) => [value, 2 * value, 5 * value]).filter((value) => value <= 10 ** high);
}

// A chart on `canvas` for the named series; `paint` maps a series' name to a CSS variable, `words` to what people read.
// `log` draws powers of ten, for positive numbers of very different size; `dashed(name)` says which lines are dashed.
// `toggle` is a button that turns powers of ten on and off; it is there while every number is positive.
function makeChart(canvas, { paint, words, fixed, whole, marked, log, dashed, toggle }) {
  const points = [];          // {step, name: number, ...}
  let hover = null, asked = false;
  const LEFT = 42, RIGHT = 8, TOP = 8, BOTTOM = 22;

  const names = () => [...new Set(points.flatMap((point) => Object.keys(point)))].filter((name) => name !== "step");
  const colour = (name) => getComputedStyle(canvas).getPropertyValue(paint(name)).trim();

  // Bounds that hold 98 % of the values, so that one spike does not flatten the rest.
  function bounds() {
    if (fixed) return fixed;
    const values = points.flatMap((p) => names().map((n) => p[n])).filter(Number.isFinite).sort((a, b) => a - b);
    if (!values.length) return [0, 1];
    if (log) {
      const positive = values.filter((value) => value > 0);
      return positive.length ? [Math.floor(Math.log10(positive[0])), Math.max(Math.ceil(Math.log10(positive.at(-1))), Math.floor(Math.log10(positive[0])) + 1)] : [-1, 0];
    }
    const low = Math.min(0, values[Math.floor(values.length * 0.01)]);
    const high = whole ? values.at(-1) : values[Math.min(values.length - 1, Math.ceil(values.length * 0.99))];
    return high - low < 1e-9 ? [low, low + 1] : [low, high + (high - low) * 0.06];
  }

  // Round numbers between low and high for the grid lines.
  function ticks(low, high, count) {
    const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find((factor) => factor * power >= raw) * power;
    const list = [];
    for (let value = Math.ceil(low / step) * step; value <= high + 1e-9; value += step) list.push(value);
    return list;
  }

  function thin() {  // a curve has at most as many points as it has pixels
    if (points.length > 1400) for (let i = points.length - 2; i > 0; i -= 2) points.splice(i, 1);
  }

  function draw() {
    asked = false;
    const width = canvas.clientWidth, height = canvas.clientHeight, ratio = window.devicePixelRatio || 1;
    if (!width) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (!points.length) return;
    const style = getComputedStyle(canvas), line = style.getPropertyValue("--gw-line"), muted = style.getPropertyValue("--gw-muted");
    if (toggle) {
      toggle.hidden = !points.every((point) => names().every((name) => !Number.isFinite(point[name]) || point[name] > 0));
      log = !toggle.hidden && toggle.getAttribute("aria-pressed") === "true";
    }
    const [low, high] = bounds(), first = points[0].step, last = Math.max(points.at(-1).step, first + 1);
    const x = (step) => LEFT + (step - first) / (last - first) * (width - LEFT - RIGHT);
    const scaled = (value) => log ? Math.log10(Math.max(value, 10 ** low)) : value;
    const y = (value) => TOP + (high - scaled(value)) / (high - low) * (height - TOP - BOTTOM);
    pen.font = "11px system-ui, sans-serif"; pen.lineWidth = 1; pen.strokeStyle = line; pen.fillStyle = muted;
    pen.textAlign = "right"; pen.textBaseline = "middle";
    for (const value of log ? powers(low, high) : ticks(low, high, 4)) {
      pen.beginPath(); pen.moveTo(LEFT, y(value)); pen.lineTo(width - RIGHT, y(value)); pen.stroke();
      pen.fillText(Math.abs(value) >= 1e5 ? value.toExponential(0).replace("+", "") : Number(value.toPrecision(3)).toString(), LEFT - 7, y(value));
    }
    pen.textBaseline = "alphabetic";
    for (const step of ticks(first, last, width < 360 ? 3 : 5)) {
      pen.textAlign = x(step) > width - 30 ? "right" : "center";
      pen.fillText(step.toLocaleString("en"), Math.min(x(step), width - RIGHT), height - 5);
    }
    pen.save();
    pen.beginPath(); pen.rect(LEFT, 0, width - LEFT, height - BOTTOM + 1); pen.clip();
    pen.lineJoin = "round";
    for (const name of names()) {
      pen.strokeStyle = colour(name);
      pen.setLineDash(dashed?.(name) ? [4, 4] : []);
      // The raw curve lightly, its running mean on top.
      for (const [alpha, thick, smooth] of whole ? [[1, 2, 0]] : [[0.25, 1, 0], [1, 2, Math.max(0, Math.min(0.85, 1 - 12 / points.length))]]) {
        pen.globalAlpha = alpha; pen.lineWidth = thick; pen.beginPath();
        let mean, weight = 0, open = false;
        for (const point of points) {
          const value = point[name];
          if (!Number.isFinite(value)) { open = false; continue; }
          mean = smooth * (mean ?? 0) + (1 - smooth) * value; weight = smooth * weight + (1 - smooth);
          const place = [x(point.step), y(mean / weight)];
          if (open) pen.lineTo(...place); else pen.moveTo(...place);
          open = true;
        }
        pen.stroke();
      }
    }
    pen.restore();
    const best = marked?.();
    if (best) {
      pen.fillStyle = colour(best.name); pen.strokeStyle = style.getPropertyValue("--gw-surface"); pen.lineWidth = 2;
      pen.beginPath(); pen.arc(x(best.step), y(best.value), 5, 0, 7); pen.fill(); pen.stroke();
    }
    if (hover !== null) tooltip(pen, width, height, x, y, muted, style);
  }

  function tooltip(pen, width, height, x, y, muted, style) {
    const point = points[hover];
    if (!point) return;
    pen.strokeStyle = muted; pen.globalAlpha = 0.6; pen.lineWidth = 1;
    pen.beginPath(); pen.moveTo(x(point.step), TOP); pen.lineTo(x(point.step), height - BOTTOM); pen.stroke();
    pen.globalAlpha = 1;
    const shown = names().filter((name) => Number.isFinite(point[name]));
    const rows = [`step ${point.step.toLocaleString("en")}`, ...shown.map((name) => `${words(name)}  ${point[name].toPrecision(3)}`)];
    pen.font = "12px system-ui, sans-serif"; pen.textAlign = "left"; pen.textBaseline = "middle";
    const wide = Math.max(...rows.map((row) => pen.measureText(row).width)) + 30, tall = rows.length * 17 + 10;
    const left = x(point.step) + 10 + wide > width ? x(point.step) - wide - 10 : x(point.step) + 10;
    pen.fillStyle = style.getPropertyValue("--gw-surface"); pen.strokeStyle = style.getPropertyValue("--gw-line-strong");
    pen.beginPath(); pen.roundRect(left, TOP, wide, tall, 7); pen.fill(); pen.stroke();
    rows.forEach((row, i) => {
      if (i > 0) { pen.fillStyle = colour(shown[i - 1]); pen.fillRect(left + 9, TOP + 13 + i * 17, 9, 3); }
      pen.fillStyle = style.getPropertyValue("--gw-ink");
      pen.fillText(row, left + (i ? 23 : 9), TOP + 14 + i * 17);
    });
    for (const name of shown) { pen.fillStyle = colour(name); pen.beginPath(); pen.arc(x(point.step), y(point[name]), 3, 0, 7); pen.fill(); }
  }

  const redraw = () => { if (!asked) { asked = true; requestAnimationFrame(draw); } };
  const near = (event) => {
    const box = canvas.getBoundingClientRect(), share = (event.clientX - box.left - LEFT) / (box.width - LEFT - RIGHT);
    const step = points[0].step + share * (points.at(-1).step - points[0].step);
    return points.reduce((best, point, i) => Math.abs(point.step - step) < Math.abs(points[best].step - step) ? i : best, 0);
  };
  toggle?.addEventListener("click", () => { toggle.setAttribute("aria-pressed", toggle.getAttribute("aria-pressed") !== "true"); redraw(); });
  canvas.addEventListener("pointermove", (event) => { if (points.length) { hover = near(event); redraw(); } });
  canvas.addEventListener("pointerleave", () => { hover = null; redraw(); });
  canvas.addEventListener("blur", () => { hover = null; redraw(); });
  canvas.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move || !points.length) return;
    hover = Math.max(0, Math.min(points.length - 1, (hover ?? points.length - 1) + move));
    event.preventDefault(); redraw();
  });
  new ResizeObserver(redraw).observe(canvas);
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });  // light and dark
  return {
    add(more) { points.push(...more); thin(); redraw(); },
    cut(step) { points.splice(0, points.length, ...points.filter((point) => point.step <= step)); hover = null; redraw(); },
    clear() { points.length = 0; hover = null; redraw(); },
    legend(place) {
      place.replaceChildren(...names().map((name) => {
        const entry = document.createElement("span"), mark = document.createElement("i");
        mark.style.background = dashed?.(name) ? `repeating-linear-gradient(90deg, var(${paint(name)}) 0 4px, transparent 4px 7px)` : `var(${paint(name)})`;
        entry.append(mark, words(name));
        return entry;
      }));
    },
    get length() { return points.length; },
  };
}
