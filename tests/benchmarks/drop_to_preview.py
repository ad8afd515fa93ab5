"""How long from dropping a picture to its small translation on the screen, in a real Chromium, with the shipped models.

    python tests/benchmarks/drop_to_preview.py [ADDRESS] [--drops 9] [--json]

Without the ADDRESS of a running app one is started. `preview` is the time from the drop event to the second animation
frame after the preview is decoded, when it is on the screen; `full` to the whole translation. Then a pen moves over the
drawing page for four seconds: how many translations a second arrive.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZES = ((512, 384), (1600, 1200))

DROP = """
async ([data, name]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)), transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
  const root = document.querySelector(".translate"), image = root.querySelector(".pane .after"), before = image.src;
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const changed = new Promise((done) => new MutationObserver(done).observe(image, { attributes: true, attributeFilter: ["src"] }));
  const start = performance.now();
  root.dispatchEvent(new DragEvent("drop", { bubbles: true, dataTransfer: transfer }));
  await changed;
  await image.decode();
  await frames();
  const preview = performance.now() - start;
  while (!root.dataset.shown.includes(name)) await new Promise((done) => setTimeout(done, 4));
  await root.querySelector(".pane .after").decode();
  await frames();
  return [preview, performance.now() - start];
}
"""

PEN = """
async (seconds) => {
  const page = document.querySelector("canvas.page"), box = page.getBoundingClientRect();
  const pen = (name, x, y) => page.dispatchEvent(new PointerEvent(name, { bubbles: true, pointerId: 77, buttons: 1,
    clientX: box.left + x * box.width, clientY: box.top + y * box.height }));
  page.setPointerCapture = () => {};
  const drawn = () => Number(page.dataset.drawn), from = drawn(), start = performance.now();
  pen("pointerdown", 0.9, 0.5);
  for (let step = 0; performance.now() - start < seconds * 1000; step++) {
    pen("pointermove", 0.5 + 0.4 * Math.cos(step / 30), 0.5 + 0.3 * Math.sin(step / 30));
    await new Promise(requestAnimationFrame);
  }
  const rate = (drawn() - from) / ((performance.now() - start) / 1000);
  pen("pointerup", 0.5, 0.5);
  return rate;
}
"""


def photograph(size: tuple[int, int], seed: int) -> str:
    """A soft picture as base64 JPEG."""
    noise = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    return base64.b64encode(buffer.getvalue()).decode()


def measure(address: str, drops: int) -> list[dict[str, Any]]:
    from playwright.sync_api import sync_playwright

    rows: list[dict[str, Any]] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        page.goto(address)
        page.get_by_role("tab", name="Translate", exact=True).click()
        page.wait_for_function("() => document.querySelector('.translate')?.dataset.shown", timeout=120_000)
        for model in page.locator("#tab-translate select.model option").evaluate_all(
            "(all) => all.map((each) => each.value)"
        ):
            page.locator("#tab-translate select.model").select_option(model)
            page.wait_for_function(
                "(model) => document.querySelector('.translate').dataset.shown.includes(model)", arg=f'"{model}"'
            )
            for size in SIZES:
                timed = []
                for number in range(drops):
                    name = f"{model.replace('/', '-')}-{size[0]}-{number}.jpg"
                    timed.append(page.evaluate(DROP, [photograph(size, number), name]))
                    page.wait_for_timeout(150)
                row: dict[str, Any] = {"model": model, "picture": f"{size[0]} x {size[1]}"}
                for part, values in zip(("preview", "full"), zip(*timed, strict=True), strict=True):
                    row[f"{part} ms"] = round(statistics.median(values))
                    row[f"{part} ms, slowest"] = round(max(values))
                rows.append(row)
        page.locator("[name=gw-mode][value=draw]").check(force=True)
        page.wait_for_function("() => document.querySelector('canvas.page')?.dataset.drawn")
        rows.append({"pen": "translations a second", "rate": round(page.evaluate(PEN, 4), 1)})
        browser.close()
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", nargs="?")
    parser.add_argument("--drops", type=int, default=9)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    app, address = None, options.address
    with tempfile.TemporaryDirectory() as runs:
        if address is None:
            port = free_port()
            address = f"http://127.0.0.1:{port}/"
            command = [sys.executable, "app.py", "--port", str(port), "--runs", runs]
            app = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
            while True:
                try:
                    urllib.request.urlopen(address, timeout=2).read()
                    break
                except OSError:
                    time.sleep(0.3)
        try:
            rows = measure(address, options.drops)
        finally:
            if app is not None:
                app.terminate()
                app.wait(60)
    for row in rows if not options.json else ():
        print(" · ".join(f"{name} {value}" for name, value in row.items()))
    if options.json:
        print(json.dumps(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
