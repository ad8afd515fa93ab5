"""What can be chosen in the Lab, in words: read from the registries, so that a new part appears by itself."""

from __future__ import annotations

import inspect
from typing import Any

import torch

from gan_core.data import points
from gan_core.objectives import objectives
from gan_core.optimizers import optimizers
from gan_core.parts import Registry
from gan_core.penalties import penalties
from gan_core.plane.distributions import DRAWN, LARGEST, SMALLEST, VIEW
from gan_core.plane.presets import PRESETS, tuned
from gan_core.plane.settings import REGISTRIES, PlaneSettings
from gan_core.plane.view import MEANING
from gan_core.solvers import solvers

THUMBNAIL = 220
"""Points of a distribution's small picture."""
RATES = {"adam": 1e-3, "rmsprop": 5e-4, "sgd": 0.05, "momentum": 0.05, "cg": 0.05}
"""Learning rates to begin with on points of the plane."""

SENTENCES: dict[str, dict[str, str]] = {
    "objective": {
        "non-saturating": "The generator wants its points taken for real: strong gradients even while it loses.",
        "minimax": "The original game: what one player wins the other loses; the generator's gradient can vanish.",
        "least-squares": "Scores are pulled towards two targets by squared distance.",
        "least-absolute": "Scores are pulled towards two targets by plain distance.",
        "wasserstein": "The discriminator is a critic that measures a distance; it needs a bound on its slope.",
        "hinge": "The discriminator only asks for a margin; points beyond it push no more.",
        "relativistic": "A generated point should look more real than the real one it is paired with.",
        "coupled": "G-CoDG: a second term ties the players' losses together.",
        "coupled-printed": "G-CoDG exactly as its article prints it: known not to work.",
        "gda-printed": "GDA exactly as its article's code has it: known not to work.",
    },
    "penalty": {
        "r1": "Keeps the discriminator flat where the real points are.",
        "r2": "Keeps the discriminator flat where the generated points are.",
        "r1-r2": "Keeps the discriminator flat at real and at generated points.",
        "wgan-gp": "Asks for slope one between real and generated points.",
        "spectral-norm": "No layer of the discriminator may stretch anything.",
        "weight-clipping": "Every weight of the discriminator is cut to a small range.",
        "instance-noise": "The discriminator sees everything through noise.",
    },
    "solver": {
        "alternating": "One player moves, then the other answers.",
        "simultaneous": "Both move at once from the same point.",
        "extragradient": "Look one step ahead, then step with the gradient found there.",
        "optimistic": "Continues each gradient's last change into the next step.",
        "consensus": "Both players also move towards calm, where gradients are small.",
        "sga": "Takes out the part of the game that only turns in circles.",
        "competitive": "Each player steps to the best answer to the other's best answer.",
        "lookahead": "Several steps forward, then part of the way back; each of those steps counts as one here.",
        "unrolled": "The generator plans against the discriminator's next few steps.",
        "follow-the-ridge": "The discriminator is carried along the ridge of its best answers.",
        "sgg": "The discriminator is maximised by conjugate gradients, then the generator moves once.",
    },
    "optimizer": {
        "adam": "Steps scaled by each weight's own recent gradients.",
        "rmsprop": "Like Adam, without the running mean of the direction.",
        "sgd": "Plain gradient steps.",
        "momentum": "Gradient steps that keep part of their last direction; negative momentum damps turning.",
        "cg": "Conjugate gradient directions: each step remembers the last one as far as that still helps.",
    },
}
"""One plain sentence for each part."""

CHOICES: dict[str, list[str]] = {
    "order": ["discriminator-first", "generator-first"],
    "optimistic.order": ["simultaneous", "discriminator-first", "generator-first"],
    "batches": ["shared", "disjoint", "blocks"],
    "extragradient.batches": ["shared", "disjoint"],
    "mode": ["cooperative", "contrastive"],
    "rule": ["prp", "fr", "hs", "dy", "hz", "hs-dy", "fr-prp", "gd"],
    "restart": ["descent", "powell", "none"],
    "preconditioner": ["none", "adam"],
    "rate": ["constant", "inverse-sqrt", "step"],
    "inner": ["alternating", "simultaneous", "extragradient", "optimistic"],
}
"""Words that an option takes; `part.option` where a part has its own."""
LABELS = {
    "learning_rate": "rate",
    "n_critic": "discriminator steps",
    "beta_max": "largest beta",
    "per_tensor": "per tensor",
    "one_sided": "one-sided",
    "k": "inner steps",
    "beta": "momentum",
    "deviation": "noise",
    "inner_rate": "inner rate",
    "fake_target": "target, generated",
    "real_target": "target, real",
    "generator_target": "target, generator",
    "generator_factor": "generator's factor",
    "look": "look ahead",
}
HIDDEN = ("epsilon", "block")
"""Options that stay at their default here."""


def choices() -> dict[str, Any]:
    """Everything that the screen offers, JSON: distributions with thumbnails, presets, parts with their options."""
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
    sentences = SENTENCES[registry.kind]
    names = sorted(
        (name for name in registry if name != "conjugate-descent"),  # a rule for one player
        key=lambda name: list(sentences).index(name) if name in sentences else len(sentences),
    )
    return [_part(registry, name, sentences.get(name)) for name in names]


def _part(registry: Registry[Any], name: str, sentence: str | None) -> dict[str, Any]:
    part = registry[name]
    parameters = [
        parameter
        for parameter in inspect.signature(part).parameters.values()
        if parameter.default is not parameter.empty and parameter.name not in HIDDEN
    ]
    answer: dict[str, Any] = {
        "name": name,
        "summary": sentence or (inspect.getdoc(part) or "").split("\n", 1)[0],
        "options": [_option(registry, name, parameter) for parameter in parameters],
    }
    if registry.kind == "objective":
        answer["warning"] = part().negative_control
    return answer


def _option(registry: Registry[Any], name: str, parameter: inspect.Parameter) -> dict[str, Any]:
    option = parameter.name
    annotation = str(getattr(parameter.annotation, "__name__", parameter.annotation)).split("|")[0].strip()
    value = parameter.default
    if registry.kind == "optimizer" and option == "learning_rate":
        value = RATES.get(name, value)
    if registry.kind == "optimizer" and option in ("beta1", "beta2"):
        value = {"beta1": 0.0, "beta2": 0.99}[option]  # what suits a hundred steps a second on points
    if registry.kind == "penalty" and option == "gamma":
        value = 0.1
    words = CHOICES.get(f"{name}.{option}") or CHOICES.get(option) if annotation == "str" else None
    return {
        "name": option,
        "label": LABELS.get(option, option.replace("_", " ")),
        "kind": annotation,
        "default": value,
        "choices": words,
    }
