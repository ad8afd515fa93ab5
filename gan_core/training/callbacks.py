"""What is done between the steps of a training: its run folder is written, and what viewers ask for is done."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from gan_core.runs.keyframes import is_keyframe
from gan_core.training.artifacts import DISK_SPEED, ArtifactWriter, NotFiniteError
from gan_core.training.budget import SHARE
from gan_core.training.loop import Callback, TrainingLoop
from gan_core.training.measuring import LiveMetric
from gan_core.training.reporter import RunReporter
from gan_core.training.statistics import Statistics, not_finite

PROGRESS_INTERVAL = 1.0
"""Seconds between progress events; grows with the run, so that a long one does not fill the disk."""
PREVIEW_INTERVAL = 0.25
WEIGHTS_INTERVAL = 1.0
"""Seconds between live pictures, and between live weights."""
FIRST_SAVES = (5.0, 30.0)
"""Seconds into a session at which the first checkpoints are due: an early end should cost little."""
SAVE_INTERVAL = 120.0
"""Seconds between checkpoints from then on, more where one takes so long that it would exceed the time budget."""
BY_HAND = "Stopped by hand."


class StopRules(Callback):
    """Ends the training where the recipe says so: `stop_loss`, `stop_change`, `stop_average_change`."""

    def on_step(self, loop: TrainingLoop, values: Mapping[str, Tensor]) -> None:
        trainer, recipe = loop.trainer, loop.trainer.recipe
        if recipe.stop_average_change is not None and (moved := trainer.average_change) is not None:
            limit, share = recipe.stop_average_change, moved.share
            if share is not None and share < limit:
                loop.stop_rule = (
                    f"The averaged weights changed by {share:.2g} of their size over {moved.window:,} images, less than "
                    f"{limit:g} (stop_average_change)."
                )
        if recipe.stop_change is not None and (steps := trainer.marked_steps) is not None:
            if steps < trainer.solver.period:  # a solver's whole period is one step
                return
            change, limit = trainer.change(), recipe.stop_change
            if change < limit:
                loop.stop_rule = (
                    f"The parameters change by {change:.2g} of their size a step, less than {limit:g} (stop_change)."
                )

    def on_means(self, loop: TrainingLoop, means: Mapping[str, float]) -> None:
        """`means` are the losses since the last progress event; those of the first step alone are passed over."""
        recipe, generators = loop.trainer.recipe, loop.trainer.game.sides[0]
        if recipe.stop_loss is not None and loop.trainer.step_count > loop.first_step and means:
            loss = sum(means[player] for player in generators) / len(generators)
            if loss < recipe.stop_loss:
                loop.stop_rule = (
                    f"The generator's loss, {loss:.4g} on average, is below {recipe.stop_loss:g} (stop_loss)."
                )
        if recipe.stop_change is not None:
            loop.trainer.mark()  # the next step tells how far one step moves the players


class Progress(Callback):
    """Mean losses and scores since the last time, as an event; progress and speed, in the status."""

    def __init__(self, reporter: RunReporter, stop_rules: StopRules) -> None:
        self.reporter = reporter
        self.stop_rules = stop_rules
        self.statistics = Statistics()
        self._next = 0.0

    def on_start(self, loop: TrainingLoop) -> None:
        self._images_before = loop.trainer.images

    def on_step(self, loop: TrainingLoop, values: Mapping[str, Tensor]) -> None:
        self.statistics.add(values)

    def on_tick(self, loop: TrainingLoop) -> None:
        seconds = loop.budget.seconds()
        if not loop.is_first_step and seconds < self._next:
            return
        with loop.budget.spending():
            self.report(loop)
        wait = max(PROGRESS_INTERVAL, seconds / 600) if seconds > 5 else PROGRESS_INTERVAL / 4
        self._next = seconds + wait

    def on_pause(self, loop: TrainingLoop) -> None:
        self.report(loop)

    def on_stop(self, loop: TrainingLoop) -> None:
        self.report(loop)

    def report(self, loop: TrainingLoop) -> None:
        """Raises NotFiniteError for a mean that is no number."""
        means = self.statistics.read()
        trainer, budget = loop.trainer, loop.budget
        if wrong := not_finite(means):
            raise NotFiniteError(", ".join(wrong))
        self.stop_rules.on_means(loop, means)
        speed = (trainer.images - self._images_before) / max(budget.session_seconds(), 1e-9)
        progress: dict[str, Any] = {
            "step": trainer.step_count,
            "images": trainer.images,
            "seconds": round(budget.seconds(), 3),
            "images_per_second": round(speed, 2),
            "preview_share": round(budget.share(), 4),
        }
        if means:
            scores = {name: _short(means[name]) for name in means if name in ("real", "fake")}
            losses = {name: _short(means[name]) for name in means if name not in scores}
            assert set(trainer.game.players) <= losses.keys()
            self.reporter.event({"kind": "progress", **progress, "losses": losses, "scores": scores})
        self.reporter.update(**progress, seconds_left=self._seconds_left(loop, speed))

    def _seconds_left(self, loop: TrainingLoop, speed: float) -> float | None:
        recipe, left = loop.trainer.recipe, list[float]()
        if recipe.steps is not None and speed > 0:
            left.append((recipe.steps - loop.trainer.step_count) * recipe.batch_size / speed)
        if recipe.minutes is not None:
            left.append(60 * recipe.minutes - loop.budget.seconds())
        return round(max(0.0, min(left)), 1) if left else None


class Previews(Callback):
    """The live picture, and about once a second the live weights."""

    def __init__(self, reporter: RunReporter, artifacts: ArtifactWriter) -> None:
        self.reporter = reporter
        self.artifacts = artifacts
        self._next = self._next_weights = 0.0

    def on_tick(self, loop: TrainingLoop) -> None:
        first, seconds = loop.is_first_step, loop.budget.seconds()
        if first or (seconds >= self._next and loop.budget.affords()):
            with loop.budget.spending():
                self.draw(loop, weights=first or seconds >= self._next_weights)
            self.drawn(seconds)
        if first:
            loop.budget.grant()

    def on_pause(self, loop: TrainingLoop) -> None:
        self.draw(loop, weights=True)

    def on_stop(self, loop: TrainingLoop) -> None:
        self.draw(loop, weights=True)

    def draw(self, loop: TrainingLoop, *, weights: bool) -> None:
        """Write the newest grid, and with `weights` the newest weights."""
        if self.artifacts.live(weights=weights) and weights:
            self.reporter.update(live_step=loop.trainer.step_count)
        if weights:
            self._next_weights = loop.budget.seconds() + WEIGHTS_INTERVAL

    def drawn(self, seconds: float) -> None:
        """The live picture is of the training after `seconds`."""
        self._next = seconds + PREVIEW_INTERVAL


class Keyframes(Callback):
    """Moments that are kept: log-spaced steps as far as the budget affords them, pinned ones, and the end."""

    def __init__(self, reporter: RunReporter, artifacts: ArtifactWriter, previews: Previews) -> None:
        self.reporter = reporter
        self.artifacts = artifacts
        self.previews = previews
        self.is_due = False
        """A keyframe's step came and could not be afforded then: the next step that affords it is one in its place."""

    def on_start(self, loop: TrainingLoop) -> None:
        self._newest = step = loop.trainer.step_count
        self.artifacts.going_on_from(step)
        self._pinned_ahead = {pinned for pinned in self.artifacts.folder.pins.steps() if pinned > step}
        """Moments that an earlier try reached and that are pinned: they are kept anew when this one comes by."""

    def on_step(self, loop: TrainingLoop, values: Mapping[str, Tensor]) -> None:
        step = loop.trainer.step_count
        self.is_due = self.is_due or is_keyframe(step)
        affords = self.is_due and (loop.is_first_step or (loop.budget.affords() and loop.budget.affords_own()))
        if affords or step in self._pinned_ahead:
            self.keep(loop)

    def on_wait(self, loop: TrainingLoop) -> None:
        self.pin_if_asked(loop)

    def on_stop(self, loop: TrainingLoop) -> None:
        if loop.trainer.step_count > self._newest:
            self.keep(loop)
        self.pin_if_asked(loop)

    def keep(self, loop: TrainingLoop) -> None:
        """Keep the present moment as a keyframe, with the probe images if there are any."""
        self.reporter.check_folder()
        step, self.is_due = loop.trainer.step_count, False
        with loop.budget.spending():
            kept = self.artifacts.keyframe()
        self.previews.drawn(loop.budget.seconds())  # it is shown as the newest, too
        own = self.artifacts.own
        if kept and own is not None and (own.changed() or own.any):
            self.artifacts.probe_sheet(keyframe=True)
        self._newest = step
        if kept:
            self.reporter.event({"kind": "keyframe", "step": step, "seconds": round(loop.budget.seconds(), 3)})

    def pin_if_asked(self, loop: TrainingLoop) -> None:
        """Pin this moment if a viewer asks for that."""
        pins = self.artifacts.folder.pins
        if not pins.asked:
            return
        if loop.trainer.step_count > self._newest:
            self.keep(loop)
        with contextlib.suppress(OSError):  # a disk that takes no more: who asked sees that there is no pin
            pins.grant(loop.trainer.step_count)


