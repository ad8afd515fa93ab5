"""The vanishing-gradient experiment for the page: computed a moment at a time, while a page shows it."""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui import frontend
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    from gan_core.analytic_games.vanishing_gradient import VanishingPoint

STEPS, EVERY = 2000, 20
SLICE = 0.12
"""Seconds of computing a request."""
MOST_VISITS = 16


class Experiment:
    """All lines of one seed, each a discriminator that goes on where it was."""

    def __init__(self, seed: int) -> None:
        from gan_core.analytic_games.vanishing_gradient import LINES, vanishing

        self.seed = seed
        self.lock = threading.Lock()
        self._lines: dict[str, Iterator[VanishingPoint]] = {
            name: vanishing(objective, penalty, steps=STEPS, every=EVERY, seed=seed)
            for name, (objective, penalty) in LINES.items()
        }
        self.points: dict[str, list[VanishingPoint]] = {name: [] for name in self._lines}

    @property
    def done(self) -> bool:
        """Whether all lines are complete."""
        return not self._lines

    def advance(self, seconds: float) -> None:
        """Compute for about `seconds`, but one point at least, whichever line is behind first."""
        until = time.perf_counter() + seconds
        while self._lines:
            name = min(self._lines, key=lambda each: len(self.points[each]))
            point = next(self._lines[name], None)
            if point is None:
                del self._lines[name]
            else:
                self.points[name].append(point)
            if time.perf_counter() >= until:
                break


class Vanishing:
    """The server's half: experiments by token, the oldest forgotten."""

    def __init__(self) -> None:
        self._visits: OrderedDict[str, Experiment] = OrderedDict()
        self._lock = threading.Lock()
        self._one_slice = threading.Lock()
        """Held for the length of a slice: however many watch, it takes one core."""

    def watch(self, request: Any) -> dict[str, Any]:
        """The points after the `seen` first ones of every line, computed now.

        The request holds `visit` (a token from an earlier response, or null), `seed` and `seen`. A forgotten visit
        begins again from the start, and its response says so by another token.

        Raises:
            InputError: for numbers out of range.
        """
        if not isinstance(request, dict):
            raise InputError("A request names a visit and a seed.")
        seed, seen = request.get("seed", 0), request.get("seen", 0)
        for name, value in (("seed", seed), ("seen", seen)):
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**32:
                raise InputError(f"The {name} is a whole number from 0 to {2**32 - 1}, not {value!r}.")
        token, experiment, known = self._of(request.get("visit"), seed)
        with experiment.lock, self._one_slice, one_thread():
            experiment.advance(SLICE)
            answer = described(experiment, seen if known else 0)
        return {**answer, "visit": token, "fresh": not known, "steps": STEPS}

    def _of(self, token: Any, seed: int) -> tuple[str, Experiment, bool]:
        """The visit's token and experiment, and whether they were there before."""
        with self._lock:
            found = self._visits.get(token) if isinstance(token, str) else None
            if found is not None and found.seed == seed:
                self._visits.move_to_end(token)
                return token, found, True
            fresh = secrets.token_urlsafe(12)
            self._visits[fresh] = Experiment(seed)
            while len(self._visits) > MOST_VISITS:
                self._visits.popitem(last=False)
            return fresh, self._visits[fresh], False


def described(experiment: Experiment, seen: int) -> dict[str, Any]:
    """The points from number `seen` on, and whether these were the last."""
    lines = {
        name: [[point.step, _number(point.gradient), _number(point.fake_score)] for point in points[seen:]]
        for name, points in experiment.points.items()
    }
    return {"lines": lines, "done": experiment.done}


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def build_vanishing() -> None:
    """Lay the experiment out in the Blocks that is being built."""
    frontend.component("lab/vanishing-gradient", server_functions=[Vanishing().watch])
