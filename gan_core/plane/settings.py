"""The settings of the Lab, checked; everything but the seed may change while the training goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gan_core.data import points
from gan_core.errors import InputError
from gan_core.objectives import objectives
from gan_core.optimizers import optimizers
from gan_core.parts import Registry, is_number, unknown
from gan_core.penalties import penalties
from gan_core.plane.distributions import DRAWN, Strokes, Target, check_strokes, target
from gan_core.recipes import Part
from gan_core.solvers import solvers

NON_SATURATING, R1, ALTERNATING = Part("non-saturating"), Part("r1", {"gamma": 0.1}), Part("alternating")
ADVERSARIAL = Part("adversarial")
ADAM = Part("adam", {"learning_rate": 1e-3, "beta1": 0.0, "beta2": 0.99})
REGISTRIES: dict[str, Registry[Any]] = {
    "objective": objectives,
    "penalty": penalties,
    "solver": solvers,
    "generator_optimizer": optimizers,
    "discriminator_optimizer": optimizers,
}
"""Where the part of each of these settings comes from."""


@dataclass(frozen=True, kw_only=True)
class PlaneSettings:
    """A training in the plane as data."""

    distribution: str = "ring"
    """A name of `gan_core.data.points`, or "drawn"."""
    strokes: Strokes = ()
    """What was drawn: broken lines through points of the view; used by "drawn" alone."""
    deviation: float = 0.08
    """Standard deviation of the bells along the strokes."""
    objective: Part = NON_SATURATING
    penalty: Part | None = R1
    solver: Part = ALTERNATING
    generator_optimizer: Part = ADAM
    discriminator_optimizer: Part = ADAM
    batch_size: int = 256
    """Real and generated points in each step."""
    seed: int = 0

    def __post_init__(self) -> None:
        for name, registry in REGISTRIES.items():
            part = getattr(self, name)
            if part is not None and part.name not in registry:
                raise InputError(unknown(registry.kind, part.name, registry))
        if self.distribution not in (*points.names(), DRAWN):
            raise InputError(unknown("distribution of points", self.distribution, [*points.names(), DRAWN]))
        if not 8 <= self.batch_size <= 4096:
            raise InputError(f"A batch has 8 to 4096 points, not {self.batch_size}.")
        if not 0 <= self.seed < 2**32:
            raise InputError(f"A seed is a whole number from 0 to {2**32 - 1}, not {self.seed}.")
        self.target  # noqa: B018 - an empty drawing is refused here and not at the first step

    @property
    def game(self) -> Part:
        """Always a generator against a discriminator."""
        return ADVERSARIAL

    @property
    def target(self) -> Target:
        """What the real points are drawn from."""
        return target(self.distribution, self.strokes, self.deviation)

    def replace(self, **changes: Any) -> PlaneSettings:
        """A copy with the fields in `changes` replaced."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """The JSON object that `from_json` reads."""
        values = {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
        return {name: value.to_json() if isinstance(value, Part) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, values: Any) -> PlaneSettings:
        """Read settings as the page sends them; InputError for unknown names and wrong values."""
        if not isinstance(values, Mapping):
            raise InputError("Settings are an object from name to value.")
        known = {item.name for item in dataclasses.fields(cls)}
        arguments: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise InputError(unknown("setting of the Lab", str(name), known))
            arguments[name] = _checked(name, value)
        return cls(**arguments)


def _checked(name: str, value: Any) -> Any:
    """One JSON value as the type that its field has."""
    if name in REGISTRIES:
        return None if value is None and name == "penalty" else Part.from_json(value)
    if name == "strokes":
        return check_strokes(value) if value else ()
    if name == "distribution":
        accepted = isinstance(value, str)
    elif name == "deviation":
        accepted = is_number(value)
    else:
        accepted = isinstance(value, int) and not isinstance(value, bool)
    if not accepted:
        kind = {"distribution": "a word", "deviation": "a number"}.get(name, "a whole number")
        raise InputError(f"The setting {name} of the Lab is {kind}, not {value!r}.")
    return value
