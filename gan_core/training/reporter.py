"""What a run folder says of its training: events, status, warnings, and how it ended."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from gan_core.runs.folder import RunFolder
from gan_core.training.trainer import Trainer


class RunReporter:
    """Writes the events and the status of one training into its run folder; `on_event` gets every event too."""

    def __init__(self, folder: RunFolder, on_event: Callable[[dict[str, Any]], None] | None = None) -> None:
        self.folder = folder
        self.on_event = on_event
        self.status = folder.status()
        self.status.pid = os.getpid()
        self.trainer: Trainer | None = None
        """None while the training is being prepared."""

    @property
    def step(self) -> int:
        """Steps made so far."""
        return self.status.step if self.trainer is None else self.trainer.step_count

    def training_begins(self) -> None:
        """Set the status before the first step of this session."""
        trainer = self.trainer
        assert trainer is not None
        parameters = sum(parameter.numel() for parameter in trainer.generator.parameters())
        self.update(
            state="running",
            reason=None,
            step=trainer.step_count,
            images=trainer.images,
            device=trainer.arithmetic.describe(),
            parameters=parameters,
        )
        self.state_event("running", None)

    def warn(self, text: str, *, alarm: bool = False) -> None:
        """Write a warning; `alarm` is for one that needs attention now."""
        marked = {"alarm": True} if alarm else {}
        self.event({"kind": "warning", "step": self.step, "text": text, **marked})

    def warn_all(self, texts: Iterable[str | None]) -> None:
        """Write a warning for every text but None."""
        for text in filter(None, texts):
            self.warn(text)

    def state_event(self, state: str, reason: str | None) -> None:
        """Write an event on the state of the training."""
        self.event({"kind": "state", "state": state, "step": self.step, "reason": reason})

    def event(self, event: dict[str, Any]) -> None:
        """Append an event to the run folder, and pass it to `on_event`.

        Raises:
            FileNotFoundError: once the folder was moved or deleted.
            OSError: if it cannot be written.
        """
        self.check_folder()
        self.folder.append_event(event)
        if self.on_event is not None:
            self.on_event(event)

    def update(self, **changes: Any) -> None:
        """Write the status with `changes`, and that the training is alive."""
        self.check_folder()
        for name, value in changes.items():
            setattr(self.status, name, value)
        self.status.heartbeat = time.time()
        self.folder.write_status(self.status)

    def check_folder(self) -> None:
        """Raise FileNotFoundError once the folder was moved or deleted: another run may lie at its path."""
        if not self.folder.is_here:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.folder.path))

    def end(self, state: str, reason: str | None) -> None:
        """Write how the training ended.

        Where it failed this never raises: the cause of the failure is what matters.
        """
        self.status.state, self.status.reason, self.status.seconds_left = state, reason, None
        if state == "failed" and not self.folder.is_here:
            return  # another run may lie there now
        self.folder.forget_requests()
        event = {"kind": "state", "state": state, "step": self.status.step, "reason": reason}
        self.status.heartbeat = time.time()
        if state != "failed":
            self.folder.write_status(self.status)
            self.event(event)
            return
        with contextlib.suppress(OSError):
            self.folder.write_last_words(self.status)
        with contextlib.suppress(OSError):
            self.event(event)
