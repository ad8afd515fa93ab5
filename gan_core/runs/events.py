"""The events of a run: `events.jsonl`, one JSON object a line, only ever appended to.

A long training writes hundreds of megabytes. Readers get all events while they are few, and beyond that all that
happen rarely and an even choice of those that report progress: the work and the memory of a read are bounded.
"""

from __future__ import annotations

import json
import math
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from gan_core.files import append_line, open_without_waiting
from gan_core.records import LARGEST_NUMBER, NO, Count, Seconds, reader

COMPLETE = 2**20
"""Bytes of events that are read whole: those of the first hours of a training."""
CHUNK = 2**16
"""Bytes that are looked through at once."""
MOST_PROGRESS = 2_000
"""Of events that tell progress, out of more bytes than that."""
MOST_OTHERS = 2_000
"""Of every other kind; more are thinned out evenly."""
LONGEST = 2**18
"""Bytes of a line that can be an event."""
NUMBERS = b'"losses"'
"""What only events that tell progress hold: lines without it are those that happen rarely."""
KIND = re.compile(rb'"kind" ?: ?"(\w{1,40})"')

FIELDS: Mapping[str, Any] = {
    "kind": str,
    "step": Count,
    "images": Count,
    "seconds": Seconds,
    "images_per_second": float,
    "preview_share": float,
    "losses": dict[str, Any],
    "scores": dict[str, Any],
    "state": str,
    "reason": str | None,
    "name": str,
    "value": float | None,
    "reference_level": float | None,
    "reference_spread": float | None,
    "floor": float | None,
    "kept": dict[str, Any] | None,
    "about": dict[str, Any],
    "took": Seconds | None,  # pyright: ignore[reportOperatorIssue] - Annotated, at run time
    "spread": float | None,
    "spread_over": str | None,
    "samples": Count | None,  # pyright: ignore[reportOperatorIssue] - Annotated, at run time
    "words": str,
    "text": str,
    "alarm": bool,
    "best": bool,
}
"""Of the fields that are read anywhere: what they hold."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "progress": ("step",),
    "resumed": ("step",),
    "state": ("state",),
    "metric": ("step", "name", "value"),
    "warning": ("text",),
    "keyframe": ("step",),
    "checkpoint": ("step",),
}


class Events(NamedTuple):
    """The result of reading a log: events, where to go on, and how many lines hold none."""

    events: list[dict[str, Any]]
    offset: int
    """The byte to go on from."""
    damaged: int
    """Lines that hold no event, or one with a field of another type."""


class EventLog:
    """The events of one run; cheap to make."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, event: Mapping[str, Any]) -> None:
        """Add one event.

        Raises:
            OSError: if it cannot be written; the file is then as before.
        """
        append_line(self.path, json.dumps(event, separators=(",", ":")).encode())

    def read(self, after: int = 0) -> Events:
        """Events from byte `after` on; a line that is still being written waits for the next call.

        All of them up to COMPLETE bytes; beyond, about MOST_PROGRESS of those that report progress, evenly spread, with
        the first and the last of them, and MOST_OTHERS of every other kind.
        """
        try:
            with open(self.path, "rb", opener=open_without_waiting) as file:
                status = os.fstat(file.fileno())
                if not stat.S_ISREG(status.st_mode) or not 0 <= after < status.st_size:
                    return Events([], after, 0)
                file.seek(after)
                if status.st_size - after <= COMPLETE:
                    data = file.read(COMPLETE)
                    whole = data[: data.rfind(b"\n") + 1]
                    lines, end = whole.splitlines(), after + len(whole)
                else:
                    lines, end = _thinned(file, after, status.st_size)
        except (OSError, ValueError):
            return Events([], after, 0)
        found = [_event(line) for line in lines if line.strip()]
        events = [event for event in found if event is not None]
        return Events(events, end, len(found) - len(events))


# ---- one event -------------------------------------------------------------------------------------------------------


def _event(line: bytes) -> dict[str, Any] | None:
    """The event in a line; None for what is none, and for fields of an unexpected type."""
    if len(line) > LONGEST:
        return None
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None  # a line cut short by a crash of the machine
    if not isinstance(event, dict):
        return None
    for name in event.keys() & FIELDS.keys():
        event[name] = reader(FIELDS[name])(event[name])
        if event[name] is NO:
            return None
    if any(name not in event for name in NEEDED.get(event.get("kind", ""), ())):
        return None
    for name in ("losses", "scores"):
        if name in event:
            event[name] = {key: value for key, value in event[name].items() if _is_number(value)}
    return event


