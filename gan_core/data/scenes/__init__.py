"""Landscapes drawn by this project, each in summer and in winter from one seed.

Winter is another picture of the same place, not another palette: blankets of snow round off hills, roofs and conifers,
crowns give way to bare branches, water freezes and cracks, flowers are gone and snow falls.
"""

from gan_core.data.scenes import sources  # noqa: F401  (registers the data sets)
from gan_core.data.scenes.rendering import render

__all__ = ["render"]
