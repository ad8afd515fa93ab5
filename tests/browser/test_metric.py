"""The curve of the distance to real pictures."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from gan_core.recipes import Recipe
from gan_core.store import RunFolder
from gan_core.store.runs import Status
from tests.browser.conftest import App


def test_the_distance_to_real_pictures_is_drawn_with_its_floor(page: Page, app: App) -> None:
    run = RunFolder.create(app.runs, Recipe.named("dcgan"), "measured")
    run.append_event({"kind": "progress", "step": 300, "losses": {"generator": 1.0}, "scores": {"real": 1.0}})
    for step, value in ((100, 80.0), (200, 31.5), (300, 44.0)):
        words = {"name": "frechet-glyphs-a1b2c3", "words": "distance of shapes", "samples": 400}
        run.append_event({"kind": "metric", "step": step, "value": value, "floor": 11.1, "spread": 3.0, **words})
    run.write_status(Status(state="finished", step=300, steps=300))
    page.wait_for_function("[...document.querySelectorAll('#run-picker option')].some(o => o.value === 'measured')")
    page.locator("#run-picker").select_option("measured")
    expect(page.locator("#metric-curve")).to_be_visible()
    said = page.locator("#metric-words")
    expect(said).to_contain_text("Now 44 ± 3 from 400 pictures")
    expect(said).to_contain_text("is 11.1")
    expect(said).to_contain_text("Best at step 200")
    expect(page.locator("[data-of=metric]")).to_contain_text("floor, real pictures")
