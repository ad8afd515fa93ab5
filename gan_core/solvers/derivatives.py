"""Products of second derivatives with vectors, and linear equations solved by nothing else.

A vector is a list of tensors in the shapes of some parameters; a gradient is one that still has its graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from gan_core.games import Batch, Game, Position
from gan_core.solvers.smooth import Smooth

Vector = Sequence[Tensor]


def smooth_loss(game: Game, player: str, position: Position, batch: Batch) -> Tensor:
    """The player's loss, to be differentiated more than once."""
    with Smooth():
        return game.loss(player, position, batch)


def gradient(loss: Tensor, parameters: Vector) -> list[Tensor]:
    """d loss / d parameters, itself differentiable; zeros where the loss does not depend on a parameter."""
    if not loss.requires_grad:
        return [torch.zeros_like(parameter) for parameter in parameters]
    return list(
        torch.autograd.grad(loss, list(parameters), create_graph=True, allow_unused=True, materialize_grads=True)
    )


def transposed_product(
    outputs: Vector, inputs: Vector, vector: Vector, *, differentiable: bool = False
) -> list[Tensor]:
    """J'v = d <outputs, v> / d inputs for J = d outputs / d inputs; the graph of `outputs` is kept."""
    alive = [(output, value) for output, value in zip(outputs, vector, strict=True) if output.requires_grad]
    if not alive:
        return [torch.zeros_like(each) for each in inputs]
    return list(
        torch.autograd.grad(
            [output for output, _ in alive],
            list(inputs),
            grad_outputs=[value for _, value in alive],
            retain_graph=True,
            create_graph=differentiable,
            allow_unused=True,
            materialize_grads=True,
        )
    )


def product(outputs: Vector, inputs: Vector, vector: Vector) -> list[Tensor]:
    """J v for J = d outputs / d inputs: J'u is linear in u, and its derivative by u along v is J v.

    Two backward passes rather than one forward, because not every operation has a forward derivative.
    """
    probe = [torch.zeros_like(output, requires_grad=True) for output in outputs]
    return transposed_product(transposed_product(outputs, inputs, probe, differentiable=True), probe, vector)


def dot(left: Vector, right: Vector) -> Tensor:
    """The scalar product of two vectors, a scalar on the device."""
    return torch.stack([(one * other).sum() for one, other in zip(left, right, strict=True)]).sum()


def add(left: Vector, right: Vector, scale: float | Tensor = 1.0) -> list[Tensor]:
    """left + scale * right."""
    return [one + scale * other for one, other in zip(left, right, strict=True)]


def linear_conjugate_gradient(
    apply: Callable[[Vector], Vector], right: Vector, *, tolerance: float, limit: int
) -> list[Tensor]:
    """x with A x = right for a symmetric positive definite A given as `apply`, from x = 0 (Hestenes & Stiefel 1952).

    Ends when the residual is below `tolerance` times |right|, or after `limit` products.
    """
    solution = [torch.zeros_like(each) for each in right]
    residual = [each.detach().clone() for each in right]
    direction = residual
    square = first = float(dot(residual, residual))
    for _ in range(limit):
        if not square > tolerance**2 * first:  # also where right is 0 or not finite
            break
        image = apply(direction)
        curvature = float(dot(direction, image))
        if not curvature > 0:  # only by rounding, or where the numbers have left their range
            break
        length = square / curvature
        solution = add(solution, direction, length)
        residual = add(residual, image, -length)
        known, square = square, float(dot(residual, residual))
        direction = add(residual, direction, square / known)
    return solution


def accuracy(vector: Vector) -> tuple[float, int]:
    """(tolerance, limit) for `linear_conjugate_gradient`: to the last digit in double precision, where games are small
    and answers known; in single precision, where networks play, what their noise allows within 20 products."""
    if vector[0].dtype == torch.float64:
        return 1e-14, min(1000, 10 * sum(each.numel() for each in vector))
    return 1e-6, 20
