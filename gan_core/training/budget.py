"""The clock of a run: how long it trained, and how much of that went into showing it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 0.035
"""Largest share of the wall time that showing may take."""
OWN = 0.015
"""Part of SHARE that is set aside for probe images, where there are any."""
OWN_LOAN = 1.0
"""Seconds of them granted beforehand: a picture that was just added is to be seen at once."""
LOAN = 0.08, 1.0
"""Seconds of showing granted beforehand, at least and at most: the first steps change most and come before anything is
earned."""


class Budget:
    """Shares the time between training and showing.

    What the trainer does for viewers is done inside `spending()`; `affords()` answers whether it has earned the next
    picture. A picture that costs 20 ms therefore comes about twice a second, one that costs 2 s once in 50 s.
    """

    def __init__(self, trained_seconds: float = 0.0, clock: Callable[[], float] = time.perf_counter) -> None:
        """`clock` counts seconds: of the wall, or of this process alone (`time.process_time`)."""
        self._clock = clock
        self.before = trained_seconds
        """Training time of earlier sessions."""
        self._begin = clock()
        self._paused = 0.0
        self._held: float | None = None
        self.spent = 0.0
        self._granted = LOAN[0]
        """Seconds of it that need not be earned."""
        self.measured = 0.0
        """Seconds that went into measuring: an account of its own, which pictures cannot empty."""
        self.own = 0.0
        """Seconds that went into probe images, from an account of their own."""
        self.own_cost = 0.0
        """Of drawing them once; 0 where there are none."""
        self._cost = 0.0
        """Of the latest showing, as an estimate for the next."""

    def seconds(self) -> float:
        """Training time in all, earlier sessions included, pauses left out."""
        return self.before + self.session_seconds()

    def session_seconds(self) -> float:
        """Training time since this session began, pauses left out."""
        now = self._clock() if self._held is None else self._held
        return now - self._begin - self._paused

    def share(self) -> float:
        """Share of this session's time that went into showing, probe images and measuring, 0 to 1."""
        return min(1.0, (self.spent + self.own + self.measured) / max(self.session_seconds(), 1e-9))

    def affords(self) -> bool:
        """Whether showing once more keeps the share below `SHARE`, what was granted and what is set aside left out."""
        share = SHARE - OWN if self.own_cost else SHARE
        return self.spent + self._cost <= self._granted + share * (self.session_seconds() + self._cost)

    def grant(self) -> None:
        """What the first picture of a session cost need not be earned, and about as much again is lent.

        A translation's first picture takes half a second: earned at `SHARE`, the second would come a quarter of a
        minute later.
        """
        self._granted = self.spent + min(LOAN[1], max(LOAN[0], self.spent))

    @contextmanager
    def spending(self) -> Iterator[None]:
        """The block is charged to showing."""
        start = self._clock()
        try:
            yield
        finally:
            self._cost = self._clock() - start
            self.spent += self._cost

    def affords_own(self) -> bool:
        """Whether probe images may be drawn once more from what is set aside for them; always while there are none."""
        return self.own + self.own_cost <= OWN_LOAN + OWN * self.session_seconds() or not self.own_cost

    @contextmanager
    def drawing_own(self) -> Iterator[None]:
        """The block is charged to probe images."""
        start = self._clock()
        try:
            yield
        finally:
            self.own_cost = self._clock() - start
            self.own += self.own_cost

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """The block is charged to measuring."""
        start = self._clock()
        try:
            yield
        finally:
            self.measured += self._clock() - start

    def hold(self) -> None:
        """Stop the clock until `go`, as between the turns of a comparison; holding twice is holding once."""
        if self._held is None:
            self._held = self._clock()

    def go(self) -> None:
        """Let the clock run again."""
        if self._held is not None:
            self._paused += self._clock() - self._held
            self._held = None

    @contextmanager
    def pausing(self) -> Iterator[None]:
        """The block is no training time."""
        self.hold()
        try:
            yield
        finally:
            self.go()
