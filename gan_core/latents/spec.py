"""One point of latent space as data: seeds, interpolation between them, and what sliders add.

A place is described, not carried: the screen sends a small JSON object, the same object finds the same latent again in
another model, in another process and on the shell, and it is what undo, links and picture files keep.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.latents.interpolation import INTERPOLATIONS
from gan_core.models.generator import latents_for_seed

PLACES = ("seed", "path", "pad", "vector")
LARGEST_SEED = 2**32 - 1
LARGEST_SCALE = 3.0
MOST_MOVES = 64
MOST_AMOUNTS = 256
DEEPEST = 2
"""Places within places: a pinned corner may itself lie on a path between pinned ends, and no deeper."""
FARTHEST = 1000.0
"""No coordinate of a latent drawn from N(0, I) is ever that far out; a number beyond it is a slip of the keyboard."""


@dataclass(frozen=True, kw_only=True)
class LatentSpec:
    """One point of latent space.

    z = scale * drift(base) + directions^T amounts + offsets, where `base` comes from one seed, from the path between
    two, from a pad between four, or from numbers given outright.
    """

    kind: str = "seed"
    """One of `PLACES`."""
    seed: int = 0
    ends: tuple[Point, Point] = (0, 1)
    """The two ends of a `path`: seeds, or pinned latents."""
    t: float = 0.0
    """How far along the path: 0 at the first end, 1 at the second."""
    corners: tuple[Point, Point, Point, Point] = (0, 1, 2, 3)
    """The `pad`'s corners, like `ends`: top left, top right, bottom left, bottom right."""
    x: float = 0.5
    y: float = 0.5
    """Position on the pad, from its top left corner (0, 0) to its bottom right one (1, 1)."""
    interpolation: str = "slerp"
    """`slerp` (along the sphere, keeps the norm) or `lerp` (straight); `way` in files, links and requests."""
    vector: tuple[float, ...] = ()
    """The coordinates of a `vector`."""
    scale: float = 1.0
    """Truncation: below 1 nearer to the average picture, above 1 farther out."""
    moves: tuple[tuple[int, float], ...] = ()
    """Steps to neighbours: (seed of a random direction, angle in radians), one after the other."""
    amounts: Mapping[str, float] = field(default_factory=dict)
    """How far along directions of the model, by their ids, such as `sefa/1`."""
    offsets: Mapping[int, float] = field(default_factory=dict)
    """Added to single coordinates."""
    label: int | None = None
    """The class that a conditional model is to draw here; None for its first one. Other models do not look at it."""
    towards: int | None = None
    """A second class, to draw between both."""
    mix: float = 0.0
    """How far from `label` to `towards`: 0 the one, 1 the other."""

    @classmethod
    def from_json(cls, value: Any, *, depth: int = 0) -> LatentSpec:
        """Read a point as the page sends it; every wrong number is answered with what is accepted (InputError).

        `depth` counts the places around this one, of which there may be at most DEEPEST.
        """
        if depth > DEEPEST:
            raise InputError(
                f"A pinned place may hold places pinned before it {DEEPEST} deep; pin its numbers instead."
            )
        if not isinstance(value, Mapping):
            raise InputError('A latent is described by an object such as {"kind": "seed", "seed": 7}.')

        def point(item: Any) -> Point:
            return cls.from_json(item, depth=depth + 1) if isinstance(item, Mapping) else _seed(item)

        return cls(
            kind=_one_of("kind", value.get("kind", "seed"), PLACES),
            seed=_seed(value.get("seed", 0)),
            ends=_tuple("ends", value.get("ends", (0, 1)), 2, point),
            t=_number("t", value.get("t", 0.0), 0, 1),
            corners=_tuple("corners", value.get("corners", (0, 1, 2, 3)), 4, point),
            x=_number("x", value.get("x", 0.5), 0, 1),
            y=_number("y", value.get("y", 0.5), 0, 1),
            interpolation=_one_of("way", value.get("way", "slerp"), tuple(INTERPOLATIONS)),
            vector=_tuple("vector", value.get("vector", ()), None, _coordinate),
            scale=_number("scale", value.get("scale", 1.0), 0, LARGEST_SCALE),
            moves=_moves(value.get("moves", ())),
            amounts=_amounts(value.get("amounts", {})),
            offsets=_offsets(value.get("offsets", {})),
            label=_label(value.get("label")),
            towards=_label(value.get("towards")),
            mix=_number("mix", value.get("mix", 0.0), 0, 1),
        )

    def to_json(self) -> dict[str, Any]:
        """Only what matters for this kind of place and differs from its default: what a picture file keeps."""
        relevant = {
            "seed": {"seed": self.seed},
            "path": {"ends": [_written(end) for end in self.ends], "t": self.t, "way": self.interpolation},
            "pad": {
                "corners": [_written(end) for end in self.corners],
                "x": self.x,
                "y": self.y,
                "way": self.interpolation,
            },
            "vector": {"vector": list(self.vector)},
        }[self.kind]
        value: dict[str, Any] = {"kind": self.kind, **relevant}
        if self.scale != 1:
            value["scale"] = self.scale
        if self.moves:
            value["moves"] = [list(move) for move in self.moves]
        if amounts := {name: amount for name, amount in self.amounts.items() if amount}:
            value["amounts"] = amounts
        if self.offsets:
            value["offsets"] = {str(index): offset for index, offset in self.offsets.items()}
        if self.label is not None:
            value["label"] = self.label
        if self.towards is not None and self.mix:
            value |= {"towards": self.towards, "mix": self.mix}
        return value

    def class_weights(self, classes: int) -> Tensor | None:
        """How much of each class is drawn here, float32 (classes,) with the sum 1; None for a model without classes.

        Raises InputError for a class that the model does not have.
        """
        if not classes:
            return None
        weights = torch.zeros(classes)
        for label, share in ((self.label or 0, 1 - self.mix), (self.towards or 0, self.mix)):
            if not share:
                continue
            if label >= classes:
                raise InputError(f"This model has {classes} classes, counted from 0; there is no class {label}.")
            weights[label] += share
        return weights

    def latent(self, latent_dim: int, directions: Mapping[str, Tensor] = MappingProxyType({})) -> Tensor:
        """The point itself, float32 (latent_dim,).

        Args:
            latent_dim: length that the model asks for; numbers of another length are refused (InputError).
            directions: unit vectors (latent_dim,) by the ids that `amounts` names.
        """
        latent = self.scale * random_rotation(self._base(latent_dim, directions), self.moves)
        for name, amount in self.amounts.items():
            if not amount:
                continue
            try:
                latent = latent + amount * directions[name]
            except KeyError:
                raise InputError(f"This model has no direction called {name!r}.") from None
        for index, offset in self.offsets.items():
            if index >= latent_dim:
                raise InputError(f"This model's latents have {latent_dim} numbers; there is no number {index + 1}.")
            latent[index] += offset
        return latent

    def _base(self, latent_dim: int, directions: Mapping[str, Tensor]) -> Tensor:
        interpolate = INTERPOLATIONS[self.interpolation]

        def at(point: Point) -> Tensor:
            return seed_latent(point, latent_dim) if isinstance(point, int) else point.latent(latent_dim, directions)

        if self.kind == "path":
            start, end = map(at, self.ends)
            return interpolate(start, end, self.t)
        if self.kind == "pad":
            left, right = torch.stack([at(corner) for corner in self.corners]).unflatten(0, (2, 2)).unbind(1)
            top, bottom = interpolate(left, right, self.x)  # both at once: this is called while a person drags
            return interpolate(top, bottom, self.y)
        if self.kind == "vector":
            if len(self.vector) != latent_dim:
                raise InputError(f"This model's latents have {latent_dim} numbers; {len(self.vector)} were given.")
            return torch.tensor(self.vector)
        return seed_latent(self.seed, latent_dim)


