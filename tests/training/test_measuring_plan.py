"""When a training is measured (B1), on a clock that only counts what this test says that things cost."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch
from torch import nn

from gan_core.errors import InputError
from gan_core.metrics.evaluator import Measurement
from gan_core.recipes import Recipe
from gan_core.training import measuring
from gan_core.training.best import ComparableScore, is_as_good, may_be_best
from gan_core.training.budget import Budget
from gan_core.training.measuring import LiveMetric
from gan_core.training.measuring_plan import FIRST, MeasuringPlan, earned

PROMISED = 0.03


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Costs:
    """Seconds that things take."""

    step: float = 0.05
    fixed: float = 0.02
    each: float = 1e-4
    saving: float = 0.05
    parts: int = 8
    """Of getting ready, each as dear as comparing."""
    levels_known: bool = False


@dataclass
class Simulated:
    """A training whose states have the value `quality(step)`, measured with some noise."""

    costs: Costs
    quality: Callable[[int], float] = lambda step: 1_000.0 / (1 + step)
    begun: float = 0.0
    recipe: str = "dcgan"
    clock: Clock = field(default_factory=Clock)
    saved: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sizes: tuple[int, ...] = (128, 256, 512, 1_024)

    def __post_init__(self) -> None:
        self._levels: set[int] = set(self.sizes) if self.costs.levels_known else set()
        self._noise = itertools.cycle((-0.5, 0.25, 0.5, -0.25, 0.0))
        network = nn.Linear(1, 1, bias=False)
        self.trainer = SimpleNamespace(
            step_count=round(self.begun / self.costs.step),
            images=0,
            recipe=Recipe.named(self.recipe),
            exported=lambda: {"generator": network},
            network=network,
        )

    # -- what measuring sees of a training ----------------------------------------------------------------------------

    def prepare(self) -> Iterator[float]:
        for _ in range(0 if self.costs.levels_known else self.costs.parts):
            self.clock.now += self.costs.fixed
            yield 1.0
        if self.sizes[0] not in self._levels:
            yield 3.0
            self.find_level(self.sizes[0])
            yield 1.0

    def has_level(self, samples: int) -> bool:
        return samples in self._levels

    def find_level(self, samples: int) -> None:
        self.clock.now += 2.5 * self.costs.fixed + 0.5 * self.costs.each * samples
        self._levels.add(samples)

    def measure(self, networks: Mapping[str, nn.Module], samples: int, draws: int) -> Measurement:
        self.clock.now += draws / 2 * (self.costs.fixed + self.costs.each * samples)
        step = round(float(cast(Any, networks["generator"]).weight.detach()) * 1_000)
        spread = 50.0 / samples**0.5
        bias = 1_000.0 / samples
        value = self.quality(step) + bias + spread * next(self._noise)
        known: dict[str, Any] = {"reference_level": bias, "reference_spread": spread, "spread": spread}
        return Measurement(name="d", value=value, samples=samples, reference=2_000, draws=draws, **known)

    # -- what it is written with --------------------------------------------------------------------------------------

    def best(self, metrics: dict[str, Any]) -> None:
        self.clock.now += self.costs.saving
        self.saved.append((self.trainer.step_count, metrics))

    def best_seconds(self) -> float:
        return self.costs.saving

    def newest(self, metrics: dict[str, Any]) -> None:
        assert metrics

    def best_measured_again(self, metrics: dict[str, Any]) -> None:
        self.saved[-1] = (self.saved[-1][0], metrics)

    # -- the training -------------------------------------------------------------------------------------------------

    def run(self, monkeypatch: pytest.MonkeyPatch, length: float, *, stopped: bool = False) -> Simulated:
        def earlier(metric: LiveMetric) -> Any:
            if not self.saved or self.saved[-1][0] >= self.trainer.step_count:
                return None
            step = self.saved[-1][0]
            return SimpleNamespace(steps=step), {"generator": {"weight": torch.full((1, 1), step / 1_000)}}

        monkeypatch.setattr(measuring, "evaluator_for", lambda *_: self)
        monkeypatch.setattr(LiveMetric, "_record", lambda metric: None)
        monkeypatch.setattr(LiveMetric, "_earlier", earlier)
        budget = Budget(self.begun, self.clock)
        trainer, publisher = cast(Any, self.trainer), cast(Any, self)
        metric = LiveMetric(cast(Any, None), trainer, {}, budget, publisher)
        self.worst = 0.0
        while budget.seconds() < length:
            self.clock.now += self.costs.step
            self.trainer.step_count += 1
            self.trainer.network.weight.data.fill_(self.trainer.step_count / 1_000)
            if (event := metric.measure_if_due()) is not None:
                self.events.append(event)
        self.before_end = len(self.events)
        self.share = budget.measured / budget.session_seconds()
        measured = budget.measured
        self.events += list(metric.finish(stopped=stopped, warn=self.warnings.append))
        self.end_seconds = budget.measured - measured
        return self


MACHINES = [
    Costs(step=step, fixed=fixed, each=share * step / 64, saving=saving, levels_known=known)
    for step in (0.1, 0.5, 2.0)
    for fixed in (0.005, 0.15)
    for share in (0.02, 0.1)
    for saving in (0.02, 2.0)
    for known in (False, True)
]


@pytest.mark.parametrize("length", [60.0, 75.0, 300.0])
@pytest.mark.parametrize("stopped", [False, True])
def test_six_times_in_any_run_of_a_minute_and_at_its_end_for_three_percent_of_the_time(
    monkeypatch: pytest.MonkeyPatch, length: float, stopped: bool
) -> None:
    for costs in MACHINES:
        run = Simulated(costs).run(monkeypatch, length, stopped=stopped)
        steps = [event["step"] for event in run.events]
        assert run.share <= PROMISED, costs
        assert steps == sorted(steps), costs
        assert steps[-1] == run.trainer.step_count, costs
        if not stopped or not run.warnings:
            assert len(set(steps)) >= 6, costs
        assert run.events[0]["seconds"] <= FIRST[0] + 2 * costs.step + 0.5, costs
        if not stopped:
            assert run.events[-1]["samples"] >= max(event["samples"] for event in run.events[:-1]), costs
        else:
            assert run.end_seconds <= measuring.END_SECONDS + costs.saving + 1, costs
        assert run.saved[-1][0] == run.trainer.step_count  # it only ever gets better: the end is the best
        assert run.events[-1]["best"]


def test_on_a_machine_of_today_it_is_measured_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Simulated(Costs()).run(monkeypatch, 300.0)
    assert run.before_end >= 20
    early = [event["seconds"] for event in run.events if event["seconds"] < 60]
    assert len(early) >= 6
    assert early[0] < 7
    assert {event["samples"] for event in run.events[: run.before_end]} >= {128, 512}


def test_what_is_too_dear_is_set_aside_and_measured_by_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Simulated(Costs(step=0.5, fixed=0.8, each=1e-3, levels_known=True)).run(monkeypatch, 60.0)
    assert run.share <= PROMISED
    assert run.before_end < 6
    assert len({event["step"] for event in run.events}) >= 6
    assert not any(event["best"] for event in run.events[:-1])


@pytest.mark.parametrize("begun", [3.0, 45.0, 600.0])
def test_a_run_that_goes_on_keeps_within_its_share_and_is_measured_at_its_end(
    monkeypatch: pytest.MonkeyPatch, begun: float
) -> None:
    for costs in (Costs(), Costs(step=0.5, fixed=0.1, each=1e-3)):
        run = Simulated(costs, begun=begun).run(monkeypatch, begun + 60)
        assert run.share <= PROMISED
        assert run.events[-1]["step"] == run.trainer.step_count
        assert len(run.events) >= (6 if begun < FIRST[0] else 1)


def test_a_run_that_falls_apart_keeps_the_state_before(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Simulated(Costs(), quality=lambda step: 20.0 if step < 3_000 else 500.0).run(monkeypatch, 300.0)
    end = run.events[-1]
    assert not end["best"]
    assert run.saved[-1][0] == end["kept"]["step"] < 3_000
    kept = run.saved[-1][1]["d"]
    assert (kept["samples"], kept["draws"]) == (end["samples"], end["draws"])
    assert kept["value"] < end["value"]


def test_a_run_that_gets_no_better_keeps_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Simulated(Costs(), quality=lambda step: 20.0).run(monkeypatch, 300.0)
    assert run.events[-1]["best"]
    assert run.saved[-1][0] == run.trainer.step_count


def test_a_run_of_a_few_seconds_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Simulated(Costs()).run(monkeypatch, 1.5)
    assert [event["step"] for event in run.events] == [run.trainer.step_count]


def test_a_stop_on_a_slow_machine_says_that_there_was_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Simulated(Costs(step=3.0, fixed=4.0, each=0.1)).run(monkeypatch, 30.0, stopped=True)
    assert run.warnings == [measuring.SHORT]
    assert run.end_seconds < measuring.END_SECONDS + 4.1
    assert (
        Simulated(Costs(step=3.0, fixed=4.0, each=0.1)).run(monkeypatch, 30.0).events
    )  # a run that finishes always is


def test_a_few_more_pictures_cost_more_and_fewer_cost_less() -> None:
    plan = MeasuringPlan((128, 256, 512), 0.0, 0.1)
    plan.took(256, 0.4)
    assert plan.cost(512) == pytest.approx(0.8)
    assert 0.2 < plan.cost(128) < 0.4
    assert earned(60.0) < PROMISED * 60


def standing(excess: float, noise: float = 1.0, name: str = "d") -> ComparableScore:
    return ComparableScore(name, excess, noise)


def test_a_later_state_is_kept_unless_it_is_worse_by_more_than_the_noise() -> None:
    assert may_be_best(standing(9.0), None)
    assert may_be_best(standing(9.0), standing(10.0))
    assert may_be_best(standing(10.9), standing(10.0))
    assert may_be_best(standing(12.0, noise=3.0), standing(10.0))
    assert not may_be_best(standing(11.5), standing(10.0))
    assert may_be_best(standing(99.0, name="other"), standing(10.0))


def test_what_a_card_says_of_the_best_is_compared_above_what_real_pictures_give() -> None:
    old = ComparableScore.stored("d", {"value": 12.0, "floor": 10.0, "spread": 0.5})
    assert old == ComparableScore("d", 2.0, 0.5)
    new = ComparableScore.stored("d", {"value": 12.0, "reference_level": 4.0, "spread": None, "reference_spread": 2.0})
    assert new == ComparableScore("d", 8.0, 2.0)
    for odd in ({}, {"value": "x"}, {"value": None}):
        with pytest.raises((LookupError, TypeError, ValueError, InputError)):
            ComparableScore.stored("d", odd)


def found(value: float, spread: float | None, reference_spread: float | None = None) -> Measurement:
    return Measurement(
        name="d",
        value=value,
        reference_level=1.0,
        reference_spread=reference_spread,
        spread=spread,
        samples=9,
        reference=9,
    )


def test_the_end_is_as_good_within_the_largest_spread() -> None:
    assert is_as_good(found(11.0, 1.5), found(10.0, 0.1))
    assert is_as_good(found(11.0, 0.1), found(10.0, 0.1, 1.2))
    assert not is_as_good(found(11.7, 1.5), found(10.0, 0.1))
    assert not is_as_good(found(10.1, None), found(10.0, None))
