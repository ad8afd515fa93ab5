"""Picture files of a folder or a zip, listed safely and read one at a time.

The same rules hold for folders, zips and batches.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from gan_core.data.left_out import (
    BROKEN_LINK,
    DAMAGED,
    LINKED_AGAIN,
    LOCKED,
    LOCKED_FOLDER,
    NOT_REGULAR,
    PACKED,
    REPEATED_NAME,
    TOO_LARGE,
    LeftOut,
    ending_of,
    is_system_name,
    is_system_path,
)
from gan_core.data.zips import MAX_ENTRIES, open_zip
from gan_core.errors import InputError
from gan_core.files import open_without_waiting
from gan_core.images import MAX_BYTES, PICTURE_SUFFIXES, sniff
from gan_core.paths import status_of, title_of, unreadable

TABLE_NAMES = ("metadata.csv", "metadata.jsonl")
"""Files that say something of the pictures beside them: see `gan_core.data.tables`."""
MAX_COUNT = 200_000
"""Most pictures of one data set."""
HEAD = 64
"""Bytes by which a file without an ending is known for a picture."""


class UnusableError(InputError):
    """One file that cannot be used, while the others can."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind
        """A kind of `left_out`."""


@dataclass(frozen=True)
class PictureFile:
    """One file that may hold a picture."""

    path: PurePosixPath
    """Where it lies inside the folder or zip."""
    read: Callable[[], bytes]
    """Its bytes; raises UnusableError when they cannot be had."""
    disk: Path | None = None
    """Where it lies on disk; None inside a zip."""


@dataclass
class Listing:
    """The contents of a folder or zip."""

    files: list[PictureFile]
    """Sorted by path."""
    left_out: LeftOut = field(default_factory=LeftOut)
    tables: list[PictureFile] = field(default_factory=list)
    """The files called `TABLE_NAMES`, by their paths before folders that wrap everything were taken away."""
    wrapper: PurePosixPath = field(default_factory=PurePosixPath)
    """Those folders."""


def list_files(place: Path) -> list[PictureFile]:
    """The picture files of a folder or zip: `survey` without what is left out."""
    return survey(place).files


def survey(place: Path, *, also: Iterable[str] = (), without: Path | None = None, unwrap: bool = True) -> Listing:
    """The picture files of a folder or zip, sorted by path, and what is left out there.

    Links in folders are followed, every real folder once; links in zips are refused. `also` are endings, such as those
    of films, that count as well; the folder `without` is passed over. Folders that wrap everything (`my-pictures.zip`
    holding one folder `my-pictures`) are left out of the paths if `unwrap`.

    Raises InputError for a place that is neither or may not be read, a zip that is not safe, and too many pictures.
    """
    endings = PICTURE_SUFFIXES | frozenset(also)
    kind = status_of(place)
    if kind is None:
        raise InputError(
            f"There is no folder or zip {place}: give a folder of pictures, a zip of pictures or a data set's name."
        )
    if stat.S_ISDIR(kind.st_mode):
        found = _list_folder(place, endings, without)
    elif stat.S_ISREG(kind.st_mode) and _is_zip(place):
        found = _list_zip(place, endings)
    else:
        raise InputError(
            f"{title_of(place)} is neither a folder nor a readable zip: a folder or zip of pictures is accepted."
        )
    if len(found.files) > MAX_COUNT:
        raise InputError(f"{title_of(place)} holds {len(found.files)} pictures: up to {MAX_COUNT} are accepted.")
    if unwrap:
        found = unwrapped(found)
    return replace(found, files=sorted(found.files, key=lambda file: file.path))


def is_table(name: str) -> bool:
    """Whether a file of this name says something of the pictures beside it."""
    return PurePosixPath(name.replace("\\", "/")).name.lower() in TABLE_NAMES


