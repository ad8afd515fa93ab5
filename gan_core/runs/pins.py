"""Pinned moments of a run, whose weights are never thinned out: `keyframes/00000464.pin`, ...

A pin is a small file of its own beside the moment's picture and weights, so that viewers and the training, which are
different processes, never write the same file. `now.pin` asks the training to keep the present moment; it becomes that
moment's pin.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gan_core.errors import InputError
from gan_core.files import write_json
from gan_core.records import read_record
from gan_core.runs.folder_names import steps_in

WEIGHTS_BUDGET = 256 * 2**20
"""Bytes of keyframe weights a run may keep."""
SHARE = 0.5
"""Of that budget which pinned moments may take: the rest is for a history that can be slid through."""
ENDING = ".pin"
LONGEST = 60
"""Letters of a pin's name."""


@dataclass
class _Name:
    """What a pin's file holds."""

    name: str = ""


@dataclass(frozen=True)
class Pin:
    """A pinned moment: its step, and a name that a user gave it."""

    step: int
    name: str = ""


class Pins:
    """The pins of one run; cheap to make, reads the folder on every call."""

    def __init__(self, run: Path) -> None:
        self._run = run.name
        self._folder = run / "keyframes"

    def all(self) -> list[Pin]:
        """All pins by step, ascending."""
        try:
            found = steps_in(self._folder, ENDING)
        except OSError:
            return []
        return [Pin(step, _name_in(self._folder / name)) for step, name in sorted(found.items())]

    def steps(self) -> set[int]:
        """The steps of all pins.

        Raises:
            OSError: where the folder cannot be read, which is not the same as no pins: weights must not be thinned out
                then.
        """
        return set(steps_in(self._folder, ENDING))

    def pin(self, step: int, name: str = "") -> None:
        """Keep the moment at `step`, whose weights exist; for one that is pinned, change its `name`.

        Raises:
            InputError: where there are no weights, and when the pinned moments fill their share of the budget.
        """
        if step not in self.steps():
            self._check_room(self._size(step))
        write_json(self._file(step), {"name": _checked(name)})
        if not self._size(step):  # looked for last: the training may thin at any time, but not what is pinned
            self.unpin(step)
            raise InputError(f"Step {step} of {self._run} is not kept (any more); choose another moment.")

    def unpin(self, step: int) -> None:
        """Remove the pin, so that the moment may be thinned out."""
        self._file(step).unlink(missing_ok=True)

    def ask(self, name: str = "") -> None:
        """Ask the training to pin its present moment under `name`.

        Raises:
            InputError: as `pin`.
        """
        newest = max(self._folder.glob("[0-9]*.safetensors"), default=None)
        self._check_room(self._size(int(newest.stem)) if newest is not None else 0)
        self._folder.mkdir(exist_ok=True)
        write_json(self._asked, {"name": _checked(name)}, durable=False)

    @property
    def asked(self) -> bool:
        """Whether the training is asked to keep its present moment."""
        return self._asked.exists()

    def grant(self, step: int) -> None:
        """Fulfil a request, called by the training at `step`: pin this moment, if its weights could be written."""
        if self._size(step):
            self._asked.replace(self._file(step))
        else:
            self.forget_asking()

    def forget_asking(self) -> None:
        """Withdraw the request to keep the present moment."""
        self._asked.unlink(missing_ok=True)

    @property
    def _asked(self) -> Path:
        return self._folder / "now.pin"

    def _file(self, step: int) -> Path:
        return self._folder / f"{step:08d}.pin"

    def _size(self, step: int) -> int:
        try:
            return (self._folder / f"{step:08d}.safetensors").stat().st_size
        except OSError:
            return 0

    def _check_room(self, size: int) -> None:
        pinned = sum(self._size(step) for step in self.steps())
        room = int(SHARE * WEIGHTS_BUDGET)
        if pinned and pinned + size > room:
            raise InputError(
                f"The pinned moments of {self._run} take {pinned / 2**20:.0f} of {room / 2**20:.0f} MiB already; "
                "let one of them go first."
            )


def _checked(name: str) -> str:
    if not isinstance(name, str) or len(name) > LONGEST:
        raise InputError(f"The name of a pinned moment has at most {LONGEST} letters.")
    return name.strip()


def _name_in(path: Path) -> str:
    return read_record(_Name, path).value.name[:LONGEST]
