"""Tables beside pictures: `metadata.csv` and `metadata.jsonl` as the Hugging Face ImageFolder convention has them.

A row names a picture by `file_name`, relative to the table; every other column says something of it. What cannot be used
is passed over and said in one sentence for each kind: a table is never a reason to refuse the pictures.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from gan_core.data.files import TABLE_NAMES, Listing, PictureFile, UnusableError, survey

FILE_NAME = "file_name"
MOST_BYTES = 64_000_000
MOST_ROWS = 1_000_000
MOST_TABLES = 100
"""In one folder or zip."""
MOST_COLUMNS = 200
LONGEST_VALUE = 200
"""Letters of a value; longer ones are texts, which tell no kinds of pictures."""
MOST_VALUES = 1_000
"""Values of a column that can be classes."""
DELIMITERS = (",", ";", "\t")
NOTHING = frozenset(("", "none", "no", "false", "null", "nan", "n/a", "na", "-"))
"""Values, in small letters, that say that something is not there."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True)
class Column:
    """One column of the table: what it says of every picture."""

    name: str
    values: Mapping[PurePosixPath, str]
    """By path of the picture; pictures of which it says nothing are missing."""

    @property
    def kind(self) -> str:
        """`number`, `colour` (`#rrggbb`), `category`, or `text` where nearly every picture has a value of its own."""
        seen = self.counts
        something = [value for value in seen if value.lower() not in NOTHING]
        if something and all(COLOUR.fullmatch(value) for value in something):
            return "colour"
        if seen and all(_number(value) is not None for value in something or seen):
            return "number"
        several = len(seen) <= MOST_VALUES and (len(seen) <= 2 or len(seen) * 2 <= len(self.values))
        return "category" if several and all(len(value) <= LONGEST_VALUE for value in seen) else "text"

    @property
    def counts(self) -> Counter[str]:
        """How many pictures have each value, most first."""
        return Counter(self.values.values())

    @property
    def why_no_classes(self) -> str:
        """Why it cannot be the classes, as a clause; empty where it can."""
        seen = self.counts
        if len(seen) > MOST_VALUES:
            return f"has {len(seen):,} values, and up to {MOST_VALUES:,} classes are accepted"
        if any(len(value) > LONGEST_VALUE for value in seen):
            return f"holds texts of more than {LONGEST_VALUE} letters"
        return "" if len(seen) > 1 else f"has {'only one value' if seen else 'no values'}"

    def to_json(self) -> dict[str, Any]:
        """Name, kind, number of pictures and of values, and the most frequent values."""
        seen = self.counts
        common = [{"value": value[:LONGEST_VALUE], "count": count} for value, count in seen.most_common(5)]
        return {
            "name": self.name,
            "kind": self.kind,
            "pictures": len(self.values),
            "values": len(seen),
            "common": common,
            "classes": not self.why_no_classes,
        }


