"""`time-lapse` on the shell."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import networks
from gan_core.cards import Card
from gan_core.latents.metadata import read_note
from gan_core.latents.time_lapse import TimeLapse
from gan_core.models import save_model
from gan_core.models.histories import beside, pack
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from tests.cli.conftest import Shell

STEPS = (1, 4, 30)


@pytest.fixture
def kept(here: Path, tiny_recipe: Recipe) -> RunFolder:
    """A conditional run with three moments kept."""
    run = RunFolder.create(here / "runs", tiny_recipe, "mine")
    (run.path / "keyframes").mkdir()
    for step in STEPS:
        torch.manual_seed(step)
        network = networks.build_generator(tiny_recipe, 1, classes=2).eval()
        described = networks.describe(network)
        card = Card(
            name="mine", kind="generator", network=described, size=32, channels=1, classes=("cat", "dog"), steps=step
        )
        path = run.path / "keyframes" / f"{step:08d}.safetensors"
        save_model(path, {"generator": network}, card)
        path.with_suffix(".jpg").touch()
    shutil.copy(path, run.model)
    return run


def test_a_film_of_a_run_carries_its_recipe(shell: Shell, kept: RunFolder) -> None:
    options = ("--seeds", "3,4", "--seconds", 1, "--rest", 0, "--fps", 9, "--timing", "each", "--class", "dog")
    answer = shell("time-lapse", "runs/mine", *options, "--out", "film.webp")
    assert (answer.code, answer.out, answer.err) == (0, "film.webp\n", "")
    note = read_note(Path("film.webp"))
    assert note is not None
    lapse = TimeLapse.from_json(note["time"])
    assert [(place.seed, place.label) for place in lapse.latents] == [(3, 1), (4, 1)]
    assert (lapse.fps, lapse.timing, lapse.seconds, note["model"]) == (9, "each", 1, "runs/mine")
    with Image.open("film.webp") as film:
        # Equal frames become one that stands longer: three moments, three pictures.
        assert film.n_frames >= len(STEPS)  # pyright: ignore[reportAttributeAccessIssue]


def test_a_sheet_of_a_model_with_its_history_beside_it(shell: Shell, here: Path, kept: RunFolder) -> None:
    model = here / "pretrained" / "mine.safetensors"
    shutil.copy(kept.model, model)
    pack(kept, [1, 30], beside(model))
    assert shell("time-lapse", "mine", "--seeds", "1,2,3", "--out", "packed.png").code == 0
    assert shell("time-lapse", kept.path, "--seeds", "1,2,3", "--columns", 2, "--out", "run.png").code == 0
    with Image.open("packed.png") as packed, Image.open("run.png") as run:
        np.testing.assert_array_equal(np.asarray(packed), np.asarray(run))


@pytest.mark.parametrize("step", [4, 30])
def test_a_moment_that_cannot_be_read_is_told_and_left_out(shell: Shell, kept: RunFolder, step: int) -> None:
    (kept.path / "keyframes" / f"{step:08d}.safetensors").write_bytes(b"cut short")
    answer = shell("time-lapse", "runs/mine/best", "--seconds", 1, "--fps", 5, "--out", "film.gif")
    assert (answer.code, answer.out) == (2, "film.gif\n")
    assert answer.complaints == [f"Step {step} of mine could not be read and is left out."]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("digits", "--out", "a.gif"), "digits came without a history of its training"),
        (("nobody", "--out", "a.gif"), "no model named 'nobody'"),
        (("runs/nobody", "--out", "a.gif"), "no run named 'runs/nobody'"),
        (("runs/mine", "--out", "a.txt"), "a.txt"),
        (("runs/mine", "--class", "cow", "--out", "a.gif"), "no class of mine named 'cow'"),
        (("runs/mine", "--seconds", 1000, "--out", "a.gif"), "seconds of a time-lapse is a number from 0.1 to 120"),
        (("runs/mine", "--seeds", "1,x", "--out", "a.gif"), "whole numbers with commas between are accepted"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    shell: Shell, kept: RunFolder, digits: str, arguments: tuple[object, ...], sentence: str
) -> None:
    answer = shell("time-lapse", *arguments)
    assert (answer.code, len(answer.complaints)) == (2, 1)
    assert sentence in answer.err
