"""At most as many trainings at once as the machine can carry; the others wait in a line that is fair between owners."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gan_core.errors import InputError
from gan_core.runs import queue
from gan_core.runs.folder import RunFolder
from gan_core.runs.folder_names import files_below
from gan_core.runs.owners import owners_of
from gan_core.runs.queue import Ticket

MOST_OF_ONE, MOST = 5, 20
"""Trainings that may wait: of one owner, and of all."""
LOOK = 1.0
"""Seconds between two looks at the line while something waits: trainings of the shell end without telling."""
TURN = 15 * 60.0
"""Seconds that a training keeps its place while another owner waits, where places are shared by turns."""

Starter = Callable[[RunFolder], None]


@dataclass(frozen=True)
class RunningTraining:
    """A training or comparison that is running, and its owner."""

    folder: RunFolder
    owner: str


@dataclass(frozen=True)
class QueuePosition:
    """The position of a training in the queue."""

    position: int
    """From 1 on."""
    of: int
    before: tuple[str, ...]
    """Names of the trainings going on, one of which has to end first."""


def usual_places() -> int:
    """Trainings at once: $GAN_WORKBENCH_MAX_TRAININGS, else what this machine carries: one for two cores, at most four.

    A training computes on all cores but one, so that two on two cores are each about half as fast; more than four
    would need more memory than most machines have to spare. Raises InputError for a setting that is no such number.
    """
    asked = os.environ.get("GAN_WORKBENCH_MAX_TRAININGS", "").strip()
    if not asked:
        # As devices.physical_threads, which would bring torch: the page is served before that.
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
        return max(1, min(4, cores // 2))
    if not asked.isdecimal() or int(asked) < 1:
        raise InputError(f"GAN_WORKBENCH_MAX_TRAININGS is a whole number from 1 on, not {asked!r}.")
    return int(asked)


class TrainingQueue:
    """Starts waiting trainings when there is capacity; its state is in the run folders, so that it survives a restart.

    `starters` start a run's folder by its kind, `run` or `comparison`. With `shared`, owners take turns: a training
    that has run for `turn` seconds while another owner waits is stopped, saved, and queued again.
    """

    def __init__(self, root: Path, places: int | None = None, *, shared: bool = False, turn: float = TURN) -> None:
        self.root = root
        self.places = usual_places() if places is None else places
        self.shared = shared
        self.turn = turn
        self.starters: dict[str, Starter] = {}
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._since: dict[Path, float] = {}
        """When those that were started here got their places, by the system's monotonic clock."""
        self._served: dict[str, int] = {}
        self._leaving: set[Path] = set()
        """Trainings that were asked to stop for another owner's."""
        self._thread: threading.Thread | None = None
        self._closed = False

    # -- asking ------------------------------------------------------------------------------------------------------

    def going(self) -> list[RunningTraining]:
        """Running trainings and comparisons, also those started elsewhere; trials count with their comparison."""
        with self._lock:
            paths = {path.parent for path in files_below(self.root, "lock")} | set(self._since)
        found: list[RunningTraining] = []
        there = {os.path.realpath(path): path for path in sorted(paths)}  # a link to a run is no second training
        for path in there.values():
            folder = RunFolder(path)
            if not (path / "racer.json").exists() and folder.status().is_active:
                found.append(RunningTraining(folder, (owners_of(path) or ("",))[-1]))
        return found

    def has_room(self) -> bool:
        """Whether a training that is asked for now would begin at once."""
        return len(self.going()) < self.places and not queue.tickets(self.root)

    def where(self, name: str) -> QueuePosition | None:
        """Position of the run called `name` in the queue; None if it does not wait."""
        going = self.going()
        line = self._line(going)
        names = [ticket.folder.name for ticket in line]
        if name not in names:
            return None
        return QueuePosition(names.index(name) + 1, len(line), tuple(place.folder.name for place in going))

    # -- starting ----------------------------------------------------------------------------------------------------

    def check(self, owner: str) -> None:
        """Raise InputError where one more training of `owner` may not be queued."""
        waiting = queue.tickets(self.root)
        if len(waiting) >= MOST:
            raise InputError(f"{MOST} trainings wait already; cancel one, or try again when some have begun.")
        if sum(ticket.owner == owner for ticket in waiting) >= MOST_OF_ONE:
            raise InputError(f"{MOST_OF_ONE} trainings of yours wait already; cancel one first.")

    def submit(self, folder: RunFolder, owner: str) -> None:
        """Start the training in `folder` as soon as there is capacity, perhaps at once."""
        with self._lock:
            queue.enqueue(folder.path, owner)
            self._say_waiting(folder)
            self.dispatch()

    def cancel(self, folder: RunFolder) -> None:
        """Take a training out of the queue; a run that was never begun is removed.

        Raises:
            InputError: if it has begun.
        """
        with self._lock:
            if not queue.dequeue(folder.path) or folder.status().is_active:
                raise InputError(f"{folder.name} does not wait any more.")
            status = folder.status()
            if folder.saved_step() is None and not status.step and not status.seconds:
                folder.delete()
                return
            folder.restore_limits()
            folder.write_status(dataclasses.replace(status, state="stopped", reason="Taken out of the line by hand."))

    def dispatch(self) -> None:
        """Start trainings while there is capacity, and look again soon if some still wait."""
        with self._lock:
            if self._closed:
                return
            self._settle()
            going = self.going()
            free = self.places - len(going)
            for ticket in self._line(going):
                if free <= 0:
                    break
                free -= self._begin(ticket)  # one that cannot begin must not hold up the line
            waiting = queue.tickets(self.root)
            if waiting and self.shared:
                self._take_turns(waiting)
            if waiting and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._watch, name="training queue", daemon=True)
                self._thread.start()

    def wake(self) -> None:
        """Look at once, as a training has ended."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Start nothing any more; tickets stay, and the trainings start when the app is started again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(10)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _line(self, going: list[RunningTraining]) -> list[Ticket]:
        waiting = [
            ticket for ticket in queue.tickets(self.root) if RunFolder(ticket.folder).status().state == "waiting"
        ]
        return queue.fair_order(waiting, Counter(place.owner for place in going), self._served)

    def _watch(self) -> None:
        while True:
            with self._changed:
                self._changed.wait(LOOK)
                self.dispatch()
                if self._closed or not queue.tickets(self.root):
                    self._thread = None
                    return

    def _begin(self, ticket: Ticket) -> bool:
        """Start the training that holds `ticket`; whether it has taken a place."""
        folder = RunFolder(ticket.folder)
        if folder.status().is_active or not queue.dequeue(ticket.folder):
            return False  # being stopped, or started by another process, or its folder takes no change
        self._since[ticket.folder] = time.monotonic()
        self._served[ticket.owner] = max(self._served.values(), default=0) + 1
        try:
            self.starters["comparison" if (ticket.folder / "race.json").exists() else "run"](folder)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told in the run, and the next one is looked at
            del self._since[ticket.folder]
            reason = str(error) if isinstance(error, InputError) else f"It could not be started: {error}"
            with suppress(OSError):
                if folder.path.is_dir():
                    folder.write_status(dataclasses.replace(folder.status(), state="failed", reason=reason))
            return False
        return True

    def _settle(self) -> None:
        """Forget what has ended; a training that was stopped for another owner waits from now on."""
        for path in [path for path in self._since if not RunFolder(path).status().is_active]:
            del self._since[path]
            self._leaving.discard(path)
        for ticket in queue.tickets(self.root):
            folder = RunFolder(ticket.folder)
            state = folder.status().state
            if state in ("finished", "failed"):
                queue.dequeue(ticket.folder)
            elif state in ("stopped", "interrupted"):
                with suppress(OSError):  # a folder that takes no change waits until it does
                    self._say_waiting(folder)

    def _say_waiting(self, folder: RunFolder) -> None:
        status = dataclasses.replace(folder.status(), state="waiting", reason="Waits for its turn.", seconds_left=None)
        folder.write_status(status)

    def _take_turns(self, waiting: list[Ticket]) -> None:
        """Ask one training to stop where an owner without a running one waits, and another has had a turn.

        A paused one is stopped and saved for good: its owner resumes it. Runs of the shell are the machine's owner's.
        """
        going = self.going()
        holders = Counter(place.owner for place in going)
        free = self.places - len(going) + len(self._leaving)
        if free > 0 or all(ticket.owner in holders for ticket in waiting):
            return
        long = time.monotonic() - self.turn
        ripe = [
            place
            for place in going
            if place.owner
            and self._since.get(place.folder.path, float("inf")) <= long
            and place.folder.path not in self._leaving
        ]
        if not ripe:
            return
        place = min(ripe, key=lambda place: (-holders[place.owner], self._since[place.folder.path]))
        self._leaving.add(place.folder.path)
        if place.folder.status().state != "paused":
            queue.enqueue(place.folder.path, place.owner)
        place.folder.request("stop")
