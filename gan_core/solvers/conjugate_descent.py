"""The linear conjugate gradient method: one player, exact steps (Hestenes & Stiefel 1952)."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Game
from gan_core.optimizers.conjugate import RULES
from gan_core.parts import Option, register
from gan_core.solvers.derivatives import add, dot, gradient, transposed_product
from gan_core.solvers.solver import (
    Draw,
    Optimizers,
    Solver,
    check_plain_descent,
    named,
    set_parameters,
    unnamed,
)


@register.solver(
    "conjugate-descent",
    title="Linear conjugate gradients",
    summary="One player alone: each direction is free of what earlier ones have settled, and each step has its best length.",
    cost="one gradient and one second-derivative product",
    tags=("one-player",),
    options={"rule": Option(label="Rule", help="By which the directions are made.", choices=tuple(RULES))},
)
class ConjugateDescent(Solver):
    """d = -g + beta d, then w += a d with a = -d.g / (d.Hd), one Hessian-vector product a step: exact on a quadratic.

    There it ends after as many steps as the player has numbers, whichever the `rule` (they agree but for rounding);
    beta is the raw formula clipped from below at 0, and a direction that does not descend is replaced by -g. On other
    losses a is the step to the minimum of the local parabola. The learning rate is not used. Raises InputError where
    the loss does not curve upwards along d, so that there is no such minimum.
    """

    first_order = False

    def __init__(self, rule: str = "fr") -> None:
        self.rule = rule
        self.betas: list[float] = []
        """beta of the latest step, alone in its list; empty before the first."""
        self._gradient: list[Tensor] | None = None
        self._direction: list[Tensor] = []

    def check(self, game: Game, optimizers: Optimizers) -> None:
        if len(game.players) != 1:
            raise InputError(
                f"The solver {self.name} minimises the loss of one player, as in least-squares; this game has "
                f"{len(game.players)}: sgg takes such steps for one side of them."
            )
        check_plain_descent(self.name, optimizers, next(iter(game.players)))

    def play(self, game: Game, optimizers: Optimizers, draw: Draw) -> dict[str, Tensor]:
        (player,) = game.players
        batch, position = draw(), game.position()
        at = list(position[player].values())
        loss = game.loss(player, position, batch)
        slopes = gradient(loss, at)
        now = [slope.detach() for slope in slopes]
        direction, slope = self._next(now)
        if slope < 0:
            curvature = float(dot(direction, transposed_product(slopes, at, direction)))
            if curvature <= 0:
                raise InputError(
                    f"The solver {self.name} needs a loss that curves upwards; along its direction the curvature "
                    f"is {curvature:g}. Use simultaneous with a step size instead."
                )
            set_parameters(game, player, add(at, direction, -slope / curvature))
        self._gradient, self._direction = now, direction
        game.commit(batch)
        return {player: loss}

    def _next(self, now: list[Tensor]) -> tuple[list[Tensor], float]:
        """The new direction, and the slope along it."""
        steepest = [-value for value in now]
        formula = RULES[self.rule][0]
        if self._gradient is None or formula is None:
            self.betas = [0.0]
            return steepest, float(dot(steepest, now))
        vectors = {"g": now, "p": self._gradient, "d": self._direction, "y": add(now, self._gradient, -1.0)}
        dots = {pair: dot(vectors[pair[0]], vectors[pair[1]])[None] for pair in RULES[self.rule][1]}
        beta = float(formula(dots).clamp_min(0))
        direction = add(steepest, self._direction, beta)
        slope = float(dot(direction, now))
        if slope >= 0:
            beta, direction, slope = 0.0, steepest, float(dot(steepest, now))
        self.betas = [beta]
        return direction, slope

    def state(self) -> dict[str, Tensor]:
        return named({"gradient": self._gradient, "direction": self._direction}) if self._gradient is not None else {}

    def load_state(self, state: Mapping[str, Tensor]) -> None:
        lists = unnamed({name: value.clone() for name, value in state.items()})
        self._gradient, self._direction = lists.get("gradient"), lists.get("direction", [])
