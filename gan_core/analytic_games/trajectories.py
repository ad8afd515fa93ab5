"""Trajectories of several solvers on one game, each with the predicted and the measured rate of convergence."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from gan_core.analytic_games.definitions import AnalyticGame
from gan_core.analytic_games.least_squares import conjugate_descent
from gan_core.analytic_games.linearization import linearised_rate
from gan_core.analytic_games.play import GamePlay, Moves, Vector, has_derivative, jacobian, place_players
from gan_core.analytic_games.rates import Measured, measure
from gan_core.analytic_games.theory import closed_form
from gan_core.errors import InputError
from gan_core.optimizers import optimizers

FAR = 1e12
"""A distance from the solution at which a trajectory is called gone and ends."""
MOST_STEPS = 2000
LINEAR = "linear-cg"
"""Named like a solver, though it is none: linear conjugate gradients on the loss of a single player."""

Source = Literal["closed form", "linearised", "none"]
Ending = Literal["whole", "far", "undefined", "slow"]
"""All steps made; `FAR` away; where a gradient is not defined; out of time."""


@dataclass(frozen=True)
class Prediction:
    """The spectral radius of one step's exact iteration matrix at the solution, and how it is known."""

    rate: float | None
    formula: str
    source: Source


@dataclass(frozen=True)
class Run:
    """One trajectory: `places` (T + 1, n) from the start on, and in `ending` why it may have fewer steps than asked
    for."""

    entry: Moves
    places: Vector
    betas: list[list[float]] = field(default_factory=list)
    """Of conjugate rules: each player's beta in every step (empty for a player without)."""
    prediction: Prediction = Prediction(None, "", "none")
    measured: Measured | None = None
    refusal: str = ""
    """Why this entry cannot play this game; then there is nothing else."""

    ending: Ending = "whole"


def predict(toy: AnalyticGame, entry: Moves, step_size: float, solution: Vector) -> Prediction:
    """The rate of `entry` near `solution`: a closed form where there is one, else one step of the code, linearised.

    Moves the players. Where neither exists the formula says why.
    """
    if entry.solver == LINEAR:
        return Prediction(
            0.0, f"exact after {len(solution)} step{'s' * (len(solution) > 1)}: one for each number", "closed form"
        )
    place_players(toy.game, solution)
    curvature = jacobian(toy)
    if not (np.isfinite(curvature.matrix).all() and has_derivative(toy, curvature, solution)):
        return Prediction(None, "the game has no derivative at the solution", "none")
    known = None
    if entry.second is None:
        known = closed_form(entry.solver, entry.optimizer, curvature, step_size, entry.options)
    if known is not None:
        return Prediction(known.rate, known.formula, "closed form")
    named = {entry.optimizer, entry.second.name if entry.second else entry.optimizer}
    # Where a step divides by the size of a gradient, which is 0 at the solution, there is no derivative and no matrix.
    divides = any("divides" in optimizers.info(name).tags for name in named)
    rate = None if divides else linearised_rate(GamePlay(toy, entry, step_size), solution)
    if rate is not None:
        return Prediction(rate, "spectral radius of one step's matrix, memory included", "linearised")
    return Prediction(None, "no fixed number: a step is not smooth at the solution", "none")


def follow(
    toy: AnalyticGame, entry: Moves, step_size: float, steps: int, start: Vector, seconds: float = math.inf
) -> tuple[Vector, list[list[float]], Ending]:
    """The places (T + 1, n), each player's betas, and how it ended, of at most `steps` steps from `start`."""
    if entry.solver == LINEAR:
        places, betas = conjugate_descent(toy, start)
        return places, [betas], "whole"
    playing = GamePlay(toy, entry, step_size)
    playing.place = start
    places, betas = [np.array(start, dtype=float)], [[] for _ in toy.game.players]
    ending: Ending = "whole"
    until = time.perf_counter() + seconds
    for _ in range(steps):
        playing.step()
        if not np.isfinite(playing.place).all():
            ending = "undefined"
            break
        places.append(playing.place)
        for taken, beta in zip(betas, playing.betas, strict=True):
            if beta is not None:
                taken.append(beta)
        if np.abs(places[-1]).max() > FAR:
            ending = "far"
            break
        if time.perf_counter() > until:
            ending = "slow"
            break
    return np.stack(places), betas, ending


def trajectories(
    toy: AnalyticGame,
    entries: Sequence[Moves],
    step_size: float,
    steps: int,
    start: Sequence[float],
    solution: Sequence[float] | None = None,
    predictions: Sequence[Prediction | None] | None = None,
    seconds: float = math.inf,
) -> list[Run]:
    """Play the game from `start` once for every entry.

    An entry that the game refuses becomes a `Run` with a `refusal`. The players are moved.

    Args:
        toy: The game.
        entries: Solvers with optimizers and options.
        step_size: Learning rate of all players.
        steps: At most so many for each entry.
        start: Coordinates of all players, the first one's first.
        solution: The point to converge to; None for 0.
        predictions: Those known from an earlier call; they do not depend on the start.
        seconds: At most so many for each entry.

    Returns:
        One `Run` for each entry, in their order.

    Raises:
        InputError: for a start or a number of steps that is out of range.
    """
    size = sum(parameter.numel() for network in toy.game.players.values() for parameter in network.parameters())
    place = np.array(start, dtype=float)
    if place.shape != (size,) or not np.isfinite(place).all():
        raise InputError(f"The start of this game is {size} finite numbers, not {list(start)}.")
    if not 1 <= steps <= MOST_STEPS:
        raise InputError(f"A trajectory has 1 to {MOST_STEPS} steps, not {steps}.")
    if not (math.isfinite(step_size) and 0 < step_size <= 10):
        raise InputError(f"The step size is above 0 and at most 10, not {step_size}.")
    rest = np.zeros(size) if solution is None else np.array(solution, dtype=float)
    runs = []
    for entry, known in zip(entries, predictions or [None] * len(entries), strict=True):
        try:
            places, betas, ending = follow(toy, entry, step_size, steps, place, seconds)
            prediction = known or predict(toy, entry, step_size, rest)
        except InputError as error:
            runs.append(Run(entry, np.empty((0, size)), refusal=str(error)))
        else:
            runs.append(Run(entry, places, betas, prediction, measure(places, rest, limit=FAR / 10), ending=ending))
    return runs
