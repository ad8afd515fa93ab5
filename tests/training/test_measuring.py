from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.data import DataSet
from gan_core.models import list_models, load_model, read_card, save_model
from gan_core.models.generator import GeneratorModel
from gan_core.recipes import Recipe
from gan_core.runs import RunFolder
from gan_core.training import measuring
from gan_core.training.callbacks import Progress
from gan_core.training.checkpoints import load
from gan_core.training.loop import TrainingLoop
from gan_core.training.session import run_training


def trained(root: Path, recipe: Recipe, data: dict[str, DataSet]) -> tuple[RunFolder, list[dict[str, Any]]]:
    folder = RunFolder.create(root, recipe, "measured")
    run_training(folder, "cpu", data=data)
    return folder, metrics(folder)


def metrics(folder: RunFolder) -> list[dict[str, Any]]:
    return [event for event in folder.events()[0] if event["kind"] == "metric"]


def test_a_run_of_a_moment_is_measured_at_its_end_and_the_end_is_its_best(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_recipe, tiny_data)
    (end,) = events
    assert (end["step"], end["best"], end["draws"]) == (6, True, 3)
    assert end["took"] > 0
    assert end["reference_spread"] >= 0
    card = read_card(folder.best_model)
    assert card.steps == 6
    assert card.metrics[end["name"]]["value"] == end["value"]
    assert card.metrics[end["name"]]["samples"] == end["samples"]
    assert read_card(folder.model).metrics[end["name"]]["value"] == end["value"]
    assert folder.status().state == "finished"


@pytest.mark.parametrize("how", ["by hand", "by the system"])
def test_a_stop_is_measured_too(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet], how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder.create(tmp_path, tiny_recipe.replace(steps=500), "stopped")
    monkeypatch.setattr("gan_core.training.loop.TICK", 0.0)
    if how == "by hand":
        monkeypatch.setattr(folder, "forget_requests", lambda: None)
        monkeypatch.setattr(
            folder, "control", lambda: {"sequence": 1, "wish": "stop"} if folder.status().step else None
        )
        run_training(folder, "cpu", data=tiny_data)
    else:
        on_step = Progress.on_step

        def stop(progress: Progress, loop: TrainingLoop, values: Any) -> None:
            on_step(progress, loop, values)
            loop.stop.reason = "Asked to stop by the system."

        monkeypatch.setattr(Progress, "on_step", stop)
        run_training(folder, "cpu", data=tiny_data)
    assert folder.status().state == "stopped"
    (end,) = metrics(folder)
    assert (end["step"], end["best"]) == (folder.status().step, True)


def test_a_stop_without_time_for_it_is_not_measured_and_says_so(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "END_SECONDS", 0.0)
    folder = RunFolder.create(tmp_path, tiny_recipe, "stopped")
    monkeypatch.setattr(TrainingLoop, "state", lambda loop: "stopped")
    run_training(folder, "cpu", data=tiny_data)
    assert metrics(folder) == []
    assert any(event.get("text") == measuring.SHORT for event in folder.events()[0])
    assert folder.status().state == "stopped"


@pytest.mark.usefixtures("eager")
def test_the_best_state_is_kept_with_its_number_and_listed(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_recipe, tiny_data)
    assert [event["step"] for event in events] == [1, 2, 3, 4, 5, 6, 6]
    assert {event["name"] for event in events} == {"sliced-wasserstein"}
    assert len({event["reference_level"] for event in events}) == 1
    end = events[-1]
    card = read_card(folder.best_model)
    assert card.steps == (end["step"] if end["best"] else end["kept"]["step"])
    kept = card.metrics["sliced-wasserstein"]
    assert kept["value"] <= end["value"] + max(end["spread"], kept["spread"], end["reference_spread"])
    assert (kept["samples"], kept["draws"]) == (end["samples"], end["draws"])  # like with like
    assert load(folder.best_checkpoint)[1]["step"] == card.steps
    assert folder.saved_step() == 6  # the best is none of those to go on from
    listed = [entry.name for entry in list_models(tmp_path)]
    assert listed[-2:] == ["runs/measured", "runs/measured/best"]


