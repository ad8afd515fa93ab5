"""Solvers that move by a gradient at a point ahead of the players."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor

from gan_core.games import Game
from gan_core.parts import Option, register
from gan_core.solvers.alternating import ORDERS
from gan_core.solvers.solver import (
    Draw,
    Optimizers,
    Solver,
    apply_gradient,
    detach_parameters,
    gradients,
    named,
    unnamed,
)


@register.solver(
    "extragradient",
    title="Extragradient",
    summary="Each step is first tried out; the real step follows the gradient found there. Costs two steps.",
    cost="two gradients a player",
    options={
        "look": Option(
            label="Look ahead",
            help="Length of the tried step, in steps.",
            above=0,
            maximum=10,
            slider=(0.1, 2, 0.1),
        ),
        "batches": Option(
            label="Batches",
            help="Shared: the tried and the real step see the same samples.",
            choices=("shared", "disjoint"),
        ),
    },
)
class Extragradient(Solver):
    """Look one step ahead, then step from where one was by the gradient found there (Korpelevich 1976).

    The look-ahead is `look` times the step that the player's own optimizer would take; it uses the optimizer's memory
    and stores nothing in it, so that with Adam the moments advance once a step, by the gradient that moves. The
    look-ahead's gradient is of the same batch, or with `batches` = disjoint of one of its own (Gidel et al. 2019).
    """

    def __init__(self, look: float = 1.0, batches: str = "shared") -> None:
        self.look = look
        self.disjoint = batches == "disjoint"

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        batch, position = draw(), game.position()
        taken = {player: gradients(game, player, position, batch) for player in game.players}
        with self._ahead(game, optimizers, {player: gradient for player, (_, gradient) in taken.items()}):
            batch, position = draw() if self.disjoint else batch, game.position()
            found = {player: gradients(game, player, position, batch)[1] for player in game.players}
        for player, gradient in found.items():
            apply_gradient(game, optimizers, player, gradient)
        game.commit(batch)
        return {player: loss for player, (loss, _) in taken.items()}

    @contextlib.contextmanager
    def _ahead(self, game: Game, optimizers: Optimizers, steps: Mapping[str, list[Tensor]]) -> Iterator[None]:
        """Inside, the players stand where `steps` lead; afterwards they and their optimizers are as they were."""
        memories = {player: _remember(optimizers[player]) for player in steps}
        starts = {player: [p.detach().clone() for p in game.players[player].parameters()] for player in steps}
        for player, gradient in steps.items():
            apply_gradient(game, optimizers, player, gradient)
            if self.look != 1.0:
                _between(game, player, starts[player], self.look)
        try:
            yield
        finally:
            for player in steps:
                _between(game, player, starts[player], 0.0)
                optimizers[player].state.clear()
                optimizers[player].state.update(memories[player])


@torch.no_grad()
def _between(game: Game, player: str, starts: list[Tensor], share: float) -> None:
    """Put the player at `share` of its way from `starts` to where it is."""
    for parameter, start in zip(game.players[player].parameters(), starts, strict=True):
        parameter.copy_(start if share == 0 else start + share * (parameter - start))


def _remember(optimizer: torch.optim.Optimizer) -> dict[Any, dict[str, Any]]:
    """A copy of the optimizer's memory that its next step cannot change."""
    return {
        parameter: {
            slot: value.clone() if isinstance(value, Tensor) else copy.deepcopy(value) for slot, value in memory.items()
        }
        for parameter, memory in optimizer.state.items()
    }


@register.solver(
    "optimistic",
    title="Optimistic",
    summary="Each player expects the other to go on as in the last step: twice this gradient minus the last one.",
    cost="one gradient a player",
    options={"order": Option(label="Order", help="Both at once, or who begins.", choices=("simultaneous", *ORDERS))},
)
class Optimistic(Solver):
    """Each player moves by 2 g - g_prev, its gradient continued into the next step (Daskalakis et al. 2018).

    The first step is plain. With sgd this has the spectrum of extragradient with a past gradient for its look-ahead;
    any other optimizer takes 2 g - g_prev as its gradient. `order` lets the sides move in turn, at each other's newest
    position, instead of simultaneously.
    """

    def __init__(self, order: str = "simultaneous") -> None:
        self.order = order
        self._previous: dict[str, list[Tensor]] = {}

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        generators, discriminators = game.sides
        turns = {
            "simultaneous": (tuple(game.players),),
            "generator-first": (generators, discriminators),
            "discriminator-first": (discriminators, generators),
        }[self.order]
        batch, position, losses = draw(), game.position(), {}
        for side in turns:
            seen = {player: at if player in side else detach_parameters(at) for player, at in position.items()}
            taken = {player: gradients(game, player, seen, batch) for player in side}
            for player, (loss, gradient) in taken.items():
                known, self._previous[player] = self._previous.get(player), gradient
                step = gradient if known is None else [2 * g - k for g, k in zip(gradient, known, strict=True)]
                apply_gradient(game, optimizers, player, step)
                position[player] = dict(position[player])
                losses[player] = loss
        game.commit(batch)
        return losses

    def state(self) -> dict[str, Tensor]:
        return named(self._previous)

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        self._previous = unnamed(state)
