"""Interpolation between two latents: linear, and along the sphere."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

PARALLEL = 1e-3
"""Sine of the angle below which two directions are joined straight: there the spherical formula is 0 / 0 in float32."""


def lerp(start: Tensor, end: Tensor, t: float | Tensor) -> Tensor:
    """Linear interpolation from `start` to `end`, both (..., D); `t` 0 to 1, a number or a tensor (...).

    Half way between two latents from N(0, I) the norm is down to about 0.7 of theirs: nearer to the average picture
    than any latent that the generator was trained on. That is what `slerp` avoids.
    """
    start, end, share = _together(start, end, t)
    return start + (end - start) * share


def slerp(start: Tensor, end: Tensor, t: float | Tensor) -> Tensor:
    """Interpolation along the sphere (Shoemake 1985, White 2016) from `start` to `end`, both (..., D); `t` as in
    `lerp`.

    The direction turns evenly and the norm goes evenly from the one to the other, so between latents of the same norm
    it never changes. Parallel latents are joined straight, and so is anything with the zero vector. Opposite ones have
    no shortest way; the one taken leads through a fixed vector at right angles to them.
    """
    start, end, share = _together(start, end, t)
    norms = start.norm(dim=-1, keepdim=True), end.norm(dim=-1, keepdim=True)
    tiny = torch.finfo(start.dtype).tiny
    first, last = start / norms[0].clamp_min(tiny), end / norms[1].clamp_min(tiny)
    cosine = (first * last).sum(-1, keepdim=True).clamp(-1, 1)
    # The part of the second direction that the first one lacks spans, with the first, the plane of the turn.
    aside = last - cosine * first
    sine = aside.norm(dim=-1, keepdim=True)
    opposite = (sine < PARALLEL) & (cosine < 0)
    aside = aside / sine.clamp_min(PARALLEL)
    if opposite.any():
        aside = torch.where(opposite, _perpendicular(first), aside)
    angle = share * torch.atan2(sine, cosine)
    turned = torch.cos(angle) * first + torch.sin(angle) * aside
    around = turned * (norms[0] + (norms[1] - norms[0]) * share)
    straight = start + (end - start) * share
    no_turn = ((sine < PARALLEL) & ~opposite) | (norms[0] <= tiny) | (norms[1] <= tiny)
    way = torch.where(no_turn, straight, around)
    # The ends are the latents themselves, to the last digit.
    return torch.where(share == 0, start, torch.where(share == 1, end, way))


INTERPOLATIONS: dict[str, Callable[[Tensor, Tensor, float | Tensor], Tensor]] = {"slerp": slerp, "lerp": lerp}


def _together(start: Tensor, end: Tensor, t: float | Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Bring both ends to one shape, and `t` to one that multiplies them."""
    start, end = torch.broadcast_tensors(start, end)
    share = torch.as_tensor(t, dtype=start.dtype, device=start.device)
    if share.ndim:
        share = share.unsqueeze(-1)
    return start, end, share


def _perpendicular(direction: Tensor) -> Tensor:
    """A unit vector at right angles to each unit vector (..., D): its smallest coordinate's axis, made orthogonal."""
    smallest = direction.abs().argmin(-1, keepdim=True)
    axis = torch.zeros_like(direction).scatter(-1, smallest, 1.0)
    aside = axis - (axis * direction).sum(-1, keepdim=True) * direction
    return aside / aside.norm(dim=-1, keepdim=True).clamp_min(torch.finfo(direction.dtype).tiny)
