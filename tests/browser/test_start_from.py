"""A training that starts from a model: chosen on another tab, shown in the form, trained, cleared."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from gan_core.runs import list_runs
from gan_core.training.start_weights import FILE
from tests.browser.conftest import App, open_tab, reload, start, state

pytestmark = pytest.mark.usefixtures("leave_nothing_running")
FIELD = "#start-model section"
KEPT = """() => Object.values(localStorage).some((text) => text.includes('"start_from":"glyphs"'))"""


def test_start_from_a_model_of_the_list(page: Page, app: App) -> None:
    open_tab(page, "Models and runs")
    page.locator("#models-shelf article[data-name='glyphs'] [data-does='Go on with my pictures']").click()
    expect(page.locator(FIELD)).to_be_visible()
    expect(page.locator(FIELD)).to_contain_text("Starts from glyphs")
    expect(page.locator("#recipe [aria-checked=true]")).to_have_attribute("data-value", "dcgan")
    expect(page.locator("#data-pictures section.panel")).to_be_visible()

    page.wait_for_function(KEPT)
    reload(page)
    expect(page.locator(FIELD)).to_contain_text("Starts from glyphs")  # kept with the form
    start(page)
    state(page, "running")
    run = list_runs(app.runs)[0]
    assert run.recipe().start_from == "glyphs"
    assert (run.path / FILE).exists()
    expect(page.locator("#train-view")).to_contain_text("13 of 13 layers come from glyphs.")
    page.locator("#stop").click()
    state(page, "stopped")

    page.get_by_role("button", name="Start from nothing").click()
    expect(page.locator(FIELD)).to_be_hidden()
    start(page)
    state(page, "running")
    assert list_runs(app.runs)[0].recipe().start_from is None


def test_another_kind_of_recipe_starts_from_nothing(page: Page) -> None:
    open_tab(page, "Translate")
    page.locator("#translate select.model").select_option("summer-winter")
    page.locator("#translate button.go-on").click()
    expect(page.locator(FIELD)).to_contain_text("Starts from summer-winter")
    expect(page.locator("#recipe [aria-checked=true]")).to_have_attribute("data-value", "cyclegan")
    expect(page.locator("#scale section")).to_be_hidden()  # the networks are the model's
    page.locator("#recipe-dcgan").click()
    expect(page.locator(FIELD)).to_be_hidden()
    expect(page.locator("#start-model [data-notice]")).to_contain_text("summer-winter does not fit this recipe")


def test_explore_sends_the_step_that_is_shown(page: Page) -> None:
    open_tab(page, "Explore")
    page.locator("#tab-explore select.model").select_option("glyphs")
    page.locator("#tab-explore button.go-on").click()
    expect(page.locator(FIELD)).to_contain_text("Starts from glyphs")
