"""What every network has in common: building, describing, arithmetic, derivatives."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import torch
from torch import nn

from gan_core.errors import InputError
from gan_core.networks import build_discriminator, build_generator, build_translator, describe, rebuild
from gan_core.networks.registries import discriminators, generators, translators
from gan_core.recipes import Part, Recipe

KINDS = {"generator": generators, "discriminator": discriminators, "translator": translators}
SMALL: list[tuple[str, dict[str, Any]]] = [
    ("generator", {"name": "dcgan", "latent_dim": 4, "size": 32, "width": 4}),
    ("generator", {"name": "dcgan", "latent_dim": 4, "size": 32, "width": 4, "classes": 3}),
    ("generator", {"name": "residual", "latent_dim": 4, "size": 32, "width": 4}),
    (
        "generator",
        {"name": "dcgan", "latent_dim": 4, "size": 64, "width": 4, "attention": 16, "skip_excitation": True},
    ),
    (
        "generator",
        {"name": "residual", "latent_dim": 4, "size": 32, "width": 4, "attention": 8, "skip_excitation": True},
    ),
    ("generator", {"name": "article-000", "latent_dim": 4, "width": 2}),
    ("generator", {"name": "article-003", "latent_dim": 4, "channels": 3, "width": 2}),
    ("generator", {"name": "mlp784", "latent_dim": 4, "hidden": 8}),
    ("generator", {"name": "mlp", "latent_dim": 4, "hidden": 8}),
    ("discriminator", {"name": "dcgan", "size": 32, "width": 4}),
    ("discriminator", {"name": "dcgan", "size": 32, "width": 4, "norm": "none"}),
    ("discriminator", {"name": "residual", "size": 32, "width": 4}),
    ("discriminator", {"name": "dcgan", "size": 32, "width": 4, "norm": "none", "attention": 16}),
    ("discriminator", {"name": "residual", "size": 32, "width": 4, "attention": 8}),
    ("discriminator", {"name": "article-000", "width": 2}),
    ("discriminator", {"name": "article-003", "width": 2}),
    ("discriminator", {"name": "mlp784", "hidden": 8}),
    ("discriminator", {"name": "mlp", "hidden": 8}),
    ("discriminator", {"name": "patch", "size": 32, "width": 4}),
    ("discriminator", {"name": "patch", "size": 32, "width": 4, "norm": "batch"}),
    ("discriminator", {"name": "pixel", "width": 4}),
    ("translator", {"name": "resnet", "width": 4, "blocks": 1}),
    ("translator", {"name": "resnet", "width": 4, "blocks": 1, "norm": "batch", "dropout": True}),
    ("translator", {"name": "resnet", "width": 4, "blocks": 1, "out_channels": 1, "upsampling": "resize"}),
    ("translator", {"name": "resnet", "width": 4, "blocks": 1, "upsampling": "blur", "downsampling": "blur"}),
    ("translator", {"name": "resnet", "width": 4, "blocks": 1, "norm": "instance-affine", "padding": "zero"}),
    ("translator", {"name": "resnet", "width": 4, "blocks": 1, "norm": "none", "bias": True}),
    ("translator", {"name": "unet", "width": 4, "downs": 3}),
    ("translator", {"name": "unet", "width": 4, "downs": 3, "norm": "batch", "bias": True}),
    ("translator", {"name": "unet", "width": 4, "downs": 3, "out_channels": 1}),
    ("translator", {"name": "resnet", "width": 4, "blocks": 1, "upsampling": "resize-zero"}),
    ("translator", {"name": "light-unet", "width": 4, "levels": 3}),
    ("translator", {"name": "light-unet", "width": 4, "levels": 3, "out_channels": 1}),
    ("translator", {"name": "unet-pytorch-gan", "features": [4, 6, 8]}),
    (
        "translator",
        {"name": "unet-pytorch-gan", "features": [4, 6, 8], "last": "transposed", "bias": True, "out_channels": 1},
    ),
]
IDS = ["-".join([kind, *map(str, network.values())]) for kind, network in SMALL]
every_network = pytest.mark.parametrize(("kind", "network"), SMALL, ids=IDS)


def seeded(kind: str, network: dict[str, Any], seed: int = 0) -> nn.Module:
    torch.manual_seed(seed)
    return rebuild(kind, network)


def an_input(kind: str, network: dict[str, Any], count: int = 2) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    shape = {"mlp784": (1, 28, 28), "mlp": (2,), "article-000": (3, 64, 64), "article-003": (1, 28, 28)}.get(
        network["name"], (3, 32, 32)
    )
    return torch.randn(count, *((4,) if kind == "generator" else shape), generator=generator)


def test_all_names_are_covered() -> None:
    assert {(kind, name) for kind, registry in KINDS.items() for name in registry} == {
        (kind, network["name"]) for kind, network in SMALL
    }


@every_network
def test_described_and_rebuilt(kind: str, network: dict[str, Any]) -> None:
    module = seeded(kind, network)
    description = json.loads(json.dumps(describe(module)))
    assert network.items() <= description.items()
    again = rebuild(kind, description)
    again.load_state_dict(module.state_dict())
    assert describe(again) == description == describe(copy.deepcopy(module))
    module.eval()
    again.eval()
    data = an_input(kind, network)
    assert torch.equal(again(data), module(data))


@every_network
def test_loads_into_a_network_without_weights(kind: str, network: dict[str, Any]) -> None:
    module = seeded(kind, network)
    with torch.device("meta"):
        empty = rebuild(kind, network)
    empty.load_state_dict(module.state_dict(), assign=True)
    assert not any(value.is_meta for value in empty.state_dict().values())


@every_network
def test_a_seed_fixes_the_weights(kind: str, network: dict[str, Any]) -> None:
    first, second, other = (seeded(kind, network, seed) for seed in (3, 3, 4))
    same = [torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True)]
    different = [torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True)]
    assert all(same)
    assert not all(different)


@every_network
def test_functional_call_with_other_weights(kind: str, network: dict[str, Any]) -> None:
    module, other = seeded(kind, network).eval(), seeded(kind, network, 1).eval()
    data = an_input(kind, network)
    found = torch.func.functional_call(module, other.state_dict(), (data,))
    assert torch.equal(found, other(data))


@every_network
def test_bfloat16_and_channels_last(kind: str, network: dict[str, Any], device: torch.device) -> None:
    module, data = seeded(kind, network).to(device).eval(), an_input(kind, network).to(device)
    expected = module(data).detach()
    module.to(memory_format=torch.channels_last)
    if data.dim() == 4:
        data = data.to(memory_format=torch.channels_last)
    torch.testing.assert_close(module(data), expected, atol=1e-4, rtol=1e-4)
    with torch.autocast(device.type, torch.bfloat16):
        found = module(data)
    torch.testing.assert_close(found.float(), expected, atol=0.1, rtol=0.05)
    found.float().square().sum().backward()
    assert all(parameter.grad is not None for parameter in module.parameters())


@pytest.mark.parametrize("autocast", [False, True])
@pytest.mark.parametrize("network", [network for kind, network in SMALL if kind == "discriminator"])
def test_discriminators_have_second_derivatives(network: dict[str, Any], autocast: bool, device: torch.device) -> None:
    module = seeded("discriminator", network).to(device)
    data = an_input("discriminator", network).to(device).requires_grad_(True)
    with torch.autocast(device.type, torch.bfloat16, enabled=autocast):
        logits = module(data)
    (slope,) = torch.autograd.grad(logits.float().sum(), data, create_graph=True)
    slope.square().sum().backward()
    gradients = [parameter.grad for parameter in module.parameters() if parameter.dim() > 1]
    assert all(gradient is not None and gradient.isfinite().all() for gradient in gradients)


def test_a_cycle_recipe_builds(tiny_cycle: Recipe) -> None:
    pictures = torch.randn(1, 3, 16, 16)
    assert build_translator(tiny_cycle, 3)(pictures).shape == pictures.shape
    assert build_discriminator(tiny_cycle, 3)(pictures).shape[:2] == (1, 1)


def test_a_recipe_chooses_the_upsampling_but_not_the_channels(tiny_cycle: Recipe) -> None:
    resize = tiny_cycle.with_settings({"generator.upsampling": "resize"})
    assert describe(build_translator(resize, 3))["upsampling"] == "resize"
    with pytest.raises(InputError, match="out_channels is not an option"):
        build_translator(tiny_cycle.with_settings({"generator.out_channels": "1"}), 3)


def test_a_size_that_does_not_fit_is_refused(tiny_cycle: Recipe) -> None:
    unet = tiny_cycle.replace(generator=Part("unet", {"width": 2, "downs": 5}))
    with pytest.raises(InputError, match="multiples of 32 pixels, and the recipe's size is 16"):
        build_translator(unet, 3)


def test_wrong_names_and_options_are_refused(tiny_recipe: Recipe) -> None:
    with pytest.raises(InputError, match="Did you mean 'dcgan'"):
        build_generator(tiny_recipe.replace(generator=Part("dcgann")), 1)
    with pytest.raises(InputError, match="wdth"):
        build_generator(tiny_recipe.replace(generator=Part("dcgan", {"wdth": 3})), 1)
    with pytest.raises(InputError, match="size is not an option"):
        build_discriminator(tiny_recipe.replace(discriminator=Part("dcgan", {"size": 64})), 1)
    with pytest.raises(InputError, match="set conditional=true"):
        build_generator(tiny_recipe.replace(generator=Part("dcgan", {"classes": 3})), 1)
    with pytest.raises(InputError, match="'patch' takes no classes"):
        build_discriminator(tiny_recipe.replace(discriminator=Part("patch", {"width": 2})), 1, classes=3)
    with pytest.raises(InputError, match="no translator network named 'dcgan'"):
        build_translator(tiny_recipe, 1)


def test_rebuild_refuses_what_is_no_description() -> None:
    with pytest.raises(InputError, match="no kind 'classifier'"):
        rebuild("classifier", {"name": "dcgan"})
    with pytest.raises(InputError, match="needs a name"):
        rebuild("generator", {"width": 3})
    with pytest.raises(TypeError, match="Linear"):
        describe(nn.Linear(1, 1))
