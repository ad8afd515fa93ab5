"""When a training is measured, and with how many pictures: often, early, and for a small share of the time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

FIRST = (6.0, 14.0, 23.0, 32.0, 41.0, 50.0)
"""Seconds of a run at which it is to be measured, however few pictures can be afforded: six times in the first
minute."""
MINUTE = 60.0
EARLY_SHARE, LATER_SHARE = 0.025, 0.0125
"""Share of a run's time that measuring may take in its first minute and from then on. A measurement may cost more than
expected: a sixth of the promised 3 % is left for that."""
RATIO = 1.2
"""After the first minute a run is measured again when its age has grown by this factor, or as soon as a measurement of
the largest size is earned."""
GAP = 4.0
"""Fewest seconds between two measurements."""
GROWTH = 0.02
"""At least this share of a run's age lies between two measurements, so that a curve has some hundred points at most."""
FIXED = 0.3
"""Part of a measurement's cost that is expected to stay with fewer pictures."""
LEVEL = 3.0
"""What the reference level of a new number of pictures is expected to cost, in measurements."""


@dataclass(frozen=True)
class Due:
    """A measurement that is due now."""

    samples: int | None
    """How many pictures it can afford; None if not even the fewest: the state is set aside and measured later."""


def earned(seconds: float) -> float:
    """Seconds that measuring may have taken in a run of `seconds`."""
    return EARLY_SHARE * min(seconds, MINUTE) + LATER_SHARE * max(0.0, seconds - MINUTE)


class MeasuringPlan:
    """Decides from the run's clock, from what was spent, and from what measuring has cost so far.

    Times are seconds of the run, pauses left out; the account is that of one session, which begins empty.
    """

    def __init__(self, sizes: Sequence[int], begun: float, guess: float) -> None:
        """`sizes`: numbers of pictures, the fewest first. `guess`: seconds that the fewest are expected to take."""
        self.sizes = tuple(sizes)
        self._begun = begun
        self._known = (self.sizes[0], guess)
        self.is_known = False
        """Whether a measurement has told what it costs."""
        self._latest = begun
        self._next = next((at for at in FIRST if at > begun), begun + GAP + GROWTH * begun)

    def available(self, seconds: float, spent: float) -> float:
        """Seconds that may be spent now, `spent` having gone into measuring in this session."""
        return earned(seconds) - earned(self._begun) - spent

    def cost(self, samples: int) -> float:
        """Seconds that a measurement of `samples` pictures is expected to take, too many rather than too few."""
        size, seconds = self._known
        share = samples / size
        return seconds * (share if share > 1 else FIXED + (1 - FIXED) * share)

    def whole_cost(self, samples: int, has_level: Callable[[int], bool], times: float = 1.0) -> float:
        """That of `times` measurements, and of the reference level where it is not known."""
        return self.cost(samples) * (times if has_level(samples) else times + LEVEL)

    def decide(
        self, seconds: float, spent: float, has_level: Callable[[int], bool] = lambda samples: True
    ) -> Due | None:
        """What is due after `seconds` of training, of which `spent` went into measuring; None for nothing.

        `has_level` says for a number of pictures whether its reference level is known.
        """
        available = self.available(seconds, spent)
        fitting = [size for size in self.sizes if self.whole_cost(size, has_level) <= available]
        if seconds < self._next:
            early = seconds >= self._latest + max(GAP, GROWTH * seconds) and seconds > MINUTE
            return Due(self.sizes[-1]) if early and self.sizes[-1] in fitting else None
        if fitting:
            return Due(fitting[-1])
        if self._next > FIRST[-1]:
            return None  # measured often enough: better later than too dear
        self._advance(seconds)
        return Due(None)

    def affords(self, cost: float, seconds: float, spent: float) -> bool:
        """Whether `cost` seconds have been earned."""
        return cost <= self.available(seconds, spent)

    def expect(self, seconds: float) -> None:
        """Getting ready has shown what comparing takes here: the fewest pictures will not take less."""
        if not self.is_known:
            self._known = (self.sizes[0], max(self._known[1], seconds))

    def took(self, samples: int, cost: float) -> None:
        """A measurement of `samples` pictures, its reference level left out, has taken `cost` seconds."""
        self._known = (samples, cost)
        self.is_known = True

    def done(self, seconds: float) -> None:
        """What was due has been measured."""
        self._latest = seconds
        self._advance(seconds)

    def _advance(self, seconds: float) -> None:
        self._next = next((at for at in FIRST if at > seconds), max(RATIO * seconds, seconds + GAP))
