"""The rate of convergence of a trajectory: the factor by which the distance to the solution changes per step, in the
long run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gan_core.analytic_games.definitions import Vector

Verdict = Literal["converges", "circles", "diverges", "arrived", "elsewhere"]
"""`arrived`: at the solution up to rounding; `elsewhere`: comes to rest, but not at the solution."""

FLOOR = 1e-13
"""Share of the first distance below which rounding, not the solver, decides."""
FEWEST = 8
"""Steps below which no rate is given."""


@dataclass(frozen=True)
class Measured:
    """The measured rate per step (None where too few steps can be used), and a verdict in words."""

    rate: float | None
    verdict: Verdict


def contraction(distances: Vector) -> float | None:
    """The geometric mean of the factor by which the distance changes in a step, in the later part of a trajectory.

    A trajectory that turns comes nearer and goes away within each turn, which a plain mean over a part of a turn takes
    for a trend. Two remedies: the distance is averaged (root mean square) over a sliding quarter of the trajectory, and
    the steps' factors are weighted by the bump exp(-1/(t(1-t))), in which what is left of the turning cancels faster
    than any power of the number of steps (weighted Birkhoff average: Das, Saiki, Sander & Yorke 2017).
    """
    usable = distances[: _end(distances)]
    usable = usable[len(usable) // 4 :]
    if len(usable) < FEWEST:
        return None
    width = max(1, len(usable) // 3)
    windows = np.lib.stride_tricks.sliding_window_view((usable / usable.max()) ** 2, width).sum(axis=1)
    moves = np.diff(np.log(windows)) / 2
    t = (np.arange(len(moves)) + 1) / (len(moves) + 1)
    weights = np.exp(-1 / (t * (1 - t)))
    return float(math.exp(float(weights @ moves / weights.sum())))


def _end(distances: Vector) -> int:
    """How many distances there are before the first that is not finite, or is rounding."""
    if distances[0] == 0:
        return 0
    bad = ~np.isfinite(distances) | (distances <= FLOOR * float(distances[0]))
    return int(np.argmax(bad)) if bad.any() else len(distances)


def measure(points: Vector, solution: Vector, *, limit: float = math.inf) -> Measured:
    """Rate and verdict for the points (T, n) of a trajectory; beyond distance `limit` it counts as diverged."""
    distances = np.linalg.norm(points - solution, axis=1)
    rate = contraction(distances)
    usable = _end(distances)
    if usable < len(distances) or not np.isfinite(distances).all():
        return Measured(rate, "arrived" if np.isfinite(distances).all() else "diverges")
    first, last = float(distances[0]), float(distances[-1])
    if last > limit:
        return Measured(rate, "diverges")
    if rate is None:
        return Measured(None, "converges" if last < 0.9 * first else "diverges" if last > 1.1 * first else "circles")
    # A change that would not move the distance by 2 % over the whole trajectory is not seen as one; nor one that only
    # the tail shows, as where Adam hovers.
    tolerance = 0.02 / len(distances)
    quarters = [float(np.sqrt(np.mean(part**2))) for part in np.array_split(distances, 4)]
    resting = float(np.linalg.norm(points[-1] - points[-2])) < 1e-6 * max(last, 1e-300)
    if resting and abs(rate - 1) < tolerance:
        return Measured(rate, "elsewhere")
    if rate < 1 - tolerance and quarters[-1] < max(quarters):
        return Measured(rate, "converges")
    return Measured(rate, "diverges" if rate > 1 + tolerance and quarters[-1] > quarters[0] else "circles")
