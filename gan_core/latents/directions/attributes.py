"""Directions of attributes: attributes are read from generated pictures and regressed on their latents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from gan_core.files import cache_folder, write_json
from gan_core.latents.directions.readers import AttributeReader, Progress, as_data, explained
from gan_core.latents.directions.vectors import unit
from gan_core.models.generator import latents_for_seed

if TYPE_CHECKING:
    from gan_core.models.generator import GeneratorModel

Render = Callable[[Tensor, "Tensor | None"], np.ndarray]
"""Latents (N, latent_dim) and class weights (N, classes) or None -> pictures uint8 (N, H, W, 3)."""

SAMPLES = 2048
HELD_OUT = 512
"""Of the samples, for the R2 that is shown."""
SEED = 22
LEAST = 0.1
"""R2 on latents held out below which a direction is not offered: moving along it would mostly change something else."""
FLAT = 1e-9
"""Length of a slope below which the attribute does not change at all."""
SCHEMA = 1


@dataclass(frozen=True)
class Attribute:
    """The direction of one attribute, and how well the latent explains it."""

    name: str
    kind: str
    """As of its reader."""
    vector: tuple[float, ...]
    """Unit vector (latent_dim,) along which the attribute grows; empty where it never changes."""
    fit: float
    """R2, on latents held out, of the attribute as a linear function of the latent."""
    reading: float | None
    """How well the attribute is read off real pictures held out: R2, or the share right of a class; None: exactly."""

    @property
    def found(self) -> bool:
        """Whether the latent explains the attribute well enough for its direction to be offered."""
        return bool(self.vector) and self.fit >= LEAST


def find_attributes(
    model: GeneratorModel,
    readers: Sequence[AttributeReader],
    render: Render,
    progress: Progress = lambda share: None,
    samples: int = SAMPLES,
) -> list[Attribute]:
    """The direction of every attribute that `readers` read, from `samples` generated pictures.

    Least squares of the readings on the latents, with a ridge of one sample a coordinate; of a conditional generator
    classes are drawn in turn and each class's mean reading is taken out, so that the direction holds within a class. A
    quarter of the samples is held out for the fit. `progress` is called with the share done and may raise to cancel.
    """
    latents = latents_for_seed(SEED, samples, model.latent_dim)
    count = len(model.classes)
    labels = torch.arange(samples) % count if count else None
    weights = None if labels is None else torch.nn.functional.one_hot(labels, count).float()
    parts: list[Tensor] = []
    for start in range(0, samples, 64):
        progress(start / samples)
        chosen = slice(start, start + 64)
        drawn = as_data(render(latents[chosen], None if weights is None else weights[chosen]), model.card.channels)
        parts.append(torch.cat([reader.read(drawn) for reader in readers], 1))
    directions, fits = regress(latents, torch.cat(parts), labels, samples * HELD_OUT // SAMPLES)
    labels = [
        (name, reader.kind, known)
        for reader in readers
        for name, known in zip(reader.names, reader.accuracy, strict=True)
    ]
    progress(1.0)
    return [
        Attribute(name, kind, tuple(unit(vector, name).tolist()) if float(vector.norm()) > FLAT else (), fit, known)
        for (name, kind, known), vector, fit in zip(labels, directions, fits.tolist(), strict=True)
    ]


def regress(latents: Tensor, readings: Tensor, labels: Tensor | None, held_out: int) -> tuple[Tensor, Tensor]:
    """Slopes (K, latent_dim) of readings (N, K) in latents (N, latent_dim), and their R2 on the last `held_out` rows,
    (K,).

    The slopes are those of all rows; the R2 is of slopes that have not seen the rows held out.
    """
    values = readings.double().clone()
    for label in [None] if labels is None else labels.unique():
        chosen = slice(None) if label is None else labels == label
        values[chosen] -= values[chosen].mean(0)
    rows = latents.double()
    fitted = len(rows) - held_out

    def slopes(count: int) -> Tensor:
        seen = rows[:count]
        penalty = rows.shape[1] * torch.eye(rows.shape[1], dtype=rows.dtype)
        return torch.linalg.solve(seen.T @ seen + penalty, seen.T @ values[:count])

    return slopes(len(rows)).T, explained(rows[fitted:] @ slopes(fitted), values[fitted:])


def remember(model: GeneratorModel, found: Sequence[Attribute]) -> None:
    """Keep what was found in the cache, under the model's weights."""
    path = _path(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"schema": SCHEMA, "attributes": [asdict(attribute) for attribute in found]}, durable=False)


def remembered(model: GeneratorModel) -> list[Attribute] | None:
    """What was found before for exactly these weights; None if they were never looked for."""
    try:
        value: Mapping[str, Any] = json.loads(_path(model).read_text(encoding="utf-8"))
        if value["schema"] != SCHEMA:
            return None
        return [Attribute(**{**each, "vector": tuple(each["vector"])}) for each in value["attributes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never looked for, or damaged: it is found anew


def _path(model: GeneratorModel) -> Path:
    digest = sha256()
    for name, value in model.network.state_dict().items():
        digest.update(name.encode())
        digest.update(value.detach().cpu().contiguous().numpy().tobytes())
    return cache_folder() / "attributes" / f"{digest.hexdigest()[:24]}.json"
