"""Sliding through latent space: every control changes the picture, and the last position is the one shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from gan_core.recipes import Recipe
from gan_core.store import RunFolder, list_runs
from gan_core.training.launcher import Launcher
from tests.browser.conftest import App, open_tab, source_of, wait_for_change

BIG = "#tab-explore img.big"


@pytest.fixture
def explore(page: Page) -> Locator:
    open_tab(page, "Explore")
    tab = page.locator("#tab-explore")
    wait_for_change(page, BIG, "")
    return tab


def test_every_control_draws_another_picture(page: Page, explore: Locator) -> None:
    shown = source_of(page, BIG)
    for button in (".random", ".next", ".previous"):
        explore.locator(button).first.click()
        shown = wait_for_change(page, BIG, shown)
    explore.locator("[data-seed='seed']").fill("7")
    shown = wait_for_change(page, BIG, shown)
    explore.locator(".directions input[type=range]").first.focus()
    page.keyboard.press("PageUp")
    shown = wait_for_change(page, BIG, shown)
    explore.locator("[data-number='scale']").focus()
    page.keyboard.press("Home")
    shown = wait_for_change(page, BIG, shown)
    explore.locator(".undo").click()
    shown = wait_for_change(page, BIG, shown)
    explore.locator(".redo").click()
    shown = wait_for_change(page, BIG, shown)
    explore.locator(".reset").click()
    shown = wait_for_change(page, BIG, shown)
    explore.locator(".strip button").nth(3).click()
    shown = wait_for_change(page, BIG, shown)
    explore.get_by_text("numbers of the latent").click()
    explore.locator(".axes input[type=range]").first.focus()
    page.keyboard.press("End")
    wait_for_change(page, BIG, shown)
    with page.expect_download() as saved:
        explore.locator(".save").click()
    assert saved.value.suggested_filename.endswith(".png")


def test_two_and_four_seeds(page: Page, explore: Locator) -> None:
    shown = source_of(page, BIG)
    explore.locator("[name='gw-kind'][value='path']").check(force=True)
    shown = wait_for_change(page, BIG, shown)
    explore.locator("[data-number='t']").focus()
    page.keyboard.press("PageUp")
    shown = wait_for_change(page, BIG, shown)
    explore.locator("[name='gw-way'][value='lerp']").check(force=True)
    shown = wait_for_change(page, BIG, shown)
    explore.locator("[name='gw-kind'][value='pad']").check(force=True)
    shown = wait_for_change(page, BIG, shown)
    explore.locator(".pad").focus()
    page.keyboard.press("ArrowRight")
    shown = wait_for_change(page, BIG, shown)
    explore.locator(".corner").first.click()
    wait_for_change(page, BIG, shown)


def test_wrong_numbers_are_answered_in_a_sentence_and_nothing_is_lost(page: Page, explore: Locator) -> None:
    shown = source_of(page, BIG)
    explore.get_by_text("As text").click()
    explore.locator("textarea").fill("1, 2, NaN")
    explore.locator(".use").click()
    explore.locator("[data-notice]").get_by_text(".", exact=False).first.wait_for()
    assert source_of(page, BIG) == shown


@pytest.fixture
def going_on(app: App) -> Iterator[RunFolder]:
    launcher = Launcher(app.runs, "cpu")
    run = launcher.start(Recipe.named("dcgan").replace(steps=None), name="going-on")
    yield run
    launcher.shutdown()


def test_the_run_that_is_training_now(page: Page, app: App, going_on: RunFolder) -> None:
    open_tab(page, "Explore")
    model = page.locator("#tab-explore select.model")
    page.wait_for_function(
        "() => [...document.querySelectorAll('#tab-explore select.model option')]"
        ".some(option => option.textContent.includes('going-on'))"
    )
    value = model.locator("option", has_text="going-on").first.get_attribute("value")
    shown = source_of(page, BIG)
    model.select_option(value)
    shown = wait_for_change(page, BIG, shown)
    wait_for_change(page, BIG, shown)  # by itself: the weights have moved on
    assert list_runs(app.runs)[0].status().state == "running"
