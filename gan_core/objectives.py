"""Objectives: pure functions from discriminator scores to the players' losses.

Scores are logits of any shape (one a picture, or one a patch); losses are their mean over all of them, in float32.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor
from torch.nn.functional import softplus

from gan_core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What each player minimises, given the discriminator's scores, and what the scores mean."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    """(real_scores, fake_scores) -> scalar."""
    generator: Callable[[Tensor, Tensor | None], Tensor]
    """(fake_scores, real_scores) -> scalar; `real_scores` is None unless the objective is `paired`."""
    joint: Callable[[Tensor, Tensor], Tensor] | None = None
    """(real_scores, fake_scores) -> scalar that all players descend together in a move of its own after theirs."""
    paired: bool = False
    """Whether the generator's loss looks at the scores of real samples too."""
    zero_sum: bool = False
    """Whether the losses add up to a constant in what both players move, as solvers that use mixed derivatives ask."""
    scores: Literal["logit", "target", "critic"] = "logit"
    """What a score is: log-odds of being real, a number near one of two targets, or a height without a scale."""
    targets: tuple[float, float] = (0.0, 1.0)
    """Of scores of the kind "target": where fakes and reals should lie."""
    needs_bound: str | None = None
    """Why it cannot be played without a penalty that bounds the discriminator; None if it can."""
    negative_control: str | None = None
    """What is wrong with it, for an objective that is kept as a warning; None for one that is meant to work."""


objectives: Registry[Callable[..., Objective]] = Registry("objective")


def _logistic(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """-V(G, D) of Goodfellow et al. 2014 on logits: -E log D(x) - E log(1 - D(G(z))).

    `softplus` of the logit, never the logarithm of a sigmoid: the latter is -inf, with no gradient, beyond 17 or so.
    """
    return softplus(-real_scores).mean() + softplus(fake_scores).mean()


@objectives.register("non-saturating")
def non_saturating() -> Objective:
    """The generator minimises -E log D(G(z)): strong gradients while the discriminator still wins."""
    return Objective(discriminator=_logistic, generator=lambda fake_scores, _: softplus(-fake_scores).mean())


@objectives.register("minimax")
def minimax() -> Objective:
    """The zero-sum game itself: the generator minimises E log(1 - D(G(z))), which saturates when D wins."""
    return Objective(
        discriminator=_logistic, generator=lambda fake_scores, _: -softplus(fake_scores).mean(), zero_sum=True
    )


@objectives.register("least-squares")
def least_squares(fake_target: float = 0.0, real_target: float = 1.0, generator_target: float = 1.0) -> Objective:
    """LSGAN (Mao et al. 2017) with the factor 1/2 of CycleGAN's discriminators: half the mean squared distance of the
    scores to their targets for the discriminator, the whole for the generator."""

    def discriminator(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        return ((real_scores - real_target).square().mean() + (fake_scores - fake_target).square().mean()) / 2

    return Objective(
        discriminator=discriminator,
        generator=lambda fake_scores, _: (fake_scores - generator_target).square().mean(),
        scores="target",
        targets=(fake_target, real_target),
    )
