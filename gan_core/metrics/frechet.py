"""The Fréchet distance between two clouds of features, each described by its mean and covariance.

Three pure steps: pictures -> features (a network, `classifier`), features -> `moments`, moments -> `frechet_distance`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from gan_core.parts import register


@dataclass(frozen=True, eq=False)
class Moments:
    """The first two moments of a cloud of points, float64 on the CPU."""

    mean: Tensor
    """(D,)."""
    covariance: Tensor
    """(D, D), symmetric; unbiased, that is divided by N - 1."""
    samples: int
    """N."""


def moments(features: Tensor) -> Moments:
    """Mean and covariance of features (N, D) of any float type.

    Raises:
        ValueError: for fewer than two points.
    """
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"Moments need a table of at least two points, not one of shape {tuple(features.shape)}.")
    points = features.detach().cpu().double()
    mean = points.mean(0)
    centred = points - mean
    return Moments(mean, centred.T @ centred / (len(points) - 1), len(points))


def frechet_distance(one: Moments, other: Moments) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1^1/2 C2 C1^1/2)^1/2): the squared Wasserstein-2 distance of two Gaussians.

    Dowson and Landau 1982. The root of the product is taken in its symmetric form, whose eigenvalues are real and at
    least 0, so that singular covariances (fewer points than dimensions) need no trick. In squared units of the
    features.

    From finite samples it is biased upwards, for equal distributions by about a constant over N: compare it only with
    a distance from as many samples against the same reference.
    """
    if one.mean.shape != other.mean.shape:
        raise ValueError(f"Points of {len(one.mean)} and of {len(other.mean)} dimensions cannot be compared.")
    # The eigenvalues' roots are the singular values of C1^1/2 C2^1/2: taken so, rounding is not made larger by a root.
    cross = torch.linalg.svdvals(_symmetric_root(one.covariance) @ _symmetric_root(other.covariance)).sum()
    spread = one.covariance.trace() + other.covariance.trace() - 2 * cross
    return max(0.0, ((one.mean - other.mean).square().sum() + spread).item())


@register.metric(
    "frechet",
    title="Fréchet distance",
    summary="Distance to held-out real pictures in the features of a small classifier.",
    tags=("features",),
)
def frechet(generated: Tensor, real: Tensor) -> float:
    """The Fréchet distance between features of generated (N, D) and of real pictures (M, D)."""
    return frechet_distance(moments(generated), moments(real))


def _symmetric_root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    return (vectors * values.clamp(min=0).sqrt()) @ vectors.T
