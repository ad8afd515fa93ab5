"""Folders and zips as the first version listed and parted them, so that runs that it began go on with their pictures.

It followed no links to folders, read no HEIC and no file without an ending, took every folder for a class that was not
hidden, left stray pictures in, read names in zips as cp437 and looked at no colour profile.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from gan_core.data.classes import Layout, class_folder
from gan_core.data.files import Listing, PictureFile, read_from_disk, read_from_zip, unwrapped
from gan_core.data.splitting import Loaded, Split, by_content, named_parts
from gan_core.data.zips import open_zip

ENDINGS = frozenset(
    (
        *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".dib"),
        *(".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm", ".avif"),
    )
)


def survey(place: Path) -> Listing:
    """The picture files of a folder or zip that can be read, sorted by path."""
    files = _of_folder(place) if place.is_dir() else _of_zip(place)
    return Listing(sorted(unwrapped(Listing(files)).files, key=lambda file: file.path))


def split(pictures: list[Loaded]) -> Split:
    """Training and held-out pictures, and their classes: none unless every picture lies in a class folder."""
    training, held_out, _ = named_parts(pictures)
    if not held_out:
        training, held_out = by_content(pictures, Layout())
    names = {class_folder(picture.path) for picture in pictures}
    classes = () if None in names or len(names) < 2 else tuple(sorted(str(name) for name in names))
    return Split(training, held_out, classes, "", [])


def _of_folder(root: Path) -> list[PictureFile]:
    files = []
    for folder, _, names in os.walk(root):
        for name in names:
            full = Path(folder, name)
            path = PurePosixPath(full.relative_to(root).as_posix())
            if _counts(path):
                files.append(PictureFile(path, lambda full=full, path=path: read_from_disk(full, path), full))
    return files


def _of_zip(place: Path) -> list[PictureFile]:
    archive, entries = open_zip(place)
    named = [(PurePosixPath(entry.filename), entry) for _, entry in entries if not entry.is_dir()]
    return [
        PictureFile(path, lambda entry=entry, path=path: read_from_zip(archive, entry, path))
        for path, entry in named
        if _counts(path)
    ]


def _counts(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() in ENDINGS and not hidden