def sift(names: Iterable[str], also: Iterable[str] = ()) -> tuple[list[str], LeftOut]:
    """Of the files of a dropped folder, by name: those that may be pictures (or end in `also`), and what is left out.

    A name without an ending stays: only its bytes tell.
    """
    endings, left_out, kept = PICTURE_SUFFIXES | frozenset(also), LeftOut(), []
    for name in names:
        path = PurePosixPath(name.replace("\\", "/"))
        if is_system_path(path):
            continue
        if not path.suffix or path.suffix.lower() in endings:
            kept.append(name)
        else:
            left_out.add(ending_of(path), path)
    return kept, left_out


def unwrapped(found: Listing) -> Listing:
    """Drop leading folders that all files share, except one whose name says which part of a data set it is."""
    files, wrapper = found.files, PurePosixPath()
    while files and all(len(file.path.parts) > 1 for file in files):
        first = {file.path.parts[0] for file in files}
        if len(first) > 1 or part_of(next(iter(first))) is not None:
            break
        wrapper /= first.pop()
        files = [replace(file, path=PurePosixPath(*file.path.parts[1:])) for file in files]
    if not wrapper.parts:
        return found
    inside = f"{wrapper}/"
    paths = {kind: [path.removeprefix(inside) for path in paths] for kind, paths in found.left_out.paths.items()}
    return Listing(files, LeftOut(paths, found.left_out.details), found.tables, wrapper)


def part_of(folder: str) -> tuple[bool, str | None] | None:
    """Part and domain that a folder's name stands for: (held out?, `A`, `B` or None); None for another name."""
    name = folder.lower()
    held_out = {"train": False, "training": False, "validation": True, "valid": True, "val": True, "test": True}
    if name in held_out:
        return held_out[name], None
    if name[:-1] in held_out and folder[-1] in "AB":
        return held_out[name[:-1]], folder[-1]
    return None


# -- folders -----------------------------------------------------------------------------------------------------------


def _list_folder(root: Path, endings: frozenset[str], without: Path | None) -> Listing:
    """Walk below `root`: its own folders first, then those that are linked, each real folder once.

    So a link to a folder above, or to one that is there anyway, neither loops nor doubles anything.
    """
    found, entries = Listing([]), 0
    seen = {_identity(os.stat(root))}
    own: deque[tuple[Path, PurePosixPath]] = deque([(root, PurePosixPath())])
    linked: deque[tuple[Path, PurePosixPath]] = deque()
    while own or linked:
        folder, inside = own.popleft() if own else linked.popleft()
        try:
            if folder != root:
                identity = _identity(os.stat(folder))
                if identity in seen:
                    found.left_out.add(LINKED_AGAIN, inside)
                    continue
                seen.add(identity)
            if without is not None and folder.resolve() == without:
                continue
            with os.scandir(folder) as scanned:
                children = sorted(scanned, key=lambda entry: entry.name)
        except OSError as error:
            if folder == root:
                raise InputError(unreadable(root, error)) from error
            found.left_out.add(LOCKED_FOLDER, inside, f"{inside} may not be read ({error.strerror}).")
            continue
        entries += len(children)
        if entries > MAX_ENTRIES:
            raise InputError(f"{root} holds more than {MAX_ENTRIES:,} files: choose the folder of the pictures alone.")
        for entry in children:
            if is_system_name(entry.name):
                continue
            path = inside / entry.name
            try:
                if entry.is_dir():
                    (linked if entry.is_symlink() else own).append((Path(entry.path), path))
                else:
                    _take_file(found, Path(entry.path), path, entry.is_file(), entry.is_symlink(), endings)
            except OSError as error:  # a link in a circle, or a folder that may be listed and not entered
                kind = BROKEN_LINK if entry.is_symlink() and not isinstance(error, PermissionError) else LOCKED
                found.left_out.add(kind, path, f"{path} may not be read ({error.strerror}).")
    return found


