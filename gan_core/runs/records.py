"""The small JSON files of a run folder, as records with types (see `records`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from gan_core.records import Count, Moment, Seconds, read_record


@dataclass
class BirthRecord:
    """`born.json`: when the run was created."""

    time: Moment = 0.0


@dataclass
class Limits:
    """`limits.json`: the recipe's limits before they were raised."""

    steps: Count | None = None
    minutes: Seconds | None = None


@dataclass
class Group:
    """One half of the columns of a translation's sheet."""

    domain: str = ""
    ways: list[str] = field(default_factory=list[str])
    truth: bool = False
    """Whether the last column is what the pictures are to become."""
    hints: Count = 0
    """Colour hints in each picture."""


@dataclass
class Layout:
    """`layout.json`: what the columns of a translation's sheets of pictures are (see `training.chains`)."""

    side: Count = 0
    rows: Count = 0
    groups: list[Group] = field(default_factory=list[Group])
    names: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class TrialRecord:
    """`racer.json`: the comparison (`race`) that the run is a trial of."""

    race: str = ""


def read_birth(path: Path) -> float:
    """The Unix time in a `born.json`; 0 where it holds none.

    Raises:
        OSError: where the file cannot be read now, so that the result must not be cached.
    """
    record = read_record(BirthRecord, path)
    if record.failed:
        raise OSError(record.wrong)
    return float(record.value.time)
