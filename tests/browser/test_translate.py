"""A picture in, the same picture out, translated."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import open_tab, wait_for_change

AFTER = "#tab-translate img.after"
READY = "#tab-translate .compare[data-busy='no']"


@pytest.fixture
def desk(page: Page) -> Locator:
    """The tab, with its first example translated without a click."""
    open_tab(page, "Translate")
    wait_for_change(page, AFTER, "")
    page.locator(READY).wait_for()
    return page.locator("#tab-translate")


def picture(path: Path, size: tuple[int, int]) -> Path:
    image = Image.new("RGB", size, "white")
    image.paste((30, 120, 40), (0, size[1] // 2, *size))
    image.save(path)
    return path


def download(page: Page, desk: Locator) -> tuple[str, Image.Image]:
    expect(desk.locator(".download")).to_have_attribute("aria-disabled", "false")
    with page.expect_download() as saved:
        desk.locator(".download").click()
    with Image.open(saved.value.path()) as image:
        return saved.value.suggested_filename, image.copy()


def test_an_uploaded_picture_keeps_its_size_and_name(page: Page, desk: Locator, tmp_path: Path) -> None:
    before = desk.locator(".facts").inner_text()
    desk.locator("input.files").set_input_files(picture(tmp_path / "my meadow.png", (301, 203)))
    expect(desk.locator(".saved")).to_have_text("my meadow.png")
    page.locator(READY).wait_for()
    assert desk.locator(".facts").inner_text() != before
    assert "301 x 203" in desk.locator(".facts").inner_text()
    name, image = download(page, desk)
    assert name == "my meadow.png"
    assert image.size == (301, 203)


def test_model_direction_cycle_and_scale_run_again(page: Page, desk: Locator) -> None:
    shown = desk.locator(AFTER.removeprefix("#tab-translate ")).get_attribute("src") or ""
    desk.locator(".directions input").nth(1).check(force=True)
    shown = wait_for_change(page, AFTER, shown)
    page.locator(READY).wait_for()
    desk.locator("input.cycle").check()
    page.locator(READY).wait_for()
    shown = wait_for_change(page, AFTER, shown)
    models = desk.locator("select.model option")
    assert models.count() >= 2
    for index in range(models.count()):
        desk.locator("select.model").select_option(index=index)
        page.locator(READY).wait_for()
    desk.get_by_text("Size that the network sees").click()
    for scale in ("native", "trained", "auto"):
        desk.locator(f"[name='gw-scale'][value='{scale}']").check()
        page.locator(READY).wait_for()
    for example in range(desk.locator(".examples button").count()):
        desk.locator(".examples button").nth(example).click()
    page.locator(READY).wait_for()


def test_the_slider_between_before_and_after_moves_by_key(page: Page, desk: Locator) -> None:
    handle = desk.locator(".handle")
    handle.focus()
    before = handle.get_attribute("aria-valuenow")
    page.keyboard.press("ArrowRight")
    expect(handle).not_to_have_attribute("aria-valuenow", before or "")


def test_what_is_no_picture_is_refused_in_a_sentence(page: Page, desk: Locator, tmp_path: Path) -> None:
    shown = desk.locator(".saved").inner_text()
    text = tmp_path / "notes.png"
    text.write_text("this is not a picture")
    desk.locator("input.files").set_input_files(text)
    expect(desk.locator("[data-notice]")).to_contain_text("notes.png")
    assert desk.locator(".saved").inner_text() == shown
    desk.locator("input.files").set_input_files(picture(tmp_path / "fine.png", (64, 48)))
    expect(desk.locator(".saved")).to_have_text("fine.png")


def test_several_pictures_come_back_as_a_zip(page: Page, desk: Locator, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"")
    files = [picture(tmp_path / f"{number}.png", (50, 40)) for number in range(2)]
    desk.locator("input.files").set_input_files([*files, bad])
    link = desk.locator(".zip")
    expect(link).to_be_visible()
    with page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename.endswith(".zip")
    expect(desk.locator(".results")).to_contain_text("bad.jpg")
