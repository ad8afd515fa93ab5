"""What a run shows of itself: always the same latents or pictures, drawn by the averaged weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.images import grid, to_float, to_uint8
from gan_core.models.generator import latents_for_seed
from gan_core.training.cycle_sheets import CycleSheets
from gan_core.training.trainer import Trainer

COLUMNS = 8
ROWS = 4
MOST_ROWS = 6
MOST_CLASSES = 12
"""Classes shown of a conditional run: up to `MOST_ROWS` one a row, otherwise the first of them one a column."""


@dataclass(frozen=True)
class FixedLatents:
    """What a run's grid is drawn from, picture by picture, row by row."""

    latents: Tensor
    """float32 (N, latent_dim)."""
    labels: Tensor | None
    """int64 (N,), the class of each picture; None for a run without classes."""
    columns: int

    def cell(self, x: float, y: float) -> int:
        """Number of the picture at a place of the grid, from (0, 0) at its top left corner to (1, 1)."""
        rows = len(self.latents) // self.columns
        return min(int(y * rows), rows - 1) * self.columns + min(int(x * self.columns), self.columns - 1)


def fixed_latents(seed: int, latent_dim: int, classes: int = 0) -> FixedLatents:
    """The latents that a run of this seed shows: those that `sample --seed SEED` draws, so that they can be found
    again.

    With classes, one class a row or a column, in order, and the same latents for each.
    """
    if not classes:
        return FixedLatents(latents_for_seed(seed, ROWS * COLUMNS, latent_dim), None, COLUMNS)
    by_row = classes <= MOST_ROWS
    shown = torch.arange(min(classes, MOST_CLASSES))
    each = COLUMNS if by_row else ROWS
    latents = latents_for_seed(seed, each, latent_dim)
    if by_row:
        return FixedLatents(latents.repeat(len(shown), 1), shown.repeat_interleave(each), each)
    return FixedLatents(latents.repeat_interleave(len(shown), 0), shown.repeat(each), len(shown))


class Preview:
    """The fixed grid of a run, and the real pictures beside it.

    A generator's grid is `ROWS` x `COLUMNS` fixed latents. A conditional one's has one class a row or a column, in
    order, and the same latents for each: what stays and what the class changes can be seen at once. A translation's is
    explained in `chains`.
    """

    def __init__(self, trainer: Trainer, data: Mapping[str, DataSet]) -> None:
        self.trainer = trainer
        self.data = data
        recipe = trainer.recipe
        self.columns = COLUMNS
        self.labels: Tensor | None = None
        self.chains = CycleSheets(trainer, data) if recipe.is_translation else None
        if self.chains is None:
            fixed = fixed_latents(recipe.seed, recipe.latent_dim, len(trainer.classes))
            self.latents, self.labels, self.columns = fixed.latents, fixed.labels, fixed.columns

    @torch.inference_mode()
    def draw(self) -> np.ndarray:
        """The grid as uint8 (H, W, 3), one pixel a pixel."""
        trainer = self.trainer
        with trainer.arithmetic.autocast():
            if self.chains is not None:
                return self.chains.draw()
            told = () if self.labels is None else (self.labels.to(trainer.device),)
            pictures = trainer.average.network(self.latents.to(trainer.device), *told)
        return grid(to_uint8(pictures.float()), columns=self.columns)

    def real(self) -> np.ndarray:
        """The grid of real pictures shown beside the generator's."""
        if self.chains is not None:
            return self.chains.real()
        data = self.data["A"]
        chosen = torch.arange(min(ROWS * COLUMNS, len(data.pictures)))
        if self.labels is not None and data.labels is not None:
            chosen = _one_each(data.labels.cpu(), self.labels)
        return grid(to_uint8(to_float(data.pictures[chosen])), columns=self.columns)


def _one_each(labels: Tensor, wanted: Tensor) -> Tensor:
    """For every class in `wanted` (N,) the index of a picture of it, a new one each time while there are any."""
    places = {int(label): (labels == label).nonzero()[:, 0] for label in wanted.unique()}
    seen = dict.fromkeys(places, 0)
    chosen = []
    for label in wanted.tolist():
        chosen.append(int(places[label][seen[label] % len(places[label])]))
        seen[label] += 1
    return torch.tensor(chosen)
