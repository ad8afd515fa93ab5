"""Zips of pictures: what is safe to read, and the names of its entries as the program that wrote them meant them."""

from __future__ import annotations

import re
import stat
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from gan_core.data.name_encoding import encoding_of
from gan_core.errors import InputError

MAX_ENTRIES = 1_000_000
"""Most entries of a zip, pictures or not."""
MAX_TOTAL_BYTES = 32_000_000_000
"""Most bytes that the pictures of a zip may unpack to, over all; they are unpacked one at a time, in memory."""
MAX_RATIO = 100
"""Most bytes that one byte of a zip may unpack to. Pictures are compressed already and stay near 1."""
RATIO_COUNTS_FROM = 100_000
"""Entries smaller than this may exceed the ratio by themselves: a plain white bitmap does, and cannot hurt."""
UTF8_FLAG = 0x800
UNICODE_PATH = 0x7075
"""Info-ZIP's extra field with the name in UTF-8 (APPNOTE.TXT 4.6.9)."""
DRIVE = re.compile(r"[A-Za-z]:")


def open_zip(path: Path) -> tuple[zipfile.ZipFile, list[tuple[PurePosixPath, zipfile.ZipInfo]]]:
    """The archive, and its files in its own order with the paths that they have inside it.

    Raises InputError for an archive that is damaged or not safe to read: names outside it, links, passwords, bombs.
    """
    try:
        with warnings.catch_warnings():  # a spoilt extra field is no news for the person who wants to see the pictures
            warnings.simplefilter("ignore")
            archive = zipfile.ZipFile(path)
    except PermissionError as error:
        raise InputError(
            f"{path.name} may not be read ({error.strerror}): ask its owner, or choose another."
        ) from error
    except (
        Exception
    ) as error:  # BadZipFile, struct.error, OSError, UnicodeDecodeError ...: all mean the same to a reader
        raise InputError(f"{path.name} is damaged or cut short: a readable zip of pictures is accepted.") from error
    try:
        return archive, list(_safe(archive.infolist(), path.name))
    except BaseException:
        archive.close()
        raise


def _safe(entries: Sequence[zipfile.ZipInfo], name: str) -> Iterator[tuple[PurePosixPath, zipfile.ZipInfo]]:
    if len(entries) > MAX_ENTRIES:
        raise InputError(f"{name} holds {len(entries)} entries: up to {MAX_ENTRIES} are accepted.")
    names = entry_names(entries)
    for entry, inside in zip(entries, names, strict=True):
        _check_entry(entry, inside, name)
    unpacked, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if unpacked > MAX_RATIO * max(packed, 1):
        raise InputError(
            f"{name} unpacks to {unpacked // max(packed, 1)} times its size: up to {MAX_RATIO} times is accepted."
        )
    if unpacked > MAX_TOTAL_BYTES:
        raise InputError(
            f"{name} unpacks to {unpacked / 1e9:.0f} GB: up to {MAX_TOTAL_BYTES / 1e9:.0f} GB are accepted."
        )
    for entry, inside in zip(entries, names, strict=True):
        if inside and not inside.endswith("/"):
            yield PurePosixPath(inside), entry


def _check_entry(entry: zipfile.ZipInfo, inside: str, name: str) -> None:
    """Raise InputError for an entry that a picture archive has no reason to hold."""
    if inside.startswith("/") or DRIVE.match(inside) or ".." in inside.split("/"):
        raise InputError(f"{name} holds {inside!r}, a name outside the zip: only plain names inside it are accepted.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise InputError(f"{name} holds the symbolic link {inside!r}: only real files are accepted.")
    if entry.flag_bits & 1:
        raise InputError(f"{name} is locked with a password: only open zips are accepted.")
    ratio = entry.file_size / max(entry.compress_size, 1)
    if ratio > MAX_RATIO and entry.file_size >= RATIO_COUNTS_FROM:
        raise InputError(
            f"{inside!r} in {name} unpacks to {ratio:.0f} times its size: up to {MAX_RATIO} times is accepted."
        )


# -- names -------------------------------------------------------------------------------------------------------------


def entry_names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names of a zip's entries with `/` between folders.

    A name is UTF-8 where its flag says so or an extra field holds it in UTF-8. The other names of an archive were
    written by one program with one encoding, so that is told from all of them together: UTF-8 (macOS, Linux), else the
    most likely of what Windows has written in East Asia, Russia and the West; cp437 is what the format says.
    """
    named = {id(entry): _unicode_path(entry) for entry in entries}
    plain = [entry for entry in entries if named[id(entry)] is None and not entry.flag_bits & UTF8_FLAG]
    encoding = encoding_of([_raw(entry) for entry in plain])
    named.update({id(entry): _raw(entry).decode(encoding) for entry in plain})
    found = [named[id(entry)] or entry.orig_filename for entry in entries]
    # Whatever follows a NUL is no part of the name. Windows' own tools have written backslashes between folders.
    return [name.partition("\0")[0].replace("\\", "/") for name in found]


def _raw(entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a name that Python has read as cp437, which has a character for every byte."""
    return entry.orig_filename.encode("cp437")


def _unicode_path(entry: zipfile.ZipInfo) -> str | None:
    """The name in the entry's Unicode path field; None where there is none, or it belongs to an older name."""
    extra = entry.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        content, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind != UNICODE_PATH or len(content) < 6 or content[0] != 1:
            continue
        raw = entry.orig_filename.encode("utf-8" if entry.flag_bits & UTF8_FLAG else "cp437")
        if struct.unpack("<L", content[1:5])[0] == zlib.crc32(raw):
            try:
                return content[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None
