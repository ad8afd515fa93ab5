"""Whether a run that goes on is still the run that its checkpoint was made by."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.recipes import WORDS, Recipe

SAMPLE = 2**20
"""Numbers of a data set that its digest looks at: a millisecond, whatever its size."""
FREE = ("steps", "minutes", "stop_loss", "stop_change", "stop_average_change", *WORDS)
"""What may differ: how long it trains, and words."""


def identity(data: Mapping[str, DataSet]) -> dict[str, dict[str, Any]]:
    """By domain: name, number of pictures, a digest of them, and one of the held-out pictures and all labels."""
    return {
        domain: {
            "name": pictures.name,
            "count": len(pictures),
            "digest": digest(pictures),
            "held_out": _digest(pictures.held_out, pictures.labels, pictures.held_out_labels),
        }
        for domain, pictures in data.items()
    }


def digest(data: DataSet) -> str:
    """Of the pictures that are learned from: see `_digest`."""
    return _digest(data.pictures)


def _digest(*parts: Tensor | None) -> str:
    """Of the shapes and of evenly spread numbers of every part of each of `parts`."""
    found = hashlib.sha256()
    for part in parts:
        if part is None:
            found.update(b"none")
            continue
        values = part.detach().cpu().flatten()
        stride = max(1, len(values) // SAMPLE) | 1  # odd: over an even side all columns and rows take their turn
        found.update(f"{tuple(part.shape)} {part.dtype}".encode())
        found.update(values[::stride].contiguous().numpy().tobytes())
    return found.hexdigest()[:32]


def check_recipe(recipe: Recipe, saved: Mapping[str, Any]) -> None:
    """Raise InputError if the checkpoint with the values `saved` was made by another recipe than `recipe`."""
    if "recipe" not in saved:
        return
    # Where the pictures lie may change: `check_data` sees to it that they are the same.
    free = (*FREE, "data", "data_b") if saved.get("data") else FREE
    if differences := Recipe.from_json(saved["recipe"]).differences(recipe, ignoring=free):
        raise InputError(
            f"The run's recipe has changed since its checkpoint at step {saved['step']} ({'; '.join(differences)}): "
            "take the change back, or start a new run."
        )


def check_data(data: Mapping[str, DataSet], saved: Mapping[str, Any]) -> None:
    """Raise InputError if the checkpoint with the values `saved` has learned from other pictures than `data`.

    What they are called may change. Checkpoints of older versions say nothing of held-out pictures and labels.
    """
    before: Mapping[str, Mapping[str, Any]] = saved.get("data", {})
    now = identity(data)
    for domain, old in before.items():
        new = now.get(domain, {})
        different = [key for key in ("count", "digest", "held_out") if key in old and new.get(key) != old[key]]
        if not different:
            continue
        what = {
            "count": f"{old['count']:,} then, {new.get('count', 0):,} now",
            "digest": "as many, but other ones, or in another order of their names",
            "held_out": "the same ones, but other held-out pictures or classes",
        }
        raise InputError(
            f"The pictures of {old['name']} are not those that the run has learned from until step "
            f"{saved['step']} ({what[different[0]]}): bring them back, name the place where they are now with --data, "
            "or start a new run."
        )
