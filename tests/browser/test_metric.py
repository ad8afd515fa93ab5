"""The curve of the distance to real pictures."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.runs.folder import Status
from tests.browser.conftest import App


def test_the_distance_to_real_pictures_is_drawn_with_what_real_pictures_give(page: Page, app: App) -> None:
    run = RunFolder.create(app.runs, Recipe.named("dcgan"), "measured")
    run.append_event({"kind": "progress", "step": 300, "losses": {"generator": 1.0}, "scores": {"real": 1.0}})
    for step, value in ((100, 80.0), (200, 31.5), (300, 44.0)):
        words = {"name": "frechet-glyphs-a1b2c3", "words": "distance of shapes", "samples": 400}
        run.append_event(
            {"kind": "metric", "step": step, "value": value, "floor": 11.1, "spread": 3.0, **words}
        )  # an old run
    run.write_status(Status(state="finished", step=300, steps=300))
    page.wait_for_function("[...document.querySelectorAll('#run-picker option')].some(o => o.value === 'measured')")
    page.locator("#run-picker").select_option("measured")
    expect(page.locator("#metric-curve")).to_be_visible()
    said = page.locator("#metric-words")
    expect(said).to_contain_text("Now 44 ± 3 from 400 pictures")
    expect(said).to_contain_text("give is 11.1")
    expect(said).to_contain_text("Best at step 200")
    expect(page.locator("[data-of=metric]")).to_contain_text("what real pictures give")


def test_the_run_itself_says_which_step_is_kept(page: Page, app: App) -> None:
    """Not the lowest number: few pictures vary, and at the end equally many are compared."""
    run = RunFolder.create(app.runs, Recipe.named("dcgan"), "measured-again")
    run.append_event({"kind": "progress", "step": 400, "losses": {"generator": 1.0}, "scores": {"real": 1.0}})
    words = {"name": "frechet-glyphs-a1b2c3", "words": "distance of shapes", "spread": 3.0, "took": 0.5}
    level = {"reference_level": 5.0, "reference_spread": 1.5}
    found = ((100, 80.0, True, None), (200, 31.5, False, None), (300, 33.0, True, None))
    for step, value, best, kept in (*found, (400, 44.0, False, {"step": 300, "value": 30.5, "spread": 2.0})):
        told = {"kind": "metric", "step": step, "value": value, "samples": 1000, "best": best}
        run.append_event({**told, **words, **level, **({"kept": kept} if kept else {})})
    run.write_status(Status(state="finished", step=400, steps=400))
    page.wait_for_function(
        "[...document.querySelectorAll('#run-picker option')].some(o => o.value === 'measured-again')"
    )
    page.locator("#run-picker").select_option("measured-again")
    said = page.locator("#metric-words")
    expect(said).to_contain_text("what as many real pictures give is 5 ± 1.5")
    expect(said).to_contain_text("Best at step 300 (the dot), measured again on as many pictures: 30.5 ± 2")
    expect(said).to_contain_text("Copies of the training pictures")
