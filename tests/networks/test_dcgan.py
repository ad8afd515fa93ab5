"""DCGAN's players."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from gan_core.errors import InputError
from gan_core.networks import discriminators, generators
from tests.networks.counting import on_paper, parameters, shapes


def test_64_pixels_are_pytorchs_example() -> None:
    generator = shapes(on_paper("generator", "dcgan", latent_dim=100, size=64, channels=3, width=64))
    discriminator = shapes(on_paper("discriminator", "dcgan", size=64, channels=3, width=64))
    assert {key: shape for key, shape in generator.items() if len(shape) == 4} == {
        "main.0.weight": (100, 512, 4, 4),
        "main.3.weight": (512, 256, 4, 4),
        "main.6.weight": (256, 128, 4, 4),
        "main.9.weight": (128, 64, 4, 4),
        "main.12.weight": (64, 3, 4, 4),
    }
    assert {key: shape for key, shape in discriminator.items() if len(shape) == 4} == {
        "main.0.weight": (64, 3, 4, 4),
        "main.2.weight": (128, 64, 4, 4),
        "main.5.weight": (256, 128, 4, 4),
        "main.8.weight": (512, 256, 4, 4),
        "main.11.weight": (1, 512, 4, 4),
    }
    assert parameters(on_paper("generator", "dcgan")) == 3_576_704
    assert parameters(on_paper("discriminator", "dcgan")) == 2_765_568


@pytest.mark.parametrize("size", [28, 32, 64, 128])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("norm", ["batch", "none"])
def test_shapes_and_range(size: int, channels: int, norm: str, device: torch.device) -> None:
    generator = generators.build("dcgan", latent_dim=5, size=size, channels=channels, width=4).to(device)
    discriminator = discriminators.build("dcgan", size=size, channels=channels, width=4, norm=norm).to(device)
    pictures = generator(torch.randn(3, generator.latent_dim, device=device))
    assert pictures.shape == (3, *generator.image_shape) == (3, channels, size, size)
    assert pictures.abs().max() <= 1
    assert discriminator(pictures).shape == (3,)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_the_first_layer_is_a_transposed_convolution(layout: torch.memory_format) -> None:
    torch.manual_seed(0)
    first = generators.build("dcgan", latent_dim=6, size=32, width=4).to(memory_format=layout).main[0]
    latents = torch.randn(3, 6, 1, 1)
    maps = first(latents)
    torch.testing.assert_close(maps, F.conv_transpose2d(latents, first.weight))
    assert maps.is_contiguous(memory_format=layout)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("norm", ["batch", "none"])
def test_the_last_layer_is_a_convolution(layout: torch.memory_format, norm: str) -> None:
    torch.manual_seed(0)
    last = discriminators.build("dcgan", size=28, width=4, norm=norm).to(memory_format=layout).main[-1]
    maps = torch.randn(3, 8, 7, 7).to(memory_format=layout)
    torch.testing.assert_close(last(maps), F.conv2d(maps, last.weight, last.bias))


def test_norm_none_judges_each_picture_alone() -> None:
    torch.manual_seed(0)
    network = discriminators.build("dcgan", size=28, width=4, norm="none")
    pictures = torch.randn(4, 3, 28, 28)
    torch.testing.assert_close(network(pictures)[:1], network(pictures[:1]))


def test_other_sizes_and_options_are_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="28, 32, 64 or 128 pixels, not 48"):
        generators.build("dcgan", size=48)
    with pytest.raises(InputError, match="not \\[32\\]"):
        discriminators.build("dcgan", size=[32])
    with pytest.raises(InputError, match="norm is batch or none, not 'instance'"):
        discriminators.build("dcgan", norm="instance")
    with pytest.raises(InputError, match="width is a whole number"):
        generators.build("dcgan", width=2.5)
