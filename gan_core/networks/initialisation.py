"""First weights: as DCGAN (Radford et al. 2016) and CycleGAN (Zhu et al. 2017) draw them, and what a recipe may choose.

All draw from torch's global generator in the order of the modules, so that a seed fixes the result.
"""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from gan_core.parts import Option, Registry, register, registry

STANDARD_DEVIATION = 0.02
CONVOLUTIONS = (nn.Conv2d, nn.ConvTranspose2d)

initialisations: Registry[Callable[..., None]] = registry("initialisation")
"""Built with the network given; a recipe without one leaves first weights to the networks."""


def draw_normal(weight: Tensor, mean: float, deviation: float) -> None:
    """Fill `weight` from N(mean, deviation^2), unless it has no memory (meta device: the weights come from a file).

    Drawing there would do nothing either, but torch imports its decompositions for it: 1.7 seconds before the first
    model of a process is loaded.
    """
    if not weight.is_meta:
        nn.init.normal_(weight, mean, deviation)


def initialise(network: nn.Module) -> None:
    """Draw convolution weights from N(0, 0.02), BatchNorm scales from N(1, 0.02); every bias is zero."""
    _draw(network, CONVOLUTIONS, STANDARD_DEVIATION)


@register.initialisation(
    "normal",
    title="Normal",
    summary="All weights begin as small random numbers around zero, as in the DCGAN paper.",
    options={
        "deviation": Option(
            label="Size", help="Standard deviation of the first weights.", above=0, maximum=10, slider=(0.01, 0.2, 0.01)
        )
    },
)
def normal(network: nn.Module, /, deviation: float = STANDARD_DEVIATION) -> None:
    """Draw the weights of all layers from N(0, deviation^2), BatchNorm scales from N(1, deviation^2); biases are zero.

    Article 003 asks for deviation 0.1, DCGAN's paper for 0.02. Classes keep the vectors that their network gave them.
    """
    _draw(network, (*CONVOLUTIONS, nn.Linear), deviation)


def _draw(network: nn.Module, layers: tuple[type[nn.Module], ...], deviation: float) -> None:
    for module in network.modules():
        norm = isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d))
        if not norm and not isinstance(module, layers):
            continue
        draw_normal(module.get_parameter("weight"), 1.0 if norm else 0.0, deviation)
        if module.bias is not None:
            nn.init.zeros_(module.get_parameter("bias"))
