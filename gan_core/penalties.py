"""Penalties: terms of the discriminator's loss, or constraints on its weights or inputs, that keep training stable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize
from torch.nn.utils.parametrizations import spectral_norm as parametrise_by_spectral_norm

from gan_core.devices import at_least_float32
from gan_core.errors import InputError
from gan_core.parts import Option, Registry, register, registry


@dataclass(frozen=True)
class DiscriminatorPass:
    """One forward pass of a discriminator, kept whole so that a penalty need not repeat it."""

    discriminator: Callable[[Tensor], Tensor]
    """samples -> scores; in a conditional game with the classes of the real samples, one by one."""
    real: Tensor
    real_scores: Tensor
    fake: Tensor
    fake_scores: Tensor
    """`real` and `fake` (N, ...) require gradients, and the scores are connected to them."""
    mix: Callable[[], Tensor]
    """() -> numbers in [0, 1), float32 at least (N,), the same for every evaluation of one batch."""


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """A term of the discriminator's loss, or a constraint on its weights or inputs."""

    loss: Callable[[DiscriminatorPass], Tensor] | None = None
    """Scalar added to the discriminator's loss."""
    prepare: Callable[[nn.Module], None] | None = None
    """Done to the discriminator once, before its optimizer is made; may rename its parameters, or refuse it."""
    project: Callable[[Iterable[Tensor]], None] | None = None
    """Done in place to the discriminator's parameters after every one of its moves, without gradients."""
    noise: float = 0.0
    """Standard deviation of Gaussian noise on everything that the discriminator sees, real and generated."""

    @property
    def bounds(self) -> bool:
        """Whether it keeps the scores bounded, which noise alone does not."""
        return not (self.loss is None and self.prepare is None and self.project is None)


penalties: Registry[Callable[..., Penalty]] = registry("penalty")

GAMMA = {"gamma": Option(label="Strength", help="How much a steep slope costs.", minimum=0, slider=(0.05, 2, 0.05))}


@register.penalty(
    "r1",
    title="R1",
    summary="The discriminator pays for steep slopes at real samples; this calms most trainings.",
    options=GAMMA,
)
def r1(gamma: float = 1.0) -> Penalty:
    """gamma/2 E |grad_x D(x)|^2 on real samples (Mescheder et al. 2018, eq. 9), |.|^2 summed over pixels."""
    return Penalty(loss=lambda judged: gamma / 2 * _mean_square_gradient(judged.real_scores, judged.real))


@register.penalty(
    "r2", title="R2", summary="The discriminator pays for steep slopes at generated samples.", options=GAMMA
)
def r2(gamma: float = 1.0) -> Penalty:
    """gamma/2 E |grad_x D(x)|^2 on generated samples (the same, eq. 10)."""
    return Penalty(loss=lambda judged: gamma / 2 * _mean_square_gradient(judged.fake_scores, judged.fake))


@register.penalty(
    "r1-r2",
    title="R1 and R2",
    summary="The discriminator pays for steep slopes at real and at generated samples.",
    options=GAMMA,
)
def r1_r2(gamma: float = 1.0) -> Penalty:
    """R1 and R2, each with the weight gamma: what R3GAN (Huang et al. 2024) needs beside relativistic pairing."""

    def penalty(judged: DiscriminatorPass) -> Tensor:
        on_real = _mean_square_gradient(judged.real_scores, judged.real)
        return gamma / 2 * (on_real + _mean_square_gradient(judged.fake_scores, judged.fake))

    return Penalty(loss=penalty)


