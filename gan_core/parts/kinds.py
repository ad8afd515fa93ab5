"""The kinds of parts, and `register`, with which parts are registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from gan_core.errors import InputError
from gan_core.parts.option import Option
from gan_core.parts.registry import Registry
from gan_core.parts.values import unknown

P = TypeVar("P", bound=Callable[..., Any])

MOST_CLASSES = 10_000
SIZE, CHANNELS = Option(minimum=1, maximum=2**16), Option(minimum=1, maximum=16)
CLASSES, LATENTS = Option(minimum=0, maximum=MOST_CLASSES), Option(minimum=1, maximum=4096)

KINDS: dict[str, Registry[Any]] = {
    registry.kind: registry
    for registry in (
        Registry("objective", home="gan_core.objectives", makes="gan_core.objectives:Objective"),
        Registry("penalty", home="gan_core.penalties", makes="gan_core.penalties:Penalty"),
        Registry(
            "generator",
            home="gan_core.networks",
            makes="torch.nn:Module",
            given={"latent_dim": LATENTS, "size": SIZE, "channels": CHANNELS, "classes": CLASSES},
            needed=("latent_dim", "size", "channels"),
            described=True,
        ),
        Registry(
            "discriminator",
            home="gan_core.networks",
            makes="torch.nn:Module",
            given={"size": SIZE, "channels": CHANNELS, "classes": CLASSES},
            needed=("size", "channels"),
            described=True,
        ),
        Registry(
            "translator",
            words="translator network",
            home="gan_core.networks",
            makes="torch.nn:Module",
            given={"channels": CHANNELS, "out_channels": CHANNELS},
            needed=("channels", "out_channels"),
            described=True,
        ),
        Registry("solver", home="gan_core.solvers", makes="gan_core.solvers.solver:Solver", named=True),
        Registry("optimizer", home="gan_core.optimizers", makes="torch.optim:Optimizer", positional=1),
        Registry("game", home="gan_core.games", makes="gan_core.games.game:Game", positional=5),
        Registry("dataset", words="data set", home="gan_core.data", configurable=False),
        Registry("metric", home="gan_core.metrics.translations", configurable=False),
        Registry("augmentation", home="gan_core.data.augmentation", configurable=False),
        Registry("initialisation", home="gan_core.networks.initialisation", positional=1),
    )
}
"""Every kind of part by its name in recipes, in the shell and in `register`."""


def registry(kind: str) -> Registry[Any]:
    """The parts of one `kind`, a key of `KINDS`.

    Raises:
        InputError: for an unknown kind.
    """
    if kind not in KINDS:
        raise InputError(unknown("kind of part", kind, KINDS))
    return KINDS[kind]
