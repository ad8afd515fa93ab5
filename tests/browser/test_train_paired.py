"""A training on made pairs: how they are made is chosen, they are seen before Start, and the truth is seen beside the result."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gan_core.runs import list_runs
from tests.browser.conftest import App, reload, source_of, start, state, wait_for_change
from tests.browser.test_train_translation import choose_own, zipped

pytestmark = pytest.mark.usefixtures("leave_nothing_running")

STRIP = "#data-strip img"


def smallest(page: Page) -> None:
    """Networks so small that a step takes no time."""
    page.locator("#advanced-fold > summary").click()
    for part, value in (
        ("size", 16),
        ("generator-width", 4),
        ("generator-levels", 3),
        ("discriminator-width", 2),
        ("discriminator-layers", 1),
    ):
        page.locator(f"#{part}").fill(str(value))
        page.locator(f"#{part}").press("Enter")
    page.locator("#advanced-fold > summary").click()


def test_pairs_are_chosen_seen_and_learned_from(page: Page, app: App) -> None:
    expect(page.locator("#pairs")).to_be_hidden()
    before = source_of(page, STRIP)
    page.locator("#recipe-pix2pix").click()
    expect(page.locator("#pairs")).to_be_visible()
    expect(page.locator("#pairs")).to_have_value("edges")
    lines = wait_for_change(page, STRIP, before)
    expect(page.locator("#data-strip")).to_contain_text("1,500 pairs of pictures of 64 × 64")
    expect(page.locator("#data-strip")).to_contain_text("Above what goes in (A), below what is to come out (B)")
    expect(page.locator("#data-b")).to_be_hidden()
    width, height = page.locator(STRIP).evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert (width, height) == (12 * 66 - 2, 2 * 66 - 2)  # lines above pictures

    page.locator("#pairs").select_option("grey")
    expect(page.locator("#pairs-words")).to_contain_text("without its colours")
    grey = wait_for_change(page, STRIP, lines)
    assert grey != before
    reload(page)  # the choice is kept
    expect(page.locator("#pairs")).to_have_value("grey")
    page.locator("#pairs").select_option("edges")
    wait_for_change(page, STRIP, grey)

    smallest(page)
    start(page)
    wait_for_change(page, "#live-picture", wait_for_change(page, "#live-picture", ""))
    heads = page.locator(".halves .heads").nth(0)
    expect(heads).to_contain_text(re.compile(r"A\s*scenes-summer \(edges\).*→ B.*truth B", re.DOTALL))
    run = next(run for run in list_runs(app.runs) if run.status().is_active)
    assert run.recipe().pairs == "edges"
    assert run.recipe().data_b is None
    page.locator("#stop").click()
    state(page, "stopped")


def test_pictures_that_are_no_pairs_are_refused_before_start(page: Page, tmp_path: Path) -> None:
    page.locator("#recipe-pix2pix").click()
    page.locator("#pairs").select_option("")
    expect(page.locator("#data-strip")).to_contain_text("holds no pairs")
    choose_own(page, "data", zipped(tmp_path / "pairs", "lines", "colour"))
    expect(page.locator("#data-strip")).to_contain_text("12 pairs of pictures")
    expect(page.locator("#data-b")).to_be_hidden()
    expect(page.locator("#data-check-fold")).to_contain_text("lie in pairs of equal names")
    page.locator("#pairs").select_option("side-by-side")
    expect(page.locator("#data-strip")).to_contain_text("about twice as wide as high")
    page.locator("#recipe-dcgan").click()
    expect(page.locator("#pairs")).to_be_hidden()
