"""The page as a whole: every tab, wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, open_tab, reload
from tests.browser.panels import DRAWN, READY

TABS = ("Train", "Explore", "Translate", "Lab", "Models and runs")


@pytest.mark.parametrize("page", ["/?__theme=light", "/?__theme=dark"], indirect=True)
def test_no_tab_is_wider_than_the_window(page: Page) -> None:
    for width in (1360, 390):
        page.set_viewport_size({"width": width, "height": 844})
        for name in TABS:
            open_tab(page, name)  # every tab stands in the bar, whatever the width
            page.wait_for_function(READY[name])
            page.evaluate(DRAWN)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_the_device_is_named(page: Page) -> None:
    page.get_by_text("CPU", exact=False).first.wait_for()


def test_the_keyboard_reaches_every_tab(page: Page) -> None:
    page.get_by_role("tab", name="Train", exact=True).focus()
    for name in TABS[1:]:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function(
            "name => document.activeElement.textContent.trim() === name"
            " && document.activeElement.getAttribute('aria-selected') === 'true'",
            arg=name,
        )


LINK = "/#explore=eyJtb2RlbCI6ImdseXBocyIsImxhdGVudCI6eyJraW5kIjoic2VlZCIsInNlZWQiOjd9fQ"
"""{"model": "glyphs", "latent": {"kind": "seed", "seed": 7}}"""


@pytest.mark.parametrize("page", [LINK], indirect=True)
def test_a_link_opens_explore_at_its_place(page: Page) -> None:
    page.wait_for_function("() => JSON.parse(document.querySelector('.big')?.dataset.place ?? '{}').seed === 7")
    assert page.get_by_role("tab", name="Explore", exact=True).get_attribute("aria-selected") == "true"
    assert page.get_by_label("Model", exact=True).input_value() == "glyphs"


UNREADABLE = {
    # {"schema": 99, "model": "glyphs", "latent": {"kind": "seed", "seed": 7}}
    "eyJzY2hlbWEiOjk5LCJtb2RlbCI6ImdseXBocyIsImxhdGVudCI6eyJraW5kIjoic2VlZCIsInNlZWQiOjd9fQ": "another version",
    "eyJzY2hlbWEi": "damaged",
    "%20@": "damaged",
}


@pytest.mark.parametrize("page", [f"/#explore={link}" for link in UNREADABLE], indirect=True)
def test_a_link_that_cannot_be_read_says_so(page: Page) -> None:
    words = UNREADABLE[page.url.partition("#explore=")[2]]
    expect(page.locator("#tab-explore [data-notice]").first).to_contain_text(words)


def test_a_second_page_of_the_same_app_is_quiet(page: Page, app: App) -> None:
    second = page.context.new_page()
    second.goto(app.url)
    second.get_by_role("tab", name="Lab").wait_for()
    open_tab(second, "Lab")
    second.close()
    open_tab(page, "Models and runs")
    page.locator("#models-shelf").wait_for()


def test_the_open_tab_is_open_again_after_a_reload(page: Page) -> None:
    open_tab(page, "Lab")
    page.wait_for_function("sessionStorage.getItem('gw-tab') === 'lab'")
    reload(page)
    page.wait_for_function("document.querySelector('#tab-lab-button')?.getAttribute('aria-selected') === 'true'")


def test_the_translator_chosen_last_is_chosen_again(page: Page) -> None:
    open_tab(page, "Translate")
    page.wait_for_function("document.querySelector('.translate')?.dataset.shown")
    page.locator("#tab-translate select.model").select_option("summer-winter")
    page.locator("#tab-translate .directions input[value=BtoA]").check(force=True)
    page.wait_for_function("document.querySelector('.translate').dataset.shown.includes('BtoA')")
    reload(page)
    open_tab(page, "Translate")
    page.wait_for_function("document.querySelector('.translate')?.dataset.shown")
    assert page.locator("#tab-translate select.model").input_value() == "summer-winter"
    assert page.locator("#tab-translate .directions input[value=BtoA]").is_checked()
