"""How much work a projection is, and how much of it this machine does in so many seconds."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import torch

from gan_core.errors import InputError
from gan_core.images import to_levels
from gan_core.models.generator import GeneratorModel, latents_for_seed
from gan_core.projection.targets import shape_of

FRAME_SECONDS = 0.15
"""A step of the optimization takes no longer, so that it can be watched."""
PARTS = (3, 6)
"""Of the Jacobian, of which a step draws one anew. On the shipped models three are no worse in the end than drawing all
of it, and thrice to watch; six are a little slower: for machines on which a third takes longer than a frame."""
LARGEST_JACOBIAN = 64 * 2**20
"""Bytes; every finalist keeps one."""


@dataclass(frozen=True, kw_only=True)
class SearchBudget:
    """How much work a projection is; errors reached with equal budgets are comparable."""

    candidates: int = 1000
    """Random latents looked at first, the mean latent among them."""
    starts: int = 8
    """How many of the nearest are optimized."""
    steps: int = 60
    """Of the optimization (Adam)."""
    finalists: int = 4
    """Starts that are refined by Gauss-Newton."""
    refinements: int = 48
    """Gauss-Newton steps of each."""
    parts: int = 3
    """Into so many the Jacobian is divided, of which each step draws one anew."""


def budget_for(model: GeneratorModel, seconds: float = 8.0, starts: int = 8) -> SearchBudget:
    """The budget that takes about `seconds` on this machine, from a short measurement of how fast the model draws.

    Raises InputError for a number of starts that is not 1 to 32.
    """
    if isinstance(starts, bool) or not isinstance(starts, int) or not 1 <= starts <= 32:
        raise InputError(f"A search has 1 to 32 starts, not {starts!r}.")
    channels, side = shape_of(model)
    picture = _seconds_a_picture(model)
    starts = max(1, min(starts, int(FRAME_SECONDS / (3 * picture))))
    parts = max(PARTS[0], min(PARTS[1], math.ceil(2 * model.latent_dim * picture / FRAME_SECONDS)))
    affordable = int(0.65 * seconds / ((model.latent_dim / parts + 3) * picture))  # 3: the step itself, tried and shown
    if 4 * model.latent_dim * channels * side * side > LARGEST_JACOBIAN or affordable < 6 * parts:
        affordable = 0
    refinements = min(24 * parts, affordable)
    affordable_steps = (
        (0.2 if affordable else 0.9) * seconds / (3 * picture * starts * 0.6)
    )  # 0.6: starts are dropped on the way
    return SearchBudget(
        candidates=max(64, min(2000, int(0.1 * seconds / picture))),
        starts=starts,
        steps=max(30, min(60 if affordable else 400, int(affordable_steps))),
        finalists=max(1, min(starts // 2, affordable // max(1, refinements))),
        refinements=refinements,
        parts=parts,
    )


@torch.no_grad()
def _seconds_a_picture(model: GeneratorModel) -> float:
    """How long one of 16 pictures drawn at once takes, to the nearest power of two: the effort should not jitter."""
    latents = latents_for_seed(0, 16, model.latent_dim)
    best = math.inf
    for _ in range(5):
        begun = time.perf_counter()
        for batch in model.drawn(latents, None):
            to_levels(batch).cpu()
        best = min(best, (time.perf_counter() - begun) / 16)
    return 2.0 ** round(math.log2(max(best, 1e-6)))
