from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.training.ema import EMA


def constant(value: float) -> nn.Module:
    network = nn.BatchNorm1d(2)
    with torch.no_grad():
        for tensor in (*network.parameters(), network.running_mean):
            assert tensor is not None
            tensor.fill_(value)
    return network


def test_half_of_the_old_is_left_after_a_half_life() -> None:
    average = EMA(constant(1.0), half_life=100)
    for images in (1_000_025, 1_000_050, 1_000_075, 1_000_100):
        average.update(constant(0.0), images, 25)
    torch.testing.assert_close(average.network.get_parameter("weight"), torch.full((2,), 0.5))
    assert average.network.get_buffer("running_mean").tolist() == [0.0, 0.0], "buffers are copied"


def test_a_young_run_is_shown_as_it_is() -> None:
    """After n images the half-life is 5 % of n at most."""
    average = EMA(constant(1.0), half_life=10_000)
    average.update(constant(0.0), images=200, batch_size=10)
    assert average.network.get_parameter("weight")[0].item() == pytest.approx(0.5)


def test_no_half_life_is_no_average() -> None:
    average = EMA(constant(1.0), half_life=0)
    average.update(constant(3.0), images=10**6, batch_size=1)
    assert average.network.get_parameter("bias").tolist() == [3.0, 3.0]
    assert not average.network.training
    assert not any(parameter.requires_grad for parameter in average.network.parameters())
