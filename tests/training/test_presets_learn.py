"""Every preset learns a toy set within seconds; the two that are printed wrongly do not.

The pictures are light on the left and dark on the right, each side at a level of its own: one mode, so that what is
tested is learning at all and not the covering of modes. Pictures of all sizes are compared after pooling to 4 x 4.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.metrics.frechet import frechet_distance, moments
from gan_core.recipes import PRESETS, Recipe
from gan_core.training.trainer import Trainer

SEEDS = range(3)
CPU = torch.device("cpu")
NARROW: dict[str, dict[str, Any]] = {
    "dcgan": {"width": 8},
    "residual": {"width": 8},
    "mlp784": {"hidden": 128},
    "article-000": {"width": 4},
    "article-003": {"width": 8},
}
SMALL = 28
"""Side of the pictures in pixels, where a recipe's own is larger and its networks leave the choice."""
NARROWER = {"sgg": 4}
"""Width of both networks where a step is dear."""
STEPS_AND_RATE: dict[str, tuple[int, float]] = {
    "dcgan": (120, 3e-3),
    "gan": (150, 2e-4),
    "conditional": (150, 6e-3),
    "small-data": (150, 6e-3),
    "gcdg": (120, 1e-3),
    "gcodg": (150, 2e-4),
    "sgg": (50, 3e-3),
    "gda": (70, 4e-3),
    "cggan": (160, 0.1),
    "dcgan-2016": (120, 3e-3),
    "wgan": (20, 3e-3),
    "wgan-gp": (40, 3e-3),
    "lsgan": (150, 3e-3),
    "hinge": (60, 3e-3),
    "relativistic": (60, 3e-3),
    "gcodg-printed": (150, 2e-4),
    "gda-printed": (70, 4e-3),
}
"""What a narrow network learns from 16 pictures a step; the presets' own rates are made for wide ones and long runs."""


def halves(size: int, channels: int, count: int = 256) -> DataSet:
    levels = torch.rand(count, 2, generator=torch.Generator().manual_seed(0))
    left, right = 160 + 90 * levels[:, :1], 5 + 90 * levels[:, 1:]
    row = torch.cat((left.expand(-1, size // 2), right.expand(-1, size - size // 2)), dim=1)
    pictures = row.to(torch.uint8)[:, None, None, :].expand(-1, channels, size, -1).contiguous()
    labels = (levels[:, 0] > 0.5).long()
    return DataSet("halves", pictures, pictures[:64], labels, labels[:64], ("darker", "lighter"))


def pooled(pictures: Tensor) -> Tensor:
    """(N, C, H, W) bytes -> (N, 16) mean levels of a 4 x 4 grid, from 0 to 1."""
    return adaptive_avg_pool2d(pictures.float().mean(1, keepdim=True), 4).flatten(1) / 255


def distance(trainer: Trainer) -> float:
    """Of 512 pictures of the averaged generator to the data; NaN counts as black."""
    recipe = trainer.recipe
    draw = torch.Generator().manual_seed(5)
    latent = torch.randn(512, recipe.latent_dim, generator=draw)
    told = (torch.randint(2, (512,), generator=draw),) if recipe.conditional else ()
    with torch.no_grad():
        drawn = trainer.average.network(latent, *told)
    drawn = ((drawn.nan_to_num(-1).clamp(-1, 1) + 1) * 127.5).round()
    return frechet_distance(moments(pooled(drawn)), moments(pooled(trainer.data["A"].pictures)))


def toy(name: str, seed: int) -> Trainer:
    recipe = Recipe.named(name)
    settings: dict[str, Any] = {"batch_size": 16, "seed": seed, "augmentation": "[]"}
    if recipe.generator.name in ("dcgan", "residual"):
        settings["size"] = SMALL
    for player in ("generator", "discriminator"):
        settings |= {f"{player}.{key}": value for key, value in NARROW[getattr(recipe, player).name].items()}
        if name in NARROWER:
            settings[f"{player}.width"] = NARROWER[name]
        settings[f"{player}_optimizer.learning_rate"] = STEPS_AND_RATE[name][1]
    recipe = recipe.with_settings(settings)
    return Trainer(recipe, {"A": halves(recipe.size, recipe.channels or 1)}, CPU, Arithmetic(CPU, False, 1))


@cache
def learnt(name: str) -> tuple[list[float], list[float]]:
    """Distances before and after training, one for each seed."""
    before, after = [], []
    for seed in SEEDS:
        trainer = toy(name, seed)
        before.append(distance(trainer))
        for _ in range(STEPS_AND_RATE[name][0]):
            trainer.step()
        after.append(distance(trainer))
    return before, after


def spread(values: list[float]) -> float:
    return max(values) - min(values)


@pytest.mark.parametrize(
    "name", [n for n, recipe in PRESETS.items() if not (recipe.is_translation or recipe.negative_control)]
)
def test_better_than_untrained_and_than_the_negative_control(name: str) -> None:
    """The control is the one with networks of the same kind: fully connected, or convolutional."""
    before, after = learnt(name)
    assert min(before) - max(after) > max(spread(before), spread(after))
    _, fails = learnt("gcodg-printed" if Recipe.named(name).generator.name == "mlp784" else "gda-printed")
    assert min(fails) - max(after) > max(spread(fails), spread(after))


def test_one_picture_is_all_that_gcodg_printed_draws() -> None:
    """Both players push one loss down without end: the generator's output saturates, whatever its latent."""
    trainer = toy("gcodg-printed", seed=0)
    losses = [float(trainer.step()["generator"]) for _ in range(STEPS_AND_RATE["gcodg-printed"][0])]
    assert losses[-1] < -100 < losses[0] < 0
    with torch.no_grad():
        drawn = trainer.average.network(torch.randn(64, 100, generator=torch.Generator().manual_seed(1)))
    assert drawn.std(0).mean() < 0.01


def test_gda_printed_calls_everything_real_and_learns_nothing() -> None:
    before, after = learnt("gda-printed")
    assert min(after) > 0.9 * min(before)
    trainer = toy("gda-printed", seed=0)
    losses = [float(trainer.step()["generator"]) for _ in range(STEPS_AND_RATE["gda-printed"][0])]
    assert losses[0] > 0.5
    assert max(losses[-5:]) < 0.1, "the mean square of what its scores lack of 1"
