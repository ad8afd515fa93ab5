"""Looking closer at a translation: what changed, what a full cycle loses, where it looks real.

Pictures are uint8 (H, W, 3). Nothing here is a metric: these are pictures for a person, each with one number beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from gan_core.errors import InputError
from gan_core.images import to_float
from gan_core.objectives import Objective, objectives
from gan_core.recipes import Part
from gan_core.translation.enlarge import resize
from gan_core.translation.scales import working_size
from gan_core.translation.translator import Translator

FULL_SCALE = 64
"""Levels of difference that an error map draws at its brightest: a quarter of the range is plainly visible."""
HEAT = np.array([(13, 12, 32), (87, 15, 109), (187, 55, 84), (249, 142, 9), (252, 255, 164)], dtype=np.float64)
"""Five knots of a map that grows steadily in lightness, also with colour blindness, and in grey print."""
MADE, REAL = np.array([116, 64, 201], dtype=np.float64), np.array([11, 119, 120], dtype=np.float64)
"""Purple where a patch looks made, teal where it looks real: the colours of both on every tab (--gw-generated,
--gw-real)."""
TINT = 0.55
"""Share of the tint in a realism map; the rest is the picture in grey."""


@dataclass(frozen=True, eq=False)
class Realism:
    """What a discriminator thinks of a picture."""

    overlay: np.ndarray
    """The picture in grey, tinted teal where its patches look real and purple where they look made; uint8 (H, W, 3)."""
    share: float
    """Share of the patches that look more real than made, 0 to 1."""


def difference(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """What a translation adds and takes, around middle grey: unchanged is grey, brighter is more, half the contrast."""
    _same_size(before, after)
    change = after.astype(np.int16) - before
    return (128 + np.rint(change / 2)).clip(0, 255).astype(np.uint8)


def error_map(original: np.ndarray, returned: np.ndarray) -> tuple[np.ndarray, float]:
    """How far each pixel came back from where it started, as a heat map, and the mean distance in levels of 255.

    A pixel's distance is the mean of |difference| over its three channels; `FULL_SCALE` levels are brightest.
    """
    _same_size(original, returned)
    distance = np.abs(returned.astype(np.int16) - original).mean(axis=2)
    place = (distance / FULL_SCALE).clip(0, 1) * (len(HEAT) - 1)
    below = np.minimum(place.astype(np.int64), len(HEAT) - 2)
    share = (place - below)[..., None]
    heat = HEAT[below] * (1 - share) + HEAT[below + 1] * share
    return np.rint(heat).astype(np.uint8), float(distance.mean())


def blend(before: np.ndarray, after: np.ndarray, strength: float) -> np.ndarray:
    """Interpolate from `before` (strength 0) to `after` (strength 1), pixel by pixel.

    Raises:
        InputError: for a strength outside of that.
    """
    _same_size(before, after)
    if not 0 <= strength <= 1:
        raise InputError(f"The strength of a translation is from 0 to 1, not {strength:g}.")
    mixed = before + strength * (after.astype(np.float32) - before)
    return np.rint(mixed).clip(0, 255).astype(np.uint8)


@torch.inference_mode()
def realism(translator: Translator, rgb: np.ndarray, domain: str, *, scale: str = "auto") -> Realism | None:
    """What the discriminator of `domain` (`A` or `B`) thinks of every part of `rgb`, seen at `scale`.

    None when the model came without that discriminator, when its scores have no scale on which to call a patch real
    (Wasserstein's critic), and when it sees pictures only together with what they were translated from.
    """
    discriminator, objective = translator.discriminators.get(domain), _objective(translator)
    if discriminator is None or objective is None or objective.scores == "critic":
        return None
    if _channels(discriminator) not in (None, int(translator.card.channels)):
        return None
    height, width = rgb.shape[:2]
    seen = resize(rgb, *working_size(width, height, scale, translator.side))
    batch = to_float(torch.from_numpy(np.array(_large_enough(seen, discriminator))).permute(2, 0, 1)[None])
    if int(translator.card.channels) == 1:
        batch = batch.mean(dim=1, keepdim=True)
    chances = _chances(discriminator(batch.to(translator.device)).float(), objective)[0, 0].cpu().numpy()
    shown = np.asarray(Image.fromarray(chances).resize((width, height), Image.Resampling.BILINEAR)).clip(0, 1)
    grey = rgb.mean(axis=2, keepdims=True)
    tint = MADE + shown[..., None] * (REAL - MADE)
    overlay = np.rint((1 - TINT) * grey + TINT * tint).clip(0, 255).astype(np.uint8)
    return Realism(overlay, float((chances > 0.5).mean()))


def _objective(translator: Translator) -> Objective | None:
    """The objective that the card's recipe names; None for weights that do not say it."""
    recipe = getattr(translator.card, "recipe", None) or {}
    if "objective" not in recipe:
        return None
    part = Part.from_json(recipe["objective"])
    return objectives.build(part.name, **part.options)


def _chances(scores: Tensor, objective: Objective) -> Tensor:
    """Scores on a scale from 0 (made) to 1 (real)."""
    if objective.scores == "logit":
        return scores.sigmoid()
    made, real = objective.targets
    return ((scores - made) / (real - made)).clamp(0, 1)


def _channels(discriminator: torch.nn.Module) -> int | None:
    """Channels that a discriminator reads, by its first convolution; None without one."""
    layers = [layer for layer in discriminator.modules() if isinstance(layer, torch.nn.Conv2d)]
    return int(layers[0].in_channels) if layers else None


def _large_enough(rgb: np.ndarray, discriminator: torch.nn.Module) -> np.ndarray:
    """`rgb`, continued by its mirror image until one patch of the discriminator fits."""
    layers = getattr(discriminator, "description", {}).get("layers", 3)
    smallest = 3 * 2**layers
    missing = [max(0, smallest - side) for side in rgb.shape[:2]]
    return np.pad(rgb, ((0, missing[0]), (0, missing[1]), (0, 0)), "reflect") if any(missing) else rgb


def _same_size(first: np.ndarray, second: np.ndarray) -> None:
    if first.shape != second.shape:
        raise ValueError(f"Two pictures of one size are compared, not {first.shape} and {second.shape}.")
