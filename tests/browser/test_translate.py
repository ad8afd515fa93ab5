"""A picture in, the same picture out, translated; and looked at closely."""

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
from tests.browser.translate_desk import Desk, picture
from tests.translation.toy_translators import resnet


@pytest.fixture
def desk(page: Page) -> Desk:
    return Desk(page)


def zoom_of(desk: Desk) -> float:
    return float(desk.find(".panes").get_attribute("data-zoom") or 0)


def test_an_uploaded_picture_keeps_its_size_and_name(desk: Desk, tmp_path: Path) -> None:
    desk.drop(picture(tmp_path / "my meadow.png", (301, 203)))
    desk.wait_shown("my meadow.png")
    assert "301 x 203" in desk.find(".facts").inner_text()
    name, image = desk.download()
    assert (name, image.size) == ("my meadow.png", (301, 203))


def test_a_dropped_picture_is_seen_small_before_it_is_sent(page: Page, desk: Desk, tmp_path: Path) -> None:
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
    expect(desk.find(".facts")).to_have_text("600 x 400 pixels, translating …")
    expect(desk.find(".pane .after").first).to_have_attribute("alt", "Preview of the translation")
    page.unroute_all(behavior="ignoreErrors")


def test_model_direction_and_scale_run_again_at_once(desk: Desk) -> None:
    direction = desk.shown()[2]
    other = {"AtoB": "BtoA", "BtoA": "AtoB"}[direction]
    desk.find(f".directions input[value={other}]").check(force=True)
    desk.wait_shown(other)
    models = [option.get_attribute("value") or "" for option in desk.find("select.model option").all()]
    assert len(models) >= 2
    for name in models:
        desk.find("select.model").select_option(name)
        desk.wait_shown(f'"{name}"')
    desk.tab.get_by_text("Size that the network sees").click()
    for scale in ("native", "trained", "auto"):
        desk.find(f"[name='gw-scale'][value='{scale}']").check()
        desk.wait_shown(f'"{scale}"')
    examples = desk.find(".examples button")
    for index in range(examples.count()):  # faster than they can be translated: the last one wins
        examples.nth(index).click()
    desk.wait_shown(examples.last.get_attribute("data-id") or "")


def test_the_handle_between_before_and_after_moves_by_key_and_by_mouse(page: Page, desk: Desk) -> None:
    handle = desk.find(".handle").first
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", "52")
    page.keyboard.press("Home")
    expect(handle).to_have_attribute("aria-valuenow", "0")
    box = desk.find(".view").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.75, box["y"] + 20)
    expect(handle).to_have_attribute("aria-valuenow", "75")


def test_zoom_is_one_for_all_panes(page: Page, desk: Desk) -> None:
    desk.view("side")
    box = desk.find(".view").first.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.dblclick(*middle)
    assert zoom_of(desk) == 4
    page.mouse.move(*middle)
    page.wait_for_timeout(450)  # a wheel that has just scrolled the page does not zoom
    page.mouse.wheel(0, -400)
    page.wait_for_function("() => Number(document.querySelector('.panes').dataset.zoom) > 4")
    places = desk.find(".pane").evaluate_all(
        "(panes) => panes.map((pane) => getComputedStyle(pane.querySelector('.after')).transform)"
    )
    assert len(set(places)) == 1
    desk.find(".panes").focus()
    for key, change in (("-", -1), ("+", 1)):
        before = zoom_of(desk)
        page.keyboard.press(key)
        assert (zoom_of(desk) - before) * change > 0
    for _ in range(6):
        desk.find(".zooming .in").click()
    expect(desk.find(".panes")).to_have_class(re.compile(r"\bpixels\b"))
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 60, middle[1] + 40, steps=3)
    page.mouse.up()
    moved = desk.find(".panes").evaluate("(panes) => panes.style.getPropertyValue('--x')")
    page.keyboard.press("ArrowLeft")
    assert desk.find(".panes").evaluate("(panes) => panes.style.getPropertyValue('--x')") != moved
    page.keyboard.press("0")
    assert zoom_of(desk) == 1
    desk.find(".zooming .in").click()
    desk.find(".zooming .out").click()
    desk.find(".zooming .in").click()
    desk.find(".zooming .fit").click()
    assert zoom_of(desk) == 1


def test_zooming_into_a_large_picture_fetches_all_of_its_pixels(desk: Desk, tmp_path: Path) -> None:
    desk.drop(picture(tmp_path / "wide.png", (2400, 400)))
    desk.wait_shown("wide.png")
    after = desk.find(".pane .after").first
    assert after.evaluate("(image) => image.naturalWidth") == 1600
    for _ in range(3):
        desk.find(".zooming .in").click()
    desk.page.wait_for_function("() => document.querySelector('#tab-translate .pane .after').naturalWidth === 2400")


def test_every_view_shows_its_panes_and_models_are_compared(desk: Desk) -> None:
    desk.view("side")
    assert len(desk.panes()) == 2
    desk.view("difference")
    expect(desk.find(".line")).to_contain_text("of 255 levels on average")
    assert desk.panes() == ["Translation", "What changed"]
    desk.view("cycle")
    expect(desk.find(".line")).to_contain_text("There and back")
    assert desk.panes() == ["Original", "There", "And back", "What was lost"]
    desk.view("models")
    expect(desk.find(".panes .pane")).to_have_count(3)
    desk.find(".comparing input:not(:checked)").first.check(force=True)
    expect(desk.find(".panes .pane")).to_have_count(4)
    desk.settle()
    pictures = desk.find(".panes .after").evaluate_all("(images) => images.map((image) => image.src)")
    assert len(set(pictures)) == 4
    desk.view("slider")
    expect(desk.find(".line")).to_be_empty()


