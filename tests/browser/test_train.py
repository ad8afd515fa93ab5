"""A training from Start to Delete, in the order in which a person presses the buttons."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, ViewportSize, expect

from gan_core.compare import list_comparisons
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, list_runs
from gan_core.training.launcher import Launcher
from tests.browser.conftest import App, open_tab, reload, source_of, start, state, wait_for_change
from tests.browser.pages import COMPLAINTS, ROOT

pytestmark = pytest.mark.usefixtures("leave_nothing_running")
LIVE = "#live-picture"
EXPLORED = "#tab-explore img.big"


def test_start_watch_pause_resume_reload_stop(page: Page, app: App) -> None:
    start(page)
    first = wait_for_change(page, LIVE, "")
    wait_for_change(page, LIVE, first)
    page.locator("#pause").click()
    state(page, "paused")
    still = source_of(page, LIVE)
    step = page.locator("#live-step").inner_text()
    page.wait_for_timeout(1200)
    assert source_of(page, LIVE) == still
    assert page.locator("#live-step").inner_text() == step
    page.locator("#pause").click()
    state(page, "running")
    moving = wait_for_change(page, LIVE, still)

    reload(page)
    state(page, "running")  # the page finds the run again, and the run has not noticed
    wait_for_change(page, LIVE, moving)
    expect(page.locator("#loss-curve")).to_be_visible()
    expect(page.locator("#score-curve")).to_be_visible()

    page.locator("#stop").click()
    state(page, "stopped")
    run = list_runs(app.runs)[0]
    assert run.status().state == "stopped"
    assert run.model.exists()

    drawn = "() => document.querySelector('#loss-curve').innerHTML"
    linear = page.evaluate(drawn)
    page.locator("#loss-log").click()
    page.wait_for_function(f"linear => ({drawn})() !== linear", arg=linear)
    page.locator("#loss-log").click()
    page.wait_for_function(f"linear => ({drawn})() === linear", arg=linear)

    slider = page.locator("#keyframe-slider")
    now = source_of(page, LIVE)
    slider.focus()
    page.keyboard.press("Home")
    earliest = wait_for_change(page, LIVE, now)
    page.locator("#keyframe-play").click()
    wait_for_change(page, LIVE, earliest)
    with page.expect_download() as saved:
        page.locator("#keyframe-gif").click()
    with Image.open(saved.value.path()) as film:
        assert film.n_frames > 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [{"width": 1360, "height": 900}, {"width": 390, "height": 844}])
def test_start_is_in_sight_at_first_and_while_the_form_is_scrolled(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.wait_for_function("document.querySelector('#data-strip img')?.naturalWidth > 0")
    expect(page.locator("#start")).to_be_in_viewport(ratio=1)
    page.locator("#advanced-fold > summary").click()
    page.locator("#solver").scroll_into_view_if_needed()
    expect(page.locator("#start")).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_settings_reach_the_run_and_wrong_ones_are_refused(page: Page, app: App) -> None:
    page.locator("#advanced-fold > summary").click()
    expect(page.locator("#seed-help")).to_have_text("The same seed gives the same training.")
    expect(page.get_by_label("Who begins")).to_have_accessible_description("Which player steps first.")
    page.locator("#seed").fill("42")
    page.locator("#batch-size").fill("16")
    page.locator("#generator-width").fill("8")
    page.locator("#discriminator-width").fill("8")
    page.locator("#objective").select_option("hinge")
    expect(page.locator("#advanced-gist")).to_contain_text("5 changed")
    page.get_by_role("radio", name="Steps").check()
    expect(page.locator("#length-number input")).to_have_value(str(Recipe.named("dcgan").steps))
    page.locator("#length-number input").fill("30")
    page.locator("#start").click()
    page.wait_for_function("['running', 'finished'].includes(document.querySelector('#run-state')?.dataset.state)")
    expect(page.locator("#run-state")).to_be_in_viewport()  # the form was scrolled down: the page turns to the training
    state(page, "finished")
    recipe = list_runs(app.runs)[0].recipe()
    assert (recipe.seed, recipe.batch_size, recipe.steps) == (42, 16, 30)
    assert (recipe.objective.name, recipe.generator.options["width"]) == ("hinge", 8)
    before = len(list_runs(app.runs))
    for odd in ("-3", "0"):
        page.locator("#length-number input").fill(odd)
        page.locator("#start").click()
        page.locator("#start-note").get_by_text("step", exact=False).wait_for()
    assert len(list_runs(app.runs)) == before


def test_every_recipe_can_be_chosen(page: Page) -> None:
    for name in ("gan", "cyclegan", "dcgan"):
        page.locator(f"#recipe-{name}").click()
        expect(page.locator(f"#recipe-{name}")).to_have_attribute("aria-checked", "true")
        second = expect(page.locator("#data-b"))
        second.to_be_visible() if name == "cyclegan" else second.to_be_hidden()
    data = page.locator("#data input").first
    expect(data).to_have_value("glyphs")
    data.click()
    page.get_by_role("option", name="scenes-winter").click()
    page.locator("#recipe-gan").click()
    page.locator("#data-strip").get_by_text("28 × 28").wait_for()
    expect(data).to_have_value("scenes-winter")  # what was chosen stays for a recipe of the same kind
    page.locator("#recipe-cyclegan").click()
    expect(page.locator("#data-b input").first).to_have_value("scenes-winter")
    expect(data).to_have_value("scenes-summer")  # but not on both sides of a translation


def test_minutes_follow_the_recipe_until_others_are_typed(page: Page) -> None:
    minutes = page.locator("#length-number input")
    expect(minutes).to_have_value("5")
    page.locator("#recipe-cyclegan").click()
    expect(minutes).to_have_value("30")
    page.locator("#recipe-gan").click()
    minutes.fill("1.5")  # at once: what the server answers to the choice must not undo it
    expect(page.locator("#data-b")).to_be_hidden()
    expect(minutes).to_have_value("1.5")
    page.locator("#recipe-cyclegan").click()
    expect(page.locator("#data-b")).to_be_visible()
    expect(minutes).to_have_value("1.5")


def test_groups_fold_and_negative_controls_are_marked(page: Page) -> None:
    expect(page.locator("#recipe-wgan-gp")).to_be_hidden()
    page.locator("#recipe summary", has_text="Regularised").click()
    page.locator("#recipe-wgan-gp").click()
    expect(page.locator("#recipe .about")).to_contain_text("Gulrajani")
    page.locator("#recipe summary", has_text="Known not to work").click()
    page.locator("#recipe-gda-printed").click()
    expect(page.locator("#recipe-gda-printed")).to_contain_text("negative control")
    expect(page.locator("#recipe .about")).to_contain_text("known not to work")


SEND = """(settings) => window.dispatchEvent(new CustomEvent("gw:lab-settings", { detail: { settings } }))"""


def test_a_setting_of_the_lab_arrives_and_what_does_not_fit_is_said(page: Page) -> None:
    page.locator("#recipe-cyclegan").click()
    open_tab(page, "Explore")
    parts = {
        "objective": {"name": "wasserstein"},
        "penalty": None,
        "solver": {"name": "extragradient", "look": 0.5},
        "generator_optimizer": {"name": "cg", "rule": "fr"},
        "discriminator_optimizer": {"name": "no-such-part"},
    }
    page.evaluate(SEND, parts)
    expect(page.locator("#recipe-dcgan")).to_have_attribute("aria-checked", "true")  # the Lab does not translate
    expect(page.locator("#objective")).to_have_value("wasserstein")
    expect(page.locator("#solver-look")).to_have_value("0.5")
    expect(page.locator("#generator-optimizer-rule")).to_have_value("fr")
    arrived = page.locator("#advanced-arrived")
    expect(arrived).to_be_in_viewport()
    expect(arrived).to_contain_text("recipe dcgan: objective wasserstein, penalty none, order of play extragradient")
    expect(arrived).to_contain_text(
        "Left out, because it does not work on pictures: discriminator's optimizer no-such-part."
    )
    expect(arrived).to_contain_text("Learning rates")
    expect(page.locator("#advanced-notice")).to_contain_text("wasserstein")
    page.locator("#penalty").select_option("r1")
    expect(page.locator("#advanced-notice")).to_be_empty()
    page.locator("#advanced-fold .reset").click()
    expect(arrived).to_be_empty()
    expect(page.locator("#objective")).to_have_value("non-saturating")


def test_a_comparison_moves_survives_a_reload_and_stops(page: Page, app: App) -> None:
    page.locator("#comparison-fold > summary").click()
    page.locator("#comparison-minutes").fill("20")
    page.locator("#comparison-seeds").fill("1")
    page.locator("#comparison-start").click()
    first, second = ".lane:nth-child(1) img", ".lane:nth-child(2) img"
    wait_for_change(page, second, wait_for_change(page, second, ""))
    wait_for_change(page, first, "")
    reload(page)
    page.locator("#comparison-stop").wait_for()  # it unfolds by itself while a comparison goes on
    wait_for_change(page, first, "")
    page.locator("#comparison-stop").click()
    page.wait_for_function("document.querySelector('#comparison-state').dataset.state === 'stopped'")
    (comparison,) = list_comparisons(app.runs)
    assert {trial.state for trial in comparison.trials()} == {"stopped"}
    assert all(comparison.run_of(trial).saved_step() for trial in comparison.trials())
    expect(page.locator("#comparison-go")).to_be_visible()


def test_a_run_of_the_shell_appears_and_can_be_stopped(page: Page, app: App) -> None:
    folder = RunFolder(app.runs / "from-the-shell")
    command = [sys.executable, "-m", "gan_core", "train", "gan", "--steps", "1000000", "--out", str(folder.path)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page.wait_for_function("document.querySelector('#run-picker')?.value === 'from-the-shell'")
        state(page, "running")
        wait_for_change(page, LIVE, "")
        page.locator("#stop").click()
        expect(page.locator("#run-question")).to_contain_text("Stop “from-the-shell”, which was started elsewhere?")
        page.get_by_role("button", name="Stop from-the-shell").click()
        state(page, "stopped")
        assert process.wait(120) == 0
    finally:
        process.kill()


def test_own_pictures_dropped_as_files(page: Page, tmp_path: Path) -> None:
    files = []
    for number in range(8):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (40 + number, 30), (30 * number, 200, 100)).save(path)
        files.append(str(path))
    strip = "document.querySelector('#data-strip img')?.naturalWidth > 0"
    page.wait_for_function(strip)
    page.locator("#data input").first.click()
    page.get_by_role("option", name="Your own pictures").click()
    page.locator("#data-folder textarea, #data-folder input").first.fill(str(tmp_path / "nowhere"))
    page.keyboard.press("Enter")
    expect(page.locator("#data-strip")).to_contain_text("nowhere")
    page.locator("#data-files input[type=file]").set_input_files(files)
    expect(page.locator("#data-strip")).to_contain_text("pictures of")  # not the sentence that asks for some


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
    shown = source_of(page, EXPLORED)
    model.select_option(value)
    shown = wait_for_change(page, EXPLORED, shown)
    wait_for_change(page, EXPLORED, shown)  # by itself: the weights have moved on
    assert list_runs(app.runs)[0].status().state == "running"


SERVER_FUNCTION = re.compile("/component_server")
SAID = "The server does not answer."
FAILURES = {
    "HTTP 500": (lambda route: route.fulfill(status=500, body="Internal Server Error"), SAID),
    "lost": (lambda route: route.abort("connectionreset"), SAID),
    "no JSON": (lambda route: route.fulfill(status=200, body="<html>a proxy</html>"), SAID),
    "refused": (lambda route: route.fulfill(status=200, json={"error": "The disk is full."}), "The disk is full."),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_start_that_fails_is_said_at_once_and_can_be_pressed_again(page: Page, app: App, how: str) -> None:
    fail, sentence = FAILURES[how]
    before = len(list_runs(app.runs))

    def spoil(route: Route) -> None:
        fail(route) if "start_training" in (route.request.post_data or "") else route.continue_()

    page.route(SERVER_FUNCTION, spoil)
    counted = len(COMPLAINTS[page].console)
    page.locator("#start").click()
    expect(page.locator("#start-note")).to_have_text(sentence)
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("#start")).to_have_text("Start")
    del COMPLAINTS[page].console[counted:]  # the browser itself says what became of the request
    page.unroute(SERVER_FUNCTION)
    start(page)
    expect(page.locator("#start-note")).to_be_empty()
    assert len(list_runs(app.runs)) == before + 1
