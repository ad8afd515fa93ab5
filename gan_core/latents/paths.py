"""Paths as data: stops in latent space, the seconds and the easing between them, what a film of them is made from.

A *position* on a path counts legs: 2.25 is a quarter of the way from the third stop to the fourth. A `LatentPath` says
when one is at which position; a `ResolvedPath` says which latent lies there, in one model. Both know nothing of
pictures.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from gan_core.errors import InputError
from gan_core.latents.easings import easings
from gan_core.latents.interpolation import lerp, slerp
from gan_core.latents.spec import LatentSpec
from gan_core.latents.splines import spline
from gan_core.parts import is_number, unknown

SCHEMA = 1
MOST_STOPS = 200
LONGEST = 10_000.0
"""Seconds from one stop to the next: of the longest film at one frame a second."""
FASTEST = 60
"""Frames a second."""
MOST_FRAMES = 10_000
DIGITS = 6
"""After the point, of the numbers that a stop keeps: no picture changes with the seventh."""

STOP_INTERPOLATIONS: dict[str, Callable[[Tensor, Tensor, Tensor, bool], Tensor]] = {
    "slerp": lambda stops, leg, share, loop: slerp(stops[leg], stops[(leg + 1) % len(stops)], share),
    "lerp": lambda stops, leg, share, loop: lerp(stops[leg], stops[(leg + 1) % len(stops)], share),
    "spline": spline,
}
"""Ways over many stops: f(stops (S, D), leg (N,), share (N,), loop) -> (N, D)."""


class Timing(Protocol):
    """Result of `arc_length`: the seconds of each leg, and positions at constant picture distance."""

    @property
    def seconds(self) -> tuple[float, ...]:
        """Seconds of each leg."""
        ...

    def at(self, positions: np.ndarray) -> np.ndarray:
        """From positions that count picture distance within each leg to positions that count latent distance."""
        ...


@dataclass(frozen=True, kw_only=True)
class Waypoint:
    """One picture that a path visits, and how it goes on from there."""

    place: LatentSpec
    seconds: float = 2.0
    """Until the next stop; of the last stop of a path that does not close it counts for nothing."""
    easing: str = "linear"
    """A name in `easings`, of the leg to the next stop."""
    z: tuple[float, ...] = ()
    """The numbers of the place when the path was kept: a place that leans on directions of the model could otherwise
    be another one later, when the model has trained on or the direction is gone."""

    def latent(self, latent_dim: int, directions: Mapping[str, Tensor]) -> Tensor:
        """The latent (latent_dim,): the numbers kept, where they are of this model's length, else the place's."""
        return torch.tensor(self.z) if len(self.z) == latent_dim else self.place.latent(latent_dim, directions)


@dataclass(frozen=True, kw_only=True)
class LatentPath:
    """A path: its stops, and the settings of its film."""

    stops: tuple[Waypoint, ...]
    interpolation: str = "slerp"
    """A name in `STOP_INTERPOLATIONS`; `way` in files and requests."""
    loop: bool = False
    """Whether it goes on from the last stop to the first, so that it can be played over and over."""
    steady: bool = False
    """Whether it is timed anew so that the picture changes equally fast all along; see `retiming`."""
    fps: int = 25

    @classmethod
    def from_json(cls, value: Any) -> LatentPath:
        """Read a path as the page sends it and files keep it.

        Raises:
            InputError: for anything else.
        """
        if not isinstance(value, Mapping) or not isinstance(value.get("stops"), list):
            raise InputError('A path is an object with a list of stops, such as {"schema": 1, "stops": [...]}.')
        if value.get("schema") != SCHEMA:
            raise InputError(f"The path has schema {value.get('schema')!r}; this version reads schema {SCHEMA}.")
        _check_names("path", value, ("schema", "stops", "way", "loop", "steady", "fps"))
        stops = value["stops"]
        if not 1 <= len(stops) <= MOST_STOPS:
            raise InputError(f"A path has 1 to {MOST_STOPS} stops, not {len(stops)}.")
        interpolation, fps = value.get("way", "slerp"), value.get("fps", 25)
        if not isinstance(interpolation, str) or interpolation not in STOP_INTERPOLATIONS:
            raise InputError(unknown("interpolation of a path", str(interpolation), STOP_INTERPOLATIONS))
        if isinstance(fps, bool) or not isinstance(fps, int) or not 1 <= fps <= FASTEST:
            raise InputError(f"A film has 1 to {FASTEST} frames a second, not {fps!r}.")
        flags = {name: value.get(name, False) for name in ("loop", "steady")}
        for name, flag in flags.items():
            if not isinstance(flag, bool):
                raise InputError(f"{name} of a path is true or false, not {flag!r}.")
        read = tuple(_stop(number, stop) for number, stop in enumerate(stops, 1))
        return cls(stops=read, interpolation=interpolation, fps=fps, **flags)

    def to_json(self) -> dict[str, Any]:
        """The object that `from_json` reads."""
        stops = [
            {"place": stop.place.to_json(), "seconds": stop.seconds, "easing": stop.easing}
            | ({"z": list(stop.z)} if stop.z else {})
            for stop in self.stops
        ]
        return {
            "schema": SCHEMA,
            "stops": stops,
            "way": self.interpolation,
            "loop": self.loop,
            "steady": self.steady,
            "fps": self.fps,
        }

    @property
    def legs(self) -> tuple[Waypoint, ...]:
        """The stops that a leg begins at; a single stop is a leg at rest."""
        return self.stops if self.closed or len(self.stops) == 1 else self.stops[:-1]

    @property
    def closed(self) -> bool:
        """Whether the path returns to its first stop; a single stop does."""
        return self.loop and len(self.stops) > 1

    @property
    def seconds(self) -> float:
        """Duration of the film."""
        return math.fsum(leg.seconds for leg in self.legs)

    def frames(self) -> int:
        """Number of frames of the film.

        Raises:
            InputError: for too many.
        """
        steps = max(1, round(self.seconds * self.fps))
        if self.closed and len(self.stops) == 2:
            steps += (
                steps % 2
            )  # there and back the same way: as many steps there as back, so that one falls on the turn
        count = steps if self.closed or len(self.stops) == 1 else steps + 1
        if count > MOST_FRAMES:
            raise InputError(
                f"The film would have {count:,} frames; up to {MOST_FRAMES:,} are made: shorten it, or choose fewer a second."
            )
        return count

    def positions(self, count: int | None = None, pace: Timing | None = None) -> np.ndarray:
        """Where the film is at each of `count` frames (by default `frames()`), float64 (count,).

        The first frame is the first stop. The last is the last stop, or of a closed path the one step before the
        first stop, so that played over and over it neither jumps nor rests.
        """
        count = count or self.frames()
        steps = count if self.closed else max(1, count - 1)
        return self.at(np.arange(count) / steps, pace)

    def at(self, shares: np.ndarray, pace: Timing | None = None) -> np.ndarray:
        """The positions at `shares` (N,) of the whole time, 0 to 1, float64 (N,)."""
        shares = np.asarray(shares, dtype=np.float64)
        if len(self.stops) == 1:
            return np.zeros_like(shares)
        seconds = [leg.seconds for leg in self.legs] if pace is None else pace.seconds
        ends = np.concatenate([[0.0], np.cumsum(seconds)])
        ends /= ends[-1]
        # Where frames fall on stops they do so exactly, not a rounding error before.
        shares = np.where(np.abs(shares[:, None] - ends).min(1) < 1e-9, ends[_nearest(ends, shares)], shares)
        leg = np.clip(np.searchsorted(ends, shares, side="right") - 1, 0, len(seconds) - 1)
        passed = (shares - ends[leg]) / (ends[leg + 1] - ends[leg])
        positions = leg + passed
        for name in {each.easing for each in self.legs}:
            chosen = np.array([each.easing == name for each in self.legs])[leg] & (passed < 1)
            positions[chosen] = leg[chosen] + easings[name](passed[chosen])
        return positions if pace is None else pace.at(positions)

    def kept(self, latent_dim: int, directions: Mapping[str, Tensor]) -> LatentPath:
        """The same path with the numbers of those stops that lean on the model's directions: for files."""
        return dataclasses.replace(self, stops=tuple(_kept(stop, latent_dim, directions) for stop in self.stops))

    def course(self, latent_dim: int, directions: Mapping[str, Tensor], classes: int = 0) -> ResolvedPath:
        """The path in a model of `latent_dim` numbers and `classes`, with its `directions` by name.

        Raises:
            InputError: for a stop that the model lacks.
        """
        latents = [stop.latent(latent_dim, directions) for stop in self.stops]
        weights = [stop.place.class_weights(classes) for stop in self.stops]
        labels = None if not classes else torch.stack([each for each in weights if each is not None])
        return ResolvedPath(torch.stack(latents), labels, self.interpolation, self.closed)


