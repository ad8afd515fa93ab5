"""Explore in a real Chromium: every control is pressed once."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.explore_page import changed, page, picture, settled
from tests.browser.pages import watched

__all__ = ["page"]  # the fixture


def pixels(source: str) -> np.ndarray:
    """The picture at a data address, int (H, W, 3)."""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.partition(",")[2]))).convert("RGB")).astype(int)


def test_every_control_of_moving_moves_the_picture_and_undo_brings_it_back(page: Page) -> None:
    seen = [settled(page)]

    def moved() -> None:
        seen.append(changed(page, seen[-1]))

    page.get_by_role("button", name="Next seed").click()
    moved()
    page.get_by_role("button", name="Previous seed").click()
    moved()
    assert seen[-1] == seen[0]
    page.get_by_label("Seed", exact=True).fill("77")
    page.get_by_label("Seed", exact=True).press("Enter")
    moved()
    page.locator(".panel[data-kind=seed] .random").click()
    moved()
    for name in ("Direction 1", "Direction 8", "Truncation"):
        page.get_by_role("slider", name=name, exact=True).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageUp")
        moved()
    page.get_by_role("slider", name="Truncation").press("Delete")
    moved()
    page.locator(".strip button").nth(2).click()
    moved()
    page.get_by_text("Neighbours").click()
    page.wait_for_selector(".strip.grid button[data-kind=neighbours]")
    page.get_by_label("How far a neighbour is").press("ArrowRight")
    page.locator(".strip button").nth(1).click()
    moved()
    page.get_by_text("Two seeds").click()
    moved()
    for control in ("Seed A", "Seed B"):
        page.get_by_label(control).fill("41" if control == "Seed A" else "42")
        page.get_by_label(control).press("Enter")
        moved()
    page.get_by_role("slider", name="A to B").press("Home")
    moved()
    page.get_by_role("slider", name="A to B").press("PageUp")
    moved()
    page.get_by_text("lerp", exact=True).first.click()
    moved()
    page.get_by_text("Why they differ").click()
    page.wait_for_selector(".wayplots polyline.lerp")
    page.get_by_text("From A to B", exact=True).click()
    page.wait_for_selector(".strip button[data-kind=path]")
    page.locator(".strip button").nth(6).click()
    moved()
    page.get_by_text("Four seeds").click()
    moved()
    page.get_by_role("slider", name="Position between").press("ArrowLeft")
    moved()
    box = page.locator(".pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 90, steps=5)
    page.mouse.up()
    moved()
    page.get_by_label("New seed, top left").click()
    moved()
    pinned = pixels(seen[-1])  # a step to a neighbour is in force here, and stays so
    page.locator(".pin[data-corner='3'] .pinhere").click()
    moved()
    page.locator(".pad").hover()
    page.mouse.down()
    page.mouse.move(box["x"] + 2 * box["width"], box["y"] + 2 * box["height"])
    page.mouse.up()
    moved()
    assert abs(pixels(seen[-1]) - pinned).max() <= 2
    before = seen[-1]
    page.get_by_role("button", name="Reset").click()
    moved()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    moved()
    assert seen[-1] == before
    page.get_by_role("button", name="Redo", exact=True).first.click()
    moved()
    page.get_by_label("Smooth", exact=True).check()
    assert page.locator(".big.soft").count() == 1


def test_the_picture_itself_is_dragged_and_a_walk_goes_on_until_it_is_stopped(page: Page) -> None:
    before = settled(page)
    box = page.locator(".big").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 150, steps=6)
    page.mouse.up()
    shown = changed(page, before)
    assert page.locator(".big").get_attribute("data-place") != '{"kind":"seed","seed":0}'
    page.locator(".big").press("ArrowRight")
    shown = changed(page, shown)
    page.get_by_role("button", name="Random walk").click()
    for _ in range(3):
        page.wait_for_function("(old) => document.querySelector('.big').src !== old", arg=shown)
        shown = picture(page)
    page.get_by_role("button", name="Stop walking").click()
    shown = settled(page)
    page.wait_for_timeout(300)
    assert picture(page) == shown
    page.evaluate("document.activeElement.blur()")  # the keys work wherever the focus is
    page.keyboard.press("r")
    shown = changed(page, shown)
    page.get_by_role("button", name="Random walk").click()
    page.wait_for_function("(old) => document.querySelector('.big').src !== old", arg=shown)
    page.keyboard.press("Control+z")
    page.wait_for_function("(old) => document.querySelector('.big').src === old", arg=shown)
    page.get_by_role("button", name="Random walk").wait_for()


def test_the_whole_latent_can_be_seen_moved_and_pasted(page: Page) -> None:
    first = settled(page)
    page.get_by_text(re.compile("All 100 numbers")).click()
    page.wait_for_function("() => document.querySelector('.bars').width > 100")
    settled(page)
    slider = page.get_by_role("slider", name="z1", exact=True)
    slider.press("PageUp")
    moved = changed(page, first)
    slider.press("Delete")
    page.wait_for_function("(old) => document.querySelector('.big').src === old", arg=first)
    bars = page.locator(".bars")
    box = bars.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 50, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=8)
    page.mouse.up()
    moved = changed(page, first)
    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("(old) => document.querySelector('.big').src === old", arg=first)
    page.get_by_text("As text").click()
    settled(page)
    page.get_by_role("button", name="Copy this latent").click()
    text = page.get_by_label("The latent as numbers")
    values = text.input_value().split(", ")
    assert len(values) == 100
    for wrong, sentence in (
        (values[:50], "50 were given"),
        (["NaN", *values[1:]], "NaN is not a number"),
        (["1e9", *values[1:]], "1e9 is too far out"),
    ):
        text.fill(", ".join(wrong))
        page.get_by_role("button", name="Use these numbers").click()
        assert sentence in page.locator("[data-notice]").inner_text()
        assert picture(page) == first
    text.fill(", ".join(["3.5", *values[1:]]))
    page.get_by_role("button", name="Use these numbers").click()
    assert changed(page, first) != moved


def test_what_is_kept_comes_back_from_the_tray_a_file_and_a_link(page: Page, tmp_path: Path) -> None:
    first = settled(page)
    page.get_by_label("Model").select_option("small")
    start = changed(page, first)
    page.get_by_label("Seed", exact=True).fill("5")
    page.get_by_label("Seed", exact=True).press("Enter")
    five = changed(page, start)
    page.get_by_role("slider", name="Direction 2", exact=True).press("PageUp")
    place = changed(page, five)
    page.get_by_role("button", name="Keep").click()
    page.wait_for_selector(".favourite")
    page.get_by_label("Rename favourite 1").click()
    page.get_by_label("New name of favourite 1").fill("mine")
    page.get_by_label("New name of favourite 1").press("Enter")
    page.get_by_role("button", name="Favourite mine").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PNG").click()
    assert download.value.suggested_filename == "small-seed-5.png"
    download.value.save_as(tmp_path / "mine.png")
    page.get_by_role("button", name="Link", exact=True).click()
    page.wait_for_function("() => location.hash.startsWith('#explore=')")
    link = page.url
    for back in ("tray", "file", "link"):
        page.get_by_label("Model").select_option("other")
        page.get_by_role("button", name="Next seed").click()  # the model alone does not bring the picture back
        away = changed(page, place)
        if back == "tray":
            page.get_by_label("Model").select_option("small")
            page.get_by_role("button", name="Favourite mine").click()
        elif back == "file":
            page.locator(".chosen").set_input_files(tmp_path / "mine.png")
        else:
            page.evaluate("(hash) => { location.hash = ''; location.hash = hash; }", link.partition("#")[2])
        page.wait_for_function("(old) => document.querySelector('.big').src === old", arg=place)
        assert away != place
        assert page.get_by_label("Model").input_value() == "small"
    page.get_by_role("button", name="Undo", exact=True).first.click()
    page.wait_for_function("(old) => document.querySelector('.big').src === old", arg=away)
    assert page.get_by_label("Model").input_value() == "other"
    page.keyboard.press("Control+Shift+Z")
    page.wait_for_function("(old) => document.querySelector('.big').src === old", arg=place)
    page.get_by_role("button", name="Browse").click()
    page.wait_for_function("() => document.querySelectorAll('.face img').length === 2")
    page.get_by_role("button", name="other").click()
    changed(page, place)
    page.get_by_label("Model").select_option("small")
    page.get_by_label("Remove mine").click()
    page.wait_for_selector(".favourite", state="detached")


def test_two_browsers_do_not_disturb_each_other_and_the_last_position_is_the_one_shown(
    page: Page, browser: Browser, explore_address: str, explore_folder: Path
) -> None:
    """And no picture of them is ever a file."""
    from tests.benchmarks.slider_latency import DRAGS

    settled(page)
    files = set(explore_folder.rglob("*"))
    with watched(browser, explore_address, viewport=ViewportSize(width=900, height=800)) as other:
        settled(other)
        other.get_by_label("Seed", exact=True).fill("9")
        other.get_by_label("Seed", exact=True).press("Enter")
        nine = settled(other)
        other.evaluate("(code) => { window.dragged = eval(code)([25, 4, 'slider']); }", DRAGS)
        for way in ("slider", "pad", "picture"):
            assert page.evaluate(DRAGS, [25, 4, way])["stale"] == 0
        assert other.evaluate("window.dragged")["stale"] == 0
        assert settled(other) != nine
        assert set(explore_folder.rglob("*")) == files
        assert page.locator(".big").get_attribute("data-place") != other.locator(".big").get_attribute("data-place")


@pytest.mark.parametrize("page", [{"width": 390, "height": 844}], indirect=True)
def test_it_fits_a_narrow_screen(page: Page) -> None:
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
