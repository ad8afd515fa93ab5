"""What ten minutes of use cost: memory, open files and temporary files of the app while three browsers use it.

    python -m tests.benchmarks.soak [--minutes 10 | --turns 80] [--trainings 2] [--only TAB] [--json]

One browser trains and watches, one drags in Explore and plays the Lab, one draws and drops pictures in Translate; a second
training is started from the shell. With `--only` one tab is used alone, and nothing is started from the shell. Every
fifteen seconds these are read:

* memory of the server and of all processes of the app: what each has alone and its share of what several have (PSS).
  *Its own* is the part that no file backs, so neither libraries nor models that are mapped: a leak shows here;
* open files of the server, files and MiB of its temporary folder. Every drop uploads a picture that was not there before.
  One that was used is kept for six hours after its last use, another for ten minutes, all together up to 8 GiB: in ten
  minutes their number can only grow;
* nodes and JavaScript heap of the browsers.

One turn uses every tab once: it looks at Train for half a second, drags over 120 positions in Explore, and drops four
photographs and draws for two seconds in Translate. A busy machine makes fewer turns in the same time; `--turns` ends after
so many instead, and growth is told for 100 turns as well as for an hour.

Of every minute the least is taken: what remains, without the buffers of a moment (freed memory goes back to the system
once a minute). The table gives it at the end of the first third and at the end, and the growth of a line through the last
two thirds with its standard error: a growth within two of them is no growth. In the first third libraries are imported,
models are read, and the cache of translations fills (`MOST_RESULTS` of `gan_core/ui/translate/results.py`, 1.8 MiB each
here).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
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
from typing import TYPE_CHECKING

from tests.benchmarks.drop_to_preview import DROP, PEN, photograph
from tests.ports import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
EVERY = 15.0
"""Seconds between two readings."""
DROPS = 4
"""Photographs a turn: as many turns as there are in two minutes of a busy machine fill the cache of translations."""

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


def resident(pid: int, kind: str = "Pss") -> float:
    """MiB of memory that belongs to the process `pid` alone, or its share of what it shares; `Pss_Anon` is without files."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith(f"{kind}:"):
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
    """Drop photographs, then draw for two seconds."""
    page.wait_for_function("() => document.querySelector('.translate')?.dataset.shown")
    turn = 0

    def use() -> None:
        nonlocal turn
        page.locator("[name=gw-mode][value=picture]").check(force=True)
        for _ in range(DROPS):
            turn += 1
            page.evaluate(DROP, [photograph((640, 480), turn), f"soak-{turn}.jpg"])
        page.locator("[name=gw-mode][value=draw]").check(force=True)
        page.wait_for_function("() => document.querySelector('canvas.page')?.dataset.drawn")
        page.evaluate(PEN, 2)

    return use


USES = {"Train": train, "Explore": explore, "Translate": translate}
USED = {
    "Train": "half-seconds watched",
    "Explore": "drags of 120 positions",
    "Translate": f"{DROPS} drops and 2 s of drawing",
}
"""What one use of a tab is."""


def read(server: int, folder: Path, pages: dict[str, Page]) -> dict[str, float]:
    """One reading of everything that might grow."""
    files, size = lying_in(folder / "temporary")
    row = {
        "server memory, MiB": resident(server),
        "of it its own, MiB": resident(server, "Pss_Anon"),
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


def soak(minutes: float, turns: int | None, trainings: int, only: str | None = None) -> list[dict[str, float]]:
    """Use the app, or the tab `only` of it, for `minutes` or so many `turns`.

    Returns every reading by name, with the `seconds` and the `turns` that had passed when it was taken.
    """
    from playwright.sync_api import sync_playwright

    readings: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="soak-") as base, sync_playwright() as playwright:
        folder = Path(base)
        (folder / "temporary").mkdir()
        beside = contextlib.nullcontext() if only else shell_training(folder)
        with app(folder, trainings) as (address, server), beside:
            tabs = [only] if only else list(USES)
            browsers = [
                playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
                for _ in tabs
            ]
            pages = {tab: opened(browser, address, tab) for browser, tab in zip(browsers, tabs, strict=True)}
            uses = [USES[tab](page) for tab, page in pages.items()]
            begin, turn, next_reading = time.monotonic(), 0, 0.0
            while True:
                now = time.monotonic() - begin
                ended = now >= 60 * minutes if turns is None else turn >= turns
                if now >= next_reading or ended:
                    readings.append({"seconds": round(now, 1), "turns": turn, **read(server, folder, pages)})
                    next_reading = now + EVERY
                if ended:
                    break
                for use in uses:
                    use()
                turn += 1
            for browser in browsers:
                browser.close()
    return readings


def line(places: list[float], values: list[float]) -> tuple[float, float]:
    """The slope of the least-squares line through `values` at `places`, and its standard error; nan for too few values."""
    if len(places) < 2:
        return math.nan, math.nan
    slope, start = statistics.linear_regression(places, values)
    mean = statistics.fmean(places)
    rest = sum((value - start - slope * place) ** 2 for place, value in zip(places, values, strict=True))
    spread = sum((place - mean) ** 2 for place in places)
    return slope, math.sqrt(rest / (len(places) - 2) / spread) if len(places) > 2 else math.nan


def growth(
    readings: list[dict[str, float]],
) -> list[tuple[str, float, float, tuple[float, float], tuple[float, float]]]:
    """Each name with what it was after a third and at the end, and its growth an hour and in 100 turns with their errors.

    Of every minute after the first third the least counts.
    """
    minutes: dict[int, list[dict[str, float]]] = {}
    for reading in readings:
        if reading["seconds"] >= readings[-1]["seconds"] / 3:
            minutes.setdefault(int(reading["seconds"] // 60), []).append(reading)
    rows = []
    for name in list(readings[0])[2:]:  # after the seconds and the turns
        least = [min(minute, key=lambda reading: reading[name]) for minute in minutes.values()]
        values = [reading[name] for reading in least]
        hour = line([reading["seconds"] / 3600 for reading in least], values)
        turns = line([reading["turns"] / 100 for reading in least], values)
        rows.append((name, values[0], values[-1], hour, turns))
    return rows


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--turns", type=int, metavar="N", help="end after so many turns, whatever time they take")
    parser.add_argument("--trainings", type=int, default=2, help="trainings at once (default: both go on together)")
    parser.add_argument("--only", choices=list(USES), help="use this tab alone")
    parser.add_argument("--json", action="store_true", help="print every reading as one JSON document")
    options = parser.parse_args()
    if options.minutes < 3:
        parser.error("--minutes is 3 or more: the line needs a few of them.")
    found = soak(options.minutes, options.turns, options.trainings, options.only)
    if options.json:
        print(json.dumps(found))
    else:
        print(f"{found[-1]['turns']:.0f} turns in {found[-1]['seconds'] / 60:.1f} minutes\n")
        print("| what | after a third | at the end | growth an hour | growth in 100 turns |\n|---|---|---|---|---|")
        for what, early, late, *slopes in growth(found):
            hour, turns = (f"{slope:+.1f} ± {error:.1f}" for slope, error in slopes)
            print(f"| {what} | {early:.1f} | {late:.1f} | {hour} | {turns} |")
