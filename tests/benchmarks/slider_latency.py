"""How long from moving something on Explore to the new picture, in a real Chromium, with a 64 px DCGAN on the CPU.

    python tests/benchmarks/slider_latency.py [--moves 200] [--drags 200] [--only slider] [--report FILE.md] [--json]

For a slider, the pad between four corners and the picture itself, first with nothing training, then with the app's own
training process at work on the other core. `loaded` is the time from the input event to the new picture decoded, `painted`
to the second animation frame after it, when it is on the screen (two frames of the compositor are the floor). Then the same
part is dragged without waiting: how many pictures a second arrive, and whether the one that stays is always the one of the
last position (two browsers at once, each dragging its own). `--report` writes the table and the histograms.

It takes minutes by its nature: a move about 0.07 s, a drag about 0.2 s of which 0.1 to 0.2 are the twelve or six animation
frames that it moves for, times three parts, with and without a training. The default takes about six minutes; what is being
measured is said on stderr with the seconds that it took.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
PARTS = ("slider", "pad", "picture")
LONGEST = 10_000
"""Milliseconds after which a picture that does not come is an error."""
BINS = (10, 15, 20, 25, 30, 40, 50, 65, 80, 120)
"""Upper edges of the histograms, in ms; the last bin is open."""

DRIVER = """
  const image = document.querySelector(".explore .big"), root = document.querySelector(".explore");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const kind = document.querySelector(`[name=gw-kind][value=${way === "pad" ? "pad" : "seed"}]`);
  if (!kind.checked) { kind.click(); await pause(400); }
  const part = document.querySelector({ slider: ".directions input", pad: ".pad", picture: ".big" }[way]);
  const box = part.getBoundingClientRect();
  const pointer = (type, x, y) => part.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, isPrimary: true,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
  part.setPointerCapture = () => {}; part.hasPointerCapture = () => true;  // no real pointer is down
  const take = () => { if (way !== "slider") pointer("pointerdown", 0.5, 0.5); };
  const move = () => {
    if (way !== "slider") { pointer("pointermove", Math.random(), Math.random()); return; }
    part.value = Math.random() * 6 - 3;
    part.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const release = () => { if (way === "slider") part.dispatchEvent(new Event("change", { bubbles: true })); else pointer("pointerup", 0.5, 0.5); };
"""

SINGLE = """
async ([moves, way]) => {
  DRIVER
  const results = [];
  take();
  await pause(400);  // what taking hold of it draws is not measured
  for (let index = 0; index < moves; index++) {
    const shown = new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no picture came after move ${index}`)), LONGEST);
      image.addEventListener("load", () => {
        const loaded = performance.now();
        clearTimeout(timer);
        requestAnimationFrame(() => requestAnimationFrame(() => done([loaded, performance.now()])));
      }, { once: true });
    });
    const start = performance.now();
    move();
    const wanted = root.dataset.asked, [loaded, painted] = await shown;
    results.push([loaded - start, painted - start, image.dataset.seq === wanted]);
    await pause(30);
  }
  release();
  return results;
}
""".replace("DRIVER", DRIVER).replace("LONGEST", str(LONGEST))

DRAGS = """
async ([drags, moves, way]) => {
  DRIVER
  let pictures = 0, stale = 0, spent = 0;
  const count = () => { pictures += 1; };
  image.addEventListener("load", count);
  for (let drag = 0; drag < drags; drag++) {
    const begin = performance.now();
    take();
    for (let step = 0; step < moves; step++) { move(); await new Promise((done) => requestAnimationFrame(done)); }
    spent += performance.now() - begin;
    const wanted = root.dataset.asked, until = performance.now() + 2000;
    while (image.dataset.seq !== wanted && performance.now() < until) await pause(2);
    await pause(20);  // nothing older may come after it
    if (image.dataset.seq !== wanted || root.dataset.asked !== wanted) stale += 1;
    release();
  }
  image.removeEventListener("load", count);
  delete part.setPointerCapture; delete part.hasPointerCapture;
  return { pictures, stale, seconds: spent / 1000 };
}
""".replace("DRIVER", DRIVER)


def make_model(folder: Path, *, size: int = 64, width: int = 64, name: str = "benchmark") -> Path:
    """An untrained DCGAN as a model file: as slow as a trained one, and its pictures differ from place to place."""
    import torch

    from gan_core.cards import Card
    from gan_core.models import save_model
    from gan_core.networks import describe, generators

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
    from gan_core.ui.launch import guarded_launch, prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.ui.context import Context
    from gan_core.ui.explore.tab import build_explore_tab

    with gr.Blocks(analytics_enabled=False) as demo:
        context = Context(folder / "runs", "cpu")
        build_explore_tab(context.runs, context.models, context.settings)
    _, address, _ = guarded_launch(demo, demo.launch, quiet=True, prevent_thread_lock=True)
    return demo, address


@contextlib.contextmanager
def training(folder: Path, wanted: bool) -> Iterator[None]:
    """A training in its own process, as the app starts it, for as long as the block lasts; or none."""
    if not wanted:
        yield
        return
    from gan_core.recipes import Recipe
    from gan_core.training.launcher import Launcher

    launcher = Launcher(folder / "trained", "cpu")
    run = launcher.start(Recipe.named("dcgan").replace(steps=None))
    try:
        deadline = time.monotonic() + 60
        while run.status().step < 50:
            assert time.monotonic() < deadline, "the training did not begin"
            time.sleep(0.1)
        yield
    finally:
        launcher.shutdown()


def measure(address: str, moves: int, drags: int, way: str) -> dict[str, Any]:
    """Drive the page at `address` by one way, in two browsers at once for the drags; times in ms."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])

        def opened() -> Page:
            page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
            page.goto(address)
            page.wait_for_selector(".big[data-seq]", timeout=30_000)
            page.wait_for_selector(".directions input", timeout=30_000)
            page.wait_for_timeout(1500)
            return page

        first = opened()
        first.evaluate(SINGLE, [10, way])  # warm
        single = first.evaluate(SINGLE, [moves, way])
        alone = first.evaluate(DRAGS, [max(1, drags // 2), 12, way])
        second = opened()
        second.evaluate(
            "([code, values]) => { window.dragged = eval(code)(values); }", [DRAGS, [drags // 4, 6, "slider"]]
        )
        together = first.evaluate(DRAGS, [drags - drags // 2, 6, way])
        beside = second.evaluate("window.dragged")
        browser.close()
    result: dict[str, Any] = {
        "moves": moves,
        "wrong": sum(not right for _, _, right in single),
        "drags": drags + drags // 4,
        "stale": alone["stale"] + together["stale"] + beside["stale"],
        "pictures_per_second": round(alone["pictures"] / alone["seconds"], 1),
    }
    for index, name in enumerate(("loaded", "painted")):
        times = sorted(row[index] for row in single)
        result[f"{name}_median"] = round(statistics.median(times), 1)
        result[f"{name}_p95"] = round(times[int(0.95 * (len(times) - 1))], 1)
        result[f"{name}_histogram"] = histogram(times)
    return result


def histogram(times: list[float]) -> list[int]:
    """How many of `times` (ms) lie in each of the bins whose upper edges are BINS, and above the last one."""
    edges = (0.0, *BINS, float("inf"))
    return [sum(low <= time_ < high for time_ in times) for low, high in itertools.pairwise(edges)]


def report(results: dict[str, dict[str, Any]]) -> str:
    """Everything measured, as Markdown."""
    lines = [
        "# Explore: from moving to seeing",
        "",
        "Written by `python tests/benchmarks/slider_latency.py --report FILE`; 64-px DCGAN of width 64, CPU, headless Chromium.",
        "",
        "| moved | training | loaded median / p95 ms | painted median / p95 ms | pictures/s while dragging | stale of drags |",
        "|---|---|---|---|---|---|",
    ]
    for name, found in results.items():
        way, _, trained = name.partition(" ")
        lines.append(
            f"| {way} | {trained or 'no'} | {found['loaded_median']} / {found['loaded_p95']} "
            f"| {found['painted_median']} / {found['painted_p95']} | {found['pictures_per_second']} "
            f"| {found['stale']} of {found['drags']} |"
        )
    heads = [f"< {edge}" for edge in BINS] + [f">= {BINS[-1]}"]
    for part in ("loaded", "painted"):
        lines += ["", f"Events by time until the picture is {part}, ms:", "", f"| moved | {' | '.join(heads)} |"]
        lines.append("|---" * (len(heads) + 1) + "|")
        lines += [f"| {name} | {' | '.join(map(str, found[f'{part}_histogram']))} |" for name, found in results.items()]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moves", type=int, default=200)
    parser.add_argument("--drags", type=int, default=200)
    parser.add_argument("--only", choices=PARTS, help="measure this part alone")
    parser.add_argument("--report", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_model(folder)
        demo, address = serve(folder)
        for trained in ("", "yes"):
            with training(folder, bool(trained)):
                for way in [options.only] if options.only else PARTS:
                    begin = time.monotonic()
                    results[f"{way} {trained}".strip()] = measure(address, options.moves, options.drags, way)
                    beside = "beside a training" if trained else "with nothing training"
                    print(f"{way}, {beside}: {time.monotonic() - begin:.0f} s", file=sys.stderr, flush=True)
        demo.close(verbose=False)
    text = report(results)
    if options.report:
        options.report.write_text(text)
    print(json.dumps(results) if options.json else text)
    assert not any(found["stale"] + found["wrong"] for found in results.values()), "a last position was not shown"
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
