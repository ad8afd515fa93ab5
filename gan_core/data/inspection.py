"""A quick look at the pictures of a folder, a zip or a named data set: sizes, colours and fingerprints, nothing kept.

On a time budget: of a large set a random sample is looked at, and the answer says so.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from gan_core.data.classes import Layout, class_layout, part, without_wrapper
from gan_core.data.dataset import DataSet
from gan_core.data.files import Listing, PictureFile, UnusableError
from gan_core.data.left_out import DAMAGED, LOCKED, NOT_REGULAR, TOO_LARGE, LeftOut
from gan_core.data.perceptual_hash import perceptual_hash
from gan_core.data.reading import read_picture
from gan_core.data.tables import Table, read_tables

MOST = 3_000
"""Most pictures of one domain that are looked at."""
SEEN_SIDE = 128
"""Large photographs are decoded at a fraction of their size, but not below this side."""
GREY = 6
"""Levels by which the channels of a grey picture may differ (JPEG leaves a little colour)."""
FEW_COLOURS = 4
"""A picture of at most this many colours is a mask or a plain drawing; shades of 16 levels count as one."""
COVERED = 0.97
"""Share of the pixels that these colours must cover: antialiased edges are left out."""

UNREADABLE = (DAMAGED, LOCKED, TOO_LARGE, NOT_REGULAR)
"""Kinds of `left_out` that looking at a picture may find."""


@dataclass(frozen=True, eq=False)
class PictureInfo:
    """Size, colours and fingerprint of one picture."""

    name: str
    digest: bytes
    size: tuple[int, int]
    """(width, height) as stored, upright."""
    grey: bool
    colours: int
    """How many colours cover nearly all of it; counted up to FEW_COLOURS + 1."""
    perceptual_hash: np.ndarray
    held_out: bool


@dataclass(frozen=True, eq=False)
class DomainInfo:
    """What was found in one domain's folder, zip or data set."""

    name: str
    count: int
    """Pictures there are."""
    looks: tuple[PictureInfo, ...]
    left_out: LeftOut = field(default_factory=LeftOut)
    """What a training leaves out, too: of damaged files those among the ones looked at."""
    layout: Layout = field(default_factory=Layout)
    """The classes that the folders give."""
    table: Table | None = None
    """The table beside the pictures; None where there is none."""
    drawn: bool = False
    """Made or fetched by this project at the size asked for: its sizes say nothing."""

    @property
    def looked_at(self) -> int:
        """Pictures that were opened, with those that could not be read."""
        return len(self.looks) + self.unreadable

    @property
    def unreadable(self) -> int:
        """How many of the opened pictures cannot be used."""
        return sum(len(self.left_out.paths.get(kind, ())) for kind in UNREADABLE)

    @property
    def fingerprints(self) -> np.ndarray:
        """Perceptual hashes (N, ...), one row a picture."""
        return np.stack([look.perceptual_hash for look in self.looks]) if self.looks else np.zeros((0, 1), np.float32)


def inspect_files(name: str, listing: Listing, seconds: float) -> DomainInfo:
    """Look at picture files for at most about `seconds`, in an order that is random and always the same."""
    paths = without_wrapper([file.path for file in listing.files])
    order = list(listing.files)
    random.Random(0).shuffle(order)
    deadline = time.monotonic() + seconds
    looks: list[PictureInfo] = []
    left_out = listing.left_out.copy()
    workers = min(8, (os.cpu_count() or 1) + 1)
    with ThreadPoolExecutor(workers) as pool:
        for start in range(0, min(len(order), MOST), 4 * workers):
            if start and time.monotonic() > deadline:
                break
            some = order[start : min(start + 4 * workers, MOST)]
            for file, found in zip(some, pool.map(_look_at, some), strict=True):
                if isinstance(found, PictureInfo):
                    looks.append(found)
                else:
                    left_out.add(found.kind, paths[file.path], str(found))
    left_out.details.sort()
    looks.sort(key=lambda look: look.name)
    spoilt = {path for kind in UNREADABLE for path in left_out.paths.get(kind, ())}
    layout = class_layout([path for path in paths.values() if str(path) not in spoilt])
    for path, kind in layout.strays.items():
        left_out.add(kind, path)
    table = read_tables(listing) if listing.tables else None
    return DomainInfo(name, len(listing.files), tuple(looks), left_out, layout, table)


def inspect_dataset(data: DataSet) -> DomainInfo:
    """Inspect a data set in memory, without its held-out pictures."""
    chosen = np.linspace(0, len(data.pictures) - 1, min(len(data.pictures), MOST)).astype(int)
    looks = []
    for index in chosen:
        pixels = data.pictures[index].expand(3, -1, -1).permute(1, 2, 0).contiguous().numpy()
        looks.append(_look(f"picture {index + 1}", pixels.tobytes(), pixels, (data.size, data.size), held_out=False))
    return DomainInfo(data.name, len(data.pictures), tuple(looks), drawn=True)


def _look_at(file: PictureFile) -> PictureInfo | UnusableError:
    found = part(file.path)
    try:
        data, decoded = read_picture(file, SEEN_SIDE)
    except UnusableError as error:
        return error
    picture = decoded.composited()
    width, height = decoded.size
    return _look(str(file.path), data, picture, (width, height), held_out=bool(found and found[0]))


def _look(name: str, data: bytes, picture: np.ndarray, size: tuple[int, int], *, held_out: bool) -> PictureInfo:
    digest = hashlib.blake2b(data, digest_size=16).digest()
    small = np.asarray(Image.fromarray(picture).resize((64, 64), Image.Resampling.NEAREST)).astype(np.int16)
    grey = int((small.max(2) - small.min(2)).max()) <= GREY
    return PictureInfo(name, digest, size, grey, _colours(small), perceptual_hash(picture), held_out)


def _colours(pixels: np.ndarray) -> int:
    """How many colours of int16 `pixels` (h, w, 3) cover COVERED of them, up to FEW_COLOURS + 1."""
    shades = ((pixels + 8) // 16).reshape(-1, 3)
    codes = shades[:, 0] * 1024 + shades[:, 1] * 32 + shades[:, 2]
    counts = np.sort(np.unique(codes, return_counts=True)[1])[::-1]
    return (
        int(np.searchsorted(np.cumsum(counts), COVERED * len(codes)) + 1) if len(counts) > FEW_COLOURS else len(counts)
    )
