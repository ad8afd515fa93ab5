"""What a run shows of itself: always the same latents or pictures, drawn by the averaged weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.games import CycleGame
from gan_core.images import grid, to_float, to_uint8
from gan_core.models import latents_for_seed
from gan_core.training.trainer import Trainer

COLUMNS = 8
ROWS = 4
CYCLE_PICTURES = 4


class Preview:
    """The fixed grid of a run, and the real pictures beside it.

    A generator's grid is `ROWS` x `COLUMNS` fixed latents. A translator's has one column a held-out picture, and rows
    a, AtoB(a), BtoA(AtoB(a)), then b, BtoA(b), AtoB(BtoA(b)).
    """

    def __init__(self, trainer: Trainer, data: Mapping[str, DataSet]) -> None:
        self.trainer = trainer
        self.data = data
        recipe = trainer.recipe
        if not isinstance(trainer.game, CycleGame):
            # The latents that `sample --seed SEED_OF_THE_RUN` draws, so that a run's grid can be asked for again.
            self.latents = latents_for_seed(recipe.seed, ROWS * COLUMNS, recipe.latent_dim)

    @torch.inference_mode()
    def draw(self) -> np.ndarray:
        """The grid as uint8 (H, W, 3), one pixel a pixel."""
        trainer = self.trainer
        with trainer.arithmetic.autocast():
            if isinstance(trainer.game, CycleGame):
                return self._cycle()
            pictures = trainer.average.network(self.latents.to(trainer.device))
        return grid(to_uint8(pictures.float()), columns=COLUMNS)

    def _cycle(self) -> np.ndarray:
        translate = self.trainer.average.network
        rows: list[Tensor] = []
        for domain, there, back in (("A", "AtoB", "BtoA"), ("B", "BtoA", "AtoB")):
            pictures = to_float(self.data[domain].held_out[:CYCLE_PICTURES].to(self.trainer.device))
            pictures = pictures.contiguous(memory_format=torch.channels_last)
            translated = translate(there, pictures)
            rows += [pictures, translated.float(), translate(back, translated).float()]
        return grid(to_uint8(torch.cat(rows)), columns=CYCLE_PICTURES)

    def real(self) -> np.ndarray:
        """The grid of real pictures shown beside the generator's."""
        if isinstance(self.trainer.game, CycleGame):
            pictures = torch.cat([self.data[domain].pictures[: 2 * CYCLE_PICTURES] for domain in ("A", "B")])
            return grid(to_uint8(to_float(pictures)), columns=CYCLE_PICTURES)
        return grid(to_uint8(to_float(self.data["A"].pictures[: ROWS * COLUMNS])), columns=COLUMNS)
