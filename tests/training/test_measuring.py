from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.data import DataSet
from gan_core.models import GeneratorModel
from gan_core.recipes import Recipe
from gan_core.store import RunFolder, list_models, load_model, read_card, save_model
from gan_core.training import budget, measuring
from gan_core.training.checkpoints import load
from gan_core.training.session import run_training


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure at every look: as if all the time in the world had been earned."""
    monkeypatch.setattr(measuring, "EARLIEST", 0.0)
    monkeypatch.setattr(measuring, "GROWTH", 0.0)
    monkeypatch.setattr(budget, "MEASURING", 1e9)
    monkeypatch.setattr("gan_core.training.recorder.LOOK", 0.0)


def trained(root: Path, recipe: Recipe, data: dict[str, DataSet]) -> tuple[RunFolder, list[dict[str, Any]]]:
    folder = RunFolder.create(root, recipe, "measured")
    run_training(folder, "cpu", data=data)
    return folder, [event for event in folder.events()[0] if event["kind"] == "metric"]


@pytest.mark.usefixtures("eager")
def test_the_best_state_is_kept_with_its_number_and_listed(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_recipe, tiny_data)
    assert [event["step"] for event in events] == [1, 2, 3, 4, 5, 6]
    assert {event["name"] for event in events} == {"sliced-wasserstein"}
    assert len({event["reference_level"] for event in events}) == 1
    best = min(events, key=lambda event: event["value"])
    assert [event for event in events if event["best"]][-1] == best
    card = read_card(folder.best_model)
    assert card.steps == best["step"]
    assert card.metrics["sliced-wasserstein"]["value"] == best["value"]
    assert card.metrics["sliced-wasserstein"]["reference_level"] == best["reference_level"]
    assert load(folder.best_checkpoint)[1]["step"] == best["step"]
    assert folder.saved_step() == 6  # the best is none of those to go on from
    listed = [entry.name for entry in list_models(tmp_path)]
    assert listed[-2:] == ["runs/measured", "runs/measured/best"]


@pytest.mark.usefixtures("eager")
def test_measuring_does_not_change_what_is_learned(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tiny_recipe.replace(deterministic=True)
    measured, events = trained(tmp_path / "with", recipe, tiny_data)
    monkeypatch.setattr(measuring, "EARLIEST", 1e9)
    plain, none = trained(tmp_path / "without", recipe, tiny_data)
    assert events
    assert not none
    for name, value in load(plain.path / "checkpoints" / "00000006.safetensors")[0].items():
        assert torch.equal(value, load(measured.path / "checkpoints" / "00000006.safetensors")[0][name]), name


@pytest.mark.usefixtures("eager")
def test_a_cycle_run_is_measured_by_the_patches_of_its_translations(
    tmp_path: Path, tiny_cycle: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_cycle.replace(steps=2), tiny_pair)
    assert [event["name"] for event in events] == ["patch-distance"] * 2
    assert events[0]["samples"] == 4  # there are no more held-out pictures
    assert events[0]["value"] > 0
    assert events[0]["reference_level"] > 0
    assert read_card(folder.best_model).kind == "translator"


@pytest.mark.usefixtures("eager")
def test_a_run_of_one_direction_keeps_its_best_too(
    tmp_path: Path, tiny_fastcut: Recipe, tiny_pair: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_fastcut.replace(steps=4), tiny_pair)
    assert [event["name"] for event in events] == ["patch-distance"] * 4
    assert "both directions" not in events[0]["words"]
    best = min(events, key=lambda event: event["value"])
    card = read_card(folder.best_model)
    assert (card.steps, card.metrics["patch-distance"]["value"]) == (best["step"], best["value"])
    assert load(folder.best_checkpoint)[1]["step"] == best["step"]
    model = load_model(folder.best_model)
    assert model.directions == ("AtoB",)  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.usefixtures("eager")
def test_a_resumed_run_remembers_its_best_and_forgets_one_that_it_has_not_reached(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    folder, events = trained(tmp_path, tiny_recipe, tiny_data)
    least = min(event["value"] for event in events)
    folder.write_recipe(tiny_recipe.replace(steps=7))
    run_training(folder, "cpu", data=tiny_data)
    last = folder.events()[0]
    again = [event for event in last if event["kind"] == "metric"][-1]
    assert again["step"] == 7
    assert again["best"] == (again["value"] < least)
    model = load_model(folder.path, "cpu")
    assert isinstance(model, GeneratorModel)
    unreached = model.card.replace(steps=50, metrics={"sliced-wasserstein": {"value": 0.0}})
    save_model(folder.best_model, {"generator": model.network}, unreached)
    folder.write_recipe(tiny_recipe.replace(steps=8))
    run_training(folder, "cpu", data=tiny_data)
    assert read_card(folder.best_model).steps == 8


def test_nothing_is_measured_before_it_is_earned(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    account = budget.Budget(clock=lambda: now)
    assert not account.affords_measuring(1.0)
    now = 1.01 / budget.MEASURING
    assert account.affords_measuring(1.0)
    with account.measuring():
        now += 2.0
    assert not account.affords_measuring(0.0)
    assert account.spent == 0  # pictures have an account of their own
    assert account.share() == pytest.approx(2.0 / now)
    assert budget.SHARE + budget.MEASURING < 0.05
