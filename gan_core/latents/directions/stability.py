"""When a direction settled: the same kind of direction at every kept moment, compared with the newest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from gan_core.errors import InputError

if TYPE_CHECKING:
    from gan_core.models.generator import GeneratorModel

STABLE = 0.9
"""|cosine| with the final direction from which on a direction counts as the same."""
DRAWS = 4000


@dataclass(frozen=True)
class StabilityCurve:
    """How near a kind of direction was to its final form, moment by moment."""

    steps: tuple[int, ...]
    cosines: Tensor
    """|cosine| with each of the K final directions, (steps, K); of the nearest one of the same kind at that step, since
    their order changes."""
    matches: Tensor
    """Which of that step's directions this was, int64 (steps, K)."""
    floor: float
    """What unrelated directions come to on average."""

    def since(self, index: int) -> int | None:
        """The step from which on the final direction `index` was never further away than `STABLE`; None if only at the
        last moment."""
        return stable_since(self.steps, self.cosines[:, index].tolist())


def stability_curve(
    final: Tensor,
    steps: Sequence[int],
    at: Callable[[int], GeneratorModel],
    find: Callable[[GeneratorModel], Tensor],
    *,
    ordered: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> StabilityCurve:
    """Compare the `final` directions (K, latent_dim), unit vectors, with what `find` answers for the model at each
    step.

    `find` gives unit vectors (J, latent_dim), as `strongest` does; `ordered` compares each with the one of the same
    place in the row only, for directions that have a meaning of their own. `progress` is called with the share done and
    may raise to cancel. Raises InputError without steps.
    """
    if not steps:
        raise InputError("No moments of this training were kept, so nothing can be said of when a direction settled.")
    cosines, matches, among = [], [], 1
    for done, step in enumerate(steps):
        progress(done / len(steps))
        found = find(at(step))
        if found.shape[1] != final.shape[1]:
            raise InputError(f"The model at step {step} has latents of another length; its directions are others.")
        near = (final @ found.T).abs().clamp(max=1)
        if ordered:
            near = torch.diag(near)[:, None].expand(-1, len(found))
        among = max(among, 1 if ordered else len(found))
        best, which = near.max(1)
        cosines.append(best)
        matches.append(torch.arange(len(final)) if ordered else which)
    progress(1.0)
    return StabilityCurve(tuple(steps), torch.stack(cosines), torch.stack(matches), floor(final.shape[1], among))


def stable_since(steps: Sequence[int], cosines: Sequence[float]) -> int | None:
    """The first of `steps` from which on every cosine is at least `STABLE`; None where that is the last step alone."""
    since = None
    for step, cosine in zip(reversed(steps), reversed(cosines), strict=True):
        if cosine < STABLE:
            break
        since = step
    return None if since == steps[-1] and len(steps) > 1 else since


def floor(latent_dim: int, among: int = 1) -> float:
    """Mean |cosine| of a direction with the nearest of `among` orthonormal ones that have nothing to do with it.

    By symmetry that is the largest of the first `among` coordinates of a random unit vector; for one it is about
    sqrt(2 / (pi D)). Drawn with a fixed seed, to about 1 %.
    """
    draws = torch.randn(DRAWS, latent_dim, generator=torch.Generator().manual_seed(0))
    among = min(among, latent_dim)
    return float((draws[:, :among].abs().amax(1) / draws.norm(dim=1)).mean())
