"""One trial of a comparison: a training that is given turns, with a clock of its own, and its measurements."""

from __future__ import annotations

import time
from contextlib import ExitStack

import torch
from torch import Tensor

from gan_core.compare.evaluation import TrialEvaluator
from gan_core.compare.reading import TRAINING, Trial
from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.models.generator import latents_for_seed
from gan_core.runs.folder import RunFolder
from gan_core.training.artifacts import NotFiniteError
from gan_core.training.callbacks import BY_HAND, ControlRequests
from gan_core.training.loop import TrainingLoop
from gan_core.training.run import TrainingRun

TURN = 0.75
"""Seconds of a turn: long enough for caches to warm up, short enough that all trials meet the same noise."""
MOMENTS = (0.0625, 0.125, 0.25, 0.5, 0.75, 1.0)
"""Shares of the budget at which a trial is measured."""
DRAW = 250
SEED = 20_000
"""Of the latents that measurements draw: the same for all trials, and not those of the grids."""


class TurnRequests(ControlRequests):
    """Requests to a trial: a pause gives its turns away instead of waiting, as the other trials go on."""

    paused = False

    def on_tick(self, loop: TrainingLoop) -> None:
        self.reporter.check_folder()
        self.handle(loop)

    def handle(self, loop: TrainingLoop) -> None:
        """Handle a request, also between two turns."""
        request = self.new_request()
        if request in ("pause", "resume"):
            self.set_paused(request == "pause")
        elif request == "stop":
            loop.stop.reason = BY_HAND
        elif request == "save":
            self.save(loop)

    def set_paused(self, paused: bool) -> None:
        """Pause the trial, or let it go on."""
        if paused != self.paused:
            self.paused = paused
            self.reporter.update(state="paused" if paused else "running")


class TrialRun(TrainingRun):
    """A trial that trains in turns with others.

    Raises:
        InputError: if its checkpoint belongs to another recipe or data set.
    """

    control = TurnRequests

    def __init__(
        self,
        trial: Trial,
        folder: RunFolder,
        data: DataSet,
        device: torch.device,
        arithmetic: Arithmetic | None,
        clock: str,
    ) -> None:
        self.trial = trial
        self.held = ExitStack()
        self.held.enter_context(folder.lock())
        super().__init__(folder, clock=time.process_time if clock == "processor" else time.perf_counter)
        try:
            folder.forget_requests()
            self.prepare("Getting ready for the comparison.", lambda _: {"A": data}, device, arithmetic)
            # What was measured after the checkpoint belongs to steps that are made again.
            trial.moments = [moment for moment in trial.moments if moment["step"] <= self.trainer.step_count]
            self.start()
        except BaseException as error:
            self.give_up(error)
            raise
        self.requests = next(each for each in self.loop.callbacks if isinstance(each, TurnRequests))
        self.budget.hold()
        trial.state = TRAINING

    @property
    def share(self) -> float:
        """The share of its budget that is spent, 0 to 1."""
        recipe = self.trainer.recipe
        if recipe.steps is not None:
            return min(1.0, self.trainer.step_count / recipe.steps)
        assert recipe.minutes is not None
        return min(1.0, self.budget.seconds() / (60 * recipe.minutes))

    @property
    def next_moment(self) -> float:
        """The share of the budget at which it is to be measured next; above 1 if there is none left."""
        return next((moment for moment in MOMENTS if moment > self._measured()), 2.0)

    @property
    def is_measured(self) -> bool:
        """Whether the latest measurement is of the step that it is at."""
        return bool(self.trial.moments) and self.trial.moments[-1]["step"] == self.trainer.step_count

    def turn(self) -> str | None:
        """Train for one turn, or until the next measurement is due.

        Returns:
            The state in which the trial has ended; None if it goes on.

        Raises:
            NotFiniteError: if losses or weights are not finite.
        """
        end, due = time.perf_counter() + TURN, self.next_moment
        self.budget.go()
        try:
            return self.loop.run(lambda: self.requests.paused or time.perf_counter() >= end or self.share >= due)
        finally:
            self.budget.hold()

    def measure(self, evaluator: TrialEvaluator) -> None:
        """Save a checkpoint and add a moment to the trial; the clock stands still meanwhile."""
        self.requests.save(self.loop)
        data = self.trainer.data["A"]
        values = evaluator.measure((data.size, data.channels), self.draw)
        self.trial.moments.append(
            {
                "share": round(self.share, 4),
                "step": self.trainer.step_count,
                "images": self.trainer.images,
                "seconds": round(self.budget.seconds(), 3),
                "values": {key: float(f"{value:.6g}") for key, value in values.items()},
            }
        )

    @torch.inference_mode()
    def draw(self, count: int, seed: int) -> Tensor:
        """`count` pictures of the averaged weights, uint8 (count, C, H, W); classes take turns if there are any."""
        trainer = self.trainer
        latents = latents_for_seed(SEED + seed, count, trainer.recipe.latent_dim).to(trainer.device)
        labels = self._labels(count)
        parts: list[Tensor] = []
        for start in range(0, count, DRAW):
            part = slice(start, start + DRAW)
            arguments = (latents[part],) if labels is None else (latents[part], labels[part])
            with trainer.arithmetic.autocast():
                drawn = trainer.average.network(*arguments).float()
            if not drawn.isfinite().all():
                raise NotFiniteError("a picture")
            parts.append(((drawn.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).cpu())
        return torch.cat(parts)

    def _labels(self, count: int) -> Tensor | None:
        if not self.trainer.recipe.conditional:
            return None
        return torch.arange(count, device=self.trainer.device) % len(self.trainer.data["A"].classes)

    def close(self, state: str) -> None:
        """End the trial as `finished` or `stopped`."""
        self.trial.state, self.trial.reason = state, None
        super().close(state)
        self.held.close()

    def fail(self, error: BaseException) -> str:
        """End the trial for `error`; the others go on."""
        self.trial.state, self.trial.reason = "failed", super().fail(error)
        self.held.close()
        return self.trial.reason

    def give_up(self, error: BaseException) -> None:
        """End the session for `error` of the whole comparison; the trial goes on when the comparison does."""
        self.fail(error)
        self.trial.state = "stopped"

    def _measured(self) -> float:
        return max((moment["share"] for moment in self.trial.moments), default=0.0)
