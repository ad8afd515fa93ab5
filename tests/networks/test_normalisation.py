"""Our InstanceNorm against torch's."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.errors import InputError
from gan_core.networks.normalisation import InstanceNorm, needs_bias, normalisation

LAYOUTS = [torch.contiguous_format, torch.channels_last]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("count", [1, 3])
def test_equal_to_torchs(layout: torch.memory_format, count: int, device: torch.device) -> None:
    torch.manual_seed(0)
    theirs = (2 * torch.randn(count, 5, 12, 8) + 1).to(device).requires_grad_(True)
    ours = theirs.detach().to(memory_format=layout).requires_grad_(True)
    weights = torch.randn(count, 5, 12, 8).to(device)
    expected, found = nn.InstanceNorm2d(5)(theirs), InstanceNorm(5)(ours)
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    (expected * weights).sum().backward()
    (found * weights).sum().backward()
    torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-5, rtol=0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_scale_and_shift_of_each_channel(layout: torch.memory_format, device: torch.device) -> None:
    torch.manual_seed(0)
    maps = torch.randn(2, 3, 6, 4).to(device).to(memory_format=layout)
    ours, theirs = normalisation("instance-affine", 3).to(device), nn.InstanceNorm2d(3, affine=True).to(device)
    scale_and_shift = {"weight": torch.randn(3), "bias": torch.randn(3)}
    ours.load_state_dict(scale_and_shift)
    theirs.load_state_dict(scale_and_shift)
    torch.testing.assert_close(ours(maps), theirs(maps), atol=1e-5, rtol=0)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_layout_and_type_stay(layout: torch.memory_format, dtype: torch.dtype) -> None:
    maps = torch.randn(2, 4, 6, 6, dtype=dtype).to(memory_format=layout)
    found = InstanceNorm(4)(maps)
    assert found.is_contiguous(memory_format=layout)
    assert found.dtype == dtype


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bfloat16_is_as_good_as_its_rounding(layout: torch.memory_format) -> None:
    torch.manual_seed(0)
    maps = (torch.randn(1, 4, 128, 128) + 2).bfloat16().to(memory_format=layout)
    expected = nn.InstanceNorm2d(4)(maps.float())
    torch.testing.assert_close(InstanceNorm(4)(maps).float(), expected, atol=0.04, rtol=0)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_flat_maps_become_nothing(layout: torch.memory_format) -> None:
    flat = torch.full((1, 4, 16, 16), 0.3).to(memory_format=layout)
    assert InstanceNorm(4)(flat).abs().max() < 0.01


def test_it_has_no_keys_and_no_memory() -> None:
    norm = InstanceNorm(4)
    assert not norm.state_dict()
    maps = torch.randn(2, 4, 6, 6)
    assert torch.equal(norm.train()(maps), norm.eval()(maps))


def test_second_derivatives() -> None:
    torch.manual_seed(0)
    for layout in LAYOUTS:
        maps = torch.randn(2, 2, 3, 3, dtype=torch.float64).to(memory_format=layout).requires_grad_(True)
        assert torch.autograd.gradgradcheck(InstanceNorm(2), maps)


def independent(maps: torch.Tensor, norm: nn.Module, eps: float = 1e-5) -> torch.Tensor:
    """Instance normalisation as the paper prints it (Ulyanov et al. 2016, eq. 3)."""
    mean = maps.mean((2, 3), keepdim=True)
    variance = (maps - mean).square().mean((2, 3), keepdim=True)
    flat = (maps - mean) / (variance + eps).sqrt()
    scale, shift = dict(norm.named_parameters()).values() if norm.affine else (torch.ones(1), torch.zeros(1))
    return flat * scale[:, None, None] + shift[:, None, None]


LAYOUTS_OF_GRADIENTS = [(0, 1, 2, 3), (0, 2, 3, 1), (3, 2, 1, 0), (1, 0, 3, 2)]


@pytest.mark.parametrize("affine", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("order", LAYOUTS_OF_GRADIENTS, ids=str)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_gradients_are_right_whatever_the_layout_of_what_comes_back(
    count: int, order: tuple[int, ...], layout: torch.memory_format, affine: bool, device: torch.device
) -> None:
    """On CUDA `F.instance_norm` is wrong here at N = 1."""
    torch.manual_seed(0)
    if device.type == "mps":
        pytest.skip("Apple's GPUs have no float64")
    shape = (count, 4, 6, 5)
    norm = InstanceNorm(4, affine=affine).to(device, torch.float64)
    for parameter in norm.parameters():
        nn.init.normal_(parameter)
    maps = torch.randn(shape, dtype=torch.float64).to(device).to(memory_format=layout).requires_grad_(True)
    back = torch.randn([shape[axis] for axis in order], dtype=torch.float64).to(device)
    back = back.permute(*[order.index(axis) for axis in range(4)])
    assert back.shape == shape
    inputs = [maps, *norm.parameters()]
    output, expected = norm(maps), independent(maps, norm)
    torch.testing.assert_close(output, expected, atol=1e-12, rtol=0)
    found = torch.autograd.grad(output, inputs, back)
    for mine, right in zip(found, torch.autograd.grad(expected, inputs, back), strict=True):
        torch.testing.assert_close(mine, right, atol=1e-11, rtol=0)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_gradcheck_behind_a_permutation(layout: torch.memory_format, count: int) -> None:
    torch.manual_seed(0)
    norm = InstanceNorm(3, affine=True).double()
    maps = torch.randn(count, 3, 4, 3, dtype=torch.float64).to(memory_format=layout).requires_grad_(True)
    assert torch.autograd.gradcheck(lambda each: norm(each).permute(0, 2, 3, 1).contiguous().sin(), maps)


def test_none_changes_nothing() -> None:
    maps = torch.randn(1, 2, 3, 3)
    assert torch.equal(normalisation("none", 2)(maps), maps)
    assert not needs_bias("none")  # as in the original, whose rule asks for instance normalisation


def test_unknown_norm() -> None:
    with pytest.raises(InputError, match="norm is one of 'instance', 'batch', 'none', 'instance-affine', not 'layer'"):
        normalisation("layer", 4)
