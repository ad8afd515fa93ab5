"""The ring of eight Gaussians: what works covers it, what is printed in the articles covers nothing."""

from __future__ import annotations

import pytest
import torch

from gan_core.data import points
from gan_core.devices import Arithmetic
from gan_core.games import AdversarialBatch, AdversarialGame
from gan_core.networks import discriminators, generators
from gan_core.objectives import objectives
from gan_core.optimizers import build_optimizer
from gan_core.penalties import penalties
from gan_core.recipes import Part
from gan_core.solvers import solvers

ADAM = Part("adam", {"learning_rate": 2e-3, "beta1": 0.0, "beta2": 0.99})
LATENTS = 8


def covered(objective: str, steps: int) -> int:
    """Modes with at least 1 % of 4000 samples within 0.18, as in ALGORITHMS, section 7."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    game = AdversarialGame(
        generators.build("mlp", latent_dim=LATENTS, hidden=64),
        discriminators.build("mlp", hidden=64),
        objectives.build(objective),
        penalties.build("r1", gamma=0.1),
        Arithmetic(torch.device("cpu"), False, 1),
    )
    draws = torch.Generator().manual_seed(0)

    def draw() -> AdversarialBatch:
        real = points.sample("ring", 128, draws)
        return AdversarialBatch(real, torch.randn(128, LATENTS, generator=draws))

    optimizers = {name: build_optimizer(ADAM, player.parameters()) for name, player in game.players.items()}
    solver = solvers.build("alternating")
    for _ in range(steps):
        solver.step(game, optimizers, draw)
    centres = points.modes("ring")
    assert centres is not None
    with torch.no_grad():
        distance, nearest = torch.cdist(
            game.players["generator"](torch.randn(4000, LATENTS, generator=draws)), centres
        ).min(1)
    return int((torch.bincount(nearest[distance < 0.18], minlength=8) >= 40).sum())


@pytest.mark.parametrize("objective", ["non-saturating", "coupled"])
def test_the_ring_is_covered(objective: str) -> None:
    assert covered(objective, 800) >= 7


@pytest.mark.parametrize("objective", ["coupled-printed", "gda-printed"])
def test_printed_forms_cover_nothing(objective: str) -> None:
    assert covered(objective, 200) == 0
