"""What the shell prints: tables and JSON on stdout, complaints and progress on stderr."""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gan_core.cli.streams import PATH_ERRORS, discard_output
from gan_core.errors import InputError
from gan_core.files import write_atomically
from gan_core.paths import expanded

if TYPE_CHECKING:
    from tqdm import tqdm

Command = Callable[[argparse.Namespace], int]


def visible(text: str) -> str:
    """`text` with control characters written out: a file's name must not give orders to the terminal that shows it."""
    return "".join(
        letter.encode("unicode_escape").decode() if unicodedata.category(letter) in ("Cc", "Cf") else letter
        for letter in text
    )


def complain(sentence: str) -> None:
    """One line on stderr; the work goes on where it is not read."""
    with suppress(OSError, ValueError):  # a closed terminal, a closed stream
        print(visible(" ".join(sentence.split())), file=sys.stderr, flush=True)


def announce(sentence: object) -> None:
    """One line on stdout, at once, in the middle of work that must not end because the reader has left."""
    try:
        print(sentence, flush=True)
    except (OSError, ValueError):
        discard_output()


def as_sentence(text: str) -> str:
    """The line of a list of commands as a sentence; names keep their capitals."""
    return f"{text[:1].upper()}{text[1:]}."


def print_json(value: Any) -> None:
    """One JSON document, and nothing else, on stdout."""
    print(json.dumps(value, indent=2))


def print_table(rows: Iterable[Sequence[object]], headings: Sequence[str]) -> None:
    """Columns as wide as their contents; the last one runs free."""
    cells = [list(headings), *([("" if cell is None else str(cell)) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(headings) - 1)]
    for row in cells:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]]).rstrip())


def progress_bar(total: float | None, *, unit: str, **options: Any) -> AbstractContextManager[tqdm[Any]]:
    """A progress bar on a terminal, with tqdm's `options`; nothing where stderr is not a terminal."""
    from tqdm import tqdm

    return tqdm(total=total, unit=unit, file=sys.stderr, disable=not sys.stderr.isatty(), dynamic_ncols=True, **options)


@contextmanager
def fetch_bar() -> Iterator[None]:
    """A bar on a terminal for every data set that is downloaded meanwhile."""
    from gan_core.fetching import observed

    with ExitStack() as bars:
        shown: dict[str, tqdm[Any]] = {}

        def show(name: str, done: int, total: int) -> None:
            with suppress(OSError):  # a terminal that was closed
                if name not in shown:
                    bar = progress_bar(total, unit="B", unit_scale=True, desc=f"Fetching {name}")
                    shown[name] = bars.enter_context(bar)
                shown[name].update(done - shown[name].n)

        with observed(show):
            yield


@contextmanager
def writing(path: Path) -> Iterator[Path]:
    """A file that was asked for, about to be written: its folder is made, and what goes wrong is an InputError."""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder; give the name of a file in it.")
        path.parent.mkdir(parents=True, exist_ok=True)
        yield path
    except OSError as error:
        if error.errno not in PATH_ERRORS:  # a full disk is no wrong argument
            raise
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error


def write_output(path: Path, data: bytes) -> None:
    """Write a file that was asked for, making its folder; InputError where that cannot be done."""
    with writing(path):
        write_atomically(path, data)


def path_name(text: str) -> str:
    """An argument's type: a path, or a name that may be one; `~` is written out."""
    try:
        return str(expanded(text)) if text.startswith("~") or "\0" in text else text
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error).rstrip(".")) from error


def file_path(text: str) -> Path:
    """An argument's type: a path, `~` written out."""
    return Path(path_name(text))


def whole(low: int, high: int) -> Callable[[str], int]:
    """An argument's type: a whole number from `low` to `high`."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise argparse.ArgumentTypeError(f"a whole number from {low} to {high} is accepted, not {text!r}")
        return value

    return read


def positive(text: str) -> float:
    """An argument's type: a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"a number above 0 is accepted, not {text!r}")
    return value


SEED = whole(0, 2**63 - 1)


def seeds(least: int) -> Callable[[str], list[int]]:
    """An argument's type: at least `least` seeds with commas between."""
    count = "whole numbers" if least < 2 else f"at least {least} whole numbers"

    def read(text: str) -> list[int]:
        try:
            found = [SEED(part.strip()) for part in text.split(",")]
        except argparse.ArgumentTypeError:
            found = []
        if len(found) < least:
            raise argparse.ArgumentTypeError(f"{count} with commas between are accepted, not {text!r}")
        return found

    return read
