"""The queue of trainings: one ticket in each waiting run's folder, so that the order survives a restart."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gan_core.files import write_json
from gan_core.records import Moment, read_record
from gan_core.runs.folder_names import files_below

FILE = "queued.json"


@dataclass
class _Kept:
    """What a ticket's file holds."""

    owner: str = ""
    since: Moment | None = None


@dataclass(frozen=True)
class Ticket:
    """One queued training."""

    folder: Path
    owner: str
    """Hash of the browser that asked for it; empty for programs."""
    since: float
    """Unix time at which it was put in line."""


def enqueue(folder: Path, owner: str) -> None:
    """Queue the run behind all others."""
    write_json(folder / FILE, {"owner": owner, "since": time.time()})


def dequeue(folder: Path) -> bool:
    """Remove the run's ticket.

    True for exactly one of several processes that try at once: that one may start or cancel the training.
    """
    try:
        (folder / FILE).unlink()
    except OSError:
        return False
    return True


def is_queued(folder: Path) -> bool:
    """Whether a training of the run in `folder` waits for its turn."""
    return (folder / FILE).exists()


def tickets(root: Path) -> list[Ticket]:
    """All queued trainings below `root`, the oldest first; tickets that cannot be read come last."""
    found: list[Ticket] = []
    for path in files_below(root, FILE):
        kept = read_record(_Kept, path).value
        found.append(Ticket(path.parent, kept.owner, math.inf if kept.since is None else kept.since))
    return sorted(found, key=lambda ticket: (ticket.since, ticket.folder.name))


def fair_order(
    waiting: Iterable[Ticket], held: Mapping[str, int], served: Mapping[str, int] | None = None
) -> list[Ticket]:
    """The order in which `waiting` trainings start when there is capacity.

    The next is always one of the owner with the fewest running trainings (`held`, by owner), of those the one who
    started one longest ago (`served`, by owner, larger is later), of those the oldest ticket: owners take turns,
    however many trainings one of them has queued.
    """
    rest, held, served = list(waiting), dict(held), dict(served or {})
    turn = max(served.values(), default=0)
    found: list[Ticket] = []
    while rest:
        following = min(rest, key=lambda ticket: (held.get(ticket.owner, 0), served.get(ticket.owner, 0), ticket.since))
        rest.remove(following)
        found.append(following)
        turn += 1
        held[following.owner] = held.get(following.owner, 0) + 1
        served[following.owner] = turn
    return found