class ProbeSheets(Callback):
    """Probe images: new ones are translated at once, the others as often as their account affords.

    A keyframe that is due comes first: it draws them too, and they are kept with it.
    """

    def __init__(self, artifacts: ArtifactWriter, keyframes: Keyframes) -> None:
        self.artifacts = artifacts
        self.keyframes = keyframes

    def on_start(self, loop: TrainingLoop) -> None:
        self.artifacts.probe_step = loop.trainer.step_count

    def on_tick(self, loop: TrainingLoop) -> None:
        own, budget = self.artifacts.own, loop.budget
        if own is None:
            return
        moved = self.artifacts.probe_step < loop.trainer.step_count
        if own.changed() or (own.any and moved and not self.keyframes.is_due and budget.affords_own()):
            self.artifacts.probe_sheet()

    def on_wait(self, loop: TrainingLoop) -> None:
        if self.artifacts.own is not None and self.artifacts.own.changed():
            self.artifacts.probe_sheet()


class Evaluation(Callback):
    """Measures the averaged networks on the way and at the end, keeps the best state, and raises alarms."""

    def __init__(self, reporter: RunReporter, metric: LiveMetric, keyframes: Keyframes) -> None:
        self.reporter = reporter
        self.metric = metric
        self.keyframes = keyframes

    def on_tick(self, loop: TrainingLoop) -> None:
        measured = self.metric.measure_if_due()
        if measured is None:
            return
        self.reporter.event(measured)
        if measured["best"] and loop.trainer.recipe.is_translation:
            self.keyframes.keep(loop)  # so that the best state can be seen again
        for alarm in self.metric.alarms():
            self.reporter.warn(alarm, alarm=True)

    def on_end(self, loop: TrainingLoop, state: str) -> None:
        try:
            for measured in self.metric.finish(stopped=state == "stopped", warn=self.reporter.warn):
                self.reporter.event(measured)
        except OSError as error:  # all is saved already: this costs the measurement alone
            self.reporter.warn(f"The end could not be measured ({error.strerror or error}).")


