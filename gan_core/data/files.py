"""Picture files of a folder or a zip, listed safely and read one at a time."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gan_core.errors import InputError
from gan_core.images import MAX_BYTES, PICTURE_SUFFIXES

EXTENSIONS = PICTURE_SUFFIXES
MAX_COUNT = 200_000
"""Most pictures of one data set."""
MAX_ENTRIES = 1_000_000
"""Most entries of a zip, pictures or not."""
MAX_TOTAL_BYTES = 32_000_000_000
"""Most bytes that the pictures of a zip may unpack to, over all; they are unpacked one at a time, in memory."""
MAX_RATIO = 100
"""Most bytes that one byte of a zip may unpack to. Pictures are compressed already and stay near 1."""
RATIO_COUNTS_FROM = 100_000
"""Entries smaller than this may exceed the ratio by themselves: a plain white bitmap does, and cannot hurt."""


@dataclass(frozen=True)
class PictureFile:
    """One file that may hold a picture."""

    path: PurePosixPath
    """Where it lies inside the folder or zip."""
    read: Callable[[], bytes]
    """Its bytes; raises InputError or OSError when they cannot be had."""


def list_files(place: Path) -> list[PictureFile]:
    """The picture files of a folder or zip, sorted by path.

    Folders that wrap everything (`my-pictures.zip` holding one folder `my-pictures`) are left out of the paths.
    Raises InputError for a place that is neither, a zip that is not safe to read, and too many pictures.
    """
    if place.is_dir():
        found = _list_folder(place)
    elif not place.exists():
        raise InputError(
            f"There is no folder or zip {place}: give a folder of pictures, a zip of pictures or a data set's name."
        )
    elif zipfile.is_zipfile(place):
        found = _list_zip(place)
    else:
        raise InputError(
            f"{place.name} is neither a folder nor a readable zip: a folder or zip of pictures is accepted."
        )
    if len(found) > MAX_COUNT:
        raise InputError(f"{place.name} holds {len(found)} pictures: up to {MAX_COUNT} are accepted.")
    return sorted(_unwrap(found), key=lambda file: file.path)


def _unwrap(files: list[PictureFile]) -> list[PictureFile]:
    """Drop leading folders that all files share, except one whose name says which part of a data set it is."""
    while files and all(len(file.path.parts) > 1 for file in files):
        first = {file.path.parts[0] for file in files}
        if len(first) > 1 or part_of(next(iter(first))) is not None:
            break
        files = [PictureFile(PurePosixPath(*file.path.parts[1:]), file.read) for file in files]
    return files


def part_of(folder: str) -> tuple[bool, str | None] | None:
    """What a folder's name says: (held out?, domain A or B or None); None when it says nothing."""
    name = folder.lower()
    held_out = {"train": False, "training": False, "validation": True, "valid": True, "val": True, "test": True}
    if name in held_out:
        return held_out[name], None
    if name[:-1] in held_out and folder[-1] in "AB":
        return held_out[name[:-1]], folder[-1]
    return None


def _is_picture(path: PurePosixPath) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() in EXTENSIONS and not hidden


def _list_folder(root: Path) -> list[PictureFile]:
    files = []
    for folder, _, names in os.walk(root):
        for name in names:
            full = Path(folder, name)
            path = PurePosixPath(full.relative_to(root).as_posix())
            if _is_picture(path):
                files.append(PictureFile(path, lambda full=full: _read(full)))
    return files


def _read(path: Path) -> bytes:
    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path.name} has more than {MAX_BYTES / 1e6:.0f} MB.")
    return path.read_bytes()


def _list_zip(path: Path) -> list[PictureFile]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise InputError(f"{path.name} is damaged or cut short: a readable zip of pictures is accepted.") from error
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise InputError(f"{path.name} holds {len(entries)} entries: up to {MAX_ENTRIES} are accepted.")
    for entry in entries:
        _check_entry(entry, path.name)
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > MAX_RATIO * max(packed, 1):
        raise InputError(
            f"{path.name} unpacks to {unpacked // max(packed, 1)} times its size: up to {MAX_RATIO} times is accepted."
        )
    if unpacked > MAX_TOTAL_BYTES:
        raise InputError(
            f"{path.name} unpacks to {unpacked / 1e9:.0f} GB: up to {MAX_TOTAL_BYTES / 1e9:.0f} GB are accepted."
        )
    files = []
    for entry in entries:
        inside = PurePosixPath(entry.filename)
        if not entry.is_dir() and _is_picture(inside):
            files.append(PictureFile(inside, lambda entry=entry: _unpack(archive, entry)))
    return files


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    """Raise InputError for an entry that a picture archive has no reason to hold."""
    inside = entry.filename.replace("\\", "/")
    if inside.startswith("/") or inside[1:2] == ":" or ".." in inside.split("/"):
        raise InputError(
            f"{name} holds {entry.filename!r}, a name outside the zip: only plain names inside it are accepted."
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InputError(f"{name} holds the symbolic link {entry.filename!r}: only real files are accepted.")
    if entry.flag_bits & 1:
        raise InputError(f"{name} is locked with a password: only open zips are accepted.")
    ratio = entry.file_size / max(entry.compress_size, 1)
    if ratio > MAX_RATIO and entry.file_size >= RATIO_COUNTS_FROM:
        raise InputError(
            f"{entry.filename!r} in {name} unpacks to {ratio:.0f} times its size: up to {MAX_RATIO} times is accepted."
        )


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > MAX_BYTES:
        raise InputError(f"{entry.filename} has more than {MAX_BYTES / 1e6:.0f} MB.")
    try:
        return archive.read(entry)
    except Exception as error:  # zlib.error, BadZipFile, EOFError, NotImplementedError: all mean the same to a reader
        raise InputError(f"{entry.filename} is damaged inside the zip.") from error
