"""Draw a doodle and see it coloured while the pen moves."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.translate_page import TranslatePage


class Paper:
    """The page that is drawn on."""

    def __init__(self, tab: TranslatePage) -> None:
        self.tab, self.canvas = tab, tab.find("canvas.page")

    def drawn(self) -> int:
        return int(self.canvas.get_attribute("data-drawn") or 0)

    def after(self) -> str:
        return self.tab.find(".pane .after").last.get_attribute("src") or ""

    def next(self, before: str) -> str:
        """The translation, once it is another one than `before`."""
        expect(self.tab.find(".pane .after").last).not_to_have_attribute("src", before)
        return self.after()

    def stroke(self, *points: tuple[float, float]) -> None:
        box = self.canvas.bounding_box()
        assert box is not None
        mouse = self.tab.page.mouse
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
    tab = TranslatePage(page)
    tab.mode("draw")
    paper = Paper(tab)
    page.wait_for_function("() => document.querySelector('canvas.page').dataset.drawn")
    return paper


def test_a_faint_suggestion_is_there_already_translated(paper: Paper) -> None:
    expect(paper.tab.find(".ghost")).to_be_visible()
    expect(paper.tab.find(".facts")).to_contain_text("suggestion")
    assert paper.tab.find("select.model").input_value() == "doodle-to-emoji"
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
    expect(paper.tab.find(".ghost")).to_be_hidden()


def test_undo_redo_erase_clear(page: Page, paper: Paper) -> None:
    paper.stroke((0.2, 0.2), (0.8, 0.2))
    one = paper.ink()
    paper.stroke((0.2, 0.6), (0.8, 0.6))
    two = paper.ink()
    assert two > one > 0
    paper.tab.find(".undo").click()
    assert paper.ink() == one
    paper.tab.find(".redo").click()
    assert paper.ink() == two
    page.keyboard.press("Control+z")
    assert paper.ink() == one
    page.keyboard.press("Control+y")
    assert paper.ink() == two
    paper.tab.find(".eraser").click()
    paper.stroke((0.5, 0.1), (0.5, 0.9))
    assert paper.ink() < two
    paper.tab.find(".clear").click()
    assert paper.ink() == 0
    expect(paper.tab.find(".undo")).to_be_disabled()


def test_brushes_and_colours_by_keyboard(page: Page, paper: Paper) -> None:
    paper.stroke((0.2, 0.2), (0.8, 0.2))
    usual = paper.ink()
    paper.tab.find(".undo").click()
    paper.tab.find("[name=gw-brush]:checked").focus()
    page.keyboard.press("ArrowRight")
    paper.stroke((0.2, 0.2), (0.8, 0.2))
    assert paper.ink() > 1.5 * usual
    for index in range(paper.tab.find("[name=gw-ink]").count()):
        paper.tab.find("[name=gw-ink]").nth(index).check(force=True)
    paper.tab.find(".colours [type=color]").fill("#123456")
    before = paper.after()
    paper.stroke((0.2, 0.8), (0.8, 0.8))
    paper.next(before)


def test_beginnings_and_the_drawing_on_the_stage(page: Page, paper: Paper) -> None:
    paper.tab.find(".suggestion").click()
    page.wait_for_function("() => !document.querySelector('.drawing-area').classList.contains('empty')")
    assert paper.ink() > 0
    paper.tab.find(".over").click()
    before = paper.after()
    paper.stroke((0.2, 0.8), (0.8, 0.8))
    paper.next(before)
    paper.tab.find(".closer").click()
    paper.tab.wait_shown("drawing.png")
    assert paper.tab.download()[0] == "drawing.png"
    paper.tab.mode("draw")
    paper.tab.find(".blank").click()
    assert paper.ink() == 0
