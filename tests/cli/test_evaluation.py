from __future__ import annotations

import json
from pathlib import Path

import pytest

from gan_core import data as data_sets
from gan_core.data import DataSet
from gan_core.metrics import classifier
from tests.cli.conftest import Shell, picture
from tests.conftest import noise_set


def folder_of(place: Path, count: int = 12, side: int = 32, mode: str = "L") -> Path:
    for seed in range(count):
        picture(place / f"{seed}.png", (side, side), mode, seed)
    return place


def test_a_generator_against_a_folder(shell: Shell, digits: str, here: Path) -> None:
    answer = shell("evaluate", digits, "--data", folder_of(here / "own"), "--count", "20", "--seed", "3", "--json")
    assert answer.code == 0
    found = json.loads(answer.out)
    (patches,) = found["measurements"]
    assert patches["name"] == "sliced-wasserstein"
    assert patches["seed"] == 3
    assert patches["value"] > patches["floor"] > 0
    assert patches["spread"] > 0
    assert patches["samples"] < 20  # as many as there are real ones for the floor, and it says so
    assert any("not 20" in note for note in found["notes"])
    assert found["scores"] is None


def test_the_table_shows_value_floor_spread_and_samples(shell: Shell, digits: str, here: Path) -> None:
    answer = shell("evaluate", digits, "--data", folder_of(here / "own"))
    assert answer.code == 0
    assert "value" in answer.out.splitlines()[1]
    for word in ("floor", "spread", "samples", "sliced-wasserstein"):
        assert word in answer.out


def test_a_run_also_shows_its_discriminators_scores(shell: Shell, here: Path) -> None:
    place = folder_of(here / "own", side=28)
    settings = ("batch_size=4",)
    made = shell("train", "gan", "--data", place, "--steps", "3", "--set", *settings, "--out", "runs/small")
    assert made.code == 0, made.err
    answer = shell("evaluate", "runs/small", "--json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    scores = found["scores"]
    assert 0 <= scores["accuracy"] <= 1
    assert scores["samples"][0] == found["measurements"][0]["samples"]
    assert "taken for real" in shell("evaluate", "runs/small").out


def test_a_conditional_run_is_asked_for_classes_and_its_discriminator_is_probed(
    shell: Shell, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "FEWEST_STEPS", 60)  # how well it tells classes apart is tested where it lives
    for mark in ("bars", "dots"):
        folder_of(here / "own" / mark, count=40)
    narrow = ("generator.width=4", "discriminator.width=4", "batch_size=4", "channels=1")
    made = shell(
        "train", "conditional", "--data", here / "own", "--steps", "2", "--set", *narrow, "--out", "runs/classes"
    )
    assert made.code == 0, made.err
    answer = shell("evaluate", "runs/classes", "--count", "30", "--json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    asked, probe = found["class_accuracy"], found["probe"]
    assert set(asked["by_class"]) == {"bars", "dots"}
    assert asked["chance"] == 0.5
    assert 0 <= asked["floor"] <= 1
    assert 0 <= probe["accuracy"] <= 1
    assert probe["samples"] > 0
    table = shell("evaluate", "runs/classes", "--count", "30").out
    assert "show the class that was asked for" in table
    assert "Linear probe" in table


def test_a_translator_in_both_directions(
    shell: Shell, seasons: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("trainA", "trainB", "testA", "testB"):
        folder_of(here / "pair" / part, 5, 16, "RGB")
    for number, path in enumerate(sorted((here / "pair").rglob("*.png"))):
        picture(path, (16, 16), seed=100 + number)
    answer = shell("evaluate", seasons, "--data", here / "pair", "--json")
    assert answer.code == 0, answer.err
    names = [each["name"] for each in json.loads(answer.out)["measurements"]]
    kinds = ("patch-distance", "paired-l1", "paired-ssim", "lines-kept")
    assert names == [f"{direction} {kind}" for direction in ("AtoB", "BtoA") for kind in kinds]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nothing",), "model"),
        (("digits",), "--data takes a name, a folder or a zip"),
        (("digits", "--data", "glyphz"), "glyphs"),
        (("digits", "--data", "glyphs", "--data-b", "glyphs"), "leave --data-b out"),
        (("digits", "--data", "glyphs", "--count", "1"), "from 2 to"),
    ],
)
def test_wrong_input_is_answered_in_one_sentence(
    shell: Shell, digits: str, arguments: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tiny(*_: object, **__: object) -> DataSet:
        return noise_set(1, 32)

    if arguments[1:3] == ("--data", "glyphs"):
        monkeypatch.setattr(data_sets, "load", tiny)
    answer = shell("evaluate", *arguments)
    assert answer.code == 2
    assert len(answer.complaints) == 1
    assert sentence in answer.complaints[0]
    assert answer.out == ""
