"""The command `trace` against iteration matrices and numbers that are derived here, not in the package."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gan_core.cli import main

Run = Callable[..., dict[str, Any]]
EYE = np.eye


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(game, solver, h, steps, **options)`: the command's JSON."""

    def call(game: dict[str, Any], solver: str, h: float, steps: int, optimizer: str = "sgd", **options: Any) -> Any:
        path = tmp_path / "game.json"
        path.write_text(json.dumps(game))
        given = [
            f"--option={key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in options.items()
        ]
        command = ["trace", str(path), "--solver", solver, "--optimizer", optimizer, *given]
        code = main([*command, "--step-size", str(h), "--steps", str(steps), "--json"])
        printed = capsys.readouterr()
        assert code == 0, printed.err
        return json.loads(printed.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))

    return call


def points(result: dict[str, Any]) -> Any:
    return np.array([[*state["x"], *state["y"]] for state in result["states"]], dtype=float)


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


BILINEAR = {"kind": "quadratic", "P": [[0]], "A": [[1]], "Q": [[0]], "x": [1], "y": [1]}


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


def norm(state: dict[str, Any]) -> float:
    return float(np.hypot(state["x"][0], state["y"][0]))


R1 = {"penalty": "r1"}
DIRAC: list[tuple[str, dict[str, Any], str, str]] = [
    ("minimax", {}, "3.097", "1.421"),
    ("non-saturating", {}, ".6402", ".2839"),
    ("wasserstein", {}, "2.6e4", "1.398"),
    ("minimax", {"penalty": "instance-noise", "deviation": 0.7}, "5.7e-5", "4.0e-6"),
    ("minimax", {"penalty": "instance-noise", "deviation": 1}, "6.4e-11", "5.9e-12"),
    ("minimax", {**R1, "gamma": 0.1}, ".0948", ".00827"),
    ("minimax", {"penalty": "r2", "gamma": 0.1}, ".0948", ".00827"),
    ("minimax", {**R1, "gamma": 0.3}, "2.6e-6", "2.3e-7"),
    ("minimax", {**R1, "gamma": 1}, "9.5e-22", "7.5e-17"),
    ("minimax", {**R1, "gamma": 2}, "1.3e-6", "1.9e-6"),
    ("non-saturating", {**R1, "gamma": 0.1}, ".0486", ".0051"),
    ("wasserstein", {**R1, "gamma": 0.3}, ".0091", "2.7e-7"),
    # These rows count from psi = -1: there D(x) = psi x, as in section 4.
    ("coupled", {**R1, "gamma": 0.3, "lambda": 0.1, "psi": -1}, "", "2.7e-7"),
    ("coupled", {**R1, "gamma": 0.3, "lambda": 0.5, "psi": -1}, "", "1.7e-7"),
    ("coupled", {**R1, "gamma": 0.3, "lambda": 0.5, "mode": "contrastive", "psi": -1}, "", "3e-7"),
]


@pytest.mark.parametrize(("objective", "more", "simultaneous", "alternating"), DIRAC)
def test_dirac_after_500_steps(
    run: Run, objective: str, more: dict[str, Any], simultaneous: str, alternating: str
) -> None:
    """The printed digits of the table, from (1, 1) with step size 0.2."""
    game = {"kind": "dirac", "theta": 1, "psi": 1, "objective": objective, **more}
    for solver, printed in (("simultaneous", simultaneous), ("alternating", alternating)):
        if printed:
            found = norm(run(game, solver, 0.2, 500)["states"][-1])
            digits = len(printed.split("e")[0].replace(".", "").lstrip("0"))
            assert float(f"{found:.{digits - 1}e}") == pytest.approx(float(printed), rel=1e-9), found


def test_dirac_consensus(run: Run) -> None:
    game = {"kind": "dirac", "theta": 1, "psi": 1, "objective": "minimax"}
    assert f"{norm(run(game, 'consensus', 0.2, 500, gamma=1)['states'][-1]):.1e}" == "2.6e-10"


