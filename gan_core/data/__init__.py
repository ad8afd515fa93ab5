"""Data sets: drawn by this project, fetched by name, or a person's own folder or zip of pictures.

Everything a training sees comes from `load` (one data set), `load_pair` (the two domains of a translation) or
`load_paired` (the two halves of pairs).
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from gan_core.data import folders, glyphs, pairs, points, scenes, torchvision_sets  # noqa: F401  (they register their sources)
from gan_core.data.dataset import SOURCES, DataSet, DataSource, Progress, check_size, datasets, pair_of
from gan_core.data.files import survey
from gan_core.data.folders import holds_pair, load_folder, load_pair_folder
from gan_core.data.scenes.sources import load_seasons
from gan_core.data.tables import read_tables
from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.paths import exists, expanded
from gan_core.recipes import Recipe

__all__ = [
    "SOURCES",
    "DataSet",
    "DataSource",
    "check_pairs",
    "class_column_for",
    "datasets",
    "holds_both",
    "holds_true_pairs",
    "lasting",
    "load",
    "load_pair",
    "load_paired",
    "names",
    "pair_of",
    "place_of",
    "with_lasting_data",
]

SEASONS = ("scenes", "scenes-summer", "scenes-winter")
"""The data sets that `season` makes pairs of: to winter, of `scenes-winter` to summer."""


def names() -> list[DataSource]:
    """The data sets known by name, in the order in which forms list them."""
    kinds = ("drawn", "download", "plugin", "points")
    return sorted(SOURCES.values(), key=lambda known: kinds.index(known.kind))


def load(
    source: str | Path,
    *,
    size: int,
    channels: int | None = None,
    seed: int = 0,
    whole: bool = False,
    earlier: bool = False,
    class_column: str | None = None,
    progress: Progress | None = None,
) -> DataSet:
    """A data set by name, or from a folder or zip of pictures.

    Args:
        source: Name, folder or zip. A name takes precedence over a folder of the same name (write `./name`).
        size: Side of the square pictures in pixels.
        channels: 1 (grey), 3 (colour) or None for what the pictures are.
        seed: Chooses among pictures that this project draws; folders and downloads do not depend on it.
        whole: Hold out all pictures of a folder or zip, for those that no training has seen.
        earlier: List and split a folder or zip as version 1 did, for runs that it began.
        class_column: The column of the table beside the pictures of a folder or zip whose values are the classes; None
            for the folders.
        progress: Called with (done, total): pictures, or `Bytes` of a download. It may raise to cancel.

    Returns:
        Training and held-out pictures, uint8 (N, C, size, size).

    Raises:
        InputError: for an unknown name, for pictures that cannot be used, and for `whole` or `class_column` with a named data
            set.
    """
    check_size(size)
    name = str(source)
    if name in SOURCES:
        _check_split(name, whole)
        if class_column is not None:
            raise InputError(f"{name} has no table beside its pictures; only a folder or zip can have one.")
        return SOURCES[name].build(size=size, channels=channels, seed=seed, progress=progress).with_channels(channels)
    return load_folder(
        place_of(source),
        size=size,
        channels=channels,
        whole=whole,
        earlier=earlier,
        class_column=class_column,
        progress=progress,
    )


def load_pair(
    data: str | Path,
    data_b: str | Path | None,
    *,
    size: int,
    channels: int | None = None,
    seed: int = 0,
    whole: bool = False,
    earlier: bool = False,
    progress: Progress | None = None,
) -> tuple[DataSet, DataSet]:
    """The domains A and B of a translation, with equally many channels.

    Args:
        data: Domain A. Without `data_b` both domains: `scenes`, or a folder or zip with `trainA` and `trainB` (and
            perhaps `testA` and `testB`).
        data_b: Domain B, or None.
        size: Side of the square pictures in pixels.
        channels: 1 (grey), 3 (colour) or None for what the pictures are.
        seed: As in `load`, like `whole`, `earlier` and `progress`.

    Returns:
        The data sets of A and B.

    Raises:
        InputError: as `load`, and for a `data` that holds only one domain.
    """
    check_size(size)
    if data_b is None and (pair := pair_of(str(data))) is not None:
        _check_split(str(data), whole)
        data, data_b = pair
    if data_b is None:
        if str(data) in SOURCES:
            raise InputError(
                f"{data!r} is one domain: a translation needs two, so name a second data set, folder or zip."
            )
        return load_pair_folder(
            place_of(data), size=size, channels=channels, whole=whole, earlier=earlier, progress=progress
        )
    a = load(data, size=size, channels=channels, seed=seed, whole=whole, earlier=earlier, progress=progress)
    b = load(data_b, size=size, channels=channels, seed=seed, whole=whole, earlier=earlier, progress=progress)
    channels = max(a.channels, b.channels)
    return a.with_channels(channels), b.with_channels(channels)


def class_column_for(source: str | Path, column: object) -> str | None:
    """The class column of a recipe or card where the table of `source` has it; None elsewhere.

    Args:
        source: Name, folder or zip.
        column: What stands in the recipe or card.

    Returns:
        `column` as `load` takes it.

    Raises:
        InputError: for a place that cannot be read.
    """
    if not isinstance(column, str) or str(source) in SOURCES:
        return None
    return column if column in read_tables(survey(place_of(source))).columns else None


def load_paired(
    data: str | Path,
    data_b: str | Path | None = None,
    *,
    kind: str | None = None,
    size: int,
    channels: int | None = None,
    seed: int = 0,
    whole: bool = False,
    progress: Progress | None = None,
) -> tuple[DataSet, DataSet]:
    """The inputs A and the truths B of pairs, in the same order, with equally many channels.

    Args:
        data: The truths where `kind` says how inputs are made of them; pictures that hold both halves (`side-by-side`);
            scenes (`season`); else folder or zip of A, or one that holds two folders with equal file names.
        data_b: Folder or zip of B with the file names of `data`, where `kind` is None.
        kind: One of `gan_core.recipes.PAIRS`, or None for equal file names.
        size: Side of the square pictures in pixels.
        channels: 1 (grey), 3 (colour) or None for what the pictures are.
        seed: As in `load`, like `whole` and `progress`.

    Returns:
        The data sets of A and B; `pictures` and `held_out` of both are pairs.

    Raises:
        InputError: as `load`, and for pictures that are no pairs.
    """
    check_size(size)
    check_pairs(data, data_b, kind)
    given: dict[str, Any] = {"size": size, "channels": channels, "whole": whole, "progress": progress}
    if kind in pairs.MADE:
        truths = load(data, seed=seed, **given)
        if truths.pictures.ndim != 4:
            raise InputError(f"{data} holds no pictures: pairs are made of pictures.")
        if kind == "grey" and truths.channels == 1:
            raise InputError(f"The pictures of {truths.name} are grey already: there is no colour to learn.")
        made = {key: pairs.make(kind, getattr(truths, key)) for key in ("pictures", "held_out")}
        return replace(truths, name=f"{truths.name} ({kind})", notes=(), **made), truths
    if kind == "season":
        _check_split(str(data), whole)
        sides = [each.with_channels(channels) for each in load_seasons(size, seed, progress)]
        return (sides[1], sides[0]) if str(data) == "scenes-winter" else (sides[0], sides[1])
    if kind == "side-by-side":
        return pairs.load_side_by_side(place_of(data), **given)
    return pairs.load_equal_names(place_of(data), None if data_b is None else place_of(data_b), **given)


def check_pairs(data: str | Path, data_b: str | Path | None, kind: str | None) -> None:
    """Raise InputError where `data` and `data_b` cannot give pairs of this `kind`; looks at names alone."""
    names = [str(each) for each in (data, data_b) if each is not None]
    known = [name for name in names if name in SOURCES]
    if kind is not None and data_b is not None:
        raise InputError(f"Pairs of the kind {kind} are made of one data set, folder or zip: leave data_b out.")
    if kind == "season":
        if names[0] not in SEASONS:
            raise InputError(f"Pairs of the kind season are drawn: choose {' or '.join(SEASONS)}, not {names[0]}.")
    elif kind in (None, "side-by-side") and known:
        made = ", ".join(pairs.MADE)
        raise InputError(
            f"{known[0]} holds no pairs: let them be made of its pictures (pairs: {made}), or choose a folder or zip of "
            "pairs."
        )


def holds_both(source: str | Path) -> bool:
    """Whether `source` alone is both domains of a translation: `scenes`, or a folder with `trainA` and `trainB`."""
    return pair_of(str(source)) is not None or (str(source) not in SOURCES and holds_pair(place_of(source)))


def holds_true_pairs(
    data: str | Path, data_b: str | Path | None = None, *, whole: bool = False, paired: bool = False
) -> bool:
    """Whether the held-out pictures of both domains are true pairs in the same order.

    That is so for scenes, for equal file names in a folder, and for all that `load_paired` gives.

    Args:
        data: As in `load_pair`, like `data_b`.
        whole: Whether all pictures of the folder are held out.
        paired: Whether the pictures come from `load_paired`.

    Returns:
        True if a translation of A can be compared with B picture by picture.
    """
    if paired:
        return True
    if data_b is not None:
        return (str(data), str(data_b)) in [known.pair for known in SOURCES.values()]
    return pair_of(str(data)) is not None or (
        str(data) not in SOURCES and folders.holds_true_pairs(place_of(data), whole=whole)
    )


def _check_split(name: str, whole: bool) -> None:
    if whole:
        raise InputError(
            f"{name} has training and held-out pictures of its own; only a folder or zip can be held out whole."
        )


def lasting(source: str | Path | None, beside: Path | None = None) -> str | None:
    """A data source as a recipe stores it, so that the run finds its pictures from any working directory.

    Args:
        source: Name, folder or zip; None stays None.
        beside: Folder in which a relative path is looked up before the current one: that of the recipe file.

    Returns:
        The name of a data set unchanged, an existing path in full, another path unchanged.
    """
    if source is None:
        return None
    name = str(source)
    if name in SOURCES or not name:
        return name
    place = expanded(name)
    for folder in ([beside] if beside is not None else []) + [Path()]:
        if exists(folder / place):
            return os.path.realpath(folder / place)
    return name


def with_lasting_data(recipe: Recipe, beside: Path | None = None) -> Recipe:
    """A recipe whose paths of pictures are absolute; see `lasting`.

    Args:
        recipe: Any recipe.
        beside: Folder in which relative paths are looked up first.

    Returns:
        `recipe` itself where nothing changes, else a copy.
    """
    data, data_b = str(lasting(recipe.data, beside)), lasting(recipe.data_b, beside)
    return recipe if (data, data_b) == (recipe.data, recipe.data_b) else recipe.replace(data=data, data_b=data_b)


def place_of(source: str | Path) -> Path:
    """The absolute path of the folder or zip `source`.

    Raises:
        InputError: for a name that is neither a data set nor a path.
    """
    place = expanded(source)
    looks_like_a_path = isinstance(source, Path) or "/" in source or "\\" in source or source.lower().endswith(".zip")
    if not str(source) or not (looks_like_a_path or exists(place)):
        raise InputError(f"{unknown('data set', str(source), SOURCES)} A folder or zip of pictures is accepted too.")
    return Path(os.path.realpath(place))  # so that `.` has a name
