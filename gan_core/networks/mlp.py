"""Fully connected players: for 28 x 28 grey pictures (Goodfellow et al. 2014) and for points in the plane."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.players import Discriminator, Generator
from gan_core.parts import Option, register

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


HIDDEN = Option(label="Units", help="Numbers in each hidden layer.", minimum=1, maximum=8192)
LAYERS = Option(label="Layers", help="Hidden layers.", minimum=1, maximum=16)


def _coordinates(help_: str) -> Option:
    return Option(label="Coordinates", help=help_, minimum=1, maximum=4096)


@register.generator(
    "mlp784",
    title="Multilayer perceptron, 28 px",
    summary="Fully connected; draws 28-pixel grey pictures only.",
    options={"hidden": HIDDEN},
)
class PictureMLPGenerator(Generator):
    """latents (N, latent_dim) -> pictures (N, 1, 28, 28) in [-1, 1] through two hidden layers.

    Article 001 prints a sigmoid; the pictures here lie in [-1, 1], so the output is a tanh. With 100 latents and
    128 hidden units there are 130,576 parameters, as in the article.
    """

    def __init__(
        self, latent_dim: int = 100, size: int = SIDE, channels: int = 1, hidden: int = 128, classes: int = 0
    ) -> None:
        super().__init__(latent_dim, classes)
        _check_picture(size, channels)
        self.image_shape = (channels, size, size)
        self.model = _layers([self.inputs, hidden, hidden, SIDE * SIDE], _leaky)

    def paint(self, inputs: Tensor) -> Tensor:
        return self.model(inputs).tanh().unflatten(1, self.image_shape)


class _MLPDiscriminator(Discriminator):
    """Linear layers, of which the last gives the score."""

    model: nn.Sequential

    def see(self, samples: Tensor) -> Tensor:
        samples = samples.flatten(1)
        *hidden, _ = self.model
        for layer in hidden:
            samples = layer(samples)
        return samples

    def score(self, hidden: Tensor) -> Tensor:
        return self.model[-1](hidden).squeeze(1)


@register.discriminator(
    "mlp784",
    title="Multilayer perceptron, 28 px",
    summary="Fully connected; for 28-pixel grey pictures.",
    options={"hidden": HIDDEN},
)
class PictureMLPDiscriminator(_MLPDiscriminator):
    """pictures (N, 1, 28, 28) -> logits (N,) through two hidden layers; 117,121 parameters with 128 units."""

    def __init__(self, size: int = SIDE, channels: int = 1, hidden: int = 128, classes: int = 0) -> None:
        super().__init__()
        _check_picture(size, channels)
        self.model = _layers([SIDE * SIDE, hidden, hidden, 1], _leaky)
        self.project(classes, hidden)


@register.generator(
    "mlp",
    title="Multilayer perceptron, points",
    summary="Fully connected; draws points of the plane, for the Lab.",
    tags=("points",),
    options={"features_out": _coordinates("Numbers of a point."), "hidden": HIDDEN, "layers": LAYERS},
)
class PointMLPGenerator(Generator):
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
        classes: int = 0,
    ) -> None:
        super().__init__(latent_dim, classes)
        self.image_shape = (features_out,)
        self.model = _layers([self.inputs, *[hidden] * layers, features_out], nn.ReLU)

    def paint(self, inputs: Tensor) -> Tensor:
        return self.model(inputs)


@register.discriminator(
    "mlp",
    title="Multilayer perceptron, points",
    summary="Fully connected; for points of the plane, in the Lab.",
    tags=("points",),
    options={"features_in": _coordinates("Numbers of a point."), "hidden": HIDDEN, "layers": LAYERS},
)
class PointMLPDiscriminator(_MLPDiscriminator):
    """points (N, features_in) -> logits (N,); `layers` hidden layers with LeakyReLU 0.2."""

    def __init__(
        self,
        size: int | None = None,
        channels: int | None = None,
        features_in: int = 2,
        hidden: int = 128,
        layers: int = 2,
        classes: int = 0,
    ) -> None:
        super().__init__()
        self.model = _layers([features_in, *[hidden] * layers, 1], _leaky)
        self.project(classes, hidden)
