"""A14 and A15: events are whole lines, and a million of them are read with bounded work and memory."""

from __future__ import annotations

import errno
import itertools
import json
import os
import random
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from gan_core import files
from gan_core.runs import events as reading
from gan_core.runs.events import COMPLETE, MOST_OTHERS, MOST_PROGRESS, EventLog


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    return EventLog(tmp_path / "events.jsonl")


def progress(step: int) -> dict[str, Any]:
    losses = {"generator": 1.25, "discriminator": 0.5}
    return {
        "kind": "progress",
        "step": step,
        "seconds": step / 9,
        "losses": losses,
        "scores": {"real": 0.5, "fake": -1.0},
    }


def long_log(log: EventLog, count: int, *, separators: tuple[str, str] = (",", ":")) -> None:
    """`count` events of progress, a checkpoint after every 5,000, a warning and a resumed one somewhere in between."""
    with log.path.open("w") as file:
        for step in range(1, count + 1):
            file.write(json.dumps(progress(step), separators=separators) + "\n")
            if step % 5_000 == 0:
                file.write(json.dumps({"kind": "checkpoint", "step": step}, separators=separators) + "\n")
            if step == count // 3:
                file.write(json.dumps({"kind": "warning", "step": step, "text": "look"}, separators=separators) + "\n")
            if step == count // 2:
                file.write(json.dumps({"kind": "resumed", "step": step - 7}, separators=separators) + "\n")


def test_an_event_after_half_a_line_begins_on_its_own(log: EventLog) -> None:
    log.append({"step": 1})
    with log.path.open("ab") as file:
        file.write(b'{"kind":"prog')
    log.append({"step": 2})
    log.append({"step": 3})
    assert log.path.read_bytes() == b'{"step":1}\n{"kind":"prog\n{"step":2}\n{"step":3}\n'
    assert log.read().events == [{"step": 1}, {"step": 2}, {"step": 3}]
    assert log.read().damaged == 1


def test_short_writes_are_completed(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(files.os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:3]))
    log.append({"kind": "warning", "text": "a longer one"})
    log.append({"step": 2})
    assert [event.get("step") for event in log.read().events] == [None, 2]


def test_what_cannot_be_written_whole_is_taken_back(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    log.append({"step": 1})
    write, written = os.write, []

    def fills_up(descriptor: int, data: Any) -> int:
        if written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(1)
        return write(descriptor, bytes(data)[:5])

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "write", fills_up)
        with pytest.raises(OSError, match="No space"):
            log.append({"step": 2})
    assert log.path.read_bytes() == b'{"step":1}\n'


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_a_long_log_is_an_even_choice(log: EventLog, separators: tuple[str, str]) -> None:
    long_log(log, 30_000, separators=separators)
    assert log.path.stat().st_size > COMPLETE
    read = log.read()
    steps = [event["step"] for event in read.events if event["kind"] == "progress"]
    assert (steps[0], steps[-1], read.offset, read.damaged) == (1, 30_000, log.path.stat().st_size, 0)
    assert MOST_PROGRESS / 2 < len(steps) < 3 * MOST_PROGRESS
    assert steps == sorted(steps)
    assert max(b - a for a, b in itertools.pairwise(steps)) < 200
    others = [event for event in read.events if event["kind"] != "progress"]
    assert [event["step"] for event in others if event["kind"] == "checkpoint"] == list(range(5_000, 30_001, 5_000))
    assert [event["kind"] for event in others if event["kind"] != "checkpoint"] == ["warning", "resumed"]
    place = read.events.index(next(event for event in others if event["kind"] == "resumed"))
    assert read.events[place - 1]["step"] <= 15_000 < read.events[place + 1]["step"]


