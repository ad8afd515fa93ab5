"""How long from moving a latent slider to the new picture: 200 drags in a real Chromium, with a 64 px DCGAN.

    python tests/benchmarks/slider_latency.py [--drags 200] [--json]

`loaded` is the time from the input event to the new picture decoded, `painted` to the second animation frame after it,
when it is on the screen (two frames of the compositor are the floor). Then the slider is dragged without waiting: how
many pictures a second arrive, and whether the one that stays is always the one of the last position. Nothing is encoded in
the picture: the component notes beside it (`data-place`, `data-seq`) what it shows.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

SINGLE = """
async (values) => {
  const image = document.querySelector(".explore .big"), slider = document.querySelector(".directions input");
  const results = [];
  for (const value of values) {
    const shown = new Promise((done) => image.addEventListener("load", () => {
      const loaded = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => done([loaded, performance.now()])));
    }, { once: true }));
    const start = performance.now();
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    const [loaded, painted] = await shown;
    results.push([loaded - start, painted - start, JSON.parse(image.dataset.place).amounts?.[0] ?? 0, Number(slider.value)]);
    await new Promise((done) => setTimeout(done, 30));
  }
  return results;
}
"""

DRAGS = """
async ([drags, moves, way]) => {
  const image = document.querySelector(".explore .big"), pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const kind = (name) => { const input = document.querySelector(`[name=gw-kind][value=${name}]`); if (!input.checked) input.click(); };
  kind(way === "pad" ? "pad" : "seed");
  await pause(300);
  const target = { slider: ".directions input", pad: ".pad", picture: ".big" }[way], part = document.querySelector(target);
  const box = part.getBoundingClientRect();
  const pointer = (type, x, y) => part.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, isPrimary: true,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
  part.setPointerCapture = () => {}; part.hasPointerCapture = () => true;  // no real pointer is down
  const start = {
    slider: () => {}, pad: () => pointer("pointerdown", 0.5, 0.5), picture: () => pointer("pointerdown", 0.5, 0.5) }[way];
  const move = way === "slider"
    ? () => { part.value = Math.random() * 6 - 3; part.dispatchEvent(new Event("input", { bubbles: true })); }
    : () => pointer("pointermove", Math.random(), Math.random());
  const end = () => (way === "slider" ? part.dispatchEvent(new Event("change", { bubbles: true })) : pointer("pointerup", 0.5, 0.5));
  const root = document.querySelector(".explore");
  let pictures = 0, stale = 0, spent = 0, lags = [];
  const count = () => { pictures += 1; };
  image.addEventListener("load", count);
  for (let drag = 0; drag < drags; drag++) {
    const begin = performance.now();
    start();
    for (let step = 0; step < moves; step++) { move(); await new Promise((done) => requestAnimationFrame(done)); }
    spent += performance.now() - begin;
    const wanted = root.dataset.asked, last = performance.now(), until = last + 2000;
    const arrived = () => image.dataset.seq === wanted;
    while (!arrived() && performance.now() < until) await pause(2);
    lags.push(performance.now() - last);
    await pause(20);  // nothing older may come after it
    if (!arrived()) stale += 1;
    end();
  }
  image.removeEventListener("load", count);
  delete part.setPointerCapture; delete part.hasPointerCapture;
  return { pictures, stale, seconds: spent / 1000, lags };
}
"""


def make_model(folder: Path, *, size: int = 64, width: int = 64, name: str = "benchmark") -> Path:
    """An untrained DCGAN as a model file: as slow as a trained one, and its pictures differ from place to place."""
    import torch

    from gan_core.models import Card
    from gan_core.networks import describe, generators
    from gan_core.store import save_model

    torch.manual_seed(0)
    network = generators.build("dcgan", latent_dim=100, size=size, channels=3, width=width).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.mul_(3 if parameter.ndim > 1 else 1)
    card = Card(name=name, kind="generator", network=describe(network), size=size, channels=3, title="Untrained")
    path = folder / f"{name}.safetensors"
    save_model(path, {"generator": network}, card)
    return path


def serve(folder: Path) -> tuple[Any, str]:
    """A page with the Explore tab alone; returns its Blocks and address."""
    os.environ["GAN_WORKBENCH_PRETRAINED"] = str(folder)
    from gan_core.ui.launch import launch_settings, prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.ui.context import Context
    from gan_core.ui.explore import build_explore_tab

    with gr.Blocks(analytics_enabled=False) as demo:
        build_explore_tab(Context(folder / "runs", "cpu"))
    _, address, _ = demo.launch(quiet=True, prevent_thread_lock=True, **launch_settings())
    return demo, address


def measure(address: str, drags: int, moves: int = 12) -> dict[str, float]:
    """Drive the page at `address`; times in ms."""
    import random

    from playwright.sync_api import sync_playwright

    values = [round(random.Random(0).uniform(-3, 3) + 0.02 * index % 0.5, 2) for index in range(drags)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.wait_for_selector(".big[data-seq]", timeout=30_000)
        page.wait_for_timeout(1500)
        page.evaluate(SINGLE, values[:10])  # warm
        single = page.evaluate(SINGLE, values)
        dragged = page.evaluate(DRAGS, [drags, moves])
        browser.close()
    wrong = sum(abs(shown - asked) > 1e-9 for _, _, shown, asked in single)
    result: dict[str, float] = {"drags": drags, "wrong": wrong, "stale": dragged["stale"]}
    for index, name in enumerate(("loaded", "painted")):
        times = sorted(row[index] for row in single)
        result[f"{name}_median"] = round(statistics.median(times), 1)
        result[f"{name}_p95"] = round(times[int(0.95 * (len(times) - 1))], 1)
    result["pictures_per_second"] = round(dragged["pictures"] / dragged["seconds"], 1)
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drags", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_model(Path(folder))
        demo, address = serve(Path(folder))
        result = measure(address, options.drags)
        demo.close(verbose=False)
    if options.json:
        print(json.dumps(result))
    else:
        print("\n".join(f"{name:20} {value:g}" for name, value in result.items()))
    assert result["stale"] + result["wrong"] == 0, "the last position was not the one shown"
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
