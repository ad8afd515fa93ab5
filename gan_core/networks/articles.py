"""The networks that the project's source articles 000 and 003 print, with their omissions repaired.

Article 001's pair is `mlp784`. What the articles print and what is wrong with it: ALGORITHMS.md, section 3.
"""

from __future__ import annotations

from torch import Tensor, nn

from gan_core.errors import InputError
from gan_core.networks.players import Discriminator, Generator
from gan_core.networks.registries import DROPOUT_SHARE, width_option
from gan_core.parts import Option, register

SLOPE_000, SLOPE_003 = 0.2, 0.3
DROPOUT_003 = 0.3


def _check(article: str, side: int, size: int, channels: int) -> None:
    if size != side or channels not in (1, 3):
        raise InputError(
            f"The {article} networks see pictures of {side} x {side} pixels, grey or colour (channels 1 or 3), "
            f"not {size} x {size} with {channels} channels."
        )


WIDTH = width_option(512)


@register.generator(
    "article-000",
    title="Article 000",
    summary="The network of article 000; draws 64-pixel pictures only.",
    options={"width": WIDTH, "bias": Option(label="Biases", help="Whether layers may shift their numbers.")},
)
class Article000Generator(Generator):
    """latents (N, latent_dim) -> pictures (N, channels, 64, 64) in [-1, 1].

    Printed: Dense(100 -> 8*8*256, relu), four transposed convolutions 5 x 5 to 128, 128, 64 and 3 channels, the last
    three doubling the side; no biases, sigmoid; 3,076,800 parameters. Mended: biases, without which the network is
    homogeneous (logits(2z) = 2 logits(z), and z = 0 gives grey); the output is a tanh, as pictures lie in [-1, 1].

    Args:
        width: channels before the last layer; 64 is the article's.
        bias: false gives the printed layers.
    """

    def __init__(
        self,
        latent_dim: int = 100,
        size: int = 64,
        channels: int = 3,
        width: int = 64,
        bias: bool = True,
        classes: int = 0,
    ) -> None:
        super().__init__(latent_dim, classes)
        _check("article-000", 64, size, channels)
        self.image_shape = (channels, size, size)
        self.dense = nn.Sequential(
            nn.Linear(self.inputs, 8 * 8 * 4 * width, bias=bias), nn.ReLU(), nn.Unflatten(1, (4 * width, 8, 8))
        )
        self.main = nn.Sequential(
            nn.ConvTranspose2d(4 * width, 2 * width, 5, 1, 2, bias=bias),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, 2 * width, 5, 2, 2, 1, bias=bias),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 5, 2, 2, 1, bias=bias),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 5, 2, 2, 1, bias=bias),
            nn.Tanh(),
        )

    def paint(self, inputs: Tensor) -> Tensor:
        return self.main(self.dense(inputs))


@register.discriminator(
    "article-000",
    title="Article 000",
    summary="The mirror image of article 000's generator; for 64-pixel pictures.",
    options={"width": WIDTH},
)
class Article000Discriminator(Discriminator):
    """Pictures (N, channels, 64, 64) to logits (N,); the article prints none, so this is its generator mirrored."""

    def __init__(self, size: int = 64, channels: int = 3, width: int = 64, classes: int = 0) -> None:
        super().__init__()
        _check("article-000", 64, size, channels)
        self.main = nn.Sequential(
            nn.Conv2d(channels, width, 5, 2, 2),
            nn.LeakyReLU(SLOPE_000),
            nn.Conv2d(width, 2 * width, 5, 2, 2),
            nn.LeakyReLU(SLOPE_000),
            nn.Conv2d(2 * width, 2 * width, 5, 2, 2),
            nn.LeakyReLU(SLOPE_000),
            nn.Conv2d(2 * width, 4 * width, 5, 1, 2),
            nn.LeakyReLU(SLOPE_000),
            nn.Flatten(),
        )
        self.last = nn.Linear(8 * 8 * 4 * width, 1)
        self.project(classes, 8 * 8 * 4 * width)

    def see(self, samples: Tensor) -> Tensor:
        return self.main(samples)

    def score(self, hidden: Tensor) -> Tensor:
        return self.last(hidden).squeeze(1)


@register.generator(
    "article-003",
    title="Article 003",
    summary="The network of article 003; draws 28-pixel pictures only.",
    options={"width": WIDTH},
)
class Article003Generator(Generator):
    """latents (N, latent_dim) -> pictures (N, channels, 28, 28) in [-1, 1].

    Printed: Dense(100 -> 7*7*256, no bias), BatchNorm, LeakyReLU 0.3, then transposed convolutions 4 x 4 of stride 2 to
    128, 64 and 3 channels. Mended: the missing reshape to 7 x 7 x 256, with which three doublings would give 56 x 56,
    so the last layer has stride 1; tanh. With 3 channels it has the printed layers' 1,938,499 parameters.
    """

    def __init__(
        self, latent_dim: int = 100, size: int = 28, channels: int = 1, width: int = 64, classes: int = 0
    ) -> None:
        super().__init__(latent_dim, classes)
        _check("article-003", 28, size, channels)
        self.image_shape = (channels, size, size)
        flat = 7 * 7 * 4 * width
        self.dense = nn.Sequential(
            nn.Linear(self.inputs, flat, bias=False),
            nn.BatchNorm1d(flat),
            nn.LeakyReLU(SLOPE_003),
            nn.Unflatten(1, (4 * width, 7, 7)),
        )
        self.main = nn.Sequential(
            nn.ConvTranspose2d(4 * width, 2 * width, 4, 2, 1),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(SLOPE_003),
            nn.ConvTranspose2d(2 * width, width, 4, 2, 1),
            nn.BatchNorm2d(width),
            nn.LeakyReLU(SLOPE_003),
            nn.ConvTranspose2d(width, channels, 4, 1, 1),
        )

    def paint(self, inputs: Tensor) -> Tensor:
        # Four taps and stride 1 make one row and one column too many; Keras' padding "same" cuts them off too.
        return self.main(self.dense(inputs))[..., :28, :28].tanh()


@register.discriminator(
    "article-003",
    title="Article 003",
    summary="The network of article 003; for 28-pixel pictures.",
    options={"width": WIDTH, "dropout": DROPOUT_SHARE},
)
class Article003Discriminator(Discriminator):
    """pictures (N, channels, 28, 28) -> logits (N,), as printed: 138,561 parameters with one channel."""

    def __init__(
        self,
        size: int = 28,
        channels: int = 1,
        width: int = 64,
        dropout: float = DROPOUT_003,
        classes: int = 0,
    ) -> None:
        super().__init__()
        _check("article-003", 28, size, channels)
        self.main = nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1),
            nn.LeakyReLU(SLOPE_003),
            nn.Dropout(dropout),
            nn.Conv2d(width, 2 * width, 4, 2, 1),
            nn.LeakyReLU(SLOPE_003),
            nn.Dropout(dropout),
            nn.Flatten(),
        )
        self.last = nn.Linear(7 * 7 * 2 * width, 1)
        self.project(classes, 7 * 7 * 2 * width)

    def see(self, samples: Tensor) -> Tensor:
        return self.main(samples)

    def score(self, hidden: Tensor) -> Tensor:
        return self.last(hidden).squeeze(1)