def _is_number(value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER
    return number and math.isfinite(value)


# ---- an even choice of many events -----------------------------------------------------------------------------------


class _Even:
    """An even choice of at most twice `most` lines from a stream of unknown length; the newest is among them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._stride = 1
        self._count = 0
        self._kept: list[tuple[int, bytes]] = []
        self._newest: tuple[int, bytes] | None = None

    def add(self, place: int, line: bytes) -> None:
        if self._newest is not None and self._newest[0] == place:
            return
        self._newest = (place, line)
        if self._count % self._stride == 0:
            self._kept.append(self._newest)
            if len(self._kept) >= 2 * self._most:
                self._kept = self._kept[::2]
                self._stride *= 2
        self._count += 1

    def all(self) -> list[tuple[int, bytes]]:
        newest = [self._newest] if self._newest is not None and self._newest not in self._kept[-1:] else []
        return self._kept + newest


def _thinned(file: BinaryIO, after: int, size: int) -> tuple[list[bytes], int]:
    """Lines of `file` from byte `after` to `size`, and the byte behind the last whole one."""
    progress = _Even(MOST_PROGRESS)
    others: dict[bytes, _Even] = {}
    each = max(1, math.ceil(MOST_PROGRESS * CHUNK / (size - after)))
    end, block = after, b""
    for start, block in _blocks(file, after, size):
        end = start + len(block)
        if block.count(NUMBERS) != block.count(b"\n"):
            for place, line in _lines(block):
                if NUMBERS not in line and (kind := _kind(line)) != b"progress":
                    others.setdefault(kind, _Even(MOST_OTHERS)).add(start + place, line)
        chosen = [place for place, _ in _first_lines(block)] if start == after else []
        chosen += [len(block) * number // each for number in range(each)]
        for place, line in _lines_at(block, sorted({*chosen, max(0, len(block) - 2)})):
            if NUMBERS in line or _kind(line) == b"progress":
                progress.add(start + place, line)
    if NUMBERS in block:  # the newest is what a curve ends with
        (last,) = _lines_at(block, [block.rfind(NUMBERS)])
        progress.add(end - len(block) + last[0], last[1])
    found = [line for even in (progress, *others.values()) for line in even.all()]
    return [line for _, line in sorted(found)], end


def _blocks(file: BinaryIO, after: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines, about CHUNK bytes at a time, with the byte at which they begin. Lines that are too long are left
    out."""
    rest, place = b"", after
    while place < size and (data := file.read(min(CHUNK, size - place))):
        start, block = place - len(rest), rest + data
        place += len(data)
        cut = block.rfind(b"\n") + 1
        rest = block[cut:]
        if cut:
            yield start, block[:cut]
        elif len(rest) > LONGEST:
            rest = _pass_over(file)
            place = file.tell()
            if rest:
                yield place - len(rest), rest
            rest = b""


def _pass_over(file: BinaryIO) -> bytes:
    """Read on to the end of a line without keeping it; nothing is left of what was passed over but its newline."""
    while data := file.readline(CHUNK):
        if data.endswith(b"\n"):
            return b"\n"
    return b""


def _first_lines(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Of the first lines all, then fewer and fewer: in the time of a logarithm they are as long as all that follow."""
    wanted = 0.0
    for number, (place, line) in enumerate(_lines(block)):
        if number >= wanted:
            yield place, line
            wanted = max(wanted + 1, wanted * 1.1)


def _lines(block: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    for line in block.splitlines(keepends=True):
        yield place, line
        place += len(line)


def _lines_at(block: bytes, places: list[int]) -> Iterator[tuple[int, bytes]]:
    """The lines that hold the bytes at `places` (ascending), each once."""
    end = -1
    for place in places:
        if place <= end:
            continue
        start, end = block.rfind(b"\n", 0, place) + 1, block.find(b"\n", place)
        end = len(block) if end < 0 else end
        yield start, block[start:end]


def _kind(line: bytes) -> bytes:
    found = KIND.search(line)
    return found[1] if found is not None else b""
