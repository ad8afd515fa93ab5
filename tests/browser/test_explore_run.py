"""From a run to Explore: from its live view, from a picture of its grid, and from its card."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import torch
from playwright.sync_api import Page

from gan_core.cards import Card
from gan_core.images import encode_jpeg, grid
from gan_core.models import save_model
from gan_core.models.generator import GeneratorModel
from gan_core.networks import describe, generators
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from gan_core.runs.live import open_live_folder
from gan_core.training.preview import fixed_latents
from tests.browser.conftest import App, open_tab


@pytest.fixture
def run(app: App) -> Iterator[RunFolder]:
    """A finished run with a model and its last grid."""
    recipe = Recipe.named("dcgan")
    folder = RunFolder.create(app.runs, recipe, name="to-explore")
    torch.manual_seed(1)
    network = generators.build("dcgan", latent_dim=12, size=32, channels=1, width=2).eval()
    card = Card(name="to-explore", kind="generator", steps=10, network=describe(network), size=32, channels=1)
    save_model(folder.model, {"generator": network}, card)
    open_live_folder(folder.path)
    fixed = fixed_latents(recipe.seed, 12)
    folder.live_picture.write_bytes(encode_jpeg(grid(GeneratorModel(network, card).render(fixed.latents), columns=8)))
    folder.write_status(Status(state="finished", step=10, steps=10, images=640, seconds=4.0, heartbeat=time.time()))
    yield folder
    folder.delete()


def explored(page: Page) -> dict[str, object]:
    """The place of the picture that Explore shows of the run."""
    page.wait_for_function("document.querySelector('#tab-explore select.model')?.value === 'runs/to-explore'")
    page.wait_for_function(
        "() => { const root = document.querySelector('.explore'); return document.querySelector('.big').dataset.seq === root.dataset.asked; }"
    )
    return page.evaluate("JSON.parse(document.querySelector('.big').dataset.place)")


def test_a_finished_run_is_explored_from_its_live_view_and_from_a_picture_of_its_grid(
    page: Page, run: RunFolder
) -> None:
    page.evaluate("name => window.dispatchEvent(new CustomEvent('gw:show-run', { detail: { name } }))", run.name)
    page.locator("#live-picture.explorable").wait_for()
    page.locator("#explore-run").click()
    assert explored(page)["kind"] == "seed"
    open_tab(page, "Train")
    picture = page.locator("#live-picture")
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 2.5 / 8, "y": box["height"] * 1.5 / 4})
    page.wait_for_function("JSON.parse(document.querySelector('.big').dataset.place).kind === 'vector'")
    place = explored(page)
    assert place["vector"] == pytest.approx(fixed_latents(run.recipe().seed, 12).latents[10].tolist())
    assert "picture 11 of the grid of to-explore" in page.locator(".explore [data-notice]").inner_text()


def test_a_page_without_a_model_begins_with_the_newest_run_and_a_card_opens_its_own(page: Page, run: RunFolder) -> None:
    open_tab(page, "Explore")
    explored(page)
    page.locator("#tab-explore select.model").select_option("glyphs")
    open_tab(page, "Models and runs")
    page.locator("#runs-shelf article[data-name='to-explore'] [data-does='Explore']").click()
    explored(page)