@register.penalty(
    "wgan-gp",
    title="Gradient penalty (WGAN-GP)",
    summary="The critic pays where its slope between real and generated samples differs from a target.",
    options={
        "weight": Option(label="Strength", help="How much a wrong slope costs.", minimum=0, slider=(0.05, 2, 0.05)),
        "target": Option(label="Slope wanted", help="The slope that costs nothing.", minimum=0),
        "one_sided": Option(label="Only steeper costs", help="Slopes below the wanted one are free."),
    },
)
def wgan_gp(weight: float = 10.0, target: float = 1.0, one_sided: bool = False) -> Penalty:
    """weight E (|grad_x D(x)| - target)^2 at random places between real and generated samples (Gulrajani et al. 2017).

    `one_sided` counts slopes above `target` alone (their section 4, "two-sided penalty"). A discriminator with
    BatchNorm is refused, as there: each sample's score would depend on the whole batch, and so would its slope.
    """

    def penalty(judged: DiscriminatorPass) -> Tensor:
        share = judged.mix().view(-1, *[1] * (judged.real.ndim - 1)).to(judged.real.dtype)
        between = judged.fake + share * (judged.real - judged.fake)
        square = _square_gradients(judged.discriminator(between), between)
        # The root's slope at 0 is infinite: where nothing slopes, leave the root out of the graph.
        slopes = torch.where(square > 0, torch.where(square > 0, square, 1.0).sqrt(), 0.0)
        excess = slopes - target
        return weight * (excess.clamp_min(0) if one_sided else excess).square().mean()

    return Penalty(loss=penalty, prepare=_refuse_batch_norm)


@register.penalty(
    "spectral-norm",
    title="Spectral normalisation",
    summary="No layer of the discriminator may enlarge differences.",
    tags=("layers",),
)
def spectral_norm() -> Penalty:
    """Divides the weight of every layer by its largest singular value (Miyato et al. 2018).

    Torch's own parametrisation, with one power iteration in each forward pass of the discriminator. Its vectors are
    buffers: evaluating a batch again starts from the same ones, and `Game.commit` keeps them once a step. A
    discriminator that is prepared already is left as it is.
    """
    return Penalty(prepare=_normalise_spectrally)


@register.penalty(
    "weight-clipping",
    title="Weight clipping",
    summary="All weights of the discriminator are kept within a limit.",
    options={
        "limit": Option(
            label="Limit", help="No weight may be larger than this, up or down.", above=0, slider=(0.05, 2, 0.05)
        )
    },
)
def weight_clipping(limit: float = 0.01) -> Penalty:
    """Keeps every parameter in [-limit, limit] (Arjovsky et al. 2017, algorithm 1)."""

    def clip(parameters: Iterable[Tensor]) -> None:
        for parameter in parameters:
            parameter.clamp_(-limit, limit)

    return Penalty(project=clip)


@register.penalty(
    "instance-noise",
    title="Instance noise",
    summary="The discriminator sees every sample, real or generated, through noise.",
    options={
        "deviation": Option(
            label="Noise", help="Standard deviation; pictures range from -1 to 1.", minimum=0, slider=(0.05, 2, 0.05)
        )
    },
)
def instance_noise(deviation: float = 0.1) -> Penalty:
    """Gaussian noise on all that the discriminator sees (Sonderby et al. 2017; Arjovsky & Bottou 2017)."""
    return Penalty(noise=deviation)


def _square_gradients(scores: Tensor, samples: Tensor) -> Tensor:
    """|grad_x D(x)|^2 of every sample, (N,), summed over all that a sample consists of.

    `autograd.grad` rather than `torch.func.grad`: it is right through BatchNorm in training mode too, where a score
    depends on the whole batch, and it reuses the forward pass that the loss already paid for.
    """
    (gradient,) = torch.autograd.grad(at_least_float32(scores).sum(), samples, create_graph=True)
    return at_least_float32(gradient).square().flatten(1).sum(1)


def _mean_square_gradient(scores: Tensor, samples: Tensor) -> Tensor:
    return _square_gradients(scores, samples).mean()


BATCH_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def _refuse_batch_norm(discriminator: nn.Module) -> None:
    if any(isinstance(module, BATCH_NORMS) for module in discriminator.modules()):
        raise InputError(
            "The penalty wgan-gp bounds the slope at every sample by itself, which BatchNorm in the discriminator "
            "makes impossible: choose a discriminator with another normalisation or none, or the penalty r1."
        )


NORMALISED = (
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
    nn.Linear,
    nn.Embedding,
)
"""Layers that multiply by a matrix; an embedding too, which a projection discriminator multiplies its features with."""


def _normalise_spectrally(discriminator: nn.Module) -> None:
    for module in list(discriminator.modules()):
        if isinstance(module, NORMALISED) and not parametrize.is_parametrized(module, "weight"):
            parametrise_by_spectral_norm(module)
