"""Models and runs: the shelf shows what there is."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from gan_core.recipes import Recipe
from gan_core.store import RunFolder, Status
from tests.browser.conftest import App, open_tab


def test_shipped_models_show_their_cards(page: Page) -> None:
    open_tab(page, "Models and runs")
    cards = page.locator("#models-shelf article")
    cards.first.wait_for()
    assert cards.count() >= 4
    page.wait_for_function("document.querySelector('#models-shelf article img')?.naturalWidth > 0")
    with page.expect_download() as saved:
        cards.first.locator("[data-does='Download']").click()
    assert saved.value.suggested_filename.endswith(".safetensors")
    cards.first.locator("[data-does='Explore'], [data-does='Translate']").click()
    expect(page.locator("#tab-explore, #tab-translate").locator("visible=true").first).to_be_visible()


def test_a_run_is_deleted_only_after_asking(page: Page, app: App) -> None:
    folder = RunFolder.create(app.runs, Recipe.named("dcgan"), name="to-be-deleted")
    folder.write_status(Status(state="stopped", heartbeat=time.time()))
    open_tab(page, "Models and runs")
    card = page.locator("#runs-shelf article[data-name='to-be-deleted']")
    card.locator("[data-does='Delete']").click()
    card.locator("[data-does='Keep']").click()
    assert folder.path.exists()
    card.locator("[data-does='Delete']").click()
    card.locator("[data-does='Delete for good']").click()
    expect(card).to_have_count(0)
    assert not folder.path.exists()


def test_a_stopped_run_can_train_more(page: Page, app: App) -> None:
    recipe = Recipe.named("gan").replace(steps=5)
    folder = RunFolder.create(app.runs, recipe, name="more")
    folder.write_status(Status(state="stopped", heartbeat=time.time()))
    open_tab(page, "Models and runs")
    card = page.locator("#runs-shelf article[data-name='more']")
    card.locator("[data-does='Train more']").click()
    card.locator("input[type=number]").fill("7")
    card.locator("[data-does='Go on']").click()
    page.wait_for_function("document.querySelector('#run-picker')?.value === 'more'")
    page.wait_for_function("document.querySelector('#run-state')?.dataset.state === 'finished'")
