"""Properties that all directions share: unit length, a settled sign, and orthogonality to locked ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from gan_core.errors import InputError

NOTHING_LEFT = 1e-3
"""Length of a unit vector's part at right angles to the locked directions below which nothing of it is left."""


def unit(vector: Tensor, name: str) -> Tensor:
    """`vector` (D,) with length 1, float32.

    Raises:
        InputError: for numbers that are not finite, and for length 0; `name` says which direction it is.
    """
    vector = vector.detach().double().cpu()
    length = vector.norm()
    if not bool(vector.isfinite().all()):
        raise InputError(f"The direction {name} holds something that is not a finite number.")
    if length < 1e-12:
        raise InputError(f"The direction {name} has no length: it points nowhere.")
    return (vector / length).float()


def with_settled_signs(directions: Tensor) -> Tensor:
    """Directions (K, D) each turned so that its largest coordinate is positive.

    The sign of an eigenvector or a principal component is free; settled, a slider's right end is the same every time.
    """
    largest = directions.gather(1, directions.abs().argmax(1, keepdim=True))
    return torch.where(largest < 0, -directions, directions)


def locked(direction: Tensor, against: Mapping[str, Tensor], name: str = "new") -> Tensor:
    """What is left of `direction` (D,) at right angles to all of `against` (each (D,)), as a unit vector.

    Sliding along it leaves the coordinates along the locked directions as they are. Computed in float64 with the
    orthonormal basis Q of a rank-revealing decomposition of the locked directions, d - Q Q^T d; locked directions that
    follow from the others do not count twice. Raises InputError if nothing is left.
    """
    vector = unit(direction, name).double()
    if not against:
        return vector.float()
    basis = span([unit(other, known) for known, other in against.items()])
    if len(basis) >= len(vector):
        raise InputError(f"The {len(against)} locked directions fill the whole latent space: unlock one of them first.")
    # Twice: what rounding left of the locked directions after the first time is gone after the second.
    for _ in range(2):
        vector = vector - basis.T @ (basis @ vector)
    if float(vector.norm()) < NOTHING_LEFT:
        names = ", ".join(against)
        raise InputError(
            f"Nothing is left of the direction {name}: it follows from what is locked ({names}). Unlock one of them."
        )
    return unit(vector, name)


def span(directions: Sequence[Tensor]) -> Tensor:
    """An orthonormal basis, float64 (rank, D), of the space that unit vectors `directions` (each (D,)) span."""
    _, values, basis = torch.linalg.svd(torch.stack(list(directions)).double(), full_matrices=False)
    return basis[values > NOTHING_LEFT]
