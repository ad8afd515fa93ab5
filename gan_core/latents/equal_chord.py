"""Equal steps along a measured curve, laid off one after the other as with a pair of dividers.

Laying them off is the only way where a curve turns back on itself: there the length of the curve says nothing about how
far apart two points on either side of the turn are.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

AHEAD = 64
"""Points that are looked at in one go."""
HALVINGS = 12
"""Of the stretch between two points in which a step ends."""
TRIALS = 30
"""Widths of the dividers that are tried."""


def equal_chords(points: Tensor, count: int) -> np.ndarray:
    """Where `count` equally long steps from the first of `points` (M, F) to the last one end, float64 (count + 1,).

    Answers are indices: 2.5 is half way between the third and the fourth point, between which the curve is straight.
    Distances are mean absolute differences. At a sharp corner a slightly wider step may cut off so much more of the
    curve that no width fits exactly; the last steps are then shorter ones.
    """
    low, high = 0.0, 1.5 * float((points[1:] - points[:-1]).abs().mean(1).sum()) / count
    for _ in range(TRIALS):
        width = (low + high) / 2
        ends, rest = _lay_off(points, width)
        if len(ends) - 1 + rest > count:
            low = width
        else:
            high = width
    ends, _ = _lay_off(points, high)
    fitting = min(len(ends), count)
    rest = np.linspace(ends[fitting - 1], len(points) - 1, count - fitting + 2)
    return np.concatenate([ends[:fitting], rest[1:]])


def _lay_off(points: Tensor, width: float) -> tuple[np.ndarray, float]:
    """The indices at which steps of `width` end, and the rest of the way as a share of one."""
    ends, here, index = [0.0], points[0], 0.0
    while (following := _beyond(points, here, int(index) + 1, width)) is not None:
        start, along = points[following - 1], points[following] - points[following - 1]
        low, high = max(index, following - 1.0), float(following)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if float((start + (middle - following + 1) * along - here).abs().mean()) >= width:
                high = middle
            else:
                low = middle
        index, here = high, start + (high - following + 1) * along
        ends.append(index)
    return np.array(ends), float((points[-1] - here).abs().mean()) / width


def _beyond(points: Tensor, here: Tensor, first: int, width: float) -> int | None:
    """The first of `points` from `first` on that is at least `width` away from `here`."""
    for start in range(first, len(points), AHEAD):
        beyond = torch.nonzero((points[start : start + AHEAD] - here).abs().mean(1) >= width)
        if len(beyond):
            return start + int(beyond[0])
    return None