@pytest.mark.usefixtures("eager")
def test_an_earlier_state_that_is_better_by_more_than_the_spread_stays_the_best(
    tmp_path: Path, tiny_recipe: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training that falls apart: its pictures are grey like the real ones, from step 3 on black and white."""
    from gan_core.training.trainer import Trainer

    step = Trainer.step

    def breaking(trainer: Trainer) -> Any:
        told = step(trainer)
        if trainer.step_count >= 3:
            for parameter in trainer.average.network.parameters():
                parameter.data.mul_(1_000)
        return told

    monkeypatch.setattr(Trainer, "step", breaking)
    grey = torch.randint(120, 136, (12, 1, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    folder, events = trained(tmp_path, tiny_recipe, {"A": DataSet("grey", grey, grey[:4])})
    end = events[-1]
    assert not end["best"]
    assert end["kept"]["step"] in (1, 2)
    assert end["kept"]["value"] + end["spread"] < end["value"]
    card = read_card(folder.best_model)
    assert card.steps == end["kept"]["step"]
    assert card.metrics[end["name"]]["value"] == end["kept"]["value"]  # as measured beside the end
    model = load_model(folder.best_model)
    assert isinstance(model, GeneratorModel)
    assert 100 < model.sample(4, seed=0).mean() < 156


@pytest.mark.usefixtures("eager")
def test_measuring_does_not_change_what_is_learned(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny_recipe.replace(deterministic=True)
    measured, events = trained(tmp_path / "with", recipe, tiny_data)

    def nothing(*_: object, **__: object) -> Iterator[dict[str, Any]]:
        return iter(())

    monkeypatch.setattr(measuring, "EARLIEST", 1e9)
    monkeypatch.setattr(measuring.LiveMetric, "finish", nothing)
    plain, none = trained(tmp_path / "without", recipe, tiny_data)
    assert len(events) == 7
    assert not none
    for name, value in load(plain.path / "checkpoints" / "00000006.safetensors")[0].items():
        assert torch.equal(value, load(measured.path / "checkpoints" / "00000006.safetensors")[0][name]), name


@pytest.mark.usefixtures("eager")
def test_a_measured_run_goes_on_bit_for_bit(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny_recipe.replace(deterministic=True)
    halves, _ = trained(tmp_path / "halves", recipe.replace(steps=3), tiny_data)
    halves.write_recipe(recipe)
    run_training(halves, "cpu", data=tiny_data)
    monkeypatch.setattr(measuring, "EARLIEST", 1e9)
    whole, _ = trained(tmp_path / "whole", recipe, tiny_data)
    assert [event["step"] for event in metrics(halves)] == [1, 2, 3, 3, 4, 5, 6, 6]
    for name, value in load(whole.path / "checkpoints" / "00000006.safetensors")[0].items():
        assert torch.equal(value, load(halves.path / "checkpoints" / "00000006.safetensors")[0][name]), name


@pytest.mark.usefixtures("eager")
def test_a_cycle_run_is_measured_by_the_patches_of_its_translations(
    tmp_path: Path, tiny_cycle: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_cycle.replace(steps=2), tiny_pair)
    assert [event["name"] for event in events] == ["patch-distance"] * 3
    assert events[0]["samples"] == 4  # there are no more held-out pictures
    assert events[0]["value"] > 0
    assert events[0]["reference_level"] > 0
    assert read_card(folder.best_model).kind == "translator"


@pytest.mark.usefixtures("eager")
def test_a_run_of_one_direction_keeps_its_best_too(
    tmp_path: Path, tiny_fastcut: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_fastcut.replace(steps=4), tiny_pair)
    assert [event["name"] for event in events] == ["patch-distance"] * 5
    assert "both directions" not in events[0]["words"]
    end, card = events[-1], read_card(folder.best_model)
    assert card.steps == (end["step"] if end["best"] else end["kept"]["step"])
    assert load(folder.best_checkpoint)[1]["step"] == card.steps
    model = load_model(folder.best_model)
    assert model.directions == ("AtoB",)  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.usefixtures("eager")
def test_a_resumed_run_remembers_its_best_and_replaces_one_that_it_has_not_reached(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder, _ = trained(tmp_path, tiny_recipe, tiny_data)
    model = load_model(folder.best_model, "cpu")
    assert isinstance(model, GeneratorModel)
    low = {"sliced-wasserstein": {"value": -1e6, "floor": 0.0, "spread": 0.1}}  # as an older version wrote it
    save_model(folder.best_model, {"generator": model.network}, model.card.replace(steps=5, metrics=low))
    folder.write_recipe(tiny_recipe.replace(steps=7))
    run_training(folder, "cpu", data=tiny_data)
    again, end = metrics(folder)[-2:]
    assert (again["step"], again["best"]) == (7, False)  # nothing is lower
    assert end["best"] or end["kept"]["step"] == 5  # and at the end it is measured, not believed
    unreached = model.card.replace(steps=50, metrics={"sliced-wasserstein": {"value": 0.0}})
    save_model(folder.best_model, {"generator": model.network}, unreached)
    folder.write_recipe(tiny_recipe.replace(steps=8))
    run_training(folder, "cpu", data=tiny_data)
    assert read_card(folder.best_model).steps == 8


def test_a_best_model_that_cannot_be_read_is_replaced_by_the_end(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder, _ = trained(tmp_path, tiny_recipe, tiny_data)
    folder.best_model.write_bytes(b"no model")
    folder.write_recipe(tiny_recipe.replace(steps=7))
    run_training(folder, "cpu", data=tiny_data)
    assert metrics(folder)[-1]["best"]
    assert read_card(folder.best_model).steps == 7
