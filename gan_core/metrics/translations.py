"""How far translations are from real pictures of the target domain, and from the targets where pairs are known."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.colour import colour_difference, foreground
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
from gan_core.metrics.reference import DRAWS as DRAWS_OF_LEVEL
from gan_core.metrics.reference import ReferenceLevel, deviation, levels_of_halves, reference_levels
from gan_core.metrics.regions import (
    Regions,
    are_line_drawings,
    bleed,
    palette_of,
    random_flat_colours,
    region_chroma,
    region_colour_difference,
    regions_of,
    uncoloured,
    unevenness,
)
from gan_core.metrics.registry import is_lower_better, of_pictures, words_for
from gan_core.metrics.registry import measure as measure_metric
from gan_core.metrics.structure import lines, lines_kept, structural_similarity
from gan_core.parts import PartInfo, register
from gan_core.reference_levels import FLAT, NOTHING, STRANGER, no_better_than, share_of_way

Translate = Callable[[str, Tensor], Tensor]
"""`translate(direction, pictures)`: uint8 (N, C, H, W) to uint8 of the same shape."""
COUNT = 150
ENDS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}
PATCHES, SHOWN_PATCHES = "patch-distance", "shown-patch-distance"
PAIRED, SIMILARITY, COLOUR, LINES = "paired-l1", "paired-ssim", "colour-difference", "lines-kept"
DRAWN = 0.01
"""Share of pixels in lines from which pictures count as drawings, whose lines are then watched."""
PLAIN = 0.75
"""Share of shown pixels below which patches are compared where something is, too."""
WAY = "way to the reference level"
PAIRED_METRICS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    PAIRED: mean_absolute_difference,
    SIMILARITY: structural_similarity,
    COLOUR: colour_difference,
}
"""One number a picture from (pictures, truths)."""
REGION_METRICS: dict[str, Callable[[Tensor, list[Regions]], Tensor]] = {
    "unevenness": unevenness,
    "bleed": bleed,
    "region-chroma": region_chroma,
}
"""One number a coloured drawing from (pictures, regions)."""
PAIRED_REGION_METRICS: dict[str, Callable[[Tensor, Tensor, list[Regions]], Tensor]] = {
    "uncoloured": uncoloured,
    "region-colour-difference": region_colour_difference,
}
"""One number a coloured drawing from (pictures, truths, regions)."""

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

        Without `spare` all pictures are held out, none is left for the reference level: it is then what halves of them
        give against each other. Reference levels that are in `cache` are not computed again. Raises InputError for
        fewer than 2 pictures or less than one draw.
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
        """Measure every direction, each value beside those of its baselines.

        The baselines are nothing done, a random training picture and, of line drawings, random flat colours. The
        metrics are the patch distance; where pictures lie on a plain background, the patch distance of what they show;
        with true pairs, the mean absolute difference, SSIM and colour difference to the target; of drawings, the share
        of their lines that is kept and how closed regions are filled, with what the targets give as reference level.
        """
        found: list[Measurement] = []
        for direction in directions:
            start, end = (self.data[domain] for domain in ENDS[direction])
            pictures = start.held_out[: self.count]
            translations = translate(direction, pictures)
            truths = end.held_out[: len(pictures)] if self.pairs else None
            regions = regions_of(pictures) if are_line_drawings(pictures) else []
            rivals = self._rivals(pictures, end, regions)
            found.append(self._patches(direction, pictures, translations, end, rivals))
            if float(foreground(end.held_out).float().mean()) < PLAIN:
                found.append(self._shown_patches(direction, translations, end, rivals))
            found += [self._metric(info, direction, pictures, translations, end) for info in of_pictures()]
            if truths is not None:
                found += [
                    self._each(direction, name, number, (truths,), translations, rivals, end)
                    for name, number in PAIRED_METRICS.items()
                ]
                if float(lines(pictures).float().mean()) > DRAWN:
                    kept = functools.partial(lines_kept, pictures)
                    found.append(self._each(direction, LINES, kept, (), translations, rivals, end))
            if any(each.inside for each in regions):
                found += self._regions(direction, regions, translations, truths, rivals, end)
        return found

    def _rivals(self, pictures: Tensor, end: DataSet, regions: list[Regions]) -> dict[str, Tensor]:
        """What a translation has to beat, by name: as many pictures each."""
        rivals = {NOTHING: pictures, STRANGER: self._strangers(end, len(pictures))}
        if regions and end.held_out.shape[1] == 3:
            palette = palette_of(end.pictures if self.spare else end.held_out)
            if len(palette):
                rivals[FLAT] = random_flat_colours(pictures, regions, palette, self.seed)
        return rivals

    def _regions(
        self,
        direction: str,
        regions: list[Regions],
        translations: Tensor,
        truths: Tensor | None,
        rivals: Mapping[str, Tensor],
        end: DataSet,
    ) -> list[Measurement]:
        """How closed regions are filled; what the truths give is the reference level."""
        found = [
            self._each(direction, name, number, (regions,), translations, rivals, end, truths)
            for name, number in REGION_METRICS.items()
        ]
        if truths is not None:
            found += [
                self._each(direction, name, number, (truths, regions), translations, rivals, end)
                for name, number in PAIRED_REGION_METRICS.items()
            ]
        return found

    def _shown_patches(
        self, direction: str, translations: Tensor, end: DataSet, rivals: Mapping[str, Tensor]
    ) -> Measurement:
        """The patch distance where pictures show something: a white background that is kept says nothing."""

        def projected(pictures: Tensor, draw: int, stream: int) -> list[Tensor]:
            return projections(pictures, seed=self.seed + draw, stream=stream, where=foreground(pictures))

        held_out = functools.cache(lambda draw: projected(end.held_out, draw, 1))

        def distance(pictures: Tensor, draw: int, others: Tensor | None = None) -> float:
            theirs = held_out(draw) if others is None else projected(others, draw, 1)
            return projected_distance(projected(pictures, draw, 0), theirs)

        def mean(pictures: Tensor) -> float:
            return _mean([distance(pictures, draw) for draw in range(self.draws)])

        count = self._level_count(direction, len(translations))
        if self.spare:
            real = end.pictures
            levels = reference_levels(
                lambda chosen, draw: {SHOWN_PATCHES: distance(real[chosen], draw)}, len(real), count, seed=self.seed
            )
        else:
            real = end.held_out
            levels = levels_of_halves(
                lambda one, other, draw: {SHOWN_PATCHES: distance(real[one], draw, real[other])},
                len(real),
                seed=self.seed,
            )
        values = [distance(_drawn(translations, self.seed + draw), draw) for draw in range(self.draws)]
        about = {name: _short(mean(rival)) for name, rival in rivals.items() if name != STRANGER}
        level = levels[SHOWN_PATCHES].to_json(count)
        return self._measurement(
            direction, SHOWN_PATCHES, mean(translations), values, len(translations), end, about, level
        )

    def _strangers(self, end: DataSet, count: int) -> Tensor:
        """`count` random training pictures; where all are held out, held-out ones, none of them its own truth."""
        if not self.spare:
            return end.held_out.roll(1, 0)[:count]
        strangers = _drawn(end.pictures, self.seed)
        return strangers.repeat(-(-count // len(strangers)), 1, 1, 1)[:count]

    def _patches(
        self,
        direction: str,
        pictures: Tensor,
        translations: Tensor,
        end: DataSet,
        rivals: Mapping[str, Tensor],
    ) -> Measurement:
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
        flat = self._flat_colours(direction, rivals)
        trivial = no_better_than(value, flat, spread)  # what knows no colour at all is no way that was gone
        told = level is not None and comparable and trivial is None
        way = share_of_way(value, nothing, level.value, spread, level.spread) if level and told else None
        debiased = [
            debiased_sliced_wasserstein(translations, end.held_out, seed=self.seed + n) for n in range(self.draws)
        ]
        about = {
            NOTHING: _short(nothing),
            **flat,
            WAY: None if way is None else _short(way),
            **debiased_details(debiased),
        }
        beside = {} if level is None else level.to_json(samples)
        return self._measurement(direction, PATCHES, value, values, len(pictures), end, about, beside)

    def _flat_colours(self, direction: str, rivals: Mapping[str, Tensor]) -> dict[str, float]:
        """The patch distance of random flat colours, where there are such."""
        if FLAT not in rivals:
            return {}
        return {FLAT: _short(_mean([self._distance(rivals[FLAT], direction, n) for n in range(self.draws)]))}

    def _metric(
        self, info: PartInfo, direction: str, pictures: Tensor, translations: Tensor, end: DataSet
    ) -> Measurement:
        """A metric of a plugin, beside what doing nothing gives."""
        drawn = [measure_metric(info, _drawn(translations, self.seed + n), end.held_out) for n in range(self.draws)]
        value = measure_metric(info, translations, end.held_out)
        about = {NOTHING: _short(measure_metric(info, pictures, end.held_out))}
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
        """The patch distance alone, of up to `count` pictures, as the mean over `directions`; their spreads count as
        independent."""
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
        """Whether the reference levels for up to `count` pictures are known already, here or in the cache."""
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
        """The reference level of a domain, and the number of pictures compared."""
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

    def _each(
        self,
        direction: str,
        name: str,
        number: Callable[..., Tensor],
        against: tuple[Any, ...],
        translations: Tensor,
        rivals: Mapping[str, Tensor],
        end: DataSet,
        truths: Tensor | None = None,
    ) -> Measurement:
        """The mean of `number(pictures, *against)`, one a picture, (N,), beside that of the `rivals`; NaN marks
        pictures without one.

        With `truths`, the reference level is what those give.
        """
        each = _known(number(translations, *against))
        about = {rival: _short(float(_known(number(theirs, *against)).mean())) for rival, theirs in rivals.items()}
        level: dict[str, Any] = {}
        if truths is not None:
            real = _known(number(truths, *against))
            spread = deviation([float(_drawn(real, self.seed + n).mean()) for n in range(DRAWS_OF_LEVEL)])
            level = ReferenceLevel(
                value=float(real.mean()), spread=spread, draws=DRAWS_OF_LEVEL, over="bootstrap"
            ).to_json(len(real))
        values = [float(_drawn(each, self.seed + n).mean()) for n in range(self.draws)]
        return self._measurement(direction, name, float(each.mean()), values, len(each), end, about, level)

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


def _known(values: Tensor) -> Tensor:
    """The values of the pictures that have one, (M,)."""
    return values[~values.isnan()]


def _together(spreads: list[float]) -> float:
    """The spread of a mean of independent numbers."""
    return float(torch.tensor(spreads, dtype=torch.float64).square().sum().sqrt()) / len(spreads)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
