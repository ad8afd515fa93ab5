"""Explore in a real Chromium: every control is pressed once.

The page runs in a process of its own, as it does for a person: `python -m tests.browser.test_explore FOLDER`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.pages import launch, served, watched


def serve(folder: Path) -> None:
    """The tab with small untrained model; prints the address and stays."""
    import os

    from tests.benchmarks.slider_latency import make_model

    shipped = folder / "pretrained"
    shipped.mkdir()
    os.environ["GAN_WORKBENCH_PRETRAINED"] = str(shipped)
    make_model(shipped, size=32, width=4, name="small")
    make_model(shipped, size=28, width=4, name="other")
    from gan_core.ui.launch import prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.ui.context import Context
    from gan_core.ui.explore import build_explore_tab

    context = Context(folder / "runs", "cpu")
    with gr.Blocks(analytics_enabled=False) as demo, gr.Tabs(), gr.Tab("Explore"):
        build_explore_tab(context)
    launch(demo)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(__name__, str(tmp_path_factory.mktemp("explore"))) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened, under watch."""
    with watched(browser, address, viewport=getattr(request, "param", ViewportSize(width=1280, height=900))) as page:
        yield page


def picture(page: Page) -> str:
    return page.locator(".big").get_attribute("src") or ""


def settled(page: Page) -> str:
    """The picture once everything asked for has arrived."""
    page.wait_for_function(
        "() => { const asked = document.querySelector('.explore')?.dataset.asked;"
        " return asked && document.querySelector('.big').dataset.seq === asked; }"
    )
    return picture(page)


def test_explore_every_control_moves_the_picture_and_undo_brings_it_back(page: Page) -> None:
    seen = [settled(page)]

    def changed() -> None:
        page.wait_for_function("(old) => document.querySelector('.big').src !== old", arg=seen[-1])
        seen.append(settled(page))

    page.get_by_role("button", name="Next seed").click()
    changed()
    page.get_by_role("button", name="Previous seed").click()
    changed()
    assert seen[-1] == seen[0]
    page.get_by_label("Seed", exact=True).fill("77")
    page.get_by_label("Seed", exact=True).press("Enter")
    changed()
    page.locator(".panel[data-kind=seed] .random").click()
    changed()
    for name in ("Direction 1", "Direction 8", "Truncation"):
        page.get_by_label(name).focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("PageUp")
        changed()
    page.get_by_label("Truncation").press("Delete")
    changed()
    page.locator(".strip button").nth(2).click()
    changed()
    page.get_by_text("Neighbours").click()
    page.wait_for_selector(".strip button[data-kind=neighbours]")
    page.locator(".strip button").nth(1).click()
    changed()
    page.get_by_text("Two seeds").click()
    changed()
    for control in ("Seed A", "Seed B"):
        page.get_by_label(control).fill("41" if control == "Seed A" else "42")
        page.get_by_label(control).press("Enter")
        changed()
    page.get_by_role("slider", name="A to B").press("Home")
    changed()
    page.get_by_role("slider", name="A to B").press("PageUp")
    changed()
    page.get_by_text("lerp", exact=True).click()
    changed()
    page.wait_for_selector(".strip button[data-kind=path]")
    page.locator(".strip button").nth(6).click()
    changed()
    page.get_by_text("Four seeds").click()
    changed()
    page.get_by_role("slider", name="Position between").press("ArrowLeft")
    changed()
    box = page.locator(".pad").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 90, steps=5)
    page.mouse.up()
    changed()
    page.locator(".corner").first.click()
    changed()
    page.get_by_label("Model").select_option("small")
    changed()
    page.get_by_label("Model").select_option("other")
    changed()
    before = seen[-1]
    page.get_by_role("button", name="Reset").click()
    changed()
    page.get_by_role("button", name="Undo").click()
    changed()
    assert seen[-1] == before
    page.get_by_role("button", name="Redo").click()
    changed()
    page.get_by_label("Smooth").check()
    assert page.locator(".big.soft").count() == 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Download PNG").click()
    assert download.value.suggested_filename.endswith(".png")


def test_explore_the_whole_latent_can_be_seen_moved_and_pasted(page: Page) -> None:
    first = settled(page)
    page.get_by_text(re.compile("All 100 numbers")).click()
    page.wait_for_selector(".axes .row:nth-child(100)")
    slider = page.get_by_label("z3", exact=True)
    slider.press("PageUp")
    page.wait_for_function("(old) => document.querySelector('.big').src !== old", arg=first)
    slider.press("Delete")
    page.wait_for_function("(old) => document.querySelector('.big').src === old", arg=first)
    page.get_by_text("As text").click()
    page.get_by_role("button", name="Copy this latent").click()
    text = page.get_by_label("The latent as numbers")
    values = text.input_value().split(", ")
    assert len(values) == 100
    for wrong, sentence in ((values[:50], "50 were given"), (["NaN", *values[1:]], "NaN is not a number")):
        text.fill(", ".join(wrong))
        page.get_by_role("button", name="Use these numbers").click()
        assert sentence in page.locator("[data-notice]").inner_text()
        assert picture(page) == first
    text.fill(", ".join(["3.5", *values[1:]]))
    page.get_by_role("button", name="Use these numbers").click()
    page.wait_for_function("(old) => document.querySelector('.big').src !== old", arg=first)


def test_explore_the_last_position_is_the_one_shown(page: Page) -> None:
    from tests.benchmarks.slider_latency import DRAGS

    settled(page)
    assert page.evaluate(DRAGS, [15, 6])["stale"] == 0


@pytest.mark.parametrize("page", [{"width": 390, "height": 844}], indirect=True)
def test_it_fits_a_narrow_screen(page: Page) -> None:
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
