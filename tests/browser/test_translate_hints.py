"""Tap a colour and see the picture take it; choose another colouring."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from gan_core.cards import Card
from gan_core.models import save_model
from gan_core.networks import describe
from tests.browser.conftest import App
from tests.browser.pages import watched
from tests.browser.test_accessibility import RUN, tool
from tests.browser.test_narrow import CONTROLS, WORDS
from tests.browser.translate_page import TranslatePage
from tests.translation.toy_translators import painting_network

MODEL = "painter"
SIDE = 160


@pytest.fixture
def model(app: App) -> Iterator[str]:
    """A translator that paints around hints and adds its noise to the colours; it is gone afterwards."""
    network = painting_network(2)
    card = Card(
        name=MODEL,
        kind="translator",
        network=describe(network),
        size=128,
        channels=3,
        domains={"A": "grey", "B": "colour"},
        inputs={"hints": True, "noise": 2},
    )
    folder = app.runs / "models"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{MODEL}.safetensors"
    save_model(path, {"AtoB": network}, card)
    yield MODEL
    path.unlink()


class Stage:
    """The stage with a grey picture and the model that takes hints."""

    def __init__(self, page: Page, model: str, folder: Path) -> None:
        self.page, self.tab = page, TranslatePage(page)
        self.tab.find(f"select.model option[value={model}]").wait_for(state="attached")
        expect(self.tab.find(".colouring")).to_be_hidden()  # the model that the tab begins with takes no hints
        Image.new("RGB", (SIDE, SIDE), (150, 150, 150)).save(folder / "grey.png")
        self.tab.drop(folder / "grey.png")
        self.tab.wait_shown("grey.png")
        self.tab.find("select.model").select_option(model)
        self.tab.wait_shown(f'"{model}"')

    def choose(self, colour: str) -> None:
        self.tab.find(".palette .own").fill(colour)

    def place(self, u: float, v: float) -> tuple[float, float]:
        view = self.tab.find(".view").last
        view.scroll_into_view_if_needed()
        box = view.bounding_box()
        assert box is not None
        return box["x"] + u * box["width"], box["y"] + v * box["height"]

    def tap(self, u: float, v: float) -> None:
        self.page.mouse.click(*self.place(u, v))

    def wait_inputs(self, hints: int, seed: int | None) -> None:
        """Wait until the whole result has been made with so many hints and this seed."""
        self.page.wait_for_function(
            "(wanted) => document.querySelector('.translate').dataset.inputs === wanted",
            arg=json.dumps([hints, seed], separators=(",", ":")),
        )
        self.tab.settle()

    def pixel(self, u: float, v: float) -> list[int]:
        """Of the last translation."""
        return self.tab.find(".pane .after").last.evaluate(
            """async (image, [u, v]) => {
                await image.decode();
                const page = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
                const drawing = page.getContext("2d");
                drawing.drawImage(image, 0, 0);
                return [...drawing.getImageData(u * page.width, v * page.height, 1, 1).data].slice(0, 3);
            }""",
            [u, v],
        )

    def is_red(self, u: float, v: float) -> bool:
        red, green, blue = self.pixel(u, v)
        return red > 200 and max(green, blue) < 60

    def wait_red(self, u: float, v: float) -> None:
        """Wait until a drawing, of which nothing else tells the answer, has the colour there."""
        for _ in range(600):
            if self.is_red(u, v):
                return
            self.page.wait_for_timeout(100)
        assert self.pixel(u, v) == "red"

    def is_grey(self, u: float, v: float) -> bool:
        levels = self.pixel(u, v)
        return max(levels) - min(levels) < 25


@pytest.fixture
def stage(page: Page, model: str, tmp_path: Path) -> Stage:
    return Stage(page, model, tmp_path)


def test_a_tapped_colour_is_taken_undone_and_removed(page: Page, stage: Stage) -> None:
    find = stage.tab.find
    expect(find(".advice")).to_contain_text("Choose a colour")
    assert stage.is_grey(0.5, 0.5)
    stage.choose("#ff0000")
    stage.tap(0.5, 0.5)
    stage.wait_inputs(1, None)
    assert stage.is_red(0.5, 0.5)
    assert stage.is_grey(0.15, 0.85)
    stage.tap(0.2, 0.2)
    stage.wait_inputs(2, None)
    assert stage.is_red(0.2, 0.2)
    expect(find(".mark")).to_have_count(2)
    find(".undo-hint").click()
    stage.wait_inputs(1, None)
    assert stage.is_grey(0.2, 0.2)
    find(".redo-hint").click()
    stage.wait_inputs(2, None)
    find(".mark").first.click()
    stage.wait_inputs(1, None)
    assert stage.is_grey(0.5, 0.5)
    page.keyboard.press("Control+z")
    stage.wait_inputs(2, None)
    find(".clear-hints").click()
    stage.wait_inputs(0, None)
    expect(find(".clear-hints")).to_be_disabled()


def test_a_stroke_is_coloured_while_the_pen_moves(page: Page, stage: Stage) -> None:
    stage.choose("#ff0000")
    before = stage.tab.find(".pane .after").last.get_attribute("src") or ""
    page.mouse.move(*stage.place(0.2, 0.6))
    page.mouse.down()
    page.mouse.move(*stage.place(0.7, 0.6), steps=10)
    expect(stage.tab.find(".pane .after").last).not_to_have_attribute("src", before)  # the button is still held
    page.mouse.up()
    stage.tab.settle()
    for u in (0.22, 0.45, 0.68):
        assert stage.is_red(u, 0.6)
    assert stage.is_grey(0.5, 0.2)
    expect(stage.tab.find(".mark")).to_have_count(1)
    stage.tab.find(".undo-hint").click()
    stage.wait_inputs(0, None)


def test_the_keyboard_places_hints_and_the_handle_stays(page: Page, stage: Stage) -> None:
    find = stage.tab.find
    find(".panes").focus()
    page.keyboard.press("Enter")  # no colour is chosen
    expect(find(".mark")).to_have_count(0)
    find("[name=gw-hint]").first.focus()
    page.keyboard.press("ArrowRight")  # red
    find(".panes").focus()
    expect(find(".aim")).to_be_visible()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")
    stage.wait_inputs(1, None)
    assert stage.pixel(0.2, 0.5)[0] > 230
    assert stage.is_grey(0.5, 0.5)
    page.keyboard.press("Escape")
    expect(find(".aim")).to_be_hidden()
    stage.tap(0.75, 0.3)  # drags the handle between before and after again
    expect(find(".handle").first).to_have_attribute("aria-valuenow", "75")
    expect(find(".mark")).to_have_count(1)


def test_another_picture_or_a_model_without_hints_has_none(page: Page, stage: Stage, tmp_path: Path) -> None:
    find = stage.tab.find
    stage.choose("#ff0000")
    stage.tap(0.5, 0.5)
    stage.wait_inputs(1, None)
    find("select.model").select_option("summer-winter")
    stage.tab.wait_shown('"summer-winter"')
    stage.wait_inputs(0, None)
    expect(find(".colouring")).to_be_hidden()
    expect(find(".marks")).to_be_hidden()
    find("select.model").select_option(MODEL)
    stage.wait_inputs(1, None)  # they are still there
    Image.new("RGB", (90, 60), (150, 150, 150)).save(tmp_path / "other.png")
    stage.tab.drop(tmp_path / "other.png")
    stage.tab.wait_shown("other.png")
    stage.wait_inputs(0, None)
    expect(find(".mark")).to_have_count(0)


def test_a_colour_is_taken_from_the_picture(stage: Stage) -> None:
    find = stage.tab.find
    stage.choose("#ff0000")
    stage.tap(0.5, 0.5)
    stage.wait_inputs(1, None)
    find(".from-picture").click()
    stage.tap(0.1, 0.1)
    assert find(".palette .own").input_value() != "#ff0000"
    expect(find(".mark")).to_have_count(1)
    stage.tap(0.8, 0.8)
    stage.wait_inputs(2, None)


def test_another_colouring_is_chosen_and_kept(page: Page, stage: Stage) -> None:
    find = stage.tab.find
    expect(find(".variants")).to_be_hidden()
    usual = stage.pixel(0.5, 0.5)
    find("button.others").click()
    expect(find(".variants button")).to_have_count(4)
    assert len({image.get_attribute("src") for image in find(".variants img").all()}) == 4
    find(".variants button").nth(2).click()
    stage.wait_inputs(0, 3)
    chosen = stage.pixel(0.5, 0.5)
    assert max(abs(one - other) for one, other in zip(usual, chosen, strict=True)) > 15
    stage.choose("#ff0000")
    stage.tap(0.2, 0.2)
    stage.wait_inputs(1, 3)
    assert stage.is_red(0.2, 0.2)
    find("button.others").click()  # four more
    expect(find(".variants button").first).to_have_attribute("data-seed", "5")
    find("button.usual").click()
    stage.wait_inputs(1, None)
    expect(find("button.usual")).to_be_hidden()


def test_a_drawing_takes_hints(page: Page, stage: Stage) -> None:
    stage.tab.mode("draw")
    page.wait_for_function("() => document.querySelector('canvas.page').dataset.drawn")
    stage.tab.find("select.model").select_option(MODEL)
    stage.tab.find(".colouring").wait_for()
    stage.choose("#ff0000")
    stage.tap(0.5, 0.9)
    expect(stage.tab.find(".mark")).to_have_count(1)
    stage.wait_red(0.5, 0.9)
    stage.tab.find("button.others").click()
    expect(stage.tab.find(".variants button")).to_have_count(4)
    stage.tab.find(".blank").click()
    expect(stage.tab.find(".mark")).to_have_count(0)
    stage.tab.mode("picture")
    expect(stage.tab.find(".variants")).to_be_hidden()


@pytest.mark.parametrize(("width", "touch"), [(390, True), (1400, False)])
def test_the_tools_fit_a_finger_and_axe(
    browser: Browser, app: App, model: str, tmp_path: Path, width: int, touch: bool
) -> None:
    size = ViewportSize(width=width, height=844)
    settings = {"viewport": size, "has_touch": touch, "is_mobile": touch, "reduced_motion": "reduce"}
    with watched(browser, app.url, "about:", **settings) as page:
        page.get_by_role("tab", name="Explore").wait_for()
        stage = Stage(page, model, tmp_path)
        stage.choose("#ff0000")
        if touch:
            page.touchscreen.tap(*stage.place(0.5, 0.5))
        else:
            stage.tap(0.5, 0.5)
        stage.wait_inputs(1, None)
        stage.tab.find("button.others").click()
        expect(stage.tab.find(".variants button")).to_have_count(4)
        page.evaluate(tool())
        assert page.evaluate(RUN, False) == []
        wrong = page.evaluate(CONTROLS, [44 if touch else 24, width]) + page.evaluate(WORDS)
        assert [each for each in wrong if ".mark" not in each] == []  # marks are smaller, so that two can be near