@dataclass(frozen=True)
class Table:
    """What the tables of a folder or zip say of its pictures."""

    columns: Mapping[str, Column] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What was passed over, and why: one sentence for each kind."""

    def to_json(self) -> dict[str, Any]:
        """The columns and the notes, as `check-data --json` prints them."""
        return {"columns": [column.to_json() for column in self.columns.values()], "notes": list(self.notes)}


def read_tables(listing: Listing) -> Table:
    """The tables of a listing, of its pictures only; empty where there is none that can be used."""
    reader = _Reader({file.path for file in listing.files}, listing.wrapper)
    seen: set[PurePosixPath] = set()
    tables = sorted(listing.tables, key=lambda table: str(table.path))
    if len(tables) > MOST_TABLES:
        reader.notes.append(f"There are {len(tables):,} tables; the first {MOST_TABLES} are read.")
    for file in tables[:MOST_TABLES]:
        if file.path.parent in seen:
            reader.notes.append(f"{file.path} is not read: {TABLE_NAMES[0]} beside it is.")
            continue
        seen.add(file.path.parent)
        reader.read(file)
    return reader.table()


def has_table(source: str) -> bool:
    """Whether a folder or zip has a table, in it or one folder below; quick, and False for whatever cannot be read."""
    place = Path(source)
    try:
        if place.is_dir():
            folders = [place, *(each for each in list(place.iterdir())[:MOST_TABLES] if each.is_dir())]
            return any((folder / name).is_file() for folder in folders for name in TABLE_NAMES)
        return place.is_file() and bool(survey(place).tables)
    except (OSError, ValueError):  # an InputError is one
        return False


class _Reader:
    """Collects rows of all tables, and what is passed over."""

    def __init__(self, pictures: Collection[PurePosixPath], wrapper: PurePosixPath) -> None:
        self.pictures, self.wrapper = pictures, wrapper
        self.rows: dict[PurePosixPath, Mapping[str, str]] = {}
        self.notes: list[str] = []
        self.read_any = False

    def read(self, file: PictureFile) -> None:
        """Read one table; what keeps it from being used is a note."""
        try:
            data = file.read()
            if len(data) > MOST_BYTES:
                raise _UnreadableError(f"it has more than {MOST_BYTES / 1e6:.0f} MB")
            text, note = _decoded(data)
            if note:
                self.notes.append(f"{file.path} {note}")
            rows = _json_rows(text) if file.path.suffix.lower() == ".jsonl" else _csv_rows(text)
            self._take(file, rows)
        except UnusableError as error:
            self.notes.append(f"The table is not used: {error}")
        except _UnreadableError as error:
            self.notes.append(f"{file.path} is not used: {error}.")

    def _take(self, file: PictureFile, rows: Iterator[Mapping[str, str] | None]) -> None:
        """Take the rows; those that name no picture of their own are counted by kind."""
        passed: dict[str, list[str]] = {}
        for number, row in enumerate(rows):
            if number >= MOST_ROWS:
                self.notes.append(f"{file.path} has more than {MOST_ROWS:,} rows; the others are not read.")
                break
            name = "" if row is None else row.get(FILE_NAME, "")
            if row is None or not name:
                passed.setdefault("cannot be read or name no file", []).append(f"row {number + 1}")
                continue
            path = _inside(file.path.parent, name)
            if path is None:
                passed.setdefault("name files outside of the folder", []).append(name)
                continue
            if self.wrapper.parts and path.is_relative_to(self.wrapper):
                path = path.relative_to(self.wrapper)
            if path not in self.pictures:
                passed.setdefault("name pictures that are not there", []).append(name)
            elif path in self.rows:
                passed.setdefault("name a picture that an earlier row names", []).append(name)
            else:
                self.rows[path] = row
        self.read_any = True
        for what, names in passed.items():
            these = f"{len(names):,} rows {what}" if len(names) > 1 else f"1 row is passed over: {_one(what)}"
            over = " and are passed over" if len(names) > 1 else ""
            self.notes.append(f"{file.path}: {these}{over} (such as {names[0][:60]}).")

    def table(self) -> Table:
        """All columns, in the order in which they were seen first."""
        names = list(dict.fromkeys(name for row in self.rows.values() for name in row if name != FILE_NAME))
        if len(names) > MOST_COLUMNS:
            self.notes.append(f"The table has {len(names):,} columns; the first {MOST_COLUMNS} are read.")
        columns = {
            name: Column(name, {path: row[name] for path, row in self.rows.items() if name in row})
            for name in names[:MOST_COLUMNS]
        }
        without = len(self.pictures) - len(self.rows)
        if self.read_any and without:
            have = f"{without:,} pictures have" if without > 1 else "1 picture has"
            self.notes.append(f"{have} no row in the table.")
        return Table(columns, tuple(self.notes))


class _UnreadableError(ValueError):
    """Why a table cannot be used, as a clause."""


def _one(what: str) -> str:
    """The clause on several rows, on one: `name` becomes `it names`."""
    return (
        "it cannot be read or names no file" if what.startswith("cannot") else f"it {what.replace('name', 'names', 1)}"
    )


def _decoded(data: bytes) -> tuple[str, str]:
    """The text of a table, and a note on its encoding."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\0" in text:
            break
        note = "is not written in UTF-8 and was read as Western European: check letters with accents."
        return text, note if encoding == "cp1252" else ""
    raise _UnreadableError("it is no text in UTF-8; save it again as UTF-8")


