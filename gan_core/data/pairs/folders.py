"""Pairs that lie in folders: equal file names in two of them, or both halves in one picture."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np

from gan_core.data.dataset import DataSet, Progress
from gan_core.data.files import Listing, PictureFile, UnusableError, part_of, survey
from gan_core.data.folders import FEWEST, LICENCE, are_grey, load_pictures, stacked
from gan_core.data.left_out import STRAY, LeftOut
from gan_core.data.reading import read_picture
from gan_core.data.splitting import HELD_OUT_SHARE, Loaded
from gan_core.errors import InputError
from gan_core.images import resize_square
from gan_core.paths import title_of

_IN = (
    "a input inputs in source src from x before line lines lineart edge edges sketch sketches outline outlines drawing "
    "drawings doodle doodles grey gray bw mask masks label labels segmentation map maps low lowres small blur blurred"
)
_OUT = (
    "b output outputs out target targets to y after truth gt real photo photos colour colours color colors coloured "
    "colored high highres large sharp"
)
INPUTS = frozenset(_IN.split())
"""Names of folders that hold what goes in; the other folder then holds what is to come out."""
OUTPUTS = frozenset(_OUT.split())
"""Names of folders that hold what is to come out."""
ASPECT = 0.03
"""Share by which the sides of a pair's pictures may differ in proportion."""
NARROWEST = 1.5
"""Width of a picture that holds both halves side by side, as a multiple of its height, at least."""


@dataclass(frozen=True)
class Named:
    """What the path of a picture says of it."""

    domain: str | None
    """The folder that says which half of a pair it is; None where both domains have a place of their own."""
    held_out: bool | None
    """Whether it lies in a folder for held-out pictures; None where its folders say nothing of that."""
    name: str
    """What both halves of its pair are called: further folders and the file's name without its ending."""


@dataclass(frozen=True, eq=False)
class Pair:
    """One usable pair."""

    name: str
    held_out: bool | None
    a: Loaded
    b: Loaded


@dataclass(frozen=True, eq=False)
class Side:
    """The picture files of one domain."""

    place: Path
    title: str
    files: dict[str, PictureFile]
    """By the name of their pair."""
    held_out: dict[str, bool | None]
    left_out: LeftOut


def load_equal_names(
    place: Path,
    place_b: Path | None,
    *,
    size: int,
    channels: int | None = None,
    whole: bool = False,
    progress: Progress | None = None,
) -> tuple[DataSet, DataSet]:
    """Pairs of pictures with equal file names, in the same order in both data sets.

    Args:
        place: Folder or zip of domain A; without `place_b` one that holds two folders: `trainA` and `trainB`, or two of
            any names, such as `lines` and `colour` (see `domains_of`).
        place_b: Folder or zip of domain B, or None.
        size: Side of the square pictures in pixels.
        channels: 1 (grey), 3 (colour) or None for what the pictures are.
        whole: Hold out all pairs, for those that no training has seen; the same ones are `pictures` too.
        progress: Called with (done, total) pictures.

    Returns:
        The data sets of A and B. Folders `train` and `test` (or `val`) are kept as the split; without them about a
        tenth of the pairs, chosen by a hash of their names, is held out.

    Raises:
        InputError: for a place without two folders, a picture without a partner, a pair of different proportions, and
            fewer than four pairs.
    """
    sides = list_equal_names(place, place_b)
    count = sum(len(side.files) for side in sides)
    found: list[dict[str, Loaded]] = []
    left_out, before = LeftOut(), 0
    for side in sides:
        names = {file.path: name for name, file in side.files.items()}
        told = None if progress is None else functools.partial(_counted, progress, before, count)
        listing = Listing(list(side.files.values()))
        pictures, gone = load_pictures(side.place, listing, size, told, False, unwrap=False)
        before += len(names)
        found.append({names[picture.path]: picture for picture in pictures})
        for each in (side.left_out, gone):
            _add_all(left_out, each)
    pairs = [
        Pair(name, sides[0].held_out[name], found[0][name], found[1][name])
        for name in sorted(found[0].keys() & found[1].keys())
    ]
    for pair in pairs:
        _check_proportions(pair)
    spoilt = len(sides[0].files) - len(pairs)
    notes = [f"{_pairs(spoilt)} left out, because a picture cannot be read."] if spoilt else []
    notes = [f"Pairs by name: {sides[0].title} is A, {sides[1].title} is B.", *left_out.notes(), *notes]
    return _data_sets(pairs, title_of(place), [side.title for side in sides], notes, channels, whole)


