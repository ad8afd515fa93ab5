"""Keyframes: which moments of a run are kept to look back at, and which of them keep weights."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

PER_DECADE = 12
"""Keyframes for every factor of ten in steps: the first thousand steps change more than the next ten thousand."""


def is_keyframe(step: int) -> bool:
    """Whether `step` is one of the log-spaced steps 1, 2, 3, ..., 10, 12, 15, 18, 22, ..."""
    if step < 1:
        return False
    nearest = round(PER_DECADE * math.log10(step))
    return any(round(10 ** (exponent / PER_DECADE)) == step for exponent in (nearest - 1, nearest, nearest + 1))


def to_thin(steps: Sequence[int], keep: int, pinned: Collection[int] = ()) -> list[int]:
    """Which of `steps` (ascending) to give up so that at most `keep` remain, evenly spread in log-time.

    Always the one whose going leaves the smallest gap between its neighbours, measured in log(step); the first, the
    newest and those in `pinned` stay, even if they alone are more than `keep`.
    """
    remaining = list(steps)
    gone: list[int] = []
    while len(remaining) > max(keep, 2):
        inner = [index for index in range(1, len(remaining) - 1) if remaining[index] not in pinned]
        if not inner:
            break
        index = min(inner, key=lambda i: math.log(remaining[i + 1] / remaining[i - 1]))
        gone.append(remaining.pop(index))
    return gone


def spread(steps: Sequence[int], count: int) -> list[int]:
    """At most `count` of `steps` (ascending, from 1 on), as evenly spread in log-time as they lie; the ends among them.

    One alone is the last.
    """
    if count >= len(steps):
        return list(steps)
    if count < 2:
        return list(steps[-1:])
    places = [math.log(step) for step in steps]
    chosen: list[int] = []
    for number in range(count):
        target = places[0] + (places[-1] - places[0]) * number / (count - 1)
        # Enough of them stay for the columns that come.
        free = range(chosen[-1] + 1 if chosen else 0, len(steps) - (count - 1 - number))
        chosen.append(min(free, key=lambda index: abs(places[index] - target)))
    return [steps[index] for index in chosen]


def nearest(steps: Sequence[int], step: float) -> int:
    """The one of `steps` (at least one, ascending, from 1 on) that is nearest to `step` in log-time."""
    return min(steps, key=lambda kept: abs(math.log(kept / max(step, 1))))
