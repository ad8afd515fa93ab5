"""The Lab tab: the game itself in two dimensions, trained by the same code as every other run, while one looks."""

import base64
import threading
from typing import TYPE_CHECKING, Any

from gan_core.errors import InputError
from gan_core.ui.components import live_html
from gan_core.ui.context import Context
from gan_core.ui.threads import one_thread

if TYPE_CHECKING:
    import numpy as np

    from gan_core.training.plane import PlaneTraining
    from gan_core.training.visitors import Visits

SLICE = 0.035
"""Seconds of training a request: short enough for a steady picture, long enough that drawing costs little beside it."""
STEPS_A_SLICE = 200
SHOWN = 600
"""Points of each kind that are drawn."""
CELLS = 48
ACTIONS = ("look", "run", "step", "restart")


class Lab:
    """The server's half: trains for a slice whenever a visitor asks, so that nothing runs when nobody looks."""

    def __init__(self) -> None:
        self._one_slice = threading.Lock()
        """Held for the length of a slice: however many visitors there are, the Lab takes one core."""
        self._visits: Visits | None = None
        self._lock = threading.Lock()

    def visits(self) -> "Visits":
        """The visitors' trainings; made late because it imports torch."""
        with self._lock:
            if self._visits is None:
                from gan_core.training.visitors import Visits

                self._visits = Visits()
            return self._visits

    def choices(self, _: Any = None) -> dict[str, Any]:
        """What can be chosen."""
        from gan_core.data import points

        return {"distributions": [{"name": name, "summary": points.get(name).summary} for name in points.names()]}

    def play(self, wish: Any) -> dict[str, Any]:
        """Do what a visitor wishes (one of `ACTIONS`) and describe what is to be seen.

        The wish holds `visit` (a token from an earlier answer, or null), `settings` and `do`. Settings come with every
        wish, so that a forgotten visit begins again by itself.
        """
        from gan_core.training.plane import VIEW, PlaneSettings

        if not isinstance(wish, dict) or wish.get("do", "look") not in ACTIONS:
            raise InputError(f"The Lab can {', '.join(ACTIONS)}.")
        action = wish.get("do", "look")
        settings = PlaneSettings.from_json(wish.get("settings", {}))
        visit = self.visits().of(wish.get("visit"), settings)
        with visit.lock:
            visit.follow(settings, restart=action == "restart")
            with self._one_slice, one_thread():
                if action in ("run", "step"):
                    visit.training.train(1 if action == "step" else STEPS_A_SLICE, SLICE)
                answer = picture(visit.training)
        return {**answer, "visit": visit.token, "view": VIEW}


def picture(training: "PlaneTraining") -> dict[str, Any]:
    """What the browser draws, small: points as 16-bit and cells as 8-bit numbers in base64."""
    import numpy as np

    from gan_core.training.plane import VIEW

    view = training.view(CELLS)
    outside = float((np.abs(view.fakes) > VIEW).any(1).mean())
    return {
        "step": view.step,
        "real": packed_points(view.real[:SHOWN], VIEW),
        "fakes": packed_points(view.fakes[:SHOWN], VIEW),
        "cells": CELLS,
        "judgement": base64.b64encode((view.judgement * 255).round().astype(np.uint8).tobytes()).decode(),
        "losses": {player: round(loss, 5) for player, loss in view.losses.items()},
        "covered": view.covered,
        "modes": view.modes,
        "good": None if view.good is None else round(view.good, 4),
        "outside": round(outside, 4),
        "diverged": training.diverged,
    }


def packed_points(points: "np.ndarray", view: float) -> str:
    """Points (N, 2) as base64 of little-endian uint16 pairs: 0 is the left or top edge, 65535 the right or bottom one.

    Points outside the view are drawn on its edge.
    """

    shares = (points * [1, -1] / (2 * view) + 0.5).clip(0, 1)
    return base64.b64encode((shares * 65535).round().astype("<u2").tobytes()).decode()


def build_lab_tab(context: Context) -> None:
    """Lay the tab out in the Blocks that is being built."""
    lab = Lab()
    live_html("lab", server_functions=[lab.choices, lab.play])
