"""How far translations are from real pictures of the domain that they should land in, and from the truth where it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.evaluator import DRAWS, Measurement, debiased_details
from gan_core.metrics.level_cache import LevelCache
from gan_core.metrics.patches import PATCHES as PATCH_COUNT
from gan_core.metrics.patches import (
    debiased_sliced_wasserstein,
    mean_absolute_difference,
    projected_distance,
    projections,
    sliced_wasserstein,
)
from gan_core.metrics.reference import ReferenceLevel, deviation, levels_of_halves, reference_levels
from gan_core.metrics.registry import is_lower_better, of_pictures, words_for
from gan_core.metrics.registry import measure as measure_metric
from gan_core.metrics.structure import lines, lines_kept, structural_similarity
from gan_core.parts import PartInfo, register
from gan_core.reference_levels import share_of_way

Translate = Callable[[str, Tensor], Tensor]
"""`translate(direction, pictures)`: uint8 (N, C, H, W) to uint8 of the same shape."""
COUNT = 150
ENDS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}
PATCHES, PAIRED, SIMILARITY, LINES = "patch-distance", "paired-l1", "paired-ssim", "lines-kept"
DRAWN = 0.01
"""Share of pixels in lines from which pictures count as drawings, whose lines are then watched."""
WAY = "way to the reference level"

register.metric(
    PATCHES,
    title="Patch distance of translations",
    summary="Distance of small patches of translations to real held-out pictures, about in grey levels.",
    tags=("translations",),
)(sliced_wasserstein)


class TranslationEvaluator:
    """The held-out pictures of both domains, ready to compare translations with."""

    def __init__(
        self,
        data: Mapping[str, DataSet],
        *,
        count: int = COUNT,
        draws: int = DRAWS,
        seed: int = 0,
        pairs: bool = False,
        spare: bool = True,
        cache: LevelCache | None = None,
    ) -> None:
        """Translate up to `count` held-out pictures. With `pairs` the held-out pictures of A and B are true pairs.

        Without `spare` all pictures are held out, none is left for the reference level: it is then what halves of them give
        against each other. Reference levels that are in `cache` are not computed again. Raises InputError for fewer than 2 pictures or less than one draw.
        """
        if count < 2 or draws < 1:
            raise InputError(f"At least 2 pictures and 1 draw are needed to measure, not {count} and {draws}.")
        self.data = data
        self.count = count
        self.draws = draws
        self.seed = seed
        self.spare = spare
        self.pairs = pairs and len(data["A"].held_out) == len(data["B"].held_out)
        self._cache = cache
        self._levels: dict[str, ReferenceLevel] = {}
        self._nothing: dict[str, float] = {}
        self._projected: dict[tuple[str, int, int], list[Tensor]] = {}

    def measure(self, translate: Translate, directions: tuple[str, ...] = tuple(ENDS)) -> list[Measurement]:
        """Measure every direction, each value beside those of doing nothing and of a random training picture.

        The metrics are the patch distance; with true pairs, the mean absolute difference and SSIM to the target; of
        drawings, the share of their lines that is kept.
        """
        found: list[Measurement] = []
        for direction in directions:
            start, end = (self.data[domain] for domain in ENDS[direction])
            pictures = start.held_out[: self.count]
            translations = translate(direction, pictures)
            found.append(self._patches(direction, pictures, translations, end))
            found += [self._metric(info, direction, pictures, translations, end) for info in of_pictures()]
            if not self.pairs:
                continue
            truths = end.held_out[: len(pictures)]
            rivals = {"do nothing": pictures, "a random training picture": self._strangers(end, len(pictures))}
            for name, compare in ((PAIRED, mean_absolute_difference), (SIMILARITY, structural_similarity)):
                each = {rival: compare(shown, truths) for rival, shown in rivals.items()}
                found.append(self._each(direction, name, compare(translations, truths), each, end))
            if float(lines(pictures).float().mean()) > DRAWN:
                each = {rival: lines_kept(pictures, shown) for rival, shown in rivals.items()}
                found.append(self._each(direction, LINES, lines_kept(pictures, translations), each, end))
        return found

    def _strangers(self, end: DataSet, count: int) -> Tensor:
        """`count` random training pictures; where all are held out, held-out ones, none of them its own truth."""
        if not self.spare:
            return end.held_out.roll(1, 0)[:count]
        strangers = _drawn(end.pictures, self.seed)
        return strangers.repeat(-(-count // len(strangers)), 1, 1, 1)[:count]

    def _patches(self, direction: str, pictures: Tensor, translations: Tensor, end: DataSet) -> Measurement:
        # The value is that of the translations as they are; one drawn with replacement lies further off, and is only
        # good for the spread.
        values = [self._distance(_drawn(translations, self.seed + n), direction, n) for n in range(self.draws)]
        value = _mean([self._distance(translations, direction, n) for n in range(self.draws)])
        if direction not in self._nothing:
            self._nothing[direction] = _mean([self._distance(pictures, direction, n) for n in range(self.draws)])
        nothing = self._nothing[direction]
        level, samples = self.reference_level(direction, len(pictures))
        spread = deviation(values)
        comparable = level is not None and samples == len(pictures)
        way = share_of_way(value, nothing, level.value, spread, level.spread) if level and comparable else None
        debiased = [
            debiased_sliced_wasserstein(translations, end.held_out, seed=self.seed + n) for n in range(self.draws)
        ]
        about = {
            "do nothing": _short(nothing),
            WAY: None if way is None else _short(way),
            **debiased_details(debiased),
        }
        beside = {} if level is None else level.to_json(samples)
        return self._measurement(direction, PATCHES, value, values, len(pictures), end, about, beside)

    def _metric(
        self, info: PartInfo, direction: str, pictures: Tensor, translations: Tensor, end: DataSet
    ) -> Measurement:
        """A metric of a plugin, beside what doing nothing gives."""
        drawn = [measure_metric(info, _drawn(translations, self.seed + n), end.held_out) for n in range(self.draws)]
        value = measure_metric(info, translations, end.held_out)
        about = {"do nothing": _short(measure_metric(info, pictures, end.held_out))}
        return self._measurement(direction, info.name, value, drawn, len(pictures), end, about, {})

    def mean_distance(
        self,
        translate: Translate,
        directions: Sequence[str],
        *,
        count: int,
        draws: int,
        patches: int = PATCH_COUNT,
    ) -> Measurement:
        """The patch distance alone, of up to `count` pictures, as the mean over `directions`; their spreads count as independent."""
        values: list[float] = []
        spreads: list[float] = []
        levels: list[ReferenceLevel] = []
        fewest = count
        for direction in directions:
            pictures = self.data[ENDS[direction][0]].held_out[:count]
            fewest = min(fewest, len(pictures))
            made = translate(direction, pictures)
            values.append(_mean([self._distance(made, direction, n, patches) for n in range(draws)]))
            varied = [self._distance(_drawn(made, self.seed + n), direction, n, patches) for n in range(draws)]
            spreads.append(deviation(varied) or 0.0)
            level, _ = self.reference_level(direction, len(pictures), patches)
            levels += [] if level is None else [level]
        words = words_for(PATCHES)
        both = f"{words}, mean of both directions" if len(directions) > 1 else words
        beside: dict[str, Any] = {"reference_level": None}
        if levels:
            joined = ReferenceLevel(
                value=_mean([level.value for level in levels]),
                spread=_together([level.spread or 0.0 for level in levels]),
                draws=levels[0].draws,
                over=levels[0].over,
            )
            beside = joined.to_json(fewest)
        return Measurement(
            **beside,
            name=PATCHES,
            value=_mean(values),
            spread=_together(spreads) if draws > 1 else None,
            spread_over="bootstrap",
            samples=fewest,
            reference=len(self.data[ENDS[directions[0]][1]].held_out),
            draws=draws,
            seed=self.seed,
            words=both,
        )

    def has_levels(self, directions: Sequence[str], count: int, patches: int = PATCH_COUNT) -> bool:
        """Whether what up to `count` real pictures give is known already, here or in the cache."""
        keys = [self._level_key(direction, self._level_count(direction, count), patches) for direction in directions]
        return all(
            key in self._levels or (self._cache is not None and self._cache.level(key) is not None) for key in keys
        )

    def _level_count(self, direction: str, count: int) -> int:
        start, end = (self.data[domain] for domain in ENDS[direction])
        return min(count, len(start.held_out), len(end.pictures)) if self.spare else len(end.held_out) // 2

    def _level_key(self, direction: str, count: int, patches: int) -> str:
        return f"{direction} {PATCHES} {count} {patches} {self.seed}"

    def reference_level(
        self, direction: str, count: int, patches: int = PATCH_COUNT
    ) -> tuple[ReferenceLevel | None, int]:
        """What real pictures of the domain give, and how many of them were compared."""
        end = self.data[ENDS[direction][1]]
        count = self._level_count(direction, count)
        if count < 1:
            return None, 0
        key = self._level_key(direction, count, patches)
        if key not in self._levels and self._cache is not None and (known := self._cache.level(key)) is not None:
            self._levels[key] = known
        if key not in self._levels:
            if self.spare:
                real = end.pictures

                def look(chosen: Tensor, draw: int) -> dict[str, float]:
                    return {PATCHES: self._distance(real[chosen], direction, draw, patches)}

                found = reference_levels(look, len(real), count, seed=self.seed)
            else:
                real = end.held_out

                def compare(one: Tensor, other: Tensor, draw: int) -> dict[str, float]:
                    return {PATCHES: sliced_wasserstein(real[one], real[other], seed=self.seed + draw)}

                found = levels_of_halves(compare, len(real), seed=self.seed)
            self._levels[key] = found[PATCHES]
            if self._cache is not None:
                self._cache.keep_level(key, found[PATCHES])
        return self._levels[key], count

    def _each(self, direction: str, name: str, each: Tensor, rivals: Mapping[str, Tensor], end: DataSet) -> Measurement:
        """The mean of one number a picture, (N,), beside those of the `rivals`; NaN marks pictures without one."""
        each = each[~each.isnan()]
        values = [float(_drawn(each, self.seed + n).mean()) for n in range(self.draws)]
        about = {rival: _short(float(theirs.nanmean())) for rival, theirs in rivals.items()}
        value = float(each.mean())
        return self._measurement(direction, name, value, values, len(each), end, about, {})

    def _distance(self, pictures: Tensor, direction: str, draw: int, patches: int = PATCH_COUNT) -> float:
        """To the held-out pictures of the domain that `direction` leads to, which are projected once."""
        seed = self.seed + draw
        key = ENDS[direction][1], seed, patches
        if key not in self._projected:
            self._projected[key] = projections(self.data[key[0]].held_out, seed=seed, stream=1, patches=patches)
        return projected_distance(projections(pictures, seed=seed, stream=0, patches=patches), self._projected[key])

    def _measurement(
        self,
        direction: str,
        name: str,
        value: float,
        values: list[float],
        samples: int,
        end: DataSet,
        about: dict[str, Any],
        beside: Mapping[str, Any],
    ) -> Measurement:
        return Measurement(
            **{"reference_level": None, **beside},
            lower_is_better=is_lower_better(name),
            name=f"{direction} {name}",
            value=value,
            spread=deviation(values),
            spread_over="bootstrap",
            samples=samples,
            reference=len(end.held_out),
            draws=len(values),
            seed=self.seed,
            words=words_for(name),
            details=about,
        )


def _drawn(values: Tensor, seed: int) -> Tensor:
    """As many rows as there are, drawn with replacement: a bootstrap sample."""
    chosen = torch.randint(len(values), (len(values),), generator=torch.Generator().manual_seed(seed))
    return values[chosen]


def _together(spreads: list[float]) -> float:
    """The spread of a mean of independent numbers."""
    return float(torch.tensor(spreads, dtype=torch.float64).square().sum().sqrt()) / len(spreads)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
