"""The gradient descent example of article 003."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.analytic_games.trace.command import LINE, Run


@pytest.mark.parametrize(
    ("h", "steps", "theta"), [(0.01, 1, (0.03, 0.11)), (0.01, 1000, (0.047376607669, 0.986877439362))]
)
def test_gradient_descent_of_the_article(run: Run, h: float, steps: int, theta: Sequence[float]) -> None:
    state = run(LINE, "simultaneous", h, steps)["states"][-1]
    assert state["x"] == pytest.approx(theta, rel=1e-10)
    assert state["y"] == []


@pytest.mark.parametrize("rule", ["fr", "prp", "hs", "dy", "hz"])
def test_linear_conjugate_gradient_ends_after_two_steps(run: Run, rule: str) -> None:
    result = run(LINE, "conjugate-descent", 0.01, 2, rule=rule)
    assert result["states"][1]["x"] == pytest.approx([0.253576072822, 0.92977893368], rel=1e-11)
    assert result["states"][2]["x"] == pytest.approx([0, 1], abs=1e-13)
    assert result["betas"][1]["x"] == pytest.approx(1.52191301083e-5, rel=1e-9)


@pytest.mark.parametrize("n", [1, 3, 5])
def test_linear_conjugate_gradient_ends_after_n_steps(run: Run, n: int) -> None:
    random = np.random.default_rng(n)
    x, y = np.eye(7)[:, :n] * 2 + 0.3 * random.normal(size=(7, n)), random.normal(size=7)
    game = {"kind": "least-squares", "X": x.tolist(), "y": y.tolist(), "theta": [0.0] * n}
    best = np.linalg.lstsq(x, y)[0]
    state = run(game, "conjugate-descent", 1, n)["states"][-1]
    np.testing.assert_allclose(state["x"], best, atol=1e-12)
