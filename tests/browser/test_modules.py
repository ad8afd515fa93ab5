"""Modules of the page that cannot be loaded."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import App, open_tab
from tests.browser.pages import COMPLAINTS, watched

SENTENCE = "This part of the page could not be loaded"
LOST = [
    ("header/header", "#header", "Train", "#start"),
    ("models/card", "#shelf", "Models and runs", "#import-own input"),
    ("explore/strip", "#explore", "Explore", "#start"),
    ("translate/camera", "#translate", "Translate", "#start"),
]
"""Module, where it is mounted, the tab that shows it, and a part of the page that works all the same."""


@pytest.mark.parametrize(("module", "place", "tab", "part"), LOST)
def test_a_module_that_cannot_be_loaded_is_said_there_and_the_rest_works(
    browser: Browser, app: App, module: str, place: str, tab: str, part: str
) -> None:
    with watched(browser, "about:", "http") as page:
        page.route(f"**/web/*/{module}.js", lambda route: route.abort())
        page.goto(app.url)
        open_tab(page, tab)
        expect(page.locator(place).get_by_role("alert")).to_contain_text(SENTENCE)
        expect(page.locator(part)).to_be_enabled()
        assert page.locator(".gw-notice[role=alert]", has_text=SENTENCE).count() == 1
        said = COMPLAINTS[page].console
        assert said
        assert all("/web/" in line for line in said), said
        said.clear()
