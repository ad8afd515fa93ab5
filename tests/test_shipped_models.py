"""The scripts in `assets/` that make, compare and show the shipped models."""

from __future__ import annotations

import dataclasses
import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import data
from gan_core.cli import build_parser
from gan_core.cli.training import recipe_from
from gan_core.metrics import classifier, patches
from gan_core.metrics.evaluator import Measurement
from gan_core.models import load_model, read_card, save_model
from gan_core.models.histories import PackedHistory, beside
from gan_core.networks import build_discriminator, build_generator, build_translator, describe
from gan_core.recipes import Recipe

ASSETS = Path(__file__).parents[1] / "assets"


def script(name: str) -> Any:
    sys.path.insert(0, str(ASSETS))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ASSETS))


shipped_models, train_models, contact_sheet, results_table = map(
    script, ("shipped_models", "train_models", "contact_sheet", "results_table")
)
MODELS = shipped_models.MODELS


def number(name: str, value: float, spread: float = 0.1, **more: Any) -> Measurement:
    known: dict[str, Any] = {"reference_level": None, "samples": 100, "reference": 100, **more}
    return Measurement(name=name, value=value, spread=spread, **known)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder with the folders of pictures that the models learn from, each with some small pictures."""
    root = tmp_path / "pictures"
    draws = np.random.default_rng(0)
    for folder in (
        "faces/round",
        "faces/flat",
        "clothing/train/hat",
        "clothing/train/shoes",
        "clothing/validation/hat",
    ):
        _fill(root / folder, draws)
    for folder in ("lines", "colour"):
        _fill(root / "drawings" / folder, draws)
    for name in ("doodle-to-emoji", "noto-to-twemoji"):
        for part in ("trainA", "trainB", "testA", "testB"):
            _fill(root / name / part, draws)
    return root


def _fill(folder: Path, draws: np.random.Generator) -> None:
    folder.mkdir(parents=True)
    for index in range(12):
        pixels = draws.integers(0, 256, (32, 32, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{index}.png")


@pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
def test_every_recipe_can_be_trained_and_its_file_is_small_enough(model: Any, pictures: Path) -> None:
    words = train_models.command(model, str(pictures))
    recipe = recipe_from(build_parser().parse_args([*words, "--minutes", "1"]))
    assert (recipe.is_translation, recipe.steps, recipe.minutes) == (model.is_translator, None, 1)
    assert (recipe.pairs, recipe.is_paired) == (model.pairs, model.recipe == "pix2pix")
    for place in (recipe.data, recipe.data_b):
        assert place is None or place in data.SOURCES or Path(place).is_dir()
    classes = 6 if recipe.conditional else 0
    channels = recipe.channels or 1
    if model.is_translator:
        networks = [build_translator(recipe, channels)] * len(recipe.directions)
    else:
        networks = [build_generator(recipe, channels, classes), build_discriminator(recipe, channels, classes)]
    weights = sum(each.numel() for network in networks for each in network.parameters())
    assert 2 * weights < shipped_models.LARGEST


def test_the_pictures_that_are_needed_are_named_where_they_are_missing(tmp_path: Path, capsys: Any) -> None:
    code = train_models.main(["clothing", "--pictures", str(tmp_path), "--runs", str(tmp_path / "runs")])
    assert code == 2
    assert str(tmp_path / "clothing") in capsys.readouterr().err
    assert train_models.main(["cloths"]) == 2
    assert "Known: glyphs" in capsys.readouterr().err
    assert train_models.main([]) == 0
    assert "day-night" in capsys.readouterr().out


def test_a_model_ships_only_where_it_is_better_and_nowhere_worse() -> None:
    model = dataclasses.replace(
        MODELS["doodle-to-emoji"], deciding="AtoB paired-l1", guards=("AtoB unevenness", "AtoB lines-kept")
    )
    old = [
        number("AtoB paired-l1", 0.08),
        number("AtoB unevenness", 32.0, reference_level=2.6),
        number("AtoB lines-kept", 0.98, 0.01, lower_is_better=False),
    ]

    def ships(error: float, unevenness: float, kept: float) -> bool:
        new = [
            number("AtoB paired-l1", error),
            number("AtoB unevenness", unevenness, reference_level=2.6),
            number("AtoB lines-kept", kept, 0.01, lower_is_better=False),
        ]
        return train_models.compare(model, new, old).ships

    assert ships(0.05, 7.0, 0.98)
    assert not ships(0.08, 7.0, 0.98)  # as good is not better
    assert not ships(0.05, 33.0, 0.98)
    assert not ships(0.05, 7.0, 0.9)
    assert ships(0.05, 7.0, 0.975)  # within the spread
    assert not train_models.compare(model, old[1:], old).ships


def test_the_first_of_its_name_ships_where_it_beats_every_baseline() -> None:
    model = MODELS["day-night"]
    good = number("AtoB colour-difference", 9.0, details={"do nothing": 30.0})
    bad = number("AtoB colour-difference", 29.95, details={"do nothing": 30.0})
    assert train_models.compare(model, [good], None).ships
    verdict = train_models.compare(model, [bad], None)
    assert not verdict.ships
    assert "nothing done" in verdict.why
    other = number("frechet-faces-111111", 3.0)
    assert not train_models.compare(MODELS["faces"], [other], [number("frechet-faces-222222", 9.0)]).ships


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch, pictures: Path) -> Any:
    """A small generator of its own pictures, as a shipped model."""
    monkeypatch.setattr(patches, "DIRECTIONS", 8)
    monkeypatch.setattr(classifier, "FEWEST_STEPS", 20)
    settings = {"size": 32, "channels": 3, "generator.width": 4, "discriminator.width": 4, "batch_size": 4}
    model = dataclasses.replace(
        MODELS["clothing"], name="tiny", recipe="dcgan", settings=settings, steps=6, deciding="sliced-wasserstein"
    )
    monkeypatch.setitem(MODELS, "tiny", model)
    return model


def test_one_command_trains_measures_and_ships_and_the_next_goes_on(
    tiny: Any, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(train_models, "FEWEST_MOMENTS", 1)
    places = ["--pictures", str(pictures), "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "out")]
    words = ["tiny", *places, "--count", "20", "--device", "cpu"]
    monkeypatch.setattr(Measurement, "no_better_than", property(lambda self: None))  # six steps teach nothing
    assert train_models.main([*words, "--minutes", "1"]) == 0, capsys.readouterr().err
    shipped = tmp_path / "out" / "tiny.safetensors"
    card = read_card(shipped)
    assert (card.name, card.licence, card.attribution) == ("tiny", tiny.licence, tiny.attribution)
    assert card.data == tiny.learned_from
    assert card.steps == 6
    assert card.judge["name"] == "dcgan"
    assert card.metrics["sliced-wasserstein"]["baselines"]["a linear model"] > 0
    assert str(tmp_path).encode() not in shipped.read_bytes()
    assert load_model(shipped).sample(2, seed=0).shape == (2, 32, 32, 3)
    history = PackedHistory(beside(shipped))
    history.check_of(card.to_json(), card.name)
    assert str(tmp_path).encode() not in beside(shipped).read_bytes()
    before = shipped.read_bytes()
    capsys.readouterr()
    assert train_models.main([*words, "--only-measure"]) == 0
    assert "it stays" in capsys.readouterr().out
    assert shipped.read_bytes() == before
    assert train_models.main(words) == 0  # it has made its steps: nothing is trained, and the same file stays
    assert shipped.read_bytes() == before
    assert train_models.main([*words, "--from", "glyphs"]) == 2
    assert "belongs to a new run" in capsys.readouterr().err


def test_the_terms_of_the_weights_that_a_model_started_from_go_on(tiny: Any) -> None:
    from gan_core.cards import Card
    from gan_core.training.evaluation import Evaluation

    begun = "/somewhere/runs/mine"
    card = Card(
        name="n",
        kind="generator",
        network={"name": "dcgan"},
        size=32,
        channels=3,
        licence="your own / CC BY-SA 4.0",
        attribution="OpenMoji",
        notes=(f"Started from {begun}.",),
        recipe={"data": "/somewhere/clothing", "start_from": begun},
    )
    found = train_models.card_for(tiny, card, Evaluation("n", "d", []))
    assert found.licence == f"{tiny.licence} / CC BY-SA 4.0"
    assert found.attribution == f"{tiny.attribution}; OpenMoji"
    assert found.notes == ("Started from mine.",)
    assert "/somewhere" not in str(found.to_json())


def test_a_file_of_another_game_stays_under_its_other_name(tiny_cycle: Recipe, tmp_path: Path) -> None:
    torch.manual_seed(0)
    pair = {name: build_translator(tiny_cycle, 3) for name in ("AtoB", "BtoA")}
    shipped = tmp_path / "doodle-to-emoji.safetensors"
    from gan_core.cards import Card

    card = Card(
        name="doodle-to-emoji",
        kind="translator",
        network=describe(pair["AtoB"]),
        size=16,
        channels=3,
        recipe={"game": {"name": "cycle"}},
    )
    save_model(shipped, pair, card)
    model = MODELS["doodle-to-emoji"]
    train_models._keep_earlier(model, card.replace(recipe={"game": {"name": "cycle"}}), shipped)
    other = tmp_path / "doodle-to-emoji-unpaired.safetensors"
    assert not other.exists()
    train_models._keep_earlier(model, card.replace(recipe={"game": {"name": "paired"}}), shipped)
    assert read_card(other).name == "doodle-to-emoji-unpaired"
    assert load_model(other).directions == load_model(shipped).directions


def test_contact_sheets_show_inputs_outputs_and_truths(
    tiny: Any, tiny_cycle: Recipe, pictures: Path, tmp_path: Path, capsys: Any
) -> None:
    from gan_core.cards import Card

    torch.manual_seed(0)
    pair = {name: build_translator(tiny_cycle, 3) for name in ("AtoB", "BtoA")}
    words = {"A": "noto", "B": "twemoji"}
    card = Card(name="n", kind="translator", network=describe(pair["AtoB"]), size=32, channels=3, domains=words)
    save_model(tmp_path / "n.safetensors", pair, card)
    file, out = str(tmp_path / "n.safetensors"), tmp_path / "sheets"
    given = ["--file", file, "--out", str(out), "--pictures", str(pictures), "--count", "5"]
    assert contact_sheet.main(["noto-to-twemoji", *given]) == 0, capsys.readouterr().err
    found = sorted(path.name for path in out.iterdir())
    assert found == ["noto-to-twemoji-AtoB.png", "noto-to-twemoji-BtoA.png"]
    with Image.open(out / found[0]) as sheet:
        assert sheet.size[0] > 4 * 3 * 32 * 4
    assert contact_sheet.main([*given]) == 2
    assert "--file belongs to one NAME" in capsys.readouterr().err


def test_a_generators_sheet_has_a_row_for_each_class(tiny_recipe: Recipe, tmp_path: Path) -> None:
    from gan_core.cards import Card
    from gan_core.data import DataSet
    from gan_core.models.generator import GeneratorModel

    torch.manual_seed(0)
    network = build_generator(tiny_recipe, 1, 2)
    card = Card(name="two", kind="generator", network=describe(network), size=32, channels=1, classes=("a", "b"))
    model = GeneratorModel(network.eval(), card, torch.device("cpu"))
    pictures = torch.randint(0, 256, (12, 1, 32, 32), dtype=torch.uint8)
    labels = torch.arange(2).repeat(6)
    known = DataSet("two", pictures, pictures, labels, labels, classes=("a", "b"))
    by_class = contact_sheet.generator_sheet(model, known, 0)
    mixed = contact_sheet.generator_sheet(model, DataSet("two", pictures, pictures), 0)
    assert by_class.size[0] == mixed.size[0]
    assert by_class.size[1] < mixed.size[1]


def test_the_pages_say_what_the_cards_say() -> None:
    for page, text in results_table.written().items():
        said = page.read_text(encoding="utf-8")
        assert results_table.renewed(said, text) == said, "run python assets/results_table.py"
    with pytest.raises(SystemExit, match="lost its marks"):
        results_table.renewed("nothing here", "")


def test_a_paired_model_with_hints_ships_and_has_its_sheet(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setattr(patches, "DIRECTIONS", 8)
    small = {"size": 32, "generator.width": 4, "generator.levels": 3, "discriminator.width": 4, "batch_size": 2}
    settings = {**shipped_models.MODELS["doodle-to-emoji"].settings, **small}
    for name in ("doodle-to-emoji", "edges-to-clothes"):
        monkeypatch.setitem(MODELS, name, dataclasses.replace(MODELS[name], settings=settings, steps=2))
        monkeypatch.setattr(Measurement, "no_better_than", property(lambda self: None))
        places = ["--pictures", str(pictures), "--runs", str(tmp_path / "runs"), "--out", str(tmp_path / "out")]
        assert train_models.main([name, *places, "--count", "4", "--device", "cpu"]) == 0, capsys.readouterr().err
        shipped = tmp_path / "out" / f"{name}.safetensors"
        card = read_card(shipped)
        assert card.inputs["hints"] is True
        assert dict(card.domains) == MODELS[name].domains
        assert "without hints" in card.metrics["AtoB hinted-l1"]["baselines"]
        assert str(tmp_path).encode() not in shipped.read_bytes()
        out = tmp_path / "sheets"
        given = ["--file", str(shipped), "--out", str(out), "--pictures", str(pictures), "--count", "2"]
        assert contact_sheet.main([name, *given]) == 0, capsys.readouterr().err
        with Image.open(out / f"{name}-AtoB.png") as sheet:
            assert sheet.size[0] > 2 * 5 * 128  # input, output, hints, with hints, truth


def test_hints_on_a_sheet_are_colours_of_the_truth() -> None:
    truth = np.full((40, 40, 3), 255, np.uint8)
    truth[10:30, 10:30] = (220, 40, 40)
    for x, y, colour in contact_sheet._hints(truth, np.random.default_rng(0)):
        assert (10 < x < 29, 10 < y < 29, colour) == (True, True, (220, 40, 40))
    assert len(contact_sheet._hints(np.full((8, 8, 3), 128, np.uint8), np.random.default_rng(0))) == 2
    marked = contact_sheet._marked(np.full((48, 48, 3), 255, np.uint8), [(20, 30, (220, 40, 40))])
    assert tuple(marked[30, 20]) == (220, 40, 40)
