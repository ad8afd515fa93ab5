"""The field that all players of a game descend, and its Jacobian."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gan_core.analytic_games.definitions import AnalyticGame, Vector, flatten
from gan_core.analytic_games.theory import Jacobian


def vector_field(game: AnalyticGame, *, differentiable: bool = False) -> Tensor:
    """F at the present point, (n,): the players' gradients of their own losses, the first player's first."""
    batch = game.draw()
    position, parts = game.game.position(), []
    for player, parameters in position.items():
        loss = game.game.loss(player, position, batch)
        parts += torch.autograd.grad(loss, list(parameters.values()), create_graph=differentiable)
    return torch.cat([part.reshape(-1) for part in parts])


def jacobian(game: AnalyticGame) -> Jacobian:
    """The Jacobian J of F at the present point, by autograd on the game's losses."""
    parameters = game.parameters
    rows = [
        flatten(list(torch.autograd.grad(value, parameters, retain_graph=True, materialize_grads=True)))
        if value.requires_grad
        else np.zeros(game.size)  # a gradient that is constant has no graph
        for value in vector_field(game, differentiable=True)
    ]
    first = next(iter(game.game.players.values()))
    return Jacobian(np.stack(rows), sum(parameter.numel() for parameter in first.parameters()))


def has_derivative(game: AnalyticGame, known: Jacobian, point: Vector) -> bool:
    """Whether F near `point`, where it is 0, is what its Jacobian says: autograd gives one at a kink too.

    Moves the players.
    """
    push = 1e-5 * np.cos(1 + np.arange(len(point)))
    for offset in (push, -push):
        game.move_to(point + offset)
        found = vector_field(game).detach().numpy()
        if not np.abs(found - known.matrix @ offset).max() <= 1e-8 * (1 + np.abs(known.matrix).max()):
            return False
    return True
