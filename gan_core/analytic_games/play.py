"""Play a small game with any solver and optimizer, by the code that trains networks, in double precision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gan_core.analytic_games.definitions import AnalyticGame
from gan_core.analytic_games.theory import Jacobian
from gan_core.games import Game
from gan_core.optimizers import build_optimizer
from gan_core.recipes import Part
from gan_core.solvers import solvers

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Moves:
    """A solver and an optimizer, each with its options."""

    solver: str
    optimizer: str = "sgd"
    solver_options: Mapping[str, Any] = field(default_factory=dict)
    optimizer_options: Mapping[str, Any] = field(default_factory=dict)
    second: Part | None = None
    """The second player's optimizer, where it is another one."""

    @property
    def options(self) -> dict[str, Any]:
        """The options of solver and optimizer together, for a formula."""
        return {**self.solver_options, **self.optimizer_options}


class GamePlay:
    """One game, played by one solver with its optimizers; it moves the game's own players."""

    def __init__(self, toy: AnalyticGame, entry: Moves, step_size: float) -> None:
        """Build solver and optimizers for `toy`.

        Raises:
            InputError: where the solver, the optimizer or their combination is not defined for the game.
        """
        self.game, self.draw = toy.game, toy.draw
        self.solver = solvers.build(entry.solver, **entry.solver_options)
        first = Part(entry.optimizer, entry.optimizer_options)
        parts = [first, *([entry.second or first] * (len(self.game.players) - 1))]
        self.optimizers = {
            player: build_optimizer(Part(part.name, {"learning_rate": step_size, **part.options}), network.parameters())
            for (player, network), part in zip(self.game.players.items(), parts, strict=True)
        }

    def step(self) -> None:
        """One step as the solver's definition counts them, made of `period` steps of its code."""
        for _ in range(self.solver.period):
            self.solver.step(self.game, self.optimizers, self.draw)

    @property
    def betas(self) -> list[float | None]:
        """Each player's latest beta, for conjugate rules; None for other optimizers or before the first step."""
        taken = [getattr(optimizer, "betas", None) for optimizer in self.optimizers.values()]
        return [None if beta is None else float(beta.mean()) for beta in taken]

    @property
    def place(self) -> Vector:
        """All players' coordinates in one vector (n,), the first player's first; can be set."""
        return _flat(self._parameters())

    @place.setter
    def place(self, vector: Vector) -> None:
        _fill(self._parameters(), vector)

    @property
    def state(self) -> Vector:
        """Everything that the next step depends on, as one vector: `place`, and the memory of optimizers and solver;
        can be set."""
        return _flat(self._parameters() + self._memory())

    @state.setter
    def state(self, vector: Vector) -> None:
        kept = {name: value.clone() for name, value in self.solver.state().items()}
        _fill(self._parameters() + self._memory(kept), vector)
        self.solver.load_state(kept)

    def _parameters(self) -> list[Tensor]:
        return [parameter for network in self.game.players.values() for parameter in network.parameters()]

    def _memory(self, kept: Mapping[str, Tensor] | None = None) -> list[Tensor]:
        """The remembered tensors in a fixed order. Counts are memory too, but no coordinates to move along."""
        tensors = [
            memory[name]
            for optimizer in self.optimizers.values()
            for memory in optimizer.state.values()
            for name in sorted(memory)
        ]
        remembered = self.solver.state() if kept is None else kept
        tensors += [remembered[name] for name in sorted(remembered)]
        return [value for value in tensors if isinstance(value, Tensor) and value.dtype == torch.float64]


def _flat(tensors: list[Tensor]) -> Vector:
    return np.concatenate([tensor.detach().reshape(-1).numpy().copy() for tensor in tensors])


@torch.no_grad()
def _fill(tensors: list[Tensor], vector: Vector) -> None:
    start = 0
    for tensor in tensors:
        tensor.copy_(torch.from_numpy(vector[start : start + tensor.numel()].copy()).view_as(tensor))
        start += tensor.numel()


def place_players(game: Game[Any], vector: Vector) -> None:
    """Set the players of `game` to `vector`, the first player's coordinates first."""
    _fill([parameter for network in game.players.values() for parameter in network.parameters()], vector)


def own_gradients(toy: AnalyticGame, *, differentiable: bool = False) -> Tensor:
    """The field F that all players descend: their own gradients at the present point, one vector."""
    game, batch = toy.game, toy.draw()
    position, parts = game.position(), []
    for player, parameters in position.items():
        loss = game.loss(player, position, batch)
        parts += torch.autograd.grad(loss, list(parameters.values()), create_graph=differentiable)
    return torch.cat([part.reshape(-1) for part in parts])


def jacobian(toy: AnalyticGame) -> Jacobian:
    """The Jacobian J of F at the present point, by autograd on the game's losses."""
    everyone = [parameter for network in toy.game.players.values() for parameter in network.parameters()]
    rows = [
        _flat(list(torch.autograd.grad(value, everyone, retain_graph=True, materialize_grads=True)))
        if value.requires_grad
        else np.zeros(sum(parameter.numel() for parameter in everyone))  # a gradient that is constant has no graph
        for value in own_gradients(toy, differentiable=True)
    ]
    first = next(iter(toy.game.players.values()))
    return Jacobian(np.stack(rows), sum(parameter.numel() for parameter in first.parameters()))


def has_derivative(toy: AnalyticGame, known: Jacobian, place: Vector) -> bool:
    """Whether the field near `place`, where it is 0, is what its Jacobian says: autograd gives one at a kink too."""
    push = 1e-5 * np.cos(1 + np.arange(len(place)))
    for way in (push, -push):
        place_players(toy.game, place + way)
        seen = own_gradients(toy).detach().numpy()
        if not np.abs(seen - known.matrix @ way).max() <= 1e-8 * (1 + np.abs(known.matrix).max()):
            return False
    return True
