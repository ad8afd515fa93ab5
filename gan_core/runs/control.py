"""Requests of viewers to a training: `control.json` holds the newest one with its number."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from gan_core.errors import InputError
from gan_core.files import write_json
from gan_core.records import Count, OneOf, read_record

REQUESTS = ("pause", "resume", "stop", "save")


@dataclass
class _Control:
    sequence: Count = 0
    wish: Annotated[str, OneOf(REQUESTS)] = ""


class Control:
    """The requests to one run; cheap to make, reads the file on every call."""

    def __init__(self, run: Path) -> None:
        self._run = run.name
        self._path = run / "control.json"

    def ask(self, wish: str) -> int:
        """Write a request for the process that trains the run, one of `REQUESTS`.

        Returns:
            The request's number, larger than all before it.

        Raises:
            InputError: for an unknown request, and where the disk does not take it.
        """
        if wish not in REQUESTS:
            raise InputError(f"A run can be asked to {', '.join(REQUESTS)}; not to {wish!r}.")
        sequence = (self.newest() or {"sequence": 0})["sequence"] + 1
        try:
            write_json(self._path, {"sequence": sequence, "wish": wish})
        except OSError as error:
            raise InputError(
                f"The run {self._run} cannot be asked to {wish}: its folder takes no file ({error.strerror or error})."
            ) from error
        return sequence

    def newest(self) -> dict[str, Any] | None:
        """The newest request, with its number; None without one, and for a file that holds none."""
        record = read_record(_Control, self._path)
        if record.wrong is not None or not record.value.wish:
            return None
        return {"sequence": record.value.sequence, "wish": record.value.wish}

    def forget(self) -> None:
        """Remove the request to a run that is not being trained, so that the next training does not follow it."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
