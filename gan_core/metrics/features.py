"""Metrics of two clouds of features: kernel distance, precision and recall, density and coverage.

A cloud is what a feature network gives for a set of pictures, (N, D). The functions know neither pictures nor networks,
so any features can be compared: `python -m gan_core evaluate --features FILE.npz`.

`precision`, `recall`, `density` and `coverage` take `generated` (N, D), `real` (M, D) and the number of `neighbours` k. All
raise InputError for fewer than k + 1 points, and for clouds of different dimensions.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.metrics.frechet import frechet
from gan_core.metrics.reference import ReferenceLevel, deviation, levels_of_halves
from gan_core.metrics.registry import DESCRIPTIVE, is_lower_better, words_for
from gan_core.parts import register

NEIGHBOURS = 3
"""k of precision and recall (Kynkäänniemi et al. 2019)."""
DENSITY_NEIGHBOURS = 5
"""k of density and coverage (Naeem et al. 2020)."""
FEWEST = 2 * (DENSITY_NEIGHBOURS + 1)
"""Fewest points of a cloud: each half of it must have k neighbours."""
OF_CLASSIFIER = " (in the features of a small classifier)"
DRAWS = 10
"""Random halves that a spread is taken from."""


@register.metric(
    "kid",
    title="Kernel distance (KID)",
    summary="Unbiased squared kernel distance (KID) to held-out real pictures (in the features of a small classifier).",
    tags=("features",),
)
def kernel_distance(generated: Tensor, real: Tensor) -> float:
    """The squared maximum mean discrepancy under the kernel (x·y / D + 1)^3: KID of Bińkowski et al. 2018.

    Unbiased: its expectation is 0 for two sets from one distribution, whatever their sizes, so single values lie on
    both sides of 0. It is called KID only together with the name of the features, since theirs are Inception's.

    Args:
        generated, real: (N, D) and (M, D).

    Raises:
        InputError: for clouds with fewer than 2 points, or of different dimensions.
    """
    generated, real = _checked(generated, real, 2)

    def kernel(one: Tensor, other: Tensor) -> Tensor:
        return (one @ other.T / one.shape[1] + 1) ** 3

    def within(points: Tensor) -> Tensor:
        values = kernel(points, points)
        return (values.sum() - values.trace()) / (len(points) * (len(points) - 1))

    return float(within(generated) + within(real) - 2 * kernel(generated, real).mean())


@register.metric(
    "precision",
    title="Precision",
    summary="Share of generated pictures that lie among real ones (in the features of a small classifier).",
    tags=("features", DESCRIPTIVE),
    lower_is_better=False,
)
def precision(generated: Tensor, real: Tensor, neighbours: int = NEIGHBOURS) -> float:
    """The share of generated points inside a ball around a real point that reaches its k-th neighbour, 0 to 1.

    Kynkäänniemi et al. 2019. It sees quality, not variety: one good picture many times has precision 1.
    """
    generated, real = _checked(generated, real, neighbours + 1)
    return float((torch.cdist(generated, real) <= _radii(real, neighbours)).any(1).double().mean())


@register.metric(
    "recall",
    title="Recall",
    summary="Share of held-out real pictures that lie among generated ones (in the features of a small classifier).",
    tags=("features", DESCRIPTIVE),
    lower_is_better=False,
)
def recall(generated: Tensor, real: Tensor, neighbours: int = NEIGHBOURS) -> float:
    """The share of real points inside a ball around a generated point that reaches its k-th neighbour, 0 to 1.

    `precision` with both clouds in each other's place. It sees variety, not quality: a few points far away from all
    others, with wide balls, raise it.
    """
    return precision(real, generated, neighbours)


@register.metric(
    "density",
    title="Density",
    summary="How densely real pictures surround generated ones, about 1 for real ones (in the features of a small classifier).",
    tags=("features", DESCRIPTIVE),
    lower_is_better=False,
)
def density(generated: Tensor, real: Tensor, neighbours: int = DENSITY_NEIGHBOURS) -> float:
    """In how many balls around real points a generated point lies on average, over k: 1 is expected of real pictures.

    Naeem et al. 2020; a single far-off real point counts little, which it does not in `precision`. May be above 1.
    """
    generated, real = _checked(generated, real, neighbours + 1)
    inside = torch.cdist(generated, real) <= _radii(real, neighbours)
    return float(inside.double().sum(1).mean() / neighbours)


@register.metric(
    "coverage",
    title="Coverage",
    summary="Share of held-out real pictures with a generated one nearby (in the features of a small classifier).",
    tags=("features",),
    lower_is_better=False,
)
def coverage(generated: Tensor, real: Tensor, neighbours: int = DENSITY_NEIGHBOURS) -> float:
    """The share of real points whose ball, which reaches the k-th real neighbour, holds a generated point, 0 to 1.

    Naeem et al. 2020; unlike `recall`, generated outliers do not raise it. It depends on N / M: compare at equal
    numbers.
    """
    generated, real = _checked(generated, real, neighbours + 1)
    return float((torch.cdist(real, generated).amin(1) <= _radii(real, neighbours)).double().mean())


FEATURE_METRICS: dict[str, Callable[[Tensor, Tensor], float]] = {
    "frechet": frechet,
    "kid": kernel_distance,
    "precision": precision,
    "recall": recall,
    "density": density,
    "coverage": coverage,
}
"""Functions of generated and real features, by name."""


@dataclass(frozen=True, kw_only=True)
class FeatureMeasurement:
    """One metric of given features."""

    name: str
    value: float
    spread: float | None
    """Standard deviation, estimated from random halves of the generated features."""
    samples: int
    """Generated points."""
    reference: int
    """Real points."""
    level: ReferenceLevel
    """What random halves of the real features give against each other."""

    @property
    def words(self) -> str:
        """What it is, for people."""
        return words_for(self.name).replace("held-out ", "").replace(OF_CLASSIFIER, "")

    def to_json(self) -> dict[str, Any]:
        """As `evaluate --json` writes it."""
        return {
            "name": self.name,
            "value": self.value,
            "spread": self.spread,
            "spread_over": "halves",
            "samples": self.samples,
            "reference": self.reference,
            **self.level.to_json(self.reference // 2),
            "lower_is_better": is_lower_better(self.name),
            "words": self.words,
        }


def measure_features(
    generated: Tensor, real: Tensor, names: Sequence[str] = tuple(FEATURE_METRICS), *, seed: int = 0
) -> list[FeatureMeasurement]:
    """Compare two clouds of features by every metric of `names`.

    The spread is the standard deviation over random halves of the generated points: leaving out half of a sample varies
    a statistic by as much as a new sample of the whole size would (the delete-d jackknife with d = N / 2). Points are
    not drawn with replacement, since a point that is there twice is its own neighbour.

    Args:
        generated, real: (N, D) and (M, D), of any float type, finite.
        names: keys of `FEATURE_METRICS`.
        seed: of the halves.

    Raises:
        InputError: for fewer than `FEWEST` points, features that are not finite, or clouds of different dimensions.
    """
    generated, real = _checked(generated, real, FEWEST)
    chosen = {name: FEATURE_METRICS[name] for name in names}
    levels = levels_of_halves(
        lambda one, other, draw: {name: metric(real[one], real[other]) for name, metric in chosen.items()},
        len(real),
        seed=seed,
    )
    order = torch.Generator().manual_seed(seed)
    halves = [generated[torch.randperm(len(generated), generator=order)[: len(generated) // 2]] for _ in range(DRAWS)]
    return [
        FeatureMeasurement(
            name=name,
            value=metric(generated, real),
            spread=deviation([metric(half, real) for half in halves]),
            samples=len(generated),
            reference=len(real),
            level=levels[name],
        )
        for name, metric in chosen.items()
    ]


def read_features(path: Path) -> tuple[Tensor, Tensor]:
    """The arrays `fake` (N, D) and `real` (M, D) of a NumPy file.

    Raises:
        InputError: for a file that is none, that lacks an array, or whose arrays are no tables of numbers.
    """
    try:
        # Opened here: NumPy leaves a damaged archive open.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            missing = [name for name in ("real", "fake") if name not in arrays]
            if missing:
                raise InputError(f"{path} has no array called {missing[0]}; real and fake are needed.")
            found = {name: arrays[name] for name in ("fake", "real")}
    except InputError:
        raise
    except (OSError, ValueError, EOFError, KeyError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise InputError(f"{path} cannot be read as a .npz file of numbers: {error}") from error
    for name, array in found.items():
        if array.dtype.kind not in "fiu" or array.ndim != 2:
            raise InputError(f"The array {name} of {path} is no table of numbers, points x features.")
    return torch.from_numpy(found["fake"].astype(np.float64)), torch.from_numpy(found["real"].astype(np.float64))


def _checked(generated: Tensor, real: Tensor, fewest: int) -> tuple[Tensor, Tensor]:
    """Both clouds in double precision on the CPU: distances of near points are small differences of large numbers."""
    for cloud in (generated, real):
        if cloud.ndim != 2 or len(cloud) < fewest:
            raise InputError(f"Features are a table of at least {fewest} rows, not one of {_shape(cloud)}.")
        if not bool(torch.isfinite(cloud).all()):
            raise InputError("Features that are not finite cannot be compared.")
    if generated.shape[1] != real.shape[1]:
        raise InputError(f"Features of {generated.shape[1]} and of {real.shape[1]} dimensions cannot be compared.")
    return generated.detach().cpu().double(), real.detach().cpu().double()


def _shape(cloud: Tensor) -> str:
    return " x ".join(str(side) for side in cloud.shape) or "a single number"


def _radii(points: Tensor, neighbours: int) -> Tensor:
    """The distance of each point to its k-th nearest other point, (N,)."""
    return torch.cdist(points, points).kthvalue(neighbours + 1, dim=1).values
