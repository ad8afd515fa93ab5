"""Solvers on small games, and the vanishing gradient, in a real Chromium.

The page runs in a process of its own, as it does for a person: `python -m tests.browser.test_dynamics`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize

from tests.browser.pages import launch, served, watched


def serve() -> None:
    """The panel in a tab beside another one; prints the address and stays."""
    from gan_core.ui.launch import prepare_environment

    prepare_environment()
    import gradio as gr

    from gan_core.ui.lab.analytic_games import build_dynamics

    with gr.Blocks(analytics_enabled=False, fill_width=True) as demo, gr.Tabs():
        with gr.Tab("Lab"):
            build_dynamics()
        with gr.Tab("Other"):
            gr.Markdown("Nothing here.")
    launch(demo)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(__name__) as address:
        yield address


@pytest.fixture
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, opened and answered once, under watch."""
    size = getattr(request, "param", ViewportSize(width=1280, height=900))
    with watched(browser, address, viewport=size) as page:
        page.wait_for_selector(".dynamics[data-ready=yes][data-answers]")
        yield page


def answers(page: Page) -> int:
    return int(page.locator(".dynamics").get_attribute("data-answers") or 0)


def wait_for_answer(page: Page, before: int) -> None:
    page.wait_for_function("(old) => Number(document.querySelector('.dynamics').dataset.answers) > old", arg=before)


def row(page: Page, way: str) -> list[str]:
    return page.locator(f".dynamics tr[data-solver='{way}'] td").all_inner_texts()


def choose(page: Page, game: str) -> None:
    before = answers(page)
    page.locator(f".game[data-game='{game}']").click()
    wait_for_answer(page, before)
    page.wait_for_timeout(300)


def test_the_predicted_rate_stands_beside_the_measured_one(page: Page) -> None:
    _, predicted, measured, happens, formula = row(page, "simultaneous")
    assert (predicted, measured) == ("1.019804", "1.0198")
    assert "diverges" in happens
    assert "outwards" in happens
    assert "√(1 + h²)" in formula
    assert "circles" in row(page, "alternating")[3]
    before = answers(page)
    page.get_by_label("Step size as a number").fill("0.5")
    page.get_by_label("Step size as a number").press("Enter")
    wait_for_answer(page, before)
    assert row(page, "simultaneous")[1] == "1.118034"


def test_start_is_dragged_and_moved_with_keys(page: Page) -> None:
    box = page.locator(".dynamics .field").bounding_box()
    assert box is not None
    before = answers(page)
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.2, steps=6)
    page.mouse.up()
    wait_for_answer(page, before)
    x, y = (page.locator(f".dynamics [data-start='{axis}']") for axis in (0, 1))
    assert float(x.input_value()) == pytest.approx(2.0, abs=0.03)
    assert float(y.input_value()) == pytest.approx(1.5, abs=0.03)
    page.locator(".dynamics .field").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    assert float(x.input_value()) == pytest.approx(1.9, abs=0.03)
    assert float(y.input_value()) == pytest.approx(1.0, abs=0.03)


def test_ways_are_chosen_up_to_six_and_one_stays(page: Page) -> None:
    chips = page.locator(".dynamics .chip")
    assert page.locator(".chip[aria-pressed=true]").count() == 5
    before = answers(page)
    page.locator(".chip[data-solver='cg-fr']").click()
    wait_for_answer(page, before)
    assert page.locator(".chip[aria-pressed=true]").count() == 6
    assert "beta at step" in page.locator(".dynamics .betas").inner_text()
    page.locator(".chip[data-solver=adam]").click()
    assert "Six at most" in page.locator(".dynamics [data-notice]").inner_text()
    held: list[Route] = []  # answers are slow to come while the chips are pressed
    page.route("**/component_server/", lambda question: held.append(question))
    before = answers(page)
    with page.expect_request("**/component_server/"):
        for name in ("simultaneous", "alternating", "extragradient", "optimistic", "cg-prp", "cg-fr"):
            page.locator(f".chip[data-solver='{name}']").click()
    assert page.locator(".chip[aria-pressed=true]").count() == 1
    assert "stays chosen" in page.locator(".dynamics [data-notice]").inner_text()
    for question in held:
        question.continue_()
    page.unroute("**/component_server/")
    wait_for_answer(page, before)
    assert "stays chosen" in page.locator(".dynamics [data-notice]").inner_text(), (
        "an older answer does not wipe it away"
    )
    before = answers(page)
    page.locator(".chip[data-solver='follow-the-ridge']").click()
    wait_for_answer(page, before)
    page.wait_for_function("document.querySelector(\"tr[data-solver='follow-the-ridge'] .verdict\")")
    assert "not defined here" in row(page, "follow-the-ridge")[3]
    assert chips.count() > 15


