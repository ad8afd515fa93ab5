"""An old link, old favourites, an old run and an old comparison, on the page of today: see `tests/test_old_versions.py`."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import open_tab
from tests.browser.pages import PATIENCE, running_app, watched
from tests.test_old_versions import SAMPLES


def test_what_an_older_version_left_is_shown(browser: Browser, tmp_path: Path) -> None:
    expect.set_options(timeout=PATIENCE)
    with zipfile.ZipFile(SAMPLES / "28bab71.zip") as archive:
        archive.extractall(tmp_path)
    link = (tmp_path / "link.txt").read_text().strip()
    with (
        running_app(tmp_path / "runs", GRADIO_TEMP_DIR=str(tmp_path / "uploads")) as url,
        watched(browser, url, "about:", path=f"/{link}", viewport={"width": 1360, "height": 900}) as page,
    ):
        page.wait_for_function("() => JSON.parse(document.querySelector('.big')?.dataset.place ?? '{}').seed === 7")
        assert page.get_by_label("Model", exact=True).input_value() == "runs/old"
        expect(page.get_by_role("button", name="Favourite half way")).to_be_visible()
        page.get_by_role("button", name="Favourite half way").click()
        page.wait_for_function("() => JSON.parse(document.querySelector('.big').dataset.place).kind === 'path'")

        open_tab(page, "Train")
        page.locator("#run-picker").select_option("old")
        expect(page.locator("#run-state")).to_have_attribute("data-state", "finished")
        expect(page.locator("#loss-curve")).to_be_visible()
        page.locator("#comparison-fold > summary").click()
        expect(page.locator("#comparison-picker")).to_have_value("cup")
        expect(page.locator("#comparison-table")).to_contain_text("60.33")
        expect(page.locator("#comparison-table")).to_contain_text("60.32")

        open_tab(page, "Models and runs")
        expect(page.locator("#runs-shelf article[data-name='old']")).to_be_visible()
