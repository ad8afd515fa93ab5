"""Patch distances of translations to the held-out pictures of a domain, and their reference levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from gan_core.data import DataSet
from gan_core.metrics.level_cache import LevelCache
from gan_core.metrics.patches import PATCHES as PATCH_COUNT
from gan_core.metrics.patches import projected_distance, projections, sliced_wasserstein
from gan_core.metrics.reference import ReferenceLevel, levels_of_halves, reference_levels
from gan_core.parts import register

ENDS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}
"""The domains that a direction begins in and ends in."""
PATCHES, SHOWN_PATCHES = "patch-distance", "shown-patch-distance"

register.metric(
    SHOWN_PATCHES,
    title="Patch distance where something is",
    summary="Distance of small patches to real held-out pictures, only where pictures show something, about in grey levels.",
    tags=("translations",),
)(sliced_wasserstein)
register.metric(
    PATCHES,
    title="Patch distance of translations",
    summary="Distance of small patches of translations to real held-out pictures, about in grey levels.",
    tags=("translations",),
)(sliced_wasserstein)


class PatchDistance:
    """The distance of small patches of pictures to those of the held-out pictures that a direction leads to.

    Args:
        data: The data sets by domain.
        name: Of the metric.
        seed: Of the patches that are drawn.
        spare: Whether training pictures are left for the reference level; without, it is what halves of the held-out
            ones give against each other.
        cache: Where reference levels are kept; None for nowhere.
        where: Tells, of pictures uint8 (N, C, H, W), which places count, bool (N, H, W); None for all.
    """

    def __init__(
        self,
        data: Mapping[str, DataSet],
        name: str = PATCHES,
        *,
        seed: int = 0,
        spare: bool = True,
        cache: LevelCache | None = None,
        where: Callable[[Tensor], Tensor] | None = None,
    ) -> None:
        self._data = data
        self._name = name
        self._seed = seed
        self._spare = spare
        self._cache = cache
        self._where = where
        self._levels: dict[str, ReferenceLevel] = {}
        self._held_out: dict[tuple[str, int, int], list[Tensor]] = {}

    def __call__(self, pictures: Tensor, direction: str, draw: int, patches: int = PATCH_COUNT) -> float:
        """The distance of pictures, uint8 (N, C, H, W), with the patches of one draw, about in grey levels."""
        key = ENDS[direction][1], draw, patches
        if key not in self._held_out:  # projected once
            self._held_out[key] = self._projected(self._data[key[0]].held_out, draw, 1, patches)
        return projected_distance(self._projected(pictures, draw, 0, patches), self._held_out[key])

    def mean(self, pictures: Tensor, direction: str, draws: int, patches: int = PATCH_COUNT) -> float:
        """The mean distance over several draws of patches."""
        return sum(self(pictures, direction, draw, patches) for draw in range(draws)) / draws

    def reference_level(
        self, direction: str, count: int, patches: int = PATCH_COUNT
    ) -> tuple[ReferenceLevel | None, int]:
        """The reference level of up to `count` pictures, and how many are compared; None where there are too few."""
        count = self._level_count(direction, count)
        if count < 1:
            return None, 0
        key = self._level_key(direction, count, patches)
        if key not in self._levels and self._cache is not None and (known := self._cache.level(key)) is not None:
            self._levels[key] = known
        if key not in self._levels:
            self._levels[key] = self._computed_level(direction, count, patches)
            if self._cache is not None:
                self._cache.keep_level(key, self._levels[key])
        return self._levels[key], count

    def has_levels(self, directions: Sequence[str], count: int, patches: int = PATCH_COUNT) -> bool:
        """Whether the reference levels for up to `count` pictures are known already, here or in the cache."""
        keys = [self._level_key(direction, self._level_count(direction, count), patches) for direction in directions]
        return all(
            key in self._levels or (self._cache is not None and self._cache.level(key) is not None) for key in keys
        )

    def _computed_level(self, direction: str, count: int, patches: int) -> ReferenceLevel:
        end = self._data[ENDS[direction][1]]
        if self._spare:
            real = end.pictures
            found = reference_levels(
                lambda chosen, draw: {self._name: self(real[chosen], direction, draw, patches)},
                len(real),
                count,
                seed=self._seed,
            )
        else:
            real = end.held_out

            def compare(one: Tensor, other: Tensor, draw: int) -> dict[str, float]:
                sides = (self._projected(real[half], draw, stream, patches) for stream, half in enumerate((one, other)))
                return {self._name: projected_distance(*sides)}

            found = levels_of_halves(compare, len(real), seed=self._seed)
        return found[self._name]

    def _projected(self, pictures: Tensor, draw: int, stream: int, patches: int) -> list[Tensor]:
        where = None if self._where is None else self._where(pictures)
        return projections(pictures, seed=self._seed + draw, stream=stream, patches=patches, where=where)

    def _level_count(self, direction: str, count: int) -> int:
        start, end = (self._data[domain] for domain in ENDS[direction])
        return min(count, len(start.held_out), len(end.pictures)) if self._spare else len(end.held_out) // 2

    def _level_key(self, direction: str, count: int, patches: int) -> str:
        return f"{direction} {self._name} {count} {patches} {self._seed}"
