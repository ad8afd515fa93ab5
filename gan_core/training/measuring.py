"""How good a training is while it trains and at its end: measured for a small share of the time, the best state
kept."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from gan_core.cards import Card
from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.evaluator import Measurement
from gan_core.metrics.paired import WITH_HINTS
from gan_core.metrics.translations import ENDS
from gan_core.models.files import read_card, stored_tensors
from gan_core.reference_levels import NOTHING
from gan_core.runs.folder import RunFolder
from gan_core.training import alarms
from gan_core.training.artifacts import ArtifactWriter
from gan_core.training.best import ComparableScore, is_as_good, may_be_best
from gan_core.training.budget import Budget
from gan_core.training.evaluators import RunEvaluator, TranslationRunEvaluator, evaluator_for
from gan_core.training.measuring_plan import MeasuringPlan, earned
from gan_core.training.trainer import Trainer

DRAWS, END_DRAWS = 2, 3
LARGEST = 512
"""Most pictures in a draw before the end."""
EARLIEST = 2.0
"""Seconds into a session before which nothing is prepared: the first moments belong to training and its pictures."""
PART = 0.05
"""Seconds that the first part of getting ready is expected to take."""
STEP_SHARE = {"generator": 0.15, "translator": 0.1}
"""Cost of a picture as a share of what a training step takes for one, before it has been measured: rather too much."""
COMPARING = 0.05
"""Seconds that comparing is expected to take beside drawing, likewise."""
SAVING = 0.5
"""Share of what measuring may take that goes into saving the best state, at most."""
END_SECONDS, END_SHARE, END_MOST = 4.0, 0.03, 30.0
"""The end is measured on as many pictures as take END_SECONDS or that share of the run, up to END_MOST seconds."""
ABOUT = (NOTHING, WITH_HINTS)
"""Details of a measurement that its event tells too."""
LEAST_TRANSLATIONS = 4
"""Fewest translations in which alarms are searched."""
SHORT = "The end was not measured: there was no time for it. `evaluate` does it."

Weights = Mapping[str, Mapping[str, Tensor]]
"""By exported network its tensors."""


@dataclass(frozen=True)
class _Aside:
    """A state that could not be measured when it was due."""

    step: int
    seconds: float
    weights: Weights


class LiveMetric:
    """Measures the averaged networks of a training; touches none of its random numbers.

    `measure_if_due` is called between steps and mostly does nothing. What `MeasuringPlan` finds due and the time does
    not allow is set aside, a copy of the weights, and measured as soon as it is earned, at the latest by `finish`.
    """

    def __init__(
        self,
        folder: RunFolder,
        trainer: Trainer,
        data: Mapping[str, DataSet],
        budget: Budget,
        artifacts: ArtifactWriter,
    ) -> None:
        self.folder = folder
        self.trainer = trainer
        self.data = data
        self.budget = budget
        self.artifacts = artifacts
        self._begun = budget.seconds()
        self._first_step = trainer.step_count
        self._saved_seconds = 0.0
        self._save_cost: float | None = None
        self._evaluator: RunEvaluator | None = None
        self._plan: MeasuringPlan | None = None
        self._preparing: Iterator[float] | None = None
        self._part = PART
        """Seconds that the next part of getting ready is expected to take."""
        self._aside: list[_Aside] = []
        self._copies: dict[str, nn.Module] = {}
        """Networks of their own for weights that are not the training's present ones."""
        self._lowest = self._record()
        self._apart: dict[str, float] = {}
        self._watches = {direction: alarms.AlarmFilter() for direction in trainer.recipe.directions}

    # -- while it trains ---------------------------------------------------------------------------------------------

    def measure_if_due(self) -> dict[str, Any] | None:
        """Do what is due and has been earned.

        Returns:
            The event that says so, where something was measured.
        """
        if self.budget.session_seconds() < EARLIEST:
            return None
        evaluator, plan = self._ready()
        seconds, spent = self.budget.seconds(), self.budget.measured
        if self._preparing is not None:
            if plan.affords(self._part, seconds, spent):
                self._prepare_part()
                spent = self.budget.measured
            if self._preparing is not None:
                if plan.decide(seconds, spent) is not None:
                    self._set_aside(seconds)
                return None
        fewest = evaluator.sizes[0]
        if self._aside and plan.affords(plan.whole_cost(fewest, evaluator.has_level), seconds, spent):
            return self._measure_aside(self._aside.pop(0))
        due = plan.decide(seconds, spent, evaluator.has_level)
        if due is None:
            return None
        if due.samples is None or self._aside:
            self._set_aside(seconds)
            return None
        event = self._measure_now(due.samples)
        plan.done(seconds)
        return event

    def _ready(self) -> tuple[RunEvaluator, MeasuringPlan]:
        if self._evaluator is None or self._plan is None:
            with self.budget.measuring():
                self._evaluator = evaluator_for(self.trainer, self.data)
                self._preparing = self._evaluator.prepare()
                sizes = self._evaluator.sizes
                self._plan = MeasuringPlan(
                    [size for size in sizes if size <= LARGEST] or sizes[:1], self._begun, self._guess(sizes[0])
                )
        return self._evaluator, self._plan

    def _guess(self, samples: int) -> float:
        """Seconds that a first measurement may take, from what steps take."""
        trainer = self.trainer
        steps = max(1, trainer.step_count - self._first_step)
        each = self.budget.session_seconds() / steps / trainer.recipe.batch_size
        if trainer.recipe.is_translation:
            return COMPARING * len(trainer.recipe.directions) + STEP_SHARE["translator"] * each * samples * 2
        return COMPARING + STEP_SHARE["generator"] * each * samples * DRAWS

    def _prepare_part(self) -> None:
        assert self._preparing is not None
        assert self._plan is not None
        before = self.budget.measured
        with self.budget.measuring():
            longer = next(self._preparing, None)
        took = self.budget.measured - before
        if longer is None:
            self._preparing = None
            return
        self._part = took * longer
        self._plan.expect(took)

    def _set_aside(self, seconds: float) -> None:
        assert self._plan is not None
        with self.budget.measuring():
            weights = {
                name: {key: _small(value) for key, value in network.state_dict().items()}
                for name, network in self.trainer.exported().items()
            }
            self._aside.append(_Aside(self.trainer.step_count, seconds, weights))
        self._plan.done(seconds)

    def _measure_now(self, samples: int) -> dict[str, Any]:
        before = self.budget.measured
        found = self._measured(self.trainer.exported(), samples, DRAWS)
        took = self.budget.measured - before
        standing = ComparableScore.of(found)
        best = may_be_best(standing, self._lowest) and self._affords_saving()
        if best:
            before = self.budget.measured
            with self.budget.measuring():
                self.artifacts.best({found.name: found.to_json()})
            self._save_cost = self.budget.measured - before
            self._saved_seconds += self._save_cost
            lowest = self._lowest
            if lowest is None or lowest.name != standing.name or standing.excess < lowest.excess:
                self._lowest = standing
        return _event(found, self.trainer.step_count, self.budget.seconds(), took, best)

    def _measure_aside(self, aside: _Aside) -> dict[str, Any]:
        assert self._plan is not None
        before = self.budget.measured
        found = self._measured(self._with(aside.weights), self._plan.sizes[0], DRAWS)
        return _event(found, aside.step, aside.seconds, self.budget.measured - before, False)

    def _measured(self, networks: Mapping[str, nn.Module], samples: int, draws: int) -> Measurement:
        evaluator, plan = self._ready()
        with self.budget.measuring():
            if not evaluator.has_level(samples):
                evaluator.find_level(samples)
        before = self.budget.measured
        with self.budget.measuring():
            found = evaluator.measure(networks, samples, draws)
        plan.took(samples, (self.budget.measured - before) * DRAWS / draws)
        return found

    def _affords_saving(self) -> bool:
        cost = self.artifacts.best_seconds() if self._save_cost is None else self._save_cost
        share = SAVING * (earned(self.budget.seconds()) - earned(self._begun))
        return self._saved_seconds + cost <= share

    def _with(self, weights: Weights) -> Mapping[str, nn.Module]:
        """Networks that hold `weights`; the training's own are left alone."""
        if not self._copies:
            self._copies = {name: copy.deepcopy(network) for name, network in self.trainer.exported().items()}
        for name, network in self._copies.items():
            network.load_state_dict(dict(weights[name]))
        return self._copies

    # -- at its end --------------------------------------------------------------------------------------------------

    def finish(self, *, stopped: bool, warn: Callable[[str], None]) -> Iterator[dict[str, Any]]:
        """Measure what was set aside, and the end; then keep as the best the end or an earlier state.

        Yields the events.

        Both are measured on equal latents or pictures, and where the end is as good within the spread, it is the best.
        A run that is `stopped` ends within about `END_SECONDS`, and may go unmeasured, which `warn` is told.
        """
        begun = self.budget.measured
        limit = END_SECONDS if stopped else min(END_MOST, max(END_SECONDS, END_SHARE * self.budget.seconds()))

        def left() -> float:
            return limit - (self.budget.measured - begun)

        evaluator, plan = self._ready()
        while self._preparing is not None and (not stopped or left() > self._part):
            self._prepare_part()
        fewest = evaluator.sizes[0]
        short = self._preparing is not None or plan.whole_cost(fewest, evaluator.has_level) > left()
        if stopped and short:
            warn(SHORT)
            return
        while self._aside and (not stopped or left() > 2 * plan.cost(fewest)):
            yield self._measure_aside(self._aside.pop(0))
        if not plan.is_known:
            self._measured(self.trainer.exported(), fewest, DRAWS)  # tells what the end may cost
        earlier = self._earlier()
        states = 1 if earlier is None else 2
        share = END_DRAWS / DRAWS * states
        samples = max(
            (size for size in evaluator.sizes if plan.whole_cost(size, evaluator.has_level, share) <= left()),
            default=fewest,
        )
        before = self.budget.measured
        found = self._measured(self.trainer.exported(), samples, END_DRAWS)
        took = self.budget.measured - before
        metrics = {found.name: found.to_json()}
        with self.budget.measuring():
            self.artifacts.newest(metrics)
        other = None if earlier is None else self._measured(self._with(earlier[1]), samples, END_DRAWS)
        if earlier is None or other is None or is_as_good(found, other):
            with self.budget.measuring():
                self.artifacts.best(metrics)
            yield _event(found, self.trainer.step_count, self.budget.seconds(), took, True)
            return
        with self.budget.measuring():
            self.artifacts.best_measured_again({other.name: other.to_json()})
        values = other.to_json()
        kept = {"step": earlier[0].steps, "value": values["value"], "spread": values["spread"]}
        yield _event(found, self.trainer.step_count, self.budget.seconds(), took, False) | {"kept": kept}

    def _earlier(self) -> tuple[Card, Weights] | None:
        """The best state so far, where it is an earlier one of this training that can be read."""
        try:
            card = read_card(self.folder.best_model)
            if card.steps >= self.trainer.step_count:
                return None
            tensors = stored_tensors(self.folder.best_model)
        except (InputError, OSError):
            return None
        weights: dict[str, dict[str, Tensor]] = {}
        for name, network in self.trainer.exported().items():
            weights[name] = {key: tensors.get(f"{name}.{key}", torch.empty(0)) for key in network.state_dict()}
            if any(weights[name][key].shape != value.shape for key, value in network.state_dict().items()):
                return None
        return card, weights

    def _record(self) -> ComparableScore | None:
        """What an earlier session has kept as the best; one behind the step where training goes on stays until it is
        replaced.

        Raises OSError where there is one that cannot be read now: the next measurement would write over it.
        """
        with contextlib.suppress(FileNotFoundError, InputError, StopIteration, LookupError, TypeError, ValueError):
            self.folder.best_model.open("rb").close()
            card = read_card(self.folder.best_model)
            name, found = next(iter(card.metrics.items()))
            if card.steps <= self.trainer.step_count:
                return ComparableScore.stored(name, found)
        return None  # none, or a damaged one: the next measurement is the best

    # -- what the translations show ----------------------------------------------------------------------------------

    def alarms(self) -> list[str]:
        """What the latest measurement's translations show to be going wrong, in sentences; each once until it clears.

        Nothing before the run has learned from `alarms.CHANCE` pictures, and nothing that one measurement alone has
        seen: what a young translator draws is grey or alike for a while, and a wild moment passes.
        """
        evaluator = self._evaluator
        if not isinstance(evaluator, TranslationRunEvaluator) or self.trainer.images < alarms.CHANCE:
            return []
        if self.trainer.recipe.is_paired:
            return []  # the truth is known: its metric says how far it is
        told: list[str] = []
        with self.budget.measuring():
            for direction, (pictures, made) in evaluator.translations.items():
                if len(made) < min(LEAST_TRANSLATIONS, len(self.data[ENDS[direction][0]].held_out)):
                    continue
                start, end = ENDS[direction]
                real = self.data[end].held_out
                if direction not in self._apart:
                    self._apart[direction] = alarms.domain_distance(pictures, real)
                game = self.trainer.recipe.game.name
                found = alarms.translation_alarms(pictures, made, real, game, self._apart[direction])
                told += [f"{start} to {end}: {alarm.sentence}" for alarm in self._watches[direction].news(found)]
        return told


def _small(value: Tensor) -> Tensor:
    """A copy on the CPU, floating-point numbers in half precision: as a model file holds them."""
    return value.detach().to("cpu", torch.float16 if value.is_floating_point() else value.dtype, copy=True)


def _event(found: Measurement, step: int, seconds: float, took: float, best: bool) -> dict[str, Any]:
    values = found.to_json()
    kept = ("name", "value", "spread", "spread_over", "samples", "reference", "draws", "seed", "words")
    kept += ("reference_level", "reference_spread")
    about = {name: value for name, value in found.details.items() if name in ABOUT}
    return {
        "kind": "metric",
        "step": step,
        "seconds": round(seconds, 3),
        **{key: values[key] for key in kept},
        **({"about": about} if about else {}),
        "took": round(took, 3),
        "best": best,
    }
