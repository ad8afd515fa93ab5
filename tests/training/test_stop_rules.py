"""A run may end by what it has reached: its loss, or how little the parameters still change."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.recipes import Part, Recipe
from gan_core.store import RunFolder
from gan_core.store.runs import Status
from gan_core.training import recorder, session
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")
EXACT = Arithmetic(CPU, bfloat16=False, threads=1)


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look and tell after every step."""
    monkeypatch.setattr(recorder, "LOOK", 0.0)
    monkeypatch.setattr(recorder, "TELL", 0.0)


def run(recipe: Recipe, root: Path, data: dict[str, DataSet]) -> Status:
    folder: RunFolder = session.create(recipe, root, "run")
    session.run_training(folder, "cpu", data=data)
    return folder.status()


def test_a_loss_below_the_limit_ends_the_run(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    status = run(tiny_recipe.replace(steps=30, stop_loss=1e3), tmp_path, tiny_data)
    assert (status.state, status.step) == ("finished", 2)  # the first step alone is no mean
    assert status.reason is not None
    assert "below 1000 (stop_loss)" in status.reason


def test_a_small_change_ends_the_run(tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    still = Part("sgd", {"learning_rate": 1e-12})
    recipe = tiny_recipe.replace(steps=30, stop_change=1e-6, generator_optimizer=still, discriminator_optimizer=still)
    status = run(recipe, tmp_path, tiny_data)
    assert (status.state, status.step) == ("finished", 2)
    assert status.reason is not None
    assert "less than 1e-06 (stop_change)" in status.reason


def test_rules_that_do_not_come_true_end_nothing(
    tmp_path: Path, tiny_recipe: Recipe, tiny_data: dict[str, DataSet]
) -> None:
    status = run(tiny_recipe.replace(stop_loss=-5.0, stop_change=1e-9), tmp_path, tiny_data)
    assert (status.state, status.step, status.reason) == ("finished", 6, None)


def test_the_change_is_that_of_all_players_a_step(tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    trainer = Trainer(tiny_recipe, tiny_data, CPU, EXACT)
    assert trainer.marked_steps is None

    def everything() -> torch.Tensor:
        return torch.cat([p.detach().flatten() for net in trainer.game.players.values() for p in net.parameters()])

    before = everything()
    trainer.mark()
    for _ in range(2):
        trainer.step()
    assert trainer.marked_steps == 2
    expected = float((everything() - before).norm() / before.norm()) / 2
    assert trainer.change() == pytest.approx(expected, rel=1e-5)
    assert trainer.marked_steps is None


@pytest.mark.parametrize("share", [0.0, -1.0, 1.0])
def test_an_impossible_share_is_refused(tiny_recipe: Recipe, share: float) -> None:
    with pytest.raises(InputError, match="stop_change is a share, above 0 and below 1"):
        tiny_recipe.replace(stop_change=share)
