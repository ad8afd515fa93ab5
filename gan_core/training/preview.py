"""What a run shows of itself: always the same latents or pictures, drawn by the averaged weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.images import grid, to_float, to_uint8
from gan_core.models import latents_for_seed
from gan_core.training.chains import Chains
from gan_core.training.trainer import Trainer

COLUMNS = 8
ROWS = 4
MOST_ROWS = 6
MOST_CLASSES = 12
"""Classes shown of a conditional run: up to `MOST_ROWS` one a row, otherwise the first of them one a column."""


class Preview:
    """The fixed grid of a run, and the real pictures beside it.

    A generator's grid is `ROWS` x `COLUMNS` fixed latents. A conditional one's has one class a row or a column, in order,
    and the same latents for each: what stays and what the class changes can be seen at once. A translation's is explained
    in `chains`.
    """

    def __init__(self, trainer: Trainer, data: Mapping[str, DataSet]) -> None:
        self.trainer = trainer
        self.data = data
        recipe = trainer.recipe
        self.columns = COLUMNS
        self.labels: Tensor | None = None
        self.chains = Chains(trainer, data) if recipe.is_translation else None
        if trainer.classes:
            self._lay_out_classes(len(trainer.classes))
        elif self.chains is None:
            # The latents that `sample --seed SEED_OF_THE_RUN` draws, so that a run's grid can be asked for again.
            self.latents = latents_for_seed(recipe.seed, ROWS * COLUMNS, recipe.latent_dim)

    def _lay_out_classes(self, classes: int) -> None:
        recipe = self.trainer.recipe
        by_row = classes <= MOST_ROWS
        shown = torch.arange(min(classes, MOST_CLASSES))
        each = COLUMNS if by_row else ROWS
        self.columns = each if by_row else len(shown)
        latents = latents_for_seed(recipe.seed, each, recipe.latent_dim)
        if by_row:
            self.labels, self.latents = shown.repeat_interleave(each), latents.repeat(len(shown), 1)
        else:
            self.labels, self.latents = shown.repeat(each), latents.repeat_interleave(len(shown), 0)

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
