"""How far a translator that learned from pairs is from the truth, without colour hints and with a few."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

from torch import Tensor

from gan_core.data import DataSet
from gan_core.games.hint_sampling import fixed_hints
from gan_core.images import to_float
from gan_core.metrics.evaluator import DRAWS, Measurement
from gan_core.metrics.hints import hint_difference, hint_specks, hinted_region_difference, hinted_unevenness
from gan_core.metrics.patches import mean_absolute_difference
from gan_core.metrics.regions import are_line_drawings, regions_of
from gan_core.metrics.translated import Translated, short
from gan_core.parts import register
from gan_core.reference_levels import NOTHING

PAIRED, HINTED = "paired-l1", "hinted-l1"
HINTS = 2
"""Colour hints in each picture."""
WITH_HINTS, WITHOUT_HINTS = "with two colour hints", "without hints"

TranslateHinted = Callable[[Tensor, Tensor | None], Tensor]
"""`translate(pictures, hints)`: uint8 (N, C, H, W) and planes (N, 4, H, W) or None, to uint8 (N, C, H, W)."""

register.metric(
    HINTED,
    title="Difference to the truth with two colour hints",
    summary="Mean difference to the true counterpart where two places are told their colour, as a share of the full range.",
    tags=("pairs",),
)(mean_absolute_difference)


class PairedEvaluator:
    """The held-out pairs of a data set, ready to compare translations with."""

    def __init__(self, data: Mapping[str, DataSet], *, hints: bool, draws: int = DRAWS, seed: int = 0) -> None:
        """Compare translations of A with B.

        Args:
            data: `A` and `B`, whose held-out pictures are pairs.
            hints: Whether the translator takes colour hints.
            draws: Bootstrap samples for the spread.
            seed: Of the draws and of the places of hints.
        """
        self.data = data
        self.hints = hints
        self.draws = draws
        self.seed = seed

    def measure(self, translate: TranslateHinted, count: int, draws: int | None = None) -> Measurement:
        """The mean absolute difference of up to `count` pictures, beside that of nothing done and with two hints."""
        found = self._measured(PAIRED, translate, count, draws, hinted=False)
        if not self.hints:
            return found
        hinted = self._measured(HINTED, translate, count, draws, hinted=True)
        return dataclasses.replace(found, details={**found.details, WITH_HINTS: short(hinted.value)})

    def measure_hinted(self, translate: TranslateHinted, count: int, draws: int | None = None) -> Measurement:
        """The mean absolute difference with two hints, beside that of nothing done and without hints."""
        plain = self._measured(PAIRED, translate, count, draws, hinted=False)
        found = self._measured(HINTED, translate, count, draws, hinted=True)
        return dataclasses.replace(found, details={**found.details, WITHOUT_HINTS: short(plain.value)})

    def measure_obedience(self, translate: TranslateHinted, count: int) -> list[Measurement]:
        """Whether two hints are obeyed, of line drawings; none for other pictures.

        How far a hint's pixels and its region are from its colour, how even the region is, and what takes the colour
        elsewhere, of up to `count` pictures beside the translations without hints; the truths give the reference level.
        """
        pictures, truths = (self.data[domain].held_out[:count] for domain in ("A", "B"))
        if not are_line_drawings(pictures):
            return []
        regions, hints = regions_of(pictures), fixed_hints(to_float(truths), HINTS, self.seed)
        plain = translate(pictures, None)
        case = Translated(
            direction="AtoB",
            pictures=pictures,
            translations=translate(pictures, hints),
            end=self.data["B"],
            truths=truths,
            regions=regions,
            baselines={WITHOUT_HINTS: plain},
            draws=self.draws,
            seed=self.seed,
        )
        found = [
            case.measured("hint-difference", hint_difference, hints, level_of=truths),
            case.measured("hint-specks", hint_specks, plain, hints, regions),
        ]
        if not hinted_unevenness(truths, hints, regions).isnan().all():
            found += [
                case.measured("hinted-region-difference", hinted_region_difference, hints, regions, level_of=truths),
                case.measured("hinted-unevenness", hinted_unevenness, hints, regions, level_of=truths),
            ]
        return found

    def _measured(
        self, name: str, translate: TranslateHinted, count: int, draws: int | None, *, hinted: bool
    ) -> Measurement:
        pictures, truths = (self.data[domain].held_out[:count] for domain in ("A", "B"))
        hints = fixed_hints(to_float(truths), HINTS, self.seed) if hinted else None
        case = Translated(
            direction="AtoB",
            pictures=pictures,
            translations=translate(pictures, hints),
            end=self.data["B"],
            truths=truths,
            regions=[],
            baselines={NOTHING: pictures},
            draws=draws or self.draws,
            seed=self.seed,
        )
        return case.measured(name, mean_absolute_difference, truths)