@dataclass(frozen=True, eq=False)
class ResolvedPath:
    """The stops of a path in one model, and how they are interpolated."""

    latents: Tensor
    """(S, latent_dim)."""
    weights: Tensor | None
    """(S, classes), of a model with classes."""
    interpolation: str
    closed: bool

    def at(self, positions: np.ndarray) -> tuple[Tensor, Tensor | None]:
        """The latents (N, latent_dim) and class weights (N, classes) at `positions` (N,), float32.

        Classes are mixed evenly from stop to stop, whatever the interpolation.
        """
        count = len(self.latents)
        if count == 1:
            none = torch.zeros(len(positions), dtype=torch.long)
            return self.latents[none], None if self.weights is None else self.weights[none]
        legs = count if self.closed else count - 1
        leg = np.clip(np.floor(positions), 0, legs - 1).astype(np.int64)
        share, leg = torch.from_numpy(positions - leg), torch.from_numpy(leg)
        # In float64, so that a frame that falls on a stop falls on it exactly.
        latents = STOP_INTERPOLATIONS[self.interpolation](self.latents.double(), leg, share, self.closed).float()
        if self.weights is None:
            return latents, None
        return latents, lerp(self.weights[leg], self.weights[(leg + 1) % count], share.float())

    def rests(self, leg: int) -> bool:
        """Whether the two stops of a leg are the same picture, so that all of its time is a rest."""
        ends = leg, (leg + 1) % len(self.latents)
        same = torch.equal(self.latents[ends[0]], self.latents[ends[1]])
        return same and (self.weights is None or torch.equal(self.weights[ends[0]], self.weights[ends[1]]))


