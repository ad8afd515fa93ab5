"""How long from pressing Start to a picture that a generator drew after at least one step, in a real Chromium.

    python tests/benchmarks/start_to_picture.py [--rounds 3] [--json]

Cold: the app has just been started with an empty cache, and Start is pressed as soon as the page shows it; the trainer is
still importing and has drawn no data. Warm: the same page, left alone for twenty seconds first.
"""

from __future__ import annotations

import argparse
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

from playwright.sync_api import Browser, sync_playwright

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

PRESS = """
async () => {
  const picture = document.querySelector("#live-picture");
  const begin = performance.now();
  document.querySelector("#start").click();
  return await new Promise((done) => {
    const look = () => {
      // The first picture is written with the first status that counts a step: before that there is none to show.
      if (picture.isConnected && !picture.hidden && picture.src && picture.complete && picture.naturalWidth > 0)
        requestAnimationFrame(() => requestAnimationFrame(() => done((performance.now() - begin) / 1000)));
      else requestAnimationFrame(look);
    };
    look();
  });
}
"""


def one(browser: Browser, wait: float) -> float:
    """Seconds of one start of a new app, `wait` seconds after its page is there."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = {**os.environ, "GAN_WORKBENCH_CACHE": f"{folder}/cache"}
        command = [sys.executable, "app.py", "--port", str(port), "--runs", f"{folder}/runs"]
        app = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            while True:
                try:
                    urllib.request.urlopen(url, timeout=2).read()
                    break
                except OSError:
                    time.sleep(0.1)
            page = browser.new_page()
            page.set_default_timeout(120_000)
            page.goto(url)
            page.locator("#start").wait_for()
            page.locator("#live-picture").wait_for(state="attached")
            page.wait_for_timeout(1000 * wait)
            seconds = float(page.evaluate(PRESS))
            page.close()
            return seconds
        finally:
            app.terminate()
            app.wait(60)


def measure(rounds: int) -> dict[str, Any]:
    """Medians and all values, cold and warm taking turns."""
    found: dict[str, list[float]] = {"cold": [], "warm": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(rounds):
            found["cold"].append(round(one(browser, 0.0), 2))
            found["warm"].append(round(one(browser, 20.0), 2))
        browser.close()
    return {name: {"median": statistics.median(values), "all": values} for name, values in found.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    results = measure(options.rounds)
    if options.json:
        print(json.dumps(results))
    else:
        for name, values in results.items():
            print(f"{name}: median {values['median']} s of {values['all']}")
