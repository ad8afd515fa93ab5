"""Losses and scores, summed on the device and read only when they are reported: no synchronisation per step."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import Tensor


class Statistics:
    """Means of scalars since they were last read."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._count = 0

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Add one step's scalars; they stay on their device."""
        for name, value in values.items():
            value = value.detach().double() if value.device.type != "mps" else value.detach()
            self._sums[name] = self._sums[name] + value if name in self._sums else value
        self._count += 1

    def read(self) -> dict[str, float]:
        """The means since the last call, read in one transfer.

        A value that was not finite in any step is not finite here.
        """
        if not self._count:
            return {}
        values = (torch.stack(list(self._sums.values())) / self._count).tolist()
        means = dict(zip(self._sums, values, strict=True))
        self._sums, self._count = {}, 0
        return means


def not_finite(means: Mapping[str, float]) -> list[str]:
    """The names of values that are not finite."""
    return [name for name, value in means.items() if not math.isfinite(value)]
