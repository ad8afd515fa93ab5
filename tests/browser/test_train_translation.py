"""A translation from two dropped zips to the Translate tab: check, estimate, size, panels, own pictures, alarms, best."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gan_core.runs import RunFolder, list_runs
from gan_core.training.probe_images import read_layout
from tests.browser.conftest import App, open_tab, reload, source_of, start, state, wait_for_change
from tests.ui.fake_run import fake_run

pytestmark = pytest.mark.usefixtures("leave_nothing_running")

LIVE = "#live-picture"
MOVED = ".own canvas[data-view=translation]"


def picture(path: Path, seed: int, width: int = 72, height: int = 64, *, warm: bool = False) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 150, (6, 6, 3), dtype=np.uint8)
    pixels[..., 0 if warm else 2] += 100
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC).save(path)
    return path


def zipped(folder: Path, *parts: str) -> Path:
    """A zip of twelve pictures for each part; those of B are warm."""
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w") as archive:
        for place, part in enumerate(parts):
            for number in range(12):
                warm = part.endswith("B") or folder.name.endswith("b")
                path = picture(folder / part / f"{number}.png", 100 * place + number + 50 * warm, warm=warm)
                archive.write(path, f"{part}/{number}.png")
    return folder.with_suffix(".zip")


def choose_own(page: Page, slot: str, files: Path) -> None:
    option = page.get_by_role("option", name="Your own pictures").locator("visible=true")
    expect(option).to_have_count(0)  # the list of another slot fades away first
    page.locator(f"#{slot} input").first.click()
    option.click()
    page.locator(f"#{slot}-files input[type=file]").set_input_files(str(files))
    page.locator(f"#{slot}-strip").get_by_text("pictures", exact=False).first.wait_for()


def smallest(page: Page) -> None:
    """Networks so small that a step takes no time."""
    page.locator("#advanced-fold > summary").click()
    for part, value in (
        ("size", 16),
        ("generator-width", 2),
        ("generator-blocks", 1),
        ("discriminator-width", 2),
        ("discriminator-layers", 1),
    ):
        page.locator(f"#{part}").fill(str(value))
        page.locator(f"#{part}").press("Enter")
    page.locator("#advanced-fold > summary").click()


def test_two_zips_an_own_picture_and_the_translate_tab(page: Page, app: App, tmp_path: Path) -> None:
    page.locator("#recipe-cyclegan").click()
    choose_own(page, "data", zipped(tmp_path / "cold", "pictures"))
    choose_own(page, "data-b", zipped(tmp_path / "warm-b", "pictures"))
    check = page.locator("#data-check-fold")
    expect(check).to_have_attribute("data-grade", "problem")  # twelve pictures are few
    expect(check).to_contain_text("12 pictures are learned by heart")
    expect(check).to_contain_text("No picture is in both A and B.")
    smallest(page)

    own = page.locator("#own-file")
    own.set_input_files(str(picture(tmp_path / "mine.png", 900, 90, 60)))
    expect(page.locator("#own-before .kept img")).to_have_count(1)
    Image.new("RGB", (20_000, 3)).save(tmp_path / "thin.png")
    own.set_input_files(str(tmp_path / "thin.png"))
    expect(page.locator("#own-notice")).to_contain_text("20,000 x 3 pixels")
    reload(page)  # it waits for the run, whatever happens to the page
    page.locator("#recipe-cyclegan").click()
    expect(page.locator("#own-before .kept img")).to_have_count(1)
    choose_own(page, "data", tmp_path / "cold.zip")
    choose_own(page, "data-b", tmp_path / "warm-b.zip")
    smallest(page)
    start(page)

    moved = wait_for_change(page, LIVE, "")
    wait_for_change(page, LIVE, moved)
    heads = page.locator(".halves .heads")
    expect(heads.nth(0)).to_contain_text(re.compile(r"A\s*cold.*→ B\s*warm-b.*→ back to A", re.DOTALL))
    expect(heads.nth(1)).to_contain_text(re.compile(r"B\s*warm-b.*→ A\s*cold.*→ back to B", re.DOTALL))
    expect(page.locator("#live-picture-second")).to_be_visible()

    expect(page.locator(MOVED)).to_have_count(1)
    expect(page.locator("#own-before .kept img")).to_have_count(0)
    expect(page.locator(MOVED)).to_have_js_property("width", 90)
    expect(page.locator(MOVED)).to_have_js_property("height", 60)
    page.locator("#own-add-file").set_input_files(str(picture(tmp_path / "second.png", 901, 40, 80)))
    expect(page.locator(MOVED)).to_have_count(2)
    page.locator(".own article").nth(1).get_by_role("button", name="It is one of B").click()
    expect(page.locator(".own article").nth(1).locator("figure", has_text="back to B")).to_be_visible()
    run = next(run for run in list_runs(app.runs) if run.status().is_active)
    assert run.own.version() == ("1-A", "2-B")

    reload(page)
    expect(page.locator(MOVED)).to_have_count(2)
    page.locator("#stop").click()
    state(page, "stopped")
    last = run.keyframes()[-1].step
    assert [each["number"] for each in read_layout(run.own_at(last).read_bytes())["pictures"]] == [1, 2]
    page.locator("#keyframe-slider").focus()
    page.keyboard.press("Home")
    expect(page.locator("#own-step")).to_have_text("step 1")
    page.locator(".own article").nth(0).get_by_role("button", name="Remove own picture 1").click()
    expect(page.locator(".own article")).to_have_count(1)

    page.locator("#use-newest").click()
    page.wait_for_function(
        "name => document.querySelector('#tab-translate .model')?.value === name", arg=f"runs/{run.name}"
    )


def test_one_zip_with_both_kinds_needs_no_second_choice(page: Page, app: App, tmp_path: Path) -> None:
    page.locator("#recipe-fastcut").click()
    expect(page.locator("#data-b")).to_be_visible()
    choose_own(page, "data", zipped(tmp_path / "both", "trainA", "trainB"))
    expect(page.locator("#data-strip")).to_contain_text("Both kinds are in it")
    expect(page.locator("#data-b")).to_be_hidden()
    smallest(page)
    page.locator("#own-file").set_input_files(str(picture(tmp_path / "mine.png", 900)))
    page.locator("#own-before .kept img").wait_for()
    expect(page.locator("#own-before .kinds button")).to_have_count(0)  # one way only
    start(page)
    wait_for_change(page, LIVE, wait_for_change(page, LIVE, ""))
    expect(page.locator(".halves .heads").nth(0)).not_to_contain_text("back")
    expect(page.locator(MOVED)).to_have_count(1)
    expect(page.locator(".own canvas[data-view=error]")).to_have_count(0)
    page.locator("#stop").click()
    state(page, "stopped")


def test_size_width_and_time_are_chosen_together(page: Page) -> None:
    page.locator("#recipe-cyclegan").click()
    page.locator("#scale-side-128").click()
    page.locator("#scale-width-light").click()
    expect(page.locator("#scale-side-128")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#scale-width-light")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#advanced-gist")).to_contain_text("3 changed")
    line = page.locator("#estimate-line")
    expect(line).to_contain_text(re.compile(r"About .* steps in 30 min at 128 px on this machine \(measured: "))
    page.get_by_role("radio", name="Steps").check()
    expect(line).to_contain_text("for 20,000 steps at 128 px")
    page.locator("#recipe-dcgan").click()
    expect(page.locator("#scale-side-128")).to_be_hidden()
    expect(page.locator("#own-drop")).to_be_hidden()


@pytest.fixture
def told(app: App) -> RunFolder:
    """A translation that has ended with an alarm, and was best at its third key frame."""
    run = fake_run(app.runs, name="told", recipe="cyclegan")
    run.append_event({"kind": "warning", "step": 5, "text": "A to B: colours are inverted.", "alarm": True})
    common = {"name": "patch-distance", "floor": 1.0, "spread": 0.1, "samples": 8, "words": "patches"}
    for step, value in ((2, 9.0), (5, 3.0), (10, 4.0)):
        run.append_event({"kind": "metric", "step": step, "value": value, **common})
    return run


def test_alarms_are_seen_at_once_and_the_best_key_frame_is_one_click_away(page: Page, told: RunFolder) -> None:
    page.locator("#run-picker").select_option(told.name)
    alarm = page.locator("#train-live .alarm")
    expect(alarm).to_contain_text("colours are inverted")
    expect(alarm).to_be_in_viewport()
    expect(page.locator("#doctor-notes li.alarmed")).to_have_count(1)
    page.locator("#alarm-close").click()
    expect(alarm).to_be_hidden()
    expect(page.locator(".best-mark")).to_be_visible()
    now = source_of(page, LIVE)
    page.locator("#keyframe-best").click()
    expect(page.locator("#keyframe-label")).to_have_text("step 5")
    wait_for_change(page, LIVE, now)
    open_tab(page, "Train")
