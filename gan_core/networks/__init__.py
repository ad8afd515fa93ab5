"""The players: generators, discriminators and translators, built from a recipe or from a model's card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from gan_core.errors import InputError
from gan_core.networks import dcgan, mlp, patch, resnet, unet  # noqa: F401  (each announces its networks)
from gan_core.networks.registries import describe, discriminators, generators, translators
from gan_core.recipes import Recipe

__all__ = [
    "build_discriminator",
    "build_generator",
    "build_translator",
    "describe",
    "discriminators",
    "generators",
    "rebuild",
    "translators",
]

KINDS = {"generator": generators, "discriminator": discriminators, "translator": translators}


def build_generator(recipe: Recipe, channels: int) -> nn.Module:
    """The recipe's generator for pictures with `channels` channels; has `.latent_dim` and `.image_shape`."""
    part = recipe.generator
    return generators.build(
        part.name, latent_dim=recipe.latent_dim, size=recipe.size, channels=channels, **part.options
    )


def build_discriminator(recipe: Recipe, channels: int) -> nn.Module:
    """The recipe's discriminator: pictures to logits, (N,) or a map (N, 1, h, w)."""
    part = recipe.discriminator
    return discriminators.build(part.name, size=recipe.size, channels=channels, **part.options)


def build_translator(recipe: Recipe, channels: int) -> nn.Module:
    """One direction of the recipe's translation; sides of its pictures are multiples of `.multiple`."""
    part = recipe.generator
    network = translators.build(part.name, channels=channels, **part.options)
    if recipe.size % network.multiple:
        raise InputError(
            f"This {part.name} translator needs sides that are multiples of {network.multiple} pixels, "
            f"and the recipe's size is {recipe.size}."
        )
    return network


def rebuild(kind: str, network: Mapping[str, Any]) -> nn.Module:
    """The network that `describe` described, with fresh weights.

    Args:
        kind: "generator", "discriminator" or "translator".
        network: `{"name": ..., **arguments}`, as from a model's card.

    Within `with torch.device("meta"):` it is built without allocating or drawing weights, for
    `load_state_dict(..., assign=True)`.
    """
    if kind not in KINDS:
        raise InputError(f"A network is a {', a '.join(KINDS)}; there is no kind {kind!r}.")
    if not isinstance(network.get("name"), str):
        raise InputError("The description of a network needs a name.")
    arguments = {key: value for key, value in network.items() if key != "name"}
    return KINDS[kind].build(network["name"], **arguments)
