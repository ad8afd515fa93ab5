"""One training in its run folder, alone or beside others: prepared from the newest checkpoint, looped, ended in
words."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import torch

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.fetching import Bytes, progress_in_words
from gan_core.runs.folder import RunFolder
from gan_core.runs.status import Status
from gan_core.training import checkpoints, loop, start_weights
from gan_core.training.artifacts import ArtifactWriter, NotFiniteError
from gan_core.training.budget import Budget
from gan_core.training.callbacks import BY_HAND, ControlRequests, run_callbacks
from gan_core.training.convergence import never_met
from gan_core.training.endings import reason_for
from gan_core.training.identity import check_data, check_recipe
from gan_core.training.loop import StopRequest, TrainingLoop
from gan_core.training.measuring import LiveMetric
from gan_core.training.reporter import RunReporter
from gan_core.training.trainer import Trainer

LoadData = Callable[[Mapping[str, Any]], Mapping[str, DataSet]]
"""Brings the data by domain; gets the values of the checkpoint that the run goes on from, none at a beginning."""


class Stopped(Exception):  # noqa: N818 - no error: it was asked for
    """A stop was asked for while the training was being prepared."""


class TrainingRun:
    """A run folder and the loop that trains it: `prepare`, `start`, `loop.run()`, then `close`; `fail` at any time.

    The folder's lock is the caller's.
    """

    control: ClassVar[type[ControlRequests]] = ControlRequests
    """What does the requests of viewers."""
    loop: TrainingLoop
    """There from `start` on."""

    def __init__(
        self,
        folder: RunFolder,
        on_event: Callable[[dict[str, Any]], None] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`clock` counts the seconds that the recipe's limit of time is of."""
        self.folder = folder
        self.reporter = RunReporter(folder, on_event)
        self.stop = StopRequest()
        self.notes: list[str] = []
        """Warnings that are written once the training goes on."""
        self._clock = clock
        self._next_look = 0.0
        self._artifacts: ArtifactWriter | None = None

    @property
    def status(self) -> Status:
        """The status that is written to the folder."""
        return self.reporter.status

    @property
    def budget(self) -> Budget:
        """The loop's account of time."""
        return self.loop.budget

    def ask_to_stop(self, reason: str = "Asked to stop by the system.") -> None:
        """Stop after the step that is being made; safe to call from a signal handler."""
        self.stop.reason = reason

    # -- before the first step ---------------------------------------------------------------------------------------

    def prepare(self, doing: str, load: LoadData, device: torch.device, arithmetic: Arithmetic | None = None) -> None:
        """Build the trainer, as of the newest checkpoint if there is one.

        Args:
            doing: The reason that the status shows meanwhile.
            load: Loads the recipe's data.
            device: Where the networks live.
            arithmetic: Number format and thread count; a checkpoint's own takes precedence, so that results stay the
                same.

        Raises:
            Stopped: if that is asked for.
            InputError: where recipe or data are not those of the checkpoint.
        """
        recipe, folder = self.folder.recipe(), self.folder.path / "checkpoints"
        saved = checkpoints.newest_values(folder)
        progress = {key: saved[key] for key in ("step", "images", "seconds") if key in saved}
        self.reporter.update(state="starting", reason=doing, steps=recipe.steps, **progress)
        self.raise_if_stopped()
        tensors, values = checkpoints.load_newest(folder, self.notes.append) or ({}, {})
        if values:
            check_recipe(recipe, values)
        data = load(values)
        if values:
            check_data(data, values)
        self.trainer = Trainer(recipe, data, device, _arithmetic_of(values, device) or arithmetic)
        if values:
            self.trainer.load_state(tensors, values)
        elif told := start_weights.begin(self.trainer, self.folder):
            self.notes.append(told)
        self.trainer.freeze_discriminators()
        self._seconds_before = float(values.get("seconds", 0.0))

    def preparing_data(self, done: int, total: int) -> None:
        """Report the progress of loading data in the status, twice a second at most.

        Raises:
            Stopped: if that is asked for.
        """
        self.raise_if_stopped()
        if time.time() - self.status.heartbeat > 0.5:
            doing = "Fetching" if isinstance(total, Bytes) else "Preparing"
            self.reporter.update(reason=f"{doing} the pictures: {progress_in_words(done, total)}.")

    def raise_if_stopped(self) -> None:
        """Raise Stopped if that is asked for; other requests wait until there is something to pause or save."""
        if self.stop.reason is None and time.perf_counter() >= self._next_look:
            self._next_look = time.perf_counter() + loop.TICK
            if (self.folder.control() or {}).get("wish") == "stop":
                self.stop.reason = BY_HAND
        if self.stop.reason is not None:
            raise Stopped(self.stop.reason)

    def start(self) -> None:
        """The clock runs from now on, and the folder says that training begins."""
        trainer, data, reporter = self.trainer, self.trainer.data, self.reporter
        reporter.trainer = trainer
        budget = Budget(self._seconds_before, self._clock)
        trainer.seconds = budget.seconds
        artifacts = self._artifacts = ArtifactWriter(self.folder, trainer, data, budget, reporter.warn)
        metric = LiveMetric(self.folder, trainer, data, budget, artifacts)
        self.loop = TrainingLoop(trainer, budget, self.stop, run_callbacks(reporter, artifacts, metric, self.control))
        self.loop.start()
        if (self.folder.path / "events.jsonl").exists():
            reporter.event({"kind": "resumed", "step": trainer.step_count})
        artifacts.real()
        reporter.training_begins()
        reporter.warn_all([*self.notes, *(note for domain in data.values() for note in domain.notes)])
        reporter.warn_all([never_met(trainer.recipe)])
        self.notes.clear()

    # -- its end -----------------------------------------------------------------------------------------------------

    def close(self, state: str) -> None:
        """It ends well, `finished` or `stopped`: keep its last moment, its checkpoint and its model."""
        self.loop.finish(state)
        self.reporter.end(state, self.loop.reason(state))

    def fail(self, error: BaseException) -> str:
        """End the run for `error`; returns the sentence that says so."""
        not_finite = isinstance(error, NotFiniteError)
        reason = self._not_finite(str(error)) if not_finite else reason_for(error, self.folder)
        self.reporter.end("failed", reason)
        return reason

    def _not_finite(self, wrong: str) -> str:
        """The sentence for a training that blew up. The newest checkpoint was finite: the run goes on from there."""
        if self._artifacts is not None:
            with contextlib.suppress(OSError):
                self._artifacts.withdraw()
        step, saved = self.reporter.step, self.folder.saved_step()
        safe = "Nothing was saved yet" if saved is None else f"The last good state is step {saved}"
        text = f"Not finite at about step {step}: {wrong}. {safe}. Try a smaller learning rate or a larger penalty."
        with contextlib.suppress(OSError):  # only into the folder: who started the training is told by the error
            self.folder.append_event({"kind": "warning", "step": step, "text": text})
        return text


def _arithmetic_of(saved: Mapping[str, Any], device: torch.device) -> Arithmetic | None:
    """What the run was begun with, if this is the same kind of device."""
    known = saved.get("arithmetic")
    if known is None or known["device"] != device.type:
        return None
    return Arithmetic(device, known["bfloat16"], known["threads"])
