"""Keyframes: which moments of a run are kept to look back at, and which of them keep weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

PER_DECADE = 12
"""Keyframes for every factor of ten in steps: the first thousand steps change more than the next ten thousand."""


def is_keyframe(step: int) -> bool:
    """Whether `step` is one of the log-spaced steps 1, 2, 3, ..., 10, 12, 15, 18, 22, ..."""
    if step < 1:
        return False
    nearest = round(PER_DECADE * math.log10(step))
    return any(round(10 ** (exponent / PER_DECADE)) == step for exponent in (nearest - 1, nearest, nearest + 1))


def to_thin(steps: Sequence[int], keep: int) -> list[int]:
    """Which of `steps` (ascending) to give up so that at most `keep` remain, evenly spread in log-time.

    Always the one whose going leaves the smallest gap between its neighbours, measured in log(step); the first and the
    newest stay.
    """
    remaining = list(steps)
    gone: list[int] = []
    while len(remaining) > max(keep, 2):
        inner = range(1, len(remaining) - 1)
        index = min(inner, key=lambda i: math.log(remaining[i + 1] / remaining[i - 1]))
        gone.append(remaining.pop(index))
    return gone