def load_side_by_side(
    place: Path,
    *,
    size: int,
    channels: int | None = None,
    whole: bool = False,
    progress: Progress | None = None,
) -> tuple[DataSet, DataSet]:
    """Pairs that lie side by side in one picture each: the left half is A, the right half B.

    Args:
        place: Folder or zip.
        size: Side of the square pictures in pixels.
        channels: 1 (grey), 3 (colour) or None for what the pictures are.
        whole: As in `load_equal_names`, like `progress`.

    Returns:
        The data sets of A and B, as `load_equal_names`.

    Raises:
        InputError: for a picture that is not about twice as wide as high, and for fewer than four pairs.
    """
    pictures, left_out = load_pictures(place, survey(place), size, progress, False, _halves)
    title = title_of(place)
    pairs: list[Pair] = []
    for picture in pictures:
        _check_width(f"{picture.path} in {title}", picture.stored)
        named = name_of(picture.path, with_domain=False)
        left, right = np.split(picture.pixels, 2, axis=1)
        halves = [replace(picture, pixels=np.ascontiguousarray(half)) for half in (left, right)]
        pairs.append(Pair(named.name, named.held_out, *halves))
    pairs.sort(key=lambda pair: pair.name)
    titles = [f"{title} left", f"{title} right"]
    return _data_sets(pairs, title, titles, left_out.notes(), channels, whole)


