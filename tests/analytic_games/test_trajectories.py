"""Trajectories: the measured rate is the predicted one, and least squares end where they should."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from gan_core.analytic_games.definitions import AnalyticGame
from gan_core.analytic_games.landscape import graph, survey
from gan_core.analytic_games.least_squares import conjugate_descent
from gan_core.analytic_games.plane_games import GAMES, dirac_objectives, dirac_penalties, game_named
from gan_core.analytic_games.rates import contraction, measure
from gan_core.analytic_games.runner import SolverSettings
from gan_core.analytic_games.solver_configs import config_named, configs
from gan_core.analytic_games.trace import trace
from gan_core.analytic_games.trajectories import LINEAR, trajectories
from gan_core.analytic_games.vector_field import jacobian
from gan_core.errors import InputError

MARGIN = 2e-4
"""How far a measured rate may be from the predicted one on a linear game, over 200 steps."""
NOT_THERE_YET = {("rotation", "unrolled")}
"""A double root (k h w = 1): distances shrink like t r^t, whose mean factor nears r only as 1/t."""


def game(name: str, **options: Any) -> AnalyticGame:
    chosen = game_named(name)
    return chosen.build(chosen.chosen(options))


@pytest.mark.parametrize("name", ["rotation", "curved"])
@pytest.mark.parametrize("way", [way.name for way in configs() if way.two_players])
def test_measured_rates_are_the_predicted_ones(name: str, way: str) -> None:
    """Every way to play at its own settings; where it is not defined, the sentence says so."""
    (run,) = trajectories(game(name), [config_named(way)], 0.2, 200, [1.0, 1.0])
    if run.refusal:
        assert way in ("cg-hs", "follow-the-ridge")
        assert run.refusal.endswith(".")
        return
    assert run.measured is not None
    assert run.measured.rate is not None
    if run.prediction.rate is None:
        assert "not smooth" in run.prediction.formula
    elif (name, way) in NOT_THERE_YET:
        assert run.measured.rate == pytest.approx(run.prediction.rate, abs=2e-2)
    else:
        assert run.measured.rate == pytest.approx(run.prediction.rate, abs=MARGIN)
        expected = "circles" if abs(run.prediction.rate - 1) < 1e-6 else "converges" if run.prediction.rate < 1 else "diverges"  # fmt: skip
        assert run.measured.verdict in (expected, "arrived" if expected == "converges" else expected)


@pytest.mark.parametrize(
    ("name", "options", "way", "h", "margin"),
    [
        ("line", {}, "descent", 0.01, 1e-9),
        ("line", {}, "heavy-ball", 0.01, 5e-3),  # turns past the solution: sharp dips in the distance
        ("line-with-bias", {}, "descent", 0.01, 1e-9),
        ("line-with-bias", {}, "heavy-ball", 0.01, 1e-9),
        # Double eigenvalues: distances go like t r^t, and the mean factor nears r only as 1/t.
        ("ridge", {"which": "f1"}, "simultaneous", 0.05, 2e-2),
        ("ridge", {"which": "f1"}, "follow-the-ridge", 0.05, 2e-2),
        ("ridge", {"which": "f2"}, "simultaneous", 0.05, 2e-2),
        ("ridge", {"which": "f2"}, "follow-the-ridge", 0.05, 2e-2),
        ("ridge", {"which": "f1"}, "sga", 0.05, 1e-3),
        *(("dirac", {}, way, 0.2, 1e-3) for way in ("simultaneous", "alternating", "extragradient", "optimistic", "competitive", "sgg")),
    ],
)  # fmt: skip
def test_measured_rates_on_the_other_games(
    name: str, options: dict[str, Any], way: str, h: float, margin: float
) -> None:
    """Dirac-GAN is linear only near its solution, so it starts there."""
    plane = game_named(name)
    start = [0.01 * value for value in plane.start] if name == "dirac" else list(plane.start)
    (run,) = trajectories(game(name, **options), [config_named(way)], h, 250, start, plane.solution)
    assert run.measured is not None
    assert run.prediction.rate is not None
    assert run.measured.rate == pytest.approx(run.prediction.rate, abs=margin)
    expected = "converges" if run.prediction.rate < 1 else "diverges"
    assert run.measured.verdict in (expected, "arrived" if expected == "converges" else expected)


def test_trajectories_are_those_of_the_trace_command() -> None:
    (run,) = trajectories(game("curved", a=0.3), [config_named("cg-fr")], 0.1, 30, [1.0, -0.5])
    start = {"kind": "quadratic", "P": [[0.3]], "A": [[1]], "Q": [[0.3]], "x": [1.0], "y": [-0.5]}
    from gan_core.analytic_games.definitions import read_game

    told = trace(read_game(start), "alternating", "cg", {"rule": "fr", "restart": "descent"}, 0.1, 30)
    assert run.trajectory.points.tolist() == [[*state["x"], *state["y"]] for state in told["states"]]
    assert [len(betas) for betas in run.trajectory.betas_by_player] == [30, 30]
    assert max(max(betas) for betas in run.trajectory.betas_by_player) == 0.5  # the cap


def test_simultaneous_steps_grow_by_exactly_the_root_of_one_plus_h_squared() -> None:
    (run,) = trajectories(game("rotation"), [SolverSettings("simultaneous")], 0.3, 50, [0.7, -1.1])
    norms = np.linalg.norm(run.trajectory.points, axis=1)
    assert norms[1:] / norms[:-1] == pytest.approx(np.full(50, math.sqrt(1 + 0.3**2)), rel=1e-13)


def test_conjugate_rules_do_not_cure_a_rotation() -> None:
    """Finding 5: Fletcher-Reeves, capped, diverges faster than plain alternating play; PRP+ does not diverge."""
    plain, prp, fr = trajectories(game("rotation"), [config_named(name) for name in ("alternating", "cg-prp", "cg-fr")], 0.2, 200, [1.0, 1.0])  # fmt: skip
    verdicts = [run.measured.verdict if run.measured else None for run in (plain, prp, fr)]
    assert verdicts in (["circles", "converges", "diverges"], ["circles", "circles", "diverges"])


def test_what_runs_away_ends_where_numbers_lose_their_meaning() -> None:
    (run,) = trajectories(game("rotation"), [SolverSettings("simultaneous")], 2.0, 2000, [1.0, 1.0])
    assert run.trajectory.ending == "far"
    assert len(run.trajectory.points) < 100
    assert np.isfinite(run.trajectory.points).all()
    assert run.measured is not None
    assert run.measured.verdict == "diverges"
    (slow,) = trajectories(game("rotation"), [SolverSettings("simultaneous")], 0.1, 2000, [1.0, 1.0], seconds=0.0)
    assert (slow.trajectory.ending, len(slow.trajectory.points)) == ("slow", 2)
    (printed,) = trajectories(game("dirac", objective="printed", penalty="none"), [SolverSettings("simultaneous")], 0.5, 400, [1.0, 0.8])  # fmt: skip
    assert printed.measured is not None
    assert printed.measured.verdict == "diverges"


@pytest.mark.parametrize(
    ("rate", "steps", "expected"),
    [(0.01, 1, (0.03, 0.11)), (0.01, 100, (0.217205725, 0.939834096)), (0.01, 1000, (0.047376607669, 0.986877439362))],
)
def test_descent_with_a_bias_column(rate: float, steps: int, expected: tuple[float, float]) -> None:
    """ALGORITHMS 2.4 B; the last is the article's own setting, which has not converged."""
    (run,) = trajectories(game("line-with-bias"), [config_named("descent")], rate, steps, [0.0, 0.0], (0.0, 1.0))
    assert run.trajectory.points[-1] == pytest.approx(expected, abs=6e-10)
    assert run.prediction.rate == pytest.approx(1 - rate * (6 - math.sqrt(34)), abs=1e-12)


