"""The vanishing-gradient experiment for the page: computed a moment at a time, while a page shows it."""

from __future__ import annotations

import math
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gan_core.ui import frontend
from gan_core.ui.lab.protocol import WatchRequest, WatchResponse
from gan_core.ui.protocol import server_function
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    from gan_core.analytic_games.vanishing_gradient import VanishingPoint

Point = tuple[int, float | None, float | None]
"""Step, length of the gradient, mean score of generated points; None for what is not finite."""
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

    @server_function
    def watch(self, request: WatchRequest) -> WatchResponse:
        """The points after the first ones of every line that the page has, computed now.

        A forgotten visit begins again from the start, and its response says so by another token.
        """
        token, experiment, known = self._of(request.visit, request.seed)
        with experiment.lock, self._one_slice, one_thread():
            experiment.advance(SLICE)
            lines, done = points_after(experiment, request.seen if known else 0), experiment.done
        return WatchResponse(lines=lines, done=done, visit=token, fresh=not known, steps=STEPS)

    def _of(self, token: str | None, seed: int) -> tuple[str, Experiment, bool]:
        """The visit's token and experiment, and whether they were there before."""
        with self._lock:
            found = self._visits.get(token) if token is not None else None
            if token is not None and found is not None and found.seed == seed:
                self._visits.move_to_end(token)
                return token, found, True
            fresh = secrets.token_urlsafe(12)
            self._visits[fresh] = Experiment(seed)
            while len(self._visits) > MOST_VISITS:
                self._visits.popitem(last=False)
            return fresh, self._visits[fresh], False


def points_after(experiment: Experiment, seen: int) -> dict[str, list[Point]]:
    """The points of every line from number `seen` on."""
    return {
        name: [(point.step, _number(point.gradient), _number(point.fake_score)) for point in points[seen:]]
        for name, points in experiment.points.items()
    }


def _number(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def build_vanishing() -> None:
    """Lay the experiment out in the Blocks that is being built."""
    frontend.component("lab/vanishing-gradient", server_functions=[Vanishing().watch])
