"""Constant perceived speed: a path retimed so that every two neighbouring frames differ equally.

Even steps in latent space do not look even: a generator's picture hardly changes for a while and then
turns into another one within a few frames. Here the distance between pictures is measured along the path, and frames
are laid at equal distances: a curve run through by arc length (Guenter and Parent 1990), measured in pictures as the
perceptual path length of Karras et al. 2019 is. The distance is the mean absolute difference of blurred pictures at
most `SIDE` pixels wide, in grey levels: at 25 frames a second that is what is seen to move; fine grain is not.

Between neighbouring frames the way bends (a pixel brightens and darkens again), so that equal stretches of a finely
measured curve are not yet equal steps. Therefore the steps of the film itself are measured, and moved until they are
equal: the equidistribution of de Boor 1973, repeated. Every leg is divided by itself first, so that stops are frames.
Where few frames to a leg make that too coarse, legs are divided together; see `equal_chord` for the corners between
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from gan_core.latents import equal_chord
from gan_core.latents.paths import LatentPath, ResolvedPath

SIDE = 32
"""Pixels; a picture that is larger is averaged down to it before it is compared."""
TOLERANCE = 0.05
"""Of a step's length: how far it may be from the mean of all."""
AIM = 0.4
"""Share of the tolerance at which the work ends early."""
ROUNDS = 24
PROBES = 16
"""Steps of a leg of the first pass, which measures how long it is."""
HALVINGS = 12
"""How often a stretch between two pictures is halved at most: where the picture jumps, halving finds no end."""
STILL = 1e-6
"""Grey levels; a stretch along which the picture changes less does not change."""
FLOOR = 1e-6
"""Share of the mean step that every step is taken to have at least: stretches without change are passed in no time,
but the order of positions along them stays."""

Describe = Callable[[np.ndarray], Tensor]
"""From positions on a path (N,) to what is compared of their pictures (N, F), in grey levels."""


@dataclass(frozen=True, eq=False)
class ConstantSpeed:
    """The answer: how long each leg takes, and where one is when so much of its picture distance has passed."""

    seconds: tuple[float, ...]
    """Of each leg. Together as long as before."""
    marks: np.ndarray
    """(M,) ascending positions that count picture distance within each leg."""
    positions: np.ndarray
    """(M,) the positions that count latent distance, belonging to `marks`."""
    distances: np.ndarray
    """(M',) of the steps that were made equal, in grey levels."""

    @property
    def spread(self) -> float:
        """How far the step that is farthest from the mean is from it, as a share of the mean."""
        return uneven(self.distances)

    def at(self, positions: np.ndarray) -> np.ndarray:
        """From positions that count picture distance within each leg to positions that count latent distance."""
        return np.interp(positions, self.marks, self.positions)


def features(pictures: Tensor) -> Tensor:
    """What is compared of pictures (N, C, H, W) in [-1, 1]: blurred, at most `SIDE` pixels, in grey levels, (N, F)."""
    height, width = pictures.shape[2:]
    small = F.adaptive_avg_pool2d(pictures.float(), (min(height, SIDE), min(width, SIDE)))
    soft = F.avg_pool2d(small, 3, stride=1, padding=1, count_include_pad=False)
    return 127.5 * soft.flatten(1)


def describing(course: ResolvedPath, draw: Callable[[Tensor, Tensor | None], Iterator[Tensor]]) -> Describe:
    """What is compared of the pictures at positions of `course`.

    `draw` yields the pictures (N, C, H, W) in [-1, 1] of latents (N, D) and class weights, part after part.
    """
    return lambda positions: torch.cat([features(part).cpu() for part in draw(*course.at(positions))])


def distances_between(seen: Tensor) -> np.ndarray:
    """From each of `seen` (N, F) to the next, in grey levels, (N - 1,)."""
    return (seen[1:] - seen[:-1]).abs().mean(1).double().numpy()


def uneven(distances: np.ndarray) -> float:
    """How far the step farthest from the mean is from it, as a share of the mean; 0 where nothing changes."""
    mean = distances.mean() if len(distances) else 0.0
    return float(np.abs(distances / mean - 1).max()) if mean > STILL else 0.0


def constant_speed(
    path: LatentPath, course: ResolvedPath, describe: Describe, count: int | None = None
) -> ConstantSpeed:
    """Time `path` anew so that the `count` frames of its film (by default its own number) are equally far apart.

    It takes as long as before. Legs share the time by the distance that their pictures go; their easings still hold,
    in picture distance. A leg between two equal stops is a rest and keeps its seconds, and so do a leg that is held
    and then cut, and one on which no picture changes.

    Every stop is a frame if steps can be equal then, which is so unless there are only a few to a leg.
    """
    seconds = np.array([leg.seconds for leg in path.legs], dtype=np.float64)
    legs = [_Stretch(describe, *ends) for ends in _travelled(path, course)]
    legs = [leg for leg in legs if leg.length > STILL]
    stops = np.arange(len(seconds) + 1.0)
    if not legs:
        return ConstantSpeed(tuple(seconds.tolist()), stops, stops, np.zeros(0))
    count = count or path.frames()
    time = sum(seconds[leg.start] for leg in legs)
    budget = max(1, round((count if path.closed else count - 1) * time / seconds.sum()))
    for leg in legs:
        leg.refine(sum(each.length for each in legs) / budget / 2)
    laid = _lay(legs, budget)
    if laid.spread > TOLERANCE:
        together = _joined(legs)
        laid = min(laid, _lay(together, budget), key=lambda each: each.spread)
        if laid.spread > TOLERANCE:
            laid = min(laid, _lay(together, budget, by_dividers=True), key=lambda each: each.spread)
    marks, positions = [stops], [stops]
    for knots in laid.knots:
        first, last = round(knots[0]), round(knots[-1])
        passed = np.interp(np.arange(first, last + 1), knots, np.arange(len(knots)))  # steps made at each stop
        taken = np.diff(passed)
        leg = np.clip(np.floor(knots).astype(int), first, last - 1) - first
        marks.append(first + leg + (np.arange(len(knots)) - passed[leg]) / taken[leg])
        positions.append(knots)
        seconds[first:last] = time * taken / sum(len(each) - 1 for each in laid.knots)
    marked = np.concatenate(marks)
    order = np.argsort(marked, kind="stable")
    ascending = np.maximum.accumulate(np.concatenate(positions)[order])
    return ConstantSpeed(tuple(seconds.tolist()), marked[order], ascending, np.concatenate(laid.distances))