def test_strength_blends_the_picture_and_its_file(desk: Desk, tmp_path: Path) -> None:
    desk.drop(picture(tmp_path / "weak.png", (64, 48)))
    desk.wait_shown("weak.png")
    desk.find(".strength input").fill("0")
    expect(desk.find(".strength output")).to_have_text("0 %")
    _, image = desk.download()
    with Image.open(tmp_path / "weak.png") as original:
        assert image.convert("RGB").tobytes() == original.tobytes()
    desk.find(".strength input").dblclick()
    expect(desk.find(".strength output")).to_have_text("100 %")


def test_what_is_no_picture_is_refused_and_nothing_is_lost(desk: Desk, tmp_path: Path) -> None:
    shown, picture_shown = desk.shown(), desk.find(".pane .after").first.get_attribute("src")
    text = tmp_path / "notes.png"
    text.write_text("this is not a picture")
    desk.drop(text)
    desk.notice("notes.png")
    assert desk.shown() == shown
    assert desk.find(".pane .after").first.get_attribute("src") == picture_shown
    desk.drop(picture(tmp_path / "fine.png", (64, 48)))
    desk.wait_shown("fine.png")
    expect(desk.find("[data-notice]")).to_be_empty()


@pytest.mark.parametrize("size", [(1, 1), (20_000, 3)])
def test_strange_shapes_are_shown_and_come_back(desk: Desk, tmp_path: Path, size: tuple[int, int]) -> None:
    desk.drop(picture(tmp_path / "strange.png", size))
    desk.wait_shown("strange.png")
    assert desk.download()[1].size == size


def test_the_snippet_is_shown_and_copied(page: Page, desk: Desk) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.tab.get_by_text("Use it elsewhere").click()
    expect(desk.find(".code")).to_contain_text("load_model(")
    desk.find(".copy").click()
    expect(desk.find(".copied")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == desk.find(".code").inner_text()


def test_an_onnx_file_is_written_and_told(page: Page, desk: Desk) -> None:
    desk.tab.get_by_text("Use it elsewhere").click()
    with page.expect_download() as saved:
        desk.find(".onnx").click()
    assert saved.value.suggested_filename.endswith(f"{desk.shown()[2]}.onnx")
    expect(desk.find(".parity")).to_contain_text("grey levels")


def test_the_judge_of_a_model_that_brought_one_is_asked(app: App, desk: Desk) -> None:
    recipe = Recipe.named("cyclegan").replace(size=32)
    networks = {name: resnet() for name in ("AtoB", "BtoA")}
    judges = {name: build_discriminator(recipe, 3) for name in "AB"}
    card = Card(
        name="judged",
        kind="translator",
        network=describe(networks["AtoB"]),
        size=32,
        channels=3,
        judge=describe(judges["A"]),
        recipe=recipe.to_json(),
    )
    folder = app.runs / "models"
    folder.mkdir(parents=True, exist_ok=True)
    save_model(folder / "judged.safetensors", {**networks, **{f"judge.{name}": judges[name] for name in "AB"}}, card)
    desk.find("select.model").select_option("summer-winter")
    desk.wait_shown('"summer-winter"')
    expect(
        desk.find("[name=gw-view][value=discriminator]").locator("..")
    ).to_be_hidden()  # it came without discriminators
    desk.find("select.model option[value=judged]").wait_for(state="attached")
    desk.find("select.model").select_option("judged")
    desk.wait_shown('"judged"')
    desk.view("discriminator")
    expect(desk.find(".line")).to_contain_text("Teal looks real")
    assert len(desk.panes()) == 2
    expect(desk.find(".pane .note").last).to_contain_text("of its patches look real")


@pytest.mark.parametrize("page", ["/?__theme=dark"], indirect=True)
def test_a_narrow_dark_page_has_everything_within_its_width(page: Page, desk: Desk) -> None:
    page.set_viewport_size(ViewportSize(width=390, height=844))
    for mode in ("picture", "draw", "camera", "many"):
        desk.mode(mode)
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_long_work_shows_its_progress_and_can_be_cancelled(page: Page, desk: Desk, tmp_path: Path) -> None:
    earlier = desk.shown()
    desk.tab.get_by_text("Size that the network sees").click()
    desk.find("[name='gw-scale'][value='native']").check()
    desk.drop(picture(tmp_path / "large.png", (2600, 1900)))
    expect(desk.find(".facts")).to_contain_text("2600 x 1900 pixels, translating")
    expect(desk.find(".work")).to_be_visible()
    page.wait_for_function("() => document.querySelector('.work progress').value > 0")
    desk.find(".work .cancel").click()
    expect(desk.find(".facts")).to_contain_text("Cancelled")
    expect(desk.find(".work")).to_be_hidden()
    assert desk.shown()[0] == earlier[0]
    desk.find("[name='gw-scale'][value='trained']").check()  # another wish: the picture is still there
    desk.wait_shown("large.png", "trained")


def test_a_newer_wish_ends_the_work_on_the_one_before(desk: Desk, tmp_path: Path) -> None:
    desk.tab.get_by_text("Size that the network sees").click()
    desk.find("[name='gw-scale'][value='native']").check()
    desk.drop(picture(tmp_path / "large.png", (2600, 1900)))
    expect(desk.find(".work")).to_be_visible()
    desk.find("[name='gw-scale'][value='auto']").check()
    desk.wait_shown("large.png", "auto")
