"""The engine of GAN Workbench: train small GANs, explore their latent spaces, translate pictures.

It does not depend on the user interface (`gan_core.ui`), which is built on it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from gan_core.version import __version__

# Threads that wait for each other soon go to sleep instead of spinning; read once, when torch is first imported.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

if TYPE_CHECKING:
    from gan_core.models import load_model
    from gan_core.parts import Option, load_plugin, register
    from gan_core.recipes import Recipe
    from gan_core.training import train

__all__ = ["Option", "Recipe", "__version__", "load_model", "load_plugin", "register", "train"]


def __getattr__(name: str) -> Any:
    """Import on first use, so that `import gan_core` costs no second and brings no torch."""
    if name == "Recipe":
        from gan_core.recipes import Recipe

        return Recipe
    if name in ("Option", "load_plugin", "register"):
        from gan_core import parts

        return getattr(parts, name)
    if name == "load_model":
        from gan_core.models import load_model

        return load_model
    if name == "train":
        from gan_core.training import train

        return train
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
