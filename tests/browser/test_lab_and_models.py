"""The Lab plays, and the shelf shows what there is."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from gan_core.recipes import Recipe
from gan_core.store import RunFolder, Status
from tests.browser.conftest import App, open_tab


def step(page: Page) -> int:
    return int(page.locator("#tab-lab .lab").get_attribute("data-step") or 0)


def wait_for_step(page: Page, above: int) -> int:
    page.wait_for_function("above => +document.querySelector('#tab-lab .lab').dataset.step > above", arg=above)
    return step(page)


def test_play_step_restart_and_every_setting(page: Page) -> None:
    open_tab(page, "Lab")
    lab = page.locator("#tab-lab")
    lab.locator(".one").click()
    assert wait_for_step(page, 0) == 1
    lab.locator(".play").click()
    reached = wait_for_step(page, 30)
    lab.locator("[data-setting='objective']").select_option("least-squares")
    lab.locator("[data-setting='learning_rate']").select_option("0.003")
    lab.locator(".penalty").uncheck()
    lab.locator(".penalty").check()
    lab.locator("[data-setting='gamma']").select_option("1")
    wait_for_step(page, reached)
    lab.locator("[data-setting='distribution']").select_option(index=1)
    lab.locator("[data-setting='seed']").fill("3")
    lab.locator("[data-setting='seed']").press("Enter")
    lab.locator(".restart").click()
    page.wait_for_timeout(300)
    if lab.locator(".lab").get_attribute("data-playing") == "yes":
        lab.locator(".play").click()
    expect(lab.locator(".lab")).to_have_attribute("data-playing", "no")
    page.wait_for_timeout(400)
    still = step(page)
    page.wait_for_timeout(500)
    assert step(page) == still


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
