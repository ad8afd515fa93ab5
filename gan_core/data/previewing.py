"""A few pictures of a data set, shown before a training: no more are drawn or decoded than are shown."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from gan_core.data import check_pairs, load, pairs, place_of
from gan_core.data.dataset import SOURCES, DataSet, check_size
from gan_core.data.files import PictureFile, UnusableError, list_files
from gan_core.data.folders import FEWEST, LICENCE
from gan_core.data.reading import read_picture
from gan_core.data.scenes.sources import first_seasons
from gan_core.errors import InputError
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


def preview_pairs(
    source: str | Path,
    source_b: str | Path | None = None,
    *,
    kind: str | None,
    size: int,
    channels: int | None = None,
    seed: int = 0,
) -> tuple[torch.Tensor, Preview]:
    """A few of the pairs that `data.load_paired` would give, as it would give them.

    Args:
        source: As in `load_paired`, like `source_b`, `kind`, `size`, `channels` and `seed`.

    Returns:
        The inputs, uint8 (N, C, H, W), and the preview of the truths, as many pictures in the same order; N is at most
        MOST.

    Raises:
        InputError: as `load_paired`; trouble with a picture that is not among those looked at shows when all are read.
    """
    check_size(size)
    check_pairs(source, source_b, kind)
    if kind in pairs.MADE:
        truths = preview(source, size=size, channels=channels, seed=seed)
        if kind == "grey" and truths.pictures.shape[1] == 1:
            raise InputError(f"The pictures of {truths.name} are grey already: there is no colour to learn.")
        return pairs.make(kind, truths.pictures), truths
    if kind == "season":
        return _seasons(str(source), size, channels, seed)
    place = place_of(source)
    if kind == "side-by-side":
        files = list_files(place)
        found = [pairs.read_halves(files[index], size) for index in _spread(len(files), MOST // 2)]
        return _of_pairs(title_of(place), [each for each in found if each is not None], len(files), channels)
    a, b = pairs.list_equal_names(place, None if source_b is None else place_of(source_b))
    names = list(a.files)
    chosen = [names[index] for index in _spread(len(names), MOST // 2)]
    found = [_both(a.files[name], b.files[name], size) for name in chosen]
    return _of_pairs(f"{a.title}, {b.title}", [each for each in found if each is not None], len(names), channels)


def _both(a: PictureFile, b: PictureFile, size: int) -> tuple[np.ndarray, np.ndarray] | None:
    try:
        one, other = (resize_square(read_picture(file, size)[1].composited(), size) for file in (a, b))
    except UnusableError:
        return None  # the check of all pictures counts and names it
    return one, other


def _of_pairs(
    name: str, found: list[tuple[np.ndarray, np.ndarray]], count: int, channels: int | None
) -> tuple[torch.Tensor, Preview]:
    if not found:
        raise InputError(f"{name} holds no pair that can be read.")
    inputs, truths = (
        torch.from_numpy(np.array([pair[side] for pair in found])).permute(0, 3, 1, 2).contiguous() for side in (0, 1)
    )
    few = [DataSet(name, side, side[:0]).with_channels(channels).pictures for side in (inputs, truths)]
    return few[0], Preview(name, few[1], count, None, LICENCE)


def _seasons(name: str, size: int, channels: int | None, seed: int) -> tuple[torch.Tensor, Preview]:
    summers, winters, count, held_out = first_seasons(size, seed, MOST // 2)
    sides = [DataSet(name, side, side[:0]).with_channels(channels).pictures for side in (summers, winters)]
    inputs, truths = reversed(sides) if name == "scenes-winter" else sides
    return inputs, Preview(name, truths, count, held_out, SOURCES[name].licence)


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


def _spread(count: int, most: int = MOST) -> list[int]:
    return torch.linspace(0, count - 1, min(most, count)).long().tolist()
