"""The Models and runs tab: cards, thumbnails, delete, resume, download."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gan_core.cards import Card
from gan_core.errors import InputError
from gan_core.models import save_model
from gan_core.models.catalog import pretrained_folder, read_card
from gan_core.networks import build_generator, describe, translators
from gan_core.recipes import Recipe
from gan_core.ui.context import Context
from gan_core.ui.examples import domain_of, example_files
from gan_core.ui.models.protocol import DirectionChoice
from gan_core.ui.models.table import ModelTable, _before_and_after, _metrics
from gan_core.ui.protocol import call
from tests.ui.fake_run import FakeLauncher, fake_run

METRICS = {"Fréchet distance (glyph features)": {"value": 12.345, "samples": 2000, "floor": 3.21}}


def write_model(path: Path, recipe: Recipe) -> None:
    torch.manual_seed(0)
    network = build_generator(recipe, 1)
    card = Card(
        name=path.stem,
        kind="generator",
        network=describe(network),
        title="Digits",
        data="glyphs",
        licence="MIT",
        size=recipe.size,
        channels=1,
        steps=1200,
        training_seconds=75.0,
        metrics=METRICS,
        notes=("Small.",),
    )
    save_model(path, {"generator": network}, card)


@pytest.fixture
def shelf(tmp_path: Path, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch) -> ModelTable:
    shipped = tmp_path / "pretrained"
    shipped.mkdir()
    monkeypatch.setenv("GAN_WORKBENCH_PRETRAINED", str(shipped))
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "temporary"))
    write_model(shipped / "digits.safetensors", tiny_recipe)
    context = Context(tmp_path / "runs", "cpu")
    launcher: Any = FakeLauncher(context.runs.root)
    context.trainings._launcher = launcher
    return ModelTable(context.runs, context.models, context.trainings, context.settings)


def test_cards_say_what_a_model_is(shelf: ModelTable) -> None:
    (card,) = call(shelf.listing, {})["models"]
    rows = dict(card["rows"])
    assert (card["name"], card["title"], card["kind"]) == ("digits", "Digits", "generator")
    assert rows["Learned from"] == "glyphs"
    assert rows["Weights' licence"] == "MIT"
    assert rows["Trained"] == "1,200 steps in 1 min 15 s"
    assert rows["Fréchet distance (glyph features)"] == "12.3 · what real pictures give 3.21 · 2,000 samples"
    assert card["notes"] == ["Small."]


def test_a_metric_stands_beside_what_trivial_answers_get() -> None:
    ways = [DirectionChoice(id="AtoB", label="doodle → emoji"), DirectionChoice(id="BtoA", label="emoji → doodle")]
    entry = {
        "title": "Unevenness inside regions", "value": 32.05, "spread": 0.9, "samples": 150, "reference_level": 2.55,
        "baselines": {"nothing done": 0.0, "random flat colours": 0.25},
    }  # fmt: skip
    beaten = {"value": 5.44, "baselines": {"random flat colours": 4.76}, "no_better_than": "random flat colours"}
    rows = _metrics({"AtoB unevenness": entry, "BtoA patch-distance": beaten, "AtoB old": 0.5, "of all": 1234.5}, ways)
    assert rows == [
        (
            "doodle → emoji: Unevenness inside regions",
            "32 ± 0.9 · what real pictures give 2.55 · nothing done 0 · random flat colours 0.25 · 150 samples",
        ),
        ("emoji → doodle: patch-distance", "5.44 · random flat colours 4.76 · no better than random flat colours"),
        ("doodle → emoji: old", "0.5"),
        ("of all", "1,234"),
    ]
    assert _metrics({"AtoB paired-l1": {"value": 0.1}}, ways[:1]) == [("paired-l1", "0.1")]


def test_runs_are_listed_with_what_can_be_done(shelf: ModelTable, tiny_recipe: Recipe) -> None:
    root = shelf.runs.root
    going, done = fake_run(root, "starting", name="going"), fake_run(root, "stopped", name="done")
    write_model(done.model, tiny_recipe)
    write_model(done.best_model, tiny_recipe)
    cards = {card["name"]: card for card in call(shelf.listing, {})["runs"]}
    assert (cards["going"]["active"], cards["going"]["model"]) == (True, None)
    assert (cards["done"]["active"], cards["done"]["model"]) == (False, "runs/done")
    assert (cards["going"]["best"], cards["done"]["best"]) == (None, "runs/done/best")
    rows = dict(cards["done"]["rows"])
    assert rows["Steps"] == "10 of 10"
    assert rows["Best"] == "step 1,200, distance to real pictures 12.3 · what real pictures give 3.21 · 2,000 samples"
    assert going.name != done.name


def test_thumbnails(shelf: ModelTable) -> None:
    run = fake_run(shelf.runs.root)
    for name in ("digits", f"runs/{run.name}"):
        assert call(shelf.thumbnail, {"name": name})["picture"].startswith("data:image/jpeg;base64,")
    with pytest.raises(InputError):
        call(shelf.thumbnail, {"name": "../../etc/passwd"})


class Reverser:
    """A translator that turns light and dark over in its second direction."""

    directions = ("AtoB", "BtoA")

    def __init__(self, first: str, second: str) -> None:
        names = {"A": first, "B": second}
        self.card = Card(name="reverser", kind="translator", network={}, size=128, channels=3, domains=names)

    def translate_array(self, picture: np.ndarray, direction: str) -> np.ndarray:
        return 255 - picture if direction == "BtoA" else picture


def test_a_translator_is_shown_by_examples_of_whichever_domain_has_any() -> None:
    first, second, none = (
        _before_and_after(Reverser(*domains)) for domains in (("doodle", "x"), ("x", "emoji"), ("x", "y"))
    )
    for pictures in (first, second):
        assert pictures.shape == (8, 128, 128, 3)
        assert len(np.unique(pictures[:4].mean(axis=(1, 2, 3)))) == 4
    assert np.array_equal(first[4:], first[:4])
    assert np.array_equal(second[4:], 255 - second[:4])
    assert len(none) == 0


def test_every_shipped_translator_has_a_picture_on_its_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAN_WORKBENCH_PRETRAINED", raising=False)
    cards = {path: read_card(path) for path in pretrained_folder().glob("*.safetensors") if ".history" not in path.name}
    translators = {path: card for path, card in cards.items() if card.kind == "translator"}
    assert len(translators) >= 3
    for path, card in translators.items():
        names = card.domains.values()
        assert any(domain_of(example) in name for example in example_files() for name in names), path.name


def test_a_run_is_deleted_but_never_while_it_trains(shelf: ModelTable) -> None:
    root = shelf.runs.root
    going, done = fake_run(root, "starting", name="going"), fake_run(root, name="done")
    assert call(shelf.delete, {"run": "done", "confirmed": "done"}) == {"done": True}
    assert not done.path.exists()
    with pytest.raises(InputError, match="stop it first"):
        call(shelf.delete, {"run": "going", "confirmed": "going"})
    assert going.path.exists()
    for wrong in ("..", "", "done"):
        with pytest.raises(InputError):
            call(shelf.delete, {"run": wrong})


def test_training_more_asks_for_larger_limits(shelf: ModelTable) -> None:
    run = fake_run(shelf.runs.root, "stopped")
    launcher: Any = shelf.trainings.launcher
    assert call(shelf.resume, {"run": run.name, "confirmed": run.name, "more": 100}) == {"run": run.name}
    assert launcher.asked[-1] == ("resume", (run.name, Recipe.named("dcgan").steps, None))
    run.write_recipe(run.recipe().replace(steps=None, minutes=0.05))
    call(shelf.resume, {"run": run.name, "confirmed": run.name, "more": 100})
    name, steps, minutes = launcher.asked[-1][1]
    assert (name, steps) == (run.name, 110)
    assert minutes > 0.05 + 100 * 0.4 / 60, "100 steps at the speed measured must fit"
    for wrong in (0, -5, "many", True):
        with pytest.raises(InputError, match="whole number"):
            call(shelf.resume, {"run": run.name, "confirmed": run.name, "more": wrong})


def test_a_download_is_named_after_the_model(shelf: ModelTable, tmp_path: Path) -> None:
    copy = Path(shelf.file("digits"))
    assert copy.name == "digits.safetensors"
    assert copy.read_bytes() == (tmp_path / "pretrained" / "digits.safetensors").read_bytes()
    with pytest.raises(InputError):
        shelf.file("../secret")


def test_imported_models_say_which_way_they_go(shelf: ModelTable, tmp_path: Path) -> None:
    folder = shelf.runs.root / "models"
    for name, directions in (("there", ["AtoB"]), ("back", ["BtoA"]), ("both", ["AtoB", "BtoA"])):
        network = translators.build("resnet", width=2, blocks=1)
        card = Card(
            name=name,
            kind="translator",
            network=describe(network),
            size=256,
            channels=3,
            domains={"A": "horse", "B": "zebra"},
        )
        folder.mkdir(parents=True, exist_ok=True)
        save_model(folder / f"{name}.safetensors", dict.fromkeys(directions, network), card)
    cards = {card["name"]: dict(card["rows"]) for card in call(shelf.listing, {})["imported"]}
    assert cards["there"]["Does"] == "translates horse → zebra"
    assert cards["back"]["Does"] == "translates zebra → horse"
    assert cards["both"]["Does"] == "translates horse ⇄ zebra"
    assert cards["there"]["Network"] == "resnet: channels 3, width 2, blocks 1, norm instance"


def test_onnx_of_a_model_with_its_parity(shelf: ModelTable) -> None:
    answer = call(shelf.onnx, {"name": "digits"})
    assert answer["name"] == "digits.onnx"
    assert "onnxruntime against torch: largest difference" in answer["line"]
    assert Path(answer["url"].partition("=")[2]).stat().st_size > 1000
    with pytest.raises(InputError, match="There is no model named 'nothing'"):
        call(shelf.onnx, {"name": "nothing"})