@pytest.mark.parametrize("solver", ["unrolled", "sgg", "competitive", "consensus"])
def test_r1_and_r2_are_one_penalty_of_dirac_gan(run: Run, solver: str) -> None:
    """Foreseen parameters depend on the generated sample too, yet a penalty's slope is by the sample alone."""
    game = {"kind": "dirac", "theta": 0.7, "psi": -0.4, "objective": "minimax", "gamma": 0.8}
    first, second = (points(run({**game, "penalty": penalty}, solver, 0.17, 6)) for penalty in ("r1", "r2"))
    np.testing.assert_allclose(first, second, rtol=1e-12)


@pytest.mark.parametrize(("objective", "width"), [("minimax", 1.0), ("relativistic", 2**0.5)])
def test_instance_noise_of_dirac_gan_is_an_expectation(run: Run, objective: str, width: float) -> None:
    """By Gauss and Hermite's rule; the difference of two noisy scores is sqrt(2) times as noisy as one."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    n, weights, h, paired = 0.7 * width * nodes, weights / weights.sum(), 0.3, objective == "relativistic"
    game = {"kind": "dirac", "theta": 0.9, "psi": 1.3, "objective": objective, "penalty": "instance-noise"}
    theta, psi, wanted = 0.9, 1.3, [(0.9, 1.3)]

    def sigmoid(t: Any) -> Any:
        return 1 / (1 + np.exp(-t))

    for _ in range(10):
        # Scores of generated samples are -psi (theta + n), of real ones -psi n.
        fake = weights @ ((theta + n) * sigmoid(-psi * (theta + n)))
        real = 0 if paired else weights @ (n * sigmoid(psi * n))
        share = weights @ sigmoid(psi * (theta + n) if paired else -psi * (theta + n))
        theta, psi = theta - h * psi * share, psi + h * (fake - real)
        wanted.append((theta, psi))
    found = points(run({**game, "deviation": 0.7}, "simultaneous", h, 10))
    np.testing.assert_allclose(found, wanted, rtol=1e-10)


def test_clipping_never_comes_to_rest(run: Run) -> None:
    game = {"kind": "dirac", "theta": 1, "psi": 1, "objective": "wasserstein", "penalty": "weight-clipping", "limit": 1}
    states = run(game, "alternating", 0.2, 400)["states"]
    assert all(0.948 <= norm(state) <= 1.05 for state in states[100:])
    assert all(abs(state["y"][0]) <= 1 for state in states)


LINE = {"kind": "least-squares", "X": [[1, v] for v in range(1, 6)], "y": [1, 2, 3, 4, 5], "theta": [0, 0]}


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
    x, y = EYE(7)[:, :n] * 2 + 0.3 * random.normal(size=(7, n)), random.normal(size=7)
    game = {"kind": "least-squares", "X": x.tolist(), "y": y.tolist(), "theta": [0.0] * n}
    best = np.linalg.lstsq(x, y)[0]
    state = run(game, "conjugate-descent", 1, n)["states"][-1]
    np.testing.assert_allclose(state["x"], best, atol=1e-12)


def test_divergence_is_valid_json(run: Run) -> None:
    result = run(BILINEAR, "simultaneous", 9, 400, "cg", rule="fr")
    at = result["diverged_at"]
    assert len(result["states"]) == 401
    assert None in (*result["states"][at]["x"], *result["states"][at]["y"])
    assert None not in (*result["states"][at - 1]["x"], *result["states"][at - 1]["y"])
    assert result["states"][-1] == {"x": [None], "y": [None]}
    assert len(result["betas"]) == 400


def test_without_json_it_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "g.json"
    path.write_text(json.dumps(BILINEAR))
    command = ["trace", str(path), "--solver", "alternating", "--optimizer", "cg", "--option", "rule=fr"]
    assert main([*command, "--step-size", "0.2", "--steps", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["step", "x", "y", "beta"]
    assert len(lines) == 4
    assert lines[2].split()[:3] == ["1", "0.8", "1.16"]


D: dict[str, Any] = {"kind": "dirac", "theta": 1, "psi": 1, "objective": "minimax"}
WRONG: list[tuple[str, dict[str, Any], str, list[str], str]] = [
    ("solver", BILINEAR, "sideways", [], "There is no solver named 'sideways'"),
    ("optimizer", BILINEAR, "alternating", ["--optimizer", "magic"], "There is no optimizer named 'magic'"),
    ("option", BILINEAR, "sga", ["--option", "gama=1"], "the solver sga has lambda, align, the optimizer sgd has momentum"),
    ("rate", BILINEAR, "sga", ["--option", "learning_rate=1"], "no option named 'learning_rate'"),
    ("pair", BILINEAR, "sga", ["--option", "align"], "key=value"),
    ("twice", BILINEAR, "sga", ["--option", "align=true", "--option", "align=false"], "twice"),
    ("order", BILINEAR, "alternating", ["--option", "order=zz"], "xy or yx"),
    ("type", BILINEAR, "consensus", ["--option", "gamma=big"], "gamma is a number"),
    ("kind", {"kind": "chess"}, "sga", [], "There is no kind of game named 'chess'"),
    ("no kind", {"P": 1}, "sga", [], "quadratic"),
    ("objective", {**D, "objective": "fun"}, "sga", [], "There is no objective named 'fun'"),
    ("penalty", {**D, "penalty": "fine"}, "sga", [], "There is no penalty named 'fine'"),
    ("gamma", {**D, "gamma": 1}, "sga", [], "there is no penalty"),
    ("hs", BILINEAR, "alternating", ["--optimizer", "cg", "--option", "rule=hs"], "hs is not defined for a player of one"),
    ("shape", {**BILINEAR, "A": [[1, 2]]}, "sga", [], "A is a matrix of 1 x 1"),
    ("ragged", {**BILINEAR, "A": [[1, 2], [1]]}, "sga", [], "A is a list of rows"),
    ("infinite", {**BILINEAR, "x": [1e999]}, "sga", [], "x holds finite numbers only"),
    ("word", {**BILINEAR, "y": ["1"]}, "sga", [], "y is a list of numbers"),
    ("empty", {**BILINEAR, "y": []}, "sga", [], "y is a list of one or more numbers"),
    ("missing", {"kind": "quadratic", "P": [[1]]}, "sga", [], "needs A"),
    ("extra", {**BILINEAR, "B": [[1]]}, "sga", [], "no field of the game 'quadratic' named 'B'"),
    ("rows", {**LINE, "y": [1]}, "simultaneous", [], "X has one row for each number of y"),
    ("theta", {**D, "theta": "1"}, "sga", [], "theta of the game dirac is a number"),
    ("ridge", BILINEAR, "follow-the-ridge", [], "follow-the-ridge needs a second derivative"),
    ("cooperative", {**D, "objective": "coupled", "weight": 1}, "sga", [], "below 1"),
    ("contrastive", {**D, "objective": "coupled", "mode": "contrastive"}, "sga", [], "penalty bounds the discriminator"),
    ("players", BILINEAR, "conjugate-descent", [], "one player"),
    ("closed", BILINEAR, "competitive", ["--optimizer", "adam"], "competitive makes the step"),
    ("steps", BILINEAR, "sga", ["--steps", "0"], "whole number from 1"),
    ("step size", BILINEAR, "sga", ["--step-size", "0"], "a number above 0"),
    ("no step size", BILINEAR, "sga", ["--step-size", "nan"], "a number above 0"),
]  # fmt: skip


@pytest.mark.parametrize(("game", "solver", "more", "words"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_wrong_input_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], game: Any, solver: str, more: list[str], words: str
) -> None:
    path = tmp_path / "g.json"
    path.write_text(json.dumps(game))
    assert main(["trace", str(path), "--solver", solver, "--step-size", "0.1", "--steps", "3", *more]) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert len(printed.err.splitlines()) == 1
    assert printed.out == ""


def test_an_unreadable_game_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "g.json"
    for text in (None, "{", "[" * 100_000):
        if text is not None:
            path.write_text(text)
        assert main(["trace", str(path), "--solver", "sga", "--step-size", "1", "--steps", "1"]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
