"""How far translations are from real pictures of the domain that they should land in, and from the truth where it is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from gan_core.data import DataSet
from gan_core.errors import InputError
from gan_core.metrics.patches import mean_absolute_difference, relative, sliced_wasserstein
from gan_core.metrics.structure import lines, lines_kept, structural_similarity
from gan_core.metrics.yardstick import DRAWS, Measurement

Translate = Callable[[str, Tensor], Tensor]
"""`translate(direction, pictures)`: uint8 (N, C, H, W) to uint8 of the same shape."""
COUNT = 150
ENDS = {"AtoB": ("A", "B"), "BtoA": ("B", "A")}
PATCHES, PAIRED, SIMILARITY, LINES = "patch-distance", "paired-l1", "paired-ssim", "lines-kept"
DRAWN = 0.01
"""Share of pixels in lines from which pictures count as drawings, whose lines are then watched."""


class TranslationYardstick:
    """The held-out pictures of both domains, ready to compare translations with."""

    def __init__(
        self, data: Mapping[str, DataSet], *, count: int = COUNT, draws: int = DRAWS, seed: int = 0, pairs: bool = False
    ) -> None:
        """Translate up to `count` held-out pictures. With `pairs` the held-out pictures of A and B are true pairs.

        Raises InputError for fewer than 2 pictures or less than one draw.
        """
        if count < 2 or draws < 1:
            raise InputError(f"At least 2 pictures and 1 draw are needed to measure, not {count} and {draws}.")
        self.data = data
        self.count = count
        self.draws = draws
        self.seed = seed
        self.pairs = pairs and len(data["A"].held_out) == len(data["B"].held_out)
        self._floors: dict[str, float] = {}

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
            strangers = _drawn(end.pictures, self.seed)
            strangers = strangers.repeat(-(-len(pictures) // len(strangers)), 1, 1, 1)[: len(pictures)]
            rivals = {"do nothing": pictures, "a random training picture": strangers}
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

    def _patches(self, direction: str, pictures: Tensor, translations: Tensor, end: DataSet) -> Measurement:
        # The value is that of the translations as they are; one drawn with replacement lies further off, and is only
        # good for the spread.
        values = [self._distance(_drawn(translations, self.seed + n), end, n) for n in range(self.draws)]
        value = _mean([self._distance(translations, end, n) for n in range(self.draws)])
        if direction not in self._floors:
            chosen = [_chosen(end.pictures, len(pictures), self.seed + n) for n in range(self.draws)]
            self._floors[direction] = _mean([self._distance(real, end, n) for n, real in enumerate(chosen)])
        floor, nothing = self._floors[direction], _mean([self._distance(pictures, end, n) for n in range(self.draws)])
        about = {"do nothing": _short(nothing), "way to the floor": _short(relative(value, nothing, floor))}
        words = "distance of small patches of translations to real held-out pictures, in grey levels"
        return self._measurement(f"{direction} {PATCHES}", value, floor, values, len(pictures), end, words, about)

    def _each(
        self, name: str, each: Tensor, rivals: Mapping[str, Tensor], end: DataSet, words: str, lower_is_better: bool
    ) -> Measurement:
        """The mean of one number a picture, (N,), beside those of the `rivals`; NaN marks pictures without one."""
        each = each[~each.isnan()]
        values = [float(_drawn(each, self.seed + n).mean()) for n in range(self.draws)]
        about = {rival: _short(float(theirs.nanmean())) for rival, theirs in rivals.items()}
        value = float(each.mean())
        return self._measurement(name, value, None, values, len(each), end, words, about, lower_is_better)

    def _distance(self, pictures: Tensor, end: DataSet, draw: int) -> float:
        return sliced_wasserstein(pictures, end.held_out, seed=self.seed + draw)

    def _measurement(
        self,
        name: str,
        value: float,
        floor: float | None,
        values: list[float],
        samples: int,
        end: DataSet,
        words: str,
        about: dict[str, Any],
        lower_is_better: bool = True,
    ) -> Measurement:
        return Measurement(
            lower_is_better=lower_is_better,
            name=name,
            value=value,
            floor=floor,
            spread=float(torch.tensor(values, dtype=torch.float64).std()) if len(values) > 1 else None,
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


def _chosen(values: Tensor, count: int, seed: int) -> Tensor:
    """`count` different rows, or all of fewer."""
    return values[torch.randperm(len(values), generator=torch.Generator().manual_seed(seed))[:count]]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _short(value: float) -> float:
    return float(f"{value:.6g}")