def _take_file(
    found: Listing, full: Path, path: PurePosixPath, regular: bool, link: bool, endings: frozenset[str]
) -> None:
    named = path.suffix.lower() in endings
    if not regular:
        if link and not os.path.exists(full):
            found.left_out.add(BROKEN_LINK, path, f"{path} is a link to nothing." if named else "")
        else:  # a pipe, a socket, a device: opening it could wait for ever
            found.left_out.add(NOT_REGULAR, path, f"{path} is no regular file." if named else "")
    elif named or (not path.suffix and _begins_like_a_picture(full)):
        found.files.append(PictureFile(path, lambda: read_from_disk(full, path), full))
    elif path.name.lower() in TABLE_NAMES:
        found.tables.append(PictureFile(path, lambda: read_from_disk(full, path), full))
    else:
        found.left_out.add(ending_of(path), path)


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _begins_like_a_picture(full: Path) -> bool:
    try:
        return sniff(_read_regular(full, HEAD)) is not None
    except (UnusableError, OSError):
        return False


def read_from_disk(full: Path, path: PurePosixPath) -> bytes:
    """The bytes of a file; error messages call it `path`.

    Raises:
        UnusableError: if it cannot be read.
    """
    try:
        data = _read_regular(full, MAX_BYTES + 1)
    except PermissionError as error:
        raise UnusableError(LOCKED, f"{path} may not be read ({error.strerror}).") from error
    except OSError as error:
        raise UnusableError(DAMAGED, f"{path} cannot be read ({error.strerror}).") from error
    if len(data) > MAX_BYTES:
        raise UnusableError(TOO_LARGE, f"{path} has more than {MAX_BYTES / 1e6:.0f} MB.")
    return data


def _read_regular(full: Path, most: int) -> bytes:
    """Up to `most` bytes of a regular file. What has become a pipe since it was listed is not waited for."""
    with open(full, "rb", opener=open_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise UnusableError(NOT_REGULAR, f"{full.name} is no regular file.")
        return file.read(most)


# -- zips --------------------------------------------------------------------------------------------------------------


def _is_zip(place: Path) -> bool:
    try:
        with place.open("rb"):  # `is_zipfile` says no where it may not look
            pass
    except OSError as error:
        raise InputError(unreadable(place, error)) from error
    return zipfile.is_zipfile(place)


def _list_zip(place: Path, endings: frozenset[str]) -> Listing:
    archive, entries = open_zip(place)
    found: dict[PurePosixPath, PictureFile] = {}
    left_out = LeftOut()
    tables: dict[PurePosixPath, PictureFile] = {}
    for path, entry in entries:
        if is_system_path(path):
            continue
        if path.name.lower() in TABLE_NAMES:
            tables[path] = PictureFile(path, lambda entry=entry, path=path: read_from_zip(archive, entry, path))
            continue
        if path.suffix.lower() not in endings and (path.suffix or not _entry_is_picture(archive, entry)):
            left_out.add(ending_of(path), path)
            continue
        if path in found:  # as when it is unpacked, the later one stays
            left_out.add(REPEATED_NAME, path)
        found[path] = PictureFile(path, lambda entry=entry, path=path: read_from_zip(archive, entry, path))
    return Listing(list(found.values()), left_out, list(tables.values()))


def _entry_is_picture(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    try:
        with archive.open(entry) as file:
            return sniff(file.read(HEAD)) is not None
    except Exception:  # noqa: BLE001 - zlib.error, BadZipFile, EOFError, NotImplementedError: it is none to a reader
        return False


def read_from_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: PurePosixPath) -> bytes:
    """The bytes of an entry of a zip; error messages call it `path`.

    Raises:
        UnusableError: if it cannot be read.
    """
    if entry.file_size > MAX_BYTES:
        raise UnusableError(TOO_LARGE, f"{path} has more than {MAX_BYTES / 1e6:.0f} MB.")
    try:
        return archive.read(entry)
    except NotImplementedError as error:  # Deflate64 and others, which Windows takes for large archives
        raise UnusableError(PACKED, f"{path} is packed in a way that is not read here: pack the zip anew.") from error
    except Exception as error:  # zlib.error, BadZipFile, EOFError: all mean the same to a reader
        raise UnusableError(DAMAGED, f"{path} is damaged inside the zip.") from error
