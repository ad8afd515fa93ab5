"""The data sets made of scenes: summers, winters, and both."""

from __future__ import annotations

import functools

import numpy as np
import torch

from gan_core.data.cache import remembered
from gan_core.data.dataset import DataSet, First, Progress
from gan_core.data.scenes.rendering import VERSION, render
from gan_core.parts import register

TRAINING, HELD_OUT = 1_500, 200
"""Pictures of a season to learn from, and places that are shown in both seasons and kept apart."""
SEEDS_PER_SET = 10_000
"""Distance between the scene seeds of two data set seeds: summers first, then winters, then the held-out places."""
LICENCE = "MIT (drawn by this project)"
WINTER = {"summer": False, "winter": True}


def first_of(*seasons: str) -> First:
    """The first pictures of one season, or as many of each of both."""

    def first(size: int, seed: int, most: int) -> tuple[torch.Tensor, int, int]:
        training, held_out = _counts(size)
        each = min(training, most // len(seasons))
        drawn = [draw(_first_seed(season, seed), each, WINTER[season], size) for season in seasons]
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
    summer, winter = _season("summer", size, seed, progress), _season("winter", size, seed, progress)
    return DataSet(
        name="scenes",
        pictures=torch.cat([summer[0], winter[0]]),
        held_out=torch.cat([summer[1], winter[1]]),
        labels=torch.arange(2).repeat_interleave(len(summer[0])),
        held_out_labels=torch.arange(2).repeat_interleave(len(summer[1])),
        classes=("summer", "winter"),
        licence=LICENCE,
    )


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


def draw(first_seed: int, count: int, winter: bool, size: int, progress: Progress | None = None) -> torch.Tensor:
    """The scenes of `count` seeds from `first_seed` on in one season, uint8 (count, 3, size, size)."""
    pictures = np.empty((count, size, size, 3), dtype=np.uint8)
    for index in range(count):
        pictures[index] = render(first_seed + index, winter, size)
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


def _first_seed(season: str, seed: int) -> int:
    return seed * SEEDS_PER_SET + (TRAINING if WINTER[season] else 0)


def _make(
    season: str, size: int, seed: int, training: int, held_out: int, progress: Progress | None
) -> tuple[torch.Tensor, torch.Tensor]:
    start, first = seed * SEEDS_PER_SET, _first_seed(season, seed)
    name = f"scenes-v{VERSION}-{season}-{size}-{seed}"
    return (
        remembered(f"{name}-{training}", lambda: draw(first, training, WINTER[season], size, progress)),
        remembered(
            f"{name}-held-out-{held_out}", lambda: draw(start + 2 * TRAINING, held_out, WINTER[season], size, progress)
        ),
    )
