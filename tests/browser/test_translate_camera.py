"""The camera, frame by frame. Chromium's fake one shows a moving dial."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.translate_desk import Desk


@pytest.fixture
def desk(page: Page) -> Desk:
    desk = Desk(page)
    desk.mode("camera")
    return desk


def frames(desk: Desk) -> int:
    return int(desk.find(".rate").get_attribute("data-frames") or 0)


def wait_frames(desk: Desk, count: int) -> None:
    desk.page.wait_for_function("(count) => Number(document.querySelector('.rate').dataset.frames) >= count", arg=count)


def test_nothing_is_filmed_before_start_and_nothing_after_stop(page: Page, desk: Desk) -> None:
    assert frames(desk) == 0
    desk.find(".start").click()
    wait_frames(desk, 5)
    expect(desk.find(".rate")).to_contain_text("frames a second")
    first = desk.find(".pane .after").first.get_attribute("src") or ""
    expect(desk.find(".pane .after").first).not_to_have_attribute("src", first)
    desk.find(".mirror").uncheck()
    desk.view("side")
    expect(desk.find(".panes .pane")).to_have_count(2)
    desk.find("select.model").select_option("summer-winter")
    wait_frames(desk, frames(desk) + 3)
    desk.find(".filming .stop").click()
    expect(desk.find(".start")).to_be_visible()
    page.wait_for_timeout(700)  # whatever was under way has come back
    last = frames(desk)
    page.wait_for_timeout(700)
    assert frames(desk) == last


def test_a_frame_is_kept_with_every_pixel(desk: Desk) -> None:
    desk.find(".start").click()
    wait_frames(desk, 2)
    desk.find(".freeze").click()
    desk.wait_shown("camera.png")
    name, image = desk.download()
    assert (name, image.size) == ("camera.png", (640, 480))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("new DOMException('', 'NotAllowedError')", "was refused"),
        ("new DOMException('', 'NotFoundError')", "no camera"),
        ("new DOMException('', 'NotReadableError')", "another program"),
    ],
)
def test_a_camera_that_cannot_be_had_is_explained(page: Page, desk: Desk, reason: str, words: str) -> None:
    page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = async () => {{ throw {reason}; }}; }}")
    desk.find(".start").click()
    desk.notice(words)
    expect(desk.find(".start")).to_be_visible()


def test_a_page_from_elsewhere_without_https_is_explained(page: Page, desk: Desk) -> None:
    page.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    desk.find(".start").click()
    desk.notice("https")
