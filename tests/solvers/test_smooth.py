"""The layers that solvers differentiate more than twice compute what torch's own compute."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from gan_core.solvers.smooth import Smooth

LAYERS = {
    "strided, one column unused": lambda: nn.Conv2d(2, 3, 4, stride=2, padding=1),
    "strided, two rows unused": lambda: nn.Conv2d(2, 3, (3, 2), stride=(4, 3), padding=(1, 0), dilation=(1, 2)),
    "fitting": lambda: nn.Conv2d(2, 3, 3, padding=1),
    "transposed": lambda: nn.ConvTranspose2d(2, 3, 4, stride=2, padding=1),
    "transposed, output padding": lambda: nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1),
    "transposed, output padding beyond": lambda: nn.ConvTranspose2d(2, 3, 3, stride=2, output_padding=(0, 1)),
    "batch norm": lambda: nn.BatchNorm2d(2),
    "batch norm, evaluating": lambda: nn.BatchNorm2d(2).eval(),
    "instance norm": lambda: nn.InstanceNorm2d(2, affine=True),
    "group norm": lambda: nn.GroupNorm(1, 2),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_same_numbers_slopes_and_statistics(name: str) -> None:
    torch.manual_seed(0)
    plain = LAYERS[name]().double()
    smooth = LAYERS[name]().double()
    smooth.load_state_dict(plain.state_dict())
    inputs = torch.randn(3, 2, 7, 8, dtype=torch.float64, requires_grad=True)
    expected = plain(inputs)
    with Smooth():
        found = smooth(inputs)
    assert torch.allclose(found, expected, rtol=1e-12, atol=1e-13)
    weights = torch.randn_like(expected)
    slopes = [
        torch.autograd.grad((output * weights).sum(), [inputs, *layer.parameters()])
        for output, layer in ((found, smooth), (expected, plain))
    ]
    assert all(torch.allclose(one, other, rtol=1e-11, atol=1e-12) for one, other in zip(*slopes, strict=True))
    for one, other in zip(smooth.buffers(), plain.buffers(), strict=True):
        assert torch.allclose(one, other, rtol=1e-13)


@pytest.mark.parametrize("name", LAYERS)
def test_four_derivatives_one_after_the_other(name: str) -> None:
    layer = LAYERS[name]().double()
    inputs = torch.randn(2, 2, 7, 8, dtype=torch.float64, requires_grad=True)
    with Smooth():
        value: Tensor = (layer(inputs).sin() ** 2).sum()
    for _ in range(4):
        slopes = torch.autograd.grad(value, [inputs, *layer.parameters()], create_graph=True)
        value = torch.stack([slope.square().sum() for slope in slopes]).sum()
    assert value.isfinite()
