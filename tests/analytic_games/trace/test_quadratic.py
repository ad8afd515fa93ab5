"""Quadratic games against iteration matrices and recurrences that are derived here, not in the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.analytic_games.trace.command import BILINEAR, Run, points

EYE = np.eye


class Quadratic:
    """A game with three numbers against two, by NumPy."""

    def __init__(self, seed: int = 1, n: int = 3, m: int = 2) -> None:
        random = np.random.default_rng(seed)
        p, q = random.normal(size=(n, n)), random.normal(size=(m, m))
        self.P, self.Q = p @ p.T / n + 0.2 * EYE(n), q @ q.T / m + 0.3 * EYE(m)
        self.A, self.z = random.normal(size=(n, m)), random.normal(size=n + m)
        self.n, self.m = n, m
        self.J = np.block([[self.P, self.A], [-self.A.T, self.Q]])
        self.I = EYE(n + m)

    def json(self) -> dict[str, Any]:
        values = {"P": self.P, "A": self.A, "Q": self.Q, "x": self.z[: self.n], "y": self.z[self.n :]}
        return {"kind": "quadratic", **{name: value.tolist() for name, value in values.items()}}

    def only(self, which: str) -> Any:
        """The projection on one player's numbers."""
        return np.diag([float((index < self.n) == (which == "x")) for index in range(self.n + self.m)])

    def alternating(self, h: float, first: str = "x", second: str = "y") -> Any:
        moves = [self.I - h * self.only(which) @ self.J for which in (first, second)]
        return moves[1] @ moves[0]

    def competitive(self, h: float) -> Any:
        f_x, f_y, n, m = np.hstack([self.P, self.A]), np.hstack([self.A.T, -self.Q]), self.n, self.m
        dx = -h * np.linalg.inv(EYE(n) + h * h * self.A @ self.A.T) @ (f_x + h * self.A @ f_y)
        dy = h * np.linalg.inv(EYE(m) + h * h * self.A.T @ self.A) @ (f_y - h * self.A.T @ f_x)
        return self.I + np.vstack([dx, dy])

    def ridge(self, h: float) -> Any:
        f_x, f_y = np.hstack([self.P, self.A]), np.hstack([self.A.T, -self.Q])
        return self.I + np.vstack([-h * f_x, h * f_y - h * np.linalg.inv(self.Q) @ self.A.T @ f_x])

    def unrolled(self, h: float, k: int) -> Any:
        own = EYE(self.m) - h * self.Q
        way = h * sum(np.linalg.matrix_power(own, j) for j in range(k)) @ self.A.T  # dy_k / dx
        ahead = np.hstack([way, np.linalg.matrix_power(own, k)])
        x = np.hstack([EYE(self.n), np.zeros((self.n, self.m))])
        slope = self.P @ x + self.A @ ahead + way.T @ (self.A.T @ x - self.Q @ ahead)
        return self.I + np.vstack([-h * slope, h * np.hstack([self.A.T, -self.Q])])

    def sgg(self, h: float) -> Any:
        best = np.hstack([np.linalg.solve(self.Q, self.A.T), np.zeros((self.m, self.m))])
        x = np.hstack([EYE(self.n), np.zeros((self.n, self.m))])
        return np.vstack([x - h * (self.P @ x + self.A @ best), best])


power = np.linalg.matrix_power
MATRICES: dict[str, tuple[str, dict[str, Any], Callable[[Quadratic, float], Any]]] = {
    "simultaneous": ("simultaneous", {}, lambda g, h: g.I - h * g.J),
    "alternating": ("alternating", {}, lambda g, h: g.alternating(h)),
    "alternating-yx": ("alternating", {"order": "yx"}, lambda g, h: g.alternating(h, "y", "x")),
    "extragradient": ("extragradient", {}, lambda g, h: g.I - h * g.J @ (g.I - h * g.J)),
    "consensus": ("consensus", {"gamma": 0.3}, lambda g, h: g.I - h * (g.J + 0.3 * g.J.T @ g.J)),
    "sga": (
        "sga", {"lambda": 0.7, "align": False}, lambda g, h: g.I - h * (g.J + 0.7 * (g.J - g.J.T).T / 2 @ g.J)
    ),
    "competitive": ("competitive", {}, Quadratic.competitive),
    "ridge": ("follow-the-ridge", {}, Quadratic.ridge),
    "unrolled": ("unrolled", {"k": 3}, lambda g, h: g.unrolled(h, 3)),
    "lookahead-sim": (
        "lookahead", {"k": 4, "alpha": 0.3, "inner": "simultaneous"}, lambda g, h: 0.7 * g.I + 0.3 * power(g.I - h * g.J, 4)
    ),
    "lookahead-alt": (
        "lookahead", {"k": 3, "alpha": 0.5, "inner": "alternating"}, lambda g, h: (g.I + power(g.alternating(h), 3)) / 2
    ),
    "lookahead-alt-yx": (
        "lookahead", {"k": 3, "alpha": 0.5, "order": "yx"}, lambda g, h: (g.I + power(g.alternating(h, "y", "x"), 3)) / 2
    ),
    "sgg": ("sgg", {"k": 2}, Quadratic.sgg),
}  # fmt: skip


