"""What an idle page costs: `python -m tests.benchmarks.idle_cost [--seconds 60] [--settle 20]`.

Starts the app as a person does, with one finished run in its folder, opens each tab in a Chromium, waits until it has settled and
counts, over the seconds given, the requests that the page makes and the processor seconds of the app with all processes that it
started (Linux: read from /proc). At last the same for a page that is hidden.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.pages import ROOT
from tests.ports import free_port

TABS = ("Train", "Explore", "Translate", "Lab", "Models and runs")
HIDE = "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' }); document.dispatchEvent(new Event('visibilitychange'))"


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process and of all that it started and that still live or were waited for."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    total = sum(int(field) for field in stat[11:15]) / os.sysconf("SC_CLK_TCK")
    for thread in Path(f"/proc/{pid}/task").iterdir():
        for child in (thread / "children").read_text().split():
            total += cpu_seconds(int(child))
    return total


def measure(page: Page, pid: int, seconds: float) -> tuple[int, float]:
    """Requests of the page and processor seconds of the app within `seconds`."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = cpu_seconds(pid)
    page.wait_for_timeout(seconds * 1000)
    return len(asked), cpu_seconds(pid) - before


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--settle", type=float, default=20.0)
    parser.add_argument("--tabs", nargs="+", default=TABS, choices=TABS)
    options = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        train = ["train", "dcgan", "--steps", "3", "--out", str(runs / "finished"), "--device", "cpu"]
        subprocess.run([sys.executable, "-m", "gan_core", *train], cwd=ROOT, check=True, capture_output=True)
        command = [sys.executable, "app.py", "--port", str(port), "--runs", str(runs), "--device", "cpu"]
        app = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}")
            with sync_playwright() as playwright:
                chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for name in (*options.tabs, "hidden"):
                    page = chromium.new_page()
                    page.goto(f"http://127.0.0.1:{port}")
                    page.get_by_role("tab", name="Lab" if name == "hidden" else name, exact=True).click()
                    page.wait_for_timeout(options.settle * 1000)
                    if name == "hidden":
                        page.evaluate(HIDE)
                        page.wait_for_timeout(2000)
                    requests, cpu = measure(page, app.pid, options.seconds)
                    print(f"{name:16} {requests:4} requests, {cpu:6.2f} s of the app's processors", flush=True)
                    page.close()
                chromium.close()
        finally:
            app.terminate()
            app.wait(60)


def wait_for(address: str) -> None:
    """Until the app answers, a minute and a half at most."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The app does not answer.")


if __name__ == "__main__":
    main()
