"""A generator and a discriminator of one's own: one hidden layer each, for pictures of any size.

python -m gan_core train dcgan --plugin docs/examples/networks.py --set generator=flat discriminator=flat
"""

from torch import Tensor, nn

from gan_core import Option, register

HIDDEN = {"hidden": Option(label="Units", help="Numbers in the hidden layer.", minimum=1, maximum=8192)}


@register.generator("flat", title="Flat", summary="One hidden layer draws all pixels at once.", options=HIDDEN)
class FlatGenerator(nn.Module):
    """Latents (N, latent_dim) to pictures (N, channels, size, size) in [-1, 1]."""

    def __init__(self, latent_dim: int, size: int, channels: int, hidden: int = 256) -> None:
        super().__init__()
        pixels = nn.Linear(hidden, channels * size * size)
        self.layers = nn.Sequential(nn.Linear(latent_dim, hidden), nn.ReLU(), pixels, nn.Tanh())
        self.shape = nn.Unflatten(1, (channels, size, size))

    def forward(self, latents: Tensor) -> Tensor:
        return self.shape(self.layers(latents))


@register.discriminator("flat", title="Flat", summary="One hidden layer sees all pixels at once.", options=HIDDEN)
class FlatDiscriminator(nn.Module):
    """Pictures (N, channels, size, size) to logits (N,)."""

    def __init__(self, size: int, channels: int, hidden: int = 256) -> None:
        super().__init__()
        pixels = nn.Linear(channels * size * size, hidden)
        self.layers = nn.Sequential(nn.Flatten(), pixels, nn.LeakyReLU(0.2), nn.Linear(hidden, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        return self.layers(pictures).squeeze(1)
