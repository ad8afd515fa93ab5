"""Penalties: what keeps a discriminator tame."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_core.devices import at_least_float32
from gan_core.errors import InputError
from gan_core.registry import Registry


@dataclass(frozen=True)
class Judged:
    """One forward pass of a discriminator, kept whole so that a penalty need not repeat it."""

    discriminator: Callable[[Tensor], Tensor]
    real: Tensor
    real_scores: Tensor
    fake: Tensor
    fake_scores: Tensor
    """`real` and `fake` (N, ...) require gradients, and the scores are connected to them."""
    mix: Callable[[], Tensor]
    """() -> numbers in [0, 1), float32 (N,), the same for every evaluation of one batch."""


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """Something that keeps a discriminator tame: a term of its loss, or a rule for its weights or for what it sees."""

    loss: Callable[[Judged], Tensor] | None = None
    """Scalar added to the discriminator's loss."""
    prepare: Callable[[nn.Module], None] | None = None
    """Done to the discriminator once, before its optimizer is made; may rename its parameters."""
    project: Callable[[Iterable[Tensor]], None] | None = None
    """Done in place to the discriminator's parameters after every one of its moves, without gradients."""
    noise: float = 0.0
    """Standard deviation of Gaussian noise on everything that the discriminator sees, real and generated."""

    @property
    def bounds(self) -> bool:
        """Whether it keeps the scores from growing without end, which noise alone does not."""
        return not (self.loss is None and self.prepare is None and self.project is None)


penalties: Registry[Callable[..., Penalty]] = Registry("penalty")


@penalties.register("r1")
def r1(gamma: float = 1.0) -> Penalty:
    """gamma/2 E |grad_x D(x)|^2 on real samples (Mescheder et al. 2018, eq. 9), |.|^2 summed over pixels."""
    return _gradient_norm(gamma, lambda judged: (judged.real_scores, judged.real))


@penalties.register("r2")
def r2(gamma: float = 1.0) -> Penalty:
    """gamma/2 E |grad_x D(x)|^2 on generated samples (the same, eq. 10)."""
    return _gradient_norm(gamma, lambda judged: (judged.fake_scores, judged.fake))


def _gradient_norm(gamma: float, pick: Callable[[Judged], tuple[Tensor, Tensor]]) -> Penalty:
    if not gamma >= 0:
        raise InputError(f"The weight gamma of a gradient penalty is 0 or more, not {gamma}.")

    def penalty(judged: Judged) -> Tensor:
        scores, samples = pick(judged)
        # autograd.grad rather than torch.func.grad: it is right through BatchNorm in training mode too, where a
        # score depends on the whole batch, and it reuses the forward pass that the loss already paid for.
        (gradient,) = torch.autograd.grad(at_least_float32(scores).sum(), samples, create_graph=True)
        return gamma / 2 * at_least_float32(gradient).square().flatten(1).sum(1).mean()

    return Penalty(loss=penalty)
