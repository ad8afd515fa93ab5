"""The exact iteration matrix of one step at the solution, found by taking the step.

Where no closed form is known, the rate is still no guess: one step of the solver, with everything that it and the
optimizers remember, is a function of the joint state, and its derivative at the fixed point is the iteration matrix.
"""

from __future__ import annotations

import numpy as np

from gan_core.analytic_games.definitions import Vector
from gan_core.analytic_games.runner import GameRunner
from gan_core.analytic_games.theory import Matrix, spectral_radius

SMALL = 1e-4
"""How far the state is pushed: central differences then err by 1e-8 of the third derivative, and by 1e-12 of
rounding."""
SMOOTH = 1e-3
"""How far a step may be from linear in a push of that size and still count as having a derivative."""


def step_matrix(runner: GameRunner, solution: Vector) -> Matrix | None:
    """The derivative of one step by the joint state at `solution`, (S, S) for S numbers of point and memory.

    Returns nothing where the step has no derivative there: conjugate rules and Adam divide by the size of a gradient
    that is 0 at the solution. Leaves the players somewhere near the solution.
    """
    runner.point = solution
    for _ in range(3):  # standing still at the solution fills every memory with what it holds there
        runner.step()
    centre = runner.state
    if not np.allclose(runner.point, solution, atol=1e-9):
        return None  # the solver does not rest there

    def after(push: Vector) -> Vector:
        runner.state = centre + push
        runner.step()
        return runner.state

    pushes = SMALL * np.eye(len(centre))
    columns = [(after(push) - after(-push)) / (2 * SMALL) for push in pushes]
    matrix = np.stack(columns, axis=1)
    # Is the step linear at all? Any direction must go where the matrix says, forwards and backwards.
    oblique = SMALL * np.cos(1 + np.arange(len(centre)))
    for push in (oblique, -oblique, np.abs(oblique)):
        error = np.abs(after(push) - centre - matrix @ push).max()
        if not error <= SMOOTH * SMALL:
            return None
    return matrix


def linearised_rate(runner: GameRunner, solution: Vector) -> float | None:
    """The spectral radius of `step_matrix`, or nothing where there is none."""
    matrix = step_matrix(runner, solution)
    return None if matrix is None or not np.isfinite(matrix).all() else spectral_radius(matrix)
