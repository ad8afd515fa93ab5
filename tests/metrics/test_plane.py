"""Modes and divergences in the plane, against what is known of bells."""

import math

import pytest
import torch

from gan_core.data import points
from gan_core.metrics.plane import SAMPLES, coverage, divergence, histogram


def bell(count: int, x: float, deviation: float, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, 2, generator=generator) * deviation + torch.tensor([x, 0.0])


def test_coverage_of_real_samples_of_one_mode_and_of_nonsense() -> None:
    ring = points.get("ring")
    assert ring.centres is not None
    real = ring.sample(4000, torch.Generator().manual_seed(0))
    covered, good = coverage(real, ring.centres, ring.deviation)
    assert covered == 8
    assert good == pytest.approx(0.989, abs=0.01)
    assert coverage(ring.centres[:1].repeat(100, 1), ring.centres, ring.deviation) == (1, 1.0)
    assert coverage(torch.full((10, 2), math.nan), ring.centres, ring.deviation) == (0, 0.0)


def test_centres_of_one_group_are_one_mode() -> None:
    centres = torch.tensor([[0.0, 0.0], [0.1, 0.0], [2.0, 0.0]])
    groups = torch.tensor([0, 0, 1])
    assert coverage(centres[:2].repeat(50, 1), centres, 0.05, groups) == (1, 1.0)
    assert coverage(centres.repeat(50, 1), centres, 0.05, groups) == (2, 1.0)


def test_what_lies_outside_is_counted_once_and_in_no_other_cell() -> None:
    samples = torch.tensor([[0.5, 0.5], [-0.5, 0.5], [1.5, -0.5], [-9.0, 0.0], [math.nan, 0.0], [0.0, math.inf]])
    counts = histogram(samples, 1.0, cells=2)
    assert counts.tolist() == [0, 0, 1, 1, 4]


@pytest.mark.parametrize(("distance", "kl", "js"), [(0.5, 0.125, 0.03), (1.0, 0.5, 0.108), (2.0, 2.0, 0.334)])
def test_two_bells_have_the_divergence_of_the_formula(distance: float, kl: float, js: float) -> None:
    # KL of N(0, s^2 I) from N(d, s^2 I) is |d|^2 / (2 s^2); JS by numerical integration. Here s = 0.5.
    real, other = bell(400_000, 0.0, 0.5, 0), bell(400_000, distance / 2, 0.5, 1)
    found = divergence(histogram(real, 3.2), histogram(other, 3.2))
    assert found.kl == pytest.approx(kl, rel=0.06, abs=0.01)
    assert found.js == pytest.approx(js, rel=0.06, abs=0.004)


def test_a_perfect_generator_stands_at_the_floor_and_a_collapsed_one_far_above() -> None:
    sample = points.get("ring").sample
    reference = histogram(sample(8 * SAMPLES, torch.Generator().manual_seed(0)), 3.2) / 8
    seeds = [histogram(sample(SAMPLES, torch.Generator().manual_seed(seed)), 3.2) for seed in (1, 2)]
    floor, perfect = (divergence(reference, counts) for counts in seeds)
    assert 0 < perfect.kl < 2 * floor.kl < 0.05
    assert 0 < perfect.js < 2 * floor.js < 0.02
    collapsed = divergence(reference, histogram(bell(SAMPLES, 2.0, 0.05, 0), 3.2))
    assert collapsed.kl > 3
    assert 0.4 < collapsed.js < math.log(2) + 1e-12


def test_samples_that_never_meet_are_log_two_apart() -> None:
    near, far = histogram(bell(1000, -2.0, 0.05, 0), 3.2), histogram(bell(1000, 2.0, 0.05, 0), 3.2)
    assert divergence(near, far).js == pytest.approx(math.log(2))
    assert divergence(near, near).js == pytest.approx(0, abs=1e-12)
    assert divergence(near, near).kl == pytest.approx(0, abs=1e-12)
