"""Slow weights that follow another solver's (Chavdarova et al. 2021, "Taming GANs with Lookahead-Minmax")."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from gan_core.games import Game
from gan_core.parts import Option, register
from gan_core.solvers.solver import Draw, Optimizers, Solver, named, solvers, unnamed


def inner_solvers() -> list[str]:
    """The solvers that `lookahead` can make its steps with."""
    return [name for name in solvers if name != "lookahead" and getattr(solvers[name], "first_order", False)]


@register.solver(
    "lookahead",
    title="Lookahead",
    summary="Several steps forward, then both players go part of the way back, which damps circling.",
    cost="k gradients a player",
    on_a_rotation="One dot is k small steps.",
    options={
        "k": Option(
            label="Steps forward",
            help="Steps before going back.",
            minimum=1,
            maximum=100_000,
            slider=(2, 20, 1),
        ),
        "alpha": Option(
            label="Part kept",
            help="The share of the way that is kept: 1 keeps all of it.",
            above=0,
            maximum=1,
            slider=(0.05, 1, 0.05),
        ),
        "inner": Option(
            label="Inner steps", help="How the steps forward are made.", choices=inner_solvers, part="solver"
        ),
    },
)
class Lookahead(Solver):
    """k steps of the `inner` solver, then both players go back: w <- slow + alpha (w - slow), and slow <- w.

    `step` makes one inner step, so that a step costs the same under every solver; the points of the definition are
    those after every `period` steps. The optimizers' memory runs on through the way back.
    """

    def __init__(self, k: int = 5, alpha: float = 0.5, inner: str = "alternating") -> None:
        self.k = k
        self.alpha = alpha
        self.inner: Solver = solvers.build(inner)
        self.period = k * self.inner.period
        self._made = 0
        self._slow: dict[str, list[Tensor]] | None = None
        """None right after a step back: then the players themselves stand there."""

    def check(self, game: Game, optimizers: Optimizers) -> None:
        self.inner.check(game, optimizers)

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        return self.inner.play(game, optimizers, draw)

    def step(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        """One step of the inner solver; every k-th is followed by a step of the slow weights."""
        if self._slow is None:
            self._slow = {
                player: [parameter.detach().clone() for parameter in network.parameters()]
                for player, network in game.players.items()
            }
        losses = super().step(game, optimizers, draw)
        self._made += 1
        if self._made == self.period:
            self._go_back(game, self._slow)
            self._made, self._slow = 0, None
        return losses

    @torch.no_grad()
    def _go_back(self, game: Game, slow: Mapping[str, list[Tensor]]) -> None:
        for player, network in game.players.items():
            for parameter, start in zip(network.parameters(), slow[player], strict=True):
                parameter.copy_(torch.lerp(start, parameter, self.alpha))
            game.settle(player)

    def state(self) -> dict[str, Tensor]:
        inner = {f"inner.{name}": value for name, value in self.inner.state().items()}
        slow = {f"slow.{name}": value for name, value in named(self._slow or {}).items()}
        return {"made": torch.tensor(self._made), **inner, **slow}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        def part(prefix: str) -> dict[str, Tensor]:
            return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}

        self._made = int(state["made"])
        self._slow = unnamed(part("slow.")) or None
        self.inner.load_state(part("inner."))
