"""A data set that has to be downloaded first: the page says how far, can cancel it, and shows it when it is there."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser import fetch_page
from tests.browser.pages import served, watched


def test_a_download_is_shown_cancelled_and_tried_again(browser: Browser, tmp_path: Path) -> None:
    with (
        served(fetch_page.__name__, str(tmp_path)) as address,
        watched(browser, address, "about:", viewport={"width": 1360, "height": 900}) as page,
    ):
        strip = page.locator("#data-strip")
        expect(strip.locator("img")).to_be_visible()

        def choose(name: str) -> None:
            page.locator("#data input").first.click()
            page.get_by_role("option", name=re.compile(f"^{name}")).click()

        choose("mnist")
        expect(strip.locator(".caption")).to_have_text("Fetching mnist: 0.0 of 11.6 MB")
        page.wait_for_function("document.querySelector('#data-strip progress').value > 0")
        expect(strip.locator("img")).to_be_hidden()
        strip.get_by_role("button", name="Cancel").click()
        expect(strip.locator(".caption")).to_have_text("Cancelled: nothing of it was kept.")
        page.wait_for_timeout(1000)  # a second at most: then nothing of it is on the disk
        kept = (tmp_path / "cache").rglob("*")  # beside what this machine computes best with, which the trainer writes
        assert [
            path for path in kept if path.is_file() and path.suffix != ".lock" and path.name != "arithmetic.json"
        ] == []

        strip.get_by_role("button", name="Try again").click()
        expect(strip.get_by_role("button", name="Cancel")).to_be_visible()
        choose("scenes-summer")  # leaves it
        expect(strip.locator(".caption")).to_contain_text("summer")
        expect(strip.locator("progress")).to_be_hidden()

        choose("mnist")
        expect(strip.locator("progress")).to_be_visible()
        (tmp_path / "go").touch()
        expect(strip.locator(".caption")).to_contain_text("Handwritten digits, 28 x 28 grey. 20 pictures")
        expect(strip.locator("img")).to_be_visible()
        expect(strip.locator(".fetch")).to_be_hidden()
