"""C13: what people type for a run or its model is understood, or what was meant is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_core.models.files import find_model
from gan_core.runs import find_run
from gan_core.runs.folder import RunFolder
from tests.cli.conftest import Shell, picture

TINY = ["latent_dim=4", "generator.width=2", "discriminator.width=2", "batch_size=4", "size=32"]


@pytest.fixture
def run(shell: Shell, here: Path, monkeypatch: pytest.MonkeyPatch) -> RunFolder:
    for number in range(8):
        picture(here / "pictures" / f"{number}.png", seed=number)
    answer = shell("train", "dcgan", "--data", "pictures", "--steps", 2, "--set", *TINY, "--out", "runs/Mine-1")
    assert answer.code == 0, answer.err
    monkeypatch.setenv("HOME", str(here))
    return RunFolder(here / "runs" / "Mine-1")


def test_a_run_is_found_by_anything_of_it(run: RunFolder, here: Path) -> None:
    checkpoint = next((run.path / "checkpoints").glob("*.safetensors"))
    for name in (
        *("Mine-1", "runs/Mine-1", "runs/Mine-1/", "./runs/Mine-1", "~/runs/Mine-1", run.path, f"{run.path}/"),
        *(
            run.path / "recipe.json",
            run.path / "status.json",
            run.path / "events.jsonl",
            run.path / "model.safetensors",
        ),
        *(checkpoint, checkpoint.relative_to(here), "runs/Mine-1/best", run.path / "best"),
    ):
        assert find_run(name).path.resolve() == run.path, name


def test_a_model_is_found_by_anything_of_its_run(run: RunFolder, shell: Shell) -> None:
    for name in (
        "Mine-1",
        "runs/Mine-1",
        "runs/Mine-1/",
        "~/runs/Mine-1",
        run.path,
        run.path / "recipe.json",
        run.model,
    ):
        assert find_model(name).resolve() == run.model, name
    run.best_model.unlink(missing_ok=True)
    for name in ("runs/Mine-1/best", run.path / "best", f"{run.path}/best/"):
        answer = shell("sample", name, "--out", "a.png")
        assert answer.code == 2
        assert "has no best step yet" in answer.err
    run.best_model.write_bytes(run.model.read_bytes())
    for name in ("runs/Mine-1/best", "runs/Mine-1/best/", run.path / "best", "~/runs/Mine-1/best", run.best_model):
        assert find_model(name).resolve() == run.best_model
    assert shell("sample", run.path / "best", "--count", 2, "--out", "a.png").code == 0
    assert shell("evaluate", "--help").code == 0


def test_a_checkpoint_is_no_model_and_the_model_is_proposed(run: RunFolder, shell: Shell) -> None:
    checkpoint = next((run.path / "checkpoints").glob("*.safetensors"))
    answer = shell("sample", checkpoint, "--out", "a.png")
    assert answer.code == 2
    assert f"the model is {run.path}" in answer.err
    answer = shell("train", "--resume", checkpoint, "--steps", 3)
    assert answer.code == 0, answer.err
    assert run.status().step == 3


@pytest.mark.parametrize("name", ["runs/mine-1", "mine-1", "RUNS/MINE-1", "runs/Mine1"])
def test_the_wrong_case_is_proposed(run: RunFolder, shell: Shell, name: str) -> None:
    for arguments in (("sample", name, "--out", "a.png"), ("train", "--resume", name, "--steps", 9)):
        answer = shell(*arguments)
        assert answer.code == 2
        assert "Did you mean" in answer.err
        assert "Mine-1" in answer.err


def test_a_home_folder_in_every_path_option(run: RunFolder, shell: Shell, here: Path) -> None:
    assert shell("sample", "~/runs/Mine-1", "--count", 2, "--out", "~/drawn/a.png").code == 0
    assert (here / "drawn" / "a.png").is_file()
    tiny = ("--steps", 1, "--set", *TINY)
    assert shell("train", "dcgan", "--data", "~/pictures", *tiny, "--out", "~/runs/second").code == 0
    assert shell("train", "dcgan", *tiny, "data=~/pictures", "--out", "~/elsewhere/third").code == 0
    assert RunFolder(here / "elsewhere" / "third").recipe().data == str(here / "pictures")
    assert shell("check-data", "~/pictures", "--size", 16).code == 0
    assert shell("runs", "--runs", "~/runs").code == 0
    assert shell("train", "--resume", "~/runs/second", "--steps", 2).code == 0
    assert not (here / "~").exists()
    answer = shell("sample", "~nobody-of-this-name/x", "--out", "a.png")
    assert answer.code == 2
    assert "no home folder" in answer.err
