"""My picture and Memory in a real Chromium: a picture is found and edited, and the model's memory looked through."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.explore_page import changed, page, picture, settled
from tests.memorization.test_neighbours import smooth

__all__ = ["page"]  # the fixture


def place(page: Page) -> str:
    return page.locator(".big").get_attribute("data-place") or ""


def test_an_own_picture_is_found_kept_and_edited(page: Page, tmp_path: Path) -> None:
    wide = np.zeros((20, 50, 4), np.uint8)
    wide[4:16, 20:30] = (250, 120, 40, 200)
    Image.fromarray(wide).save(tmp_path / "mine.png")
    page.get_by_label("Model", exact=True).select_option("small")
    settled(page)
    page.get_by_role("tab", name="My picture", exact=True).click()
    page.get_by_label("Picture to look for").set_input_files(tmp_path / "mine.png")
    expect(page.locator(".proj-starts-row .proj-start")).to_have_count(8)
    again = page.get_by_role("button", name="Search again")
    again.wait_for()
    expect(page.locator(".proj-words")).to_contain_text("levels of 255")
    assert page.locator(".proj-target").evaluate("(image) => image.naturalWidth") == 32
    page.locator(".proj-plot polyline.error").wait_for()

    # The latent that was found becomes the place that every slider edits.
    before = picture(page)
    page.get_by_role("button", name="Use this latent").click()
    found = changed(page, before)
    assert '"kind":"vector"' in place(page)
    page.get_by_role("tab", name="Move", exact=True).click()
    page.get_by_role("slider", name="Direction 1", exact=True).focus()
    page.keyboard.press("PageUp")
    changed(page, found)
    page.get_by_role("button", name="Undo").click()
    page.wait_for_function("(found) => document.querySelector('.big').src === found", arg=found)

    # One of its own is found; a search is stopped with what is there, and starts elsewhere when asked again.
    page.get_by_role("tab", name="My picture", exact=True).click()
    page.get_by_label("How many starts").select_option("1")
    page.get_by_role("button", name="One of its own").click()
    expect(page.locator(".proj-words")).to_be_empty()
    again.wait_for()
    expect(page.locator(".proj-starts-row")).to_be_hidden()
    again.click()
    page.get_by_role("button", name="Stop and keep this").click()
    again.wait_for()

    # Without the data it cannot be asked for a real one, and says so.
    page.get_by_role("button", name="A real one it never saw").click()
    expect(page.locator("[data-notice]")).to_contain_text("does not say which pictures it learned from")


def test_the_nearest_training_pictures_follow_the_picture(page: Page, tmp_path: Path) -> None:
    for index, each in enumerate(smooth(30, 3, 0)):
        Image.fromarray(each.permute(1, 2, 0).numpy()).save(tmp_path / f"{index}.png")
    settled(page)
    page.get_by_role("tab", name="Memory", exact=True).click()
    expect(page.locator(".mem-why")).to_contain_text("does not say which pictures")
    field = page.get_by_label("Folder with the training pictures")
    field.fill(str(tmp_path / "nothing"))
    field.press("Enter")
    expect(page.locator(".mem-why")).to_contain_text("There is no folder or zip")
    field.fill(str(tmp_path))
    page.get_by_role("button", name="Use this folder").click()
    expect(page.locator(".mem-sense[data-sense=pixels] img")).to_have_count(7)
    expect(page.locator(".mem-verdict")).to_contain_text("training picture")
    page.locator(".mem-sense[data-sense=features] svg .dot").wait_for()

    own = page.locator(".mem-sense[data-sense=pixels] .own img")
    before = own.get_attribute("src")
    page.keyboard.press("Tab")
    page.locator(".big").focus()
    page.keyboard.press("n")
    page.wait_for_function("(old) => document.querySelector('.mem-each.own img').src !== old", arg=before)

    page.get_by_role("button", name="Check 64 pictures").click()
    expect(page.locator(".mem-count")).to_contain_text("of 64 look copied")
    page.locator(".mem-hist rect.drawn").first.wait_for()
    shown = picture(page)
    pairs = page.locator(".mem-pairs button")
    expect(pairs).to_have_count(4)
    pairs.last.click()
    changed(page, shown)
    assert '"kind":"seed"' in place(page)
    page.get_by_text("How this is judged").click()
    expect(page.locator(".mem-rule")).to_contain_text("nearer to a training picture than each of those real ones")

    # Now there are real pictures to look for, too.
    page.get_by_role("tab", name="My picture", exact=True).click()
    page.get_by_role("button", name="A real one it never saw").click()
    page.get_by_role("button", name="Search again").wait_for()
