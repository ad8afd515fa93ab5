"""The data sets made of scenes: summers, winters and both; days, nights and both."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import torch

from gan_core.data.cache import remembered
from gan_core.data.dataset import DataSet, First, Progress
from gan_core.data.scenes.rendering import VERSION, render
from gan_core.parts import register

TRAINING, HELD_OUT = 1_500, 200
"""Pictures of a season to learn from, and places that are shown in both seasons and kept apart."""
SEEDS_PER_SET = 10_000
"""Distance between the scene seeds of two data set seeds: summers first, then winters, then the places of both that
are held out; from `DAYS` on days, nights and their held-out places."""
DAYS = 6_000
"""What lies before is left to example pictures, whose places no training has seen."""
LICENCE = "MIT (drawn by this project)"
WINTER = {"summer": False, "winter": True}
SECOND = ("winter", "night")
"""What comes second in its pair."""
NIGHT = "night"


def first_of(*seasons: str) -> First:
    """The first pictures of one season or time of day, or as many of each of both."""

    def first(size: int, seed: int, most: int) -> tuple[torch.Tensor, int, int]:
        training, held_out = _counts(size)
        each = min(training, most // len(seasons))
        drawn = [_drawn(season, _first_seed(season, seed), each, size) for season in seasons]
        return torch.cat(drawn), training * len(seasons), held_out * len(seasons)

    return first


@register.dataset(
    "scenes",
    title="Scenes",
    summary="Painted landscapes in summer and in winter.",
    licence=LICENCE,
    tags=("drawn",),
    pair=("scenes-summer", "scenes-winter"),
    first=first_of("summer", "winter"),
)
def build_both(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """Both seasons as two classes."""
    return _both("scenes", ("summer", "winter"), size, seed, progress)


@register.dataset(
    "scenes-summer",
    title="Scenes in summer",
    summary="Painted landscapes in summer.",
    licence=LICENCE,
    tags=("drawn",),
    first=first_of("summer"),
)
def build_summer(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """Summers; none of these places is in the winters to train on, and the held-out ones are the winters' in the same
    order."""
    return DataSet("scenes-summer", *_season("summer", size, seed, progress), licence=LICENCE)


@register.dataset(
    "scenes-winter",
    title="Scenes in winter",
    summary="Painted landscapes in winter.",
    licence=LICENCE,
    tags=("drawn",),
    first=first_of("winter"),
)
def build_winter(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """Winters; see `build_summer`."""
    return DataSet("scenes-winter", *_season("winter", size, seed, progress), licence=LICENCE)


@register.dataset(
    "scenes-day-night",
    title="Scenes by day and at night",
    summary="Painted landscapes by day and on a moonlit night.",
    licence=LICENCE,
    tags=("drawn",),
    pair=("scenes-day", "scenes-night"),
    first=first_of("day", "night"),
)
def build_day_and_night(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """Both times of day as two classes."""
    return _both("scenes-day-night", ("day", "night"), size, seed, progress)


@register.dataset(
    "scenes-day",
    title="Scenes by day",
    summary="Painted landscapes on a summer day.",
    licence=LICENCE,
    tags=("drawn",),
    first=first_of("day"),
)
def build_day(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """Summer days; none of these places is in the nights to train on, and the held-out ones are the nights' in the same
    order."""
    return DataSet("scenes-day", *_season("day", size, seed, progress), licence=LICENCE)


@register.dataset(
    "scenes-night",
    title="Scenes at night",
    summary="Painted landscapes on a moonlit summer night.",
    licence=LICENCE,
    tags=("drawn",),
    first=first_of("night"),
)
def build_night(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """Nights; see `build_day`."""
    return DataSet("scenes-night", *_season("night", size, seed, progress), licence=LICENCE)


def _both(name: str, seasons: tuple[str, str], size: int, seed: int, progress: Progress | None) -> DataSet:
    """The pictures of two seasons or times of day as two classes."""
    one, other = (_season(season, size, seed, progress) for season in seasons)
    return DataSet(
        name=name,
        pictures=torch.cat([one[0], other[0]]),
        held_out=torch.cat([one[1], other[1]]),
        labels=torch.arange(2).repeat_interleave(len(one[0])),
        held_out_labels=torch.arange(2).repeat_interleave(len(one[1])),
        classes=seasons,
        licence=LICENCE,
    )


def load_seasons(size: int, seed: int, progress: Progress | None = None) -> tuple[DataSet, DataSet]:
    """The same places in summer and in winter, in the same order.

    Args:
        size: Side of the pictures in pixels.
        seed: Chooses among the places.
        progress: Called with (done, total) pictures.

    Returns:
        Summers, those of `scenes-summer`, and winters.
    """
    training, _ = _counts(size)
    first, name = _first_seed("summer", seed), f"scenes-v{VERSION}-summers-in-winter-{size}-{seed}-{training}"
    winters = remembered(name, lambda: draw(first, training, True, size, progress))
    return (
        DataSet("scenes-summer", *_season("summer", size, seed, progress), licence=LICENCE),
        DataSet("scenes-winter", winters, _season("winter", size, seed, progress)[1], licence=LICENCE),
    )


def first_seasons(size: int, seed: int, most: int) -> tuple[torch.Tensor, torch.Tensor, int, int]:
    """The first `most` places of `load_seasons` in summer and in winter, and how many it has to learn from and held
    out."""
    training, held_out = _counts(size)
    first, count = _first_seed("summer", seed), min(training, most)
    return draw(first, count, False, size), draw(first, count, True, size), training, held_out


def draw(first_seed: int, count: int, winter: bool, size: int, progress: Progress | None = None) -> torch.Tensor:
    """The scenes of `count` seeds from `first_seed` on in one season, uint8 (count, 3, size, size)."""
    return _pictures(lambda seed: render(seed, winter, size), first_seed, count, size, progress)


def _drawn(season: str, first_seed: int, count: int, size: int, progress: Progress | None = None) -> torch.Tensor:
    """As `draw`, in a season or at a time of day."""
    if season == NIGHT:
        return _pictures(lambda seed: render(seed, False, size, night=True), first_seed, count, size, progress)
    return draw(first_seed, count, WINTER.get(season, False), size, progress)


def _pictures(
    paint: Callable[[int], np.ndarray], first_seed: int, count: int, size: int, progress: Progress | None
) -> torch.Tensor:
    pictures = np.empty((count, size, size, 3), dtype=np.uint8)
    for index in range(count):
        pictures[index] = paint(first_seed + index)
        if progress is not None and ((index + 1) % 50 == 0 or index + 1 == count):
            progress(index + 1, count)
    return torch.from_numpy(pictures).permute(0, 3, 1, 2).contiguous()


@functools.lru_cache(maxsize=4)
def _cached(season: str, size: int, seed: int, training: int, held_out: int) -> tuple[torch.Tensor, torch.Tensor]:
    return _make(season, size, seed, training, held_out, None)


def _season(season: str, size: int, seed: int, progress: Progress | None) -> tuple[torch.Tensor, torch.Tensor]:
    """Training and held-out pictures of a season."""
    training, held_out = _counts(size)
    if progress is not None:  # draws (and reports) only what is not on disk yet
        _make(season, size, seed, training, held_out, progress)
    return _cached(season, size, seed, training, held_out)


def _counts(size: int) -> tuple[int, int]:
    """Pictures of a season to train on and held out. Above 256 pixels there are fewer, so that they stay near 300
    MB."""
    share = min(1.0, (256 / size) ** 2)
    return max(1, int(TRAINING * share)), max(1, int(HELD_OUT * share))


def _offset(season: str) -> int:
    """Where the scene seeds of a pair begin."""
    return 0 if season in WINTER else DAYS


def _first_seed(season: str, seed: int) -> int:
    return seed * SEEDS_PER_SET + _offset(season) + (TRAINING if season in SECOND else 0)


def _make(
    season: str, size: int, seed: int, training: int, held_out: int, progress: Progress | None
) -> tuple[torch.Tensor, torch.Tensor]:
    start, first = seed * SEEDS_PER_SET + _offset(season), _first_seed(season, seed)
    name = f"scenes-v{VERSION}-{season}-{size}-{seed}"
    return (
        remembered(f"{name}-{training}", lambda: _drawn(season, first, training, size, progress)),
        remembered(
            f"{name}-held-out-{held_out}", lambda: _drawn(season, start + 2 * TRAINING, held_out, size, progress)
        ),
    )
