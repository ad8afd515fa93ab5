"""First weights."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import nn

from gan_core.errors import InputError
from gan_core.networks import build_discriminator, build_generator
from gan_core.networks.initialisation import initialise
from gan_core.recipes import Part, Recipe


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


def test_a_recipe_chooses_the_deviation(tiny_recipe: Recipe) -> None:
    """Article 003: mean 0, variance 0.01."""
    torch.manual_seed(0)
    recipe = tiny_recipe.replace(
        size=28,
        generator=Part("article-003", {"width": 16}),
        discriminator=Part("mlp784"),
        initialisation=Part("normal", {"deviation": 0.1}),
    )
    for network in (build_generator(recipe, 1), build_discriminator(recipe, 1)):
        for module in network.modules():
            if isinstance(module, (nn.Linear, nn.ConvTranspose2d)) and module.weight.numel() > 1000:
                assert module.weight.std().item() == pytest.approx(0.1, rel=0.1)
            if isinstance(module, (nn.Linear, nn.ConvTranspose2d)) and module.bias is not None:
                assert not module.bias.any()


def test_a_deviation_of_nothing_is_refused(tiny_recipe: Recipe) -> None:
    with pytest.raises(InputError, match="above 0 and at most 10, not 0"):
        build_generator(tiny_recipe.replace(initialisation=Part("normal", {"deviation": 0})), 1)
    with pytest.raises(InputError, match="no initialisation named 'gaussian'"):
        build_generator(tiny_recipe.replace(initialisation=Part("gaussian")), 1)


def test_nothing_is_drawn_for_weights_that_come_from_a_file() -> None:
    """torch would import sympy for it: seconds before the first model of a process is loaded."""
    program = (
        "import sys, torch; from gan_core.networks import rebuild\n"
        "with torch.device('meta'):\n"
        "    for kind, name in (('translator', 'resnet'), ('generator', 'dcgan'), ('generator', 'residual')):\n"
        "        rebuild(kind, {'name': name})\n"
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
