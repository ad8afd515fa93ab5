"""Data sets from a folder or zip of pictures, of any mix of sizes and colour modes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import torch

from gan_core.data.dataset import DataSet, Progress, check_memory, grey
from gan_core.data.files import PictureFile, list_files, part_of
from gan_core.errors import InputError
from gan_core.images import decode, resize_square

HELD_OUT_SHARE = 0.1
FEWEST = 4
"""Fewest different pictures of a data set."""
LICENCE = "unknown: the owner of the pictures decides"


@dataclass(frozen=True, eq=False)
class Loaded:
    """One usable picture."""

    file: PictureFile
    digest: bytes
    """Hash of the file's bytes: equal files never stand on both sides of a split."""
    pixels: np.ndarray
    """uint8 (size, size, 3)."""

    @property
    def part(self) -> tuple[bool, str | None] | None:
        """(held out?, domain) as the first folder's name says, or None."""
        parts = self.file.path.parts
        return part_of(parts[0]) if len(parts) > 1 else None

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders it lies in, without the one that names a part of the data set."""
        parts = self.file.path.parts[:-1]
        return parts[1:] if self.part is not None else parts


def load_folder(place: Path, *, size: int, channels: int | None = None, progress: Progress | None = None) -> DataSet:
    """The pictures of a folder or zip, centre-cropped and resized to `size` x `size`, transparency laid on white.

    Folders `train` and `validation`, `val` or `test` are kept as the split; without them about a tenth of the pictures,
    chosen by a hash of their bytes, is held out. Folders below that are the classes. Files that cannot be read are
    left out and named in `notes`. Raises InputError for fewer than four different pictures.
    """
    pictures, notes = _load_all(place, list_files(place), size, progress)
    return _data_set(place.name, pictures, notes, channels)


def holds_pair(place: Path) -> bool:
    """Whether a folder or zip holds both domains of a translation, `trainA` and `trainB`."""
    return _hold_both(list_files(place))


def holds_true_pairs(place: Path) -> bool:
    """Whether `testA` and `testB` hold pictures of the same names: pairs to score a translation against."""
    names: dict[str, list[str]] = {"A": [], "B": []}
    for file in list_files(place):
        part = part_of(file.path.parts[0]) if len(file.path.parts) > 1 else None
        if part is not None and part[0] and part[1] in names:
            names[part[1]].append(str(PurePosixPath(*file.path.parts[1:]).with_suffix("")))
    return bool(names["A"]) and names["A"] == names["B"]


def _hold_both(files: list[PictureFile]) -> bool:
    parts = (part_of(file.path.parts[0]) for file in files if len(file.path.parts) > 1)
    return {"A", "B"} <= {part[1] for part in parts if part is not None}


def load_pair_folder(
    place: Path, *, size: int, channels: int | None = None, progress: Progress | None = None
) -> tuple[DataSet, DataSet]:
    """Two domains from one folder or zip that holds `trainA` and `trainB`, and perhaps `testA` and `testB`.

    Held-out pictures stay in the order of their file names, so equal names on both sides are pairs.
    """
    files = list_files(place)
    if not _hold_both(files):
        raise InputError(
            f"{place.name} is one domain: a translation needs two, either a second folder or zip, "
            "or one folder that holds trainA and trainB."
        )
    pictures, notes = _load_all(place, files, size, progress)
    if channels is None:
        channels = 1 if _all_grey(pictures) else 3
    sides = []
    for domain in "AB":
        chosen = [picture for picture in pictures if picture.part is not None and picture.part[1] == domain]
        sides.append(_data_set(f"{place.name} {domain}", chosen, notes if domain == "A" else [], channels))
    return sides[0], sides[1]


def _load_all(
    place: Path, files: Sequence[PictureFile], size: int, progress: Progress | None
) -> tuple[list[Loaded], list[str]]:
    """Read, decode and resize in threads (Pillow lets go of Python's lock); also what to say about those that failed."""
    check_memory(place.name, len(files), 3, size)

    def load(file: PictureFile) -> Loaded | str:
        try:
            data = file.read()
            picture = decode(data, name=str(file.path), smallest_side=size)
        except InputError as error:
            return str(error)
        except OSError as error:
            return f"{file.path} cannot be read ({error.strerror})."
        digest = hashlib.blake2b(data, digest_size=16).digest()
        return Loaded(file, digest, resize_square(picture.composited(), size))

    loaded: list[Loaded] = []
    failures: list[str] = []
    with ThreadPoolExecutor(min(8, (os.cpu_count() or 1) + 1)) as pool:
        for done, result in enumerate(pool.map(load, files), 1):
            if isinstance(result, str):
                failures.append(result)
            else:
                loaded.append(result)
            if progress is not None and (done % 50 == 0 or done == len(files)):
                progress(done, len(files))
    notes = failures[:3]
    if len(failures) > 3:
        notes.append(f"{len(failures) - 3} more files could not be read.")
    return loaded, notes


def _data_set(name: str, pictures: list[Loaded], notes: list[str], channels: int | None) -> DataSet:
    different = len({picture.digest for picture in pictures})
    if different < FEWEST:
        have = "no picture" if different == 0 else f"only {different} different picture{'s' if different > 1 else ''}"
        why = f" ({notes[0].rstrip('.')})" if notes else ""
        raise InputError(f"{name} holds {have} that can be used: at least {FEWEST} are needed{why}.")
    training, held_out, repeated = _split(pictures)
    if repeated:
        are, were = ("picture for training is", "was") if repeated == 1 else ("pictures for training are", "were")
        notes = [*notes, f"{repeated} {are} also among the held-out ones and {were} left out."]
    if channels is None:
        channels = 1 if _all_grey(pictures) else 3
    classes, numbers = _classes(pictures)
    return DataSet(
        name=name,
        pictures=_stack(training, channels),
        held_out=_stack(held_out, channels),
        labels=torch.tensor([numbers[id(picture)] for picture in training]) if classes else None,
        held_out_labels=torch.tensor([numbers[id(picture)] for picture in held_out]) if classes else None,
        classes=classes,
        licence=LICENCE,
        notes=tuple(notes),
    )


def _split(pictures: list[Loaded]) -> tuple[list[Loaded], list[Loaded], int]:
    """Training pictures, held-out pictures, and how many were left out because they are in both."""
    named = {picture.digest for picture in pictures if picture.part is not None and picture.part[0]}
    if named and not all(picture.digest in named for picture in pictures):
        held_out = [picture for picture in pictures if picture.part is not None and picture.part[0]]
        training = [picture for picture in pictures if picture.digest not in named]
        return training, held_out, len(pictures) - len(held_out) - len(training)
    digests = sorted({picture.digest for picture in pictures})
    apart = {digest for digest in digests if int.from_bytes(digest[:8], "big") < HELD_OUT_SHARE * 2**64}
    if not apart or len(apart) > len(digests) / 2:  # few pictures: chance may hold out none, or nearly all
        apart = set(digests[: max(1, round(len(digests) * HELD_OUT_SHARE))])
    training = [picture for picture in pictures if picture.digest not in apart]
    return training, [picture for picture in pictures if picture.digest in apart], 0


def _classes(pictures: list[Loaded]) -> tuple[tuple[str, ...], dict[int, int]]:
    """The class names, and the class of each picture by `id`; no classes unless every picture lies in a class folder."""
    names = {picture.folders[0] if picture.folders else _domain(picture) for picture in pictures}
    if None in names or len(names) < 2:
        return (), {}
    classes = tuple(sorted(name for name in names if name is not None))
    return classes, {id(p): classes.index(p.folders[0] if p.folders else str(_domain(p))) for p in pictures}


def _domain(picture: Loaded) -> str | None:
    return picture.part[1] if picture.part is not None else None


def _all_grey(pictures: list[Loaded]) -> bool:
    return all(bool((p.pixels[..., :1] == p.pixels[..., 1:]).all()) for p in pictures)


def _stack(pictures: list[Loaded], channels: int) -> torch.Tensor:
    if not pictures:
        raise InputError("No picture is left to train on after the held-out ones are kept apart: add more pictures.")
    side = pictures[0].pixels.shape[0]
    stacked = torch.empty(len(pictures), channels, side, side, dtype=torch.uint8)
    for index, picture in enumerate(pictures):
        pixels = torch.from_numpy(picture.pixels).permute(2, 0, 1)
        stacked[index] = pixels if channels == 3 else grey(pixels.unsqueeze(0))[0]
    return stacked
