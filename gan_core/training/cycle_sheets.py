"""What a translation shows of itself: held-out pictures, translated, and translated back, side by side.

Each picture is a row, read from left to right: a, AtoB(a), BtoA(AtoB(a)), and beside it b, BtoA(b), AtoB(BtoA(b)).
Where there is one way only both halves show a, AtoB(a).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from gan_core.data import DataSet
from gan_core.images import grid, to_float, to_uint8
from gan_core.training.trainer import Trainer

ROWS = 4
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
        self.rows = min(ROWS, *held_out.values()) if len(starts) > 1 else min(ROWS, held_out[starts[0]])
        self.groups = [
            (domain, first, [way for way in STARTS[domain] if way in directions]) for domain, first in places
        ]

    def layout(self) -> dict[str, Any]:
        """Layout of the sheet that `draw` returns: rows, and by group the first domain and the directions."""
        return {
            "side": self.data["A"].size,
            "rows": self.rows,
            "groups": [{"domain": domain, "ways": ways} for domain, _, ways in self.groups],
            "names": {domain: pictures.name.removesuffix(".zip") for domain, pictures in self.data.items()},
        }

    def draw(self) -> np.ndarray:
        """The sheet as uint8 (H, W, 3), one pixel a pixel; to be called without gradients."""
        networks, stages = self.trainer.exported(), []
        for domain, first, ways in self.groups:
            chosen = self.data[domain].held_out[first : first + self.rows]
            pictures = to_float(chosen.to(self.trainer.device)).contiguous(memory_format=torch.channels_last)
            stages.append(to_uint8(pictures))
            for way in ways:
                pictures = networks[way](pictures)
                stages.append(to_uint8(pictures.float()))
        rows = [stage[row] for row in range(self.rows) for stage in stages]
        return grid(np.stack(rows), columns=len(stages))

    def real(self) -> np.ndarray:
        """Training pictures: two columns of A, two of B."""
        rows = max(1, min(ROWS, *(len(domain.pictures) // 2 for domain in self.data.values())))
        sides = [to_uint8(to_float(self.data[domain].pictures[: 2 * rows])) for domain in ("A", "B")]
        shown = [
            side[min(2 * row + column, len(side) - 1)] for row in range(rows) for side in sides for column in (0, 1)
        ]
        return grid(np.stack(shown), columns=4)
