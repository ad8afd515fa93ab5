"""Dirac-GAN (Mescheder et al. 2018), the smallest GAN: one number against one number, data at 0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import torch
from torch import Tensor, nn

from gan_core.analytic_games.quadratic import EXACT, vector
from gan_core.assembly import build_objective, build_penalty, prepare
from gan_core.games.adversarial import AdversarialBatch, AdversarialGame
from gan_core.objectives import Objective
from gan_core.recipes import Part

SPACING, REACH = 1 / 16, 144
"""Of the grid that stands for a normal distribution: in deviations, and to each side in spacings (9 deviations)."""


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
    """A batch without randomness: its normal numbers are `noises` by purpose, each (N,)."""

    def __init__(self, count: int, noises: Mapping[str, Tensor]) -> None:
        zeros = torch.zeros(count, 1, dtype=torch.float64)
        super().__init__(zeros, zeros)
        self.noises = noises

    def normal(self, purpose: str, like: Tensor) -> Tensor:
        return self.noises[purpose].view_as(like)


def _grid(paired: bool) -> tuple[Tensor, dict[str, Tensor]]:
    """Weights (N,), and the noises that they weigh: expectations over both are sums by the trapezoidal rule, which is
    right to rounding for analytic losses. Real and generated samples share a grid unless a loss looks at pairs."""
    places = SPACING * torch.arange(-REACH, REACH + 1, dtype=torch.float64)
    weights = (-places.square() / 2).exp()
    weights = weights / weights.sum()
    if not paired:
        return weights, {"real noise": places, "fake noise": places}
    real, fake = torch.cartesian_prod(places, places).unbind(1)
    return torch.outer(weights, weights).flatten(), {"real noise": real, "fake noise": fake}


def _expected(objective: Objective, weights: Tensor) -> Objective:
    """The objective with expectations by `weights` in the place of means."""

    def weighted(loss: Callable[..., Tensor]) -> Callable[..., Tensor]:
        def expectation(scores: Tensor, others: Tensor | None) -> Tensor:
            return weights @ torch.vmap(loss, in_dims=(0, None if others is None else 0))(scores, others)

        return expectation

    return replace(
        objective,
        discriminator=weighted(objective.discriminator),
        generator=weighted(objective.generator),
        joint=None if objective.joint is None else weighted(objective.joint),
    )


class DiracGame(AdversarialGame):
    """The real GAN game with one-number networks, float64: G(z) = theta, D(x) = -psi x, one real sample at 0."""

    def __init__(self, theta: float, psi: float, objective: Part, penalty: Part | None = None) -> None:
        """Make the game with theta and psi as starting points.

        `wasserstein` may be used without a penalty here, to show that it then circles without end.

        Raises:
            InputError: for unknown or wrong parts, and for numbers that are not finite.
        """
        made = build_objective(objective, allow_unbounded=objective.name == "wasserstein")
        tame = build_penalty(penalty)
        generator, discriminator = _Place(vector("theta", [theta])), _Slope(vector("psi", [psi]))
        self._count, self._noises = 1, {}
        if tame is not None and tame.noise:
            weights, self._noises = _grid(made.paired)
            self._count, made = len(weights), _expected(made, weights)
        prepare(tame, [discriminator])
        super().__init__(generator, discriminator, made, tame, EXACT)
        if tame is not None and tame.project is not None:
            self.moved("discriminator")

    def draw(self) -> GridBatch:
        """A batch to play it on: one sample, or a grid of them where the discriminator's inputs are noisy."""
        return GridBatch(self._count, self._noises)
