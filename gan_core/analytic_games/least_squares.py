"""Conjugate gradients on a game of one player whose loss is quadratic: the linear solver that competitive play uses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from torch import Tensor

from gan_core.analytic_games.definitions import AnalyticGame, Vector, flatten
from gan_core.analytic_games.runner import Trajectory
from gan_core.errors import InputError
from gan_core.solvers.derivatives import dot, gradient, linear_conjugate_gradient, product


def conjugate_descent(game: AnalyticGame, start: Vector) -> Trajectory:
    """The n steps of linear conjugate gradients (Hestenes & Stiefel 1952) from `start`, with beta after each but the
    last.

    With H the loss's second derivative, H step = -gradient is solved with 1, 2, ..., n products: after n of them the
    answer is exact but for rounding.

    Raises:
        InputError: for a game of several players.
    """
    if len(game.game.players) != 1:
        raise InputError("Linear conjugate gradients minimise one loss: they play games of one player only.")
    game.move_to(start)
    (player,) = game.game.players
    position = game.game.position()
    parameters = list(position[player].values())
    slopes = gradient(game.game.loss(player, position, game.draw()), parameters)
    down = [-slope.detach() for slope in slopes]

    def curve(step: Sequence[Tensor]) -> list[Tensor]:
        return [each.detach() for each in product(slopes, parameters, step)]

    points, squares = [np.array(start, dtype=float)], [float(dot(down, down))]
    for count in range(1, len(start) + 1):
        step = linear_conjugate_gradient(curve, down, tolerance=0.0, limit=count)
        points.append(start + flatten(step))
        left = [want - got for want, got in zip(down, curve(step), strict=True)]
        squares.append(float(dot(left, left)))
    betas = [after / before if before > 0 else 0.0 for before, after in pairwise(squares[:-1])]
    return Trajectory(np.stack(points), [[beta] for beta in betas])
