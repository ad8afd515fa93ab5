"""The training loop: step after step, and whatever is to happen between them is a callback."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from gan_core.training.budget import Budget
from gan_core.training.trainer import Trainer

TICK = 0.1
"""Seconds from one tick to the next: how often callbacks look at clocks and files."""

WAIT = 0.05
"""Seconds between two times that a paused training asks whether it is to go on."""


class StopRequest:
    """Whether a training has been asked to stop, and why; setting it is safe in a signal handler."""

    def __init__(self) -> None:
        self.reason: str | None = None


class Callback:
    """Hooks around the steps of a training, which do nothing until they are overridden.

    Callbacks are called in the order of the loop's list. What takes time belongs in `on_tick`, inside one of the
    budget's accounts; `on_step` is called after every step and waits neither for the device nor for a file.
    """

    def on_start(self, loop: TrainingLoop) -> None:
        """Before this session's first step."""

    def on_step(self, loop: TrainingLoop, values: Mapping[str, Tensor]) -> None:
        """Called after every step with the losses and statistics of `Trainer.step`, unread tensors on the device."""

    def on_tick(self, loop: TrainingLoop) -> None:
        """After the first step, and then after a step about every `TICK` seconds."""

    def on_pause(self, loop: TrainingLoop) -> None:
        """The training waits from now on; its clock stands still."""

    def on_wait(self, loop: TrainingLoop) -> None:
        """Again and again while it waits."""

    def on_stop(self, loop: TrainingLoop) -> None:
        """After the last step: what the training has come to is to be kept."""

    def on_end(self, loop: TrainingLoop, state: str) -> None:
        """Everything is kept; `state` is `finished` or `stopped`."""


class TrainingLoop:
    """Trains until a limit of the recipe, a stop rule or a request ends it, and calls the callbacks on the way."""

    def __init__(self, trainer: Trainer, budget: Budget, stop: StopRequest, callbacks: Sequence[Callback]) -> None:
        self.trainer = trainer
        self.budget = budget
        self.stop = stop
        self.callbacks = callbacks
        self.stop_rule: str | None = None
        """Which of the recipe's stop rules came true, in words."""
        self.first_step = trainer.step_count + 1
        """The first step of this session."""
        # Only those that do something: a step of a small network takes a millisecond.
        self._on_step = [each.on_step for each in callbacks if type(each).on_step is not Callback.on_step]
        self._on_tick = [each.on_tick for each in callbacks if type(each).on_tick is not Callback.on_tick]
        self._next_tick = 0.0

    def start(self) -> None:
        """Call `on_start` of all callbacks."""
        for callback in self.callbacks:
            callback.on_start(self)

    def run(self, until: Callable[[], bool] = lambda: False) -> str | None:
        """Train until it ends: `finished` or `stopped`, as `state` says; or, after a step, until `until` is true."""
        while self.state() is None:
            values = self.trainer.step()
            for on_step in self._on_step:
                on_step(self, values)
            if self.is_first_step or time.perf_counter() >= self._next_tick:
                self._next_tick = time.perf_counter() + TICK
                for on_tick in self._on_tick:
                    on_tick(self)
            if until():
                break
        return self.state()

    def finish(self, state: str) -> None:
        """Call `on_stop`, then `on_end` with the final `state`, of all callbacks."""
        for callback in self.callbacks:
            callback.on_stop(self)
        for callback in self.callbacks:
            callback.on_end(self, state)

    def pause(self) -> None:
        """Call `on_pause` of all callbacks."""
        for callback in self.callbacks:
            callback.on_pause(self)

    def wait(self) -> None:
        """Call `on_wait` of all callbacks and sleep for `WAIT` seconds."""
        for callback in self.callbacks:
            callback.on_wait(self)
        time.sleep(WAIT)

    def state(self) -> str | None:
        """`stopped` where that was asked for, `finished` at a limit or by a stop rule, None while it is to go on."""
        if self.stop.reason is not None:
            return "stopped"
        recipe = self.trainer.recipe
        at_last_step = recipe.steps is not None and self.trainer.step_count >= recipe.steps
        out_of_time = recipe.minutes is not None and self.budget.seconds() >= 60 * recipe.minutes
        return "finished" if at_last_step or out_of_time or self.stop_rule is not None else None

    def reason(self, state: str) -> str | None:
        """Why it ended in `state`, in words; None where a limit was reached."""
        return self.stop.reason if state == "stopped" else self.stop_rule

    @property
    def is_first_step(self) -> bool:
        """Whether this session's first step is the newest."""
        return self.trainer.step_count == self.first_step