Point: TypeAlias = int | LatentSpec
"""An end of a path: a seed, or a whole place."""


def seed_latent(seed: int, latent_dim: int) -> Tensor:
    """The first latent of a seed, (latent_dim,): the same one that `sample --seed` draws first."""
    return _remembered(seed, latent_dim).clone()


@functools.lru_cache(maxsize=256)
def _remembered(seed: int, latent_dim: int) -> Tensor:
    # A drag asks for the same few again and again: four corners took a millisecond of every picture.
    with torch.inference_mode(False):
        return latents_for_seed(seed, 1, latent_dim)[0]


def _written(point: Point) -> Any:
    return point if isinstance(point, int) else point.to_json()


def random_rotation(latent: Tensor, moves: Sequence[tuple[int, float]]) -> Tensor:
    """Turn `latent` (latent_dim,) by each move's angle towards its random direction.

    cos(angle) z + sin(angle) n with n drawn from N(0, I) has the distribution of z again, so that however long one
    climbs from neighbour to neighbour, one never leaves the region that the generator knows.
    """
    for seed, angle in moves:
        towards = seed_latent(seed, latent.numel())
        latent = math.cos(angle) * latent + math.sin(angle) * towards
    return latent


def _number(name: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        raise InputError(f"{name} is a number from {low:g} to {high:g}, not {value!r}.")
    return float(value)


def _coordinate(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= FARTHEST:
        raise InputError(f"Every number of a latent lies between -{FARTHEST:g} and {FARTHEST:g}; {value!r} does not.")
    return float(value)


def _seed(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_SEED:
        raise InputError(f"A seed is a whole number from 0 to {LARGEST_SEED}, not {value!r}.")
    return value


def _label(value: Any) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
        raise InputError(f"label is the number of a class, counted from 0, not {value!r}.")
    return value


def _one_of(name: str, value: Any, known: Sequence[str]) -> str:
    if value not in known:
        raise InputError(f"{name} is one of {', '.join(known)}, not {value!r}.")
    return value


def _tuple(name: str, value: Any, length: int | None, read: Any) -> Any:
    if not isinstance(value, Sequence) or isinstance(value, str) or length not in (None, len(value)):
        raise InputError(f"{name} is a list of {length or 'any number of'} numbers.")
    return tuple(read(item) for item in value)


def _moves(value: Any) -> tuple[tuple[int, float], ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_MOVES:
        raise InputError(f"moves is a list of at most {MOST_MOVES} steps to a neighbour.")
    read = []
    for move in value:
        if not isinstance(move, Sequence) or isinstance(move, str) or len(move) != 2:
            raise InputError("A step to a neighbour is a seed and an angle.")
        read.append((_seed(move[0]), _number("angle", move[1], -math.pi, math.pi)))
    return tuple(read)


def _amounts(value: Any) -> dict[str, float]:
    if isinstance(value, Sequence) and not isinstance(value, str):  # as the first version's picture files have them
        value = {f"sefa/{index}": amount for index, amount in enumerate(value, start=1)}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise InputError('amounts is an object from the name of a direction to a number, such as {"sefa/1": 2.5}.')
    if len(value) > MOST_AMOUNTS:
        raise InputError(f"A place goes along at most {MOST_AMOUNTS} directions at once.")
    return {name: _coordinate(amount) for name, amount in value.items()}


def _offsets(value: Any) -> dict[int, float]:
    if not isinstance(value, Mapping):
        raise InputError('offsets is an object from the number of a coordinate to what is added, such as {"3": 0.5}.')
    offsets = {}
    for index, offset in value.items():
        if not (isinstance(index, int) or (isinstance(index, str) and index.isdecimal() and len(index) < 10)):
            raise InputError(f"offsets are counted from 0; {str(index)[:20]!r} is not such a number.")
        offsets[int(index)] = _coordinate(offset)
    return offsets
