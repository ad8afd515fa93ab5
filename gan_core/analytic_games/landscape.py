"""The field of a plane game: heights for level lines, and arrows along both players' gradients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap

from gan_core.analytic_games.definitions import AnalyticGame, Vector
from gan_core.analytic_games.plane_games import Range

FEWER = 21
"""Cells a side at most, and twice as many as arrows, where they are evaluated one after the other."""


@dataclass(frozen=True)
class Landscape:
    """The last player's loss on a grid, and both players' gradients at some points.

    `heights` has rows from the top; `arrows` (A, 4) are x, y and the direction in which both players' plain gradients
    point there, of length 0 to 1.
    """

    heights: Vector
    arrows: Vector


def _places(x: Range, y: Range, cells: int) -> Tensor:
    across = torch.linspace(*x, cells, dtype=torch.float64)
    down = torch.linspace(y[1], y[0], cells, dtype=torch.float64)
    return torch.stack([across.repeat(cells), down.repeat_interleave(cells)], dim=1)


def _inset(x: Range, y: Range, count: int) -> Tensor:
    """(count², 2): the middles of as many squares."""
    within = [(low + (high - low) / (2 * count), high - (high - low) / (2 * count)) for low, high in (x, y)]
    return _places(within[0], within[1], count)


def survey(analytic_game: AnalyticGame, x: Range, y: Range, *, cells: int, arrows: int) -> Landscape:
    """The landscape of a game of two numbers over `x` by `y`: what the last player's loss leaves to the first.

    For a game of one player the heights are its loss. Arrow lengths are those of the field's fourth root relative to
    the longest one, so that arrows near the solution stay visible. Fewer cells than asked for where the game can
    only be asked about one place at a time.
    """
    game, batch = analytic_game.game, analytic_game.draw()
    position = game.position()
    last = list(position)[-1]
    sign = 1.0 if len(position) == 1 else -1.0

    def loss(player: str, place: Tensor) -> Tensor:
        taken, start = {}, 0
        for name, parameters in position.items():
            taken[name] = {}
            for key, value in parameters.items():
                taken[name][key] = place[start : start + value.numel()].view_as(value)
                start += value.numel()
        return game.loss(player, taken, batch)

    def height(place: Tensor) -> Tensor:
        return sign * loss(last, place)

    def force(place: Tensor, slope: Callable[[str, Tensor], Tensor]) -> Tensor:
        """Minus every player's own gradient: each of them owns its part of the place."""
        parts, start = [], 0
        for name, parameters in position.items():
            end = start + sum(value.numel() for value in parameters.values())
            parts.append(-slope(name, place)[start:end])
            start = end
        return torch.cat(parts)

    def slope_here(name: str, place: Tensor) -> Tensor:
        at = place.clone().requires_grad_()
        return torch.autograd.grad(loss(name, at), at, materialize_grads=True)[0]

    starts = _inset(x, y, arrows)
    try:
        heights = vmap(height)(_places(x, y, cells)).detach()
        directions = vmap(lambda place: force(place, lambda name, at: grad(lambda here: loss(name, here))(at)))(
            starts
        ).detach()
    except RuntimeError:  # a gradient penalty calls autograd, which torch does not batch
        cells, arrows = min(cells, FEWER), min(arrows, FEWER // 2)
        starts = _inset(x, y, arrows)
        heights = torch.stack([height(place).detach() for place in _places(x, y, cells)])
        directions = torch.stack([force(place, slope_here) for place in starts])
    directions = directions / torch.tensor([x[1] - x[0], y[1] - y[0]])
    lengths = directions.norm(dim=1, keepdim=True)
    finite = lengths[lengths.isfinite()]
    longest = float(finite.max().clamp_min(1e-300)) if len(finite) else 1.0
    shown = torch.nan_to_num(
        directions / lengths.clamp_min(1e-300) * (lengths / longest) ** 0.25, posinf=0.0, neginf=0.0
    )
    return Landscape(heights.reshape(cells, cells).numpy(), torch.cat([starts, shown], dim=1).numpy())


def graph(analytic_game: AnalyticGame, x: Range, count: int) -> Vector:
    """Points of the loss of a game of one number, (count, 2): the number and its loss."""
    return np.column_stack([(at := np.linspace(*x, count)), [loss_at(analytic_game, value) for value in at]])


def loss_at(analytic_game: AnalyticGame, value: float) -> float:
    """The loss of a game of one player of one number."""
    ((player, parameters),) = analytic_game.game.position().items()
    ((name, parameter),) = parameters.items()
    place = torch.full_like(parameter, float(value))
    return float(analytic_game.game.loss(player, {player: {name: place}}, analytic_game.draw()))