def test_descent_with_a_bias_column_has_the_condition_that_is_told() -> None:
    eigenvalues = np.sort(jacobian(game("line-with-bias")).eigenvalues.real)
    assert eigenvalues == pytest.approx([6 - math.sqrt(34), 6 + math.sqrt(34)], abs=1e-12)
    rates = {}
    for h in (0.1, 1 / 6, 0.17):
        (run,) = trajectories(game("line-with-bias"), [config_named("descent")], h, 200, [0.0, 0.0], (0.0, 1.0))
        rates[h] = run.prediction.rate, np.linalg.norm(run.trajectory.points[-1] - [0.0, 1.0])
    assert rates[1 / 6][0] == pytest.approx(0.97183, abs=5e-6)
    assert rates[0.17][0] > 1
    assert rates[0.17][1] == pytest.approx(9.05, abs=0.005)


def test_descent_on_one_column() -> None:
    (run,) = trajectories(game("line"), [config_named("descent")], 0.01, 1000, [0.0], (1.0,))
    assert run.trajectory.points[[1, 2, 10, 20, 1000], 0] == pytest.approx(
        [0.11, 0.2079, 0.6881828007, 0.902770034221, 1], abs=6e-11
    )
    assert run.prediction.rate == pytest.approx(0.89, abs=1e-12)
    assert run.measured is not None
    assert run.measured.verdict == "arrived"


