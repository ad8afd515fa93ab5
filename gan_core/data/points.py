"""Distributions in the plane, where everything about a GAN can be seen at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

import torch

from gan_core.data.dataset import Progress
from gan_core.errors import InputError
from gan_core.parts import register, unknown

Sampler = Callable[[int, torch.Generator], torch.Tensor]


@dataclass(frozen=True)
class Distribution:
    """A distribution over the plane."""

    name: str
    summary: str
    sample: Sampler
    """(count, generator) -> float32 (count, 2)."""
    centres: torch.Tensor | None
    """float32 (modes, 2) for a mixture of equal bells, None for a curve."""
    deviation: float
    """Standard deviation around a centre or across the curve."""


def names() -> list[str]:
    """The names of the distributions, the classic one first."""
    return list(DISTRIBUTIONS)


def sample(name: str, count: int, generator: torch.Generator) -> torch.Tensor:
    """`count` points of the distribution `name`, float32 (count, 2); all lie within about 3 of the origin."""
    return get(name).sample(count, generator)


def modes(name: str) -> torch.Tensor | None:
    """The centres of the distribution `name`, float32 (modes, 2); None where it is a curve without separate modes."""
    return get(name).centres


def get(name: str) -> Distribution:
    """The distribution `name`; raises InputError with the known names."""
    if name not in DISTRIBUTIONS:
        raise InputError(unknown("distribution of points", name, DISTRIBUTIONS))
    return DISTRIBUTIONS[name]


def _noise(count: int, deviation: float, generator: torch.Generator) -> torch.Tensor:
    return torch.randn(count, 2, generator=generator) * deviation


def mixture(centres: torch.Tensor, deviation: float) -> Sampler:
    """Samples from equal bells of one standard deviation around `centres` (M, 2)."""

    def draw(count: int, generator: torch.Generator) -> torch.Tensor:
        chosen = torch.randint(len(centres), (count,), generator=generator)
        return centres[chosen] + _noise(count, deviation, generator)

    return draw


def _two_moons(count: int, generator: torch.Generator) -> torch.Tensor:
    angle = torch.rand(count, generator=generator) * math.pi
    lower = torch.randint(2, (count,), generator=generator).float()
    sign = 1 - 2 * lower
    x = sign * torch.cos(angle) + lower - 0.5
    y = sign * torch.sin(angle) + 0.5 * lower - 0.25
    return 1.3 * torch.stack([x, y], 1) + _noise(count, 0.08, generator)


def _spiral(count: int, generator: torch.Generator) -> torch.Tensor:
    turn = torch.rand(count, generator=generator).sqrt() * 3 * math.pi  # the root spreads points evenly along the arm
    radius = 2.2 * turn / (3 * math.pi)
    return torch.stack([radius * torch.cos(turn), radius * torch.sin(turn)], 1) + _noise(count, 0.05, generator)


def _line(count: int, generator: torch.Generator) -> torch.Tensor:
    along = torch.rand(count, generator=generator) * 4 - 2
    return torch.stack([along, 0.5 * along], 1) + _noise(count, 0.05, generator)


def _circle(count: int, generator: torch.Generator) -> torch.Tensor:
    angle = torch.rand(count, generator=generator) * 2 * math.pi
    return 2 * torch.stack([torch.cos(angle), torch.sin(angle)], 1) + _noise(count, 0.05, generator)


def _ring_centres() -> torch.Tensor:
    angle = torch.arange(8) * (math.pi / 4)
    return 2 * torch.stack([torch.cos(angle), torch.sin(angle)], 1)


def _bells(name: str, summary: str, centres: torch.Tensor, deviation: float) -> Distribution:
    return Distribution(name, summary, mixture(centres, deviation), centres, deviation)


DISTRIBUTIONS: dict[str, Distribution] = {
    each.name: each
    for each in (
        _bells("ring", "Eight narrow bells on a circle: the classic test for missing modes", _ring_centres(), 0.05),
        _bells(
            "grid", "25 narrow bells on a square lattice", torch.cartesian_prod(*[torch.arange(-2.0, 3.0)] * 2), 0.05
        ),
        Distribution("moons", "Two half moons that hold each other", _two_moons, None, 0.08),
        Distribution("spiral", "One arm that winds outwards", _spiral, None, 0.05),
        _bells("blobs", "Two wide bells", torch.tensor([[-1.2, 0.0], [1.2, 0.0]]), 0.35),
        Distribution("line", "A straight line: a thin set in the plane", _line, None, 0.05),
        Distribution("circle", "A circle: connected, with a hole", _circle, None, 0.05),
    )
}


@register.dataset(
    "points",
    title="Points",
    summary="Distributions in the plane, for the Lab.",
    licence="MIT (computed)",
    tags=("points",),
)
def build(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> NoReturn:
    """Always raises InputError: points have no pixels."""
    raise InputError(
        "'points' are places in the plane, not pictures, and no network of this recipe fits them: "
        "choose glyphs, scenes or a folder of pictures."
    )
