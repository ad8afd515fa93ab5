"""Failures of translations, detected in held-out pictures: light and dark swapped, nothing changed, all alike.

Pure functions. Thresholds were set between healthy translators (drawings to emoji, summers to winters, both ways and at
several moments of their training) and broken ones; the numbers are beside them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

from gan_core.metrics.patches import sliced_wasserstein

CHANCE = 1_000
"""Pictures that a run has learned from before alarms are computed: young translators draw grey pictures, all alike."""
SWAPPED, MOST = -0.1, 0.7
"""Correlation of lightness below which a picture counts as inverted, and the share of such pictures that is alarming.

Healthy: -0.09 at worst, in one picture of 96 summers and winters, else above 0. Their translations inverted: below -0.1
in 3 of 4 pictures. A run that went wrong on photographs of clothes: -0.25 and less in every one of 48.
"""
ASKED = 64.0
"""Grey levels that two domains' lightness must be apart before an inversion may be what they ask for."""
LITTLE = 0.2
"""Mean change of a pixel as a share of the patch distance between the domains. Healthy: 0.48 and more; copying: 0."""
ALIKE = 0.25
"""How far outputs differ from each other as a share of what inputs or real pictures do. Healthy: 0.71 and more; one
picture: 0."""
COARSE = 16
"""Side to which pictures are shrunk before they are compared with each other: noise makes no variety."""
REAL = 64
"""Real pictures that are looked at."""
LUMA = (0.299, 0.587, 0.114)
REMEDIES = {
    "cycle": {
        "inverted": "set 'Weight, identity' behind Advanced to 0.5 (game.identity_weight=0.5)",
        "unchanged": "lower 'Weight, identity' and 'Weight, there and back' behind Advanced (game.identity_weight, game.cycle_weight)",
    },
    "contrastive": {
        "inverted": "turn 'Keep what fits' on behind Advanced (game.identity=true)",
        "unchanged": "lower 'Weight, patches' behind Advanced (game.contrast_weight)",
    },
}
"""What helps, by game and kind: in quotes as the page calls it, in brackets as `--set` does."""


@dataclass(frozen=True)
class Alarm:
    """A failure that was detected in translations."""

    kind: str
    """`inverted`, `unchanged` or `collapsed`."""
    sentence: str
    """What is seen, in numbers, and what helps."""


def translation_alarms(
    inputs: Tensor, outputs: Tensor, real: Tensor, game: str = "cycle", apart: float | None = None
) -> list[Alarm]:
    """The failures of `outputs`, the translations of held-out `inputs` into the domain of `real`.

    Args:
        inputs, outputs: uint8 (N, C, H, W), at least 2.
        real: uint8 (M, C, H, W), held-out pictures of the domain that translations should land in.
        game: `cycle` or `contrastive`: which settings help.
        apart: `domain_distance(inputs, real)`, if it is known already.
    """
    real, remedies = real[:REAL], REMEDIES[game]
    kinds, made = min(variety(inputs), variety(real)), variety(outputs)
    if made < ALIKE * kinds:  # nothing else can be said of pictures that do not depend on their originals
        seen = f"Translations all look alike: {made:.1f} grey levels apart, where different pictures are {kinds:.0f}."
        helps = (
            "Start again with another seed; more pictures help, or, behind Advanced, 'Change what is judged' set to "
            "colour,translation,cutout (game.diffaugment=colour,translation,cutout)."
        )
        return [Alarm("collapsed", f"{seen} {helps}")]
    found: list[Alarm] = []
    swapped = int((lightness_correlation(inputs, outputs) < SWAPPED).sum())
    if swapped >= MOST * len(inputs) and not asks_for_inversion(inputs, real):
        seen = f"Light and dark come out swapped in {swapped} of {len(inputs)} held-out pictures."
        helps = f"This rarely heals: start again with another seed; if it comes back, {remedies['inverted']}."
        found.append(Alarm("inverted", f"{seen} {helps}"))
    change = mean_change(inputs, outputs)
    apart = domain_distance(inputs, real) if apart is None else apart
    if change < LITTLE * apart:
        seen = f"Pictures hardly change: by {change:.1f} of 255 grey levels, where the two kinds are {apart:.0f} apart."
        helps = f"If that stays, start again and {remedies['unchanged']}, or train on crops ('Change real pictures a little', augmentation=flip,jitter)."
        found.append(Alarm("unchanged", f"{seen} {helps}"))
    return found


def domain_distance(inputs: Tensor, real: Tensor) -> float:
    """How far the inputs are from the domain that they are translated into: their patch distance, in grey levels."""
    return sliced_wasserstein(inputs, real[:REAL])


def lightness_correlation(inputs: Tensor, outputs: Tensor) -> Tensor:
    """Pearson's correlation of luma over the pixels of each picture, (N,), -1 to 1; 0 for a picture of one
    lightness."""
    one, other = (luma(pictures).flatten(1) for pictures in (inputs, outputs))
    one, other = one - one.mean(1, keepdim=True), other - other.mean(1, keepdim=True)
    return (one * other).sum(1) / (one.norm(dim=1) * other.norm(dim=1)).clamp_min(1e-6)


def asks_for_inversion(inputs: Tensor, real: Tensor) -> bool:
    """Whether swapping light and dark is what leads from one domain to the other, as from black on white to white on
    black.

    By the Wasserstein-1 distance of the two domains' lightness: large as they are, less than a third once one is
    inverted.
    """
    grades = torch.linspace(0, 1, 256, dtype=torch.float64)
    start, end = (torch.quantile(_few(luma(pictures)), grades) for pictures in (inputs, real))
    as_it_is, inverted = ((start - end).abs().mean(), (255 - start.flip(0) - end).abs().mean())
    return bool(as_it_is > ASKED and inverted < as_it_is / 3)


def mean_change(inputs: Tensor, outputs: Tensor) -> float:
    """Mean |output - input| in grey levels."""
    return float((outputs.float() - inputs.float()).abs().mean())


def variety(pictures: Tensor) -> float:
    """Mean |difference| in grey levels between two different pictures, both shrunk to 16 pixels a side; 0 for a single
    one."""
    flat = adaptive_avg_pool2d(pictures.float(), COARSE).flatten(1)
    pairs = len(flat) * (len(flat) - 1)
    return float(torch.cdist(flat, flat, p=1).sum() / flat.shape[1] / pairs) if pairs else 0.0


def luma(pictures: Tensor) -> Tensor:
    """Lightness (Rec. 601) of uint8 pictures (N, 1 or 3, H, W), as float (N, H, W), 0 to 255."""
    if pictures.shape[1] != 3:
        return pictures.float().mean(1)
    return torch.einsum("nchw,c->nhw", pictures.float(), torch.tensor(LUMA))


def _few(values: Tensor) -> Tensor:
    """At most 65,536 evenly spread ones of `values`, in double precision."""
    flat = values.flatten()
    return flat[:: max(1, len(flat) // 65_536)].double()


class AlarmFilter:
    """Reports an alarm when two checks in a row have found it, and not again until it has cleared."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._told: set[str] = set()

    def news(self, found: Iterable[Alarm]) -> list[Alarm]:
        """Those alarms of `found`, all that this check has found, which are to be reported now."""
        found = list(found)
        kinds = {alarm.kind for alarm in found}
        self._told &= kinds
        news = [alarm for alarm in found if alarm.kind in self._seen and alarm.kind not in self._told]
        self._told |= {alarm.kind for alarm in news}
        self._seen = kinds
        return news