def test_a_read_goes_on_where_the_last_one_ended(log: EventLog) -> None:
    long_log(log, 20_000)
    end = log.read().offset
    assert log.read(end) == ([], end, 0)
    log.append(progress(20_001))
    assert [event["step"] for event in log.read(end).events] == [20_001]
    half = log.read(end // 2)
    assert 9_000 < half.events[0].get("step", 0) <= 20_000 or half.damaged == 1
    assert half.offset == log.path.stat().st_size


def test_a_line_still_being_written_waits_in_a_long_log(log: EventLog) -> None:
    long_log(log, 20_000)
    whole = log.path.stat().st_size
    with log.path.open("ab") as file:
        file.write(b'{"kind":"progress","losses":{"a":')
    assert log.read().offset == whole


def test_bounded_work_and_memory(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice as many events cost not one more parsed, and no more memory."""
    parsed = 0
    event_in = reading._event

    def counted(line: bytes) -> dict[str, Any] | None:
        nonlocal parsed
        parsed += 1
        return event_in(line)

    monkeypatch.setattr(reading, "_event", counted)
    found: list[tuple[int, int]] = []
    for count in (100_000, 200_000):
        long_log(log, count)
        parsed = 0
        tracemalloc.start()
        log.read()
        found.append((parsed, tracemalloc.get_traced_memory()[1]))
        tracemalloc.stop()
    (few, small), (many, large) = found
    assert few < 2.5 * MOST_PROGRESS
    assert many < 2.5 * MOST_PROGRESS
    assert max(small, large) < 12 * 2**20


def test_rare_events_are_bounded_too(log: EventLog) -> None:
    with log.path.open("w") as file:
        for step in range(60_000):
            file.write(json.dumps({"kind": "warning", "step": step, "text": "again"}) + "\n")
    steps = [event["step"] for event in log.read().events]
    assert MOST_OTHERS <= len(steps) <= 2 * MOST_OTHERS + 1
    assert (steps[0], steps[-1]) == (0, 59_999)


def test_a_line_without_end_is_passed_over(log: EventLog) -> None:
    log.append(progress(1))
    with log.path.open("ab") as file:
        file.write(b"x" * (3 * COMPLETE) + b"\n")
    log.append(progress(2))
    assert [event["step"] for event in log.read().events] == [1, 2]


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": 5, "step": 1}',
        '{"kind": "progress", "step": "1", "losses": {}, "scores": {}}',
        '{"kind": "progress", "step": -1}',
        '{"kind": "progress", "step": 1, "losses": []}',
        '{"kind": "metric", "step": 1, "name": "x"}',
        '{"kind": "metric", "step": 1, "name": "x", "value": "low"}',
        '{"kind": "warning", "step": 1, "text": null}',
        '{"kind": "resumed"}',
        '{"kind": "progress", "step": 1e400}',
        "[" * 100_000,
        "null",
        '{"kind": "progress", "step": 9' + "9" * 5_000 + "}",
    ],
)
def test_an_odd_event_is_counted_and_hides_no_other(log: EventLog, line: str) -> None:
    log.path.write_text(f"{json.dumps(progress(1))}\n{line}\n{json.dumps(progress(2))}\n")
    read = log.read()
    assert [event["step"] for event in read.events] == [1, 2]
    assert read.damaged == 1


def test_numbers_that_no_curve_can_show_are_left_out(log: EventLog) -> None:
    log.path.write_text(
        '{"kind": "progress", "step": 1, "losses": {"a": NaN, "b": 1, "c": "x", "d": 1e999}, "scores": {}}\n'
    )
    assert log.read().events[0]["losses"] == {"b": 1}


def test_random_lines_never_raise(log: EventLog) -> None:
    rng = random.Random(0)
    pieces = [
        b'{"kind":"progress"',
        b'"step":',
        b"1",
        b"-1",
        b'"x"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"\n",
        b"\xff",
        b"NaN",
        b"null",
    ]
    for _ in range(300):
        log.path.write_bytes(b"".join(rng.choices(pieces, k=rng.randrange(60))))
        log.read()
