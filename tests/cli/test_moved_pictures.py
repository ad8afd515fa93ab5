"""C10: a run goes on where its pictures have moved, if they are the same ones."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from gan_core.data import DataSet
from gan_core.runs.folder import RunFolder
from gan_core.training.identity import check_data, identity
from tests.cli.conftest import Shell, picture, zip_of

TINY = ["latent_dim=4", "generator.width=2", "discriminator.width=2", "batch_size=4", "size=32"]


def fill(place: Path, stem: str = "", count: int = 12, first: int = 0) -> Path:
    for number in range(count):
        folder = "ab"[number % 2]
        picture(place / folder / f"{stem}{number:02d}.png", seed=first + number)
    return place


@pytest.fixture
def run(shell: Shell, here: Path) -> RunFolder:
    fill(here / "pictures")
    answer = shell("train", "dcgan", "--data", "pictures", "--steps", 2, "--set", *TINY, "--out", "runs/mine")
    assert answer.code == 0, answer.err
    return RunFolder(here / "runs" / "mine")


def test_a_run_finds_its_moved_and_renamed_pictures(shell: Shell, here: Path, run: RunFolder) -> None:
    shutil.rmtree(here / "pictures")
    answer = shell("train", "--resume", run.path, "--steps", 3)
    assert answer.code == 2
    assert "no folder" in answer.err
    moved = fill(here / "elsewhere", "photo-")
    answer = shell("train", "--resume", run.path, "--data", "elsewhere", "--steps", 3)
    assert answer.code == 0, answer.err
    assert run.status().step == 3
    assert run.recipe().data == str(moved)
    names = {str(path.relative_to(moved)): path.read_bytes() for path in moved.rglob("*.png")}
    zip_of(here / "all.zip", names)
    answer = shell("train", "--resume", run.path, "--data", here / "all.zip", "--steps", 4)
    assert answer.code == 0, answer.err
    shutil.rmtree(moved)
    assert shell("train", "--resume", run.path, "--steps", 5).code == 0, "where they are now is kept"


def test_other_pictures_are_refused_with_the_difference(shell: Shell, here: Path, run: RunFolder) -> None:
    before = run.recipe()
    fill(here / "fewer", count=10)
    fill(here / "others", first=500)
    for name, words in (("fewer", "then, "), ("others", "start a new run"), ("glyphs", "then, ")):
        answer = shell("train", "--resume", run.path, "--data", name, "--steps", 3)
        assert answer.code == 2
        assert "not those that the run has learned from" in answer.err
        assert words in answer.err
        assert len(answer.complaints) == 1
    assert run.recipe() == before
    assert run.status().step == 2


def test_both_domains_move(shell: Shell, here: Path) -> None:
    for index, name in enumerate(("x", "y", "x2", "y2")):
        for number in range(6):
            picture(here / name / f"{number}.png", (20, 20), seed=100 * (index % 2) + number)
    tiny = ["size=16", "generator.width=2", "generator.blocks=1", "discriminator.width=2", "discriminator.layers=1"]
    cycle = ("cyclegan", "--data", "x", "--data-b", "y", "--steps", 1, "--out", "runs/c", "--set", *tiny)
    assert shell("train", *cycle).code == 0
    shutil.rmtree(here / "x")
    shutil.rmtree(here / "y")
    answer = shell("train", "--resume", "runs/c", "--data", "x2", "--data-b", "y2", "--steps", 2)
    assert answer.code == 0, answer.err
    recipe = json.loads((here / "runs" / "c" / "recipe.json").read_text())
    assert (recipe["data"], recipe["data_b"]) == (str(here / "x2"), str(here / "y2"))
    answer = shell("train", "--resume", "runs/c", "--data", "y2", "--data-b", "x2", "--steps", 3)
    assert answer.code == 2


def labelled(labels: list[int], held_out: int = 0) -> dict[str, DataSet]:
    pictures = torch.arange(4 * 64, dtype=torch.uint8).reshape(4, 1, 8, 8)
    kept = pictures[:2] + held_out
    return {"A": DataSet("set", pictures, kept, torch.tensor(labels), torch.tensor([0, 1]), ("a", "b"))}


def test_the_digest_covers_held_out_pictures_and_labels_and_old_runs_go_on() -> None:
    saved = {"step": 7, "data": identity(labelled([0, 1, 0, 1]))}
    check_data(labelled([0, 1, 0, 1]), saved)
    for other in (labelled([1, 0, 0, 1]), labelled([0, 1, 0, 1], held_out=1)):
        with pytest.raises(ValueError, match="held-out pictures or classes"):
            check_data(other, saved)
    changed = labelled([0, 1, 0, 1])
    changed["A"].pictures[3] += 1
    with pytest.raises(ValueError, match="as many, but other ones"):
        check_data(changed, saved)
    old = {"step": 7, "data": {"A": {k: v for k, v in saved["data"]["A"].items() if k != "held_out"}}}
    check_data(labelled([1, 0, 0, 1], held_out=1), old)
