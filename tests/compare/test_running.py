from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from gan_core.compare import (
    BenchmarkConfig,
    Candidate,
    ComparisonFolder,
    find_comparison,
    list_comparisons,
    plan,
    standings,
)
from gan_core.compare.running import run_comparison
from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics import patches
from gan_core.models import load_model
from gan_core.recipes import Part, Recipe
from gan_core.runs import RunFolder, list_runs
from gan_core.training import session
from gan_core.training.trainer import Trainer
from tests.conftest import noise_set

Load = Callable[[Recipe], DataSet]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A coarse evaluator: what is measured does not matter here, only that and when it is."""
    monkeypatch.setattr(patches, "PATCHES", 64)
    monkeypatch.setattr(patches, "DIRECTIONS", 8)


@pytest.fixture
def load(tiny_data: dict[str, DataSet]) -> Load:
    return lambda _: tiny_data["A"]


def entries(recipe: Recipe) -> list[Candidate]:
    recipe = recipe.replace(deterministic=True)
    return [Candidate("plain", recipe), Candidate("r1", recipe.replace(penalty=Part("r1")))]


def begin(root: Path, recipe: Recipe, name: str = "cup", **terms: Any) -> ComparisonFolder:
    chosen: dict[str, Any] = {"seeds": (0, 1), "steps": 8, "device": "cpu", "samples": 100, **terms}
    return ComparisonFolder.begin(root, plan(entries(recipe), BenchmarkConfig(**chosen)), name)


def weights(folder: RunFolder) -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(max((folder.path / "checkpoints").glob("[0-9]*.safetensors")))


def test_a_comparison_measures_ordinary_runs_and_ends_in_a_table(
    tmp_path: Path, tiny_recipe: Recipe, load: Load
) -> None:
    comparison = begin(tmp_path, tiny_recipe)
    seen: list[float] = []
    status = run_comparison(comparison, lambda status, _: seen.append(status.seconds), load)
    assert status.state == comparison.status().state == "finished"
    assert seen == sorted(seen)
    assert seen[-1] == 1
    assert {run.name for run in list_runs(tmp_path)} == {"cup.plain.0", "cup.plain.1", "cup.r1.0", "cup.r1.1"}
    for trial in comparison.trials():
        run = comparison.run_of(trial)
        assert run.status().state == trial.state == "finished"
        assert load_model(run.path, "cpu").card.steps == 8
        assert [moment["step"] for moment in trial.moments] == [1, 2, 4, 6, 8]
    table = standings(comparison.values())
    assert table["metric"] == "sliced-wasserstein"
    first, second = (row["metrics"]["sliced-wasserstein"] for row in table["recipes"])
    assert first["mean"] <= second["mean"]
    assert set(first["seeds"]) == {"0", "1"}
    assert {row["label"]: row["differs"] for row in table["recipes"]}["plain"] == []
    assert len(table["differences"]) + len(table["undecided"]) == 1
    assert [found.name for found in list_comparisons(tmp_path)] == ["cup"]
    find_comparison("cup", tmp_path).delete()
    assert list(tmp_path.iterdir()) == []


def test_no_comparison_takes_a_folder_of_the_programs_own(tmp_path: Path, tiny_recipe: Recipe) -> None:
    with pytest.raises(InputError, match="keeps other things; choose another name for the comparison"):
        begin(tmp_path, tiny_recipe, "kept")
    assert list(tmp_path.iterdir()) == []
    begin(tmp_path, tiny_recipe).path.rename(tmp_path / "kept")
    assert list_comparisons(tmp_path) == []


def test_a_trial_learns_what_it_learns_alone(tmp_path: Path, tiny_recipe: Recipe, load: Load) -> None:
    """Turns leave no trace: bit for bit the run that is trained by itself."""
    comparison = begin(tmp_path, tiny_recipe)
    run_comparison(comparison, load=load)
    trial = comparison.trials()[1]
    alone = Trainer(comparison.recipe_of(trial), {"A": load(tiny_recipe)}, torch.device("cpu"))
    for _ in range(8):
        alone.step()
    found = weights(comparison.run_of(trial))
    assert [name for name, value in alone.state()[0].items() if not torch.equal(value, found[name])] == []


def test_a_killed_comparison_goes_on_bit_for_bit(
    tmp_path: Path, tiny_recipe: Recipe, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = begin(tmp_path, tiny_recipe, "whole")
    run_comparison(whole, load=load)
    broken = begin(tmp_path, tiny_recipe, "broken")
    step, count = Trainer.step, 0

    def die(trainer: Trainer) -> dict[str, torch.Tensor]:
        nonlocal count
        count += 1
        if count == 21:
            raise KeyboardInterrupt
        return step(trainer)

    monkeypatch.setattr(Trainer, "step", die)
    with pytest.raises(KeyboardInterrupt):
        run_comparison(broken, load=load)
    assert any(trial.state != "finished" for trial in broken.trials())
    monkeypatch.setattr(Trainer, "step", step)
    assert run_comparison(broken, load=load).state == "finished"
    for mine, theirs in zip(broken.trials(), whole.trials(), strict=True):
        assert [m["values"] for m in mine.moments] == [m["values"] for m in theirs.moments]
        one, other = weights(broken.run_of(mine)), weights(whole.run_of(theirs))
        assert [name for name in one if not torch.equal(one[name], other[name])] == []


def test_what_is_done_is_not_repeated(
    tmp_path: Path, tiny_recipe: Recipe, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = begin(tmp_path, tiny_recipe)
    run_comparison(comparison, load=load)
    before = comparison.values()
    monkeypatch.setattr(Trainer, "step", lambda _: pytest.fail("trained again"))
    assert run_comparison(comparison, load=load).state == "finished"
    assert comparison.values() == before


def test_who_blows_up_is_out_and_the_others_go_on(
    tmp_path: Path, tiny_recipe: Recipe, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = begin(tmp_path, tiny_recipe)
    step = Trainer.step

    def blow_up(trainer: Trainer) -> dict[str, torch.Tensor]:
        values = step(trainer)
        if trainer.recipe.penalty is not None and trainer.recipe.seed == 1 and trainer.step_count == 3:
            next(trainer.average.network.parameters()).data[:] = float("nan")
        return values

    monkeypatch.setattr(Trainer, "step", blow_up)
    assert run_comparison(comparison, load=load).state == "finished"
    states = {(trial.label, trial.seed): trial.state for trial in comparison.trials()}
    assert states == {("plain", 0): "finished", ("plain", 1): "finished", ("r1", 0): "finished", ("r1", 1): "failed"}
    table = standings(comparison.values())
    row = next(row for row in table["recipes"] if row["label"] == "r1")
    assert "Not finite" in row["failed"]["1"]
    assert set(row["metrics"]["sliced-wasserstein"]["seeds"]) == {"0"}
    assert table["differences"] == []  # a spread needs two seeds


def test_a_request_to_stop_saves_and_the_clock_of_a_trial_counts_its_own_turns(
    tmp_path: Path, tiny_recipe: Recipe, load: Load
) -> None:
    comparison = begin(tmp_path, tiny_recipe, steps=None, minutes=1.0, clock="wall")

    def watch(status: Any, _: Any) -> None:
        if status.state == "running" and status.seconds > 0.02:
            comparison.request("stop")

    assert run_comparison(comparison, watch, load).state == "stopped"
    trials = comparison.trials()
    assert {trial.state for trial in trials} == {"stopped"}
    seconds = [comparison.run_of(trial).status().seconds for trial in trials]
    assert all(comparison.run_of(trial).saved_step() for trial in trials)
    assert min(seconds) > 0.4  # everybody had the first turn
    assert sum(seconds) < 10


def test_a_comparison_is_paused_and_goes_on(tmp_path: Path, tiny_recipe: Recipe, load: Load) -> None:
    comparison = begin(tmp_path, tiny_recipe, steps=10)
    paused = 0

    def watch(status: Any, _: Any) -> None:
        nonlocal paused
        if status.state == "running" and not paused:
            comparison.request("pause")
        if status.state == "paused":
            paused += 1
            if paused == 2:
                assert {comparison.run_of(trial).status().state for trial in comparison.trials()} == {"paused"}
                comparison.request("resume")

    assert run_comparison(comparison, watch, load).state == "finished"
    assert paused >= 2


def test_trials_of_two_sizes_are_measured_at_the_smaller_one(tmp_path: Path, tiny_recipe: Recipe) -> None:
    small = tiny_recipe.replace(size=28)
    comparison = ComparisonFolder.begin(
        tmp_path,
        plan(
            [Candidate("a", tiny_recipe), Candidate("b", small)],
            BenchmarkConfig(seeds=(0,), steps=2, device="cpu", samples=100),
        ),
        "sizes",
    )
    run_comparison(comparison, load=lambda recipe: noise_set(1, recipe.size))
    values = comparison.values()
    assert values["judging"]["size"] == 28
    assert all(row["metrics"]["sliced-wasserstein"]["mean"] > 0 for row in standings(values)["recipes"])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda r: plan([Candidate("a", r)], BenchmarkConfig(steps=1)), "at least two recipes"),
        (lambda r: plan([Candidate("a", r), Candidate("a", r)], BenchmarkConfig(steps=1)), "name them apart"),
        (
            lambda r: plan(
                [Candidate("a", r), Candidate("b", r.replace(data="scenes-summer"))], BenchmarkConfig(steps=1)
            ),
            "one data set",
        ),
        (
            lambda r: plan([Candidate("a", r), Candidate("b", Recipe.named("cyclegan"))], BenchmarkConfig(steps=1)),
            "translates",
        ),
        (
            lambda r: plan([Candidate("a", r), Candidate("b", r)], BenchmarkConfig(steps=1), own_settings={"c": {}}),
            "called 'c'",
        ),
        (
            lambda r: plan([Candidate("a", r), Candidate("b", r)], BenchmarkConfig(steps=1), settings={"penalty": "x"}),
            "a: There is no",
        ),
        (lambda _: Candidate("a/b", Recipe.named("gan")), "A label is"),
        (lambda _: BenchmarkConfig(), "minutes or by steps"),
        (lambda _: BenchmarkConfig(steps=1, seeds=(1, 1)), "used once"),
        (lambda _: BenchmarkConfig(steps=1, clock="sun"), "processor or wall"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    make: Callable[[Recipe], object], sentence: str, tiny_recipe: Recipe
) -> None:
    with pytest.raises(InputError, match=sentence):
        make(tiny_recipe)


def test_a_taken_name_is_refused_and_nothing_is_left(tmp_path: Path, tiny_recipe: Recipe) -> None:
    begin(tmp_path, tiny_recipe)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="already"):
        begin(tmp_path, tiny_recipe)
    assert sorted(tmp_path.iterdir()) == before


def test_a_failing_disk_ends_a_comparison_with_a_sentence_and_it_goes_on(
    tmp_path: Path, tiny_recipe: Recipe, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = begin(tmp_path, tiny_recipe)
    step = Trainer.step

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:

        def stepping(trainer: Trainer) -> dict[str, torch.Tensor]:
            if trainer.step_count == 3:
                patch.setattr("gan_core.training.checkpoints.write_atomically", full)
            return step(trainer)

        patch.setattr(Trainer, "step", stepping)
        status = run_comparison(comparison, None, load)
    assert status.state == comparison.status().state == "failed"
    assert (comparison.status().reason or "").startswith("The disk is full;")
    assert {comparison.run_of(trial).status().state for trial in comparison.trials() if trial.moments} == {"failed"}
    assert not list(tmp_path.glob("*/lock"))
    assert run_comparison(comparison, None, load).state == "finished"
    assert all(trial.state == "finished" for trial in comparison.trials())


def test_a_comparison_folder_that_takes_no_lock(
    tmp_path: Path, tiny_recipe: Recipe, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = begin(tmp_path, tiny_recipe)

    def read_only(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("gan_core.files._replace", read_only)
    status = run_comparison(comparison, None, load)
    assert status.state == "failed"
    assert (status.reason or "").startswith("The disk failed (Read-only file system)")


def test_weights_to_start_from_are_compared_with_fresh_ones(tmp_path: Path, tiny_recipe: Recipe, load: Load) -> None:
    recipe = tiny_recipe.replace(deterministic=True)
    source = session.create(recipe.replace(seed=9, steps=2), tmp_path, "source")
    session.run_training(source, "cpu", data={"A": load(recipe)})
    chosen = [Candidate("scratch", recipe), Candidate("warm", recipe.replace(start_from=str(source.path)))]
    terms = BenchmarkConfig(seeds=(0,), steps=2, device="cpu", samples=100)
    folder = ComparisonFolder.begin(tmp_path, plan(chosen, terms), "cup")
    source.delete()
    assert run_comparison(folder, load=load).state == "finished"
    warm = RunFolder(tmp_path / "cup.warm.0")
    texts = [event["text"] for event in warm.events()[0] if event["kind"] == "warning"]
    assert "13 of 13 layers come from source." in texts
    assert not (tmp_path / "cup.scratch.0" / "start.safetensors").exists()
    with pytest.raises(InputError, match="warm: There is no model named"):
        plan([chosen[0], Candidate("warm", recipe.replace(start_from="gone"))], terms)
