"""Dirac-GAN against the printed table and formulas that are derived here, not in the package."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.analytic_games.trace.command import Run, points


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


@pytest.mark.parametrize(("critic_steps", "nearest"), [(1, 1.14), (5, 0.675)])
def test_wgan_gp_never_comes_to_rest(run: Run, critic_steps: int, nearest: float) -> None:
    """The table's row: weight 0.35 is its reg / 2; G moves first, then D once or five times."""
    game = {"kind": "dirac", "theta": 1, "psi": 1, "objective": "wasserstein", "penalty": "wgan-gp", "weight": 0.35}
    states = run(game, "alternating", 0.2, 100, n_critic=critic_steps)["states"]
    assert min(norm(state) for state in states[50:]) == pytest.approx(nearest, abs=3e-3)


PRINTED = {"kind": "dirac", "objective": "coupled-printed"}


@pytest.mark.parametrize("weight", [0.0, 0.1, 1.0, 3.0])
def test_the_printed_coupling_is_a_saddle(run: Run, weight: float) -> None:
    """Near 0 its eigenvalues are real, +-|1 - lambda / 2|: one direction is left at that rate, one is entered."""
    turn = 1 if weight < 2 else -1
    for psi, rate in ((-turn, 1 + 0.2 * abs(1 - weight / 2)), (turn, 1 - 0.2 * abs(1 - weight / 2))):
        game = {**PRINTED, "theta": 1e-6, "psi": psi * 1e-6, "lambda": weight}
        ends = points(run(game, "simultaneous", 0.2, 3))
        np.testing.assert_allclose(ends[1:], rate * ends[:-1], rtol=1e-5)


@pytest.mark.parametrize(("penalty", "power"), [({}, 86), ({"penalty": "r1", "gamma": 0.3}, 81)])
def test_the_printed_coupling_runs_away(run: Run, penalty: dict[str, Any], power: int) -> None:
    """The table's row, whose psi has the other sign."""
    game = {**PRINTED, "theta": 1, "psi": -1, "lambda": 0.1, **penalty}
    assert math.floor(math.log10(norm(run(game, "alternating", 0.2, 500)["states"][-1]))) == power


@pytest.mark.parametrize("weight", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("h", [0.1, 0.35])
def test_the_coupled_rotation_is_as_fast_as_the_table_says(run: Run, weight: float, h: float) -> None:
    """w = sqrt(1 - lambda^2) / 2 in the cooperative form: two simultaneous steps near 0 obey z'' = 2z' - (1 + h^2 w^2) z."""
    game = {"kind": "dirac", "theta": 1e-6, "psi": 3e-6, "objective": "coupled", "lambda": weight}
    start, once, twice = points(run(game, "simultaneous", h, 2))
    wanted = 2 * once - (1 + h * h * (1 - weight**2) / 4) * start
    np.testing.assert_allclose(twice, wanted, rtol=1e-9)
