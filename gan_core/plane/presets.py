"""Settings that are known to work: for each distribution, and named games."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gan_core.plane.settings import ADAM, PlaneSettings
from gan_core.recipes import Part


def adam(learning_rate: float, beta1: float = 0.0, beta2: float = 0.99) -> Part:
    """Adam with betas for GANs."""
    return Part("adam", {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2})


def conjugate(learning_rate: float) -> Part:
    """PRP+ directions with Adam's preconditioning."""
    return Part(
        "cg", {"learning_rate": learning_rate, "rule": "prp", "beta_max": 0.5, "preconditioner": "adam", "beta2": 0.99}
    )


STEADY: dict[str, Any] = {
    "penalty": Part("r1", {"gamma": 1.0}),
    "generator_optimizer": adam(5e-4, beta2=0.999),
    "discriminator_optimizer": adam(2e-3, beta2=0.999),
}
"""For wide and connected shapes: a discriminator that is four times as quick as the generator, and held flat."""
FINE: dict[str, Any] = {
    "penalty": Part("r1", {"gamma": 0.1}),
    "generator_optimizer": adam(1e-3, beta2=0.999),
    "discriminator_optimizer": adam(4e-3, beta2=0.999),
}
"""The same for shapes with details: the discriminator may be steeper."""
TUNED: dict[str, dict[str, Any]] = {
    "ring": {
        "penalty": Part("r1", {"gamma": 0.3}),
        "generator_optimizer": adam(1e-3, 0.5),
        "discriminator_optimizer": adam(1e-3, 0.5),
    },
    "grid": {
        "penalty": Part("r1", {"gamma": 0.02}),
        "generator_optimizer": adam(2e-3, 0.5),
        "discriminator_optimizer": adam(2e-3, 0.5),
    },
    "moons": STEADY,
    "spiral": FINE,
    "blobs": STEADY,
    "line": STEADY,
    "circle": STEADY,
    "drawn": FINE,
}
"""What to begin each distribution with; everything else is the default of `PlaneSettings`."""


@dataclass(frozen=True)
class Preset:
    """A named game on the ring."""

    name: str
    title: str
    summary: str
    settings: PlaneSettings
    failure: bool = False
    """Whether it is there to be seen failing."""


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "classic",
            "Classic, tamed",
            "The usual GAN with the R1 penalty: it finds all eight modes.",
            PlaneSettings(**TUNED["ring"]),
        ),
        Preset(
            "untamed",
            "Classic, untamed",
            "The same without a penalty: the discriminator grows steep, and points jump between modes.",
            PlaneSettings(penalty=None, generator_optimizer=adam(2e-3), discriminator_optimizer=adam(2e-3)),
            failure=True,
        ),
        Preset(
            "gcdg",
            "GCDG",
            "Both players follow conjugate gradient directions and move at once.",
            PlaneSettings(
                solver=Part("simultaneous"),
                generator_optimizer=conjugate(1e-3),
                discriminator_optimizer=conjugate(1e-3),
            ),
        ),
        Preset(
            "gcodg",
            "G-CoDG",
            "The players' objectives are coupled, so the generator never runs out of gradient.",
            PlaneSettings(objective=Part("coupled", {"weight": 0.1, "mode": "cooperative"})),
        ),
        Preset(
            "gda",
            "GDA",
            "The generator descends; the discriminator answers along conjugate directions.",
            PlaneSettings(
                solver=Part("alternating", {"order": "generator-first"}),
                generator_optimizer=ADAM,
                discriminator_optimizer=conjugate(1e-3),
            ),
        ),
        Preset(
            "sgg",
            "SGG",
            "The discriminator is maximised by conjugate gradients before every move of the generator.",
            PlaneSettings(solver=Part("sgg", {"k": 3}), discriminator_optimizer=Part("sgd", {"learning_rate": 0.05})),
        ),
        Preset(
            "wgan-gp",
            "WGAN-GP",
            "A critic with bounded slope: the map shows heights, not probabilities.",
            PlaneSettings(
                objective=Part("wasserstein"),
                penalty=Part("wgan-gp", {"weight": 1.0}),
                solver=Part("alternating", {"n_critic": 2}),
            ),
        ),
        Preset(
            "lsgan",
            "Least squares",
            "Scores are pulled to targets; without a penalty some modes are often lost.",
            PlaneSettings(objective=Part("least-squares"), penalty=None),
        ),
        Preset(
            "relativistic",
            "Relativistic",
            "Every generated point is compared with a real one, with R1 and R2: today's plain recipe.",
            PlaneSettings(objective=Part("relativistic"), penalty=Part("r1-r2", {"gamma": 0.1})),
        ),
        Preset(
            "collapse",
            "Mode collapse",
            "A generator five times as quick as a discriminator without a penalty: all points rush to one place, and on to the next.",
            PlaneSettings(penalty=None, generator_optimizer=adam(1e-2, 0.5), discriminator_optimizer=adam(2e-3, 0.5)),
            failure=True,
        ),
        Preset(
            "vanishing",
            "Vanishing gradient",
            "Minimax against a discriminator that is always far ahead: it is so sure that the push on every point dies, and nothing moves.",
            PlaneSettings(
                objective=Part("minimax"),
                penalty=None,
                solver=Part("alternating", {"n_critic": 5}),
                generator_optimizer=Part("sgd", {"learning_rate": 0.05}),
                discriminator_optimizer=adam(5e-3, 0.5, 0.999),
            ),
            failure=True,
        ),
        Preset(
            "rotation",
            "Going in circles",
            "Both move at once and with momentum, and nothing brakes them: the points swing round the real ones and never arrive.",
            PlaneSettings(
                objective=Part("wasserstein"),
                penalty=Part("weight-clipping"),
                solver=Part("simultaneous"),
                generator_optimizer=adam(5e-3, 0.9),
                discriminator_optimizer=adam(5e-3, 0.9),
            ),
            failure=True,
        ),
        Preset(
            "gcodg-printed",
            "G-CoDG as printed",
            "A negative control: both players want the same thing, and the points run away.",
            PlaneSettings(objective=Part("coupled-printed", {"weight": 0.1}), penalty=None),
            failure=True,
        ),
    )
}


def tuned(distribution: str) -> dict[str, Any]:
    """The settings to begin `distribution` with, as JSON."""
    values = PlaneSettings(**TUNED.get(distribution, {})).to_json()
    return {
        name: values[name]
        for name in ("objective", "penalty", "solver", "generator_optimizer", "discriminator_optimizer")
    }
