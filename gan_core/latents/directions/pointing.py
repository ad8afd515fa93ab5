"""A direction by pointing: some pictures are marked "more", some "less", and the way from these to those is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.latents.directions.closed_form import first_weight
from gan_core.latents.directions.vectors import unit
from gan_core.parts import unknown

MOST_MARKS = 200
RIDGE = 1.0
"""Strength of the penalty on the logistic regression's weights; marks are few, so they are always separable."""
NEWTON_STEPS = 50
SETTLED = 1e-9


@dataclass(frozen=True)
class PointedDirection:
    """The direction that marks define, and how well they do."""

    direction: Tensor
    """Unit vector float32 (latent_dim,), from "less" to "more"."""
    right: int
    """Of the marks, each left out in turn, how many the others would have put on their side; half of them is chance."""
    marks: int


def point(more: Tensor, less: Tensor, view: Tensor | None = None, method: str = "logistic") -> PointedDirection:
    """The direction from the latents marked "less", (L, D), to those marked "more", (M, D).

    `method` is `logistic`, ridge-regularised logistic regression, or `means`, the difference of the means.

    `view`, (D, D), is how a generator sees latents (`view_of`): marks are compared as it sees them and what is found is
    carried back. A few marks cannot tell dozens of coordinates apart, but the pictures, which the marks were made by,
    depend on some of them only. Measured with 12 marks among 32 pictures of glyphs-by-class (64 numbers a latent): the
    direction's correlation with what was marked rises from about 0.5 to about 0.92.

    Raises InputError unless both sides have marks that differ.
    """
    if method not in METHODS:
        raise InputError(unknown("way of pointing", str(method), METHODS))
    for marked, given, other in ((more, "more", "less"), (less, "less", "more")):
        if len(marked) == 0:
            raise InputError(f'Mark at least one picture "{given}": a direction leads from "less" to "more".')
        if len(marked) > MOST_MARKS:
            raise InputError(f'At most {MOST_MARKS} pictures can be marked "{given}", not {len(marked)}.')
        if marked.ndim != 2 or marked.shape[1] != more.shape[1] or not bool(marked.isfinite().all()):
            raise InputError(f'A latent marked "{given}" is not one of the same model as those marked "{other}".')
    rows = torch.cat([more, less]).double()
    seen = rows if view is None else rows @ view.double()
    sides = torch.cat([torch.ones(len(more)), torch.zeros(len(less))]).double()
    fit = METHODS[method]
    found = fit(seen, sides)
    if float(found.norm()) < SETTLED:
        raise InputError('The pictures marked "more" and "less" are the same on average: mark others.')
    direction = found if view is None else view.double() @ found
    return PointedDirection(unit(direction, "that was pointed at"), _left_out(fit, seen, sides), len(rows))


def view_of(network: nn.Module, latent_dim: int) -> Tensor | None:
    """The metric of latents that a generator's first layer induces, symmetric (D, D); None for a network without such a
    layer.

    It is the square root of A A^T for the layer's matrix A, scaled so that its squares have mean 1 on the diagonal.
    """
    weight = first_weight(network, latent_dim)
    if weight is None or not bool(weight.isfinite().all()):
        return None
    seen = (weight @ weight.T).double()
    values, vectors = torch.linalg.eigh(seen / seen.trace().clamp_min(1e-12) * latent_dim)
    return ((vectors * values.clamp_min(0).sqrt()) @ vectors.T).float()


def difference_of_means(rows: Tensor, sides: Tensor) -> Tensor:
    """Mean of the rows (N, D) whose side is 1 minus mean of those whose side is 0, (D,)."""
    return rows[sides == 1].mean(0) - rows[sides == 0].mean(0)


def logistic(rows: Tensor, sides: Tensor) -> Tensor:
    """Weights w (D,) of the logistic regression of sides, 0 or 1 (N,), on rows (N, D).

    The minimum of sum log(1 + exp(-s (<w, x> + b))) + RIDGE / 2 |w|^2 over w and b, s = +-1, by Newton's method (IRLS).
    It lies in the span of the centred rows, so the equations have N unknowns at most however long a latent is.
    """
    centred = rows - rows.mean(0)
    _, values, axes = torch.linalg.svd(centred, full_matrices=False)
    axes = axes[values > SETTLED]
    inputs = torch.cat([centred @ axes.T, torch.ones(len(rows), 1, dtype=rows.dtype)], 1)
    penalty = torch.diag(torch.tensor([RIDGE] * len(axes) + [SETTLED], dtype=rows.dtype))  # the offset is free
    weights = torch.zeros(inputs.shape[1], dtype=rows.dtype)
    for _ in range(NEWTON_STEPS):
        expected = torch.sigmoid(inputs @ weights)
        slope = inputs.T @ (expected - sides) + penalty @ weights
        curvature = inputs.T @ (inputs * (expected * (1 - expected))[:, None]) + penalty
        step = torch.linalg.solve(curvature, slope)
        weights = weights - step
        if float(step.norm()) < SETTLED:
            break
    return axes.T @ weights[:-1]


METHODS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"logistic": logistic, "means": difference_of_means}


def _left_out(fit: Callable[[Tensor, Tensor], Tensor], rows: Tensor, sides: Tensor) -> int:
    """How many rows lie on their own side of the middle between the others' means, along what the others say."""
    right = 0
    for index in range(len(rows)):
        others = torch.arange(len(rows)) != index
        if len(sides[others].unique()) < 2:
            continue  # the only one of its side: where it belongs is not known
        along = rows @ fit(rows[others], sides[others])
        middle = sum(along[others & (sides == side)].mean() for side in (0, 1)) / 2
        right += int((along[index] > middle) == (sides[index] == 1))
    return right
