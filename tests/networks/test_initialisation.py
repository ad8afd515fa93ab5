"""First weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.networks.initialisation import initialise


def test_radfords_numbers() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(32, 32, 4), nn.BatchNorm2d(2000), nn.ConvTranspose2d(32, 32, 4, bias=False))
    initialise(network)
    convolution, norm, transposed = network
    for weight in (convolution.weight, transposed.weight):
        assert weight.mean().item() == pytest.approx(0, abs=1e-3)
        assert weight.std().item() == pytest.approx(0.02, rel=0.05)
    assert norm.weight.mean().item() == pytest.approx(1, abs=2e-3)
    assert norm.weight.std().item() == pytest.approx(0.02, rel=0.1)
    assert not convolution.bias.any()
    assert not norm.bias.any()
