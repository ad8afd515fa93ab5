"""The three registries of networks, what their options have in common, and what a network was built from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import nn

from gan_core.errors import InputError
from gan_core.parts import Option, Registry, registry

generators: Registry[Any] = registry("generator")
"""Latents (N, latent_dim) to pictures; built with latent_dim, size, channels and options."""
discriminators: Registry[Any] = registry("discriminator")
"""Pictures to logits; built with size, channels and options."""
translators: Registry[Any] = registry("translator")
"""Pictures to pictures of the same height and width; built with channels, out_channels and options."""


def width_option(most: int) -> Option:
    """The option `width` of a network of up to `most` channels."""
    return Option(
        label="Width",
        help="Channels of the network: twice as many learn more and cost about four times as much.",
        minimum=1,
        maximum=most,
    )


def norm_option(*choices: str, unlisted: Sequence[str] = ()) -> Option:
    """The option `norm` of a network."""
    return Option(
        label="Normalisation", help="How layers keep their numbers in range.", choices=choices, unlisted=unlisted
    )


BIAS = Option(
    label="Biases",
    help="Whether convolutions before a normalisation may shift their numbers.",
    tags=("import",),
)
"""Of a translator: files of some years have them, others not."""
DROPOUT_SHARE = Option(
    label="Dropout", help="Share of the numbers that are left out at random.", minimum=0, below=1, slider=(0, 0.9, 0.1)
)


def describe(network: nn.Module) -> dict[str, Any]:
    """`{"name": ..., **arguments}`, JSON values only: what `rebuild` needs to make the same network again."""
    description = getattr(network, "description", None)
    if not isinstance(description, dict):
        raise TypeError(f"{type(network).__name__} was not announced in a registry and cannot be described.")
    return dict(description)


def whole_number(option: str, value: Any, low: int, high: int) -> int:
    """`value` if it is a whole number in [low, high]; InputError otherwise (also guards against hostile files)."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{option} is a whole number from {low} to {high}, not {value!r}.")
    return value


def one_of(option: str, value: Any, choices: tuple[Any, ...]) -> Any:
    """`value` if it is among `choices`; InputError naming them otherwise."""
    if value not in choices or isinstance(value, bool) != isinstance(choices[0], bool):
        raise InputError(f"{option} is one of {', '.join(map(repr, choices))}, not {value!r}.")
    return value
