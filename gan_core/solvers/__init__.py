"""Solvers: how the players move: in which order, and from which gradients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Batch, Game, Position
from gan_core.registry import Registry

Optimizers = Mapping[str, torch.optim.Optimizer]


class Solver(ABC):
    """Moves the players of any game by one step."""

    period = 1
    """Steps after which the players stand at a point that the solver's definition speaks of; more for `lookahead`."""

    def step(self, game: Game, optimizers: Optimizers, draw: Callable[[], Batch]) -> dict[str, Tensor]:
        """Move every player once, drawing batches as needed. Returns the players' losses, detached, on the device."""
        losses = self.play(game, optimizers, draw)
        losses |= self._move_together(game, optimizers, draw)
        return {player: loss.detach() for player, loss in losses.items()}

    def _move_together(self, game: Game, optimizers: Optimizers, draw: Callable[[], Batch]) -> dict[str, Tensor]:
        """The move that all players make down the game's joint loss, if it has one."""
        if not game.has_joint:
            return {}
        batch, position = draw(), game.position()
        loss = game.joint(position, batch)
        owners = list(position)
        taken = torch.autograd.grad(loss, [value for player in owners for value in position[player].values()])
        values = iter(taken)
        for player in owners:
            move(game, optimizers, player, [next(values) for _ in position[player]])
        game.commit(batch)
        return {"joint": loss}

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint needs to go on bit for bit: nothing for a solver without a memory."""
        return {}

    def load_state(self, state: Mapping[str, Tensor]) -> None:  # noqa: B027  (most have nothing to take back)
        """Take back what `state` gave."""

    @abstractmethod
    def play(self, game: Game, optimizers: Optimizers, draw: Callable[[], Batch]) -> dict[str, Tensor]: ...


solvers: Registry[Callable[..., Solver]] = Registry("solver")


def gradients(game: Game, player: str, position: Position, batch: Batch) -> tuple[Tensor, list[Tensor]]:
    """The player's loss and its gradient by the player's own parameters, in their order."""
    loss = game.loss(player, position, batch)
    return loss, list(torch.autograd.grad(loss, list(position[player].values())))


def move(game: Game, optimizers: Optimizers, player: str, gradient: list[Tensor]) -> None:
    """Hand `gradient` to the player's optimizer and take its step."""
    for parameter, value in zip(game.players[player].parameters(), gradient, strict=True):
        parameter.grad = value
    optimizers[player].step()
    optimizers[player].zero_grad(set_to_none=True)
    game.moved(player)


@solvers.register("alternating")
class Alternating(Solver):
    """One player after the other, each at the other's newest position (Goodfellow et al. 2014, algorithm 1).

    `discriminator-first` shares one batch and one pass through the generator between the last discriminator step and the
    generator's step, which is exact because the generator stands still in between. With `n_critic` > 1 the
    discriminator's earlier steps see batches of their own.
    """

    def __init__(self, order: str = "discriminator-first", n_critic: int = 1) -> None:
        if order not in ("discriminator-first", "generator-first"):
            raise InputError(f"The order of play is discriminator-first or generator-first, not {order!r}.")
        if not 1 <= n_critic <= 100:
            raise InputError(
                f"n_critic is 1 to 100 steps of the discriminator for one of the generator, not {n_critic}."
            )
        self.generator_first = order == "generator-first"
        self.n_critic = n_critic

    def play(self, game: Game, optimizers: Optimizers, draw: Callable[[], Batch]) -> dict[str, Tensor]:
        generator, discriminator = game.players
        position = game.position()
        losses: dict[str, Tensor] = {}

        def turn(player: str, batch: Batch, *, graph: bool = False) -> None:
            other = generator if player == discriminator else discriminator
            seen = position if graph else {**position, other: _still(position[other])}
            losses[player], gradient = gradients(game, player, seen, batch)
            move(game, optimizers, player, gradient)
            position[player] = dict(position[player])  # a new snapshot: this player has moved

        for _ in range(self.n_critic - 1):
            batch = draw()
            turn(discriminator, batch)
            game.commit(batch)
        batch = draw()
        if self.generator_first:
            turn(generator, batch)
            turn(discriminator, batch)
        else:
            turn(discriminator, batch, graph=True)  # through the generator too: its turn comes next and reuses it
            turn(generator, batch)
        game.commit(batch)
        return losses


@solvers.register("simultaneous")
class Simultaneous(Solver):
    """Every player moves from the same point on the same batch."""

    def play(self, game: Game, optimizers: Optimizers, draw: Callable[[], Batch]) -> dict[str, Tensor]:
        batch, position = draw(), game.position()
        taken = {player: gradients(game, player, position, batch) for player in game.players}
        for player, (_, gradient) in taken.items():
            move(game, optimizers, player, gradient)
        game.commit(batch)
        return {player: loss for player, (loss, _) in taken.items()}


def _still(parameters: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The same parameters as constants."""
    return {name: parameter.detach() for name, parameter in parameters.items()}
