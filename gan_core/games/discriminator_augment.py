"""What discriminators see of samples: with noise, and changed so that a small data set is not memorised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import torch
from torch import Tensor
from torch.nn.functional import pad

from gan_core.errors import InputError
from gan_core.games.game import Batch
from gan_core.parts import Option, unknown
from gan_core.penalties import Penalty

Draw = Callable[[str], Tensor]
"""`draw(what)`: a number in [0, 1) for every picture, (N,), the same whenever the same is asked for."""
SHIFT = 1 / 8
CUTOUT = 1 / 2
"""Shares of a side: the largest shift, and the side of the square that is cut out (Zhao et al. 2020, section 4)."""


def _colour(pictures: Tensor, draw: Draw) -> Tensor:
    """Brightness by up to +-0.5 (a picture goes from -1 to 1), saturation times 0 to 2, contrast times 0.5 to 1.5."""
    brightness, saturation, contrast = (
        draw(what).view(-1, 1, 1, 1) for what in ("brightness", "saturation", "contrast")
    )
    pictures = pictures + (brightness - 0.5)
    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * (2 * saturation)
    middle = pictures.mean((1, 2, 3), keepdim=True)
    return middle + (pictures - middle) * (contrast + 0.5)


def _translation(pictures: Tensor, draw: Draw) -> Tensor:
    """Shifted by up to an eighth of each side, zeros where nothing was."""
    indices: list[Tensor] = []
    edges: list[int] = []
    for what, side in zip(("down", "across"), pictures.shape[2:], strict=True):
        most = max(1, round(side * SHIFT))
        offset = (draw(what).double() * (2 * most + 1)).long()
        indices.append(offset[:, None] + torch.arange(side, device=pictures.device))
        edges.append(most)
    padded = pad(pictures, (edges[1], edges[1], edges[0], edges[0]))
    number = torch.arange(len(pictures), device=pictures.device).view(-1, 1, 1)
    rows, columns = indices
    return padded.permute(0, 2, 3, 1)[number, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _cutout(pictures: Tensor, draw: Draw) -> Tensor:
    """Zero in a square of half the side, whose middle lies anywhere in the picture."""
    inside: list[Tensor] = []
    for what, side in zip(("top", "left"), pictures.shape[2:], strict=True):
        length = max(1, round(side * CUTOUT))
        first = (draw(what).double() * (side + 1)).long()[:, None] - length // 2
        place = torch.arange(side, device=pictures.device)
        inside.append((place >= first) & (place < first + length))
    rows, columns = inside
    hole = (rows[:, :, None] & columns[:, None, :])[:, None]
    return pictures.masked_fill(hole, 0.0)


CHANGES = {"colour": _colour, "translation": _translation, "cutout": _cutout}
"""In the order in which they are made."""
DIFFAUGMENTS = ("none", *(",".join(chosen) for count in (1, 2, 3) for chosen in combinations(CHANGES, count)))
DIFFAUGMENT = Option(
    label="Change what is judged",
    help="For few pictures: real and generated ones are changed alike before the discriminator sees them, so that it "
    "cannot learn them by heart.",
    choices=DIFFAUGMENTS,
)
"""The option of games that show samples through a `DiscriminatorAugment`."""


@dataclass(frozen=True)
class DiscriminatorAugment:
    """Shows samples to discriminators.

    `diffaugment` (DiffAugment, Zhao et al. 2020) changes real and generated pictures alike and at random, in the
    generator's turn too, whose gradient flows through the change: a discriminator that knows few pictures by heart
    cannot use that, and the generator learns no change, because real pictures were changed in the same way. Noise of
    the penalty comes after it. All draws are the batch's.
    """

    penalty: Penalty | None
    diffaugment: str = "none"
    """One of `DIFFAUGMENTS`."""

    def __post_init__(self) -> None:
        if self.diffaugment not in DIFFAUGMENTS:
            raise InputError(unknown("diffaugment", self.diffaugment, DIFFAUGMENTS))

    def __call__(self, samples: Tensor, batch: Batch, which: str) -> Tensor:
        """`samples` (N, ...) as they are seen; `which` names them, so that others of this batch are changed
        otherwise."""
        if self.diffaugment != "none":
            if samples.ndim != 4:
                raise InputError(f"diffaugment changes pictures, not samples of {samples.ndim - 1} dimensions.")
            for name in self.diffaugment.split(","):
                samples = CHANGES[name](
                    samples, lambda what, now=samples: batch.uniform(f"{which} {what}", len(now), now)
                )
        noise = self.penalty.noise if self.penalty is not None else 0.0
        return samples + noise * batch.normal(f"{which} noise", samples) if noise else samples