def _nearest(ends: np.ndarray, shares: np.ndarray) -> np.ndarray:
    return np.abs(shares[:, None] - ends).argmin(1)


def _kept(stop: Waypoint, latent_dim: int, directions: Mapping[str, Tensor]) -> Waypoint:
    if not _leans(stop.place):
        return stop
    return dataclasses.replace(
        stop, z=tuple(round(number, DIGITS) for number in stop.latent(latent_dim, directions).tolist())
    )


def _leans(place: LatentSpec) -> bool:
    """Whether a place leans on directions, itself or through what it lies between."""
    inside = {"path": place.ends, "pad": place.corners}.get(place.kind, ())
    return any(place.amounts.values()) or any(isinstance(point, LatentSpec) and _leans(point) for point in inside)


def _stop(number: int, value: Any) -> Waypoint:
    """The stop counted `number` from 1."""
    if not isinstance(value, Mapping):
        raise InputError(f'Stop {number} of the path is no object such as {{"place": ..., "seconds": 2}}.')
    _check_names(f"stop {number} of the path", value, ("place", "seconds", "easing", "z"))
    seconds, easing, z = value.get("seconds", 2.0), value.get("easing", "linear"), value.get("z", [])
    if not is_number(seconds) or not 0 < seconds <= LONGEST:
        raise InputError(f"From stop {number} to the next it takes up to {LONGEST:g} seconds, not {seconds!r}.")
    if not isinstance(easing, str) or easing not in easings:
        raise InputError(unknown("easing", str(easing), easings))
    if not isinstance(z, list) or not all(is_number(number) for number in z):
        raise InputError(f"The numbers of stop {number} are no list of numbers.")
    place = LatentSpec.from_json(value.get("place"))
    kept = LatentSpec.from_json({"kind": "vector", "vector": z}).vector  # the same limits as for numbers typed in
    return Waypoint(place=place, seconds=float(seconds), easing=easing, z=kept)


def _check_names(what: str, value: Mapping[Any, Any], known: tuple[str, ...]) -> None:
    for name in value:
        if name not in known:
            raise InputError(unknown(f"entry of a {what}" if what == "path" else f"entry of {what}", str(name), known))
