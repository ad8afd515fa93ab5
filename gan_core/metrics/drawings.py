"""How line drawings are coloured, and how near translations are to the truths where pairs are known."""

from __future__ import annotations

import functools
from collections.abc import Callable

from torch import Tensor

from gan_core.metrics.colour import colour_difference
from gan_core.metrics.evaluator import Measurement
from gan_core.metrics.patches import mean_absolute_difference
from gan_core.metrics.regions import (
    Regions,
    bleed,
    region_chroma,
    region_colour_difference,
    uncoloured,
    unevenness,
)
from gan_core.metrics.structure import lines, lines_kept, structural_similarity
from gan_core.metrics.translated import Translated

LINES = "lines-kept"
DRAWN = 0.01
"""Share of pixels in lines from which pictures count as drawings, whose lines are then watched."""
PAIRED_METRICS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "paired-l1": mean_absolute_difference,
    "paired-ssim": structural_similarity,
    "colour-difference": colour_difference,
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


def paired_measurements(case: Translated) -> list[Measurement]:
    """How near translations are to their truths and, of drawings, how many lines they keep; none without pairs."""
    if case.truths is None:
        return []
    found = [case.measured(name, number, case.truths) for name, number in PAIRED_METRICS.items()]
    if float(lines(case.pictures).float().mean()) > DRAWN:
        found.append(case.measured(LINES, functools.partial(lines_kept, case.pictures)))
    return found


def region_measurements(case: Translated) -> list[Measurement]:
    """How closed regions of line drawings are filled; what the truths give is the reference level."""
    if not any(each.inside for each in case.regions):
        return []
    found = [case.measured(name, number, case.regions, level_of=case.truths) for name, number in REGION_METRICS.items()]
    if case.truths is not None:
        found += [
            case.measured(name, number, case.truths, case.regions) for name, number in PAIRED_REGION_METRICS.items()
        ]
    return found
