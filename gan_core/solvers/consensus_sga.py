"""Solvers that correct the gradients of all players by second derivatives before the optimizers get them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from torch import Tensor

from gan_core.games import Game
from gan_core.parts import Option, register
from gan_core.solvers.derivatives import add, dot, gradient, product, smooth_loss, transposed_product
from gan_core.solvers.solver import Draw, Optimizers, Solver, apply_gradient


class Corrected(Solver):
    """Simultaneous play by g + correction; the optimizers get the sum.

    g is every player's own gradient; its Jacobian J is by all players' parameters.
    """

    least_players = 2

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        batch, position = draw(), game.position()
        losses = {player: smooth_loss(game, player, position, batch) for player in game.players}
        own = {player: list(position[player].values()) for player in game.players}
        everything = [parameter for player in game.players for parameter in own[player]]
        field = [value for player in game.players for value in gradient(losses[player], own[player])]
        plain = [value.detach() for value in field]
        steps = iter(add(plain, self.correction(field, plain, everything)))
        for player in game.players:
            apply_gradient(game, optimizers, player, [next(steps) for _ in own[player]])
        game.commit(batch)
        return losses

    @abstractmethod
    def correction(
        self, field: Sequence[Tensor], plain: Sequence[Tensor], parameters: Sequence[Tensor]
    ) -> list[Tensor]:
        """The correction, in the order of `parameters`.

        Args:
            field: g of all players, with its graph.
            plain: g without its graph.
            parameters: Of all players: what g is differentiated by.
        """


@register.solver(
    "consensus",
    title="Consensus",
    summary="Both players also walk towards where both gradients are small, so that they agree. Costs about two steps.",
    cost="gradients and a second-derivative product",
    options={
        "gamma": Option(
            label="Strength",
            help="How much agreement counts against winning.",
            minimum=0,
            maximum=1e6,
            slider=(0.05, 2, 0.05),
        )
    },
)
class Consensus(Corrected):
    """g + gamma J'g: every player also descends |g|^2 / 2, the distance from a point where all agree (Mescheder et al.
    2017, "The Numerics of GANs")."""

    def __init__(self, gamma: float = 0.1) -> None:
        self.gamma = gamma

    def correction(
        self, field: Sequence[Tensor], plain: Sequence[Tensor], parameters: Sequence[Tensor]
    ) -> list[Tensor]:
        return [self.gamma * value for value in transposed_product(field, parameters, plain)]


@register.solver(
    "sga",
    title="Symplectic adjustment (SGA)",
    summary="Takes out the part of the game in which the players only chase each other round. Costs about two steps.",
    cost="gradients and two second-derivative products",
    options={
        "strength": Option(
            label="Strength",
            help="How much of the circling is taken out.",
            minimum=0,
            maximum=1e6,
            slider=(0.05, 2, 0.05),
        ),
        "align": Option(
            label="Choose the side",
            help="The correction changes sign where it would push away from a solution.",
        ),
    },
)
class SymplecticAdjustment(Corrected):
    """g + lambda A'g with A = (J - J')/2, the part of the game that only rotates (Balduzzi et al. 2018, "The Mechanics
    of n-Player Differentiable Games").

    With `align`, lambda takes the sign of <g, J'g> <A'g, J'g> / d + 0.1 for d parameters, as in the authors' notebook,
    so that the adjustment draws towards stable points and away from unstable ones.
    """

    def __init__(self, strength: float = 1.0, align: bool = True) -> None:
        """`strength` is lambda."""
        self.strength = strength
        self.align = align

    def correction(
        self, field: Sequence[Tensor], plain: Sequence[Tensor], parameters: Sequence[Tensor]
    ) -> list[Tensor]:
        forwards = product(field, parameters, plain)
        back = transposed_product(field, parameters, plain)
        adjustment = [value / 2 for value in add(back, forwards, -1.0)]
        weight: float | Tensor = self.strength
        if self.align:
            count = sum(parameter.numel() for parameter in parameters)
            weight = weight * (dot(plain, back) * dot(adjustment, back) / count + 0.1).sign()
        return [weight * value for value in adjustment]
