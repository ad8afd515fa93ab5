"""Fully connected players: for 28 x 28 grey pictures (Goodfellow et al. 2014) and for points in the plane."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.registries import announce, discriminators, generators, whole_number

SIDE = 28
SLOPE = 0.2


def _layers(sizes: list[int], activation: Callable[[], nn.Module]) -> nn.Sequential:
    """Linear layers between `sizes` with an activation between each two; torch's default initialisation."""
    modules: list[nn.Module] = []
    for before, after in pairwise(sizes):
        modules += [nn.Linear(before, after), activation()]
    return nn.Sequential(*modules[:-1])


def _leaky() -> nn.Module:
    return nn.LeakyReLU(SLOPE)


def _check_picture(size: int, channels: int) -> None:
    if (size, channels) != (SIDE, 1):
        raise InputError(
            f"The mlp784 networks see grey pictures of {SIDE} x {SIDE} pixels (size {SIDE}, channels 1), "
            f"not {size} x {size} with {channels} channels."
        )


@announce(generators, "mlp784")
class PictureMLPGenerator(nn.Module):
    """latents (N, latent_dim) -> pictures (N, 1, 28, 28) in [-1, 1] through two hidden layers.

    Article 001 prints a sigmoid; the pictures here lie in [-1, 1], so the output is a tanh. With 100 latents and
    128 hidden units there are 130,576 parameters, as in the article.
    """

    def __init__(self, latent_dim: int = 100, size: int = SIDE, channels: int = 1, hidden: int = 128) -> None:
        super().__init__()
        _check_picture(size, channels)
        self.latent_dim = whole_number("latent_dim", latent_dim, 1, 4096)
        self.image_shape = (channels, size, size)
        whole_number("hidden", hidden, 1, 8192)
        self.model = _layers([latent_dim, hidden, hidden, SIDE * SIDE], _leaky)

    def forward(self, latents: Tensor) -> Tensor:
        return self.model(latents).tanh().unflatten(1, self.image_shape)


@announce(discriminators, "mlp784")
class PictureMLPDiscriminator(nn.Module):
    """pictures (N, 1, 28, 28) -> logits (N,) through two hidden layers; 117,121 parameters with 128 units."""

    def __init__(self, size: int = SIDE, channels: int = 1, hidden: int = 128) -> None:
        super().__init__()
        _check_picture(size, channels)
        whole_number("hidden", hidden, 1, 8192)
        self.model = _layers([SIDE * SIDE, hidden, hidden, 1], _leaky)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.model(pictures.flatten(1)).squeeze(1)


@announce(generators, "mlp")
class PointMLPGenerator(nn.Module):
    """latents (N, latent_dim) -> points (N, features_out), unbounded; `layers` hidden layers with ReLU.

    `size` and `channels` are taken because every generator is asked with them; points have neither.
    """

    def __init__(
        self,
        latent_dim: int = 2,
        size: int | None = None,
        channels: int | None = None,
        features_out: int = 2,
        hidden: int = 128,
        layers: int = 2,
    ) -> None:
        super().__init__()
        self.latent_dim = whole_number("latent_dim", latent_dim, 1, 4096)
        self.image_shape = (whole_number("features_out", features_out, 1, 4096),)
        whole_number("hidden", hidden, 1, 8192)
        whole_number("layers", layers, 1, 16)
        self.model = _layers([latent_dim, *[hidden] * layers, features_out], nn.ReLU)

    def forward(self, latents: Tensor) -> Tensor:
        return self.model(latents)


@announce(discriminators, "mlp")
class PointMLPDiscriminator(nn.Module):
    """points (N, features_in) -> logits (N,); `layers` hidden layers with LeakyReLU 0.2."""

    def __init__(
        self,
        size: int | None = None,
        channels: int | None = None,
        features_in: int = 2,
        hidden: int = 128,
        layers: int = 2,
    ) -> None:
        super().__init__()
        whole_number("features_in", features_in, 1, 4096)
        whole_number("hidden", hidden, 1, 8192)
        whole_number("layers", layers, 1, 16)
        self.model = _layers([features_in, *[hidden] * layers, 1], _leaky)

    def forward(self, points: Tensor) -> Tensor:
        return self.model(points.flatten(1)).squeeze(1)
