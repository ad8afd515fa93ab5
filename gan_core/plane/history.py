"""Kept moments of a training, to go back to, within a memory budget."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.plane.settings import PlaneSettings

BUDGET = 48 * 2**20
"""Bytes of weights and optimizer memories that one visitor's past may take."""
EVENLY = 200
"""Moments lie evenly in log(step + EVENLY): dense where a training begins and almost regular later."""


@dataclass(frozen=True)
class Moment:
    """Everything that a training needs to go on from one step exactly as it did."""

    step: int
    settings: PlaneSettings
    players: Mapping[str, nn.Module]
    optimizers: Mapping[str, torch.optim.Optimizer]
    """Over the parameters of `players`. Both are this moment's own: to train on, take `copied`."""
    solver: Mapping[str, Tensor]
    draws: Tensor
    """State of the generator that batches are drawn with."""

    def copied(self) -> tuple[dict[str, nn.Module], dict[str, torch.optim.Optimizer]]:
        """Players and optimizers to work with; the moment stays as it is."""
        return copy.deepcopy((dict(self.players), dict(self.optimizers)))

    @property
    def size(self) -> int:
        """Bytes of its tensors."""
        states = [
            value for each in self.optimizers.values() for memory in each.state.values() for value in memory.values()
        ]
        tensors: list[Any] = [
            *states,
            *self.solver.values(),
            *(t for p in self.players.values() for t in p.state_dict().values()),
        ]
        return sum(tensor.nbytes for tensor in tensors if isinstance(tensor, Tensor))


class History:
    """Moments in the order of their steps, thinned out as they become many."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self._moments: list[Moment] = []
        self._bytes = 0

    def steps(self) -> list[int]:
        """The steps of the kept moments."""
        return [moment.step for moment in self._moments]

    def due(self, step: int) -> bool:
        """Whether a moment is to be kept at `step`: after 1, 2, 4, 7, ... steps, at most 25 apart."""
        last = self._moments[-1].step if self._moments else -1
        return step - last >= min(25, 1 + max(0, last) // 2)

    def keep(self, moment: Moment) -> None:
        """Add a moment, which begins a new future: what was kept of this step and later ones is gone."""
        self.forget_from(moment.step)
        self._moments.append(moment)
        self._bytes += moment.size
        while self._bytes > self.budget and len(self._moments) > 2:
            self._remove(min(range(1, len(self._moments) - 1), key=self._gap))

    def at(self, step: int) -> Moment:
        """The last moment at or before `step`; the first one if there is none."""
        return next((moment for moment in reversed(self._moments) if moment.step <= step), self._moments[0])

    def forget_from(self, step: int) -> None:
        """Drop all moments of `step` and later."""
        while self._moments and self._moments[-1].step >= step:
            self._remove(len(self._moments) - 1)

    def _gap(self, index: int) -> float:
        """How large a hole the moment would leave."""
        before, after = self._moments[index - 1].step, self._moments[index + 1].step
        return math.log((after + EVENLY) / (before + EVENLY))

    def _remove(self, index: int) -> None:
        self._bytes -= self._moments.pop(index).size
