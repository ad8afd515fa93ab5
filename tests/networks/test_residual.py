"""The norm-free residual pair."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.errors import InputError
from gan_core.networks import discriminators, generators
from gan_core.networks.residual import Block


@pytest.mark.parametrize("size", [28, 32, 64, 128])
@pytest.mark.parametrize("channels", [1, 3])
def test_shapes_and_range(size: int, channels: int, device: torch.device) -> None:
    generator = generators.build("residual", latent_dim=5, size=size, channels=channels, width=4, blocks=2).to(device)
    discriminator = discriminators.build("residual", size=size, channels=channels, width=4, blocks=2).to(device)
    pictures = generator(torch.randn(3, 5, device=device))
    assert pictures.shape == (3, *generator.image_shape) == (3, channels, size, size)
    assert pictures.abs().max() <= 1
    assert discriminator(pictures).shape == (3,)


def test_nothing_is_normalised_and_every_sample_is_on_its_own() -> None:
    torch.manual_seed(0)
    for network, shape in (
        (generators.build("residual", latent_dim=5, size=32, width=4), (5,)),
        (discriminators.build("residual", size=32, width=4), (3, 32, 32)),
    ):
        assert not any("Norm" in type(module).__name__ for module in network.modules())
        samples = torch.randn(4, *shape)
        torch.testing.assert_close(network(samples)[:1], network(samples[:1]))


@pytest.mark.parametrize("blocks", [1, 4])
def test_signals_keep_their_size_at_the_beginning(blocks: int) -> None:
    """What scaled first weights are for: neither pictures nor scores grow with depth."""
    torch.manual_seed(0)
    pictures = generators.build("residual", latent_dim=64, size=32, width=32, blocks=blocks)(torch.randn(64, 64))
    assert 0.1 < pictures.std() < 0.9
    scores = discriminators.build("residual", size=32, width=32, blocks=blocks)(torch.randn(64, 3, 32, 32))
    assert 0.02 < scores.std() < 3


def test_a_block_begins_near_the_identity() -> None:
    torch.manual_seed(0)
    maps = torch.randn(2, 16, 8, 8)
    assert (Block(16, 3)(maps) - maps).std() < 0.3


def test_spectral_normalisation_finds_no_zero_weights() -> None:
    torch.manual_seed(0)
    network = discriminators.build("residual", size=32, width=4)
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.utils.parametrizations.spectral_norm(module)
    assert network(torch.randn(2, 3, 32, 32)).isfinite().all()


def test_other_sizes_are_refused() -> None:
    with pytest.raises(InputError, match="The residual networks see pictures with sides of 28, 32, 64 or 128 pixels"):
        generators.build("residual", size=48)
    with pytest.raises(InputError, match="blocks is a whole number from 1 to 8"):
        discriminators.build("residual", size=32, blocks=0)
