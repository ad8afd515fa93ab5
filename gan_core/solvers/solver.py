"""Base class of solvers, their registry, and the steps that they are made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Batch, Game, Position
from gan_core.games.game import Parameters
from gan_core.parts import Registry, registry

Optimizers = Mapping[str, torch.optim.Optimizer]
Draw = Callable[[], Batch]


class Solver(ABC):
    """Moves the players of one game, step by step."""

    name: ClassVar[str] = ""
    """By which it is registered, for sentences."""
    first_order: ClassVar[bool] = True
    """Whether it only decides where gradients are taken and hands them to any optimizer."""
    least_players: ClassVar[int] = 1
    most_players: ClassVar[int | None] = None
    """How many players it is defined for; None for any number."""
    period: int = 1
    """Steps after which the players stand at a point that the solver's definition speaks of; more for `lookahead`."""
    _admitted: tuple[Game, Optimizers] | None = None

    def check(self, game: Game, optimizers: Optimizers) -> None:
        """Check that this game and its optimizers suit the solver; reads no values of tensors.

        Raises:
            InputError: if they do not.
        """
        count, least, most = len(game.players), self.least_players, self.most_players
        if count < least or (most is not None and count > most):
            allowed = f"{least}" if least == most else f"{least} or more"
            raise InputError(
                f"The solver {self.name} is a rule for games of {allowed} players; this game has {count}. "
                "simultaneous, alternating, extragradient, optimistic and lookahead play any number."
            )

    def step(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        """Move every player once.

        Args:
            game: The players and their losses.
            optimizers: By player.
            draw: Returns a new batch; called as often as the solver needs one.

        Returns:
            The players' losses, detached scalars on the device; with a joint loss also `joint`.

        Raises:
            InputError: before anything has moved, if `check` does.
        """
        if self._admitted is None or self._admitted[0] is not game or self._admitted[1] is not optimizers:
            self.check(game, optimizers)
            self._admitted = (game, optimizers)
        losses = self.play(game, optimizers, draw)
        losses |= self._move_together(game, optimizers, draw)
        return {player: loss.detach() for player, loss in losses.items()}

    def _move_together(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        """The move that all players make down the game's joint loss, if it has one."""
        if not game.has_joint:
            return {}
        batch, position = draw(), game.position()
        loss = game.joint(position, batch)
        owners = list(position)
        taken = torch.autograd.grad(loss, [value for player in owners for value in position[player].values()])
        values = iter(taken)
        for player in owners:
            apply_gradient(game, optimizers, player, [next(values) for _ in position[player]])
        game.commit(batch)
        return {"joint": loss}

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint needs to go on bit for bit: nothing for a solver without a memory."""
        return {}

    def load_state(self, state: Mapping[str, Tensor]) -> None:  # noqa: B027  (most have nothing to take back)
        """Restore what `state` returned."""

    @abstractmethod
    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        """One step of every player; to be implemented by a solver.

        Returns every player's loss at its position before its own move in this step. The arguments are those of `step`.
        """


solvers: Registry[Callable[..., Solver]] = registry("solver")


def gradients(game: Game, player: str, position: Position, batch: Batch) -> tuple[Tensor, list[Tensor]]:
    """A player's loss and its gradient by the player's own parameters.

    Args:
        game: Computes the loss.
        player: Whose loss; a key of `game.players`.
        position: Parameters of all players; those of others may be detached.
        batch: The draws of this step.

    Returns:
        The loss, a scalar, and the gradient in the order of the player's parameters.
    """
    loss = game.loss(player, position, batch)
    return loss, list(torch.autograd.grad(loss, list(position[player].values())))


def apply_gradient(game: Game, optimizers: Optimizers, player: str, gradient: Sequence[Tensor]) -> None:
    """Take one step of the player's optimizer with `gradient`.

    Args:
        game: Its `settle` is called afterwards.
        optimizers: By player.
        player: A key of `game.players`.
        gradient: In the order of the player's parameters.
    """
    for parameter, value in zip(game.players[player].parameters(), gradient, strict=True):
        # Fused optimizers walk parameters and gradients by memory, so both need one layout.
        same = value.stride() == parameter.stride()
        parameter.grad = value.detach() if same else torch.empty_like(parameter).copy_(value.detach())
    optimizers[player].step()
    optimizers[player].zero_grad(set_to_none=True)
    game.settle(player)


@torch.no_grad()
def set_parameters(game: Game, player: str, values: Iterable[Tensor]) -> None:
    """Set the player's parameters to `values`: the step of a solver that computes it without an optimizer."""
    for parameter, value in zip(game.players[player].parameters(), values, strict=True):
        parameter.copy_(value)
    game.settle(player)


def detach_parameters(parameters: Parameters) -> Parameters:
    """The same parameters as constants, without copies."""
    return {name: parameter.detach() for name, parameter in parameters.items()}


def learning_rate(optimizers: Optimizers, player: str) -> float:
    """The player's learning rate as it is now."""
    return float(optimizers[player].param_groups[0]["lr"])


def check_plain_descent(solver: str, optimizers: Optimizers, player: str) -> None:
    """Raise InputError unless the player's optimizer is gradient descent without momentum."""
    optimizer = optimizers[player]
    plain = isinstance(optimizer, torch.optim.SGD) and not any(group["momentum"] for group in optimizer.param_groups)
    if not plain:
        raise InputError(
            f"The solver {solver} makes the step of {player} itself and leaves nothing to another optimizer: "
            f"it takes sgd without momentum there, not {_called(optimizer)}."
        )


def _called(optimizer: torch.optim.Optimizer) -> str:
    momentum = " with momentum" if isinstance(optimizer, torch.optim.SGD) else ""
    return type(optimizer).__name__ + momentum


def named(values: Mapping[str, Sequence[Tensor]]) -> dict[str, Tensor]:
    """Lists of tensors by player, as entries `player.index` of a state."""
    return {f"{player}.{index}": value for player, list_ in values.items() for index, value in enumerate(list_)}


def unnamed(state: Mapping[str, Tensor]) -> dict[str, list[Tensor]]:
    """The lists of tensors by player that `named` flattened."""
    lists: dict[str, dict[int, Tensor]] = {}
    for name, value in state.items():
        player, index = name.rsplit(".", 1)
        lists.setdefault(player, {})[int(index)] = value
    return {player: [values[index] for index in sorted(values)] for player, values in lists.items()}
