from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.metrics.frechet import Moments, frechet_distance, moments


def points(count: int, dimension: int, seed: int) -> Tensor:
    return torch.randn(count, dimension, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def gaussian(mean: list[float], covariance: list[list[float]]) -> Moments:
    return Moments(torch.tensor(mean).double(), torch.tensor(covariance).double(), 100)


def test_gaussians_whose_distance_is_known() -> None:
    narrow = gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 4.0]])
    wide = gaussian([3.0, 4.0], [[9.0, 0.0], [0.0, 16.0]])
    # Diagonal: |3, 4|^2 + (3 - 1)^2 + (4 - 2)^2.
    assert frechet_distance(narrow, wide) == pytest.approx(33.0, rel=1e-12)
    assert frechet_distance(wide, narrow) == pytest.approx(33.0, rel=1e-12)
    assert frechet_distance(narrow, narrow) == pytest.approx(0.0, abs=1e-12)


def test_covariances_that_do_not_commute() -> None:
    one = gaussian([0.0, 0.0], [[2.0, 1.0], [1.0, 2.0]])
    other = gaussian([0.0, 0.0], [[4.0, 0.0], [0.0, 1.0]])
    # In two dimensions tr sqrt(AB) = sqrt(tr AB + 2 sqrt(det AB)).
    expected = 4 + 5 - 2 * (10 + 2 * 12**0.5) ** 0.5
    assert frechet_distance(one, other) == pytest.approx(expected, rel=1e-12)


def test_a_line_in_space_has_no_volume_and_still_a_distance() -> None:
    line = gaussian([0.0, 0.0], [[4.0, 0.0], [0.0, 0.0]])
    ball = gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]])
    assert frechet_distance(line, ball) == pytest.approx(1.0 + 1.0, rel=1e-12)


def test_order_does_not_matter_and_rotation_does_not_either() -> None:
    one, other = points(300, 6, 0), points(200, 6, 1) * 2 + 1
    known = frechet_distance(moments(one), moments(other))
    shuffled = one[torch.randperm(300, generator=torch.Generator().manual_seed(2))]
    assert frechet_distance(moments(shuffled), moments(other)) == pytest.approx(known, rel=1e-10)
    turned = torch.linalg.qr(points(6, 6, 3)).Q
    assert frechet_distance(moments(one @ turned), moments(other @ turned)) == pytest.approx(known, rel=1e-9)


def test_moments_are_those_of_the_textbook() -> None:
    cloud = points(50, 3, 0).float()
    found = moments(cloud)
    torch.testing.assert_close(found.mean, cloud.double().mean(0))
    torch.testing.assert_close(found.covariance, torch.cov(cloud.double().T))
    assert found.samples == 50


def test_bias_falls_as_one_over_the_number_of_samples() -> None:
    """Two samples of one Gaussian are not 0 apart: about constant / N, so ten times the samples, a tenth of it."""

    def bias(count: int) -> float:
        distances = [
            frechet_distance(moments(points(count, 8, 2 * seed)), moments(points(count, 8, 2 * seed + 1)))
            for seed in range(12)
        ]
        return sum(distances) / len(distances)

    few, many = bias(200), bias(2000)
    assert few / many == pytest.approx(10, rel=0.3)
    # Of the means alone it is exactly 2 D / N in expectation; the covariances add more.
    assert few > 2 * 8 / 200


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="dimensions"):
        frechet_distance(moments(points(9, 2, 0)), moments(points(9, 3, 0)))
    with pytest.raises(ValueError, match="at least two"):
        moments(points(1, 2, 0))