class Checkpoints(Callback):
    """Everything needed to go on bit for bit: soon after the start, then every two minutes, and at the end."""

    def __init__(self, reporter: RunReporter, artifacts: ArtifactWriter) -> None:
        self.reporter = reporter
        self.artifacts = artifacts

    def on_start(self, loop: TrainingLoop) -> None:
        expected = self.artifacts.state_bytes() / DISK_SPEED / SHARE
        wait = min(FIRST_SAVES[1], max(FIRST_SAVES[0], expected))
        self._next = loop.budget.before + wait

    def on_tick(self, loop: TrainingLoop) -> None:
        if loop.budget.seconds() >= self._next:
            with loop.budget.spending():
                self.save(loop)

    def on_pause(self, loop: TrainingLoop) -> None:
        self.save(loop)

    def on_stop(self, loop: TrainingLoop) -> None:
        self.save(loop)

    def save(self, loop: TrainingLoop) -> None:
        """Raises OSError where it cannot be written, NotFiniteError for weights that are no numbers."""
        budget, start = loop.budget, loop.budget.seconds()
        self.artifacts.checkpoint()
        now = budget.seconds()
        early = [moment - budget.session_seconds() for moment in FIRST_SAVES]
        soon = next((wait for wait in early if wait > FIRST_SAVES[0]), SAVE_INTERVAL)
        self._next = now + max(soon, (now - start) / SHARE)
        self.reporter.event({"kind": "checkpoint", "step": loop.trainer.step_count})


