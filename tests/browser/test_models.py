"""Models and runs: the shelf shows what there is."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import torch
from playwright.sync_api import Page, expect

from gan_core.recipes import Recipe
from gan_core.runs import RunFolder, Status
from tests.browser.conftest import App, open_tab
from tests.browser.pages import PATIENCE
from tests.translation.layout_table import Resnet, Weights


def test_shipped_models_show_their_cards(page: Page) -> None:
    open_tab(page, "Models and runs")
    cards = page.locator("#models-shelf article")
    cards.first.wait_for()
    assert cards.count() >= 4
    page.wait_for_function("document.querySelector('#models-shelf article img')?.naturalWidth > 0")
    with page.expect_download() as saved:
        cards.first.locator("[data-does='Download']").click()
    assert saved.value.suggested_filename.endswith(".safetensors")
    cards.first.locator("[data-does='Explore'], [data-does='Translate']").click()
    expect(page.locator("#tab-explore, #tab-translate").locator("visible=true").first).to_be_visible()


def test_a_run_is_deleted_only_after_asking(page: Page, app: App) -> None:
    folder = RunFolder.create(app.runs, Recipe.named("dcgan"), name="to-be-deleted")
    folder.write_status(Status(state="stopped", heartbeat=time.time()))
    open_tab(page, "Models and runs")
    card = page.locator("#runs-shelf article[data-name='to-be-deleted']")
    card.locator("[data-does='Delete']").click()
    card.locator("[data-does='Keep']").click()
    assert folder.path.exists()
    card.locator("[data-does='Delete']").click()
    card.locator("[data-does='Delete for good']").click()
    expect(card).to_have_count(0)
    assert not folder.path.exists()


def test_a_stopped_run_can_train_more(page: Page, app: App) -> None:
    recipe = Recipe.named("gan").replace(steps=5)
    folder = RunFolder.create(app.runs, recipe, name="more")
    folder.write_status(Status(state="stopped", heartbeat=time.time()))
    open_tab(page, "Models and runs")
    card = page.locator("#runs-shelf article[data-name='more']")
    card.locator("[data-does='Train more']").click()
    card.locator("input[type=number]").fill("7")
    card.locator("[data-does='Go on']").click()
    page.wait_for_function("document.querySelector('#run-picker')?.value === 'more'")
    expect(page.locator("#run-picker")).to_be_in_viewport()  # the list of runs was far down
    page.wait_for_function("document.querySelector('#run-state')?.dataset.state === 'finished'")


class Payload:
    """Harmless code in a pickle: it would make a folder when opened."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.mark),)


def weights(path: Path, value: Weights | None = None) -> Path:
    torch.save(Resnet(blocks=9, width=8, norm="instance-2019").weights() if value is None else value, path)
    return path


def bring(page: Page, *files: Path) -> None:
    open_tab(page, "Models and runs")
    page.set_input_files("#import-own input[type=file]", [str(file) for file in files])


def test_a_dropped_weight_file_is_told_and_can_be_translated_with(page: Page, tmp_path: Path) -> None:
    open_tab(page, "Models and runs")
    page.locator("#import-own").wait_for()
    page.evaluate(
        """async (bytes) => {
            const file = new File([new Uint8Array(bytes)], 'mare2okapi.pth'), transfer = new DataTransfer();
            transfer.items.add(file);
            document.querySelector('#import-own .drop').dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: transfer }));
        }""",
        list(weights(tmp_path / "mare2okapi.pth").read_bytes()),
    )
    told = page.locator(".brought .one[data-model='mare2okapi']")
    expect(told).to_contain_text("ResNet with 9 blocks, width 8, instance normalisation, 3 to 3 channels")
    expect(told).to_contain_text("removed 69 legacy statistics")
    card = page.locator("#imported-shelf article[data-name='mare2okapi']")
    expect(card).to_contain_text("translates mare → okapi")
    expect(card).to_contain_text("unknown: as stated by the person who trained the weights")
    told.locator("button").click()
    expect(page.locator("#tab-translate select.model")).to_have_value("mare2okapi")


