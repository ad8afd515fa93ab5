"""How far translations are from real pictures of the target domain, and from the targets where pairs are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.colour import foreground
from gan_core.metrics.drawings import paired_measurements, region_measurements
from gan_core.metrics.evaluator import DRAWS, Measurement, debiased_details
from gan_core.metrics.level_cache import LevelCache
from gan_core.metrics.patch_distances import ENDS, PATCHES, SHOWN_PATCHES, PatchDistance
from gan_core.metrics.patches import PATCHES as PATCH_COUNT
from gan_core.metrics.patches import debiased_sliced_wasserstein
from gan_core.metrics.reference import ReferenceLevel, deviation
from gan_core.metrics.regions import Regions, are_line_drawings, palette_of, random_flat_colours, regions_of
from gan_core.metrics.registry import measure as measure_metric
from gan_core.metrics.registry import of_pictures, words_for
from gan_core.metrics.translated import Translated, drawn, short
from gan_core.parts import PartInfo
from gan_core.reference_levels import FLAT, NOTHING, STRANGER, no_better_than, share_of_way

Translate = Callable[[str, Tensor], Tensor]
"""`translate(direction, pictures)`: uint8 (N, C, H, W) to uint8 of the same shape."""
COUNT = 150
PLAIN = 0.75
"""Share of shown pixels below which patches are compared where something is, too."""
WAY = "way to the reference level"


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
        self.distance = PatchDistance(data, seed=seed, spare=spare, cache=cache)
        """Of small patches to the held-out pictures."""
        self._shown_distance = PatchDistance(data, SHOWN_PATCHES, seed=seed, spare=spare, cache=cache, where=foreground)
        self._nothing: dict[str, float] = {}

    def measure(self, translate: Translate, directions: tuple[str, ...] = tuple(ENDS)) -> list[Measurement]:
        """Measure every direction, each value beside those of its baselines.

        The baselines are nothing done, a random training picture and, of line drawings, random flat colours. The
        metrics are the patch distance; where pictures lie on a plain background, the patch distance of what they show;
        with true pairs, the mean absolute difference, SSIM and colour difference to the target; of drawings, the share
        of their lines that is kept and how closed regions are filled, with what the targets give as reference level.
        """
        found: list[Measurement] = []
        for direction in directions:
            case = self._translated(translate, direction)
            found.append(self._patches(case))
            if float(foreground(case.end.held_out).float().mean()) < PLAIN:
                found.append(self._shown_patches(case))
            found += [_metric(info, case) for info in of_pictures()]
            found += paired_measurements(case)
            found += region_measurements(case)
        return found

    def _translated(self, translate: Translate, direction: str) -> Translated:
        start, end = (self.data[domain] for domain in ENDS[direction])
        pictures = start.held_out[: self.count]
        regions = regions_of(pictures) if are_line_drawings(pictures) else []
        return Translated(
            direction=direction,
            pictures=pictures,
            translations=translate(direction, pictures),
            end=end,
            truths=end.held_out[: len(pictures)] if self.pairs else None,
            regions=regions,
            baselines=self._baselines(pictures, end, regions),
            draws=self.draws,
            seed=self.seed,
        )

    def _baselines(self, pictures: Tensor, end: DataSet, regions: list[Regions]) -> dict[str, Tensor]:
        """What a translation has to beat, by name: as many pictures each."""
        baselines = {NOTHING: pictures, STRANGER: self._strangers(end, len(pictures))}
        if regions and end.held_out.shape[1] == 3:
            palette = palette_of(end.pictures if self.spare else end.held_out)
            if len(palette):
                baselines[FLAT] = random_flat_colours(pictures, regions, palette, self.seed)
        return baselines

    def _strangers(self, end: DataSet, count: int) -> Tensor:
        """`count` random training pictures; where all are held out, held-out ones, none of them its own truth."""
        if not self.spare:
            return end.held_out.roll(1, 0)[:count]
        strangers = drawn(end.pictures, self.seed)
        return strangers.repeat(-(-count // len(strangers)), 1, 1, 1)[:count]

    def _shown_patches(self, case: Translated) -> Measurement:
        """The patch distance where pictures show something: a white background that is kept says nothing."""
        distance, direction = self._shown_distance, case.direction
        level, samples = distance.reference_level(direction, len(case.translations))
        values = [distance(case.resampled(draw), direction, draw) for draw in range(self.draws)]
        details = {
            name: short(distance.mean(pictures, direction, self.draws))
            for name, pictures in case.baselines.items()
            if name != STRANGER
        }
        value = distance.mean(case.translations, direction, self.draws)
        beside = {} if level is None else level.to_json(samples)
        return case.measurement(SHOWN_PATCHES, value, values, details, beside)

    def _patches(self, case: Translated) -> Measurement:
        # The value is that of the translations as they are; one drawn with replacement lies further off, and is only
        # good for the spread.
        direction = case.direction
        values = [self.distance(case.resampled(draw), direction, draw) for draw in range(self.draws)]
        value = self.distance.mean(case.translations, direction, self.draws)
        if direction not in self._nothing:
            self._nothing[direction] = self.distance.mean(case.pictures, direction, self.draws)
        nothing = self._nothing[direction]
        level, samples = self.distance.reference_level(direction, len(case.pictures))
        spread = deviation(values)
        flat = {
            name: short(self.distance.mean(pictures, direction, self.draws))
            for name, pictures in case.baselines.items()
            if name == FLAT
        }
        trivial = no_better_than(value, flat, spread)  # what knows no colour at all is no way that was gone
        way = None
        if level is not None and samples == len(case.pictures) and trivial is None:
            way = share_of_way(value, nothing, level.value, spread, level.spread)
        debiased = [
            debiased_sliced_wasserstein(case.translations, case.end.held_out, seed=self.seed + draw)
            for draw in range(self.draws)
        ]
        details = {
            NOTHING: short(nothing),
            **flat,
            WAY: None if way is None else short(way),
            **debiased_details(debiased),
        }
        beside = {} if level is None else level.to_json(samples)
        return case.measurement(PATCHES, value, values, details, beside)

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
            values.append(self.distance.mean(made, direction, draws, patches))
            varied = [self.distance(drawn(made, self.seed + n), direction, n, patches) for n in range(draws)]
            spreads.append(deviation(varied) or 0.0)
            level, _ = self.distance.reference_level(direction, len(pictures), patches)
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


def _metric(info: PartInfo, case: Translated) -> Measurement:
    """A metric of a plugin, beside what doing nothing gives."""
    real = case.end.held_out
    values = [measure_metric(info, case.resampled(draw), real) for draw in range(case.draws)]
    details = {NOTHING: short(measure_metric(info, case.pictures, real))}
    return case.measurement(info.name, measure_metric(info, case.translations, real), values, details, {})


def _together(spreads: list[float]) -> float:
    """The spread of a mean of independent numbers."""
    return float(torch.tensor(spreads, dtype=torch.float64).square().sum().sqrt()) / len(spreads)


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
