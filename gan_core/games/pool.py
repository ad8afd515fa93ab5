"""The pool of earlier generated pictures that CycleGAN's discriminators also see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class PoolChoice:
    """What the pool does with one generated picture: drawn beforehand, so that a batch is one fixed function."""

    slot: int | None
    """Where the new picture is stored afterwards; None to leave the pool alone."""
    show_stored: bool
    """Whether the discriminator sees the picture that lies in `slot` instead of the new one."""


class ImagePool:
    """The last generated pictures of one domain (Shrivastava et al. 2017).

    The discriminator sees a stored picture instead of the newest one half of the time, which damps oscillation.
    """

    def __init__(self, size: int, one_by_one: bool = False) -> None:
        """Make an empty pool for `size` pictures.

        With `one_by_one` the pictures of a batch are processed in turn, as in the original: a later one may be shown,
        and may replace, what an earlier one of the same batch has just stored. Without it every picture of a batch sees
        the pool as it was before the batch, so that two may be shown the same stored one. For batches of one both are
        the same.
        """
        self.size = size
        self.one_by_one = one_by_one
        self.pictures: list[Tensor] = []

    def choose(self, count: int, generator: torch.Generator) -> list[PoolChoice]:
        """Draw for `count` new pictures: fill the pool first, then swap with a stored one half of the time."""
        choices: list[PoolChoice] = []
        filled = len(self.pictures)
        for _ in range(count):
            if self.size == 0:
                choices.append(PoolChoice(None, False))
            elif filled < self.size:
                choices.append(PoolChoice(filled, False))
                filled += 1
            else:
                swap = torch.rand((), generator=generator).item() < 0.5
                there = filled if self.one_by_one else len(self.pictures)
                slot = int(torch.randint(there, (), generator=generator)) if there else None
                choices.append(PoolChoice(slot if swap else None, swap and slot is not None))
        return choices

    def shown(self, fakes: Tensor, choices: Sequence[PoolChoice]) -> Tensor:
        """`fakes` (N, C, H, W) with the stored pictures in place where the choices say so."""
        if not any(choice.show_stored for choice in choices):
            return fakes
        stored: dict[int | None, Tensor] = dict(enumerate(self.pictures))
        pictures: list[Tensor] = []
        for fake, choice in zip(fakes, choices, strict=True):
            pictures.append(stored[choice.slot] if choice.show_stored else fake)
            if self.one_by_one:
                stored[choice.slot] = fake.detach()
        return torch.stack(pictures)

    def store(self, fakes: Tensor, choices: Sequence[PoolChoice]) -> None:
        """Put `fakes` (N, C, H, W) into the slots of `choices`; called once a step."""
        for fake, choice in zip(fakes.detach(), choices, strict=True):
            if choice.slot is None:
                continue
            if choice.slot == len(self.pictures):
                self.pictures.append(fake.clone())
            else:
                self.pictures[choice.slot] = fake.clone()
