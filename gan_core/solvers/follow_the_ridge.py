"""Steps that stay on the discriminator's ridge.

Wang, Zhang & Ba 2020, "On Solving Minimax Optimization Locally: A Follow-the-Ridge Approach".
"""

from __future__ import annotations

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.games import Game
from gan_core.parts import register
from gan_core.solvers.derivatives import (
    Vector,
    add,
    dot,
    gradient,
    linear_conjugate_gradient,
    transposed_product,
)
from gan_core.solvers.solver import Optimizers
from gan_core.solvers.two_players import TwoPlayerDescent

DENSE = 64
"""Up to so many parameters the discriminator's Hessian is written out and the equation solved exactly."""
LARGEST = 1_000_000
"""Most parameters of a discriminator: of a larger one, products with the Hessian would only be noise."""
PRODUCTS = 5
"""Iterations of the linear conjugate gradient between the two."""
DAMPING = 1e-3
"""Of the squared Hessian, relative to its size along the right-hand side."""


@register.solver(
    "follow-the-ridge",
    title="Follow the ridge",
    summary="The discriminator is also carried along with its best answer to the generator's step. Needs sgd and small "
    "networks.",
    cost="gradients and a linear system",
    on_a_rotation="Rests only at true minimax points.",
)
class FollowTheRidge(TwoPlayerDescent):
    """x' = x - h f_x;  y' = y + k f_y + h f_yy^-1 f_yx f_x: the last term carries y along with its best answer to x.

    With g = y's own loss (-f in a zero-sum game) in place of f the term is h g_yy^-1 g_yx f_x and needs no zero sum.
    Up to 64 parameters of y the equation is solved exactly. Above, it is solved in the damped least-squares sense,
    (H^2 + damping) v = H b with H = g_yy, by 5 iterations of linear conjugate gradient: the Hessian of a network is
    indefinite, where conjugate gradient on H itself has no meaning. Raises InputError for more than 1,000,000
    parameters of y, and during play where g_yy has no inverse.
    """

    def check(self, game: Game, optimizers: Optimizers) -> None:
        super().check(game, optimizers)
        discriminator = list(game.players)[1]
        count = sum(parameter.numel() for parameter in game.players[discriminator].parameters())
        if count > LARGEST:
            raise InputError(
                f"The solver follow-the-ridge is for a {discriminator} of at most {LARGEST:,} parameters, whose second "
                f"derivative it inverts; this one has {count:,}."
            )

    def moved(
        self, loss_x: Tensor, loss_y: Tensor, xs: Vector, ys: Vector, h: float, k: float
    ) -> tuple[Vector, Vector]:
        f_x = torch.autograd.grad(loss_x, list(xs), retain_graph=True, allow_unused=True, materialize_grads=True)
        both = gradient(loss_y, [*xs, *ys])
        g_x, g_y = both[: len(xs)], both[len(xs) :]
        along = self._solve(g_y, ys, transposed_product(g_x, ys, f_x))
        return add(xs, f_x, -h), add(add(ys, g_y, -k), along, h)

    def _solve(self, slopes: Vector, parameters: Vector, right: Vector) -> list[Tensor]:
        """H^-1 right for the Jacobian H of `slopes`."""
        if sum(parameter.numel() for parameter in parameters) <= DENSE:
            return self._solve_exactly(slopes, parameters, right)

        def hessian(vector: Vector) -> list[Tensor]:
            return transposed_product(slopes, parameters, vector)

        image = hessian(right)
        size = float(dot(right, right))
        if size == 0:
            return [torch.zeros_like(each) for each in right]
        damping = DAMPING * float(dot(image, image)) / size
        if damping == 0:
            raise InputError(SINGULAR)
        return linear_conjugate_gradient(
            lambda v: add(hessian(hessian(v)), v, damping), image, tolerance=1e-6, limit=PRODUCTS
        )

    def _solve_exactly(self, slopes: Vector, parameters: Vector, right: Vector) -> list[Tensor]:
        flat = torch.cat([each.reshape(-1) for each in right])
        sizes = [parameter.numel() for parameter in parameters]
        rows = []
        for unit in torch.eye(len(flat), dtype=flat.dtype, device=flat.device):
            parts = [part.view_as(p) for part, p in zip(unit.split(sizes), parameters, strict=True)]
            rows.append(torch.cat([each.reshape(-1) for each in transposed_product(slopes, parameters, parts)]))
        matrix = torch.stack(rows)
        values = torch.linalg.svdvals(matrix) if bool(matrix.isfinite().all()) else None
        if values is not None and float(values[-1]) <= len(flat) * torch.finfo(flat.dtype).eps * float(values[0]):
            raise InputError(SINGULAR)
        solution = torch.linalg.solve_ex(matrix, flat)[0]
        return [part.view_as(p) for part, p in zip(solution.split(sizes), parameters, strict=True)]


SINGULAR = (
    "The solver follow-the-ridge needs a second derivative of the maximising player's loss by its own parameters that "
    "can be inverted, and here it is singular: give that player curvature, such as a penalty."
)
