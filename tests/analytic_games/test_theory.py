"""Closed forms: the numbers of the literature, and the spectral radius of one step of the very code that trains."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gan_core.analytic_games.definitions import AnalyticGame, read_game
from gan_core.analytic_games.linearization import linearised_rate, step_matrix
from gan_core.analytic_games.runner import GameRunner, SolverSettings
from gan_core.analytic_games.theory import Jacobian, closed_form
from gan_core.analytic_games.trajectories import predict
from gan_core.analytic_games.vector_field import jacobian

ALTERNATING = {"order": "generator-first"}
FIRST_ORDER: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("simultaneous", "sgd", {}, {}),
    ("alternating", "sgd", ALTERNATING, {}),
    ("alternating", "sgd", {"order": "discriminator-first"}, {}),
    ("extragradient", "sgd", {}, {}),
    ("optimistic", "sgd", {}, {}),
    ("consensus", "sgd", {"gamma": 0.5}, {}),
    ("sga", "sgd", {"strength": 0.5, "align": False}, {}),
    ("competitive", "sgd", {}, {}),
    ("lookahead", "sgd", {"k": 5, "alpha": 0.5, "inner": "simultaneous"}, {}),
    ("lookahead", "sgd", {"k": 3, "alpha": 0.7, "inner": "alternating"}, {}),
    ("lookahead", "sgd", {"k": 5, "alpha": 0.5, "inner": "extragradient"}, {}),
    ("simultaneous", "momentum", {}, {"beta": 0.3}),
    ("alternating", "momentum", ALTERNATING, {"beta": -0.5}),
    ("alternating", "momentum", ALTERNATING, {"beta": 0.5}),
    ("simultaneous", "cg", {}, {"rule": "gd", "restart": "none"}),
]


def curved(a: float) -> Jacobian:
    return Jacobian(np.array([[a, 1.0], [-1.0, a]]), 1)


def quadratic(p: float, a: float, q: float) -> AnalyticGame:
    return read_game({"kind": "quadratic", "P": [[p]], "A": [[a]], "Q": [[q]], "x": [0.0], "y": [0.0]})


def rate(solver: str, h: float, game: Jacobian, optimizer: str = "sgd", **options: Any) -> float:
    known = closed_form(solver, optimizer, game, h, options)
    assert known is not None
    return known.rate


@pytest.mark.parametrize(
    ("h", "rates"),
    [
        (0.1, (1.0049876, 1, 0.9950377, 0.9949362, 0.9950372, 0.9055385, 0.9950377, 0.9985178, 1.0322965, 0.9539392, 0.9813269, 0.9688866, 0.9566061)),
        (0.2, (1.0198039, 1, 0.9806121, 0.9789063, 0.9805807, 0.8246211, 1.0002000, 0.9940625, 1.0918278, 0.8000000, 0.9263710, 0.8771809, 0.8307386)),
        (0.5, (1.1180340, 1, 0.9013878, 0.7071068, 0.8944272, 0.7071068, 1.0735455, 0.9625437, 1.2692193, 1.3956439, 0.6474484, 0.3025768, 0.2168392)),
    ],
)  # fmt: skip
def test_rates_on_the_rotation(h: float, rates: tuple[float, ...]) -> None:
    """The table of ALGORITHMS 2.1 for f = xy, to its seven digits."""
    game = curved(0.0)
    found = (
        rate("simultaneous", h, game),
        rate("alternating", h, game),
        rate("extragradient", h, game),
        rate("optimistic", h, game),
        rate("competitive", h, game),
        rate("consensus", h, game, gamma=1.0),
        rate("consensus", h, game, gamma=0.1),
        rate("alternating", h, game, "momentum", beta=-0.5),
        rate("alternating", h, game, "momentum", beta=0.5),
        rate("unrolled", h, game, k=5),
        *(rate("lookahead", h, game, inner=i) for i in ("simultaneous", "alternating", "extragradient")),
    )
    assert found == pytest.approx(rates, abs=6e-8)
    assert rate("sga", h, game, strength=1.0, align=False) == pytest.approx(rates[5], abs=6e-8)


@pytest.mark.parametrize(
    ("a", "rates"),
    [
        (0.5, (0.9219545, 0.9, 0.8845903, 0.8850922, 0.8825226, 0.8003905, 0.8139410, 0.9)),
        (0.1, (1.0002000, 0.98, 0.9598001, 0.9580658, 0.9609691, 0.9014660, None, 1.02)),
    ],
)
def test_rates_with_curvature(a: float, rates: tuple[float | None, ...]) -> None:
    game = curved(a)
    solvers = ("simultaneous", "alternating", "extragradient", "optimistic", "competitive", "consensus", "sga")
    options = {"gamma": 0.5, "strength": 0.5, "align": False}
    for solver, expected in zip((*solvers, "follow-the-ridge"), rates, strict=True):
        if expected is not None:
            assert rate(solver, 0.2, game, **options) == pytest.approx(expected, abs=6e-8), solver


@pytest.mark.parametrize(
    ("matrix", "rates"),
    [
        ([[-6.0, 4.0], [-4.0, 2.0]], (1.10, 1.0817, 1.11, 1.1099, 0.92, 0.90)),
        ([[6.0, 4.0], [-4.0, -2.0]], (0.90, None, 0.91, 0.9099, 0.973, 1.10)),
    ],
)
def test_only_follow_the_ridge_tells_the_minimax_point_apart(
    matrix: list[list[float]], rates: tuple[float | None, ...]
) -> None:
    solvers = ("simultaneous", "alternating", "extragradient", "optimistic", "consensus", "follow-the-ridge")
    for solver, expected in zip(solvers, rates, strict=True):
        if expected is not None:
            found = rate(solver, 0.05, Jacobian(np.array(matrix), 1), gamma=0.1)
            assert found == pytest.approx(expected, abs=6e-5), solver


@pytest.mark.parametrize("coefficients", [(0.0, 1.0, 0.0), (0.5, 1.0, 0.5), (0.3, -0.8, 1.1)])
@pytest.mark.parametrize(("solver", "optimizer", "options", "own"), FIRST_ORDER)
def test_closed_forms_are_the_spectral_radius_of_one_step_of_the_code(
    solver: str, optimizer: str, options: dict[str, Any], own: dict[str, Any], coefficients: tuple[float, ...]
) -> None:
    """To 1e-7: a rate that is a double root moves with the square root of rounding."""
    game, settings = quadratic(*coefficients), SolverSettings(solver, optimizer, options, own)
    known = closed_form(solver, optimizer, jacobian(game), 0.15, settings.options)
    assert known is not None
    assert linearised_rate(GameRunner(game, settings, 0.15), np.zeros(2)) == pytest.approx(known.rate, abs=1e-7)


@pytest.mark.parametrize(
    ("solver", "options", "coefficients"),
    [("unrolled", {"k": 4}, (0.0, 1.0, 0.0)), ("follow-the-ridge", {}, (0.5, 1.0, 0.7)), ("unrolled", {"k": 4}, (0.0, 2.0, 0.0))],
)  # fmt: skip
def test_second_order_closed_forms(solver: str, options: dict[str, Any], coefficients: tuple[float, ...]) -> None:
    game, settings = quadratic(*coefficients), SolverSettings(solver, "sgd", options)
    known = closed_form(solver, "sgd", jacobian(game), 0.1, options)
    assert known is not None
    assert linearised_rate(GameRunner(game, settings, 0.1), np.zeros(2)) == pytest.approx(known.rate, abs=1e-7)


def test_closed_forms_hold_for_players_of_several_numbers() -> None:
    draw = np.random.default_rng(0)
    own, mixed, other = draw.normal(size=(2, 2)), draw.normal(size=(2, 3)), draw.normal(size=(3, 3))
    game = read_game({
        "kind": "quadratic", "P": (own @ own.T).tolist(), "A": mixed.tolist(), "Q": (other @ other.T).tolist(),
        "x": [0.0, 0.0], "y": [0.0, 0.0, 0.0],
    })  # fmt: skip
    curvature = jacobian(game)
    assert curvature.split == 2
    for solver, optimizer, options, beta in FIRST_ORDER:
        settings = SolverSettings(solver, optimizer, options, beta)
        known = closed_form(solver, optimizer, curvature, 0.05, settings.options)
        if known is not None:
            found = linearised_rate(GameRunner(game, settings, 0.05), np.zeros(5))
            assert found == pytest.approx(known.rate, abs=1e-7), settings


@pytest.mark.parametrize(
    ("objective", "gamma", "simultaneous", "alternating"),
    [
        ("minimax", None, 1.004988, 1),
        ("non-saturating", None, 1.004988, 1),
        ("wasserstein", None, 1.019804, 1),
        ("minimax", 0.1, 0.994987, 0.989949),
        ("minimax", 0.3, 0.974679, 0.969536),
        ("minimax", 1.0, 0.9, 0.927016),
        ("minimax", 2.0, 0.973205, 0.973955),
        ("wasserstein", 0.3, 0.989949, 0.969536),
    ],
)
def test_dirac_gan(objective: str, gamma: float | None, simultaneous: float, alternating: float) -> None:
    """ALGORITHMS 2.3 (Mescheder et al. 2018), h = 0.2."""
    penalty = {} if gamma is None else {"penalty": "r1", "gamma": gamma}
    game = read_game({"kind": "dirac", "theta": 1.0, "psi": 1.0, "objective": objective, **penalty})
    # At the critical strength, 2w, the eigenvalue is double: rounding of 1e-16 in J is one of 1e-8 in it.
    for solver, options, expected in (("simultaneous", {}, simultaneous), ("alternating", ALTERNATING, alternating)):
        predicted = predict(game, SolverSettings(solver, "sgd", options), 0.2, np.zeros(2))
        assert predicted.source == "closed form"
        assert predicted.rate == pytest.approx(expected, abs=6e-7)


@pytest.mark.parametrize(
    ("weight", "mode", "w"), [(0.1, "cooperative", (1 - 0.1**2) ** 0.5 / 2), (0.5, "contrastive", 0.75)]
)
def test_coupled_dirac_gan_turns_as_fast_as_the_algebra_says(weight: float, mode: str, w: float) -> None:
    game = read_game({
        "kind": "dirac", "theta": 0.0, "psi": 0.0, "objective": {"name": "coupled", "weight": weight, "mode": mode},
        "penalty": "r1", "gamma": 0.3,
    })  # fmt: skip
    eigenvalues = -jacobian(game).eigenvalues
    assert np.sort_complex(eigenvalues) == pytest.approx(
        np.sort_complex([-0.15 - 1j * (w**2 - 0.0225) ** 0.5, -0.15 + 1j * (w**2 - 0.0225) ** 0.5]), abs=1e-12
    )


def test_printed_form_is_a_saddle() -> None:
    """Eigenvalues ±|1 - lambda / 2|, real: one of them leads away whatever the step."""
    game = read_game(
        {"kind": "dirac", "theta": 0.0, "psi": 0.0, "objective": {"name": "coupled-printed", "weight": 0.1}}
    )
    assert np.sort(jacobian(game).eigenvalues.real) == pytest.approx([-0.95, 0.95], abs=1e-12)


def test_steps_without_a_derivative_have_no_matrix() -> None:
    game = quadratic(0.5, 1.0, 0.5)
    for optimizer, options in (("adam", {}), ("cg", {"rule": "prp"})):
        settings = SolverSettings("alternating", optimizer, ALTERNATING, options)
        assert predict(game, settings, 0.1, np.zeros(2)).rate is None
    assert step_matrix(GameRunner(game, SolverSettings("alternating", "adam"), 0.1), np.zeros(2)) is None


def test_a_kink_at_the_solution_has_no_rate() -> None:
    """WGAN-GP at 0, where the gradient's length has no derivative: autograd answers all the same."""
    game = read_game(
        {"kind": "dirac", "theta": 0.0, "psi": 0.0, "objective": "wasserstein", "penalty": "wgan-gp", "weight": 0.7}
    )
    predicted = predict(game, SolverSettings("simultaneous"), 0.2, np.zeros(2))
    assert (predicted.rate, predicted.formula) == (None, "the game has no derivative at the solution")


def test_inner_maximum_is_linear_and_as_fast_as_the_algebra_says() -> None:
    """SGG on a quadratic: x' = (I - h(aI + AA'/a))x, factor .5 for a = .5, h = .2 (ALGORITHMS 5)."""
    predicted = predict(quadratic(0.5, 1.0, 0.5), SolverSettings("sgg", "sgd", {"k": 3}), 0.2, np.zeros(2))
    assert predicted.source == "linearised"
    assert predicted.rate == pytest.approx(0.5, abs=1e-9)