def read_halves(file: PictureFile, size: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Both halves of a picture.

    Args:
        file: In a folder or zip.
        size: Side of the square halves in pixels.

    Returns:
        uint8 (size, size, 3) each; None where the file cannot be read.

    Raises:
        InputError: for a picture that is not about twice as wide as high.
    """
    try:
        _, picture = read_picture(file, 2 * size)
    except UnusableError:
        return None
    _check_width(str(file.path), picture.size)
    left, right = np.split(_halves(picture.composited(), size), 2, axis=1)
    return left, right


def list_equal_names(place: Path, place_b: Path | None = None) -> tuple[Side, Side]:
    """The files of both domains by the name of their pair: every picture has its partner.

    Args:
        place: As in `load_equal_names`, like `place_b`.

    Returns:
        The sides A and B.

    Raises:
        InputError: for a place without two folders, two files of one name, and a picture without a partner.
    """
    a, b = _two_folders(place) if place_b is None else (_side(place, survey(place)), _side(place_b, survey(place_b)))
    lone = [(name, a, b) for name in a.files.keys() - b.files.keys()]
    lone += [(name, b, a) for name in b.files.keys() - a.files.keys()]
    if lone:
        name, side, other = min(lone, key=lambda each: (each[0], each[1].title))
        counts = f"{len(a.files):,} pictures in {a.title}, {len(b.files):,} in {b.title}"
        more = f", like {len(lone) - 1:,} more" if len(lone) > 1 else ""
        raise InputError(
            f"The picture {name} of {side.title} has no partner in {other.title}{more} ({counts}): both pictures of a pair "
            "have the same file name."
        )
    return a, b


def holds_equal_names(place: Path) -> bool:
    """Whether the folder or zip `place` holds pairs with equal file names in two folders."""
    try:
        list_equal_names(place)
    except InputError:
        return False
    return True


def name_of(path: PurePosixPath, *, with_domain: bool) -> Named:
    """What a path inside a folder or zip says of a picture.

    Args:
        path: `lines/0001.png`, `train/lines/0001.png`, `trainA/0001.png`.
        with_domain: Whether one of its folders says which half of a pair it is.
    """
    domain: str | None = None
    held_out: bool | None = None
    further: list[str] = []
    for folder in path.parts[:-1]:
        found = part_of(folder)
        if found is not None and held_out is None:
            held_out = found[0]
            domain = domain or found[1]
        elif with_domain and domain is None:
            domain = folder
        else:
            further.append(folder)
    return Named(domain, held_out, "/".join([*further, path.stem]))


def domains_of(folders: Iterable[str]) -> tuple[str, str]:
    """The two folders in the order A, B: what is to come out is the one that sounds like it, else the later letter.

    Raises:
        ValueError: unless there are two.
    """
    first, second = sorted(folders)
    if first.casefold() in OUTPUTS and second.casefold() not in OUTPUTS:
        return second, first
    if second.casefold() in INPUTS and first.casefold() not in INPUTS:
        return second, first
    return first, second


def _two_folders(place: Path) -> tuple[Side, Side]:
    """Both domains from one place. Raises InputError where it does not hold two folders."""
    listing, title = survey(place), title_of(place)
    files: dict[str, list[PictureFile]] = {}
    left_out = listing.left_out.copy()
    for file in listing.files:
        domain = name_of(file.path, with_domain=True).domain
        if domain is None:
            left_out.add(STRAY, file.path)
        else:
            files.setdefault(domain, []).append(file)
    if len(files) != 2:
        found = f"{len(files)} folders" if len(files) > 1 else "one folder" if files else "no folder"
        raise InputError(
            f"{title} holds no pairs ({found} with pictures): pairs are two folders with equal file names, in one folder or "
            "named one by one; or they are made of the pictures: edges, grey, blur, small, or side-by-side where both "
            "halves are in one picture."
        )
    first, second = domains_of(files)
    return (
        _side(place, Listing(files[first], left_out), f"{title} {first}", with_domain=True),
        _side(place, Listing(files[second]), f"{title} {second}", with_domain=True),
    )


def _side(place: Path, listing: Listing, title: str | None = None, *, with_domain: bool = False) -> Side:
    """One domain. Raises InputError for two files of one name."""
    side = Side(place, title or title_of(place), {}, {}, listing.left_out)
    for file in listing.files:
        named = name_of(file.path, with_domain=with_domain)
        if named.name in side.files:
            raise InputError(
                f"{side.files[named.name].path} and {file.path} in {side.title} would be the same half of one pair: "
                "give them different names."
            )
        side.files[named.name] = file
        side.held_out[named.name] = named.held_out
    return side


def _check_width(name: str, size: tuple[int, int]) -> None:
    """Raise InputError for a picture that is too narrow to hold both halves."""
    width, height = size
    if width < NARROWEST * height:
        raise InputError(
            f"{name} is {width} x {height} pixels: a picture with both halves of a pair side by side is about twice as "
            "wide as high."
        )


def _check_proportions(pair: Pair) -> None:
    """Raise InputError for pictures of different proportions: cut to squares, they would not lie on each other."""
    (width, height), (width_b, height_b) = pair.a.stored, pair.b.stored
    if abs(width * height_b - width_b * height) > ASPECT * width * height_b:
        raise InputError(
            f"The two pictures of the pair {pair.name} do not match: {width} x {height} and {width_b} x {height_b} pixels. "
            "Both pictures of a pair have the same proportions."
        )


def _halves(picture: np.ndarray, size: int) -> np.ndarray:
    """Both halves as squares side by side, uint8 (size, 2 size, 3); a middle column belongs to neither."""
    half = max(1, picture.shape[1] // 2)
    return np.concatenate([resize_square(picture[:, :half], size), resize_square(picture[:, -half:], size)], axis=1)


def _data_sets(
    pairs: Sequence[Pair], title: str, titles: Sequence[str], notes: list[str], channels: int | None, whole: bool
) -> tuple[DataSet, DataSet]:
    """Both domains, the pairs parted by their names. Raises InputError for fewer than `FEWEST`."""
    different = len({(pair.a.digest, pair.b.digest) for pair in pairs})
    if different < FEWEST:
        have = f"only {_pairs(different)}" if different else "no pair"
        raise InputError(f"{title} holds {have} that can be used: at least {FEWEST} are needed.")
    training, held_out = (list(pairs), list(pairs)) if whole else split_by_name(pairs)
    seen = {pair.b.digest for pair in held_out}
    kept = training if whole else [pair for pair in training if pair.b.digest not in seen]
    if len(kept) < len(training):
        gone = len(training) - len(kept)
        notes = [*notes, f"{_pairs(gone)} left out of the training, because a held-out pair has the same picture."]
    pictures = [picture for pair in (*kept, *held_out) for picture in (pair.a, pair.b)]
    if channels is None:
        channels = 1 if are_grey(pictures) else 3
    sets = [
        DataSet(
            name=titles[index],
            pictures=stacked([(pair.a, pair.b)[index] for pair in kept], channels),
            held_out=stacked([(pair.a, pair.b)[index] for pair in held_out], channels),
            licence=LICENCE,
            notes=tuple(notes) if index == 0 else (),
        )
        for index in (0, 1)
    ]
    return sets[0], sets[1]


def split_by_name(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The pairs to train on and the held-out ones, each in the order of `pairs`.

    Folders for held-out pictures decide; without them about a tenth, chosen by a hash of the names.
    """
    if any(pair.held_out for pair in pairs) and not all(pair.held_out for pair in pairs):
        return [pair for pair in pairs if not pair.held_out], [pair for pair in pairs if pair.held_out]
    hashes = {
        pair.name: hashlib.blake2b(pair.name.encode("utf-8", "surrogateescape"), digest_size=8).digest()
        for pair in pairs
    }
    apart = {name for name, digest in hashes.items() if int.from_bytes(digest, "big") < HELD_OUT_SHARE * 2**64}
    if not apart or len(apart) > len(hashes) / 2:  # few pairs: chance may hold out none, or nearly all
        order = sorted(hashes, key=lambda name: hashes[name])
        apart = set(order[: max(1, round(len(order) * HELD_OUT_SHARE))])
    return [pair for pair in pairs if pair.name not in apart], [pair for pair in pairs if pair.name in apart]


def _counted(progress: Progress, before: int, total: int, done: int, _: int) -> None:
    progress(before + done, total)


def _add_all(found: LeftOut, more: LeftOut) -> None:
    for kind, paths in more.paths.items():
        found.paths.setdefault(kind, []).extend(paths)
    found.details.extend(more.details)


def _pairs(count: int) -> str:
    return f"{count:,} pair" if count == 1 else f"{count:,} pairs"
