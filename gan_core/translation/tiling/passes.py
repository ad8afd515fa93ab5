"""Reading streams from top to bottom: what is kept in memory between readings, what is measured, how far it is.

A map is kept where its sides are a quarter of the picture's or less, and inside residual blocks; finer maps are many
times larger and cheap to compute, so they are computed anew whenever they are read. Of a ResNet of width 64 two maps at
a quarter of the sides are kept, 64 bytes a pixel of the picture each; of a U-Net all maps from the second halving on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from gan_core.translation.tiling.streams import Buffered, Stream

COARSE = 16
"""A map is kept when it has so many times fewer pixels than the picture."""
PIECE = 1 << 20
"""Values that are summed at once in float64: 8 MB."""


class Passes:
    """One translation: counts its work and its memory on a `dry` run, does it on another.

    Args:
        pixels: of the picture as the network sees it, and `height` its rows.
        band: rows of the picture that go on together; maps of other heights go on in proportion.
        progress: called with the share of the work done, in [0, 1]; whatever it raises ends the work.
        total: multiplications of the whole work, from the dry run.
    """

    def __init__(
        self,
        pixels: int,
        height: int,
        band: int,
        *,
        dry: bool = False,
        progress: Callable[[float], None] | None = None,
        total: float = 0.0,
    ) -> None:
        self.pixels, self.height, self.band, self.dry = pixels, height, band, dry
        self.progress, self.total = progress, total
        self.done = 0.0
        self.held = 0
        """Values in kept maps now."""
        self.most = 0
        """Most values that were in kept maps at once."""
        self.passing = 0
        """Values of all maps that one reading passes through, of the reading with the most."""

    def spent(self, multiplications: float) -> None:
        """Add to the work done, in multiplications, and report progress."""
        self.done += multiplications
        if self.progress is not None and not self.dry:
            self.progress(min(self.done / self.total, 1.0) if self.total else 0.0)

    def coarse(self, maps: Stream) -> bool:
        """Whether `maps` is small enough to be kept."""
        return COARSE * maps.shape[1] * maps.shape[2] <= self.pixels

    def shared(self, maps: Stream) -> Stream:
        """`maps` in a form that is cheap to read twice, and will be."""
        if self.coarse(maps) and maps.cost:
            maps = self.keep(maps)
        for kept in maps.kept():
            kept.readers += 1
        return maps

    def read(self, maps: Stream, *, last: bool = True) -> Iterator[Tensor]:
        """The rows of `maps` from top to bottom, (1, C, rows, W) at a time; with `last`, kept maps are released as they
        are read."""
        self.passing = max(self.passing, maps.passing)
        readings = Counter(maps.kept()) if last else Counter[Buffered]()
        for kept, count in readings.items():
            kept.releasing = kept.readers == count == 1
        if self.dry:
            self.spent(maps.cost)
        else:
            yield from maps
        for kept, count in readings.items():
            kept.readers -= count
            if not kept.readers:
                kept.pieces.clear()
                self.held -= kept.size

    def keep(self, maps: Stream, watch: Callable[[Tensor], None] | None = None) -> Buffered:
        """`maps` held in memory; `watch` is called with its rows as they are computed.

        A map that is already held is not copied.
        """
        if isinstance(maps, Buffered):
            return maps
        kept = Buffered(maps.shape, max(1, self.band * maps.shape[1] // self.height))
        before = self.held
        for rows in self.read(maps):
            if watch is not None:
                watch(rows)
            kept.pieces.append(_own(rows))
        passing = sum(old.size for old in set(maps.kept()) if old.releasing)  # these go as the new one comes
        self.most = max(self.most, before, before - passing + kept.size)
        self.held += kept.size
        return kept

    def measured(self, maps: Stream) -> tuple[Stream, Tensor | None, Tensor | None]:
        """`maps` as it is best read next, with the mean and variance of each channel over all of its pixels.

        There are no numbers on a dry run.
        """
        moments = Moments(maps.shape[1] * maps.shape[2])
        if isinstance(maps, Buffered) or not self.coarse(maps):
            for rows in self.read(maps, last=False):
                moments.add(rows)
        else:
            maps = self.keep(maps, moments.add)
        return (maps, None, None) if self.dry else (maps, *moments.mean_and_variance())


def _own(rows: Tensor) -> Tensor:
    """`rows` in memory of just their size, channels last: a slice would keep alive what it was cut from."""
    if rows.untyped_storage().nbytes() > rows.numel() * rows.element_size():
        return rows.clone(memory_format=torch.channels_last)
    return rows.contiguous(memory_format=torch.channels_last)


class Moments:
    """Mean and variance of each channel, summed in float64 over rows as they come."""

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        self.sums: Tensor | None = None

    def add(self, rows: Tensor) -> None:
        """Add `rows` (1, C, rows, W) to the sums and sums of squares of each channel, in float64."""
        channels, width = rows.shape[1], rows.shape[3]
        sums = torch.zeros(2, channels, dtype=torch.float64)
        for piece in rows.split(max(1, PIECE // (channels * width)), dim=2):
            if piece.device.type == "mps":
                piece = piece.cpu()  # Apple's GPUs have no float64
            values = piece.permute(0, 2, 3, 1).reshape(-1, channels).double()
            sums += torch.stack([values.sum(0), values.square_().sum(0)]).cpu()
        self.sums = sums if self.sums is None else self.sums + sums
        self.device = rows.device

    def mean_and_variance(self) -> tuple[Tensor, Tensor]:
        """float32 (channels) both, where the rows were; the variance is that of all pixels, divided by their number."""
        assert self.sums is not None
        mean, square = self.sums / self.pixels
        variance = (square - mean.square()).clamp(min=0)
        return mean.float().to(self.device), variance.float().to(self.device)
