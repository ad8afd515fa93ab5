"""Easings of a path: how the share of a leg grows with the share of its time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gan_core.parts import Registry

Easing = Callable[[np.ndarray], np.ndarray]
"""From the share of a leg's time that has passed, in [0, 1), to the share of the leg that lies behind."""

easings: Registry[Easing] = Registry("easing", configurable=False)
"""All of them start at 0 and, but for `hold`, rise to 1 without ever turning back."""


@easings.register("linear")
def linear(share: np.ndarray) -> np.ndarray:
    """Constant speed."""
    return share


@easings.register("ease-in-out")
def ease_in_out(share: np.ndarray) -> np.ndarray:
    """The cubic 3 u^2 - 2 u^3: speed 0 at both ends."""
    return share * share * (3 - 2 * share)


@easings.register("ease-in")
def ease_in(share: np.ndarray) -> np.ndarray:
    """u^2: speed 0 at the beginning."""
    return share * share


@easings.register("ease-out")
def ease_out(share: np.ndarray) -> np.ndarray:
    """1 - (1 - u)^2: speed 0 at the end."""
    return share * (2 - share)


@easings.register("hold")
def hold(share: np.ndarray) -> np.ndarray:
    """Stay at the stop, then jump to the next one: a cut."""
    return np.zeros_like(share)
