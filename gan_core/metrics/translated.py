"""The translations of one direction beside what they have to beat, and measurements of them picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.metrics.evaluator import Measurement
from gan_core.metrics.reference import DRAWS as DRAWS_OF_LEVEL
from gan_core.metrics.reference import ReferenceLevel, deviation
from gan_core.metrics.regions import Regions
from gan_core.metrics.registry import is_lower_better, words_for


@dataclass(frozen=True, eq=False, kw_only=True)
class Translated:
    """Held-out pictures, their translations, and what those are compared with; pictures are uint8 (N, C, H, W)."""

    direction: str
    """`AtoB` or `BtoA`."""
    pictures: Tensor
    translations: Tensor
    end: DataSet
    """The data set of the domain that the direction leads to."""
    truths: Tensor | None
    """The true targets, where pairs are known."""
    regions: list[Regions]
    """The closed regions of every picture, where those are line drawings."""
    baselines: Mapping[str, Tensor]
    """What translations have to beat, by name: as many pictures each."""
    draws: int
    seed: int

    def resampled(self, draw: int) -> Tensor:
        """As many translations, drawn with replacement: a bootstrap sample."""
        return drawn(self.translations, self.seed + draw)

    def measured(
        self,
        name: str,
        number: Callable[..., Tensor],
        *against: Any,
        level_of: Tensor | None = None,
    ) -> Measurement:
        """The mean of a metric that gives one number a picture, beside that of the baselines.

        Args:
            name: Of the metric.
            number: Gives the numbers (N,) of (pictures, *against); NaN marks pictures without one.
            against: Its further arguments.
            level_of: Pictures whose mean is the reference level; None for no level.
        """
        each = _known(number(self.translations, *against))
        details = {
            other: short(float(_known(number(theirs, *against)).mean())) for other, theirs in self.baselines.items()
        }
        level: dict[str, Any] = {}
        if level_of is not None:
            real = _known(number(level_of, *against))
            spread = deviation([float(drawn(real, self.seed + n).mean()) for n in range(DRAWS_OF_LEVEL)])
            mean = float(real.mean())
            level = ReferenceLevel(value=mean, spread=spread, draws=DRAWS_OF_LEVEL, over="bootstrap").to_json(len(real))
        values = [float(drawn(each, self.seed + n).mean()) for n in range(self.draws)]
        return self.measurement(name, float(each.mean()), values, details, level, samples=len(each))

    def measurement(
        self,
        name: str,
        value: float,
        values: list[float],
        details: dict[str, Any],
        level: Mapping[str, Any],
        *,
        samples: int | None = None,
    ) -> Measurement:
        """A measurement of this direction.

        Args:
            name: Of the metric.
            value: Of the translations as they are.
            values: Of bootstrap samples of them, for the spread.
            details: What stands beside the value, by name.
            level: The fields of the reference level; empty for none.
            samples: How many pictures count; None for all.
        """
        return Measurement(
            **{"reference_level": None, **level},
            lower_is_better=is_lower_better(name),
            name=f"{self.direction} {name}",
            value=value,
            spread=deviation(values),
            spread_over="bootstrap",
            samples=len(self.translations) if samples is None else samples,
            reference=len(self.end.held_out),
            draws=len(values),
            seed=self.seed,
            words=words_for(name),
            details=details,
        )


def drawn(values: Tensor, seed: int) -> Tensor:
    """As many rows as there are, drawn with replacement: a bootstrap sample."""
    chosen = torch.randint(len(values), (len(values),), generator=torch.Generator().manual_seed(seed))
    return values[chosen]


def short(value: float) -> float:
    """The number with six digits."""
    return float(f"{value:.6g}")


def _known(values: Tensor) -> Tensor:
    """The values of the pictures that have one, (M,)."""
    return values[~values.isnan()]