def test_what_cannot_be_imported_is_said_and_never_run(page: Page, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    bad = tmp_path / "bad.pth"
    torch.save({"model.1.weight": Payload(mark)}, bad)
    bring(page, bad)
    expect(page.locator(".brought .refused")).to_contain_text("holds code that would run when it is opened")
    assert not mark.exists()
    other = weights(tmp_path / "D.pth", {"model.0.weight": torch.zeros(64, 3, 4, 4)})
    bring(page, other)
    expect(page.locator(".brought .refused")).to_contain_text("a discriminator")


def test_an_imported_model_is_renamed_and_deleted(page: Page, app: App, tmp_path: Path) -> None:
    bring(page, weights(tmp_path / "first.pth", Resnet(blocks=1, width=4).weights()))
    card = page.locator("#imported-shelf article[data-name='first']")
    card.locator("[data-does='Rename']").click()
    name, before, after = (card.locator("form input").nth(index) for index in range(3))
    name.fill("second")
    before.fill("day")
    after.fill("night")
    after.press("Enter")
    renamed = page.locator("#imported-shelf article[data-name='second']")
    expect(renamed).to_contain_text("translates day → night")
    expect(card).to_have_count(0)
    renamed.locator("[data-does='Delete']").click()
    renamed.locator("[data-does='Delete for good']").click()
    expect(renamed).to_have_count(0)
    assert not (app.runs / "models" / "second.safetensors").exists()


def test_a_deleted_model_leaves_the_stage_to_another(page: Page, tmp_path: Path) -> None:
    bring(page, weights(tmp_path / "passing.pth", Resnet(blocks=1, width=4).weights()))
    card = page.locator("#imported-shelf article[data-name='passing']")
    card.locator("[data-does='Translate']").click()
    stage = page.locator(".translate")
    expect(stage).to_have_attribute("data-shown", re.compile("passing"))
    open_tab(page, "Models and runs")
    card.locator("[data-does='Delete']").click()
    card.locator("[data-does='Delete for good']").click()
    expect(card).to_have_count(0)
    open_tab(page, "Translate")
    expect(page.locator("#tab-translate select.model")).not_to_have_value("passing")
    expect(stage).to_have_attribute("data-shown", re.compile(page.locator("#tab-translate select.model").input_value()))


def test_a_published_model_is_downloaded_with_progress_stopped_and_taken_up(page: Page, app: App) -> None:
    weights(app.web / "facades_label2photo.pth", Resnet(blocks=9, width=32).weights())
    open_tab(page, "Models and runs")
    page.locator("#published summary").click()
    row = page.locator("#published li[data-name='facades_label2photo']")
    expect(page.locator("#published li")).to_have_count(18)
    expect(row).to_contain_text("labels → photo · about 45.6 MB · pictures: CMP Facades")
    row.locator("[data-does='Download']").click()
    expect(row).to_have_attribute("data-state", "loading")
    page.wait_for_function(
        "document.querySelector(\"#published li[data-name='facades_label2photo'] progress\")?.value > 0"
    )
    row.locator("[data-does='Stop']").click()
    expect(row).to_contain_text("Interrupted; Download goes on from there.")
    app.quick.set()
    row.locator("[data-does='Download']").click()
    expect(row).to_have_attribute("data-state", "here")
    app.quick.clear()
    expect(page.locator("#imported-shelf article[data-name='facades_label2photo']")).to_contain_text("BSD 2-Clause")


def test_a_published_model_that_cannot_be_had_says_why(page: Page) -> None:
    open_tab(page, "Models and runs")
    page.locator("#published summary").click()
    row = page.locator("#published li[data-name='sat2map']")
    row.locator("[data-does='Download']").click()
    expect(row.locator("[role=alert]")).to_contain_text("has no such file (any more)")


def test_a_direction_is_fetched_as_onnx(page: Page) -> None:
    open_tab(page, "Models and runs")
    card = page.locator("#models-shelf article[data-name='doodle-to-emoji']")
    card.locator("[data-does='ONNX']").click()
    with page.expect_download(timeout=PATIENCE) as saved:
        card.locator("[data-does='doodle → emoji']").click()
    assert saved.value.suggested_filename == "doodle-to-emoji-AtoB.onnx"
    expect(page.locator("#shelf [data-notice]")).to_contain_text("onnxruntime against torch: largest difference")
