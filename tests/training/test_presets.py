"""Every preset trains: finite, and the same twice."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from gan_core.data import DataSet, glyphs
from gan_core.devices import Arithmetic
from gan_core.recipes import PRESETS, Recipe
from gan_core.training.trainer import Trainer
from tests.conftest import noise_set

CPU = torch.device("cpu")
EXACT = Arithmetic(CPU, bfloat16=False, threads=1)
NARROW: dict[str, dict[str, Any]] = {
    "dcgan": {"width": 4},
    "residual": {"width": 4},
    "mlp784": {"hidden": 16},
    "article-000": {"width": 2},
    "article-003": {"width": 4},
    "resnet": {"width": 2, "blocks": 1},
    "patch": {"width": 2, "layers": 1},
    "light-unet": {"width": 4, "levels": 3},
}


def toy(name: str) -> tuple[Recipe, dict[str, DataSet]]:
    """The preset with narrow networks, and a few digits (or noise for a translation) to train it on."""
    recipe = Recipe.named(name)
    settings: dict[str, Any] = {"batch_size": min(recipe.batch_size, 6)}
    for player in ("generator", "discriminator"):
        part = getattr(recipe, player)
        settings |= {f"{player}.{option}": value for option, value in NARROW[part.name].items()}
    if recipe.is_translation:
        return recipe.with_settings({**settings, "size": 16}), {"A": noise_set(3, 16), "B": noise_set(3, 16, seed=1)}
    return recipe.with_settings(settings), {"A": digits(24, recipe.size, recipe.channels)}


def digits(count: int, size: int, channels: int | None = None) -> DataSet:
    pictures, labels, _ = glyphs.draw(count, size, torch.Generator().manual_seed(0))
    data = DataSet("digits", pictures, pictures[:4], labels, labels[:4], tuple("0123456789"))
    return data.with_channels(channels)


def trained(recipe: Recipe, data: dict[str, DataSet], steps: int) -> tuple[Trainer, list[dict[str, float]]]:
    trainer = Trainer(recipe, data, CPU, EXACT)
    return trainer, [{name: float(value) for name, value in trainer.step().items()} for _ in range(steps)]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_trains_finite_and_the_same_twice(name: str) -> None:
    recipe, data = toy(name)
    (one, values), (other, again) = (trained(recipe, data, 3) for _ in range(2))
    assert values == again
    assert all(abs(value) < float("inf") for step in values for value in step.values())
    first, second = one.state()[0], other.state()[0]
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert all(value.isfinite().all() for value in first.values() if value.is_floating_point())
    fresh = Trainer(recipe, data, CPU, EXACT)
    for player, network in one.game.players.items():
        before = torch.cat([p.detach().flatten() for p in fresh.game.players[player].parameters()])
        after = torch.cat([p.detach().flatten() for p in network.parameters()])
        assert not torch.equal(before, after), f"{player} did not move"


@pytest.mark.parametrize("name", PRESETS)
def test_every_card_tells_its_story(name: str) -> None:
    recipe = PRESETS[name]
    for text in (recipe.summary, recipe.origin, recipe.differs):
        assert text.endswith(".")
        assert "\n" not in text
    assert recipe.negative_control == name.endswith("-printed")
