"""The players: generators, discriminators and translators, built from a recipe or from a model's card."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from torch import nn

from gan_core.errors import InputError
from gan_core.networks import (  # noqa: F401  (each announces its networks)
    articles,
    dcgan,
    light_unet,
    mlp,
    patch,
    pytorch_gan,
    residual,
    resnet,
    unet,
)
from gan_core.networks.heads import build_heads
from gan_core.networks.initialisation import initialisations
from gan_core.networks.inputs import extra_channels, translator_input
from gan_core.networks.registries import describe, discriminators, generators, translators
from gan_core.parts import Registry
from gan_core.recipes import Part, Recipe

__all__ = [
    "build_discriminator",
    "build_generator",
    "build_heads",
    "build_translator",
    "describe",
    "discriminators",
    "extra_channels",
    "generators",
    "rebuild",
    "translator_input",
    "translators",
]

KINDS = {"generator": generators, "discriminator": discriminators, "translator": translators}


def _build(registry: Registry[Any], part: Part, **arguments: Any) -> nn.Module:
    """Build `part`; what the recipe itself says (`arguments`) cannot be said again among the part's options."""
    if "classes" in part.options:
        raise InputError("The number of classes comes from the data set: set conditional=true in the recipe.")
    if arguments.get("classes") == 0:
        del arguments["classes"]  # networks without a place for classes are not asked
    elif "classes" in arguments and "classes" not in inspect.signature(registry[part.name]).parameters:
        raise InputError(f"The {registry.kind} {part.name!r} takes no classes; set conditional=false.")
    twice = sorted(arguments.keys() & part.options.keys())
    if twice:
        raise InputError(f"{twice[0]} is not an option of the {registry.kind} {part.name!r}: the recipe decides it.")
    return registry.build(part.name, **arguments, **part.options)


def _started(network: nn.Module, recipe: Recipe) -> nn.Module:
    """`network` with the first weights that the recipe asks for."""
    if recipe.initialisation is not None:
        initialisations.build(recipe.initialisation.name, network, **recipe.initialisation.options)
    return network


def _completed(network: nn.Module) -> nn.Module:
    """`network` with what is asked of every generator and translator, from its arguments where it does not say so
    itself."""
    told = describe(network)
    known: dict[str, Any] = {"multiple": 1} if "out_channels" in told else {}
    if "latent_dim" in told:
        known = {"latent_dim": told["latent_dim"], "image_shape": (told["channels"], told["size"], told["size"])}
    for name, value in known.items():
        if not hasattr(network, name):
            setattr(network, name, value)
    return network


def build_generator(recipe: Recipe, channels: int, classes: int = 0) -> nn.Module:
    """The recipe's generator for pictures with `channels` channels, with fresh weights.

    Args:
        recipe: Names the network, its initialisation, `latent_dim` and the picture's `size` in pixels.
        channels: 1 (grey) or 3 (colour).
        classes: Number of classes; above 0 `forward` also takes the class of each picture, int64 (N,).

    Returns:
        Latents (N, latent_dim) to pictures (N, channels, size, size) in [-1, 1]; has `.latent_dim` and `.image_shape`.

    Raises:
        InputError: for an unknown network, and for options or sizes that it does not take.
    """
    size = {"latent_dim": recipe.latent_dim, "size": recipe.size, "channels": channels}
    return _started(_completed(_build(generators, recipe.generator, **size, classes=classes)), recipe)


def build_discriminator(recipe: Recipe, channels: int, classes: int = 0) -> nn.Module:
    """The recipe's discriminator for pictures with `channels` channels, with fresh weights.

    Args:
        recipe: Names the network, its initialisation and the picture's `size` in pixels.
        channels: 1 (grey) or 3 (colour).
        classes: Number of classes; above 0 `forward` also takes the class of each picture, int64 (N,).

    Returns:
        Pictures (N, channels, size, size) to logits, (N,) or a map (N, 1, h, w).

    Raises:
        InputError: for an unknown network, and for options or sizes that it does not take.
    """
    network = _build(discriminators, recipe.discriminator, size=recipe.size, channels=channels, classes=classes)
    return _started(network, recipe)


def build_translator(recipe: Recipe, channels: int) -> nn.Module:
    """One direction of the recipe's translation, with fresh weights.

    Args:
        recipe: Names the network, its initialisation and the picture's `size` in pixels.
        channels: 1 (grey) or 3 (colour), in and out, so that the result of one direction is an input of the other.

    Returns:
        Pictures (N, channels, H, W) to as many of the same shape, in [-1, 1]; H and W are multiples of its `.multiple`.
        Where the recipe's game asks for hints or noise, these stand behind the picture's channels: see
        `extra_channels`.

    Raises:
        InputError: for an unknown network or option, and for a `size` that is no multiple of `.multiple`.
    """
    extra = extra_channels(recipe.inputs)
    out_channels = channels if extra else None
    built = _completed(_build(translators, recipe.generator, channels=channels + extra, out_channels=out_channels))
    network: Any = _started(built, recipe)
    if recipe.size % network.multiple:
        raise InputError(
            f"This {recipe.generator.name} translator needs sides that are multiples of {network.multiple} pixels, "
            f"and the recipe's size is {recipe.size}."
        )
    return network


def rebuild(kind: str, network: Mapping[str, Any]) -> nn.Module:
    """The network that `describe` described, with fresh weights.

    Within `with torch.device("meta"):` it is built without allocating or drawing weights, for
    `load_state_dict(..., assign=True)`.

    Args:
        kind: "generator", "discriminator" or "translator".
        network: `{"name": ..., **arguments}`, as from a model's card.

    Returns:
        The network in training mode.

    Raises:
        InputError: for an unknown kind or network, and for arguments that it does not take.
    """
    if kind not in KINDS:
        raise InputError(f"A network is a {', a '.join(KINDS)}; there is no kind {kind!r}.")
    if not isinstance(network.get("name"), str):
        raise InputError("The description of a network needs a name.")
    arguments = {key: value for key, value in network.items() if key != "name"}
    return _completed(KINDS[kind].build(network["name"], **arguments))
