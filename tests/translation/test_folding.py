"""Weights that training keeps in parts: folded as torch's own modules compute them in evaluation mode."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations

from gan_core.networks import rebuild
from gan_core.translation.folding import settled
from gan_core.translation.third_party import read_third_party

Wrap = Callable[[nn.Module], nn.Module]


def _quietly(wrap: Wrap) -> Wrap:
    def wrapped(module: nn.Module) -> nn.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # the older forms are what files hold
            return wrap(module)

    return wrapped


FORMS: dict[str, Wrap] = {
    "spectral, old": _quietly(nn.utils.spectral_norm),
    "spectral, new": parametrizations.spectral_norm,
    "weight, old": _quietly(nn.utils.weight_norm),
    "weight, new": parametrizations.weight_norm,
}
NETWORKS = [
    {"name": "resnet", "width": 4, "blocks": 2},
    {"name": "resnet", "width": 4, "blocks": 1, "upsampling": "resize"},
    {"name": "unet", "width": 4, "downs": 5, "norm": "batch"},  # its innermost transposed convolutions are square
    {"name": "unet-pytorch-gan", "features": [4, 8, 8, 8]},
]


def convolutions(network: nn.Module) -> list[nn.Conv2d | nn.ConvTranspose2d]:
    return [module for module in network.modules() if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d))]


@pytest.mark.parametrize("trained", [0, 3])
@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: "-".join(map(str, network.values())))
@pytest.mark.parametrize("form", FORMS)
def test_a_normalised_generator_computes_the_same(
    form: str, network: dict[str, Any], trained: int, tmp_path: Path
) -> None:
    """Fresh as well as after steps in training mode, which move u and v."""
    torch.manual_seed(0)
    theirs = rebuild("translator", network)
    for layer in convolutions(theirs):
        nn.init.normal_(layer.weight, 0, 0.3)
        FORMS[form](layer)
    pictures = torch.rand(2, 3, 32, 32) * 2 - 1
    for _ in range(trained):
        theirs.train()(pictures)
    path = tmp_path / "net.pth"
    torch.save(theirs.state_dict(), path)
    expected = theirs.eval()(pictures)
    assert expected.std() > 0.1
    found = read_third_party(path)
    torch.testing.assert_close(
        found.networks["AtoB"](pictures), expected, atol=1e-3, rtol=0
    )  # rounding through 10 layers
    for mine, layer in zip(convolutions(found.networks["AtoB"]), convolutions(theirs), strict=True):
        torch.testing.assert_close(mine.weight, layer.weight.detach(), atol=0, rtol=2e-5)
    assert f"folded the {form.partition(',')[0]} normalisation of {len(convolutions(theirs))} layers" in found.sentence


@pytest.mark.parametrize("dim", [0, 1, 2, None])
def test_weight_normalisation_along_any_axis(dim: int | None) -> None:
    torch.manual_seed(0)
    layer = nn.Conv2d(3, 5, 4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        nn.utils.weight_norm(layer, dim=dim)  # pyright: ignore[reportArgumentType]
    with torch.no_grad():
        layer.get_parameter("weight_g").mul_(1.7)
    inputs = torch.randn(1, 3, 6, 6)
    layer(inputs)  # the older form computes its weight before each pass
    folded, changes = settled(layer.state_dict())
    torch.testing.assert_close(folded["weight"], layer.weight.detach())
    assert changes == ["folded the weight normalisation of 1 layer into the weights"]


def test_a_file_of_torch_04_keeps_the_weight_it_computed_with() -> None:
    weights = {"a.weight": torch.ones(2, 2), "a.weight_orig": torch.ones(2, 2) * 3, "a.weight_u": torch.ones(2)}
    folded, _ = settled(weights)
    assert list(folded) == ["a.weight"]
    assert torch.equal(folded["a.weight"], torch.ones(2, 2))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_half_precision_is_folded_in_float32(dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    layer = nn.Conv2d(3, 5, 3)
    parametrizations.spectral_norm(layer)
    state = {key: value.to(dtype) for key, value in layer.state_dict().items()}
    exact, _ = settled({key: value.double() for key, value in state.items()})
    folded, _ = settled(state)
    assert folded["weight"].dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    torch.testing.assert_close(folded["weight"].double(), exact["weight"], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize(
    "weights",
    [
        {"a.weight_orig": torch.ones(2, 3), "a.weight_u": torch.ones(5), "a.weight_v": torch.ones(3)},
        {"a.weight_orig": torch.ones(2, 3), "a.weight_u": torch.ones(2)},
        {"a.weight_orig": torch.ones(2, 3, dtype=torch.int8), "a.weight_u": torch.ones(2), "a.weight_v": torch.ones(3)},
        {"a.weight_g": torch.ones(4, 1), "a.weight_v": torch.ones(2, 3)},
        {"a.weight_g": torch.ones(2, 1, 1), "a.weight_v": torch.ones(2, 3)},
        {"a.parametrizations.weight.original": torch.ones(2, 3), "a.parametrizations.weight.0.base": torch.ones(2)},
    ],
)
def test_parts_that_do_not_fit_are_left_alone(weights: dict[str, torch.Tensor]) -> None:
    folded, changes = settled(weights)
    assert folded.keys() == weights.keys()
    assert not changes


def test_counters_go_and_numbers_of_the_network_stay() -> None:
    weights = {
        "model.1.weight": torch.ones(2, 2),
        "model.1.total_ops": torch.zeros(1, dtype=torch.float64),
        "total_params": torch.zeros(1),
        "n_averaged": torch.tensor(7),
        "block.step.weight": torch.ones(1),
        "decay": torch.ones(3),
    }
    folded, changes = settled(weights)
    assert set(folded) == {"model.1.weight", "block.step.weight", "decay"}
    assert changes == ["removed 3 counters"]
