"""The yardstick of a run while it trains: measured on a time budget, the best state kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.games import TranslationGame
from gan_core.metrics.drawing import drawing, translated
from gan_core.metrics.translations import ENDS, TranslationYardstick
from gan_core.metrics.yardstick import Measurement, Yardstick
from gan_core.store.models import read_card
from gan_core.store.runs import RunFolder
from gan_core.training import alarms
from gan_core.training.budget import Budget
from gan_core.training.publishing import Publisher
from gan_core.training.trainer import Trainer

COUNT, DRAWS = 400, 2
TRANSLATED = 8
"""Held-out pictures of each domain that a translation is measured with."""
EARLIEST = 20.0
"""Seconds into a session before which nothing is measured: the first moments belong to training and its pictures."""
GUESS = {"generator": 1.0, "translator": 5.0}
"""Seconds that a first measurement is expected to take; later ones are expected to take as long as the one before."""
GROWTH = 0.02
"""At least this share of a run's age lies between two measurements, so that a curve has some hundred points at most."""
TRANSLATION = "patch-distance"


class LiveMetric:
    """Measures the averaged networks of a training, always on the same latents or pictures.

    The feature network is used only if it is in the cache: learning it would stop the training for seconds. Otherwise,
    and without labels, sliced Wasserstein on patches decides; the numbers of one session therefore have one name.
    """

    def __init__(
        self, folder: RunFolder, trainer: Trainer, data: Mapping[str, DataSet], budget: Budget, publisher: Publisher
    ) -> None:
        self.folder = folder
        self.trainer = trainer
        self.data = data
        self.budget = budget
        self.publisher = publisher
        self.cost = GUESS["translator" if trainer.recipe.is_translation else "generator"]
        self._next = EARLIEST
        self._measure: Callable[[], Measurement] | None = None
        self._best: tuple[str, float] | None = None
        self._made: dict[str, tuple[Tensor, Tensor]] = {}
        """By direction the pictures translated by the latest measurement, and their translations."""
        self._apart: dict[str, float] = {}
        self._watches = {direction: alarms.Watch() for direction in trainer.recipe.directions}
        self._forget_future()

    def due(self) -> bool:
        """Whether a measurement has been earned and it is time for one."""
        return self.budget.session_seconds() >= self._next and self.budget.affords_measuring(self.cost)

    def measure(self) -> dict[str, Any]:
        """Measure now and keep this state if it is the best so far. Returns the event that says so."""
        before = self.budget.measured
        prepared = self._measure is not None
        with self.budget.measuring():
            if self._measure is None:
                self._measure = self._prepare()
            found = self._measure()
            best = self._is_best(found)
            if best:
                self.publisher.best({found.name: found.to_json()})
                self._best = (found.name, found.value)
        spent = self.budget.measured - before
        # The first one also prepares the reference level; the next ones are cheaper, and half of it is still a careful guess.
        self.cost = spent if prepared else spent / 2
        self._next = self.budget.session_seconds() + GROWTH * self.budget.seconds()
        values = found.to_json()
        kept = ("name", "value", "spread", "spread_over", "samples", "reference", "draws", "seed", "words")
        kept += ("reference_level", "reference_spread")
        return {
            "kind": "metric",
            "step": self.trainer.step_count,
            "seconds": round(self.budget.seconds(), 3),
            **{key: values[key] for key in kept},
            "best": best,
        }

    def alarms(self) -> list[str]:
        """What the latest measurement's translations show to be going wrong, in sentences; each once until it clears.

        Nothing before the run has learned from `alarms.CHANCE` pictures, and nothing that one look alone has seen: what
        a young translator draws is grey or alike for a while, and a wild moment passes.
        """
        if self.trainer.images < alarms.CHANCE:
            return []
        told: list[str] = []
        with self.budget.measuring():
            for direction, (pictures, made) in self._made.items():
                start, end = ENDS[direction]
                real = self.data[end].held_out
                if direction not in self._apart:
                    self._apart[direction] = alarms.domain_distance(pictures, real)
                game = self.trainer.recipe.game.name
                found = alarms.look(pictures, made, real, game, self._apart[direction])
                told += [f"{start} to {end}: {alarm.sentence}" for alarm in self._watches[direction].news(found)]
        return told

    def _is_best(self, found: Measurement) -> bool:
        """A number of another name cannot be compared: the instrument has changed, and the record begins anew."""
        return self._best is None or self._best[0] != found.name or found.value < self._best[1]

    def _forget_future(self) -> None:
        """Take the record of an earlier session; one behind the step where training goes on stays until it is replaced.

        Raises OSError where there is one that cannot be read now: the next measurement would write over it.
        """
        try:
            self.folder.best_model.open("rb").close()
            card = read_card(self.folder.best_model)
            name, found = next(iter(card.metrics.items()))
            if card.steps <= self.trainer.step_count:
                self._best = (name, float(found["value"]))
        except FileNotFoundError:
            pass
        except (InputError, StopIteration, LookupError, TypeError, ValueError):
            pass  # damaged: the next measurement is the best

    def _prepare(self) -> Callable[[], Measurement]:
        seed = self.trainer.recipe.seed
        if isinstance(self.trainer.game, TranslationGame):
            translations = TranslationYardstick(self.data, count=TRANSLATED, draws=DRAWS, seed=seed)
            return lambda: _mean_of(translations.measure(self._translate, self.trainer.recipe.directions))
        data = self.data["A"]
        yardstick = Yardstick(data, count=COUNT, draws=DRAWS, seed=seed, train=False, main_only=True)
        draw = drawing(self.trainer.average.network, self.trainer.recipe.latent_dim, self.trainer.device, data)

        def drawn(count: int, seed: int) -> Tensor:
            with self.trainer.arithmetic.autocast():
                return draw(count, seed)

        return lambda: yardstick.measure(drawn)[0]

    def _translate(self, direction: str, pictures: Tensor) -> Tensor:
        with self.trainer.arithmetic.autocast():
            made = translated(self.trainer.exported()[direction], pictures, self.trainer.device, at_once=1)
        self._made[direction] = (pictures, made)
        return made


def _mean_of(found: list[Measurement]) -> Measurement:
    """All directions as one number, their spreads taken as independent."""
    levels = [each.reference_level for each in found if each.reference_level is not None]
    return Measurement(
        name=TRANSLATION,
        value=sum(each.value for each in found) / len(found),
        reference_level=sum(levels) / len(levels),
        reference_spread=_together([each.reference_spread or 0.0 for each in found]),
        reference_draws=found[0].reference_draws,
        reference_samples=found[0].reference_samples,
        reference_over=found[0].reference_over,
        spread=_together([each.spread or 0.0 for each in found]),
        spread_over=found[0].spread_over,
        samples=found[0].samples,
        reference=found[0].reference,
        draws=found[0].draws,
        seed=found[0].seed,
        words=f"{found[0].words}, mean of both directions" if len(found) > 1 else found[0].words,
    )


def _together(spreads: list[float]) -> float:
    """The spread of a mean of independent numbers."""
    return float(torch.tensor(spreads, dtype=torch.float64).square().sum().sqrt()) / len(spreads)
