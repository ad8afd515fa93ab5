"""What can be chosen in the Lab: distributions, presets, and the parts as they describe themselves."""

from __future__ import annotations

from typing import Any

import torch

from gan_core.data import points
from gan_core.objectives import negative_control, objectives
from gan_core.optimizers import optimizers
from gan_core.parts import Option, PartInfo, Registry
from gan_core.penalties import penalties
from gan_core.plane.distributions import DRAWN, LARGEST, SMALLEST, VIEW
from gan_core.plane.presets import PRESETS, tuned
from gan_core.plane.settings import REGISTRIES, PlaneSettings
from gan_core.plane.view import MEANING
from gan_core.solvers import solvers

THUMBNAIL = 220
"""Points of a distribution's small picture."""
DEFAULTS: dict[str, Any] = {
    "adam.learning_rate": 1e-3,
    "rmsprop.learning_rate": 5e-4,
    "sgd.learning_rate": 0.05,
    "momentum.learning_rate": 0.05,
    "cg.learning_rate": 0.05,
    "optimizer.beta1": 0.0,
    "optimizer.beta2": 0.99,
    "penalty.gamma": 0.1,
}
"""What to begin with on points of the plane, at a hundred steps a second, by part and option or by kind and option."""
NOT_FOR_THE_PLANE = ("pictures", "one-player", "import")
"""Tags of parts that two players of points cannot use."""


def choices() -> dict[str, Any]:
    """Everything that the page offers, as JSON: distributions with thumbnails, presets, parts with their options."""
    drawn = {"name": DRAWN, "summary": "Your own: draw it in the plane", "thumbnail": [], "tuned": tuned(DRAWN)}
    named = [
        {
            "name": name,
            "summary": points.get(name).summary,
            "thumbnail": _thumbnail(name),
            "tuned": tuned(name),
        }
        for name in points.names()
    ]
    return {
        "view": VIEW,
        "deviations": [SMALLEST, LARGEST],
        "distributions": [*named, drawn],
        "presets": [
            {
                "name": preset.name,
                "title": preset.title,
                "summary": preset.summary,
                "failure": preset.failure,
                "settings": preset.settings.to_json(),
            }
            for preset in PRESETS.values()
            if _known(preset.settings)
        ],
        "parts": {registry.kind: _parts(registry) for registry in (objectives, penalties, solvers, optimizers)},
        "meaning": dict(MEANING),
    }


def _known(settings: PlaneSettings) -> bool:
    return all(
        part is None or part.name in REGISTRIES[name] for name in REGISTRIES for part in [getattr(settings, name)]
    )


def _thumbnail(name: str) -> list[list[float]]:
    sample = points.sample(name, THUMBNAIL, torch.Generator().manual_seed(1))
    return [[round(float(value), 2) for value in point] for point in sample]


def _parts(registry: Registry[Any]) -> list[dict[str, Any]]:
    return [_part(info) for info in registry.infos(without=NOT_FOR_THE_PLANE)]


def _part(info: PartInfo) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "name": info.name,
        "title": info.title,
        "summary": info.summary,
        "options": [_option(info, option) for option in info.options.values() if option.types and not option.tags],
    }
    if info.kind == "objective":
        answer["warning"] = negative_control(info.name)
    return answer


def _option(info: PartInfo, option: Option) -> dict[str, Any]:
    default = DEFAULTS.get(f"{info.name}.{option.name}", DEFAULTS.get(f"{info.kind}.{option.name}", option.default))
    return {**option.to_json(), "default": default}