@pytest.mark.parametrize("h", [0.05, 0.3])
@pytest.mark.parametrize("name", list(MATRICES))
def test_a_solver_is_its_iteration_matrix(run: Run, name: str, h: float) -> None:
    game = Quadratic()
    solver, options, matrix = MATRICES[name]
    found, step = points(run(game.json(), solver, h, 12, **options)), matrix(game, h)
    wanted = np.array([power(step, t) @ game.z for t in range(13)])
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max())


@pytest.mark.parametrize("h", [0.05, 0.3])
@pytest.mark.parametrize("order", ["simultaneous", "xy", "yx"])
def test_optimistic_play_starts_plain_and_continues_the_last_gradient(run: Run, order: str, h: float) -> None:
    game = Quadratic()
    found = points(run(game.json(), "optimistic", h, 12, order=order))
    z, wanted = game.z, [game.z]
    sides = [game.I] if order == "simultaneous" else [game.only(which) for which in order]
    last: list[Any] = [None] * len(sides)
    for _ in range(12):
        for index, side in enumerate(sides):
            now = side @ game.J @ z
            z = z - h * (now if last[index] is None else 2 * now - last[index])
            last[index] = now
        wanted.append(z)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("beta", [-0.5, 0.5])
@pytest.mark.parametrize("solver", ["simultaneous", "alternating"])
def test_momentum_is_its_recurrence(run: Run, solver: str, beta: float) -> None:
    game, h = Quadratic(2), 0.2
    found = points(run(game.json(), solver, h, 15, "momentum", beta=beta))
    z, move, wanted = game.z, np.zeros(5), [game.z]
    for _ in range(15):
        for side in [game.I] if solver == "simultaneous" else [game.only("x"), game.only("y")]:
            move = (game.I - side) @ move + side @ (beta * move - h * game.J @ z)
            z = z + side @ move
        wanted.append(z)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("rule", ["gd", "fr", "prp", "dy", "hs", "fr-prp"])
