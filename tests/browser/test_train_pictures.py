"""Own pictures on the Train tab: dropped anywhere, chosen, found again after a reload; and a form that is kept."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from gan_core.runs import list_runs
from tests.browser.conftest import App, open_tab, reload, start, state
from tests.browser.test_train_translation import picture, zipped

pytestmark = pytest.mark.usefixtures("leave_nothing_running")

DRAG = """([name, data, over]) => {
  const transfer = new DataTransfer(), bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  transfer.items.add(new File([bytes], name));
  const send = (kind) => document.querySelector(over).dispatchEvent(
    new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  send("dragenter"); send("dragover");
  window.letGo = () => send("drop");
}"""


def drop(page: Page, file: Path, over: str) -> None:
    expect(page.locator("#data-strip img")).to_be_visible()  # the page is ready
    page.evaluate(DRAG, [file.name, base64.b64encode(file.read_bytes()).decode(), over])
    expect(page.locator("#train.gw-over")).to_be_visible()
    page.evaluate("window.letGo()")
    expect(page.locator("#train.gw-over")).to_have_count(0)


def chosen(page: Page, slot: str = "data") -> str:
    return page.locator(f"#{slot} input").first.input_value()


def test_a_zip_dropped_anywhere_on_train_is_trained_on_and_found_again(page: Page, app: App, tmp_path: Path) -> None:
    drop(page, zipped(tmp_path / "my-cats", "."), "#train-view")
    expect(page.locator("#data input").first).to_have_value("my-cats (yours)")
    expect(page.locator("#data-strip")).to_contain_text("my-cats")
    start(page)
    run = list_runs(app.runs)[0]
    assert Path(run.recipe().data).is_relative_to(app.runs.resolve() / "uploads")
    reload(page)
    state(page, "running")
    expect(page.locator("#data input").first).to_have_value("my-cats (yours)")
    page.get_by_role("button", name="Use my pictures").first.click()
    page.get_by_role("button", name="Remove my-cats").first.click()
    expect(page.locator("#data-pictures [data-notice]")).to_contain_text(
        f"The run {run.name} learns from these pictures"
    )
    page.locator("#stop").click()
    state(page, "stopped")
    run.delete()
    page.get_by_role("button", name="Remove my-cats").first.click()
    expect(page.get_by_role("button", name="Remove my-cats")).to_have_count(0)  # other tests' sets may be there
    expect(page.locator("#data input").first).to_have_value("glyphs")


def test_a_folder_is_chosen_with_its_folders(page: Page, app: App, tmp_path: Path) -> None:
    for number in range(8):
        picture(tmp_path / "pets" / ("cat" if number % 2 else "dog") / f"{number}.png", number)
    (tmp_path / "pets" / "notes.txt").write_text("nothing to learn from")
    page.get_by_role("button", name="Use my pictures").first.click()
    page.locator("#data-pictures input.folder").set_input_files(tmp_path / "pets")
    expect(page.locator("#data input").first).to_have_value("pets (yours)")
    expect(page.locator("#data-pictures [data-notice]")).to_contain_text("txt")
    (place,) = [path for path in (app.runs / "uploads").iterdir() if path.name.startswith("pets")]
    assert sorted(path.name for path in (place / "pets").iterdir()) == ["cat", "dog"]


def test_classes_come_from_a_column_of_the_table_beside_the_pictures(page: Page, app: App, tmp_path: Path) -> None:
    for number in range(12):
        picture(tmp_path / "pets" / f"{number}.png", number)
    lines = ["file_name,kind", *(f"{number}.png,{'ab'[number % 2]}" for number in range(12))]
    (tmp_path / "pets" / "metadata.csv").write_text("\n".join(lines))
    page.get_by_role("button", name="Use my pictures").first.click()
    page.locator("#data-pictures input.folder").set_input_files(tmp_path / "pets")
    expect(page.locator("#table-classes")).to_be_visible()
    page.locator("#table-classes").select_option("kind")
    expect(page.locator("#advanced-gist")).to_contain_text("2 changed")
    start(page)
    recipe = list_runs(app.runs)[0].recipe()
    assert (recipe.class_column, recipe.conditional) == ("kind", True)
    reload(page)
    expect(page.locator("#table-classes")).to_have_value("kind")
    expect(page.locator("#advanced-gist")).to_contain_text("2 changed")
    page.locator("#table-classes").select_option("")
    expect(page.locator("#advanced-gist")).to_be_empty()


def test_the_form_is_kept_over_a_reload_and_in_a_second_window(page: Page, app: App) -> None:
    page.locator("#recipe-cyclegan").click()
    expect(page.locator("#data-b")).to_be_visible()
    page.locator("#recipe-gan").click()
    page.locator("#advanced-fold > summary").click()
    page.locator("#seed").fill("42")
    page.locator("#objective").select_option("hinge")
    expect(page.locator("#advanced-gist")).to_contain_text("2 changed")
    page.locator("#data input").first.click()
    page.get_by_role("option", name="scenes-winter").click()
    page.locator("#length-number input").fill("30")  # the usual minutes of another recipe
    page.keyboard.press("Tab")
    page.wait_for_function("JSON.parse(localStorage.getItem('gw-train') ?? '{}').number === 30")
    page.wait_for_function("JSON.parse(localStorage.getItem('gw-train')).data === 'scenes-winter'")
    reload(page)
    second = page.context.new_page()
    second.goto(app.url)
    for window in (page, second):
        expect(window.locator("#recipe-gan")).to_have_attribute("aria-checked", "true")
        expect(window.locator("#advanced-gist")).to_contain_text("2 changed")
        expect(window.locator("#length-number input")).to_have_value("30")
        expect(window.locator("#data input").first).to_have_value("scenes-winter")
        expect(window.locator("#data-strip")).to_contain_text("in winter")
    second.close()
    page.wait_for_timeout(1500)  # what follows from restoring a form changes nothing any more
    expect(page.locator("#length-number input")).to_have_value("30")
    page.get_by_role("button", name="Reset to defaults").click()
    expect(page.locator("#recipe-dcgan")).to_have_attribute("aria-checked", "true")
    expect(page.locator("#length-number input")).to_have_value("5")
    expect(page.locator("#data input").first).to_have_value("glyphs")
    expect(page.locator("#advanced-gist")).to_be_empty()
    expect(page.get_by_role("button", name="Reset to defaults")).to_be_hidden()
    reload(page)
    expect(page.locator("#recipe-dcgan")).to_have_attribute("aria-checked", "true")
    assert chosen(page) == "glyphs"


def test_the_open_tab_is_kept(page: Page, app: App) -> None:
    for name in ("Translate", "Models and runs"):
        open_tab(page, name)
        tab = page.get_by_role("tab", name=name, exact=True)
        page.wait_for_function("name => localStorage.getItem('gw-tab') === name", arg=name.split()[0].lower())
        reload(page)
        expect(tab).to_have_attribute("aria-selected", "true")
        second = page.context.new_page()
        second.goto(app.url)
        expect(second.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        second.close()
    open_tab(page, "Train")
    page.wait_for_function("localStorage.getItem('gw-tab') === 'train'")
    reload(page)
    expect(page.locator("#start")).to_be_visible()


SMALL = ({"width": 320, "height": 640}, {"width": 390, "height": 844}, {"width": 1024, "height": 768})


@pytest.mark.parametrize("size", SMALL)
def test_nothing_is_cut_or_covered_on_a_small_screen(page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    page.wait_for_function("document.querySelector('#data-strip img')?.naturalWidth > 0")
    for label in page.locator("#how-long label").all():
        assert label.evaluate("part => part.scrollWidth <= part.clientWidth + 1")
        inner, outer = label.bounding_box(), page.locator("#go").bounding_box()
        assert inner is not None
        assert outer is not None
        assert inner["x"] + inner["width"] <= outer["x"] + outer["width"]
    boxes = [box for label in page.locator("#how-long label, #length-number").all() if (box := label.bounding_box())]
    assert all(one["x"] + one["width"] <= other["x"] + 1 for one, other in itertools.pairwise(boxes))
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.locator("#recipe-fastcut").scroll_into_view_if_needed()
    page.locator("#recipe-fastcut").evaluate("part => part.scrollIntoView({ block: 'center' })")
    page.locator("#recipe-fastcut").click()  # nothing lies over it
    expect(page.locator("#recipe-fastcut")).to_have_attribute("aria-checked", "true")
    bar = page.locator("#go").bounding_box()
    assert bar is not None
    assert bar["height"] < size["height"] / 3
