"""The camera, frame by frame. Chromium's fake one shows a moving dial."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.translate_page import TranslatePage


@pytest.fixture
def tab(page: Page) -> TranslatePage:
    tab = TranslatePage(page)
    tab.mode("camera")
    return tab


def frames(tab: TranslatePage) -> int:
    return int(tab.find(".rate").get_attribute("data-frames") or 0)


def wait_frames(tab: TranslatePage, count: int) -> None:
    tab.page.wait_for_function("(count) => Number(document.querySelector('.rate').dataset.frames) >= count", arg=count)


def test_nothing_is_filmed_before_start_and_nothing_after_stop(page: Page, tab: TranslatePage) -> None:
    assert frames(tab) == 0
    tab.find(".start").click()
    wait_frames(tab, 5)
    expect(tab.find(".rate")).to_contain_text("frames a second")
    first = tab.find(".pane .after").first.get_attribute("src") or ""
    expect(tab.find(".pane .after").first).not_to_have_attribute("src", first)
    tab.find(".mirror").uncheck()
    tab.view("side")
    expect(tab.find(".panes .pane")).to_have_count(2)
    tab.find("select.model").select_option("summer-winter")
    wait_frames(tab, frames(tab) + 3)
    tab.find(".filming .stop").click()
    expect(tab.find(".start")).to_be_visible()
    page.wait_for_timeout(700)  # whatever was under way has come back
    last = frames(tab)
    page.wait_for_timeout(700)
    assert frames(tab) == last


def test_a_frame_is_kept_with_every_pixel(tab: TranslatePage) -> None:
    tab.find(".start").click()
    wait_frames(tab, 2)
    tab.find(".freeze").click()
    tab.wait_shown("camera.png")
    name, image = tab.download()
    assert (name, image.size) == ("camera.png", (640, 480))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("new DOMException('', 'NotAllowedError')", "was refused"),
        ("new DOMException('', 'NotFoundError')", "no camera"),
        ("new DOMException('', 'NotReadableError')", "another program"),
    ],
)
def test_a_camera_that_cannot_be_had_is_explained(page: Page, tab: TranslatePage, reason: str, words: str) -> None:
    page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = async () => {{ throw {reason}; }}; }}")
    tab.find(".start").click()
    tab.notice(words)
    expect(tab.find(".start")).to_be_visible()


def test_a_page_from_elsewhere_without_https_is_explained(page: Page, tab: TranslatePage) -> None:
    page.evaluate("() => Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    tab.find(".start").click()
    tab.notice("https")
