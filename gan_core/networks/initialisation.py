"""First weights, as DCGAN (Radford et al. 2016) and CycleGAN (Zhu et al. 2017) draw them."""

from __future__ import annotations

from torch import nn

STANDARD_DEVIATION = 0.02


def initialise(network: nn.Module) -> None:
    """Draw convolution weights from N(0, 0.02), BatchNorm scales from N(1, 0.02); every bias is zero.

    Draws from torch's global generator in the order of the modules, so that a seed fixes the result.
    """
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0.0, STANDARD_DEVIATION)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, STANDARD_DEVIATION)
        else:
            continue
        if module.bias is not None:
            nn.init.zeros_(module.bias)
