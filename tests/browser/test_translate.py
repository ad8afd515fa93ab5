"""A picture in, the same picture out, translated; and all views of both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from gan_core.cards import Card
from gan_core.models import save_model
from gan_core.networks import build_discriminator, describe
from gan_core.recipes import Recipe
from tests.browser.conftest import App
from tests.browser.translate_page import TranslatePage, picture
from tests.translation.toy_translators import resnet


@pytest.fixture
def tab(page: Page) -> TranslatePage:
    return TranslatePage(page)


def zoom_of(tab: TranslatePage) -> float:
    return float(tab.find(".panes").get_attribute("data-zoom") or 0)


def test_an_uploaded_picture_keeps_its_size_and_name(tab: TranslatePage, tmp_path: Path) -> None:
    tab.drop(picture(tmp_path / "my meadow.png", (301, 203)))
    tab.wait_shown("my meadow.png")
    assert "301 x 203" in tab.find(".facts").inner_text()
    name, image = tab.download()
    assert (name, image.size) == ("my meadow.png", (301, 203))


def test_a_dropped_picture_is_seen_small_before_it_is_sent(page: Page, tab: TranslatePage, tmp_path: Path) -> None:
    file = picture(tmp_path / "drop.png", (600, 400))
    page.route("**/upload**", lambda route: None)  # never answered: what is seen needs no upload
    page.evaluate(
        """async (bytes) => {
            const file = new File([new Uint8Array(bytes)], 'drop.png', { type: 'image/png' }), transfer = new DataTransfer();
            transfer.items.add(file);
            document.querySelector('.translate').dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: transfer }));
        }""",
        list(file.read_bytes()),
    )
    expect(tab.find(".facts")).to_have_text("600 x 400 pixels, translating …")
    expect(tab.find(".pane .after").first).to_have_attribute("alt", "Preview of the translation")
    page.unroute_all(behavior="ignoreErrors")


def test_model_direction_and_scale_run_again_at_once(tab: TranslatePage) -> None:
    direction = tab.shown()[2]
    other = {"AtoB": "BtoA", "BtoA": "AtoB"}[direction]
    tab.find(f".directions input[value={other}]").check(force=True)
    tab.wait_shown(other)
    models = [option.get_attribute("value") or "" for option in tab.find("select.model option").all()]
    assert len(models) >= 2
    for name in models:
        tab.find("select.model").select_option(name)
        tab.wait_shown(f'"{name}"')
    tab.panel.get_by_text("Size that the network sees").click()
    for scale in ("native", "trained", "auto"):
        tab.find(f"[name='gw-scale'][value='{scale}']").check()
        tab.wait_shown(f'"{scale}"')
    examples = tab.find(".examples button")
    for index in range(examples.count()):  # faster than they can be translated: the last one wins
        examples.nth(index).click()
    tab.wait_shown(examples.last.get_attribute("data-id") or "")


def test_the_handle_between_before_and_after_moves_by_key_and_by_mouse(page: Page, tab: TranslatePage) -> None:
    handle = tab.find(".handle").first
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", "52")
    page.keyboard.press("Home")
    expect(handle).to_have_attribute("aria-valuenow", "0")
    box = tab.find(".view").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + 20)
    expect(handle).to_have_attribute("aria-valuenow", "75")


def test_zoom_is_one_for_all_panes(page: Page, tab: TranslatePage) -> None:
    tab.view("side")
    box = tab.find(".view").first.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.dblclick(*middle)
    assert zoom_of(tab) == 4
    page.mouse.move(*middle)
    page.wait_for_timeout(450)  # a wheel that has just scrolled the page does not zoom
    page.mouse.wheel(0, -400)
    page.wait_for_function("() => Number(document.querySelector('.panes').dataset.zoom) > 4")
    places = tab.find(".pane").evaluate_all(
        "(panes) => panes.map((pane) => getComputedStyle(pane.querySelector('.after')).transform)"
    )
    assert len(set(places)) == 1
    tab.find(".panes").focus()
    for key, change in (("-", -1), ("+", 1)):
        before = zoom_of(tab)
        page.keyboard.press(key)
        assert (zoom_of(tab) - before) * change > 0
    for _ in range(6):
        tab.find(".zooming .in").click()
    expect(tab.find(".panes")).to_have_class(re.compile(r"\bpixels\b"))
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 40, steps=3)
    page.mouse.up()
    moved = tab.find(".panes").evaluate("(panes) => panes.style.getPropertyValue('--x')")
    page.keyboard.press("ArrowLeft")
    assert tab.find(".panes").evaluate("(panes) => panes.style.getPropertyValue('--x')") != moved
    page.keyboard.press("0")
    assert zoom_of(tab) == 1
    tab.find(".zooming .in").click()
    tab.find(".zooming .out").click()
    tab.find(".zooming .in").click()
    tab.find(".zooming .fit").click()
    assert zoom_of(tab) == 1


def test_zooming_into_a_large_picture_fetches_all_of_its_pixels(tab: TranslatePage, tmp_path: Path) -> None:
    tab.drop(picture(tmp_path / "wide.png", (2400, 400)))
    tab.wait_shown("wide.png")
    after = tab.find(".pane .after").first
    assert after.evaluate("(image) => image.naturalWidth") == 1600
    for _ in range(3):
        tab.find(".zooming .in").click()
    tab.page.wait_for_function("() => document.querySelector('#tab-translate .pane .after').naturalWidth === 2400")


def test_every_view_shows_its_panes_and_models_are_compared(tab: TranslatePage) -> None:
    tab.view("side")
    assert len(tab.panes()) == 2
    tab.view("difference")
    expect(tab.find(".line")).to_contain_text("of 255 levels on average")
    assert tab.panes() == ["Translation", "What changed"]
    tab.view("cycle")
    expect(tab.find(".line")).to_contain_text("There and back")
    assert tab.panes() == ["Original", "There", "And back", "What was lost"]
    tab.view("models")
    expect(tab.find(".panes .pane")).to_have_count(3)
    tab.find(".comparing input:not(:checked)").first.check(force=True)
    expect(tab.find(".panes .pane")).to_have_count(4)
    tab.settle()
    pictures = tab.find(".panes .after").evaluate_all("(images) => images.map((image) => image.src)")
    assert len(set(pictures)) == 4
    tab.view("slider")
    expect(tab.find(".line")).to_be_empty()


def test_strength_blends_the_picture_and_its_file(tab: TranslatePage, tmp_path: Path) -> None:
    tab.drop(picture(tmp_path / "weak.png", (64, 48)))
    tab.wait_shown("weak.png")
    tab.find(".strength input").fill("0")
    expect(tab.find(".strength output")).to_have_text("0 %")
    _, image = tab.download()
    with Image.open(tmp_path / "weak.png") as original:
        assert image.convert("RGB").tobytes() == original.tobytes()
    tab.find(".strength input").dblclick()
    expect(tab.find(".strength output")).to_have_text("100 %")


def test_what_is_no_picture_is_refused_and_nothing_is_lost(tab: TranslatePage, tmp_path: Path) -> None:
    shown, picture_shown = tab.shown(), tab.find(".pane .after").first.get_attribute("src")
    text = tmp_path / "notes.png"
    text.write_text("this is not a picture")
    tab.drop(text)
    tab.notice("notes.png")
    assert tab.shown() == shown
    assert tab.find(".pane .after").first.get_attribute("src") == picture_shown
    tab.drop(picture(tmp_path / "fine.png", (64, 48)))
    tab.wait_shown("fine.png")
    expect(tab.find("[data-notice]")).to_be_empty()


@pytest.mark.parametrize("size", [(1, 1), (20_000, 3)])
def test_strange_shapes_are_shown_and_come_back(tab: TranslatePage, tmp_path: Path, size: tuple[int, int]) -> None:
    tab.drop(picture(tmp_path / "strange.png", size))
    tab.wait_shown("strange.png")
    assert tab.download()[1].size == size


def test_the_snippet_is_shown_and_copied(page: Page, tab: TranslatePage) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.panel.get_by_text("Use it elsewhere").click()
    expect(tab.find(".code")).to_contain_text("load_model(")
    tab.find(".copy").click()
    expect(tab.find(".copied")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == tab.find(".code").inner_text()


def test_an_onnx_file_is_written_and_described(page: Page, tab: TranslatePage) -> None:
    tab.panel.get_by_text("Use it elsewhere").click()
    with page.expect_download() as saved:
        tab.find(".onnx").click()
    assert saved.value.suggested_filename.endswith(f"{tab.shown()[2]}.onnx")
    expect(tab.find(".parity")).to_contain_text("grey levels")


def test_the_discriminator_that_came_with_a_model_is_asked(app: App, tab: TranslatePage) -> None:
    recipe = Recipe.named("cyclegan").replace(size=32)
    networks = {name: resnet() for name in ("AtoB", "BtoA")}
    discriminators = {name: build_discriminator(recipe, 3) for name in "AB"}
    card = Card(
        name="rated",
        kind="translator",
        network=describe(networks["AtoB"]),
        size=32,
        channels=3,
        judge=describe(discriminators["A"]),
        recipe=recipe.to_json(),
    )
    folder = app.runs / "models"
    folder.mkdir(parents=True, exist_ok=True)
    save_model(
        folder / "rated.safetensors", {**networks, **{f"judge.{name}": discriminators[name] for name in "AB"}}, card
    )
    tab.find("select.model").select_option("summer-winter")
    tab.wait_shown('"summer-winter"')
    view = tab.find("[name=gw-view][value=discriminator]").locator("..")
    expect(view).to_be_hidden()  # this model came without discriminators
    tab.find("select.model option[value=rated]").wait_for(state="attached")
    tab.find("select.model").select_option("rated")
    tab.wait_shown('"rated"')
    tab.view("discriminator")
    expect(tab.find(".line")).to_contain_text("Teal looks real")
    assert len(tab.panes()) == 2
    expect(tab.find(".pane .note").last).to_contain_text("of its patches look real")


@pytest.mark.parametrize("page", ["/?__theme=dark"], indirect=True)
def test_a_narrow_dark_page_has_everything_within_its_width(page: Page, tab: TranslatePage) -> None:
    page.set_viewport_size(ViewportSize(width=390, height=844))
    for mode in ("picture", "draw", "camera", "many"):
        tab.mode(mode)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_long_work_shows_its_progress_and_can_be_cancelled(page: Page, tab: TranslatePage, tmp_path: Path) -> None:
    earlier = tab.shown()
    tab.panel.get_by_text("Size that the network sees").click()
    tab.find("[name='gw-scale'][value='native']").check()
    tab.drop(picture(tmp_path / "large.png", (2600, 1900)))
    expect(tab.find(".facts")).to_contain_text("2600 x 1900 pixels, translating")
    expect(tab.find(".work")).to_be_visible()
    page.wait_for_function("() => document.querySelector('.work progress').value > 0")
    tab.find(".work .cancel").click()
    expect(tab.find(".facts")).to_contain_text("Cancelled")
    expect(tab.find(".work")).to_be_hidden()
    assert tab.shown()[0] == earlier[0]
    tab.find("[name='gw-scale'][value='trained']").check()  # another request: the picture is still there
    tab.wait_shown("large.png", "trained")


def test_a_newer_request_ends_the_work_on_the_one_before(tab: TranslatePage, tmp_path: Path) -> None:
    tab.panel.get_by_text("Size that the network sees").click()
    tab.find("[name='gw-scale'][value='native']").check()
    tab.drop(picture(tmp_path / "large.png", (2600, 1900)))
    expect(tab.find(".work")).to_be_visible()
    tab.find("[name='gw-scale'][value='auto']").check()
    tab.wait_shown("large.png", "auto")
