"""Dirac-GAN (Mescheder et al. 2018): the smallest GAN. One number against one number, data at 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor, nn

from gan_core.games.adversarial import AdversarialBatch, AdversarialGame
from gan_core.games.quadratic import EXACT, vector
from gan_core.objectives import objectives
from gan_core.penalties import penalties
from gan_core.recipes import Part

GRID = 512
"""Points that stand for the normal distribution where the discriminator's inputs are noisy."""


class _Place(nn.Module):
    """Generator: the sample theta, whatever the latent."""

    def __init__(self, theta: Tensor) -> None:
        super().__init__()
        self.theta = nn.Parameter(theta.clone())

    def forward(self, latents: Tensor) -> Tensor:
        return self.theta.expand(len(latents), 1)


class _Slope(nn.Module):
    """Discriminator: the logit of being real is -psi times the sample, without a bias.

    Mescheder et al. let psi x be the score of being generated; with their sign the field is theirs, start included:
    theta' = -psi f'(psi theta), psi' = theta f'(psi theta) with f(t) = -log(1 + exp(-t)).
    """

    def __init__(self, psi: Tensor) -> None:
        super().__init__()
        self.psi = nn.Parameter(psi.clone())

    def forward(self, samples: Tensor) -> Tensor:
        return -(samples @ self.psi)


class GridBatch(AdversarialBatch):
    """A batch without chance: its normal numbers are the middles of (N) slices of equal probability, scaled to variance 1.

    Sums over the batch are then expectations, exact for the linear part of any game.
    """

    def normal(self, purpose: str, like: Tensor) -> Tensor:
        count = len(like)
        middles = (torch.arange(count, dtype=like.dtype) + 0.5) / count
        grid = 2**0.5 * torch.erfinv(2 * middles - 1)
        if count > 1:
            grid = grid / grid.square().mean().sqrt()
        return grid.to(like.device).view(-1, *[1] * (like.ndim - 1)).expand_as(like)


class DiracGame(AdversarialGame):
    """The real GAN game with one-number networks, float64: G(z) = theta, D(x) = -psi x, one real sample at 0."""

    def __init__(self, theta: float, psi: float, objective: Part, penalty: Part | None = None) -> None:
        """Raises InputError for unknown or wrong parts, and for numbers that are not finite.

        `wasserstein` may stand without a penalty here: that it then circles without end is what there is to see.
        """
        made = objectives.build(objective.name, **objective.options)
        if objective.name == "wasserstein":
            made = replace(made, needs_bound=None)
        tame = penalties.build(penalty.name, **penalty.options) if penalty is not None else None
        generator, discriminator = _Place(vector("theta", [theta])), _Slope(vector("psi", [psi]))
        if tame is not None and tame.prepare is not None:
            tame.prepare(discriminator)
        super().__init__(generator, discriminator, made, tame, EXACT)
        if tame is not None and tame.project is not None:
            self.moved("discriminator")

    @property
    def draw(self) -> Callable[[], GridBatch]:
        """The batches to play it on: one sample, or a grid of them where the discriminator's inputs are noisy."""
        count = GRID if self.penalty is not None and self.penalty.noise else 1
        zeros = torch.zeros(count, 1, dtype=torch.float64)
        return lambda: GridBatch(zeros, zeros)
