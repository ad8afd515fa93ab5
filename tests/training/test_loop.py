"""The loop and its callbacks, without a file or a screen."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.devices import Arithmetic
from gan_core.recipes import Recipe
from gan_core.training import loop as loops
from gan_core.training.budget import Budget
from gan_core.training.loop import Callback, StopRequest, TrainingLoop
from gan_core.training.trainer import Trainer

CPU = torch.device("cpu")


class Log(Callback):
    """Notes which hook was called at which step."""

    def __init__(self, name: str, calls: list[tuple[str, str, int]]) -> None:
        self.name = name
        self.calls = calls

    def _note(self, hook: str, loop: TrainingLoop) -> None:
        self.calls.append((self.name, hook, loop.trainer.step_count))

    def on_start(self, loop: TrainingLoop) -> None:
        self._note("start", loop)

    def on_step(self, loop: TrainingLoop, values: Mapping[str, Tensor]) -> None:
        assert set(loop.trainer.game.players) <= values.keys()
        self._note("step", loop)

    def on_tick(self, loop: TrainingLoop) -> None:
        self._note("tick", loop)

    def on_stop(self, loop: TrainingLoop) -> None:
        self._note("stop", loop)

    def on_end(self, loop: TrainingLoop, state: str) -> None:
        self._note(state, loop)


def made(recipe: Recipe, data: dict[str, DataSet], *callbacks: Callback) -> TrainingLoop:
    trainer = Trainer(recipe, data, CPU, Arithmetic(CPU, bfloat16=False, threads=1))
    return TrainingLoop(trainer, Budget(), StopRequest(), callbacks)


def test_callbacks_are_called_in_their_order(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first step ticks at once; then ticks come by the clock, here never."""
    monkeypatch.setattr(loops, "TICK", 1e9)
    calls: list[tuple[str, str, int]] = []
    loop = made(tiny_recipe.replace(steps=2), tiny_data, Log("a", calls), Callback(), Log("b", calls))
    loop.start()
    assert loop.run() == "finished"
    loop.finish("finished")
    hooks = [("start", 0), ("step", 1), ("tick", 1), ("step", 2), ("stop", 2), ("finished", 2)]
    assert calls == [(name, hook, step) for hook, step in hooks for name in ("a", "b")]


def test_every_step_ticks_where_no_time_has_to_pass(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loops, "TICK", 0.0)
    calls: list[tuple[str, str, int]] = []
    loop = made(tiny_recipe.replace(steps=3), tiny_data, Log("a", calls))
    loop.run()
    assert [hook for _, hook, _ in calls] == ["step", "tick"] * 3
    assert all(before <= after for (*_, before), (*_, after) in pairwise(calls))


def test_it_runs_until_it_is_told_and_goes_on_from_there(tiny_recipe: Recipe, tiny_data: dict[str, DataSet]) -> None:
    loop = made(tiny_recipe.replace(steps=5), tiny_data)
    assert loop.run(until=lambda: loop.trainer.step_count == 3) is None
    assert loop.trainer.step_count == 3
    assert loop.run() == "finished"
    assert loop.trainer.step_count == 5


class StopAt(Callback):
    def __init__(self, step: int, *, rule: bool) -> None:
        self.step = step
        self.rule = rule

    def on_step(self, loop: TrainingLoop, values: Mapping[str, Tensor]) -> None:
        if loop.trainer.step_count == self.step and self.rule:
            loop.stop_rule = "It has learned enough."
        elif loop.trainer.step_count == self.step:
            loop.stop.reason = "It is late."


@pytest.mark.parametrize(
    ("rule", "state", "reason"), [(True, "finished", "It has learned enough."), (False, "stopped", "It is late.")]
)
def test_a_callback_ends_it_after_the_step_being_made(
    tiny_recipe: Recipe, tiny_data: dict[str, DataSet], rule: bool, state: str, reason: str
) -> None:
    loop = made(tiny_recipe.replace(steps=9), tiny_data, StopAt(2, rule=rule))
    assert loop.run() == state
    assert loop.reason(state) == reason
    assert loop.trainer.step_count == 2
    assert loop.run() == state, "an ended loop makes no further step"
    assert loop.trainer.step_count == 2