def test_linear_conjugate_gradients_end_after_one_step_for_each_number() -> None:
    trajectory = conjugate_descent(game("line-with-bias"), np.zeros(2))
    places, (betas,) = trajectory.points, trajectory.betas_by_player
    assert places[1] == pytest.approx([0.253576072822, 0.92977893368], abs=6e-12)
    assert places[2] == pytest.approx([0.0, 1.0], abs=1e-13)
    assert betas == pytest.approx([1.52191301083e-5], rel=1e-9)
    (run,) = trajectories(game("line"), [SolverSettings(LINEAR)], 0.01, 60, [0.0], (1.0,))
    assert run.trajectory.points.tolist() == [[0.0], [1.0]]
    assert run.prediction.rate == 0
    with pytest.raises(InputError, match="one player only"):
        conjugate_descent(game("rotation"), np.ones(2))


def test_a_rate_is_measured_through_a_rotation() -> None:
    """An ellipse that shrinks by a known factor, seen over a length that is no whole number of turns."""
    t = np.arange(151)
    places = 0.99 ** t[:, None] * np.column_stack([3 * np.cos(0.37 * t + 1), np.sin(0.37 * t)])
    assert contraction(np.linalg.norm(places, axis=1)) == pytest.approx(0.99, abs=2e-5)
    assert measure(places, np.zeros(2)).verdict == "converges"
    assert measure(places / 0.99 ** t[:, None], np.zeros(2)).verdict == "circles"
    assert measure(np.ones((40, 2)), np.zeros(2)).verdict == "elsewhere"
    assert measure(np.ones((4, 2)), np.zeros(2)).rate is None


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"start": [1.0]}, "The start of this game is 2 finite numbers"),
        ({"start": [1.0, math.nan]}, "The start of this game is 2 finite numbers"),
        ({"steps": 0}, "A trajectory has 1 to 2000 steps"),
        ({"step_size": 0.0}, "The step size is above 0"),
    ],
)
def test_wrong_requests_are_answered_in_a_sentence(wrong: dict[str, Any], sentence: str) -> None:
    request: dict[str, Any] = {"step_size": 0.1, "steps": 10, "start": [1.0, 1.0], **wrong}
    with pytest.raises(InputError, match=sentence):
        trajectories(game("rotation"), [SolverSettings("simultaneous")], **request)


def test_unknown_ways_games_options_and_values_are_answered_in_a_sentence() -> None:
    with pytest.raises(InputError, match="There is no way to play named 'alternate'"):
        config_named("alternate")
    with pytest.raises(InputError, match=r"whole number from 1 to 10, not 2\.5"):
        config_named("unrolled", 2.5)
    assert config_named("unrolled", 3.0).solver_options == {"k": 3}
    assert config_named("momentum", -0.2).optimizer_options["beta"] == -0.2
    with pytest.raises(InputError, match="There is no game of this panel named 'chess'"):
        game_named("chess")
    for options, sentence in (({"a": 3}, "Curvature a is 0 to 2, not 3"), ({"b": 1}, "option of the game 'curved'")):
        with pytest.raises(InputError, match=sentence):
            game_named("curved").chosen(options)
    with pytest.raises(InputError, match="There is no penalty named 'r9'"):
        game_named("dirac").chosen({"penalty": "r9"})


def test_every_game_can_be_drawn_and_shows_what_its_words_say() -> None:
    for each in GAMES:
        analytic_game = each.build(each.chosen({}))
        assert all(way in [w.name for w in configs()] for way in each.ways)
        if len(each.names) == 1:
            assert graph(analytic_game, each.view[0], 5).shape == (5, 2)
            continue
        seen = survey(analytic_game, *each.view, cells=7, arrows=3)
        assert seen.heights.shape == (7, 7)
        assert np.isfinite(seen.arrows).all()
    turning = survey(game("rotation"), (-1.0, 1.0), (-1.0, 1.0), cells=3, arrows=2).arrows
    # In f = xy the plain field is (-y, x): it turns anticlockwise, at right angles to the place.
    assert np.einsum("ij,ij->i", turning[:, :2], turning[:, 2:]) == pytest.approx(np.zeros(4), abs=1e-12)
    assert turning[:, 2:] == pytest.approx(np.column_stack([-turning[:, 1], turning[:, 0]]) * 2**0.5, abs=1e-12)


@pytest.mark.parametrize("objective", dirac_objectives())
def test_every_dirac_gan_plays_or_says_why_not(objective: str) -> None:
    for penalty in dirac_penalties():
        if objective == "contrastive" and penalty in ("none", "instance-noise"):
            with pytest.raises(InputError, match="choose one of r1"):
                game("dirac", objective=objective, penalty=penalty)
            continue
        analytic_game = game("dirac", objective=objective, penalty=penalty, strength=0.3)
        (run,) = trajectories(analytic_game, [SolverSettings("simultaneous")], 0.2, 5, [1.0, 1.0])
        assert len(run.trajectory.points) == 6
        assert np.isfinite(run.trajectory.points).all()
