"""How fast the Lab is in a real Chromium: training steps and animation frames a second at once, by solver.

    python tests/benchmarks/lab_rate.py [--seconds 8] [--json]

The ring, batches of 256 points, R1, Adam (plain descent where a solver asks for it), map, arrows and points drawn. Frames are
drawings of the canvas, steps those of the visitor's process while these are drawn. Anything else that runs on the machine
is in these two numbers: the load average is printed with them, and a third number that does not depend on it, the steps
in a second of processor time of one core, without a browser. A step moves every player once, whatever the solver computes
for it; a step of `lookahead` is one of its inner steps.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
READ = (
    "() => { const { step, rate, frames } = document.querySelector('.lab').dataset; return [+step, +rate, +frames]; }"
)


def measure(address: str, seconds: float, wanted: list[str]) -> dict[str, dict[str, float]]:
    """Steps and frames a second for each solver, the median of what the page shows every 0.7 s."""
    import statistics

    from playwright.sync_api import sync_playwright

    found: dict[str, dict[str, float]] = {}
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 950})
        page.set_default_timeout(90_000)
        page.goto(address)
        page.wait_for_selector(".lab[data-ready=yes]")
        solver = page.get_by_label("Solver", exact=True)
        for name in wanted or solver.locator("option").all_inner_texts():
            solver.select_option(name)
            page.wait_for_timeout(1500)
            page.locator(".play").click()
            page.wait_for_timeout(2000)
            read = []
            for _ in range(max(1, round(seconds / 0.8))):
                page.wait_for_timeout(800)
                read.append(page.evaluate(READ))
            page.locator(".play").click()
            steps, frames = (statistics.median(row[column] for row in read) for column in (1, 2))
            found[name] = {"steps": round(steps, 1), "frames": round(frames, 1)}
            page.get_by_role("button", name="Tuned settings").click()
            page.wait_for_timeout(1000)
        browser.close()
    return found


def alone(wanted: list[str], seconds: float) -> dict[str, float]:
    """Steps in a second of processor time for each solver, one thread, nothing drawn."""
    import torch

    from gan_core.plane.choices import choices
    from gan_core.plane.controller import PlaneController

    torch.set_num_threads(1)
    offered, found = choices(), {}
    for part in offered["parts"]["solver"]:
        if wanted and part["name"] not in wanted:
            continue
        controller = PlaneController()
        controller.answer({"do": "open", "settings": offered["distributions"][0]["tuned"]})
        assert controller.training is not None
        options = {each["name"]: each["default"] for each in part["options"] if each["default"] is not None}
        solver = {"name": part["name"], **options}
        controller.answer({"do": "change", "settings": {**controller.training.settings.to_json(), "solver": solver}})
        steps, start = 0, time.process_time()
        while time.process_time() - start < seconds:
            steps += controller.training.train(1)
        found[part["name"]] = round(steps / (time.process_time() - start), 1)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--solvers", nargs="*", default=[], help="some of them; all otherwise")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    from tests.browser import lab_page
    from tests.browser.pages import served

    with tempfile.TemporaryDirectory() as folder, served(lab_page.__name__, folder) as address:
        load = os.getloadavg()[0]
        found = measure(address, options.seconds, options.solvers)
    for name, steps in alone(options.solvers, options.seconds / 2).items():
        found[name]["steps_of_a_core"] = steps
    if options.json:
        print(json.dumps({"load_before": load, "load_after": os.getloadavg()[0], "solvers": found}))
    else:
        print(f"load average before {load:.1f}, after {os.getloadavg()[0]:.1f}")
        for name, rates in found.items():
            seen = f"{rates['steps']:7.1f} steps/s {rates['frames']:6.1f} frames/s"
            print(f"{name:20} {seen}   alone {rates['steps_of_a_core']:7.1f} steps/s of a core")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
