"""A run may end by what it has reached: its loss, or how little the parameters still change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.errors import InputError
from gan_core.recipes import Part, Recipe
from gan_core.runs import RunFolder
from gan_core.runs.folder import Status
from gan_core.training import callbacks, loop, session
from gan_core.training.convergence import never_met
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")
EXACT = Arithmetic(CPU, bfloat16=False, threads=1)


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tick and a progress event after every step."""
    monkeypatch.setattr(loop, "TICK", 0.0)
    monkeypatch.setattr(callbacks, "PROGRESS_INTERVAL", 0.0)


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


def toy_gda(**changes: Any) -> tuple[Recipe, dict[str, DataSet]]:
    """The preset gda, its own optimizers and order of play, with networks and pictures so small that it converges."""
    square = torch.full((12, 1, 32, 32), 200, dtype=torch.uint8)
    square[:, :, 8:24, 8:24] = 40
    small = Part("dcgan", {"width": 2})
    recipe = Recipe.named("gda").replace(
        size=32,
        latent_dim=4,
        generator=small,
        discriminator=small,
        initialisation=None,
        batch_size=4,
        deterministic=True,
        **changes,
    )
    return recipe, {"A": DataSet("toy", square, square[:4])}


def test_gda_stops_when_its_averaged_weights_rest(tmp_path: Path) -> None:
    """Article 003: until the parameters converge. A single step never shrinks below Adam's rate; the average rests."""
    torch.set_num_threads(1)  # where it rests differs with how the sums are split
    recipe, data = toy_gda(ema_half_life=128, steps=1000, seed=4)
    assert recipe.stop_average_change == 0.01  # the preset's own limit, on a toy
    status = run(recipe, tmp_path, data)
    alone = Trainer(recipe, data, CPU, EXACT)
    assert alone.average_change is not None
    while alone.average_change.share is None or alone.average_change.share >= 0.01:
        alone.step()
    assert (status.state, status.step) == ("finished", alone.step_count)
    assert 64 < status.step < 900  # not at the first comparison
    assert status.step % 32 == 0  # at the end of a window of 128 images
    assert status.reason is not None
    assert "over 128 images, less than 0.01 (stop_average_change)" in status.reason


def test_the_rule_before_could_not_come_true_and_old_recipes_are_told(tmp_path: Path) -> None:
    recipe, data = toy_gda(steps=40, stop_change=1e-6, stop_average_change=None, schedule="constant")
    assert run(recipe, tmp_path, data).reason is None
    told = [event["text"] for event in RunFolder(tmp_path / "run").events()[0] if event["kind"] == "warning"]
    assert any("stop_change=1e-06 will hardly be met: adam at a constant rate of 0.001" in text for text in told)
    assert never_met(recipe.replace(stop_change=1e-3)) is None
    assert never_met(recipe.replace(decay_start=5, decay_steps=5)) is None
    assert never_met(recipe.replace(schedule="linear")) is None
    plain = Part("sgd", {"learning_rate": 0.01})
    assert never_met(recipe.replace(generator_optimizer=plain, discriminator_optimizer=plain)) is None


def test_the_change_of_the_average_is_measured_over_whole_windows_and_resumed() -> None:
    recipe, data = toy_gda(ema_half_life=20, stop_average_change=1e-9)
    trainer = Trainer(recipe, data, CPU, EXACT)
    moment: dict[int, torch.Tensor] = {}
    saved: tuple[dict[str, torch.Tensor], dict[str, Any]] = {}, {}
    for step in range(1, 13):
        trainer.step()
        moment[step] = torch.cat([p.flatten().clone() for p in trainer.average.network.parameters()])
        if step == 7:
            tensors, values = trainer.state()
            saved = {name: value.clone() for name, value in tensors.items()}, values
        assert trainer.average_change is not None
        if step in (10, 12):
            expected = float((moment[10] - moment[5]).norm() / moment[5].norm())
            assert trainer.average_change.share == pytest.approx(expected, rel=1e-5)
    resumed = Trainer(recipe, data, CPU, EXACT)
    resumed.load_state(*saved)
    for _ in range(5):
        resumed.step()
    assert resumed.average_change is not None
    assert trainer.average_change is not None
    assert resumed.average_change.share == trainer.average_change.share
    without = {name: value for name, value in saved[0].items() if not name.startswith("average_change.")}
    resumed.load_state(without, saved[1])  # a checkpoint from before there was this rule
    assert resumed.average_change.share is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"stop_average_change": 0.0}, "stop_average_change is a share"), ({"ema_half_life": 0}, "above 0")],
)
def test_a_rule_without_an_average_is_refused(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Recipe.named("gda").replace(**changes)


@pytest.mark.parametrize("share", [0.0, -1.0, 1.0])
def test_an_impossible_share_is_refused(tiny_recipe: Recipe, share: float) -> None:
    with pytest.raises(InputError, match="stop_change is a share, above 0 and below 1"):
        tiny_recipe.replace(stop_change=share)