class ControlRequests(Callback):
    """Does what viewers ask for in control.json (pause, resume, stop, save) and by pinning a moment."""

    def __init__(self, reporter: RunReporter, keyframes: Keyframes, checkpoints: Checkpoints) -> None:
        self.reporter = reporter
        self.keyframes = keyframes
        self.checkpoints = checkpoints
        # Old requests are forgotten when a run is handed over: one that is there is meant for this training.
        self._seen = 0

    def on_tick(self, loop: TrainingLoop) -> None:
        self.reporter.check_folder()
        self.keyframes.pin_if_asked(loop)
        request = self.new_request()
        if request == "stop":
            loop.stop.reason = BY_HAND
        elif request == "save":
            self.save(loop)
        elif request == "pause":
            self._pause(loop)

    def new_request(self) -> str | None:
        """The newest request that was not read before; None where there is none."""
        control = self.reporter.folder.control()
        if control is None or control["sequence"] <= self._seen:
            return None
        self._seen = control["sequence"]
        return control["wish"]

    def save(self, loop: TrainingLoop) -> None:
        """Save a checkpoint now."""
        with loop.budget.spending():
            self.checkpoints.save(loop)

    def _pause(self, loop: TrainingLoop) -> None:
        with loop.budget.pausing():
            loop.pause()
            self._say_state("paused")
            while loop.stop.reason is None:
                request = self.new_request()
                if request == "stop":
                    loop.stop.reason = BY_HAND
                if request == "resume":
                    break
                loop.wait()
                if time.time() - self.reporter.status.heartbeat > 1:
                    self.reporter.update()
        self._say_state("running")

    def _say_state(self, state: str) -> None:
        self.reporter.update(state=state)
        self.reporter.state_event(state, None)


def run_callbacks(
    reporter: RunReporter,
    artifacts: ArtifactWriter,
    metric: LiveMetric,
    control: type[ControlRequests] = ControlRequests,
) -> Sequence[Callback]:
    """All that a run folder gets, in the order in which it is done after a step."""
    stop_rules = StopRules()
    previews = Previews(reporter, artifacts)
    keyframes = Keyframes(reporter, artifacts, previews)
    checkpoints = Checkpoints(reporter, artifacts)
    return (
        control(reporter, keyframes, checkpoints),
        Progress(reporter, stop_rules),
        stop_rules,
        previews,
        ProbeSheets(artifacts, keyframes),
        keyframes,
        Evaluation(reporter, metric, keyframes),
        checkpoints,
    )


def _short(value: float) -> float:
    """Six significant digits: enough for a curve, and short in the file."""
    return float(f"{value:.6g}")