def test_every_game_plays_scrubs_and_zooms(page: Page) -> None:
    for game in ("curved", "ridge", "valley", "dirac", "line", "line-with-bias", "rotation"):
        choose(page, game)
        assert page.locator(".dynamics tbody tr .verdict").count() == page.locator(".chip[aria-pressed=true]").count()
    choose(page, "line-with-bias")
    assert "2 steps" in row(page, "linear-cg")[4]
    assert "arrives" in row(page, "linear-cg")[3]
    assert "still 0.049 away" in page.locator(".dynamics .printed").inner_text()
    scrub = page.get_by_label("Step shown")
    scrub.focus()
    page.keyboard.press("Home")
    assert page.locator(".dynamics .at").inner_text() == "step 0"
    page.keyboard.press("ArrowRight")
    assert page.locator(".dynamics .at").inner_text() == "step 1"
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("Number(document.querySelector('.dynamics .scrub').value) > 20")
    page.get_by_role("button", name="Pause").first.click()
    for name in ("Zoom in", "Zoom out", "Reset view"):
        page.get_by_role("button", name=name).click()


def test_options_and_numbers_of_a_way_change_the_rates(page: Page) -> None:
    choose(page, "curved")
    known = row(page, "alternating")[1]
    before = answers(page)
    page.get_by_label("Curvature a").focus()
    page.keyboard.press("ArrowRight")
    wait_for_answer(page, before)
    page.wait_for_function("(old) => document.querySelector(\"tr[data-solver='alternating'] td:nth-child(2)\").textContent !== old", arg=known)  # fmt: skip
    assert row(page, "alternating")[1] == "0.890000"
    choose(page, "ridge")
    assert row(page, "consensus")[1] == "0.920000"
    assert row(page, "follow-the-ridge")[1] == "0.900000"
    before = answers(page)
    page.get_by_label("Strength of Consensus").fill("0.2")
    page.get_by_label("Strength of Consensus").press("Enter")
    wait_for_answer(page, before)
    page.wait_for_function("document.querySelector(\"tr[data-solver='consensus'] td:nth-child(2)\").textContent !== '0.920000'")  # fmt: skip
    before = answers(page)
    page.get_by_label("Game", exact=True).locator("visible=true").last.select_option("f2")
    wait_for_answer(page, before)


def test_divergence_is_shown_and_told(page: Page) -> None:
    before = answers(page)
    page.get_by_label("Step size as a number").fill("2")
    page.get_by_label("Step size as a number").press("Enter")
    wait_for_answer(page, before)
    assert "ran away" in page.locator(".dynamics [data-notice]").inner_text()
    assert "Out of every picture" in row(page, "simultaneous")[3]


def test_the_vanishing_gradient_runs_pauses_and_goes_on(page: Page) -> None:
    run = page.locator(".vanishing .run")
    run.click()
    page.wait_for_function("Number(document.querySelector('.vanishing').dataset.step) >= 40")
    run.click()
    page.wait_for_timeout(500)
    paused = page.locator(".vanishing").get_attribute("data-step")
    page.wait_for_timeout(400)
    assert page.locator(".vanishing").get_attribute("data-step") == paused
    assert run.inner_text() == "Go on"
    assert "bound is log 0.1" in page.locator(".vanishing .told").inner_text()
    page.get_by_label("Seed").fill("3")
    page.get_by_label("Seed").press("Enter")
    assert run.inner_text() == "Run"


@pytest.mark.parametrize("page", [{"width": 390, "height": 844}], indirect=True)
def test_fits_a_narrow_screen(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    choose(page, "dirac")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


if __name__ == "__main__":
    serve()
