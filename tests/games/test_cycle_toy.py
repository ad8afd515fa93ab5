"""CycleGAN in the plane: four Gaussians, and the same ones turned, stretched and shifted, without pairs."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

from gan_core.devices import Arithmetic
from gan_core.games import CycleGame, PoolChoice, TranslationBatch
from gan_core.objectives import objectives
from gan_core.optimizers import build_optimizer
from gan_core.recipes import Part
from gan_core.solvers import solvers

CENTRES = torch.tensor([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
ANGLE = 0.4
ADAM = Part("adam", {"learning_rate": 3e-3, "beta1": 0.5, "beta2": 0.999})
COUNT = 64


def true_map(points: Tensor) -> Tensor:
    """Turned by 0.4, stretched 1.5 times, shifted by 4."""
    cosine, sine = math.cos(ANGLE), math.sin(ANGLE)
    return 1.5 * points @ torch.tensor([[cosine, sine], [-sine, cosine]]) + 4


def mlp(outputs: int) -> nn.Module:
    slope = 0.2
    layers = [nn.Linear(2, 32), nn.LeakyReLU(slope), nn.Linear(32, 32), nn.LeakyReLU(slope), nn.Linear(32, outputs)]
    return nn.Sequential(*layers)


def play(steps: int, form: str = "corrected", *, four: bool = False) -> tuple[float, float]:
    """Share of translated points within three deviations of a mode of B, and the mean cycle error."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    game = CycleGame(
        {"AtoB": mlp(2), "BtoA": mlp(2)},
        {"A": mlp(1), "B": mlp(1)},
        objectives.build("least-squares", generator_factor=1.0),
        None,
        Arithmetic(torch.device("cpu"), False, 1),
        cycle_weight=2.0,
        cycle_distance="l2",
        pool_size=0,
        per_network_batches=four,
        form=form,
    )
    draws = torch.Generator().manual_seed(0)

    def sample(count: int) -> Tensor:
        chosen = torch.randint(len(CENTRES), (count,), generator=draws)
        return CENTRES[chosen] + 0.1 * torch.randn(count, 2, generator=draws)

    def draw() -> TranslationBatch:
        choices = dict.fromkeys("AB", [PoolChoice(None, False)] * COUNT)
        return TranslationBatch({"A": sample(COUNT), "B": true_map(sample(COUNT))}, choices)

    optimizers = {name: build_optimizer(ADAM, player.parameters()) for name, player in game.players.items()}
    solver = solvers.build("alternating", batches="disjoint" if four else "shared")
    for _ in range(steps):
        solver.step(game, optimizers, draw)
    with torch.no_grad():
        start = sample(1000)
        there = game.translators("AtoB", start)
        distance = torch.cdist(there, true_map(CENTRES)).min(1).values
        back = (game.translators("BtoA", there) - start).norm(dim=1).mean()
    return float((distance < 3 * 1.5 * 0.1).float().mean()), float(back)


@pytest.mark.parametrize("four", [False, True])
def test_the_corrected_form_finds_the_other_domain_and_the_way_back(four: bool) -> None:
    hit, cycle = play(400, four=four)
    assert hit > 0.8
    assert cycle < 0.15


@pytest.mark.parametrize("form", ["printed-000", "printed-004"])
def test_the_printed_forms_do_not(form: str) -> None:
    hit, cycle = play(200, form)
    assert hit < 0.1
    if form == "printed-000":
        assert cycle < 0.2  # its best answer is to copy
