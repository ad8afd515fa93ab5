"""A few pictures of a data set, shown before a training: no more are drawn or decoded than are shown."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from gan_core.data import load, place_of
from gan_core.data.dataset import SOURCES, DataSet, check_size
from gan_core.data.files import PictureFile, UnusableError, list_files
from gan_core.data.folders import FEWEST, LICENCE
from gan_core.data.reading import read_picture
from gan_core.images import resize_square
from gan_core.paths import title_of

MOST = 32
"""Pictures of a preview."""


@dataclass(frozen=True, eq=False)
class Preview:
    """What is shown of a data set before a training."""

    name: str
    pictures: torch.Tensor
    """uint8 (N, C, H, W), N at most MOST; of both domains where there are two."""
    count: int
    """Pictures to learn from; with those held back where `held_out` is None."""
    held_out: int | None
    """Pictures held back; None where that is known only after all of them are read."""
    licence: str
    notes: tuple[str, ...] = ()


def preview(source: str | Path, *, size: int, channels: int | None = None, seed: int = 0) -> Preview:
    """At most MOST pictures of what `data.load` would give, as it would give them; previews of named sets are kept.

    Raises InputError like `load`; trouble with a picture that is not among those looked at shows when all are read.
    """
    check_size(size)
    name = str(source)
    if name in SOURCES:
        return _named(name, size, channels, seed)
    place = place_of(source)
    files = list_files(place)
    if len(files) > MOST:
        found = _of_files(title_of(place), files, size, channels)
        if len(found.pictures) >= FEWEST:
            return found
    return _of_set(load(source, size=size, channels=channels, seed=seed))


@functools.lru_cache(maxsize=64)
def _named(name: str, size: int, channels: int | None, seed: int) -> Preview:
    known = SOURCES[name]
    if known.first is None:
        return _of_set(known.build(size=size, channels=channels, seed=seed, progress=None).with_channels(channels))
    pictures, count, held_out = known.first(size, seed, MOST)
    few = DataSet(name, pictures, pictures[:0]).with_channels(channels)
    return Preview(name, few.pictures, count, held_out, known.licence)


def _of_set(data: DataSet) -> Preview:
    pictures = data.pictures[_spread(len(data.pictures)) if len(data.classes) == 2 else slice(MOST)]
    return Preview(data.name, pictures, len(data.pictures), len(data.held_out), data.licence, data.notes)


def _of_files(name: str, files: list[PictureFile], size: int, channels: int | None) -> Preview:
    """Pictures from the beginning to the end of the list, so that every folder has its share."""
    found: list[np.ndarray] = []
    for index in _spread(len(files)):
        try:
            _, picture = read_picture(files[index], size)
        except UnusableError:
            continue  # the check of all pictures counts and names it
        found.append(resize_square(picture.composited(), size))
    stacked = torch.from_numpy(np.array(found or np.zeros((0, size, size, 3)), dtype=np.uint8)).permute(0, 3, 1, 2)
    grey = channels is None and bool((stacked[:, :1] == stacked[:, 1:]).all())
    few = DataSet(name, stacked.contiguous(), stacked[:0]).with_channels(1 if grey else channels)
    return Preview(name, few.pictures, len(files), None, LICENCE)


def _spread(count: int) -> list[int]:
    return torch.linspace(0, count - 1, min(MOST, count)).long().tolist()
