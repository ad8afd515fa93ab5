"""A smooth curve through many latents that stays where latents lie."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from gan_core.latents.interpolation import lerp, slerp

CENTRIPETAL = 0.5
"""Power of the distance between two stops that sets their knots apart: at 0.5 the curve never loops or overshoots
between near stops (Yuksel, Schaefer and Keyser 2011)."""
CLOSEST = 1e-3
"""Share of the mean distance of knots below which two waypoints count as one: the same waypoint twice is a rest."""


def spline(stops: Tensor, leg: Tensor, share: Tensor, loop: bool) -> Tensor:
    """The Catmull-Rom curve through `stops` (S, D), S at least 2, at `share` (N,) of `leg` (N,), (N, D).

    The direction runs over the sphere, as a Bezier curve of every leg whose straight lines are slerps (Shoemake 1985):
    its slope at a stop is that of the parabola through the stop and its neighbours, so that there is no corner. The
    norm takes the same curve by itself, so that the way never cuts through the inside of the sphere, where pictures
    are average. The curve depends on the stops alone, not on how fast one goes.

    Where a way that does not close ends, it starts straight for the next stop; between two stops it is slerp's. A way
    that turns back at a stop comes to rest there.
    """
    norms = stops.norm(dim=1, keepdim=True)
    directions = stops / norms.clamp_min(torch.finfo(stops.dtype).tiny)
    after = torch.arange(1, len(stops) + 1) % len(stops)
    gaps = (stops[after] - stops).norm(dim=1, keepdim=True).pow(CENTRIPETAL)
    used = gaps if loop else gaps[:-1]
    gaps = gaps.clamp_min(CLOSEST * float(used.mean()) or 1.0)
    ends = directions[leg], directions[after[leg]]
    slopes = _slopes(_towards(directions, directions[after]), -_towards(directions, directions.roll(1, 0)), gaps, loop)
    handles = _along(ends[0], slopes[0][leg] / 3), _along(ends[1], -slopes[1][after[leg]] / 3)
    direction = _bezier(slerp, [ends[0], *handles, ends[1]], share)
    rise = norms[after] - norms
    slopes = _slopes(rise, rise.roll(1, 0), gaps, loop)
    lengths = [norms[leg], norms[leg] + slopes[0][leg] / 3, norms[after[leg]] - slopes[1][after[leg]] / 3]
    way = direction * _bezier(lerp, [*lengths, norms[after[leg]]], share).clamp_min(0)
    # Stops are reached to the last digit.
    at = share[:, None]
    return torch.where(at == 0, stops[leg], torch.where(at == 1, stops[after[leg]], way))


def _slopes(onwards: Tensor, before: Tensor, gaps: Tensor, loop: bool) -> tuple[Tensor, Tensor]:
    """The slope at every stop (S, D), for the leg after it and for the leg before it, in units of those legs.

    `onwards` leads from each stop to the next one and `before` from the last one here (S, D); the knots of a stop and
    the next one lie `gaps` (S, 1) apart.
    """
    earlier = gaps.roll(1, 0)
    slope = (onwards / gaps * earlier + before / earlier * gaps) / (gaps + earlier)
    leaving, arriving = slope * gaps, slope * earlier
    if not loop:
        leaving[0], arriving[-1] = onwards[0], before[-1]
    return leaving, arriving


def _towards(start: Tensor, end: Tensor) -> Tensor:
    """The tangent at unit vectors `start` (S, D) that leads to `end` in the time 1: as long as the angle between."""
    cosine = (start * end).sum(1, keepdim=True).clamp(-1, 1)
    # A small step of slerp has the right direction in all cases that it knows, opposite latents among them.
    aside = slerp(start, end, 0.5) - slerp(start, end, 0.5).mul(start).sum(1, keepdim=True) * start
    return aside / aside.norm(dim=1, keepdim=True).clamp_min(torch.finfo(start.dtype).tiny) * torch.arccos(cosine)


def _along(start: Tensor, tangent: Tensor) -> Tensor:
    """Where one is after going along `tangent` (N, D) from unit vectors `start` (N, D) on the sphere."""
    angle = tangent.norm(dim=1, keepdim=True)
    return torch.cos(angle) * start + torch.sinc(angle / torch.pi) * tangent


def _bezier(between: Callable[[Tensor, Tensor, Tensor], Tensor], points: list[Tensor], share: Tensor) -> Tensor:
    """The curve with the four control points (N, D), by de Casteljau's lines between lines."""
    while len(points) > 1:
        points = [between(first, second, share) for first, second in pairwise(points)]
    return points[0]
