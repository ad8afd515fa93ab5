from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from torch_fidelity.metric_kid import mmd2
from torch_fidelity.metric_prc import calculate_precision_recall_full
from torchmetrics.image.kid import poly_mmd

from gan_core.errors import InputError
from gan_core.metrics.features import (
    FEATURE_METRICS,
    FEWEST,
    coverage,
    density,
    kernel_distance,
    measure_features,
    precision,
    read_features,
    recall,
)


def clouds(generated: int = 200, real: int = 200, shift: float = 0.4, seed: int = 0) -> tuple[Tensor, Tensor]:
    draws = torch.Generator().manual_seed(seed)
    one, other = (torch.randn(count, 8, generator=draws, dtype=torch.float64) for count in (generated, real))
    return one + shift, other


def test_the_kernel_distance_agrees_with_torchmetrics_and_torch_fidelity() -> None:
    generated, real = clouds()
    value = kernel_distance(generated, real)
    assert value == pytest.approx(float(poly_mmd(real, generated)), abs=1e-9)

    def kernel(one: Tensor, other: Tensor) -> np.ndarray:
        return ((one @ other.T / 8 + 1) ** 3).numpy()

    theirs = mmd2(kernel(generated, generated), kernel(generated, real), kernel(real, real))
    assert value == pytest.approx(float(theirs), abs=1e-9)


def test_precision_and_recall_agree_with_torch_fidelity() -> None:
    generated, real = clouds(150, 230)
    theirs = calculate_precision_recall_full(generated, real, neighborhood=3)
    assert (precision(generated, real), recall(generated, real)) == pytest.approx(theirs, abs=1e-6)


def test_density_and_coverage_by_their_definition() -> None:
    generated, real = clouds(40, 50)
    inside = np.zeros((40, 50), dtype=bool)
    for j in range(50):
        radius = sorted(float((real[j] - other).norm()) for other in real)[5]
        for i in range(40):
            inside[i, j] = float((generated[i] - real[j]).norm()) <= radius
    assert density(generated, real) == pytest.approx(inside.sum() / (5 * 40))
    assert coverage(generated, real) == pytest.approx(inside.any(0).mean())


def test_the_kernel_distance_is_unbiased_and_the_others_are_at_their_ideal() -> None:
    """40 seeds of two equal distributions: the mean of each metric, within four standard errors or a stated margin."""
    found = {name: [] for name in FEATURE_METRICS}
    for seed in range(40):
        for name, metric in FEATURE_METRICS.items():
            found[name].append(metric(*clouds(100, 100, 0, seed)))
    kid = np.array(found["kid"])
    assert abs(kid.mean()) < 4 * kid.std() / np.sqrt(40)
    assert np.mean(found["density"]) == pytest.approx(1, abs=0.05)
    # A point of a second sample is nearer than the 5th neighbour of n others with probability 1 - 2^-5 about.
    assert np.mean(found["coverage"]) == pytest.approx(1 - 2**-5, abs=0.01)


def test_copies_are_precise_and_cover_little() -> None:
    _, real = clouds()
    copies = real[:3].repeat(20, 1)
    assert precision(copies, real) == 1
    assert coverage(copies, real) < 0.2
    assert recall(copies, real) < 0.1


def test_every_value_has_its_spread_its_number_and_what_real_halves_give() -> None:
    generated, real = clouds(120, 160, shift=1)
    for each in measure_features(generated, real):
        assert (each.samples, each.reference) == (120, 160)
        assert each.spread is not None
        assert each.to_json()["reference_samples"] == 80
        assert each.value != each.level.value
    far, near = ({each.name: each for each in measure_features(*clouds(120, 160, shift=shift))} for shift in (3.0, 0.0))
    for name in ("frechet", "kid"):
        assert far[name].value - near[name].value > 5 * (near[name].spread or 0)
    for name in ("precision", "recall", "density", "coverage"):
        assert near[name].value - far[name].value > 5 * (near[name].spread or 0)


def test_the_spread_is_that_of_new_samples() -> None:
    """The spread of halves, within a factor of 1.6 of the deviation over 60 new samples of the whole size."""
    _, real = clouds(seed=99)
    values = [kernel_distance(clouds(seed=seed)[0], real) for seed in range(60)]
    found = [measure_features(clouds(seed=seed)[0], real, ["kid"])[0].spread or 0 for seed in range(12)]
    assert 1 / 1.6 < np.mean(found) / np.std(values) < 1.6


@pytest.mark.parametrize(
    "wrong",
    [
        lambda one, other: (one[:3], other),
        lambda one, other: (one, other[: FEWEST - 1]),
        lambda one, other: (one[:, :4], other),
        lambda one, other: (one.index_fill(0, torch.tensor([2]), float("nan")), other),
        lambda one, other: (one.flatten(), other),
    ],
)
def test_clouds_that_cannot_be_compared_get_a_sentence(wrong) -> None:
    with pytest.raises(InputError, match=r"[Ff]eatures"):
        measure_features(*wrong(*clouds(40, 40)))


def test_features_of_a_file(tmp_path: Path) -> None:
    generated, real = clouds(30, 40)
    np.savez(tmp_path / "good.npz", real=real.numpy().astype(np.float32), fake=generated.numpy())
    fake, true = read_features(tmp_path / "good.npz")
    assert torch.equal(fake, generated)
    assert true.shape == real.shape
    np.savez(tmp_path / "half.npz", real=real.numpy())
    np.savez(tmp_path / "words.npz", real=real.numpy(), fake=np.array([["a", "b"]]))
    np.savez(tmp_path / "objects.npz", real=real.numpy(), fake=np.array([[{}]], dtype=object))
    np.save(tmp_path / "one.npy", real.numpy())
    (tmp_path / "text.npz").write_text("no archive")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "good.npz").read_bytes()[:500])
    for name in ("half.npz", "words.npz", "objects.npz", "one.npy", "text.npz", "cut.npz", "none.npz"):
        with pytest.raises(InputError):
            read_features(tmp_path / name)
