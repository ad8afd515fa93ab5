"""The three registries of networks, and how a network remembers what it was built from."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from torch import nn

from gan_core.errors import InputError
from gan_core.parts import Registry

generators: Registry[Any] = Registry("generator")
"""Latents (N, latent_dim) to pictures; built with latent_dim, size, channels and options."""
discriminators: Registry[Any] = Registry("discriminator")
"""Pictures to logits; built with size, channels and options."""
translators: Registry[Any] = Registry("translator network")
"""Pictures to pictures of the same height and width; built with channels, out_channels and options."""

M = TypeVar("M", bound=nn.Module)


def announce(registry: Registry[Any], name: str) -> Callable[[type[M]], type[M]]:
    """Class decorator: enter a network under `name`, and let every instance remember its arguments.

    The arguments are bound with their defaults at construction, so that a later change of a default does not change
    what an older model file means.
    """

    def enter(network: type[M]) -> type[M]:
        construct = network.__init__
        signature = inspect.signature(construct)

        @functools.wraps(construct)
        def remember(self: M, *positional: Any, **named: Any) -> None:
            bound = signature.bind(self, *positional, **named)
            bound.apply_defaults()
            construct(self, *positional, **named)
            _, *arguments = bound.arguments.items()
            object.__setattr__(self, "description", {"name": name, **dict(arguments)})

        setattr(network, "__init__", remember)  # noqa: B010  (type checkers refuse the plain assignment)
        registry.register(name)(network)
        return network

    return enter


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
