"""Directions of attributes in a model's file: they work where the pictures that it learnt from are not at hand."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from gan_core.cards import Card
from gan_core.latents.directions.attributes import Attribute
from gan_core.models.files import read_card, write_card

MOST = 200
"""Attributes that are read from a card."""
LONGEST_NAME = 200


def to_card(found: Sequence[Attribute]) -> dict[str, Any]:
    """The value of `Card.directions` for what was found; vectors are float32 in base64, so that a card stays short."""
    return {
        "attributes": [
            {
                "name": each.name,
                "kind": each.kind,
                "vector": base64.b64encode(np.asarray(each.vector, dtype="<f4").tobytes()).decode(),
                "fit": round(each.fit, 4),
                "reading": None if each.reading is None else round(each.reading, 4),
            }
            for each in found
        ]
    }


def from_card(card: Card, latent_dim: int) -> list[Attribute] | None:
    """What a card says of directions; None where it says nothing, or nothing that fits a latent of `latent_dim`."""
    listed = card.directions.get("attributes")
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        return None
    found = [_read(each, latent_dim) for each in listed[:MOST]]
    return [each for each in found if each is not None] or None


def _read(value: Any, latent_dim: int) -> Attribute | None:
    """One attribute of a card, which may come from anywhere."""
    if not isinstance(value, Mapping):
        return None
    name, kind, fit, reading = (value.get(key) for key in ("name", "kind", "fit", "reading"))
    if not isinstance(name, str) or not isinstance(kind, str) or not 0 < len(name) <= LONGEST_NAME:
        return None
    if not _is_number(fit) or not (reading is None or _is_number(reading)):
        return None
    try:
        vector = np.frombuffer(base64.b64decode(str(value.get("vector")), validate=True), dtype="<f4")
    except (binascii.Error, ValueError):
        return None
    if len(vector) not in (0, latent_dim) or not np.isfinite(vector).all():
        return None
    if len(vector) and not 0.99 < float(np.linalg.norm(vector)) < 1.01:
        return None
    return Attribute(name, kind, tuple(vector.tolist()), float(fit), None if reading is None else float(reading))


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def store(path: Path, found: Sequence[Attribute]) -> None:
    """Write what was found on the card of a model's file; its weights stay.

    Args:
        path: A model file.
        found: Of exactly these weights.

    Raises:
        InputError: for a file that is cut short or is no model.
        OSError: if the file cannot be written.
    """
    write_card(path, read_card(path).replace(directions=to_card(found)))
