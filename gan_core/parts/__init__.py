"""Parts: networks, objectives, penalties, solvers, optimizers, games, data sets, metrics, augmentations, first weights.

Each is registered where it is defined, with what people are told of it, and is found here by its kind and name.
"""

from gan_core.parts.kinds import KINDS, registry
from gan_core.parts.option import Option
from gan_core.parts.plugins import load_plugin
from gan_core.parts.register import register
from gan_core.parts.registry import PartInfo, Registry
from gan_core.parts.sources import Plugin
from gan_core.parts.values import PLAIN, is_number, unknown

__all__ = [
    "KINDS",
    "PLAIN",
    "Option",
    "PartInfo",
    "Plugin",
    "Registry",
    "is_number",
    "load_plugin",
    "register",
    "registry",
    "unknown",
]
