"""The rule for the best state of a training, which accounts for the spread of measurements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gan_core.metrics.evaluator import Measurement
from gan_core.reference_levels import stored_level


@dataclass(frozen=True)
class ComparableScore:
    """A measurement in a form that is comparable across numbers of pictures; lower is better."""

    name: str
    excess: float
    """Its value above what as many real pictures give: most of what a number of pictures adds to a value is in both."""
    noise: float
    """How far it may lie off: the largest of its spread and of the reference level's."""

    @classmethod
    def of(cls, found: Measurement) -> ComparableScore:
        """The score of a measurement."""
        return cls(found.name, found.value - (found.reference_level or 0.0), noise(found))

    @classmethod
    def stored(cls, name: str, values: Mapping[str, Any]) -> ComparableScore:
        """The score of the metric `name` on a card.

        Raises:
            LookupError: where it holds no value.
            TypeError: where the value is no number.
            ValueError: where the value is no number.
        """
        spreads = [float(values[key]) for key in ("spread", "reference_spread") if values.get(key) is not None]
        return cls(name, float(values["value"]) - (stored_level(values) or 0.0), max(spreads, default=0.0))


def noise(*found: Measurement) -> float:
    """How far values of these measurements may differ for equal states: the largest spread."""
    spreads = [spread for each in found for spread in (each.spread, each.reference_spread) if spread is not None]
    return max(spreads, default=0.0)


def may_be_best(new: ComparableScore, best: ComparableScore | None) -> bool:
    """Whether a later state is to be kept in place of the best one: unless it is worse by more than the noise.

    `best` is the lowest standing so far, and not that of the state kept last: small steps upwards do not add up. A
    number of another name cannot be compared: the instrument has changed, and the record begins anew.
    """
    return best is None or best.name != new.name or new.excess <= best.excess + max(new.noise, best.noise)


def is_as_good(end: Measurement, best: Measurement) -> bool:
    """Whether the end of a training is as good as its best state so far, both measured on as many pictures of equal
    latents."""
    return end.value <= best.value + noise(end, best)
