"""How far translations are from real pictures of the domain that they should land in, and from the truth where it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.levels import share_of_way
from gan_core.metrics.patches import PATCHES as PATCH_COUNT
from gan_core.metrics.patches import (
    debiased_sliced_wasserstein,
    mean_absolute_difference,
    projected_distance,
    projections,
    sliced_wasserstein,
)
from gan_core.metrics.reference import ReferenceLevel, deviation, levels_of_halves, reference_levels
from gan_core.metrics.structure import lines, lines_kept, structural_similarity
from gan_core.metrics.yardstick import DRAWS, Measurement, debiased_details

Translate = Callable[[str, Tensor], Tensor]
"""`translate(direction, pictures)`: uint8 (N, C, H, W) to uint8 of the same shape."""
COUNT = 150
ENDS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}
PATCHES, PAIRED, SIMILARITY, LINES = "patch-distance", "paired-l1", "paired-ssim", "lines-kept"
DRAWN = 0.01
"""Share of pixels in lines from which pictures count as drawings, whose lines are then watched."""
WAY = "way to the reference level"
WORDS = "distance of small patches of translations to real held-out pictures, about in grey levels"


class TranslationYardstick:
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
    ) -> None:
        """Translate up to `count` held-out pictures. With `pairs` the held-out pictures of A and B are true pairs.

        Without `spare` all pictures are held out, none is left for the reference level: it is then what halves of them give
        against each other. Raises InputError for fewer than 2 pictures or less than one draw.
        """
        if count < 2 or draws < 1:
            raise InputError(f"At least 2 pictures and 1 draw are needed to measure, not {count} and {draws}.")
        self.data = data
        self.count = count
        self.draws = draws
        self.seed = seed
        self.spare = spare
        self.pairs = pairs and len(data["A"].held_out) == len(data["B"].held_out)
        self._levels: dict[str, ReferenceLevel] = {}
        self._nothing: dict[str, float] = {}
        self._projected: dict[tuple[str, int, int], list[Tensor]] = {}

    def measure(self, translate: Translate, directions: tuple[str, ...] = tuple(ENDS)) -> list[Measurement]:
        """Of every direction: patch distance; with true pairs, mean |difference| and SSIM to the truth; of drawings, the
        share of their lines that is kept. Each beside what doing nothing and a random training picture would get."""
        found: list[Measurement] = []
        for direction in directions:
            start, end = (self.data[domain] for domain in ENDS[direction])
            pictures = start.held_out[: self.count]
            translations = translate(direction, pictures)
            found.append(self._patches(direction, pictures, translations, end))
            if not self.pairs:
                continue
            truths = end.held_out[: len(pictures)]
            rivals = {"do nothing": pictures, "a random training picture": self._strangers(end, len(pictures))}
            for name, compare, lower, words in (
                (
                    PAIRED,
                    mean_absolute_difference,
                    True,
                    "mean difference to the true counterpart, as a share of the full range",
                ),
                (SIMILARITY, structural_similarity, False, "structural similarity to the true counterpart"),
            ):
                each = {rival: compare(shown, truths) for rival, shown in rivals.items()}
                found.append(self._each(f"{direction} {name}", compare(translations, truths), each, end, words, lower))
            if float(lines(pictures).float().mean()) > DRAWN:
                each = {rival: lines_kept(pictures, shown) for rival, shown in rivals.items()}
                words = "share of the drawing's lines that the translation still has (doing nothing keeps them all)"
                found.append(
                    self._each(f"{direction} {LINES}", lines_kept(pictures, translations), each, end, words, False)
                )
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
        level, samples = self._level(direction, len(pictures))
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
        name = f"{direction} {PATCHES}"
        return self._measurement(name, value, values, len(pictures), end, WORDS, about, beside)

    def _level(self, direction: str, count: int) -> tuple[ReferenceLevel | None, int]:
        """What real pictures of the domain give, and how many of them were compared."""
        end = self.data[ENDS[direction][1]]
        count = min(count, len(end.pictures)) if self.spare else len(end.held_out) // 2
        if count < 1:
            return None, 0
        key = f"{direction} {count}"
        if key not in self._levels:
            if self.spare:
                real = end.pictures

                def look(chosen: Tensor, draw: int) -> dict[str, float]:
                    return {PATCHES: self._distance(real[chosen], direction, draw)}

                found = reference_levels(look, len(real), count, seed=self.seed)
            else:
                real = end.held_out

                def compare(one: Tensor, other: Tensor, draw: int) -> dict[str, float]:
                    return {PATCHES: sliced_wasserstein(real[one], real[other], seed=self.seed + draw)}

                found = levels_of_halves(compare, len(real), seed=self.seed)
            self._levels[key] = found[PATCHES]
        return self._levels[key], count

    def _each(
        self, name: str, each: Tensor, rivals: Mapping[str, Tensor], end: DataSet, words: str, lower_is_better: bool
    ) -> Measurement:
        """The mean of one number a picture, (N,), beside those of the `rivals`; NaN marks pictures without one."""
        each = each[~each.isnan()]
        values = [float(_drawn(each, self.seed + n).mean()) for n in range(self.draws)]
        about = {rival: _short(float(theirs.nanmean())) for rival, theirs in rivals.items()}
        value = float(each.mean())
        return self._measurement(name, value, values, len(each), end, words, about, {}, lower_is_better)

    def _distance(self, pictures: Tensor, direction: str, draw: int, patches: int = PATCH_COUNT) -> float:
        """To the held-out pictures of the domain that `direction` leads to, which are projected once."""
        seed = self.seed + draw
        key = ENDS[direction][1], seed, patches
        if key not in self._projected:
            self._projected[key] = projections(self.data[key[0]].held_out, seed=seed, stream=1, patches=patches)
        return projected_distance(projections(pictures, seed=seed, stream=0, patches=patches), self._projected[key])

    def _measurement(
        self,
        name: str,
        value: float,
        values: list[float],
        samples: int,
        end: DataSet,
        words: str,
        about: dict[str, Any],
        beside: Mapping[str, Any],
        lower_is_better: bool = True,
    ) -> Measurement:
        return Measurement(
            **{"reference_level": None, **beside},
            lower_is_better=lower_is_better,
            name=name,
            value=value,
            spread=deviation(values),
            spread_over="bootstrap",
            samples=samples,
            reference=len(end.held_out),
            draws=len(values),
            seed=self.seed,
            words=words,
            details=about,
        )


def _drawn(values: Tensor, seed: int) -> Tensor:
    """As many rows as there are, drawn with replacement: a bootstrap sample."""
    chosen = torch.randint(len(values), (len(values),), generator=torch.Generator().manual_seed(seed))
    return values[chosen]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
