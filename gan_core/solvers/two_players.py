"""Base class of the solvers that move two players themselves, from second derivatives of both losses."""

from __future__ import annotations

from abc import abstractmethod

from torch import Tensor

from gan_core.games import Game
from gan_core.solvers.derivatives import Vector, smooth_loss
from gan_core.solvers.solver import (
    Draw,
    Optimizers,
    Solver,
    check_plain_descent,
    learning_rate,
    set_parameters,
)


class TwoPlayerDescent(Solver):
    """Moves two players at once, on one batch.

    Their optimizers are plain gradient descent and only give the learning rates.
    """

    first_order = False
    least_players = 2
    most_players = 2

    def check(self, game: Game, optimizers: Optimizers) -> None:
        super().check(game, optimizers)
        for player in game.players:
            check_plain_descent(self.name, optimizers, player)

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        batch, position = draw(), game.position()
        losses = {player: smooth_loss(game, player, position, batch) for player in game.players}
        x, y = game.players
        xs, ys = list(position[x].values()), list(position[y].values())
        h, k = learning_rate(optimizers, x), learning_rate(optimizers, y)
        moved_x, moved_y = self.moved(losses[x], losses[y], xs, ys, h, k)
        set_parameters(game, x, moved_x)
        set_parameters(game, y, moved_y)
        game.commit(batch)
        return losses

    @abstractmethod
    def moved(
        self, loss_x: Tensor, loss_y: Tensor, xs: Vector, ys: Vector, h: float, k: float
    ) -> tuple[Vector, Vector]:
        """Where both players stand after the step.

        Args:
            loss_x, loss_y: What each player minimises, with its graph.
            xs, ys: Their parameters.
            h, k: Their learning rates.
        """