def _csv_rows(text: str) -> Iterator[Mapping[str, str] | None]:
    """The rows of a CSV by column; empty cells are left out. Commas, or what European spreadsheets and tabs write."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(reader, [])]
        if FILE_NAME not in header:
            shown = ", ".join(name[:40] for name in header[:6]) or "none"
            raise _UnreadableError(f"it has no column {FILE_NAME!r} that names the pictures (its columns: {shown})")
        if len(header) != len(set(header)):
            twice = next(name for name, count in Counter(header).items() if count > 1)
            raise _UnreadableError(f"it has two columns called {twice[:40]!r}")
        for cells in reader:
            if not any(cells):
                continue
            if len(cells) > len(header):
                yield None
                continue
            pairs = zip(header, cells, strict=False)
            yield {name: cell.strip() for name, cell in pairs if name and cell.strip()}
    except csv.Error as error:
        raise _UnreadableError(f"it is no CSV that can be read ({error})") from error


def _json_rows(text: str) -> Iterator[Mapping[str, str] | None]:
    """The rows of a file with one JSON object a line; lists and objects inside are left out."""
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        yield {name: text for name, value in row.items() if (text := _plain(value))} if isinstance(row, dict) else None


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float):
        return f"{value:.12g}" if math.isfinite(value) else ""
    return str(value) if isinstance(value, int) and abs(value) < 10**18 else ""


def _inside(folder: PurePosixPath, name: str) -> PurePosixPath | None:
    """The path of a row's file; None where it leads out of the folder or zip."""
    name = name.replace("\\", "/")
    if name.startswith("/") or DRIVE.match(name) or "\0" in name:
        return None
    parts: list[str] = []
    for part in (*folder.parts, *name.split("/")):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return PurePosixPath(*parts)


# -- numbers -----------------------------------------------------------------------------------------------------------

LEAST_SHARE = 0.04
"""Share of the pictures that have a value, and of those that have not, for it to be an attribute."""
MOST_OF_A_COLUMN = 3
"""Values of a category that are attributes of their own."""
MOST_ATTRIBUTES = 40
"""Of a table."""

Numbers = list[float]


def attributes(table: Table, paths: Sequence[PurePosixPath], but: str | None = None) -> dict[str, Numbers]:
    """What the table says of pictures, as numbers by name; NaN where it says nothing.

    A column of numbers is one attribute. One of colours is three: lightness, red against green, yellow against blue. Of
    a category `NAME` says whether anything is there, where some pictures have nothing (`none`), and `NAME: VALUE` its
    most frequent values. What nearly all pictures have, or nearly none, is left out.

    Args:
        table: Of the pictures.
        paths: The pictures, in the order of the numbers.
        but: A column that is left out: the classes.

    Returns:
        At most `MOST_ATTRIBUTES` lists with one number for each path.
    """
    found: dict[str, Numbers] = {}
    for column in table.columns.values():
        if column.name == but or column.kind == "text":
            continue
        values = [column.values.get(path) for path in paths]
        made = {"number": _of_numbers, "colour": _of_colours}.get(column.kind, _of_category)(column.name, values)
        found |= {name: numbers for name, numbers in made.items() if _varies(numbers)}
    return dict(list(found.items())[:MOST_ATTRIBUTES])


def _of_numbers(name: str, values: Sequence[str | None]) -> dict[str, Numbers]:
    numbers = [None if value is None else _number(value) for value in values]
    return {name: [math.nan if number is None else number for number in numbers]}


def _of_colours(name: str, values: Sequence[str | None]) -> dict[str, Numbers]:
    rgb = [
        None if value is None or not COLOUR.fullmatch(value) else [int(value[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        for value in values
    ]

    def by(measure: Callable[[float, float, float], float]) -> Numbers:
        return [math.nan if colour is None else measure(*colour) for colour in rgb]

    return {
        f"{name}: lighter": by(lambda red, green, blue: 0.299 * red + 0.587 * green + 0.114 * blue),
        f"{name}: redder": by(lambda red, green, blue: red - green),
        f"{name}: yellower": by(lambda red, green, blue: (red + green) / 2 - blue),
    }


def _of_category(name: str, values: Sequence[str | None]) -> dict[str, Numbers]:
    something = [value is not None and value.lower() not in NOTHING for value in values]
    known = Counter(value for value, there in zip(values, something, strict=True) if there and value is not None)
    made: dict[str, Numbers] = {}
    if not all(something):
        made[name] = [float(there) for there in something]
    if len(known) > 1 or all(something):
        for value, _ in known.most_common(MOST_OF_A_COLUMN):
            made[f"{name}: {value[:40]}"] = [float(each == value) for each in values]
    return made


def _varies(numbers: Numbers) -> bool:
    """Whether enough pictures differ in it."""
    known = [number for number in numbers if not math.isnan(number)]
    if len(known) < LEAST_SHARE * len(numbers) or len(known) < 2:
        return False
    most = Counter(known).most_common(1)[0][1]
    return most <= (1 - LEAST_SHARE) * len(known)


def _number(value: str) -> float | None:
    if len(value) > 40 or not NUMBER.fullmatch(value):
        return None
    found = float(value)
    return found if math.isfinite(found) and abs(found) < 1e30 else None
