from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gan_core import data as data_sets
from gan_core.data import DataSet
from gan_core.metrics import classifier, patches
from gan_core.models import load_model, read_card
from gan_core.models.files import write_card
from tests.cli.conftest import Shell, picture
from tests.conftest import noise_set
from tests.ui.fake_run import fake_run


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Patches are projected on a few directions: how well they are compared is tested where that lives."""
    monkeypatch.setattr(patches, "DIRECTIONS", 8)


def folder_of(place: Path, count: int = 12, side: int = 32, mode: str = "L") -> Path:
    for seed in range(count):
        picture(place / f"{seed}.png", (side, side), mode, seed)
    return place


def test_a_generator_against_a_folder(shell: Shell, digits: str, here: Path) -> None:
    answer = shell("evaluate", digits, "--data", folder_of(here / "own"), "--count", "20", "--seed", "3", "--json")
    assert answer.code == 0
    found = json.loads(answer.out)
    (distance,) = found["measurements"]
    assert distance["name"] == "sliced-wasserstein"
    assert distance["seed"] == 3
    assert distance["value"] > distance["reference_level"] > 0
    assert distance["spread"] > 0
    assert distance["samples"] < 20  # as many as there are real ones, and it says so
    assert any("not 20" in note for note in found["notes"])
    assert found["scores"] is None


def test_the_table_shows_value_level_spread_and_samples(shell: Shell, digits: str, here: Path) -> None:
    answer = shell("evaluate", digits, "--data", folder_of(here / "own"))
    assert answer.code == 0
    assert "value" in answer.out.splitlines()[1]
    for word in ("real pictures", "spread", "samples", "sliced-wasserstein"):
        assert word in answer.out


def test_a_generator_is_set_beside_a_linear_model_on_the_page_and_on_its_card(
    shell: Shell, digits: str, here: Path
) -> None:
    path = here / "pretrained" / "digits.safetensors"
    before = load_model(path).sample(2, seed=0)
    answer = shell("evaluate", digits, "--data", folder_of(here / "own"), "--write-card", "--json")
    assert answer.code == 0, answer.err
    (measured,) = json.loads(answer.out)["measurements"]
    entry = read_card(path).metrics["sliced-wasserstein"]
    assert entry["value"] == measured["value"]
    assert entry["samples"] == measured["samples"]
    assert entry["reference_level"] == measured["reference_level"]
    assert entry["baselines"] == {"a linear model": measured["details"]["a linear model"]}
    assert entry["no_better_than"] == "a linear model"  # of a network that has learned nothing
    assert entry["title"] == "Patch distance"
    assert "no better than a linear model" in shell("evaluate", digits, "--data", here / "own").out
    assert np.array_equal(load_model(path).sample(2, seed=0), before)


def test_what_no_measurement_replaces_stays_on_the_card(shell: Shell, digits: str, here: Path) -> None:
    path = here / "pretrained" / "digits.safetensors"
    old = {"by hand": {"value": 3.0}, "sliced-wasserstein": {"value": 1.0, "floor": 0.5}, "kid-of-old": {"value": 2.0}}
    write_card(path, read_card(path).replace(metrics=old))
    shell("evaluate", digits, "--data", folder_of(here / "own"), "--write-card")
    assert list(read_card(path).metrics) == ["sliced-wasserstein", "by hand"]
    assert read_card(path).metrics["sliced-wasserstein"]["value"] != 1.0


@pytest.mark.parametrize(
    "arguments", [("digits", "--metrics", "kid"), ("--features", "some.npz"), ("runs/busy",), ("runs/none",)]
)
def test_a_card_is_written_whole_and_never_beside_a_training(
    shell: Shell, digits: str, here: Path, arguments: tuple[str, ...]
) -> None:
    fake_run(here / "runs", "running", name="busy")
    answer = shell("evaluate", *arguments, "--write-card")
    assert (answer.code, len(answer.complaints)) == (2, 1)


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
    assert 0 <= asked["reference_level"] <= 1
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
    found = json.loads(answer.out)["measurements"]
    names = [each["name"] for each in found]
    kinds = ("patch-distance", "paired-l1", "paired-ssim", "colour-difference", "lines-kept")
    assert names == [f"{direction} {kind}" for direction in ("AtoB", "BtoA") for kind in kinds]
    shell("evaluate", seasons, "--data", here / "pair", "--write-card")
    entries = read_card(here / "pretrained" / "seasons.safetensors").metrics
    assert list(entries) == names
    assert set(entries["AtoB paired-l1"]["baselines"]) == {"nothing done", "a random training picture"}
    assert set(entries["AtoB patch-distance"]["baselines"]) == {"nothing done"}


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


def test_a_folder_that_is_wholly_held_out_can_be_used_whole(shell: Shell, digits: str, here: Path) -> None:
    place = folder_of(here / "own", 24)
    part = shell("evaluate", digits, "--data", place, "--json")
    found = json.loads(part.out)
    used = found["pictures"]["A"]
    assert used["found"] == 24
    assert found["measurements"][0]["reference"] == used["used"] < 24
    assert any(f"{used['used']} of 24 pictures" in note and "--all" in note for note in found["notes"])
    assert f"{used['used']} of 24 pictures" in shell("evaluate", digits, "--data", place).out

    whole = shell("evaluate", digits, "--data", place, "--all", "--json")
    assert whole.code == 0, whole.err
    found = json.loads(whole.out)
    assert found["pictures"] == {"A": {"used": 24, "found": 24}}
    (distance,) = found["measurements"]
    assert (distance["reference"], distance["samples"], distance["reference_samples"]) == (24, 24, 12)
    assert any("All 24 pictures" in note for note in found["notes"])


def test_a_pair_of_held_out_folders_is_used_whole_with_its_true_pairs(shell: Shell, seasons: str, here: Path) -> None:
    for part in ("testA", "testB"):
        folder_of(here / "pair" / part, 6, 16, "RGB")
    for number, path in enumerate(sorted((here / "pair").rglob("*.png"))):
        picture(path, (16, 16), seed=100 + number)
    answer = shell("evaluate", seasons, "--data", here / "pair", "--all", "--json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert found["pictures"] == {domain: {"used": 6, "found": 6} for domain in "AB"}
    assert {each["samples"] for each in found["measurements"]} == {6}
    assert "AtoB paired-l1" in [each["name"] for each in found["measurements"]]
    table = shell("evaluate", seasons, "--data", here / "pair", "--all").out
    assert "way to the reference level cannot be told" in table
    assert "cannot see memorising" in table
    assert "floor" not in table.lower()


def test_labels_of_a_folder_used_whole_still_teach_from_a_part(
    shell: Shell, digits: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classifier, "FEWEST_STEPS", 60)
    for mark in ("bars", "dots"):
        folder_of(here / "own" / mark, count=70)
    for number, path in enumerate(sorted((here / "own").rglob("*.png"))):
        picture(path, (32, 32), "L", seed=number)
    answer = shell("evaluate", digits, "--data", here / "own", "--all", "--json")
    assert answer.code == 0, answer.err
    first = json.loads(answer.out)["measurements"][0]
    assert first["name"].startswith("frechet-")
    assert (first["reference"], first["samples"]) == (140, 140)


@pytest.mark.parametrize(("data", "sentence"), [((), "--all needs --data"), (("--data", "glyphs"), "of its own")])
def test_only_a_folder_or_zip_can_be_used_whole(
    shell: Shell, digits: str, data: tuple[str, ...], sentence: str
) -> None:
    answer = shell("evaluate", digits, *data, "--all")
    assert answer.code == 2
    assert sentence in answer.complaints[0]


def test_given_features_are_compared(shell: Shell, here: Path) -> None:
    draws = np.random.default_rng(0)
    np.savez(here / "features.npz", real=draws.normal(size=(60, 4)), fake=draws.normal(size=(50, 4)) + 1)
    answer = shell("evaluate", "--features", here / "features.npz", "--json")
    assert answer.code == 0, answer.err
    found = {each["name"]: each for each in json.loads(answer.out)["measurements"]}
    assert list(found) == ["frechet", "kid", "precision", "recall", "density", "coverage"]
    assert found["frechet"]["value"] > found["frechet"]["reference_level"] > 0
    assert found["kid"]["samples"] == 50
    table = shell("evaluate", "--features", here / "features.npz", "--metrics", "kid, recall")
    assert [line.split()[0] for line in table.out.splitlines()[2:-1] if line[0] != "-"] == ["kid", "recall"]


def test_only_the_metrics_that_are_asked_for(shell: Shell, digits: str, here: Path) -> None:
    data = folder_of(here / "own")
    answer = shell("evaluate", digits, "--data", data, "--metrics", "sliced-wasserstein", "--json")
    assert [each["name"] for each in json.loads(answer.out)["measurements"]] == ["sliced-wasserstein"]
    for arguments, word in (
        ((digits, "--data", data, "--metrics", "kidd"), "kidd"),
        ((digits, "--data", data, "--metrics", ","), "no metric"),
        ((digits, "--features", "x.npz"), "not both"),
        (("--features", "none.npz"), "none.npz"),
        ((), "--features"),
    ):
        refused = shell("evaluate", *arguments)
        assert refused.code == 2
        assert word in refused.err
