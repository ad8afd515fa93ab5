import math

import pytest
import torch

from gan_core.latents.interpolation import lerp, slerp


def latents(count: int, dim: int = 64, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, dim, generator=torch.Generator().manual_seed(seed))


def test_lerp_is_the_straight_way():
    start, end = latents(2)
    torch.testing.assert_close(lerp(start, end, 0.25), 0.75 * start + 0.25 * end)


@pytest.mark.parametrize("way", [slerp, lerp])
def test_ends_are_reached_exactly(way):
    start, end = latents(2)
    assert torch.equal(way(start, end, 0.0), start)
    torch.testing.assert_close(way(start, end, 1.0), end)


def test_slerp_ends_to_the_last_digit():
    start, end = latents(2)
    assert torch.equal(slerp(start, end, 1.0), end)


def test_slerp_keeps_the_norm_of_equally_long_ends():
    start, end = (10 * latent / latent.norm() for latent in latents(2))
    norms = torch.stack([slerp(start, end, t).norm() for t in torch.linspace(0, 1, 21).tolist()])
    torch.testing.assert_close(norms, torch.full((21,), 10.0))


def test_slerp_turns_evenly_and_its_norm_goes_evenly():
    start, end = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 4.0])
    third = slerp(start, end, 1 / 3)
    length, angle = 2 + 2 / 3, math.pi / 6
    torch.testing.assert_close(third, torch.tensor([length * math.cos(angle), length * math.sin(angle)]))


def test_slerp_joins_parallel_latents_straight():
    start = latents(1)[0]
    torch.testing.assert_close(slerp(start, 3 * start, 0.5), 2 * start)
    torch.testing.assert_close(slerp(start, start, 0.3), start)
    nearly = start * (1 + 1e-6 * torch.randn(64, generator=torch.Generator().manual_seed(1)))
    assert torch.isfinite(slerp(start, nearly, 0.5)).all()


def test_slerp_goes_round_between_opposite_latents():
    start = latents(1)[0]
    ways = torch.stack([slerp(start, -start, t) for t in (0.0, 0.25, 0.5, 0.75, 1.0)])
    torch.testing.assert_close(ways.norm(dim=1), start.norm().expand(5))
    assert abs(float(torch.nn.functional.cosine_similarity(ways[2], start, dim=0))) < 1e-5
    assert torch.equal(ways[4], -start)


def test_slerp_with_the_zero_vector_is_straight():
    end = latents(1)[0]
    torch.testing.assert_close(slerp(torch.zeros(64), end, 0.5), end / 2)


def test_batches_and_one_share_each():
    start, end = latents(3), latents(3, seed=1)
    shares = torch.tensor([0.1, 0.5, 0.9])
    together = slerp(start, end, shares)
    for row in range(3):
        torch.testing.assert_close(together[row], slerp(start[row], end[row], float(shares[row])))
    assert slerp(start[0], end, 0.5).shape == (3, 64)
