"""An app that stops while its page is open: said once, on every tab, and gone on with by itself."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.conftest import open_tab
from tests.browser.pages import PATIENCE, ROOT
from tests.browser.test_page import TABS
from tests.ports import free_port

NOTICE = "#gw-connection"


class Restartable:
    """An app that can be stopped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder = folder
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "app.py", "--port", str(self.port), "--runs", str(self.folder), "--device", "cpu"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(self.url, timeout=2).read()
                return
            assert self._process.poll() is None
            time.sleep(0.2)
        raise AssertionError("the app does not answer")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None


@pytest.fixture
def stoppable(tmp_path: Path) -> Iterator[Restartable]:
    app = Restartable(tmp_path / "runs")
    app.start()
    yield app
    app.stop()


@pytest.fixture
def page(browser: Browser, stoppable: Restartable) -> Iterator[Page]:
    """Not under watch: a browser complains of every request that a stopped app does not answer."""
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(stoppable.url)
    page.get_by_role("tab", name="Explore", exact=True).wait_for()
    yield page
    context.close()


def test_a_stopped_app_is_said_on_every_tab_and_all_that_was_set_is_there_when_it_is_back(
    page: Page, stoppable: Restartable
) -> None:
    open_tab(page, "Lab")
    page.wait_for_selector(".lab[data-ready=yes]")
    page.get_by_label("Objective", exact=True).select_option("hinge")
    page.wait_for_function("document.querySelector('[data-part=objective]').value === 'hinge'")
    open_tab(page, "Translate")
    data = io.BytesIO()
    Image.new("RGB", (48, 40), (30, 120, 200)).save(data, "PNG")
    page.wait_for_function("document.querySelector('.translate')?.dataset.shown")
    mine = {"name": "mine.png", "mimeType": "image/png", "buffer": data.getvalue()}
    page.locator(".translate .files").set_input_files([mine])
    page.locator(".translate .saved", has_text="mine").wait_for()
    open_tab(page, "Explore")
    page.wait_for_function("document.querySelector('.big')?.dataset.place")
    before = page.locator(".translate").get_attribute("data-shown")

    stoppable.stop()
    notice = page.locator(NOTICE, has_text="The app has stopped. Start it again")
    notice.wait_for()
    for key in "nn":  # what is moved meanwhile is drawn as soon as it can be
        page.keyboard.press(key)
    for tab in TABS:
        open_tab(page, tab)
        assert notice.is_visible(), tab
        assert page.get_by_text("does not answer").count() == 0, tab

    stoppable.start()
    page.wait_for_function(f"document.querySelector('{NOTICE}').textContent === ''")
    open_tab(page, "Explore")
    page.wait_for_function("JSON.parse(document.querySelector('.big').dataset.place).seed === 2")
    open_tab(page, "Translate")
    # The picture was sent to an app that is gone: it is sent again, and what is asked of it next is answered.
    page.wait_for_function("before => document.querySelector('.translate').dataset.shown !== before", arg=before)
    assert "mine.png" in (page.locator(".translate").get_attribute("data-shown") or "")
    page.get_by_text("Difference", exact=True).click()
    page.wait_for_function("document.querySelector('.translate .line').textContent !== ''")
    open_tab(page, "Lab")
    page.locator(".lab").get_by_role("button", name="Step both", exact=True).click()
    page.wait_for_function("document.querySelector('.lab [data-notice]').textContent.includes('begins again')")
    assert page.get_by_label("Objective", exact=True).input_value() == "hinge"
    open_tab(page, "Models and runs")
    page.locator("#models-shelf article").first.wait_for()
