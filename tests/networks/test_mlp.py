"""Fully connected players."""

from __future__ import annotations

import pytest
import torch

from gan_core.errors import InputError
from gan_core.networks import discriminators, generators
from tests.networks.counting import parameters


def test_mlp784_has_the_articles_parameters(device: torch.device) -> None:
    generator = generators.build("mlp784", latent_dim=100, size=28, channels=1).to(device)
    discriminator = discriminators.build("mlp784", size=28, channels=1).to(device)
    assert (parameters(generator), parameters(discriminator)) == (130_576, 117_121)
    pictures = generator(torch.randn(3, 100, device=device))
    assert pictures.shape == (3, *generator.image_shape) == (3, 1, 28, 28)
    assert pictures.abs().max() <= 1
    assert discriminator(pictures).shape == (3,)


@pytest.mark.parametrize("kind", [generators, discriminators])
@pytest.mark.parametrize("shape", [{"size": 32, "channels": 1}, {"size": 28, "channels": 3}])
def test_mlp784_refuses_other_pictures(kind, shape: dict) -> None:
    with pytest.raises(InputError, match="size 28, channels 1"):
        kind.build("mlp784", **shape)


def test_points_in_the_plane() -> None:
    generator = generators.build("mlp", latent_dim=2, hidden=16)
    discriminator = discriminators.build("mlp", hidden=16)
    points = generator(torch.randn(5, 2))
    assert points.shape == (5, 2)
    assert generator.image_shape == (2,)
    assert discriminator(points).shape == (5,)


def test_points_are_unbounded_and_layers_count_hidden_ones() -> None:
    torch.manual_seed(0)
    generator = generators.build("mlp", latent_dim=3, features_out=2, hidden=8, layers=3)
    assert generator(1000 * torch.randn(50, 3)).abs().max() > 1
    assert sum(isinstance(module, torch.nn.Linear) for module in generator.modules()) == 4
