"""What the tests of the command share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Run = Callable[..., dict[str, Any]]
"""`run(game, solver, h, steps, optimizer="sgd", **options)`: the command's JSON."""

BILINEAR = {"kind": "quadratic", "P": [[0]], "A": [[1]], "Q": [[0]], "x": [1], "y": [1]}
"""f = xy."""
LINE = {"kind": "least-squares", "X": [[1, v] for v in range(1, 6)], "y": [1, 2, 3, 4, 5], "theta": [0, 0]}
"""Article 003's five points on y = x, with a column of ones."""


def points(result: dict[str, Any]) -> Any:
    return np.array([[*state["x"], *state["y"]] for state in result["states"]], dtype=float)
