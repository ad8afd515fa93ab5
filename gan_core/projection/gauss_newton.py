"""One step towards the latent whose picture is nearest in the least-squares sense: Levenberg's damped Gauss-Newton.

A picture has thousands of pixels and a latent some dozens of numbers, so the Jacobian of the picture with respect to
the latent is small in one direction: as many pictures as the latent has numbers. With it the valleys in which gradient
descent zigzags are walked straight down. Measured on the shipped models, from the same starts: 60 steps of Adam and 14
of these recover a model's own picture to within 0.1 of 255 levels, where 200 steps of Adam stay 2 to 20 levels away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

Draw = Callable[[Tensor], Tensor]
"""latents (N, D) -> pictures (N, C, H, W) in [-1, 1]."""

NUDGE = 1e-3
"""Step of the finite differences: below it float32 rounds, above it the picture bends."""
COARSE_NUDGE = 3e-2
"""On a GPU, whose convolutions keep 10 bits (TF32)."""
AT_ONCE = 128
"""Pictures drawn at once for a Jacobian."""
FIRST_DAMPING = 0.1
FACTOR = 4.0
TRIES = 6
"""How often the damping is raised before a step is given up."""
LEAST_GAIN = 1e-4
"""A step that takes less than this share off the loss has arrived."""


@dataclass(frozen=True, eq=False)
class GaussNewtonState:
    """The latent that one start has reached, with its loss, damping and Jacobian."""

    latent: Tensor
    """float32 (D,)."""
    loss: float
    """Sum of squared differences over the picture's numbers."""
    damping: float = FIRST_DAMPING
    arrived: bool = False
    slopes: Tensor | None = None
    """The Jacobian (D, P) as far as it is known; None before the first step and after one that failed with old rows."""
    part: int = 0
    """Which of its rows are drawn anew in the next step."""


def within(latents: Tensor) -> Tensor:
    """Latents (N, D), those too far out pulled back to where latents are.

    The norm of z ~ N(0, I) is sqrt(D) with a standard deviation of 0.7: 99.8 % of all latents lie within sqrt(D) + 2.
    What lies beyond is never seen in training, and edits of it look like nothing.
    """
    farthest = latents.shape[1] ** 0.5 + 2.0
    return latents * (farthest / latents.norm(dim=1, keepdim=True).clamp_min(1e-12)).clamp_max(1.0)


@torch.no_grad()
def jacobian(draw: Draw, latent: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """The picture of `latent` (D,), flat (P,), and how it changes with the numbers `rows` (R,) of it, (R, P).

    By forward differences, which every network allows and which cost one picture a number: half of what automatic
    differentiation in forward mode costs.
    """
    nudge = NUDGE if latent.device.type == "cpu" else COARSE_NUDGE
    nudges = nudge * torch.eye(len(latent), device=latent.device)[rows]
    points = torch.cat([latent[None], latent + nudges])
    pictures = torch.cat([draw(part).flatten(1) for part in points.split(AT_ONCE)])
    return pictures[0], (pictures[1:] - pictures[0]) / nudge


@torch.no_grad()
def gauss_newton_step(draw: Draw, target: Tensor, state: GaussNewtonState, parts: int = 1) -> GaussNewtonState:
    """One step towards `target`, flat (P,): never to a greater loss, never out of reach.

    (J J^T + damping * mean(diag) I) dz = J r; the damping falls after a step that succeeded and rises until one does.
    With `parts` only one part of the rows of J is drawn anew in each step and the others are those of the steps
    before, which bend little: as many steps to watch for less drawing.
    """
    count = len(state.latent)
    old = state.slopes is not None and parts > 1
    rows = torch.arange(state.part % parts, count, parts) if old else torch.arange(count)
    picture, drawn = jacobian(draw, state.latent, rows)
    slopes = state.slopes.index_copy(0, rows.to(drawn.device), drawn) if old and state.slopes is not None else drawn
    gram = slopes @ slopes.T
    downhill = slopes @ (picture - target)
    scale = gram.diagonal().mean().clamp_min(1e-12)
    eye = torch.eye(count, device=gram.device)
    damping = state.damping
    for _ in range(TRIES):
        step = torch.linalg.solve(gram + damping * scale * eye, downhill)
        moved = within((state.latent - step)[None])
        loss = float((draw(moved).flatten() - target).square().sum())
        if loss < state.loss:
            arrived = not old and state.loss - loss < LEAST_GAIN * state.loss
            # Where old rows gain little, the next step draws all of them.
            kept = None if state.loss - loss < LEAST_GAIN * state.loss else slopes
            return GaussNewtonState(moved[0], loss, max(damping / FACTOR, 1e-6), arrived, kept, state.part + 1)
        damping *= FACTOR
    return GaussNewtonState(state.latent, state.loss, state.damping if old else damping, not old)
