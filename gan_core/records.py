"""Typed reading of small JSON files that other programs, other versions or a failing disk may have written.

A record is a dataclass whose fields all have defaults. What is of another type than its field declares becomes the
default, and is told; so one odd value neither raises an error far away nor hides the rest.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from gan_core.files import read_json

R = TypeVar("R")
LARGEST_INTEGER = 2**63 - 1
LARGEST_NUMBER = 1e300
NO = object()
"""Instead of a value that is not of the type."""


@dataclasses.dataclass(frozen=True)
class Range:
    """Annotation of a number: the least and the largest that is accepted."""

    least: float
    most: float = LARGEST_NUMBER

    def accepts(self, value: float) -> bool:
        """Whether `value` lies between `least` and `most`, both included."""
        return self.least <= value <= self.most


@dataclasses.dataclass(frozen=True)
class OneOf:
    """Annotation of a text: the values that are accepted."""

    words: tuple[str, ...]

    def accepts(self, value: str) -> bool:
        """Whether `value` is one of `words`."""
        return value in self.words


Count = Annotated[int, Range(0)]
Seconds = Annotated[float, Range(0)]
Moment = Annotated[float, Range(0, 4e9)]
"""Unix time; up to the year 2096, which every calendar of every system knows."""


@dataclasses.dataclass(frozen=True)
class Record(Generic[R]):
    """The content of a file, and what was wrong with it."""

    value: R
    wrong: str | None = None
    """A clause such as `its step cannot be 'many'`; None for a file that is right or is not there."""
    there: bool = True
    """Whether there is such a file."""
    failed: bool = False
    """Whether the system did not let it be read, which may pass."""


def read_record(cls: type[R], path: Path) -> Record[R]:
    """The record in the JSON file `path`; the defaults of `cls` where there is no file.

    Never raises: what is wrong with the file is in the `Record`.
    """
    try:
        values = read_json(path)
    except (FileNotFoundError, NotADirectoryError):
        return Record(cls(), there=False)
    except OSError as error:
        return Record(cls(), f"it cannot be read ({error.strerror or error})", failed=True)
    except ValueError:
        return Record(cls(), "it is no JSON or is cut short")
    return from_json(cls, values)


def from_json(cls: type[R], values: Any) -> Record[R]:
    """The record that the JSON object `values` describes, with the defaults of `cls` for missing and unusable fields.

    Fields that `cls` does not have, as files of a later version hold them, are ignored. What is wrong with others is in
    the `Record`.
    """
    if not isinstance(values, Mapping):
        return Record(cls(), f"it holds {_kind(values)} where an object belongs")
    accepted: dict[str, Any] = {}
    wrong: str | None = None
    for name, hint in _fields(cls).items():
        if name not in values:
            continue
        value = reader(hint)(values[name])
        if value is NO:
            wrong = wrong or f"its {name} cannot be {_shown(values[name])}"
        else:
            accepted[name] = value
    return Record(cls(**accepted), wrong)


def fits(hint: Any, value: Any) -> bool:
    """Whether `value`, as JSON gives it, is of the type `hint`."""
    return reader(hint)(value) is not NO


@functools.cache
def reader(hint: Any) -> Callable[[Any], Any]:
    """A function that gives a value as the type `hint` holds it (texts without what no encoding can write), or NO."""
    if hint is Any:
        return lambda value: value
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _limited(reader(arguments[0]), arguments[1:])
    if origin in (Union, types.UnionType):
        parts = [reader(part) for part in arguments]
        return lambda value: next((found for part in parts if (found := part(value)) is not NO), NO)
    if origin is dict:
        return _mapping(reader(arguments[1]))
    if origin in (list, tuple):
        return _sequence(origin, reader(arguments[0]))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return _nested(hint)
    raise TypeError(f"{hint!r} is no type of a record's field")


def _whole(value: Any) -> Any:
    return value if type(value) is int and abs(value) <= LARGEST_INTEGER else NO


def _number(value: Any) -> Any:
    return value if type(value) in (int, float) and abs(value) <= LARGEST_NUMBER else NO  # nor what is no number


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        return NO
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


_PLAIN: dict[Any, Callable[[Any], Any]] = {
    int: _whole,
    float: _number,
    str: _text,
    bool: lambda value: value if isinstance(value, bool) else NO,
    type(None): lambda value: None if value is None else NO,
}


def _limited(read: Callable[[Any], Any], limits: Sequence[Any]) -> Callable[[Any], Any]:
    def limited(value: Any) -> Any:
        found = read(value)
        return found if found is not NO and all(limit.accepts(found) for limit in limits) else NO

    return limited


def _mapping(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def mapping(value: Any) -> Any:
        if not isinstance(value, Mapping):
            return NO
        found = {_text(name): read(each) for name, each in value.items()}
        return NO if any(each is NO for each in found.values()) else found

    return mapping


def _sequence(made: type, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def sequence(value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            return NO
        found = [read(each) for each in value]
        return NO if any(each is NO for each in found) else made(found)

    return sequence


def _nested(cls: type[Any]) -> Callable[[Any], Any]:
    def nested(value: Any) -> Any:
        record = from_json(cls, value)
        return record.value if record.wrong is None else NO

    return nested


@functools.cache
def _fields(cls: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(cls, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(cls)}


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # a number of more digits than Python prints
        return "so long a number"
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= 60 else f"{text[:57]}..."
