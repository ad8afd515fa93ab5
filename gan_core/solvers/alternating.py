"""One side after the other."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Batch, Game, Position
from gan_core.games.game import Parameters
from gan_core.parts import Option, register
from gan_core.solvers.solver import Draw, Optimizers, Solver, apply_gradient, detach_parameters, gradients

ORDERS = ("discriminator-first", "generator-first")
BATCHES = ("shared", "disjoint", "blocks")


@register.solver(
    "alternating",
    title="Alternating",
    summary="One player steps, then the other answers at the new point, as in most GANs.",
    cost="one gradient a player",
    on_a_rotation="On a rotation this circles for ever.",
    options={
        "order": Option(label="Who begins", help="Which player steps first.", choices=ORDERS),
        "n_critic": Option(
            label="Discriminator steps",
            help="Steps of the discriminator for each of the generator.",
            minimum=1,
            maximum=100,
        ),
        "batches": Option(
            label="Batches",
            help="Shared: both players see the same. Disjoint: never the same. Blocks: in long turns.",
            choices=BATCHES,
        ),
        "block": Option(label="Length of a turn", help="Steps of a turn, for blocks.", minimum=1, maximum=1_000_000),
    },
)
class Alternating(Solver):
    """One side after the other, each at the other's newest position (Goodfellow et al. 2014, algorithm 1).

    Players of one side do not play against each other: they move from the same point. `batches` says what they see:

    - `shared`: the generator's step and the discriminator's next to it share one batch and, discriminator first, one
      pass through the generator, which is exact because the generator stands still in between. With `n_critic` > 1 the
      discriminator's other steps, all before the generator's or all after it, see batches of their own.
    - `disjoint`: every player has a batch of its own in every turn, so no two of them ever see the same pictures of an
      epoch (articles 003 and 004).
    - `blocks`: only one side moves for `block` steps, then only the other (article 004's schedule, literally).
    """

    def __init__(
        self, order: str = "discriminator-first", n_critic: int = 1, batches: str = "shared", block: int = 100
    ) -> None:
        if batches == "blocks" and n_critic != 1:
            raise InputError("With batches=blocks both sides take the same number of steps in turn: n_critic is 1.")
        self.generator_first = order == "generator-first"
        self.n_critic = n_critic
        self.batches = batches
        self.block = block
        self._played = 0

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        generators, discriminators = game.sides
        sides = [
            side
            for side in ((generators, discriminators) if self.generator_first else (discriminators, generators))
            if side
        ]
        if self.batches == "blocks":
            return self._play_block(game, optimizers, draw, sides)
        disjoint, position, losses = self.batches == "disjoint", game.position(), {}
        together = [[side] for side in sides] if disjoint else [sides]
        further = [[discriminators]] * (self.n_critic - 1 if discriminators else 0)
        for turns in together + further if self.generator_first else further + together:
            shared = None if disjoint else draw()
            batches: dict[str, Batch] = {}
            for side in turns:
                batches |= {player: shared or draw() for player in side}
                # Through the generator too in the discriminator's turn, if the generator's comes next and reuses the pass.
                through = generators if turns == [discriminators, generators] and side == discriminators else ()
                losses |= self._turn(game, optimizers, position, side, batches, through)
            for batch in dict.fromkeys(batches.values()):
                game.commit(batch)
        return losses

    def _play_block(
        self, game: Game, optimizers: Optimizers, draw: Draw, sides: list[tuple[str, ...]]
    ) -> dict[str, Tensor]:
        side = sides[self._played // self.block % len(sides)]
        self._played += 1
        batch, position = draw(), game.position()
        losses = {player: game.loss(player, position, batch) for player in game.players if player not in side}
        losses |= self._turn(game, optimizers, position, side, dict.fromkeys(side, batch))
        game.commit(batch)
        return losses

    def _turn(
        self,
        game: Game,
        optimizers: Optimizers,
        position: dict[str, Parameters],
        side: tuple[str, ...],
        batches: Mapping[str, Batch],
        through: tuple[str, ...] = (),
    ) -> dict[str, Tensor]:
        """Move the players of `side`, and put their new place into `position`; gradients may pass `through` others."""
        alive = (*side, *through)
        seen: Position = {name: at if name in alive else detach_parameters(at) for name, at in position.items()}
        taken = {player: gradients(game, player, seen, batches[player]) for player in side}
        for player, (_, gradient) in taken.items():
            apply_gradient(game, optimizers, player, gradient)
            position[player] = dict(position[player])  # a new snapshot: this player has moved
        return {player: loss for player, (loss, _) in taken.items()}

    def state(self) -> dict[str, Tensor]:
        return {"played": torch.tensor(self._played)} if self.batches == "blocks" else {}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        if self.batches == "blocks":
            self._played = int(state["played"])
