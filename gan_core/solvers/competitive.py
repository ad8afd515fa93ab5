"""Steps that solve a local game (Schäfer & Anandkumar 2019, "Competitive Gradient Descent")."""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Game
from gan_core.objectives import objectives
from gan_core.parts import register
from gan_core.solvers.derivatives import (
    Vector,
    accuracy,
    add,
    gradient,
    linear_conjugate_gradient,
    transposed_product,
)
from gan_core.solvers.solver import Optimizers
from gan_core.solvers.two_players import TwoPlayerDescent


@register.solver(
    "competitive",
    title="Competitive",
    summary="Each player steps to the best answer to the other's best answer: both solve a small linear model of the game. "
    "Needs plain gradient descent (sgd).",
    cost="gradients and some second-derivative products",
)
class Competitive(TwoPlayerDescent):
    """Both players step to the equilibrium of the game's bilinear approximation.

        dx = -h (I + h k D_xy D_yx)^-1 (f_x + k D_xy f_y),  dy = +k (I + h k D_yx D_xy)^-1 (f_y - h D_yx f_x)

    for f that x minimises with learning rate h and y maximises with k. D_xy is the mixed derivative of x's loss; f_y is
    minus the gradient of y's own loss, so terms of y alone (real samples, penalties) count; of a penalty on
    generated samples, as R2 is, the mixed derivative is left out. Both equations are solved by linear conjugate
    gradient: to a relative residual of 1e-14 in double precision; in single precision to 1e-6 or for 20 products,
    whichever comes first.
    """

    def check(self, game: Game, optimizers: Optimizers) -> None:
        super().check(game, optimizers)
        if not game.zero_sum:
            raise InputError(
                "The solver competitive is for zero-sum games, and this one is not. Objectives that are, without "
                f"feature_matching: {', '.join(zero_sum_objectives())}."
            )

    def moved(
        self, loss_x: Tensor, loss_y: Tensor, xs: Vector, ys: Vector, h: float, k: float
    ) -> tuple[Vector, Vector]:
        slopes_y = torch.autograd.grad(loss_y, list(ys), retain_graph=True, allow_unused=True, materialize_grads=True)
        both = gradient(loss_x, [*xs, *ys])
        of_x, of_y = both[: len(xs)], both[len(xs) :]

        def xy(vector: Vector) -> list[Tensor]:
            return transposed_product(of_y, xs, vector)

        def yx(vector: Vector) -> list[Tensor]:
            return transposed_product(of_x, ys, vector)

        f_x, f_y = [value.detach() for value in of_x], [-value for value in slopes_y]
        tolerance, limit = accuracy(xs)
        step_x = linear_conjugate_gradient(
            lambda v: add(v, xy(yx(v)), h * k), add(f_x, xy(f_y), k), tolerance=tolerance, limit=limit
        )
        step_y = linear_conjugate_gradient(
            lambda v: add(v, yx(xy(v)), h * k), add(f_y, yx(f_x), -h), tolerance=tolerance, limit=limit
        )
        return add(xs, step_x, -h), add(ys, step_y, k)


def zero_sum_objectives() -> list[str]:
    """The names of the objectives that are zero-sum as they come."""
    return [name for name in objectives if objectives.build(name).zero_sum]
