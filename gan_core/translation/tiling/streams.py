"""Maps of a network as streams of rows: each layer takes rows from the one before it and gives rows on.

A stream stands for a whole map (1, channels, height, width), but only a few rows of it exist at a time. Reading it from
top to bottom (`for rows in stream`) computes every row once: a layer that looks at its neighbours keeps the few rows
that the next ones need. So bands need no overlap, and the numbers are those of the whole picture. A stream can be read
again; it is then computed again from what it comes from.

Rows are tensors (1, channels, n, width), n >= 1, in float32, or in bfloat16 where a convolution computes in it.
Whatever gets rows may not change them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

Spent = Callable[[float], None]
"""Called with the multiplications just done; may raise to end the work."""


class Stream(ABC):
    """A map (1, channels, height, width), read as rows."""

    def __init__(self, shape: tuple[int, int, int], sources: tuple[Stream, ...] = (), cost: float = 0.0) -> None:
        self.shape = shape
        """Channels, height and width of the map."""
        self.sources = sources
        self.cost = cost + sum(source.cost for source in sources)
        """Multiplications of reading it once, with all that is computed for it."""
        self.size = shape[0] * shape[1] * shape[2]
        self.passing = self.size + sum(source.passing for source in sources)
        """Values of all maps that one reading of it passes through."""

    @abstractmethod
    def __iter__(self) -> Iterator[Tensor]: ...

    def kept(self) -> Iterator[Buffered]:
        """The kept maps that reading this stream reads, as often as it reads them."""
        for source in self.sources:
            yield from source.kept()


class Buffered(Stream):
    """A map that is held in memory, as pieces, and read `step` rows at a time."""

    def __init__(self, shape: tuple[int, int, int], step: int) -> None:
        super().__init__(shape)
        self.step = step
        self.pieces: list[Tensor] = []
        self.readers = 1
        """How many layers have yet to read it for the last time."""
        self.releasing = False
        """Whether this reading is the last: rows are then forgotten as they are given on."""

    def __iter__(self) -> Iterator[Tensor]:
        if not self.releasing:
            for piece in self.pieces:
                yield from piece.split(self.step, dim=2)
            return
        self.pieces.reverse()
        while self.pieces:
            yield from self.pieces.pop().split(self.step, dim=2)

    def kept(self) -> Iterator[Buffered]:
        """The map itself."""
        yield self


class MapRows(Stream):
    """Every row for itself: `function` of the rows, which may be `grown` times as many and as wide."""

    def __init__(self, source: Stream, function: Callable[[Tensor], Tensor], grown: int = 1) -> None:
        channels, height, width = source.shape
        super().__init__((channels, height * grown, width * grown), (source,))
        self.function = function

    def __iter__(self) -> Iterator[Tensor]:
        return (self.function(rows.float()) for rows in self.sources[0])


class Zip(Stream):
    """Maps of one height and width brought together by `function`: stacked, or summed."""

    def __init__(self, function: Callable[[list[Tensor]], Tensor], channels: int, *sources: Stream) -> None:
        super().__init__((channels, *sources[0].shape[1:]), sources)
        self.function = function

    def __iter__(self) -> Iterator[Tensor]:
        readings = [iter(source) for source in self.sources]
        waiting: list[Tensor | None] = [None] * len(readings)
        while True:
            waiting = [
                rows if rows is not None else next(reading, None)
                for rows, reading in zip(waiting, readings, strict=True)
            ]
            ready = [rows for rows in waiting if rows is not None]
            if len(ready) < len(readings):
                return
            count = min(rows.shape[2] for rows in ready)
            yield self.function([rows[:, :, :count].float() for rows in ready])
            waiting = [rows[:, :, count:] if rows.shape[2] > count else None for rows in ready]


class Bordered(Stream):
    """`border` more rows and columns on every side: "reflect", "replicate" or "constant" (zeros)."""

    def __init__(self, source: Stream, border: tuple[int, int, int, int], mode: str) -> None:
        left, right, top, bottom = border
        channels, height, width = source.shape
        super().__init__((channels, height + top + bottom, width + left + right), (source,))
        self.border, self.mode = border, mode

    def __iter__(self) -> Iterator[Tensor]:
        left, right, top, bottom = self.border
        enough = min(max(top, bottom) + 1, self.sources[0].shape[1])
        first: Tensor | None = None  # until there are rows enough to mirror
        last: Tensor | None = None
        for rows in self.sources[0]:
            rows = F.pad(rows, (left, right, 0, 0), self.mode)
            if last is None:
                first = rows = rows if first is None else _below(first, rows)
                if first.shape[2] < enough:
                    continue
                if top:
                    yield self._mirrored(first, top, above=True)
                first = None
            last = (rows if last is None or rows.shape[2] >= enough else _below(last, rows))[:, :, -enough:].clone()
            yield rows
        if last is not None and bottom:
            yield self._mirrored(last, bottom, above=False)

    def _mirrored(self, rows: Tensor, count: int, *, above: bool) -> Tensor:
        if self.mode == "constant":
            return torch.zeros_like(rows[:, :, :1]).repeat(1, 1, count, 1)
        if self.mode == "replicate":
            return (rows[:, :, :1] if above else rows[:, :, -1:]).repeat(1, 1, count, 1)
        return (rows[:, :, 1 : count + 1] if above else rows[:, :, -count - 1 : -1]).flip(2)


@dataclass(frozen=True, eq=False)
class Kernel:
    """What a convolution, plain or transposed, computes with; pairs are (rows, columns)."""

    weight: Tensor
    bias: Tensor | None
    stride: tuple[int, int]
    padding: tuple[int, int] = (0, 0)
    """Zeros around the map (of a transposed one: what is cropped from the result)."""
    dilation: tuple[int, int] = (1, 1)
    groups: int = 1
    output_padding: tuple[int, int] = (0, 0)

    def reach(self, side: int) -> int:
        """Rows (0) or columns (1) of the window."""
        return (self.weight.shape[2 + side] - 1) * self.dilation[side] + 1


class Convolved(Stream):
    """A convolution; rows and columns outside the map are zeros."""

    def __init__(self, source: Stream, kernel: Kernel, spent: Spent) -> None:
        self.kernel, self.spent = kernel, spent
        self.pad, self.stride, self.reach = kernel.padding[0], kernel.stride[0], kernel.reach(0)
        rows, columns = (
            (length + 2 * kernel.padding[side] - kernel.reach(side)) // kernel.stride[side] + 1
            for side, length in enumerate(source.shape[1:])
        )
        self.row_cost = kernel.weight.numel() * float(columns)
        super().__init__((kernel.weight.shape[0], rows, columns), (source,), self.row_cost * rows)

    def __iter__(self) -> Iterator[Tensor]:
        window: Tensor | None = None
        skip = 0  # rows between two windows, where the stride is longer than the kernel
        for rows in _with_zero_rows(self.sources[0], self.pad):
            unread = rows[:, :, min(skip, rows.shape[2]) :]
            skip -= rows.shape[2] - unread.shape[2]
            if not unread.shape[2]:
                continue
            window = unread if window is None else _below(window, unread)
            count = (window.shape[2] - self.reach) // self.stride + 1
            if count < 1:
                continue
            result = self._convolve(window[:, :, : (count - 1) * self.stride + self.reach])
            skip = max(count * self.stride - window.shape[2], 0)
            rest = window[:, :, count * self.stride :]
            window = rest.clone() if rest.shape[2] else None
            self.spent(self.row_cost * count)
            yield result

    def _convolve(self, window: Tensor) -> Tensor:
        kernel, padding = self.kernel, (0, self.kernel.padding[1])
        window = window.to(kernel.weight.dtype)
        return F.conv2d(window, kernel.weight, kernel.bias, kernel.stride, padding, kernel.dilation, kernel.groups)


class Upsample(Stream):
    """A transposed convolution, with an output padding up to its padding and a stride up to its kernel."""

    def __init__(self, source: Stream, kernel: Kernel, spent: Spent) -> None:
        self.kernel, self.spent = kernel, spent
        self.pad, self.stride, self.reach = kernel.padding[0], kernel.stride[0], kernel.reach(0)
        rows, columns = (
            (length - 1) * kernel.stride[side]
            - 2 * kernel.padding[side]
            + kernel.reach(side)
            + kernel.output_padding[side]
            for side, length in enumerate(source.shape[1:])
        )
        self.row_cost = kernel.weight.numel() * float(source.shape[2])
        channels = kernel.weight.shape[1] * kernel.groups
        super().__init__((channels, rows, columns), (source,), self.row_cost * source.shape[1])

    def __iter__(self) -> Iterator[Tensor]:
        # Of the uncropped result, rows [i * stride, i * stride + reach) come from row i of the source.
        height = self.sources[0].shape[1]
        behind = (self.reach - 1) // self.stride  # rows that still reach into what comes next
        window: Tensor | None = None
        first, given, end = 0, self.pad, self.pad + self.shape[1]
        for rows in self.sources[0]:
            window = rows if window is None else _below(window, rows)
            self.spent(self.row_cost * rows.shape[2])
            read = first + window.shape[2]
            ready = end if read == height else min(read * self.stride, end)
            if ready <= given:
                continue
            result = self._spread(window)[:, :, given - first * self.stride : ready - first * self.stride]
            keep = min(behind, window.shape[2])
            window = window[:, :, window.shape[2] - keep :].clone() if keep else None
            given, first = ready, read - keep
            yield result

    def _spread(self, window: Tensor) -> Tensor:
        kernel = self.kernel
        padding, more = (0, kernel.padding[1]), (0, kernel.output_padding[1])
        window = window.to(kernel.weight.dtype)
        return F.conv_transpose2d(
            window, kernel.weight, kernel.bias, kernel.stride, padding, more, kernel.groups, kernel.dilation
        )


def _below(upper: Tensor, lower: Tensor) -> Tensor:
    return torch.cat([upper, lower], dim=2)


def _with_zero_rows(source: Stream, count: int) -> Iterator[Tensor]:
    zeros: Tensor | None = None
    for rows in source:
        if zeros is None and count:
            zeros = torch.zeros_like(rows[:, :, :1]).repeat(1, 1, count, 1)
            yield zeros
        yield rows
    if zeros is not None:
        yield zeros
