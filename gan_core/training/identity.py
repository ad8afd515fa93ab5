"""Whether a run that goes on is still the run that its checkpoint was made by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.recipes import WORDS, Recipe

SAMPLE = 2**20
"""Numbers of a data set that its digest looks at: a millisecond, whatever its size."""
FREE = ("steps", "minutes", "stop_loss", "stop_change", "stop_average_change", *WORDS)
"""What may differ: how long it trains, and words."""


def identity(data: Mapping[str, DataSet]) -> dict[str, dict[str, Any]]:
    """By domain: name, number of pictures, and a digest of them."""
    return {
        domain: {"name": pictures.name, "count": len(pictures), "digest": digest(pictures)}
        for domain, pictures in data.items()
    }


def digest(data: DataSet) -> str:
    """Of the shape and of evenly spread numbers of every part of the pictures."""
    values = data.pictures.detach().cpu().flatten()
    stride = max(1, len(values) // SAMPLE) | 1  # odd: over an even side all columns and rows take their turn
    found = hashlib.sha256(f"{tuple(data.pictures.shape)} {data.pictures.dtype}".encode())
    found.update(values[::stride].contiguous().numpy().tobytes())
    return found.hexdigest()[:32]


def check_recipe(recipe: Recipe, saved: Mapping[str, Any]) -> None:
    """Raise InputError if the checkpoint with the values `saved` was made by another recipe than `recipe`."""
    if "recipe" not in saved:
        return
    if differences := Recipe.from_json(saved["recipe"]).differences(recipe, ignoring=FREE):
        raise InputError(
            f"The run's recipe has changed since its checkpoint at step {saved['step']} ({'; '.join(differences)}): "
            "take the change back, or start a new run."
        )


def check_data(data: Mapping[str, DataSet], saved: Mapping[str, Any]) -> None:
    """Raise InputError if the checkpoint with the values `saved` has learned from other pictures than `data`."""
    before: Mapping[str, Mapping[str, Any]] = saved.get("data", {})
    now = identity(data)
    for domain, old in before.items():
        new = now.get(domain, {})
        if new != old:
            what = f"{old['count']:,} then, {new['count']:,} now" if new.get("count") != old["count"] else "other ones"
            raise InputError(
                f"The pictures of {old['name']} are not those that the run has learned from until step "
                f"{saved['step']} ({what}): bring them back, or start a new run."
            )
