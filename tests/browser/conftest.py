"""A real app, started as a person starts it, and a real Chromium in front of it."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from gan_core.recipes import PRESETS
from gan_core.runs import list_runs
from gan_core.runs.queue import dequeue
from gan_core.training import estimate
from tests.browser import explore_page
from tests.browser.pages import COMPLAINTS, PATIENCE, running_app, served, watched

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
"""The first has no window to draw around the page: opening it takes half the processor time."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
FLAGS += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]  # a camera that shows a moving dial


@dataclass
class App:
    url: str
    runs: Path
    web: Path
    """What the server of published models has, for this app."""
    uploads: Path
    """Where what is dropped into the page arrives."""
    quick: threading.Event
    """While it is set, that server sends as fast as it can."""


class SlowFiles(http.server.SimpleHTTPRequestHandler):
    """Serves a folder so slowly that a page can be seen to wait."""

    quick = threading.Event()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        while piece := source.read(2**16):
            outputfile.write(piece)
            self.quick.wait(0.05)

    def log_message(self, *arguments: Any) -> None:
        pass


def know_speeds(cache: Path) -> None:
    """Let it be known how fast every preset trains: else trials take a core while the pages of the first tests are open."""
    speed = estimate.Speed(4.0, "run", 60.0, False, "CPU")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_WORKBENCH_CACHE", str(cache))
        for recipe in PRESETS.values():
            estimate._remember(recipe, torch.device("cpu"), estimate.worker_threads(), speed)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    base = tmp_path_factory.mktemp("app")
    runs, web = base / "runs", base / "web"
    web.mkdir()
    files = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(SlowFiles, directory=str(web)))
    threading.Thread(target=files.serve_forever, daemon=True).start()
    try:
        know_speeds(base / "cache")
        environment = {
            "GAN_WORKBENCH_CATALOGUE": f"http://127.0.0.1:{files.server_port}",
            "GAN_WORKBENCH_CACHE": str(base / "cache"),
            "GRADIO_TEMP_DIR": str(base / "uploads"),
        }
        with running_app(runs, **environment) as url:
            yield App(url, runs, web, base / "uploads", SlowFiles.quick)
    finally:
        files.shutdown()
        files.server_close()
    # When the app ends, its runs have been asked to stop and save.
    assert not [run for run in runs.glob("*") if (run / "lock").exists()]


@pytest.fixture(scope="session")
def explore_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that the app of `explore_page` may write to."""
    return tmp_path_factory.mktemp("explore")


@pytest.fixture(scope="session")
def explore_address(explore_folder: Path) -> Iterator[str]:
    """One app for all tests of Explore's panels: what a test keeps there, it removes, or names for itself."""
    with served(explore_page.__name__, str(explore_folder)) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, app: App, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The app's page, wide and light unless an indirect parameter says `/?__theme=dark`, under watch."""
    path, size = getattr(request, "param", ""), ViewportSize(width=1360, height=900)
    with watched(browser, app.url, "about:", path=path, viewport=size) as page:
        page.get_by_role("tab", name="Explore").wait_for()
        yield page


@pytest.fixture
def leave_nothing_running(app: App) -> Iterator[None]:
    """End the trainings that the test began, so that the next one finds a free place."""
    yield
    for run in list_runs(app.runs):
        dequeue(run.path)
        if run.status().state == "waiting":
            run.delete()
        elif run.status().is_active:
            run.request("stop")
    deadline = time.monotonic() + PATIENCE / 1000
    while any(run.status().is_active for run in list_runs(app.runs)):
        assert time.monotonic() < deadline, "a training does not end"
        time.sleep(0.1)


def start(page: Page) -> None:
    """Press Start and wait until the training runs."""
    page.locator("#start").click()
    state(page, "running")


def state(page: Page, wanted: str) -> None:
    """Wait until the run that Train shows is in the state `wanted`."""
    page.wait_for_function("wanted => document.querySelector('#run-state')?.dataset.state === wanted", arg=wanted)


def reload(page: Page) -> None:
    """Load the page again. Requests that the old page had under way end as errors of the browser's own: not counted."""
    counted = len(COMPLAINTS[page].console)
    page.reload()
    page.get_by_role("tab", name="Explore").wait_for()
    del COMPLAINTS[page].console[counted:]


def open_tab(page: Page, name: str) -> None:
    """Go to one of the five tabs."""
    page.get_by_role("tab", name=name, exact=True).click()


def source_of(page: Page, selector: str) -> str:
    """The picture that an `img` shows now."""
    return page.locator(selector).get_attribute("src") or ""


def wait_for_change(page: Page, selector: str, before: str) -> str:
    """Wait until the `img` shows another picture than `before`, and return it."""
    page.wait_for_function(
        "([selector, before]) => { const image = document.querySelector(selector);"
        " return image && image.src && image.getAttribute('src') !== before && image.naturalWidth > 0; }",
        arg=[selector, before],
    )
    return source_of(page, selector)
