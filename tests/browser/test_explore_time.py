"""Time in a real Chromium: sliding through a training that has ended, and through one that goes on."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from tests.browser.explore_page import changed, page, picture, settled
from tests.ui.explore.conftest import save

__all__ = ["page"]  # the fixture

STEPS = (1, 3, 10, 32, 100, 316, 1000)


def trained(root: Path, name: str) -> RunFolder:
    """A run with key frames of seven steps, as if it had trained."""
    run = RunFolder.create(root, Recipe.named("dcgan"), name)
    (run.path / "keyframes").mkdir()
    for step in STEPS:
        file = run.path / "keyframes" / f"{step:08d}.safetensors"
        save(file, seed=step + len(name), steps=step)
        file.with_suffix(".jpg").touch()
        run.append_event({"kind": "progress", "step": step, "losses": {"generator": 1.0 / step}})
    shutil.copy(run.path / "keyframes" / f"{STEPS[-1]:08d}.safetensors", run.model)
    return run


@pytest.fixture(scope="module", autouse=True)
def past(explore_folder: Path) -> Iterator[None]:
    """A run that has ended: `past`."""
    run = trained(explore_folder / "runs", "past")
    run.write_status(Status(state="finished", step=STEPS[-1]))
    yield
    shutil.rmtree(run.path)


@pytest.fixture
def end_of_going(explore_folder: Path) -> Iterator[Callable[[], None]]:
    """A run, `going`, that goes on until what is given here is called."""
    run, end = trained(explore_folder / "runs", "going"), threading.Event()

    def train() -> None:
        step = 1200
        with run.lock():
            while not end.wait(0.2):
                step += 1
                save(run.live_weights, seed=step, steps=step)
                run.write_status(Status(state="running", step=step, heartbeat=time.time(), live_step=step))
                if run.pins.asked:
                    shutil.copy(run.live_weights, run.path / "keyframes" / f"{step:08d}.safetensors")
                    run.pins.grant(step)
            run.write_status(Status(state="finished", step=step))

    training = threading.Thread(target=train)

    def finish() -> None:
        end.set()
        training.join()

    training.start()
    yield finish
    finish()
    shutil.rmtree(run.path, ignore_errors=True)  # the test may have deleted it


def choose(page: Page, model: str) -> None:
    """Take the model, and open the Time panel once its moments are there."""
    page.locator(
        "select.model option", has_text=re.compile(re.escape(model.partition(":")[2] or model))
    ).first.wait_for(state="attached")
    page.get_by_label("Model", exact=True).select_option(model)
    page.get_by_role("tab", name="Time", exact=True).click()
    page.locator(".time-bar").wait_for()
    settled(page)


def here(page: Page) -> str:
    return page.locator(".time-here").inner_text()


def words(page: Page) -> str:
    return page.locator(".time-words").inner_text()


def test_sliding_typing_and_keys_lead_through_the_training(page: Page, explore_folder: Path) -> None:
    choose(page, "runs/past")
    assert here(page) == "newest, step 1,000"
    newest = picture(page)
    box = page.locator(".time-tall").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] - 34

    def x(share: float) -> float:
        return box["x"] + 10 + share * (box["width"] - 20)

    page.mouse.move(x(1), y)
    page.mouse.down()
    for number in range(60):  # back and forth, as fast as the mouse can; the last place is the one that is drawn
        page.mouse.move(x(number * 0.37 % 1), y)
    page.mouse.move(x(0.55), y)
    page.mouse.up()
    settled(page)
    assert (here(page), words(page)) == ("step 32", "Step 32 is the nearest kept to 45.")
    page.get_by_label("Step", exact=True).fill("500")
    page.get_by_label("Step", exact=True).press("Enter")
    settled(page)
    assert (here(page), words(page)) == ("step 316", "Step 316 is the nearest kept to 500.")
    slider = page.locator(".time-bar canvas")
    slider.press("ArrowRight")
    assert here(page) == "newest, step 1,000"
    assert settled(page) == newest
    slider.press("Home")
    before = settled(page)
    assert here(page) == "step 1"
    slider.press("ArrowRight")
    after = changed(page, before)
    assert slider.get_attribute("aria-valuetext") == "step 3. Moment 2 of the 7 that are kept."
    page.get_by_role("button", name="Undo").click()
    assert changed(page, after) == before
    assert here(page) == "step 1"
    page.get_by_label("Step", exact=True).fill("100")
    page.get_by_label("Step", exact=True).press("Enter")
    damaged = explore_folder / "runs" / "past" / "keyframes" / "00000316.safetensors"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:99])
    try:
        page.get_by_role("button", name="Play through the training").first.click()
        page.wait_for_function("() => document.querySelector('.time-here').textContent === 'newest, step 1,000'")
        page.get_by_role("button", name="Play through the training").first.wait_for()
        assert settled(page) == newest
        assert "Step 316 of past cannot be shown" in page.locator("[data-notice]").inner_text()  # and was passed over
    finally:
        damaged.write_bytes(whole)


def test_the_grid_leads_to_a_latent_at_a_step_and_films_come_back(page: Page, tmp_path: Path) -> None:
    choose(page, "runs/past")
    cell = page.get_by_role("button", name="seed 3 at step 100")
    cell.click()
    settled(page)
    assert here(page) == "step 100"
    assert page.get_by_label("Seed", exact=True).input_value() == "3"
    assert cell.get_attribute("aria-pressed") == "true"
    assert cell.locator("img").get_attribute("src") == picture(page)
    page.get_by_label("Columns").select_option("6")
    page.wait_for_function("() => document.querySelectorAll('.time-head').length === 6")
    page.get_by_role("button", name="seed 5 at step 1,000").wait_for()
    with page.expect_download() as sheet:
        page.locator(".time-save").click()
    sheet.value.save_as(tmp_path / "sheet.png")
    page.locator(".time-seconds").fill("1")
    with page.expect_download() as film:
        page.get_by_role("button", name="Export").click()
    film.value.save_as(tmp_path / "film.mp4")
    assert "50 frames, 2.0 s" in page.locator(".time-made").inner_text()
    page.get_by_role("tab", name="Move", exact=True).click()
    page.locator(".chosen").set_input_files(tmp_path / "film.mp4")
    page.get_by_role("button", name="latent 1 at step 1,000").wait_for()
    assert page.locator(".time-seconds").input_value() == "1"
    page.locator(".chosen").set_input_files(tmp_path / "sheet.png")
    page.get_by_role("button", name="latent 6 at step 1,000").wait_for()


def test_a_model_without_a_history_says_so_in_one_line(page: Page) -> None:
    page.get_by_label("Model", exact=True).select_option("small")
    page.get_by_role("tab", name="Time", exact=True).click()
    page.get_by_text("small came without a history of its training.").wait_for()
    assert page.locator(".time-bar").is_hidden()


def test_a_training_that_goes_on_is_followed_pinned_and_left_where_one_looked(
    page: Page, explore_folder: Path, end_of_going: Callable[[], None]
) -> None:
    choose(page, "live:going")
    page.wait_for_function("() => /^now, step 1,[0-9]+$/.test(document.querySelector('.time-here').textContent)")
    before = here(page)
    page.wait_for_function("(old) => document.querySelector('.time-here').textContent !== old", arg=before)
    page.get_by_role("button", name="Pin the present moment").click()
    name = page.get_by_label(re.compile("^Name of step 1,"))
    name.fill("eyes")
    name.press("Enter")
    page.locator(".time-go").click()
    settled(page)
    assert re.fullmatch(r"Step 1,\d+ is pinned: eyes\.", words(page))
    pinned, shown = here(page), picture(page)
    end_of_going()
    page.get_by_text("The training has ended").wait_for()
    assert (here(page), settled(page)) == (pinned, shown)
    page.get_by_role("button", name=re.compile("^Let go of step")).click()
    page.locator(".time-pinned").wait_for(state="detached")
    assert page.locator("[data-notice]").inner_text() == ""  # news goes when the next action begins
    shutil.rmtree(explore_folder / "runs" / "going")  # somebody deletes it while it is looked at
    page.locator(".time-bar canvas").press("Home")
    page.get_by_text("runs/going is not there any more").wait_for()
    settled(page)
