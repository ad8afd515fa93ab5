"""Generators that anticipate the discriminator's next steps.

Metz et al. 2017, "Unrolled Generative Adversarial Networks".
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.games import Batch, Game
from gan_core.games.game import Parameters
from gan_core.parts import Option, register
from gan_core.solvers.derivatives import gradient, smooth_loss
from gan_core.solvers.solver import Draw, Optimizers, Solver, apply_gradient, learning_rate

MOST_STEPS = 100


@register.solver(
    "unrolled",
    title="Unrolled",
    summary="The generator foresees several answers of the discriminator and steps against them. A step costs several "
    "ordinary ones.",
    cost="a chain of k gradients",
    options={
        "k": Option(
            label="Steps foreseen",
            help="How many answers of the discriminator are foreseen.",
            minimum=1,
            maximum=MOST_STEPS,
            slider=(1, 10, 1),
        ),
        "inner_rate": Option(
            label="Their size",
            help="Step size of the foreseen answers; empty takes the discriminator's learning rate.",
            above=0,
            maximum=10,
        ),
    },
)
class Unrolled(Solver):
    """Generators descend their loss at the point to which k plain gradient steps would take the discriminators.

    The derivative includes these k steps. Discriminators descend their own loss at the present point; all players move
    at once, on one batch. The anticipated steps have the `inner_rate`, by default (None) the learning rate that each
    discriminator's own optimizer has now. Takes the memory of k + 1 steps.
    """

    least_players = 2

    def __init__(self, k: int = 5, inner_rate: float | None = None) -> None:
        self.k = k
        self.inner_rate = inner_rate

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        generators, discriminators = game.sides
        batch, position = draw(), game.position()
        ahead: dict[str, Parameters] = dict(position)
        losses: dict[str, Tensor] = {}
        steps: dict[str, list[Tensor]] = {}
        kept: dict[str, object] = {}
        for step in range(self.k):
            found = {player: self._gradient(game, player, ahead, batch) for player in discriminators}
            if step == 0:  # at the present point: the discriminators' own move, and the buffers that are kept
                losses |= {player: loss for player, (loss, _) in found.items()}
                steps |= {player: [g.detach() for g in slopes] for player, (_, slopes) in found.items()}
                kept = dict(batch.pending)
            for player, (_, slopes) in found.items():
                length = learning_rate(optimizers, player) if self.inner_rate is None else self.inner_rate
                places = zip(ahead[player].items(), slopes, strict=True)
                ahead[player] = {name: value - length * slope for (name, value), slope in places}
        for player in generators:
            losses[player] = smooth_loss(game, player, ahead, batch)
            steps[player] = list(
                torch.autograd.grad(losses[player], list(position[player].values()), retain_graph=len(generators) > 1)
            )
        batch.pending.update(kept)
        for player in game.players:
            apply_gradient(game, optimizers, player, steps[player])
        game.commit(batch)
        return {player: losses[player] for player in game.players}

    @staticmethod
    def _gradient(
        game: Game, player: str, position: dict[str, Parameters], batch: Batch
    ) -> tuple[Tensor, list[Tensor]]:
        loss = smooth_loss(game, player, dict(position), batch)
        return loss, gradient(loss, list(position[player].values()))
