"""The linear model that generators are set beside."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.metrics.evaluator import CLASSES, PATCHES, Evaluator
from gan_core.metrics.linear import linear_samples
from tests.metrics.conftest import bar_pictures


def test_it_has_the_mean_and_the_variances_of_the_pictures() -> None:
    """A cloud along one direction: mean and deviation within 5 %, nothing across it."""
    draws = torch.Generator().manual_seed(0)
    along = torch.randn(3_000, 1, generator=draws) * 20
    direction = torch.zeros(1, 3 * 8 * 8)
    direction[0, :4] = 1.0
    pictures = (120 + along * direction).round().byte().reshape(-1, 3, 8, 8)
    drawn = linear_samples(pictures, 4_000, components=8).float().flatten(1)
    assert drawn[:, :4].std(0).tolist() == pytest.approx([20] * 4, rel=0.05)
    assert drawn.mean().item() == pytest.approx(120, abs=0.5)
    assert drawn[:, 4:].std(0).max() < 0.6
    assert torch.corrcoef(drawn[:, :4].T).min() > 0.99


def test_it_draws_the_same_for_one_seed_and_leaves_the_global_state_alone() -> None:
    pictures = bar_pictures(60, 0)[0]
    state = torch.get_rng_state()
    assert torch.equal(linear_samples(pictures, 5, 3), linear_samples(pictures, 5, 3))
    assert not torch.equal(linear_samples(pictures, 5, 3), linear_samples(pictures, 5, 4))
    assert torch.equal(torch.get_rng_state(), state)
    assert linear_samples(pictures[:2], 7).shape == (7, 1, 16, 16)


def test_a_good_generator_beats_it_and_noise_does_not(bars: DataSet) -> None:
    evaluator = Evaluator(bars, count=300, draws=2)

    def noise(count: int, seed: int) -> Tensor:
        draws = torch.Generator().manual_seed(seed)
        return torch.randint(0, 256, (count, 1, 16, 16), dtype=torch.uint8, generator=draws)

    good = {each.name: each for each in evaluator.measure(lambda count, seed: bar_pictures(count, 100 + seed)[0])}
    bad = {each.name: each for each in evaluator.measure(noise)}
    network = evaluator.main.removeprefix("frechet-")
    for name in (evaluator.main, PATCHES, f"kid-{network}"):
        assert good[name].no_better_than is None
        assert bad[name].no_better_than == "a linear model"
        assert good[name].baselines["a linear model"] > good[name].value + 5 * (good[name].spread or 0)
    assert good[CLASSES].no_better_than is None  # a number that describes; 3 of 3 is no merit