@pytest.mark.parametrize("beta_max", [0.5, 3.0])
def test_conjugate_rules_and_their_betas(run: Run, rule: str, beta_max: float) -> None:
    game, h = Quadratic(3), 0.1
    result = run(game.json(), "alternating", h, 12, "cg", rule=rule, beta_max=beta_max)
    raw: dict[str, Callable[[Any, Any, Any], float]] = {
        "gd": lambda g, p, d: 0.0,
        "fr": lambda g, p, d: g @ g / (p @ p),
        "prp": lambda g, p, d: g @ (g - p) / (p @ p),
        "hs": lambda g, p, d: g @ (g - p) / (d @ (g - p)),
        "dy": lambda g, p, d: g @ g / (d @ (g - p)),
        "fr-prp": lambda g, p, d: min(g @ g, g @ (g - p)) / (p @ p),
    }
    z, wanted, betas = game.z.copy(), [game.z.copy()], []
    memory: dict[str, Any] = {}
    for _ in range(12):
        entry = {}
        for name, at in (("x", slice(0, 3)), ("y", slice(3, 5))):
            g = (game.J @ z)[at]
            beta, d = 0.0, -g
            if name in memory:
                p, last = memory[name]
                beta = min(max(raw[rule](g, p, last), 0.0), beta_max)
                d = -g + beta * last
            memory[name], entry[name] = (g, d), beta
            z[at] += h * d
        wanted.append(z.copy())
        betas.append(entry)
    np.testing.assert_allclose(points(result), wanted, rtol=1e-9, atol=1e-11)
    assert len(result["betas"]) == 12
    for found, entry in zip(result["betas"], betas, strict=True):
        assert found == pytest.approx(entry, rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("h", [0.1, 0.5, 1.9])
def test_bilinear_invariants(run: Run, h: float) -> None:
    x, y = points(run(BILINEAR, "simultaneous", h, 30)).T
    np.testing.assert_allclose((x * x + y * y)[1:] / (x * x + y * y)[:-1], 1 + h * h, rtol=1e-12)
    for order, sign in (("xy", -1), ("yx", 1)):
        x, y = points(run(BILINEAR, "alternating", h, 60, order=order)).T
        kept = x * x + sign * h * x * y + y * y
        np.testing.assert_allclose(kept, kept[0], rtol=1e-9)


@pytest.mark.parametrize("h", [0.2, 5.0, 50.0])
def test_competitive_play_of_a_bilinear_game_contracts_at_any_step(run: Run, h: float) -> None:
    x, y = points(run(BILINEAR, "competitive", h, 5)).T
    np.testing.assert_allclose((x * x + y * y)[1:] / (x * x + y * y)[:-1], 1 / (1 + h * h), rtol=1e-9)


F1 = {"kind": "quadratic", "P": [[-6]], "A": [[4]], "Q": [[2]]}
"""f1 = -3x^2 + 4xy - y^2, whose 0 is a local minimax."""
F2 = {**F1, "P": [[6]], "Q": [[-2]]}
"""f2 = 3x^2 + 4xy + y^2, whose 0 is none."""


@pytest.mark.parametrize(
    ("solver", "options", "f1", "f2"),
    [
        ("simultaneous", {}, 1.10, 0.90),
        ("alternating", {}, 1.0817, None),
        ("extragradient", {}, 1.11, 0.91),
        ("consensus", {"gamma": 0.1}, 0.92, 0.973),
        ("follow-the-ridge", {}, 0.90, 1.10),
    ],
)
def test_local_minimax_or_not(run: Run, solver: str, options: dict[str, Any], f1: float, f2: float | None) -> None:
    """The rates of section 2.1 at h = 0.05: follow-the-ridge alone tells the two games apart."""
    for game, rate in ((F1, f1), (F2, f2)):
        if rate is None:
            continue
        columns = [points(run({**game, "x": [x], "y": [1 - x]}, solver, 0.05, 1, **options))[1] for x in (1, 0)]
        assert np.abs(np.linalg.eigvals(np.array(columns).T)).max() == pytest.approx(rate, abs=6e-4)


@pytest.mark.parametrize("a", [0, 0.05, 0.2, 1])
def test_conjugate_rules_and_rotation(run: Run, a: float) -> None:
    """Table 2.2 at h = 0.2, on other matrices and for 250 steps: descent contracts by 1 - ha, PRP does little better and
    FR-PRP the same; where little curves, FR runs away; negative momentum turns rotation into approach, and costs."""
    random = np.random.default_rng(8)
    mixed, steps = random.normal(size=(4, 4)), 250
    bowl = (a * EYE(4)).tolist()
    game = {"kind": "quadratic", "P": bowl, "A": (mixed / np.linalg.norm(mixed, 2)).tolist(), "Q": bowl}
    game |= {"x": random.normal(size=4).tolist(), "y": random.normal(size=4).tolist()}

    def shrinks(optimizer: str, **options: Any) -> float:
        way = points(run(game, "alternating", 0.2, steps, optimizer, **options))
        return float(np.linalg.norm(way[-1]) / np.linalg.norm(way[0]))

    plain, prp, fr = shrinks("sgd"), shrinks("cg", rule="prp"), shrinks("cg", rule="fr")
    assert plain == pytest.approx((1 - 0.2 * a) ** steps, rel=0.3)
    assert shrinks("cg", rule="fr-prp") == pytest.approx(prp, rel=1e-9)
    assert 0.1 * plain < prp < 1.05 * plain
    assert {0: fr > 1e3, 0.05: fr > 1e3, 0.2: fr > 1e3 * plain, 1: fr < 1e-6}[a]
    damped = shrinks("momentum", beta=-0.5)
    assert (damped < 0.95 * plain) if a == 0 else (damped > plain)
