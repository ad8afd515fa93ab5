"""Small named things that a user keeps with a model: favourites, directions, paths; one JSON file for each kind."""

from __future__ import annotations

import json
import threading
from itertools import count
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.files import read_json, write_json
from gan_core.parts import unknown
from gan_core.records import fits

KINDS = {"favourites": "favourite", "directions": "direction", "paths": "path"}
"""And what one of them is called."""
LONGEST_NAME = 60
MOST = 200
LARGEST = 200_000
"""Characters of one thing as JSON: a latent of 4,096 numbers and its picture take less."""
_WRITING = threading.Lock()


class Bookmarks:
    """The things kept in one folder: `runs/NAME/kept` for a run's model, `kept/MODEL` beside the runs for any other.

    Every write replaces the whole file, so that a reader never sees half of one. Names are unique within a kind.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, kind: str) -> list[dict[str, Any]]:
        """All entries of a kind, oldest first, each with its `name`; none where the file cannot be read."""
        try:
            return _entries(read_json(self._file(kind)))[0]
        except (OSError, ValueError):
            return []

    def version(self, kind: str) -> tuple[int, ...]:
        """A text that changes whenever an entry of the kind does; empty where there is none."""
        try:
            status = self._file(kind).stat()
        except OSError:
            return ()
        return status.st_mtime_ns, status.st_ino, status.st_size  # a clock may tick too slowly to tell two writes apart

    def put(self, kind: str, name: str | None, value: dict[str, Any]) -> None:
        """Keep `value` under `name`; what had that name is replaced, in its place.

        Without a name it gets the next free one of `favourite 1`, `favourite 2`, ... (`direction 1`, ...). Raises
        InputError for a name of the wrong length, a value that is too large or holds what is no finite number, and when
        there are MOST already.
        """
        entry = {**value, "name": "" if name is None else _name(name)}
        try:
            size = len(json.dumps(entry, allow_nan=False))
        except ValueError:
            raise InputError(f"This {KINDS[kind]} holds a number that is not finite and is not kept.") from None
        if size > LARGEST:
            raise InputError(f"This {KINDS[kind]} is too large to be kept: {size:,} characters, up to {LARGEST:,}.")
        with _WRITING:
            entries = self._for_writing(kind)
            names = [each["name"] for each in entries]
            if name is None:  # chosen here, under the lock
                entry["name"] = next(free for n in count(1) if (free := f"{KINDS[kind]} {n}") not in names)
            if entry["name"] in names:
                entries[names.index(entry["name"])] = entry
            elif len(entries) >= MOST:
                raise InputError(f"There are {MOST} {kind} already; remove one first.")
            else:
                entries.append(entry)
            self._write(kind, entries)

    def rename(self, kind: str, old: str, new: str) -> None:
        """Give an entry another name.

        Raises:
            InputError: for a name that does not exist, is taken, or is too long.
        """
        new = _name(new)
        with _WRITING:
            entries = self._for_writing(kind)
            entry = self._find(kind, entries, old)
            if new != old and any(each["name"] == new for each in entries):
                raise InputError(f"There is a {KINDS[kind]} called {new!r} already.")
            entry["name"] = new
            self._write(kind, entries)

    def remove(self, kind: str, name: str) -> None:
        """Remove an entry.

        Raises:
            InputError: for a name that does not exist.
        """
        with _WRITING:
            entries = self._for_writing(kind)
            entries.remove(self._find(kind, entries, name))
            self._write(kind, entries)

    def _find(self, kind: str, entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
        for entry in entries:
            if entry["name"] == name:
                return entry
        raise InputError(unknown(KINDS[kind], str(name), [entry["name"] for entry in entries]))

    def _for_writing(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a kind, before they are written back.

        A file with entries that cannot be understood is moved aside, so that none of them is overwritten.

        Raises:
            InputError: where there is a file that cannot be read now.
        """
        file = self._file(kind)
        try:
            try:
                entries, whole = _entries(read_json(file))
            except FileNotFoundError:
                return []
            except ValueError:
                entries, whole = [], not file.stat().st_size
            if not whole:
                aside = (file.with_suffix(f".damaged{number or ''}.json") for number in count())
                file.replace(next(path for path in aside if not path.exists()))
        except OSError as error:
            raise InputError(f"{file} cannot be read now ({error.strerror or error}); nothing was changed.") from error
        return entries

    def _write(self, kind: str, entries: list[dict[str, Any]]) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_json(self._file(kind), entries)
        except OSError as error:
            raise InputError(f"It could not be kept in {self.folder}: {error.strerror or error}.") from error

    def _file(self, kind: str) -> Path:
        if kind not in KINDS:
            raise InputError(unknown("kind of kept things", kind, KINDS))
        return self.folder / f"{kind}.json"


def _entries(values: Any) -> tuple[list[dict[str, Any]], bool]:
    """The entries among `values`, and whether that is all of them."""
    if not isinstance(values, list):
        return [], False
    found = [value for value in values if isinstance(value, dict) and fits(str, value.get("name"))]
    return found, len(found) == len(values)


def _name(name: Any) -> str:
    name = " ".join(name.split()) if isinstance(name, str) else ""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InputError(f"A name has 1 to {LONGEST_NAME} characters.")
    return name
