"""JSON files that people write: read strictly, errors are reported with their line."""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.files import open_without_waiting

LARGEST = 20_000_000
"""Bytes of the largest file that is read: what a person describes is far smaller."""
LONGEST_NUMBER = 40
"""Digits of the longest number that is read as one; the longest that a double needs has 17."""


def read_json_file(path: Path | str, clause: str, *, finite: bool = True) -> Any:
    """The value in a JSON file in UTF-8, or in UTF-16 as Windows' editors write it.

    Args:
        path: The file.
        clause: How an error message goes on after the path: `is not a readable recipe`.
        finite: False also accepts NaN, infinity and numbers of any length, which the caller has to check.

    Raises:
        InputError: one sentence, with the line where there is one, for everything that JSON does not allow, and for a
            key that stands twice in one object: which of its values was meant cannot be known.
    """
    try:
        text = _text(Path(path))
    except _Wrong as wrong:
        raise InputError(f"{path} {clause}: {wrong}; a JSON file is needed.") from wrong
    try:
        numbers: dict[str, Any] = {"parse_constant": _no_constant, "parse_int": _whole, "parse_float": _finite}
        return json.loads(text, object_pairs_hook=_without_repeats, **(numbers if finite else {}))
    except _Wrong as wrong:
        reason = f"{wrong} (line {_line_of(text, wrong.sought)})"
    except json.JSONDecodeError as error:
        reason = f"{error.msg[:1].lower()}{error.msg[1:]} (line {error.lineno}, column {error.colno})"
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError:  # Python reads no whole number of more than 4,300 digits
        reason = "a number in it is too long"
    raise InputError(f"{path} {clause}: {reason}.")


def is_whole(text: str) -> bool:
    """Whether a text can be written: `"\\ud800"` is valid JSON, and half a character."""
    if text.isascii():  # at no cost, however long
        return True
    try:
        text.encode()
    except UnicodeError:
        return False
    return True


def has_whole_characters(value: Any) -> bool:
    """Whether every text in a JSON value can be written, however deep it lies.

    Args:
        value: As `json.loads` gives it, keys included.
    """
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str) and not is_whole(part):
            return False
        if isinstance(part, Mapping):
            waiting += [each for pair in part.items() for each in pair]
        elif isinstance(part, (list, tuple)):
            waiting += part
    return True


def line_of(path: Path | str, key: str) -> int | None:
    """The line, from 1, of the JSON file `path` in which `key` first stands as a key; None where it does not."""
    try:
        return _line_of(_text(Path(path)), json.dumps(key, ensure_ascii=False))
    except _Wrong:
        return None


class _Wrong(Exception):  # noqa: N818 - never seen outside
    """What is wrong, and the text by which its line is found."""

    def __init__(self, sentence: str, sought: str = "") -> None:
        super().__init__(sentence)
        self.sought = sought


def _text(path: Path) -> str:
    """The file's text. Whatever is no regular file is not waited for."""
    try:
        with open(path, "rb", opener=open_without_waiting) as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISDIR(mode):
                raise _Wrong("it is a folder")
            if not stat.S_ISREG(mode):
                raise _Wrong("it is no regular file")
            data = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _Wrong("there is no such file") from error
    except IsADirectoryError as error:
        raise _Wrong("it is a folder") from error
    except OSError as error:
        raise _Wrong(f"it may not be read ({error.strerror})") from error
    except ValueError as error:
        raise _Wrong("its name holds a character that no path may hold") from error
    if len(data) > LARGEST:
        raise _Wrong(f"it has more than {LARGEST / 1e6:.0f} MB")
    if not data.strip():
        raise _Wrong("it is empty")
    try:
        return data.decode(json.detect_encoding(data))  # a byte order mark is none of the text
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _Wrong(f"it is no text in UTF-8 (line {line})") from error


def _line_of(text: str, sought: str) -> int | None:
    position = text.rfind(sought)  # of a key that stands twice, the second is the one too many
    return None if position < 0 else text.count("\n", 0, position) + 1


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise _Wrong(f"{twice!r} stands twice, the second time", json.dumps(twice, ensure_ascii=False))
    return values


def _no_constant(name: str) -> Any:
    raise _Wrong(f"{name} is no number", name)


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _Wrong(f"a number of {len(digits)} digits is too long", digits)
    return int(digits)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _Wrong(f"{digits[:LONGEST_NUMBER]} is beyond all numbers", digits)
    return value
