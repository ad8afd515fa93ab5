// The plane of the Lab: draws what the server sent, and moves the points smoothly from one answer to the next.

const VIEW_BYTES = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
// Pairs of int16 as numbers in the plane; 32767 stands for `half` (see `packed` in gan_core/plane/controller.py).
const unpack = (text, half = 6.4) => Float32Array.from(new Int16Array(VIEW_BYTES(text).buffer), (value) => (value / 32767) * half);

const VIEW = 3.2, TRAILED = 16, TRAIL = 60, FADES = 6, NET_SIDE = 21, FRAME = 28;

function makePlane(canvas, root) {
  const shown = { layers: new Set(), real: null, map: null, arrows: null, strokes: null, cross: null };
  const moving = { fakes: tween(), net: tween() };
  const cells = document.createElement("canvas"), still = document.createElement("canvas");
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  let palette, trails = [], morphs = null, latents = null, latentNet = null, interval = 80, last = 0, drawn = 0, frames = 0, stale = true, realStale = true;

  // Positions that glide from where they are drawn to where they should be, over about the time between two answers.
  function tween() {
    let from = null, to = null, begun = 0;
    return {
      aim(target, jump) {
        from = jump || !to || to.length !== target.length ? target : this.now().slice();
        to = target; begun = performance.now();
      },
      now() {
        if (!to || from === to) return to;
        const share = Math.min(1, (performance.now() - begun) / interval);
        if (share === 1) { from = to; return to; }
        const mix = new Float32Array(to.length);
        for (let i = 0; i < mix.length; i++) mix[i] = from[i] + share * (to[i] - from[i]);
        return mix;
      },
      get done() { return from === to; },
    };
  }

  // The page's colours as numbers, read again when the theme changes. Low opinions have the colour of what is generated, high
  // ones that of what is real: a pair that stays apart for every kind of colour vision.
  function colours() {
    const style = getComputedStyle(root), names = ["surface", "generated", "real", "ink", "muted", "line", "accent"];
    const key = names.map((name) => style.getPropertyValue(`--gw-${name}`)).join();
    if (palette?.key === key) return palette;
    palette = { key };
    realStale = true;
    for (const name of names) {
      palette[name] = style.getPropertyValue(`--gw-${name}`).trim() || "#888";
      probe.fillStyle = palette[name];
      probe.fillRect(0, 0, 1, 1);
      palette[`${name}RGB`] = [...probe.getImageData(0, 0, 1, 1).data];
    }
    palette.table = Array.from({ length: 256 }, (_, level) => {
      const side = level < 128 ? palette.generatedRGB : palette.realRGB;
      const strength = 0.62 * Math.sqrt(Math.abs(level - 127.5) / 127.5);
      return palette.surfaceRGB.map((value, channel) => value + (side[channel] - value) * strength);
    });
    if (shown.map) paintMap();
    return palette;
  }

  function paintMap() {
    const side = Math.round(Math.sqrt(shown.map.length));
    cells.width = cells.height = side;
    const pen = cells.getContext("2d"), image = pen.createImageData(side, side), { table } = palette ?? colours();
    shown.map.forEach((level, index) => { image.data.set(table[level], index * 4); image.data[index * 4 + 3] = 255; });
    pen.putImageData(image, 0, 0);
  }

  function fit() {
    const ratio = Math.min(devicePixelRatio || 1, 2), side = canvas.clientWidth;
    if (!side) return null;
    const wide = Math.round(side * ratio);
    if (canvas.width !== wide || canvas.height !== wide) { canvas.width = canvas.height = wide; realStale = true; }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    return [pen, side, ratio];
  }

  // Real points stand still, so they are drawn once into a picture of their own.
  function realPicture(side, ratio, colour) {
    if (realStale) {
      realStale = false;
      still.width = still.height = Math.round(side * ratio);
      const pen = still.getContext("2d"), size = Math.max(1.8, side / 240);
      pen.scale(ratio, ratio);
      pen.strokeStyle = colour; pen.lineWidth = 1.3; pen.globalAlpha = 0.85;
      pen.beginPath();
      each(shown.real, side, (x, y) => { pen.moveTo(x + size, y); pen.arc(x, y, size, 0, 7); });
      pen.stroke();
    }
    return still;
  }

  // What lies outside is drawn at the edge, where all of a point is still seen.
  const EDGE = 4, clamp = (value, side) => Math.max(EDGE, Math.min(side - EDGE, value));
  const toX = (value, side) => clamp((value / VIEW + 1) / 2 * side, side);
  const toY = (value, side) => clamp((1 - value / VIEW) / 2 * side, side);
  function each(points, side, mark) {
    if (points) for (let i = 0; i < points.length; i += 2) mark(toX(points[i], side), toY(points[i + 1], side), i / 2);
  }

  function draw() {
    const fitted = fit();
    if (!fitted) return;
    const [pen, side, ratio] = fitted, { ink, generated, real, surface, accent } = colours(), on = shown.layers;
    pen.globalAlpha = 1;
    pen.fillStyle = surface; pen.fillRect(0, 0, side, side);
    pen.imageSmoothingEnabled = true;
    if (on.has("map") && shown.map) pen.drawImage(cells, 0, 0, side, side);
    let fakes = moving.fakes.now(), net = moving.net.now();
    if (morphs && latents) {
      const t = Math.min(1, (performance.now() - morphs) / 2200), ease = t * t * (3 - 2 * t);
      const blend = (from, to) => to && from.length === to.length ? to.map((value, i) => from[i] + ease * (value - from[i])) : to;
      fakes = blend(latents, fakes); net = blend(latentNet, net);
      if (t === 1) morphs = null;
    }
    if ((on.has("net") || morphs) && net) drawNet(pen, side, net, generated);
    if (on.has("real") && shown.real && !shown.strokes) pen.drawImage(realPicture(side, ratio, real), 0, 0, side, side);
    if (on.has("trails")) drawTrails(pen, side, generated);
    if (on.has("fakes") && fakes) {
      const size = Math.max(2, side / 215);
      pen.globalAlpha = 0.9; pen.fillStyle = generated;
      pen.beginPath();
      each(fakes, side, (x, y) => { pen.moveTo(x + size, y); pen.arc(x, y, size, 0, 7); });
      pen.fill();
    }
    if (on.has("arrows") && shown.arrows && fakes && !morphs) drawArrows(pen, side, fakes, ink);
    if (shown.strokes) drawStrokes(pen, side, accent, ink);
    pen.globalAlpha = 1;
    frames += 1;
  }
  function drawNet(pen, side, net, colour) {
    pen.strokeStyle = colour; pen.lineWidth = 1; pen.globalAlpha = 0.5;
    pen.beginPath();
    const point = (i, j, first) => {
      const at = 2 * (i * NET_SIDE + j);
      pen[first ? "moveTo" : "lineTo"]((net[at] / VIEW + 1) / 2 * side, (1 - net[at + 1] / VIEW) / 2 * side);  // may leave the picture
    };
    for (let i = 0; i < NET_SIDE; i++) for (let j = 0; j < NET_SIDE; j++) point(i, j, j === 0);
    for (let j = 0; j < NET_SIDE; j++) for (let i = 0; i < NET_SIDE; i++) point(i, j, i === 0);
    pen.stroke();
  }
  // The way of a few points, thin, and fainter the longer ago: an old part must not bury the picture.
  function drawTrails(pen, side, colour) {
    pen.strokeStyle = colour; pen.lineWidth = 1; pen.lineJoin = "round";
    for (let part = 0; part < FADES; part++) {
      const from = Math.floor(part * trails.length / FADES), to = Math.min(trails.length - 1, Math.floor((part + 1) * trails.length / FADES));
      pen.globalAlpha = 0.4 * ((part + 1) / FADES) ** 2; pen.beginPath();
      for (let i = 0; i < TRAILED; i++) for (let t = from; t <= to; t++)
        pen[t === from ? "moveTo" : "lineTo"](toX(trails[t][2 * i], side), toY(trails[t][2 * i + 1], side));
      pen.stroke();
    }
  }
  // An arrow's length grows with the gradient and saturates at half a unit of the plane, on a scale that never changes:
  // a gradient that vanishes is seen to vanish.
  function drawArrows(pen, side, fakes, colour) {
    pen.strokeStyle = colour; pen.lineWidth = 1.2; pen.globalAlpha = 0.75;
    pen.beginPath();
    const unit = side / (2 * VIEW), count = Math.min(shown.arrows.length, fakes.length);
    for (let i = 0; i < count; i += 2) {
      const gx = shown.arrows[i], gy = shown.arrows[i + 1], size = Math.hypot(gx, gy);
      if (Math.abs(fakes[i]) > VIEW || Math.abs(fakes[i + 1]) > VIEW || size < 1e-4) continue;
      const length = 0.5 * unit * size / (0.8 + size), x = toX(fakes[i], side), y = toY(fakes[i + 1], side);
      const dx = gx / size, dy = -gy / size, ex = x + dx * length, ey = y + dy * length, head = Math.min(5, length / 2.2);
      pen.moveTo(x, y); pen.lineTo(ex, ey);
      pen.moveTo(ex - head * (dx + dy * 0.6), ey - head * (dy - dx * 0.6)); pen.lineTo(ex, ey);
      pen.lineTo(ex - head * (dx - dy * 0.6), ey - head * (dy + dx * 0.6));
    }
    pen.stroke();
  }
  function drawStrokes(pen, side, colour, ink) {
    pen.strokeStyle = pen.fillStyle = colour; pen.globalAlpha = 0.5; pen.lineCap = pen.lineJoin = "round";
    pen.lineWidth = Math.max(3, 2 * shown.width / (2 * VIEW) * side);
    for (const stroke of shown.strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], i) => pen[i ? "lineTo" : "moveTo"](toX(x, side), toY(y, side)));
      if (stroke.length === 1) pen.lineTo(toX(stroke[0][0], side) + 0.01, toY(stroke[0][1], side));
      pen.stroke();
    }
    if (shown.cross) {
      const x = toX(shown.cross[0], side), y = toY(shown.cross[1], side);
      pen.globalAlpha = 0.9; pen.strokeStyle = ink; pen.lineWidth = 1.5;
      pen.beginPath(); pen.moveTo(x - 9, y); pen.lineTo(x + 9, y); pen.moveTo(x, y - 9); pen.lineTo(x, y + 9); pen.stroke();
    }
  }

  // About thirty frames a second while something moves, none while nothing does.
  (function frame(now) {
    if (!canvas.isConnected) return;
    if ((stale || morphs || !moving.fakes.done || !moving.net.done) && now - drawn > FRAME && canvas.offsetParent) {
      drawn = now; stale = false;
      draw();
    }
    requestAnimationFrame(frame);
  })(0);
  const redraw = () => { stale = true; };
  new ResizeObserver(redraw).observe(canvas);
  new MutationObserver(redraw).observe(document.body, { attributes: true, attributeFilter: ["class"] });

  return {
    layers: shown.layers,
    redraw,
    // Show an answer, or a stage of slow motion, which brings its own points.
    show(answer, { jump = false } = {}) {
      const now = performance.now(), source = answer.stage ?? answer;
      if (now - last < 1000) interval += 0.3 * (Math.max(30, Math.min(300, now - last)) - interval);
      if (answer.stage) interval = 700;
      last = now;
      if (answer.latents) { latents = unpack(answer.latents); latentNet = unpack(answer.latent_net); }
      if (answer.real) this.real = unpack(answer.real);
      const real = answer.stage ? unpack(answer.stage.real) : this.real;
      if (real !== shown.real) { shown.real = real; realStale = true; }
      const fakes = unpack(source.fakes);
      moving.fakes.aim(fakes, jump);
      if (answer.net && !answer.stage) moving.net.aim(unpack(answer.net), jump);
      shown.arrows = source.arrows ? unpack(source.arrows, 16) : null;
      if (source.map) { shown.map = VIEW_BYTES(source.map); colours(); paintMap(); }
      if (!answer.stage) {
        if (jump) trails = [];
        trails.push(fakes.subarray(0, 2 * TRAILED));
        if (trails.length > TRAIL) trails.shift();
      }
      redraw();
    },
    morph() { morphs = performance.now(); redraw(); },
    strokes(strokes, width, cross) { Object.assign(shown, { strokes, width, cross }); redraw(); },
    // Where in the plane a pointer is.
    place(event) {
      const box = canvas.getBoundingClientRect(), inside = (value) => Math.max(-VIEW, Math.min(VIEW, value));
      return [inside(((event.clientX - box.left) / box.width * 2 - 1) * VIEW), inside((1 - (event.clientY - box.top) / box.height * 2) * VIEW)];
    },
    get frames() { return frames; },
    colours,
  };
}