class _Stretch:
    """A part of a path from one stop to another, and what has been seen along it."""

    def __init__(self, describe: Describe, start: int, end: int) -> None:
        self.describe, self.start, self.end = describe, start, end
        self.positions = np.linspace(start, end, PROBES + 1)
        self.seen = describe(self.positions)

    @property
    def length(self) -> float:
        return float(distances_between(self.seen).sum())

    def refine(self, longest: float) -> None:
        """Draw the middle of every gap that is longer than `longest` grey levels, again and again."""
        for _ in range(HALVINGS):
            gaps = np.flatnonzero(distances_between(self.seen) > longest)
            if not len(gaps):
                return
            middles = (self.positions[gaps] + self.positions[gaps + 1]) / 2
            order = np.argsort(np.concatenate([self.positions, middles]), kind="stable")
            self.positions = np.concatenate([self.positions, middles])[order]
            self.seen = torch.cat([self.seen, self.describe(middles)])[torch.from_numpy(order)]

    def joined(self, other: _Stretch) -> _Stretch:
        """This one and the one that goes on from its end."""
        both = object.__new__(_Stretch)
        both.describe, both.start, both.end = self.describe, self.start, other.end
        both.positions = np.concatenate([self.positions, other.positions[1:]])
        both.seen = torch.cat([self.seen, other.seen[1:]])
        return both

    def equal_steps(self, count: int, by_dividers: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """Positions (count + 1,) whose pictures lie equally far apart, and the distances between them (count,)."""
        if by_dividers:
            self.refine(self.length / count / 4)
            ends = equal_chord.equal_chords(self.seen, count)
            positions = np.interp(ends, np.arange(len(self.positions)), self.positions)
        else:
            positions = _even(self.positions, distances_between(self.seen), count)
        best, least, share = (positions, np.zeros(count)), np.inf, 1.0
        for _ in range(ROUNDS):
            distances = distances_between(self.describe(positions))
            error = uneven(distances)
            if error < least:
                best, least, share = (positions, distances), error, min(1.0, 1.5 * share)
            else:
                share *= 0.5  # too far: from the best so far, a smaller step
            if least <= AIM * TOLERANCE or share < 0.05 or count == 1:
                break
            positions = best[0] + share * (_even(*best, count) - best[0])
        return best


@dataclass(frozen=True, eq=False)
class _Laid:
    """Frames on several stretches: the positions on each, and the distances between them."""

    knots: Sequence[np.ndarray]
    distances: Sequence[np.ndarray]

    @property
    def spread(self) -> float:
        return uneven(np.concatenate(self.distances))


def _travelled(path: LatentPath, course: ResolvedPath) -> list[tuple[int, int]]:
    """The legs, each from stop to stop, on which one neither rests nor waits for a cut."""
    if len(path.stops) == 1:
        return []
    return [
        (number, number + 1)
        for number, leg in enumerate(path.legs)
        if leg.easing != "hold" and not course.rests(number)
    ]


def _joined(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Stretches that go on from each other made one."""
    found: list[_Stretch] = []
    for stretch in stretches:
        if found and found[-1].end == stretch.start:
            found[-1] = found[-1].joined(stretch)
        else:
            found.append(stretch)
    return found


def _lay(stretches: Sequence[_Stretch], steps: int, by_dividers: bool = False) -> _Laid:
    """`steps` steps over all stretches, shared by their lengths, as equal as they can be made."""
    shares = _whole(np.array([stretch.length for stretch in stretches]), steps)
    made = [stretch.equal_steps(int(share), by_dividers) for stretch, share in zip(stretches, shares, strict=True)]
    return _Laid([knots for knots, _ in made], [distances for _, distances in made])


def _whole(lengths: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers in proportion to `lengths`, at least 1 each, with the sum `total` where that is possible."""
    exact = lengths / lengths.sum() * max(total, len(lengths))
    parts = np.maximum(1, np.floor(exact)).astype(int)
    for index in np.argsort(parts - exact)[: max(0, total - parts.sum())]:
        parts[index] += 1
    return parts


def _even(positions: np.ndarray, distances: np.ndarray, count: int) -> np.ndarray:
    """`count` even steps of the length that `distances` add up to along `positions`."""
    floored = distances + FLOOR * distances.mean()
    passed = np.concatenate([[0.0], np.cumsum(floored)])
    return np.interp(np.linspace(0, passed[-1], count + 1), passed, positions)
