"""The Directions panel in a real Chromium, as a person goes through it."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page

from tests.browser.explore_page import changed, page, picture, settled

__all__ = ["page"]  # the fixture

ROWS = '[data-panel="directions"] .dir-row'


def row(direction: str) -> str:
    return f'{ROWS}[data-direction="{direction}"]'


def place(page: Page) -> dict[str, Any]:
    settled(page)
    return json.loads(page.locator(".big").get_attribute("data-place") or "{}")


def open_panel(page: Page) -> None:
    settled(page)
    page.get_by_role("tab", name="Directions").click()
    page.locator(row("pca/1")).wait_for()


def test_sliders_ends_locks_and_names(page: Page) -> None:
    open_panel(page)
    before = picture(page)
    page.wait_for_function(
        "(end) => document.querySelector(end)?.src", arg=f"{row('sefa/8')} .dir-end:last-of-type img"
    )
    page.locator(f"{row('pca/1')} .dir-end").last.click()
    after = changed(page, before)
    assert place(page)["amounts"] == {"pca/1": 3}
    assert page.locator(f"{row('pca/1')} .dir-end img").last.get_attribute("src") == after, "it led where it said"

    page.get_by_role("button", name="Lock Direction 1").click()
    assert page.locator(f"{row('sefa/1')} input").is_disabled()
    page.locator(f"{row('sefa/2')} input").fill("2")
    assert place(page)["amounts"] == {"pca/1": 3, "sefa/2|sefa/1": 2}
    page.get_by_text("Locked: Direction 1.").wait_for()

    page.get_by_role("button", name="Keep Direction 2").click()
    page.get_by_label("Name for Direction 2").fill("tidy")
    page.keyboard.press("Enter")
    page.locator(row("saved/tidy")).wait_for()
    assert place(page)["amounts"] == {"pca/1": 3, "saved/tidy|sefa/1": 2}
    page.get_by_role("button", name="Unlock").click()
    page.locator('[data-dir-group="used"]').get_by_text("tidy, Direction 1 locked").wait_for()
    page.get_by_role("button", name="Rename tidy").click()
    page.get_by_label("Name for tidy").fill("neat")
    page.keyboard.press("Enter")
    page.locator('[data-dir-group="used"]').get_by_text("neat, Direction 1 locked").wait_for()
    assert place(page)["amounts"] == {"pca/1": 3, "saved/neat|sefa/1": 2}, "what was slid along it still is"
    page.locator(".undo").click()
    page.locator(".redo").click()
    assert place(page)["amounts"] == {"pca/1": 3, "saved/neat|sefa/1": 2}


def test_pointing_and_arithmetic(page: Page) -> None:
    open_panel(page)
    page.get_by_role("button", name="Show pictures to mark").click()
    thumbs = page.locator(".dir-grid .thumb")
    thumbs.first.click()
    page.get_by_text("Now mark at least one picture that has less of it").wait_for()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("l")
    draft = page.locator('[data-draft="point"]')
    draft.locator("input[type=range]").wait_for()
    assert [thumbs.nth(index).get_attribute("data-mark") for index in range(3)] == ["more", "less", ""]
    before = settled(page)
    draft.locator("input[type=range]").fill("3")
    after = changed(page, before)
    thumbs.nth(2).click()
    thumbs.nth(2).click()
    changed(page, after)  # the same slider, along what is now meant
    draft.get_by_placeholder("A name for it").fill("mine")
    draft.get_by_role("button", name="Keep").click()
    page.locator(row("saved/mine")).wait_for()
    assert place(page)["amounts"] == {"saved/mine": 3}

    line = page.get_by_label("Arithmetic with names of directions and favourites")
    line.fill("minne")
    page.keyboard.press("Enter")
    page.get_by_text("did you mean 'mine'").wait_for()
    line.fill("min")
    page.get_by_role("group", name="Names to put in").get_by_role("button", name="mine").click()
    line.press("End")
    line.press_sequentially(' - 0.5*"Variation 1"')
    page.keyboard.press("Enter")
    page.locator('[data-draft="sum"] input[type=range]').wait_for()
    page.get_by_role("button", name="Remove mine").click()
    page.locator(row("saved/mine")).wait_for(state="detached")
    assert "amounts" not in place(page)


def test_attributes_are_found_in_the_background(page: Page) -> None:
    open_panel(page)
    page.get_by_role("button", name="Find attributes").click()
    page.locator(row("attribute/lightness")).wait_for()
    page.get_by_text("What this model learnt from is not here").wait_for()
    before = picture(page)
    page.locator(f"{row('attribute/lightness')} input").fill("3")
    changed(page, before)
    page.get_by_text("No moments of this model's training are at hand").wait_for()
