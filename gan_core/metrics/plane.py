"""Numbers for samples in the plane: modes covered, and divergences between two sets of samples with the level of real
samples."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

GOOD = 3.0
"""A sample is good within so many standard deviations of a mode (98.9 % of the real ones are)."""
FAIR = 0.2
"""A mode is covered when it gets at least this part of its fair share of good samples."""
CELLS = 64
"""Cells along each side of the square in which samples are counted."""
SAMPLES = 16_384
"""Samples on each side of a divergence."""
PRIOR = 0.1
"""Count added to every cell for the Kullback-Leibler divergence, which is infinite where only one side has samples."""


def coverage(samples: Tensor, centres: Tensor, deviation: float, groups: Tensor | None = None) -> tuple[int, float]:
    """How many modes `samples` (N, 2) cover, and the share of good ones among them.

    Good is within `GOOD` deviations of the nearest of `centres` (M, 2). `groups` int64 (M,) says which mode a centre
    belongs to; without it each centre is one. Covered is a mode with at least `FAIR` of its share of N, a mode's share
    being its part of the centres. Samples that are not finite are not good.
    """
    if groups is None:
        groups = torch.arange(len(centres))
    distance, nearest = torch.cdist(samples.nan_to_num(1e6, 1e6, -1e6), centres).min(1)
    good = distance <= GOOD * deviation
    sizes = torch.bincount(groups)
    counts = torch.bincount(groups[nearest[good]], minlength=len(sizes))
    fair = FAIR * len(samples) * sizes / len(centres)
    return int((counts >= fair).sum()), float(good.float().mean())


def histogram(samples: Tensor, half_side: float, cells: int = CELLS) -> Tensor:
    """Counts of `samples` (N, 2) in `cells` x `cells` cells of the square [-half_side, half_side]^2, and one more.

    The last of the cells * cells + 1 counts, float64, is everything else: samples outside the square or not finite.
    They are counted there and nowhere else, so a point beyond one edge never turns up in the next row.
    """
    place = ((samples.double() / (2 * half_side) + 0.5) * cells).floor()
    inside = ((place >= 0) & (place < cells)).all(1)  # false for NaN too
    column, row = place[inside].long().unbind(1)
    counts = torch.bincount(row * cells + column, minlength=cells * cells + 1).double()
    counts[-1] = len(samples) - int(inside.sum())
    return counts


@dataclass(frozen=True)
class Divergence:
    """How far two sets of samples are from each other, in nats."""

    kl: float
    """Kullback-Leibler divergence of the real samples from the generated ones, sum p log(p / q)."""
    js: float
    """Jensen-Shannon divergence: 0 for equal counts, log 2 = 0.693 for samples that share no cell."""


def divergence(real: Tensor, generated: Tensor) -> Divergence:
    """The divergences between two histograms of counts.

    Both come from counts of finitely many samples, so a perfect generator does not reach 0: compare with the value
    that a second set of real samples takes, the reference level. KL adds `PRIOR` to every count on both sides.
    """
    p, q = (counts + PRIOR for counts in (real, generated))
    p, q = p / p.sum(), q / q.sum()
    kl = float((p * (p / q).log()).sum())
    p, q = real / real.sum(), generated / generated.sum()
    middle = (p + q) / 2
    js = sum(torch.xlogy(side, side / middle.clamp_min(1e-300)).sum() for side in (p, q))
    return Divergence(kl, float(js) / 2)
