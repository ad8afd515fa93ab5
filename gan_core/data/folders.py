"""Data sets from a folder or zip of pictures, of any mix of sizes and colour modes."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

import numpy as np
import torch

from gan_core.data import first_version as earlier_rules
from gan_core.data.classes import part, without_wrapper
from gan_core.data.dataset import DataSet, Progress, check_memory, grey
from gan_core.data.files import TABLE_NAMES, Listing, PictureFile, UnusableError, list_files, part_of, survey
from gan_core.data.left_out import LeftOut
from gan_core.data.reading import read_picture
from gan_core.data.splitting import Loaded, Split, split
from gan_core.data.tables import Column, Table, attributes, read_tables
from gan_core.errors import InputError
from gan_core.images import resize_square
from gan_core.parts import unknown
from gan_core.paths import title_of

FEWEST = 4
"""Fewest different pictures of a data set."""
LICENCE = "unknown: the owner of the pictures decides"


def load_folder(
    place: Path,
    *,
    size: int,
    channels: int | None = None,
    whole: bool = False,
    earlier: bool = False,
    class_column: str | None = None,
    progress: Progress | None = None,
) -> DataSet:
    """The pictures of a folder or zip as a data set, centre-cropped and resized, transparency laid on white.

    Folders `train` and `validation`, `val` or `test` are kept as the split; without them about a tenth of the pictures,
    chosen by a hash of their bytes, is held out. Folders below that are the classes, each with a picture to train on.
    What is left out is counted by kind in `notes`. A table beside the pictures (`gan_core.data.tables`) gives attributes,
    and classes where one of its columns is chosen.

    Args:
        place: The folder or zip.
        size: Side of the square pictures in pixels.
        channels: 1 (grey), 3 (colour) or None for what the pictures are.
        whole: Hold out all pictures, for those that no training has seen; the same ones are `pictures` too.
        earlier: List and split as version 1 did.
        class_column: The column of the table whose values are the classes; None: the folders are.
        progress: Called with (done, total) pictures.

    Raises:
        InputError: for fewer than four different pictures, and for a class column that is not there or gives no classes.
    """
    listing = _survey(place, earlier)
    table = read_tables(listing) if listing.tables else None
    column = _class_column(table, class_column, title_of(place)) if class_column is not None else None
    pictures, left_out = load_pictures(place, listing, size, progress, earlier, column=column)
    return _data_set(title_of(place), pictures, left_out, channels, whole, earlier, table, column)


def _class_column(table: Table | None, name: str, title: str) -> Column:
    """The column of `table` that gives the classes. Raises InputError where it cannot."""
    if table is None or not table.columns:
        why = f" {' '.join(table.notes)}" if table is not None else ""
        raise InputError(
            f"class_column={name!r} asks for a column of a table, and {title} has no {' or '.join(TABLE_NAMES)} that can "
            f"be used.{why}"
        )
    if name not in table.columns:
        raise InputError(unknown("column", name[:80], table.columns))
    if reason := table.columns[name].why_no_classes:
        raise InputError(f"The column {name!r} of the table in {title} cannot be the classes: it {reason}.")
    return table.columns[name]


def holds_pair(place: Path) -> bool:
    """Whether a folder or zip holds both domains of a translation, `trainA` and `trainB`."""
    return _hold_both(list_files(place))


def holds_true_pairs(place: Path, *, whole: bool = False) -> bool:
    """Whether `testA` and `testB` hold pictures of the same names: pairs to score a translation against.

    With `whole`, of all pictures of A and B.
    """
    names: dict[str, list[str]] = {"A": [], "B": []}
    for file in list_files(place):
        part = part_of(file.path.parts[0]) if len(file.path.parts) > 1 else None
        if part is not None and (part[0] or whole) and part[1] in names:
            names[part[1]].append(str(PurePosixPath(*file.path.parts[1:]).with_suffix("")))
    return bool(names["A"]) and names["A"] == names["B"]


def _hold_both(files: list[PictureFile]) -> bool:
    parts = (part_of(file.path.parts[0]) for file in files if len(file.path.parts) > 1)
    return {"A", "B"} <= {part[1] for part in parts if part is not None}


def load_pair_folder(
    place: Path,
    *,
    size: int,
    channels: int | None = None,
    whole: bool = False,
    earlier: bool = False,
    progress: Progress | None = None,
) -> tuple[DataSet, DataSet]:
    """Two domains from one folder or zip that holds `trainA` and `trainB`, and perhaps `testA` and `testB`.

    Held-out pictures stay in the order of their file names, so that equal names in both domains are pairs. The other
    arguments are those of `load_folder`.

    Raises:
        InputError: for a place that holds only one domain, and as `load_folder`.
    """
    listing = _survey(place, earlier)
    if not _hold_both(listing.files):
        raise InputError(
            f"{title_of(place)} is one domain: a translation needs two, either a second folder or zip, "
            "or one folder that holds trainA and trainB."
        )
    pictures, left_out = load_pictures(place, listing, size, progress, earlier)
    if channels is None:
        channels = 1 if are_grey(pictures) else 3
    sides = []
    for domain in "AB":
        chosen = [picture for picture in pictures if (part(picture.path) or (False, None))[1] == domain]
        missing = left_out if domain == "A" else LeftOut()
        sides.append(_data_set(f"{title_of(place)} {domain}", chosen, missing, channels, whole, earlier))
    return sides[0], sides[1]


def _survey(place: Path, earlier: bool) -> Listing:
    return earlier_rules.survey(place) if earlier else survey(place)


def load_pictures(
    place: Path,
    listing: Listing,
    size: int,
    progress: Progress | None,
    earlier: bool,
    fit: Callable[[np.ndarray, int], np.ndarray] = resize_square,
    unwrap: bool = True,
    column: Column | None = None,
) -> tuple[list[Loaded], LeftOut]:
    """Read, decode and resize in threads (Pillow lets go of Python's lock).

    Args:
        place: The folder or zip.
        listing: What is in it.
        size: Side of the square pictures in pixels.
        progress: Called with (done, total) pictures.
        earlier: Read as version 1 did.
        fit: Makes the pixels of a picture, uint8 (H, W, 3), and `size` what is kept of it.
        unwrap: Leave a folder that wraps nearly all pictures out of their paths.
        column: Of a table, for the value of each picture.

    Returns:
        The usable pictures in the order of `listing`, and all that is left out.
    """
    files, left_out = listing.files, listing.left_out.copy()
    check_memory(title_of(place), len(files), 3, size)
    paths = {file.path: file.path for file in files}
    if unwrap and not earlier:
        paths = without_wrapper(list(paths))

    def load(file: PictureFile) -> Loaded | UnusableError:
        try:
            data, picture = read_picture(file, size, earlier=earlier)
        except UnusableError as error:
            return error
        digest = hashlib.blake2b(data, digest_size=16).digest()
        value = None if column is None else column.values.get(file.path)
        return Loaded(paths[file.path], digest, fit(picture.composited(), size), value, file.path, picture.size)

    loaded: list[Loaded] = []
    with ThreadPoolExecutor(min(8, (os.cpu_count() or 1) + 1)) as pool:
        for done, (file, result) in enumerate(zip(files, pool.map(load, files), strict=True), 1):
            if isinstance(result, UnusableError):
                left_out.add(result.kind, paths[file.path], str(result))
            else:
                loaded.append(result)
            if progress is not None and (done % 50 == 0 or done == len(files)):
                progress(done, len(files))
    return loaded, left_out


def _data_set(
    name: str,
    pictures: list[Loaded],
    left_out: LeftOut,
    channels: int | None,
    whole: bool,
    earlier: bool,
    table: Table | None = None,
    column: Column | None = None,
) -> DataSet:
    different = len({picture.digest for picture in pictures})
    if different < FEWEST:
        have = "no picture" if different == 0 else f"only {different} different picture{'s' if different > 1 else ''}"
        why = f" ({' '.join(left_out.notes()).rstrip('.')})" if len(left_out) else ""
        raise InputError(f"{name} holds {have} that can be used: at least {FEWEST} are needed{why}.")
    found = earlier_rules.split(pictures) if earlier else split(pictures, left_out, by_table=column is not None)
    if column is not None and not found.classes:
        raise InputError(f"The column {column.name!r} cannot be the classes of {name}: {found.why_none}")
    if whole:
        used = {id(picture) for picture in (*found.training, *found.held_out)}
        every = [picture for picture in pictures if id(picture) in used]
        found = dataclasses.replace(found, training=every, held_out=every)
    if channels is None:
        channels = 1 if are_grey(pictures) else 3
    labels = [torch.tensor(found.numbers(part)) if found.classes else None for part in (found.training, found.held_out)]
    known = {} if table is None else _attributes(table, found, None if column is None else column.name)
    return DataSet(
        name=name,
        attributes={title: values[: len(found.training)] for title, values in known.items()},
        held_out_attributes={title: values[len(found.training) :] for title, values in known.items()},
        table=table,
        pictures=stacked(found.training, channels),
        held_out=stacked(found.held_out, channels),
        labels=labels[0],
        held_out_labels=labels[1],
        classes=found.classes,
        why_no_classes=found.why_none,
        licence=LICENCE,
        notes=(*left_out.notes(), *found.notes, *(() if table is None else table.notes)),
    )


def _attributes(table: Table, found: Split, but: str | None) -> dict[str, torch.Tensor]:
    """What the table says of the pictures to learn from, and behind them of those held out."""
    paths = [picture.source or picture.path for picture in (*found.training, *found.held_out)]
    return {name: torch.tensor(numbers) for name, numbers in attributes(table, paths, but).items()}


def are_grey(pictures: Sequence[Loaded]) -> bool:
    """Whether no pixel of the pictures has a colour."""
    return all(bool((p.pixels[..., :1] == p.pixels[..., 1:]).all()) for p in pictures)


def stacked(pictures: Sequence[Loaded], channels: int) -> torch.Tensor:
    """The pixels of the pictures, uint8 (N, channels, H, W).

    Raises:
        InputError: for no pictures.
    """
    if not pictures:
        raise InputError("No picture is left to train on after the held-out ones are kept apart: add more pictures.")
    side = pictures[0].pixels.shape[0]
    stacked = torch.empty(len(pictures), channels, side, side, dtype=torch.uint8)
    for index, picture in enumerate(pictures):
        pixels = torch.from_numpy(picture.pixels).permute(2, 0, 1)
        stacked[index] = pixels if channels == 3 else grey(pixels.unsqueeze(0))[0]
    return stacked
