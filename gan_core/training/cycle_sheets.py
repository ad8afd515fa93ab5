"""What a translation shows of itself: held-out pictures, translated, and translated back, side by side.

Each picture is a row, read from left to right: a, AtoB(a), BtoA(AtoB(a)), and beside it b, BtoA(b), AtoB(BtoA(b)).
Where there is one way only both halves show a, AtoB(a); of a game that learns from pairs also the truth. Where that
game gives colour hints, the second half shows the pictures of the first once more, with hints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from gan_core.data import DataSet
from gan_core.games.hint_sampling import fixed_hints
from gan_core.images import grid, to_float, to_uint8
from gan_core.networks import translator_input
from gan_core.training.trainer import Trainer

ROWS = 4
HINTS = 3
"""Colour hints in each picture of the half that shows hints."""
STARTS = {"A": ("AtoB", "BtoA"), "B": ("BtoA", "AtoB")}
"""By domain: the way there, and the way back."""


class CycleSheets:
    """The fixed pictures of a translation, and how they lie on the sheet."""

    def __init__(self, trainer: Trainer, data: Mapping[str, DataSet]) -> None:
        self.trainer = trainer
        self.data = data
        directions = trainer.exported()
        starts = [domain for domain, (there, _) in STARTS.items() if there in directions]
        halves = [starts[0], starts[-1]]
        held_out = {domain: len(data[domain].held_out) for domain in starts}
        if len(starts) == 1 and held_out[starts[0]] >= 2 * ROWS:
            places = [(starts[0], 0), (starts[0], ROWS)]
        else:
            places = [(domain, 0) for domain in dict.fromkeys(halves)]
        self.paired, self.inputs = trainer.recipe.is_paired, trainer.recipe.inputs
        self.hinted = bool(self.inputs.get("hints"))
        if self.hinted:
            places = [(starts[0], 0), (starts[0], 0)]
        self.rows = min(ROWS, *held_out.values()) if len(starts) > 1 else min(ROWS, held_out[starts[0]])
        self.groups = [
            (domain, first, [way for way in STARTS[domain] if way in directions]) for domain, first in places
        ]

    def layout(self) -> dict[str, Any]:
        """Layout of the sheet that `draw` returns: rows, and by group the first domain and the directions."""
        return {
            "side": self.data["A"].size,
            "rows": self.rows,
            "groups": [
                {
                    "domain": domain,
                    "ways": ways,
                    "truth": self.paired,
                    "hints": HINTS if self._gives_hints(index) else 0,
                }
                for index, (domain, _, ways) in enumerate(self.groups)
            ],
            "names": {domain: pictures.name.removesuffix(".zip") for domain, pictures in self.data.items()},
        }

    def draw(self) -> np.ndarray:
        """The sheet as uint8 (H, W, 3), one pixel a pixel; to be called without gradients."""
        networks, stages = self.trainer.exported(), []
        for index, (domain, first, ways) in enumerate(self.groups):
            pictures = self._held_out(domain, first)
            truths = self._held_out("B", first) if self.paired else None
            hints = None
            if truths is not None and self._gives_hints(index):
                hints = fixed_hints(truths, HINTS, self.trainer.recipe.seed)
                stages.append(to_uint8(torch.where(hints[:, 3:] > 0, hints[:, :3], pictures)))
            else:
                stages.append(to_uint8(pictures))
            for way in ways:
                pictures = networks[way](translator_input(pictures, self.inputs, hints))
                stages.append(to_uint8(pictures.float()))
            if truths is not None:
                stages.append(to_uint8(truths))
        rows = [stage[row] for row in range(self.rows) for stage in stages]
        return grid(np.stack(rows), columns=len(stages))

    def _gives_hints(self, index: int) -> bool:
        """Whether the group of that number shows pictures with colour hints."""
        return self.hinted and index == 1

    def _held_out(self, domain: str, first: int) -> torch.Tensor:
        chosen = self.data[domain].held_out[first : first + self.rows]
        return to_float(chosen.to(self.trainer.device)).contiguous(memory_format=torch.channels_last)

    def real(self) -> np.ndarray:
        """Training pictures: two columns of A, two of B."""
        rows = max(1, min(ROWS, *(len(domain.pictures) // 2 for domain in self.data.values())))
        sides = [to_uint8(to_float(self.data[domain].pictures[: 2 * rows])) for domain in ("A", "B")]
        shown = [
            side[min(2 * row + column, len(side) - 1)] for row in range(rows) for side in sides for column in (0, 1)
        ]
        return grid(np.stack(shown), columns=4)
