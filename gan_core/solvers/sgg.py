"""SGG: the discriminator is maximised along conjugate directions, then the generator steps (article 002)."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from gan_core.games import Batch, Game
from gan_core.games.game import Parameters
from gan_core.parts import Option, register
from gan_core.solvers.derivatives import Vector, add, dot, gradient, smooth_loss, transposed_product
from gan_core.solvers.solver import (
    Draw,
    Optimizers,
    Solver,
    apply_gradient,
    check_plain_descent,
    gradients,
    set_parameters,
)

SUFFICIENT = 1e-4
"""Armijo's constant: the share of the decrease promised by the slope that a step has to keep."""
HALVINGS = 12


@register.solver(
    "sgg",
    title="SGG: inner maximum",
    summary="Before every step of the generator, the discriminator climbs along conjugate directions with a line search.",
    cost="k line searches and a gradient",
    options={
        "k": Option(
            label="Inner steps",
            help="Conjugate steps of the discriminator for each of the generator.",
            minimum=1,
            maximum=1000,
            slider=(1, 6, 1),
        )
    },
)
class SGG(Solver):
    """k conjugate-gradient steps of the discriminators on one frozen batch, then one step of the generators at the new
    point.

    The discriminators' steps (article 002's "gradient conjugate maximisation" of V): d = -g + beta d_prev with beta =
    PRP clipped to [0, 1], restarted from -g where that does not descend; the first trial length is exact on a
    quadratic, -d.g / (d.Hd) by one Hessian-vector product, or min(2 a_prev, 1) where the curvature along d is not
    positive; it is halved, 12 times at most, until Armijo's condition holds, and no step is taken if it never does.
    Directions and lengths start anew in every outer step. On a quadratic in k dimensions that ends at the maximum,
    unless an exact beta is above 1 and the clip cuts it (seen on 1 to 8 of 100 random ones of condition 10 to 1000).
    Only rounding can increase the discriminators' loss. The generators' optimizers may be any; the discriminators' are
    not used.
    """

    first_order = False
    least_players = 2

    def __init__(self, k: int = 3) -> None:
        self.k = k
        self.betas: list[float] = []
        """Of the latest outer step, one for every inner one that had a direction before it."""
        self.inner_losses: list[float] = []
        """The discriminators' loss before the latest outer step's first inner one and after each."""

    def check(self, game: Game, optimizers: Optimizers) -> None:
        super().check(game, optimizers)
        for player in game.sides[1]:
            check_plain_descent(self.name, optimizers, player)

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        batch, position = draw(), game.position()
        generators, discriminators = game.sides
        losses, ahead = self._maximise(game, position, discriminators, batch)
        for player in discriminators:
            set_parameters(game, player, ahead[player].values())
        position = {**position, **{player: dict(game.players[player].named_parameters()) for player in discriminators}}
        taken = {player: gradients(game, player, position, batch) for player in generators}
        for player, (_, slopes) in taken.items():
            apply_gradient(game, optimizers, player, slopes)
        game.commit(batch)
        return {**{player: loss for player, (loss, _) in taken.items()}, **losses}

    def _maximise(
        self, game: Game, position: dict[str, Parameters], discriminators: tuple[str, ...], batch: Batch
    ) -> tuple[dict[str, Tensor], dict[str, Parameters]]:
        """The discriminators' losses at the start, and where their inner steps lead."""

        def evaluate(ahead: dict[str, Parameters]) -> tuple[dict[str, Tensor], Tensor]:
            losses = {player: smooth_loss(game, player, {**position, **ahead}, batch) for player in discriminators}
            return losses, torch.stack(list(losses.values())).sum()

        ahead = {player: position[player] for player in discriminators}
        first, loss = evaluate(ahead)
        value, kept = float(loss.detach()), dict(batch.pending)
        self.betas, self.inner_losses = [], [value]
        direction: list[Tensor] | None = None
        previous: list[Tensor] = []
        length = 0.5  # so that the first trial without curvature is 1
        for _ in range(self.k):
            at = [parameter for player in discriminators for parameter in ahead[player].values()]
            slopes = gradient(loss, at)
            now = [slope.detach() for slope in slopes]
            direction, slope = self._direction(now, previous, direction)
            if not slope < 0:
                break  # at a stationary point, or where numbers are none
            curvature = float(dot(direction, transposed_product(slopes, at, direction)))
            length = -slope / curvature if curvature > 0 else min(2 * length, 1.0)
            resolution = 2 * torch.finfo(loss.dtype).eps * abs(value)  # what two equal losses may differ by
            for _ in range(HALVINGS + 1):
                trial = _moved(ahead, direction, length)
                _, loss = evaluate(trial)
                reached = float(loss.detach())
                if reached <= value + SUFFICIENT * length * slope + resolution:
                    break
                length /= 2
            else:
                break
            ahead, value, previous, kept = trial, reached, now, dict(batch.pending)
            self.inner_losses.append(value)
        batch.pending.update(kept)
        return first, ahead

    def _direction(
        self, now: list[Tensor], previous: list[Tensor], direction: list[Tensor] | None
    ) -> tuple[list[Tensor], float]:
        """The new direction and the slope along it."""
        steepest, square = [-value for value in now], float(dot(now, now))
        if direction is None:
            return steepest, -square
        known = float(dot(previous, previous))
        beta = (square - float(dot(now, previous))) / known if known > 0 else 0.0
        beta = min(max(beta, 0.0), 1.0) if math.isfinite(beta) else 0.0
        conjugate = add(steepest, direction, beta)
        slope = float(dot(conjugate, now))
        if not slope < 0:
            beta, conjugate, slope = 0.0, steepest, -square
        self.betas.append(beta)
        return conjugate, slope


def _moved(ahead: dict[str, Parameters], direction: Vector, length: float) -> dict[str, Parameters]:
    """The discriminators moved by `length` along `direction`, as leaves of a graph of their own."""
    values = iter(direction)
    return {
        player: {name: (value.detach() + length * next(values)).requires_grad_() for name, value in parameters.items()}
        for player, parameters in ahead.items()
    }
