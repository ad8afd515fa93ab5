"""The articles' own architectures: the printed counts, and what was mended."""

from __future__ import annotations

import pytest
import torch

from gan_core.errors import InputError
from gan_core.networks import discriminators, generators
from tests.networks.counting import on_paper, parameters


def test_article_000_has_the_printed_layers() -> None:
    assert parameters(on_paper("generator", "article-000", bias=False)) == 3_076_800
    biases = 8 * 8 * 256 + 128 + 128 + 64 + 3
    assert parameters(on_paper("generator", "article-000")) == 3_076_800 + biases


def test_article_000_without_biases_is_homogeneous() -> None:
    """Why it is mended: without biases doubling z doubles the logits, and z = 0 is plain grey."""
    torch.manual_seed(0)
    printed = generators.build("article-000", latent_dim=5, width=2, bias=False)
    latents = torch.randn(3, 5)
    torch.testing.assert_close(printed(2 * latents).atanh(), 2 * printed(latents).atanh(), atol=1e-5, rtol=1e-3)
    assert not printed(torch.zeros(1, 5)).any()
    assert generators.build("article-000", latent_dim=5, width=2)(torch.zeros(1, 5)).any()


def test_article_003_has_the_printed_layers() -> None:
    assert parameters(on_paper("generator", "article-003", channels=3)) == 1_938_499
    assert parameters(on_paper("discriminator", "article-003")) == 138_561


@pytest.mark.parametrize(("name", "size"), [("article-000", 64), ("article-003", 28)])
@pytest.mark.parametrize("channels", [1, 3])
def test_shapes_and_range(name: str, size: int, channels: int) -> None:
    generator = generators.build(name, latent_dim=5, size=size, channels=channels, width=2)
    discriminator = discriminators.build(name, size=size, channels=channels, width=2)
    pictures = generator(torch.randn(3, 5))
    assert pictures.shape == (3, *generator.image_shape) == (3, channels, size, size)
    assert pictures.abs().max() <= 1
    assert discriminator(pictures).shape == (3,)


def test_article_003_leaves_features_out_while_it_learns() -> None:
    torch.manual_seed(0)
    network = discriminators.build("article-003", width=2)
    pictures = torch.randn(4, 1, 28, 28)
    assert not torch.equal(network(pictures), network(pictures))
    network.eval()
    assert torch.equal(network(pictures), network(pictures))


def test_other_pictures_are_refused() -> None:
    with pytest.raises(InputError, match="64 x 64 pixels, grey or colour"):
        generators.build("article-000", size=32)
    with pytest.raises(InputError, match="28 x 28 pixels"):
        discriminators.build("article-003", size=32)
    with pytest.raises(InputError, match="dropout is at least 0 and below 1"):
        discriminators.build("article-003", dropout=1.0)
