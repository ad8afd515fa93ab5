"""Lets a run folder tell everything about a training, on a time budget, and carries wishes back."""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import torch

from gan_core.data import DataSet
from gan_core.fetching import Bytes, progress_in_words
from gan_core.runs.folder import RunFolder
from gan_core.runs.keyframes import is_keyframe
from gan_core.training import checkpoints
from gan_core.training.artifacts import DISK_SPEED, ArtifactWriter, NotFiniteError
from gan_core.training.budget import SHARE, Budget
from gan_core.training.convergence import never_met
from gan_core.training.endings import reason_for
from gan_core.training.measuring import LiveMetric
from gan_core.training.statistics import Statistics, not_finite
from gan_core.training.trainer import Trainer

LOOK = 0.1
"""Seconds between looks at the control file and the clock."""
TELL = 1.0
"""Seconds between events; grows with the run, so that a long one does not fill the disk."""
SAVES = (5.0, 30.0)
"""Seconds into a session at which the first checkpoints are due: an early end should cost little."""
SAVE = 120.0
"""Seconds between checkpoints from then on, more where one takes so long that it would exceed the time budget."""
BY_HAND = "Stopped by hand."


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """A stop was asked for while the training was being prepared."""


class Recorder:
    """Everything that is written while a run trains. `after_step` is called after every step and mostly does nothing."""

    def __init__(
        self,
        folder: RunFolder,
        on_event: Callable[[dict[str, Any]], None] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.folder = folder
        self.on_event = on_event
        self._clock = clock
        self.status = folder.status()
        self.status.pid = os.getpid()
        self._stop: str | None = None
        self._reached: str | None = None
        """Which of the recipe's stop rules came true, in words."""
        self._notes: list[str] = []
        """What is to be told as a warning once the training goes on."""
        self._seen_wish = 0  # whoever hands a run over forgets old wishes: what is there is meant for this training
        self._next_look = 0.0
        self._publisher: ArtifactWriter | None = None

    # -- the life of a run -------------------------------------------------------------------------------------------

    def starting(self, words: str) -> None:
        """Before there is a trainer: say what is being done. Raises Stopped if that is asked for already."""
        saved = checkpoints.newest_values(self.folder.path / "checkpoints")
        progress = {key: saved[key] for key in ("step", "images", "seconds") if key in saved}
        self._update(state="starting", reason=words, steps=self.folder.recipe().steps, **progress)
        self.heed_stop()

    def preparing(self, done: int, total: int) -> None:
        """Say how far a data set is that is made or read now, twice a second at most. Raises Stopped if asked to."""
        self.heed_stop()
        if time.time() - self.status.heartbeat > 0.5:
            doing = "Fetching" if isinstance(total, Bytes) else "Preparing"
            self._update(reason=f"{doing} the pictures: {progress_in_words(done, total)}.")

    def heed_stop(self) -> None:
        """Raise Stopped if that is asked for; other wishes wait until there is something to pause or save."""
        if self._stop is None and time.perf_counter() >= self._next_look:
            self._next_look = time.perf_counter() + LOOK
            if (self.folder.control() or {}).get("wish") == "stop":
                self._stop = BY_HAND
        if self._stop is not None:
            raise Stopped(self._stop)

    def note(self, text: str) -> None:
        """Say `text` as a warning as soon as the training goes on."""
        self._notes.append(text)

    def open(self, trainer: Trainer, data: Mapping[str, DataSet], seconds: float) -> None:
        """Training begins, `seconds` having been trained before."""
        self.trainer = trainer
        self.recipe = trainer.recipe
        self.statistics = Statistics()
        self.budget = Budget(seconds, self._clock)
        trainer.seconds = self.budget.seconds
        step = trainer.step_count
        self.publisher = self._publisher = ArtifactWriter(self.folder, trainer, data, self.budget, self._warn)
        self._metric = LiveMetric(self.folder, trainer, data, self.budget, self.publisher)
        self._first_step = step
        self._begin_images = trainer.images
        self._last_keyframe = self._own_step = step
        self._keyframe_due = False
        """A key frame's step came and could not be afforded then: the next step that affords it is one in its place."""
        self._next_look = self._next_tell = self._next_live = self._next_weights = 0.0
        expected = self.publisher.state_bytes() / DISK_SPEED / SHARE
        self._next_save = seconds + min(SAVES[1], max(SAVES[0], expected))
        self.publisher.going_on_from(step)
        self._pinned_ahead = {pinned for pinned in self.folder.pins.steps() if pinned > step}
        """Moments that an earlier try reached and somebody pinned: they are kept anew when this one comes by."""
        if (self.folder.path / "events.jsonl").exists():
            self._event({"kind": "resumed", "step": step})
        parameters = sum(p.numel() for p in trainer.generator.parameters())
        self.publisher.real()
        self._update(
            state="running",
            reason=None,
            step=step,
            images=trainer.images,
            device=trainer.arithmetic.describe(),
            parameters=parameters,
        )
        self._event({"kind": "state", "state": "running", "step": step, "reason": None})
        notes = [*self._notes, *(note for domain in data.values() for note in domain.notes), never_met(self.recipe)]
        for note in filter(None, notes):
            self._warn(note)
        self._notes.clear()

    def finished(self) -> str | None:
        """Why the run should end now: a state and a reason in one, or None while it should go on."""
        if self._stop is not None:
            return "stopped"
        steps, minutes = self.recipe.steps, self.recipe.minutes
        if steps is not None and self.trainer.step_count >= steps:
            return "finished"
        if minutes is not None and self.budget.seconds() >= 60 * minutes:
            return "finished"
        return "finished" if self._reached is not None else None

    def after_step(self, values: Mapping[str, torch.Tensor]) -> None:
        self.statistics.add(values)
        self._measure_change()
        step = self.trainer.step_count
        first = step == self._first_step + 1
        self._keyframe_due = self._keyframe_due or is_keyframe(step)
        if step in self._pinned_ahead or (
            self._keyframe_due and (first or (self.budget.affords() and self.budget.affords_own()))
        ):
            self._keyframe()
        now = time.perf_counter()
        if now < self._next_look and not first:
            return
        self._next_look = now + LOOK
        self._check_here()
        self._obey()
        seconds = self.budget.seconds()
        if first or (seconds >= self._next_tell):
            with self.budget.spending():
                self._tell()
            self._next_tell = seconds + max(TELL, seconds / 600) if seconds > 5 else seconds + TELL / 4
        if first or (seconds >= self._next_live and self.budget.affords()):
            with self.budget.spending():
                self._live(weights=first or seconds >= self._next_weights)
            self._next_live = seconds + 0.25
        if first:
            self.budget.grant()
        self._draw_own()
        if (measured := self._metric.look()) is not None:
            self._event(measured)
            if measured["best"] and self.recipe.is_translation:
                self._keyframe()  # so that the best state can be looked at again
            for alarm in self._metric.alarms():
                self._warn(alarm, alarm=True)
        if seconds >= self._next_save:
            with self.budget.spending():
                self._checkpoint()

    def close(self, state: str) -> None:
        """The run ends well: keep its last moment, its checkpoint and its model."""
        self._tell()
        self._live(weights=True)
        if self.trainer.step_count > self._last_keyframe:
            self._keyframe()
        self._keep_if_asked()
        self._checkpoint()
        self._measure_end(stopped=state == "stopped")
        self.end(state, self._stop if state == "stopped" else self._reached)

    def _measure_end(self, *, stopped: bool) -> None:
        """All is saved already: what goes wrong here costs the measurement alone."""
        try:
            for measured in self._metric.finish(stopped=stopped, warn=self._warn):
                self._event(measured)
        except OSError as error:
            self._warn(f"The end could not be measured ({error.strerror or error}).")

    def end(self, state: str, reason: str | None) -> None:
        """Write the last words. Those of a failure never fail themselves: its cause is what matters."""
        self.status.state, self.status.reason, self.status.seconds_left = state, reason, None
        if state == "failed" and not self.folder.is_here:
            return  # another run may lie there now
        self.folder.forget_wishes()
        words = {"kind": "state", "state": state, "step": self.status.step, "reason": reason}
        self.status.heartbeat = time.time()
        if state != "failed":
            self.folder.write_status(self.status)
            self._event(words)
            return
        with contextlib.suppress(OSError):
            self.folder.write_last_words(self.status)
        with contextlib.suppress(OSError):
            self._event(words)

    def fail(self, error: BaseException) -> str:
        """End the run for `error`; returns the sentence that says so."""
        not_finite = isinstance(error, NotFiniteError)
        reason = self._roll_back(str(error)) if not_finite else reason_for(error, self.folder)
        self.end("failed", reason)
        return reason

    def ask_to_stop(self, reason: str) -> None:
        """Stop after the step that is being made. Safe to call from a signal handler."""
        self._stop = reason

    # -- stop rules --------------------------------------------------------------------------------------------------

    def _heed_loss(self, means: Mapping[str, float]) -> None:
        """`means` are those since the last event: the first step alone is no mean and is passed over."""
        limit, makers = self.recipe.stop_loss, self.trainer.game.sides[0]
        if limit is None or self.trainer.step_count <= self._first_step + 1 or not means:
            return
        loss = sum(means[player] for player in makers) / len(makers)
        if loss < limit:
            self._reached = f"The generator's loss, {loss:.4g} on average, is below {limit:g} (stop_loss)."

    def _measure_change(self) -> None:
        """How far one step moved the players, where one was marked; a solver's whole period counts as its steps."""
        self._heed_average()
        limit, steps = self.recipe.stop_change, self.trainer.marked_steps
        if limit is None or steps is None or steps < self.trainer.solver.period:
            return
        change = self.trainer.change()
        if change < limit:
            self._reached = (
                f"The parameters change by {change:.2g} of their size a step, less than {limit:g} (stop_change)."
            )

    def _heed_average(self) -> None:
        limit, moved = self.recipe.stop_average_change, self.trainer.average_change
        if limit is not None and moved is not None and moved.share is not None and moved.share < limit:
            self._reached = (
                f"The averaged weights changed by {moved.share:.2g} of their size over {moved.window:,} images, less than "
                f"{limit:g} (stop_average_change)."
            )

    # -- wishes ------------------------------------------------------------------------------------------------------

    def _obey(self) -> None:
        self._keep_if_asked()
        wish = self._new_wish()
        if wish == "stop":
            self.ask_to_stop(BY_HAND)
        elif wish == "save":
            with self.budget.spending():
                self._checkpoint()
        elif wish == "pause":
            self._pause()

    def _keep_if_asked(self) -> None:
        """Pin this moment if somebody wants it kept."""
        pins = self.folder.pins
        if not pins.asked:
            return
        if self.trainer.step_count > self._last_keyframe:
            self._keyframe()
        with contextlib.suppress(OSError):  # a disk that takes no more: who asked sees that there is no pin
            pins.grant(self.trainer.step_count)

    def _new_wish(self) -> str | None:
        control = self.folder.control()
        if control is None or control["sequence"] <= self._seen_wish:
            return None
        self._seen_wish = control["sequence"]
        return control["wish"]

    def _pause(self) -> None:
        with self.budget.pausing():
            self._tell()
            self._live(weights=True)
            self._checkpoint()
            self._update(state="paused")
            self._event({"kind": "state", "state": "paused", "step": self.trainer.step_count, "reason": None})
            while self._stop is None:
                wish = self._new_wish()
                if wish == "stop":
                    self.ask_to_stop(BY_HAND)
                if wish == "resume":
                    break
                if self.publisher.own is not None and self.publisher.own.changed():
                    self._draw_own()
                self._keep_if_asked()
                time.sleep(0.05)
                if time.time() - self.status.heartbeat > 1:
                    self._update()
        self._update(state="running")
        self._event({"kind": "state", "state": "running", "step": self.trainer.step_count, "reason": None})

    # -- what is written ---------------------------------------------------------------------------------------------

    def _tell(self) -> None:
        """Numbers since the last time, into the events and the status."""
        means = self.statistics.read()
        trainer = self.trainer
        if wrong := not_finite(means):
            raise NotFiniteError(", ".join(wrong))
        self._heed_loss(means)
        if self.recipe.stop_change is not None:
            trainer.mark()
        session = self.budget.session_seconds()
        speed = (trainer.images - self._begin_images) / max(session, 1e-9)
        players = set(trainer.game.players)
        progress = {
            "step": trainer.step_count,
            "images": trainer.images,
            "seconds": round(self.budget.seconds(), 3),
            "images_per_second": round(speed, 2),
            "preview_share": round(self.budget.share(), 4),
        }
        if means:
            losses = {name: _short(value) for name, value in means.items() if name not in ("real", "fake")}
            scores = {name: _short(value) for name, value in means.items() if name in ("real", "fake")}
            assert players <= losses.keys()
            self._event({"kind": "progress", **progress, "losses": losses, "scores": scores})
        self._update(**progress, seconds_left=self._seconds_left(speed))

    def _seconds_left(self, speed: float) -> float | None:
        left: list[float] = []
        if self.recipe.steps is not None and speed > 0:
            left.append((self.recipe.steps - self.trainer.step_count) * self.recipe.batch_size / speed)
        if self.recipe.minutes is not None:
            left.append(60 * self.recipe.minutes - self.budget.seconds())
        return round(max(0.0, min(left)), 1) if left else None

    def _live(self, *, weights: bool) -> None:
        """The newest grid, and about once a second the newest weights."""
        if self.publisher.live(weights=weights) and weights:
            self._update(live_step=self.trainer.step_count)
        if weights:
            self._next_weights = self.budget.seconds() + 1.0

    def _keyframe(self) -> None:
        self._check_here()
        step, self._keyframe_due = self.trainer.step_count, False
        with self.budget.spending():
            kept = self.publisher.keyframe()
        self._next_live = self.budget.seconds() + 0.25  # it is shown as the newest, too
        if kept and self.publisher.own is not None and (self.publisher.own.changed() or self.publisher.own.any):
            with self.budget.drawing_own():
                self.publisher.own_pictures(keyframe=True)
            self._own_drawn()
        self._last_keyframe = step
        if kept:
            self._event({"kind": "keyframe", "step": step, "seconds": round(self.budget.seconds(), 3)})

    def _draw_own(self) -> None:
        """Own pictures that have just come, at once; the others as often as what is set aside for them allows.

        A key frame that is due comes first: it draws them too, and they are kept with it.
        """
        own = self.publisher.own
        again = not self._keyframe_due and self.budget.affords_own() and self._own_step < self.trainer.step_count
        if own is None or not (own.changed() or (own.any and again)):
            return
        with self.budget.drawing_own():
            self.publisher.own_pictures()
        self._own_drawn()

    def _own_drawn(self) -> None:
        self._own_step = self.trainer.step_count
        if self.publisher.own is None or not self.publisher.own.any:
            self.budget.own_cost = 0.0

    def _checkpoint(self) -> None:
        start = self.budget.seconds()
        self.publisher.checkpoint()
        now = self.budget.seconds()
        early = [moment - self.budget.session_seconds() for moment in SAVES]
        soon = next((wait for wait in early if wait > SAVES[0]), SAVE)
        self._next_save = now + max(soon, (now - start) / SHARE)
        self._event({"kind": "checkpoint", "step": self.trainer.step_count})

    def _roll_back(self, wrong: str) -> str:
        """The sentence for a training that blew up. The newest checkpoint was finite: it is the state to go on from."""
        if self._publisher is not None:
            with contextlib.suppress(OSError):
                self._publisher.withdraw()
        step, saved = self.trainer.step_count, self.folder.saved_step()
        safe = "Nothing was saved yet" if saved is None else f"The last good state is step {saved}"
        text = f"Not finite at about step {step}: {wrong}. {safe}. Try a smaller learning rate or a larger penalty."
        with contextlib.suppress(OSError):  # only into the folder: who started the training is told by the error
            self.folder.append_event({"kind": "warning", "step": step, "text": text})
        return text

    def _warn(self, text: str, *, alarm: bool = False) -> None:
        """`alarm` for what somebody should look at now, and not only read of later."""
        marked = {"alarm": True} if alarm else {}
        self._event({"kind": "warning", "step": self.trainer.step_count, "text": text, **marked})

    def _check_here(self) -> None:
        """Raise FileNotFoundError once the folder was moved or deleted: another run may lie at its place."""
        if not self.folder.is_here:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.folder.path))

    def _event(self, event: dict[str, Any]) -> None:
        self._check_here()
        self.folder.append_event(event)
        if self.on_event is not None:
            self.on_event(event)

    def _update(self, **changes: Any) -> None:
        self._check_here()
        for name, value in changes.items():
            setattr(self.status, name, value)
        self.status.heartbeat = time.time()
        self.folder.write_status(self.status)


def _short(value: float) -> float:
    """Six significant digits: enough for a curve, and short in the file."""
    return float(f"{value:.6g}")
