"""Trajectories of several solvers on one game, each with the predicted and the measured rate of convergence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from gan_core.analytic_games.definitions import AnalyticGame, Vector
from gan_core.analytic_games.least_squares import conjugate_descent
from gan_core.analytic_games.linearization import linearised_rate
from gan_core.analytic_games.rates import Measured, measure
from gan_core.analytic_games.runner import GameRunner, SolverSettings, Trajectory
from gan_core.analytic_games.theory import closed_form
from gan_core.analytic_games.vector_field import has_derivative, jacobian
from gan_core.errors import InputError
from gan_core.optimizers import optimizers

FAR = 1e12
"""A coordinate at which a trajectory counts as diverged and ends."""
MOST_STEPS = 2000
LINEAR = "linear-cg"
"""Named like a solver, though it is none: linear conjugate gradients on the loss of a single player."""

Source = Literal["closed form", "linearised", "none"]


@dataclass(frozen=True)
class Prediction:
    """The spectral radius of one step's exact iteration matrix at the solution, and how it is known."""

    rate: float | None
    formula: str
    source: Source


@dataclass(frozen=True)
class SolverResult:
    """The trajectory and rates of one solver on a game."""

    settings: SolverSettings
    trajectory: Trajectory
    """Finite; it may have fewer steps than asked for, and none after a refusal."""
    prediction: Prediction = Prediction(None, "", "none")
    measured: Measured | None = None
    refusal: str = ""
    """Why these settings cannot play this game; then there is nothing else."""


def predict(game: AnalyticGame, settings: SolverSettings, step_size: float, solution: Vector) -> Prediction:
    """The rate of `settings` near `solution`: a closed form where there is one, else one step of the code, linearised.

    Moves the players. Where neither exists the formula says why.
    """
    if settings.solver == LINEAR:
        return Prediction(
            0.0, f"exact after {len(solution)} step{'s' * (len(solution) > 1)}: one for each number", "closed form"
        )
    game.move_to(solution)
    curvature = jacobian(game)
    if not (np.isfinite(curvature.matrix).all() and has_derivative(game, curvature, solution)):
        return Prediction(None, "the game has no derivative at the solution", "none")
    known = None
    if settings.second is None:
        known = closed_form(settings.solver, settings.optimizer, curvature, step_size, settings.options)
    if known is not None:
        return Prediction(known.rate, known.formula, "closed form")
    named = {settings.optimizer, settings.second.name if settings.second else settings.optimizer}
    # Where a step divides by the size of a gradient, which is 0 at the solution, there is no derivative and no matrix.
    divides = any("divides" in optimizers.info(name).tags for name in named)
    rate = None if divides else linearised_rate(GameRunner(game, settings, step_size), solution)
    if rate is not None:
        return Prediction(rate, "spectral radius of one step's matrix, memory included", "linearised")
    return Prediction(None, "no fixed number: a step is not smooth at the solution", "none")


def play(
    game: AnalyticGame,
    settings: SolverSettings,
    step_size: float,
    steps: int,
    start: Vector,
    seconds: float = math.inf,
) -> Trajectory:
    """At most `steps` steps from `start`, in about `seconds`; without a point that is not finite."""
    if settings.solver == LINEAR:
        return conjugate_descent(game, start)
    return GameRunner(game, settings, step_size).run(steps, start, limit=FAR, seconds=seconds).finite


def trajectories(
    game: AnalyticGame,
    entries: Sequence[SolverSettings],
    step_size: float,
    steps: int,
    start: Sequence[float],
    solution: Sequence[float] | None = None,
    predictions: Sequence[Prediction | None] | None = None,
    seconds: float = math.inf,
) -> list[SolverResult]:
    """Play the game from `start` once with each of `entries`.

    What the game refuses becomes a result with a `refusal`. The players are moved.

    Args:
        game: The game.
        entries: Solvers with optimizers and options.
        step_size: Learning rate of all players.
        steps: At most so many for each entry.
        start: Coordinates of all players, the first one's first.
        solution: The point to converge to; None for 0.
        predictions: Those known from an earlier call; they do not depend on the start.
        seconds: At most so many for each entry.

    Returns:
        One for each entry, in their order.

    Raises:
        InputError: for a start or a number of steps that is out of range.
    """
    point = np.array(start, dtype=float)
    if point.shape != (game.size,) or not np.isfinite(point).all():
        raise InputError(f"The start of this game is {game.size} finite numbers, not {list(start)}.")
    if not 1 <= steps <= MOST_STEPS:
        raise InputError(f"A trajectory has 1 to {MOST_STEPS} steps, not {steps}.")
    if not (math.isfinite(step_size) and 0 < step_size <= 10):
        raise InputError(f"The step size is above 0 and at most 10, not {step_size}.")
    rest = np.zeros(game.size) if solution is None else np.array(solution, dtype=float)
    results: list[SolverResult] = []
    for settings, known in zip(entries, predictions or [None] * len(entries), strict=True):
        try:
            trajectory = play(game, settings, step_size, steps, point, seconds)
            prediction = known or predict(game, settings, step_size, rest)
        except InputError as error:
            results.append(SolverResult(settings, Trajectory(np.empty((0, game.size))), refusal=str(error)))
        else:
            measured = measure(trajectory.points, rest, limit=FAR / 10)
            results.append(SolverResult(settings, trajectory, prediction, measured))
    return results
