"""Draw a doodle and see it coloured while the pen moves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.translate_desk import Desk


class Paper:
    """The page that is drawn on."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.canvas = desk, desk.find("canvas.page")

    def drawn(self) -> int:
        return int(self.canvas.get_attribute("data-drawn") or 0)

    def after(self) -> str:
        return self.desk.find(".pane .after").last.get_attribute("src") or ""

    def next(self, before: str) -> str:
        """The translation, once it is another one than `before`."""
        expect(self.desk.find(".pane .after").last).not_to_have_attribute("src", before)
        return self.after()

    def stroke(self, *points: tuple[float, float]) -> None:
        box = self.canvas.bounding_box()
        assert box is not None
        mouse = self.desk.page.mouse
        for number, (x, y) in enumerate(points):
            mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
            if number == 0:
                mouse.down()
        mouse.up()

    def ink(self) -> int:
        """How many pixels of the page are dark."""
        return self.canvas.evaluate(
            "(page) => page.getContext('2d').getImageData(0, 0, page.width, page.height).data"
            ".reduce((sum, level, index) => sum + (index % 4 === 0 && level < 128), 0)"
        )


@pytest.fixture
def paper(page: Page) -> Paper:
    desk = Desk(page)
    desk.mode("draw")
    paper = Paper(desk)
    page.wait_for_function("() => document.querySelector('canvas.page').dataset.drawn")
    return paper


def test_a_faint_suggestion_is_there_already_translated(paper: Paper) -> None:
    expect(paper.desk.find(".ghost")).to_be_visible()
    expect(paper.desk.find(".facts")).to_contain_text("suggestion")
    assert paper.desk.find("select.model").input_value() == "doodle-to-emoji"
    assert paper.ink() == 0


def test_every_stroke_is_translated_while_the_pen_moves(page: Page, paper: Paper) -> None:
    before = paper.after()
    box = paper.canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=5)
    before = paper.next(before)  # the button is still held
    page.mouse.move(box["x"] + 150, box["y"] + 220, steps=5)
    paper.next(before)
    page.mouse.up()
    expect(paper.desk.find(".ghost")).to_be_hidden()


def test_undo_redo_erase_clear(page: Page, paper: Paper) -> None:
    paper.stroke((0.2, 0.2), (0.8, 0.2))
    one = paper.ink()
    paper.stroke((0.2, 0.6), (0.8, 0.6))
    two = paper.ink()
    assert two > one > 0
    paper.desk.find(".undo").click()
    assert paper.ink() == one
    paper.desk.find(".redo").click()
    assert paper.ink() == two
    page.keyboard.press("Control+z")
    assert paper.ink() == one
    page.keyboard.press("Control+y")
    assert paper.ink() == two
    paper.desk.find(".eraser").click()
    paper.stroke((0.5, 0.1), (0.5, 0.9))
    assert paper.ink() < two
    paper.desk.find(".clear").click()
    assert paper.ink() == 0
    expect(paper.desk.find(".undo")).to_be_disabled()


def test_brushes_and_colours_by_keyboard(page: Page, paper: Paper) -> None:
    paper.stroke((0.2, 0.2), (0.8, 0.2))
    usual = paper.ink()
    paper.desk.find(".undo").click()
    paper.desk.find("[name=gw-brush]:checked").focus()
    page.keyboard.press("ArrowRight")
    paper.stroke((0.2, 0.2), (0.8, 0.2))
    assert paper.ink() > 1.5 * usual
    for index in range(paper.desk.find("[name=gw-ink]").count()):
        paper.desk.find("[name=gw-ink]").nth(index).check(force=True)
    paper.desk.find(".colours [type=color]").fill("#123456")
    before = paper.after()
    paper.stroke((0.2, 0.8), (0.8, 0.8))
    paper.next(before)


def test_beginnings_and_a_closer_look(page: Page, paper: Paper) -> None:
    paper.desk.find(".suggestion").click()
    page.wait_for_function("() => !document.querySelector('.desk').classList.contains('empty')")
    assert paper.ink() > 0
    paper.desk.find(".over").click()
    before = paper.after()
    paper.stroke((0.2, 0.8), (0.8, 0.8))
    paper.next(before)
    paper.desk.find(".look").click()
    paper.desk.wait_shown("drawing.png")
    assert paper.desk.download()[0] == "drawing.png"
    paper.desk.mode("draw")
    paper.desk.find(".blank").click()
    assert paper.ink() == 0
