"""The Path panel in a real Chromium: from stops to a film, and from the film back to its stops."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from gan_core.latents.metadata import read_note
from tests.browser.explore_page import page, settled

__all__ = ["page"]  # the fixture


def stops(page: Page) -> list[Any]:
    """The places of the path as the page keeps it."""
    kept = json.loads(page.evaluate("sessionStorage['gan-workbench-path']"))
    return [stop["place"].get("seed", stop["place"]["kind"]) for stop in kept["path"]["stops"]]


def ready(page: Page) -> None:
    """Wait until the panel knows where the film of the path is from moment to moment."""
    page.wait_for_function("() => document.querySelector('.explore').dataset.path !== undefined")


def thumbs(page: Page, count: int) -> None:
    page.wait_for_function(
        "(count) => { const images = [...document.querySelectorAll('.path-stop img')];"
        " return images.length === count && images.every((image) => image.naturalWidth > 1); }",
        arg=count,
    )


def test_a_path_is_put_together_played_filmed_and_comes_back(page: Page, tmp_path: Path) -> None:
    page.get_by_label("Model", exact=True).select_option("small")
    settled(page)
    page.get_by_role("tab", name="Path", exact=True).click()
    thumbs(page, 4)  # there is one to begin with
    assert stops(page) == [0, 1, 2, 3]
    ready(page)

    # Moving stops: by dragging, with the keyboard, and everything back again.
    page.drag_and_drop(
        ".path-stop:nth-child(3) .thumb", ".path-stop:nth-child(1) .thumb", target_position={"x": 6, "y": 20}
    )
    assert stops(page) == [2, 0, 1, 3]
    page.keyboard.press("Alt+ArrowRight")
    assert stops(page) == [0, 2, 1, 3]
    page.keyboard.press("Delete")
    assert stops(page) == [0, 1, 3]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert stops(page) == [2, 0, 1, 3]
    page.keyboard.press("Control+Shift+z")
    page.get_by_label("Undo in the path").click()
    page.get_by_label("Undo in the path").click()
    assert stops(page) == [0, 1, 2, 3]

    # Seconds and easing of one leg; the whole length.
    page.get_by_role("button", name="Stop 2").click()
    page.wait_for_function("() => document.querySelector('.big').dataset.place.includes('\"seed\":1')")
    page.get_by_label("Seconds to the next stop").fill("1")
    page.get_by_label("Seconds to the next stop").press("Enter")
    page.get_by_label("Easing to the next stop").select_option("ease-in-out")
    assert page.get_by_label("Length of the whole path in seconds").input_value() == "7"
    page.get_by_label("Length of the whole path in seconds").fill("1.4")
    page.get_by_label("Length of the whole path in seconds").press("Enter")
    assert "1.4 s · 35 frames of 256 x 256" in page.locator(".path-what").inner_text()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Add this picture").click()
    assert stops(page) == [0, 2, 1, 3]

    # Scrubbing and playing draw while they move.
    ready(page)
    page.locator(".path-slider").fill("0.5")
    page.wait_for_function("() => document.querySelector('.big').dataset.place?.includes('vector')")
    settled(page)
    drawn = int(page.locator(".big").get_attribute("data-seq") or 0)
    page.get_by_role("button", name="▶ Play").click()
    page.wait_for_function("(drawn) => Number(document.querySelector('.big').dataset.seq) > drawn + 5", arg=drawn)
    page.get_by_role("button", name="Pause").click()

    # Steady speed shows its curve; the film carries the path.
    page.get_by_label("Steady speed").check()
    page.wait_for_selector(".path-speed:not(.waiting) polyline[points]", state="attached")
    assert "no step differs from the mean by more than" in page.locator(".path-even").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    film = tmp_path / download.value.suggested_filename
    download.value.save_as(film)
    note = read_note(film)
    assert note is not None
    assert film.name == "small-path.mp4"
    assert (note["model"], len(note["path"]["stops"]), note["path"]["steady"]) == ("small", 4, True)
    page.locator("label", has_text="Strip").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert read_note(download.value.path())["path"] == note["path"]  # pyright: ignore[reportOptionalSubscript]

    # Kept by name, cleared, loaded; and back from the film.
    page.get_by_label("Name of this path").fill("round trip")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_selector(".path-kept")
    page.get_by_role("button", name="Clear").click()
    assert page.locator(".path-stop").count() == 0
    page.locator(".path-kept .thumb").click()
    thumbs(page, 4)
    page.get_by_role("button", name="Clear").click()
    page.locator(".chosen").set_input_files(film)
    thumbs(page, 4)
    assert stops(page) == [0, 2, 1, 3]
    assert page.get_by_label("Steady speed").is_checked()
    page.get_by_label("Remove path round trip").click()
    page.wait_for_selector(".path-kept", state="detached")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
