"""Play a small game with any solver and optimizer, by the code that trains networks, in double precision."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from gan_core.analytic_games.definitions import AnalyticGame, Vector, flatten, write_flat
from gan_core.optimizers import build_optimizer
from gan_core.recipes import Part
from gan_core.solvers import solvers

Ending = Literal["whole", "far", "undefined", "slow"]
"""All steps made; beyond the limit; at a number that is not finite; out of time."""


@dataclass(frozen=True)
class SolverSettings:
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


@dataclass(frozen=True)
class Trajectory:
    """The points of T steps from a start, of which the last one may have ended it early."""

    points: Vector
    """(T + 1, n): the start and the point after each step, the first player's coordinates first. Finite, but for the
    last one where `ending` is `undefined`."""
    betas: list[list[float | None]] = field(default_factory=list[list[float | None]])
    """After each step by player: the beta of its optimizer's latest move by a conjugate rule; None for other
    optimizers."""
    inner_betas: list[list[float] | None] = field(default_factory=list[list[float] | None])
    """After each step: those of the solver's own inner steps; None for a solver without."""
    ending: Ending = "whole"

    @property
    def finite(self) -> Trajectory:
        """The trajectory without a last point that is not finite."""
        if self.ending != "undefined":
            return self
        return Trajectory(self.points[:-1], self.betas[:-1], self.inner_betas[:-1], self.ending)

    @property
    def betas_by_player(self) -> list[list[float]]:
        """Each player's betas, step by step; empty for a player without."""
        return [[beta for beta in of_player if beta is not None] for of_player in zip(*self.betas, strict=True)]


class GameRunner:
    """One game, played by one solver with its optimizers; it moves the game's own players.

    The only place where analytic games are played: the shell's traces, the panel's trajectories and linearisation all
    take their steps here.
    """

    def __init__(self, game: AnalyticGame, settings: SolverSettings, step_size: float) -> None:
        """Build solver and optimizers; every player's learning rate is `step_size`, however large.

        Raises:
            InputError: where the solver, the optimizer or their combination is not defined for the game.
        """
        self.analytic_game = game
        self.solver = solvers.build(settings.solver, **settings.solver_options)
        first = Part(settings.optimizer, settings.optimizer_options)
        players = game.game.players
        parts = [first, *([settings.second or first] * (len(players) - 1))]
        self.optimizers = {
            player: build_optimizer(part, network.parameters())
            for (player, network), part in zip(players.items(), parts, strict=True)
        }
        # Put in afterwards because recipes refuse rates above 10, with which an implicit step is still right.
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = group["initial_lr"] = step_size

    def step(self) -> None:
        """One step as the solver's definition counts them, made of `period` steps of its code."""
        for _ in range(self.solver.period):
            self.solver.step(self.analytic_game.game, self.optimizers, self.analytic_game.draw)

    def run(
        self, steps: int, start: Vector | None = None, *, limit: float = math.inf, seconds: float = math.inf
    ) -> Trajectory:
        """Make at most `steps` steps from `start` (None: where the players stand).

        Ends early at a number that is not finite, beyond `limit` in some coordinate, and after about `seconds`.
        """
        if start is not None:
            self.point = start
        points, betas, inner = [self.point], list[list[float | None]](), list[list[float] | None]()
        ending: Ending = "whole"
        until = time.perf_counter() + seconds
        while len(points) <= steps and ending == "whole":
            self.step()
            points.append(self.point)
            betas.append(self.betas)
            inner.append(self.inner_betas)
            if not np.isfinite(points[-1]).all():
                ending = "undefined"
            elif np.abs(points[-1]).max() > limit:
                ending = "far"
            elif time.perf_counter() > until:
                ending = "slow"
        return Trajectory(np.stack(points), betas, inner, ending)

    @property
    def betas(self) -> list[float | None]:
        """Each player's latest beta, for conjugate rules; None for other optimizers or before the first step."""
        taken = [getattr(optimizer, "betas", None) for optimizer in self.optimizers.values()]
        return [None if beta is None else float(beta.mean()) for beta in taken]

    @property
    def inner_betas(self) -> list[float] | None:
        """Those of the latest step's inner steps, for solvers that make such; None for others."""
        betas = getattr(self.solver, "betas", None)
        return None if betas is None else [float(beta) for beta in betas]

    @property
    def point(self) -> Vector:
        """All players' coordinates in one vector (n,), the first player's first; can be set."""
        return self.analytic_game.point

    @point.setter
    def point(self, vector: Vector) -> None:
        self.analytic_game.move_to(vector)

    @property
    def state(self) -> Vector:
        """Everything that the next step depends on, as one vector: `point`, and the memory of optimizers and solver;
        can be set."""
        return flatten(self.analytic_game.parameters + self._memory(self.solver.state()))

    @state.setter
    def state(self, vector: Vector) -> None:
        kept = {name: value.clone() for name, value in self.solver.state().items()}
        write_flat(self.analytic_game.parameters + self._memory(kept), vector)
        self.solver.load_state(kept)

    def _memory(self, of_solver: Mapping[str, Tensor]) -> list[Tensor]:
        """The remembered tensors in a fixed order. Counts are memory too, but no coordinates to move along."""
        tensors = [
            memory[name]
            for optimizer in self.optimizers.values()
            for memory in optimizer.state.values()
            for name in sorted(memory)
        ]
        tensors += [of_solver[name] for name in sorted(of_solver)]
        return [value for value in tensors if isinstance(value, Tensor) and value.dtype == torch.float64]
