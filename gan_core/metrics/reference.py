"""The reference level: what a metric gives for real pictures in place of generated ones, with its own spread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

DRAWS = 5
"""Draws of real pictures that a reference level is the mean of."""
FEWEST_DISJOINT = 3
"""Fewest disjoint draws that a spread is taken from."""


@dataclass(frozen=True, kw_only=True)
class ReferenceLevel:
    """What equally many real pictures give against the same held-out ones."""

    value: float
    """Mean over the draws."""
    spread: float | None
    """Standard deviation over the draws; None from a single one."""
    draws: int
    over: str
    """`disjoint` draws; `bootstrap` where there are too few pictures for three of them; `halves` of the held-out
    ones."""

    def to_json(self, samples: int) -> dict[str, Any]:
        """As the fields of a `Measurement`; `samples` pictures were in each draw."""
        return {
            "reference_level": self.value,
            "reference_spread": self.spread,
            "reference_draws": self.draws,
            "reference_samples": samples,
            "reference_over": self.over,
        }


def reference_levels(
    look: Callable[[Tensor, int], Mapping[str, float]], total: int, count: int, *, draws: int = DRAWS, seed: int = 0
) -> dict[str, ReferenceLevel]:
    """By name, the levels of `look(indices, draw)` over draws of `count` of `total` real pictures.

    Draws share no picture as far as there are enough. With fewer than `FEWEST_DISJOINT` disjoint ones the level is the
    mean over subsets, which share pictures and therefore vary too little, and the spread that of draws with
    replacement. Raises ValueError for fewer than one draw and for more pictures than there are.
    """
    if draws < 1 or not 1 <= count <= total:
        raise ValueError(f"{draws} draws of {count} of {total} pictures cannot be made.")
    disjoint = min(draws, total // count)
    if disjoint >= min(draws, FEWEST_DISJOINT):
        order = torch.randperm(total, generator=torch.Generator().manual_seed(seed))
        found = [look(part, draw) for draw, part in enumerate(order[: disjoint * count].split(count))]
        return _levels(found, found, "disjoint")
    found, again = [], []
    for draw in range(draws):
        generator = torch.Generator().manual_seed(seed + draw)
        found.append(look(torch.randperm(total, generator=generator)[:count], draw))
        again.append(look(torch.randint(total, (count,), generator=generator), draw))
    return _levels(found, again, "bootstrap")


def levels_of_halves(
    compare: Callable[[Tensor, Tensor, int], Mapping[str, float]], total: int, *, draws: int = DRAWS, seed: int = 0
) -> dict[str, ReferenceLevel]:
    """Reference levels by name: the values of `compare(indices, indices, draw)` for random halves of `total` real
    pictures.

    Used where no other real pictures are left: a level of half as many pictures lies a little above that of all.

    Raises:
        ValueError: for fewer than 2 pictures.
    """
    if total < 2 or draws < 1:
        raise ValueError(f"{draws} draws of halves of {total} pictures cannot be made.")
    found: list[Mapping[str, float]] = []
    for draw in range(draws):
        order = torch.randperm(total, generator=torch.Generator().manual_seed(seed + draw))
        found.append(compare(order[: total // 2], order[total // 2 : 2 * (total // 2)], draw))
    return _levels(found, found, "halves")


def _levels(
    found: Sequence[Mapping[str, float]], varied: Sequence[Mapping[str, float]], over: str
) -> dict[str, ReferenceLevel]:
    """The mean of `found` and the deviation of `varied`."""
    return {
        name: ReferenceLevel(
            value=sum(values[name] for values in found) / len(found),
            spread=deviation([values[name] for values in varied]),
            draws=len(found),
            over=over,
        )
        for name in found[0]
    }


def deviation(values: Sequence[float]) -> float | None:
    """Standard deviation, divided by n - 1; None from a single value."""
    return float(torch.tensor(values, dtype=torch.float64).std()) if len(values) > 1 else None
