"""Unit vectors, signs, and directions locked against each other."""

import pytest
import torch

from gan_core.errors import InputError
from gan_core.latents.directions.vectors import locked, unit, with_settled_signs


def draw(seed: int, dim: int = 20) -> torch.Tensor:
    return torch.randn(dim, generator=torch.Generator().manual_seed(seed))


def test_what_is_left_is_orthogonal_to_everything_locked_and_is_the_nearest_such() -> None:
    against = {f"d{seed}": draw(seed) for seed in range(6)}
    direction = draw(9)
    left = locked(direction, against)
    assert abs(float(left.norm()) - 1) < 1e-6
    for other in against.values():
        assert abs(float(left @ unit(other, "x"))) < 1e-6
    # d minus what is left lies in the span of the locked ones: nothing else was taken away.
    removed = direction - (direction @ left) * left
    matrix = torch.stack(list(against.values())).T
    assert torch.allclose(matrix @ torch.linalg.lstsq(matrix, removed[:, None]).solution, removed[:, None], atol=1e-4)


def test_locked_ones_that_follow_from_others_do_not_count_twice() -> None:
    one, two = draw(1), draw(2)
    against = {"one": one, "two": two, "both": one + two, "again": one * (1 + 1e-6)}
    assert torch.allclose(locked(draw(3), against), locked(draw(3), {"one": one, "two": two}), atol=1e-5)


def test_nothing_left_is_said() -> None:
    one, two = draw(1), draw(2)
    with pytest.raises(InputError, match=r"Nothing is left of the direction mix.*one, two"):
        locked(one - 2 * two, {"one": one, "two": two}, "mix")
    with pytest.raises(InputError, match="fill the whole latent space"):
        locked(draw(1, 3), {str(seed): draw(seed, 3) for seed in range(2, 5)})


def test_without_locks_it_is_the_unit_vector() -> None:
    assert torch.allclose(locked(torch.tensor([3.0, 4.0]), {}), torch.tensor([0.6, 0.8]))


def test_signs_are_settled() -> None:
    assert with_settled_signs(torch.tensor([[0.5, -3], [2, -1], [0, 0]])).tolist() == [[-0.5, 3], [2, -1], [0, 0]]


def test_a_direction_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="points nowhere"):
        unit(torch.zeros(3), "flat")
    with pytest.raises(InputError, match="not a finite number"):
        unit(torch.tensor([1.0, float("inf")]), "far")
