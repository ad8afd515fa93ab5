"""What ten minutes of use cost: memory, open files and temporary files of the app while three browsers use it.

    python -m tests.benchmarks.soak [--minutes 10] [--trainings 2] [--json]

One browser trains and watches, one drags in Explore and plays the Lab, one draws and drops pictures in Translate; a second
training is started from the shell. Every fifteen seconds the app's resident memory (the server alone, and all its
processes), its open files, the files and bytes of its temporary folder and the browsers' nodes and JavaScript heap are
read. The table gives each at the end of the first third and of the last third (medians over a minute) and the growth
an hour that a line through the last two thirds has.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.drop_to_preview import DROP, PEN, photograph
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
EVERY = 15.0
"""Seconds between two readings."""

DRAG = """
async () => {
  const part = document.querySelector(".explore .directions input");
  for (let step = 0; step < 120; step++) {
    part.value = 3 * Math.sin(step / 9);
    part.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
  }
  part.dispatchEvent(new Event("change", { bubbles: true }));
}
"""


def processes(parent: int) -> list[int]:
    """`parent` and all processes that descend from it."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            children.setdefault(int(path.read_text().rpartition(")")[2].split()[1]), []).append(int(path.parent.name))
    found, unseen = [], [parent]
    while unseen:
        found.append(unseen.pop())
        unseen += children.get(found[-1], [])
    return found


def resident(pid: int) -> float:
    """MiB of memory that belongs to the process `pid` alone, or its share of what it shares."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def open_files(pid: int) -> int:
    with contextlib.suppress(OSError):
        return len(os.listdir(f"/proc/{pid}/fd"))
    return 0


def lying_in(folder: Path) -> tuple[int, float]:
    """How many files lie anywhere below `folder`, and their MiB."""
    count, size = 0, 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                count, size = count + 1, size + path.stat().st_size
    return count, size / 2**20


@contextlib.contextmanager
def app(folder: Path, trainings: int) -> Iterator[tuple[str, int]]:
    """The address and process number of an app that has all its files in `folder`."""
    port = free_port()
    environment = {**os.environ, "GRADIO_TEMP_DIR": str(folder / "temporary")}
    command = [sys.executable, "app.py", "--port", str(port), "--runs", str(folder / "runs")]
    command += ["--max-trainings", str(trainings)]
    with (folder / "app.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            while True:
                assert process.poll() is None, (folder / "app.txt").read_text()
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=2).read()
                    break
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()
            process.wait(60)


@contextlib.contextmanager
def shell_training(folder: Path) -> Iterator[None]:
    """A training without an end that the shell started in the app's folder of runs."""
    command = [sys.executable, "-m", "gan_core", "train", "dcgan", "--data", "glyphs", "--minutes", "600"]
    command += ["--out", str(folder / "runs" / "from-the-shell")]
    with (folder / "shell.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def opened(browser: Browser, address: str, tab: str) -> Page:
    """A browser of its own, with `tab` in front."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    page.get_by_role("tab", name=tab, exact=True).click()
    return page


def train(page: Page) -> Callable[[], None]:
    """Press Start; from then on the page only watches."""
    page.locator("#start").click()
    page.wait_for_function("() => document.querySelector('#live-picture')?.naturalWidth > 0")
    return lambda: page.wait_for_timeout(500)


def explore(page: Page) -> Callable[[], None]:
    """Drag a direction; every fourth time look in on the Lab, which plays."""
    turn = 0

    def use() -> None:
        nonlocal turn
        turn += 1
        page.get_by_role("tab", name="Explore", exact=True).click()
        page.wait_for_selector(".explore .directions input")
        page.evaluate(DRAG)
        if turn % 4 == 0:
            page.get_by_role("tab", name="Lab", exact=True).click()
            page.wait_for_selector(".lab[data-ready=yes]")
            for name in ("Play", "Pause"):
                page.locator(".lab").get_by_role("button", name=name, exact=True).click()
                page.wait_for_timeout(2000)

    return use


def translate(page: Page) -> Callable[[], None]:
    """Drop a photograph, then draw for two seconds."""
    page.wait_for_function("() => document.querySelector('.translate')?.dataset.shown")
    turn = 0

    def use() -> None:
        nonlocal turn
        turn += 1
        page.locator("[name=gw-mode][value=picture]").check(force=True)
        page.evaluate(DROP, [photograph((640, 480), turn), f"soak-{turn}.jpg"])
        page.locator("[name=gw-mode][value=draw]").check(force=True)
        page.wait_for_function("() => document.querySelector('canvas.page')?.dataset.drawn")
        page.evaluate(PEN, 2)

    return use


USES = {"Train": train, "Explore": explore, "Translate": translate}


def read(server: int, folder: Path, pages: dict[str, Page]) -> dict[str, float]:
    """One reading of everything that might grow."""
    files, size = lying_in(folder / "temporary")
    row = {
        "server memory, MiB": resident(server),
        "all processes' memory, MiB": sum(map(resident, processes(server))),
        "server's open files": open_files(server),
        "temporary files": files,
        "temporary files, MiB": size,
    }
    for name, page in pages.items():
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        session.send("HeapProfiler.collectGarbage")
        metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
        session.detach()
        row[f"{name}: nodes"] = metrics["Nodes"]
        row[f"{name}: JavaScript heap, MiB"] = metrics["JSHeapUsedSize"] / 2**20
    return row


def soak(minutes: float, trainings: int) -> dict[str, Any]:
    """Use the app for `minutes`; every reading, by name, with the seconds at which they were taken."""
    from playwright.sync_api import sync_playwright

    readings: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="soak-") as base, sync_playwright() as playwright:
        folder = Path(base)
        (folder / "temporary").mkdir()
        with app(folder, trainings) as (address, server), shell_training(folder):
            browsers = [
                playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                for _ in USES
            ]
            pages = {tab: opened(browser, address, tab) for browser, tab in zip(browsers, USES, strict=True)}
            uses = [USES[tab](page) for tab, page in pages.items()]
            begin = time.monotonic()
            while (now := time.monotonic() - begin) < 60 * minutes:
                if now >= EVERY * len(readings):
                    readings.append({"seconds": round(now, 1), **read(server, folder, pages)})
                for use in uses:
                    use()
            for browser in browsers:
                browser.close()
    return {"minutes": minutes, "readings": readings}


def growth(result: dict[str, Any]) -> list[tuple[str, float, float, float]]:
    """Each name with its median over the last minute of the first third and of all, and its growth an hour."""
    readings = result["readings"]
    minute = max(1, round(60 / EVERY))
    third = max(minute, len(readings) // 3)
    rows: list[tuple[str, float, float, float]] = []
    for name in readings[0]:
        if name == "seconds":
            continue
        values = [reading[name] for reading in readings]
        line = statistics.linear_regression([reading["seconds"] for reading in readings[third:]], values[third:])
        early = statistics.median(values[third - minute : third])
        rows.append((name, early, statistics.median(values[-minute:]), 3600 * line.slope))
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--trainings", type=int, default=2, help="trainings at once (default: both go on together)")
    parser.add_argument("--json", action="store_true", help="print every reading as one JSON document")
    options = parser.parse_args()
    found = soak(options.minutes, options.trainings)
    if options.json:
        print(json.dumps(found))
    else:
        print("| what | after a third | at the end | growth an hour |\n|---|---|---|---|")
        for what, early, late, slope in growth(found):
            print(f"| {what} | {early:.1f} | {late:.1f} | {slope:+.1f} |")
