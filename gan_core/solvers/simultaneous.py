"""All players move from the same point."""

from __future__ import annotations

from torch import Tensor

from gan_core.games import Game
from gan_core.parts import register
from gan_core.solvers.solver import Draw, Optimizers, Solver, apply_gradient, gradients


@register.solver(
    "simultaneous",
    title="Simultaneous",
    summary="Both players step at once, each by its own gradient at the same point.",
    cost="one gradient a player",
    on_a_rotation="On a rotation every step leads outwards.",
)
class Simultaneous(Solver):
    """Every player moves from the same point on the same batch."""

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        batch, position = draw(), game.position()
        taken = {player: gradients(game, player, position, batch) for player in game.players}
        for player, (_, gradient) in taken.items():
            apply_gradient(game, optimizers, player, gradient)
        game.commit(batch)
        return {player: loss for player, (loss, _) in taken.items()}
