"""Interpretation of a metric's value beside its reference level; needs no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

CANNOT_BE_TOLD = "cannot be told"
REAL = "what real pictures give"
"""A reference level, for people."""
NOTHING, STRANGER, FLAT = "do nothing", "a random training picture", "random flat colours"
LINEAR, GUESSING = "a linear model", "guessing"
WITHOUT_HINTS = "without hints"
BASELINES = {
    NOTHING: "nothing done",
    STRANGER: STRANGER,
    FLAT: FLAT,
    WITHOUT_HINTS: WITHOUT_HINTS,
    LINEAR: LINEAR,
    GUESSING: GUESSING,
}
"""What answers to beat are called in a measurement, and for people."""
TELLING = ("colour-difference", "paired-l1", "frechet", "patch-distance", "sliced-wasserstein")
"""Metrics that a model is introduced with, the first that it has."""
CAUTION = (
    "A Fréchet distance depends on the number of pictures: compare only equal numbers. It cannot see memorising: copies of "
    "training pictures reach what real pictures give."
)


def share_of_way(value: float, baseline: float, reference: float | None, *spreads: float | None) -> float | None:
    """How far `value` has come from `baseline` (0), such as doing nothing, to `reference` (1); lower numbers are
    better.

    None where that cannot be told: where a number is missing or not finite, and where the reference is not below the
    baseline by more than the largest of `spreads`.
    """
    known = [0.0 if spread is None else spread for spread in spreads]
    if reference is None or not all(map(math.isfinite, (value, baseline, reference, *known))):
        return None
    distance = baseline - reference
    if distance <= max((*known, 1e-9 * abs(baseline))):
        return None
    return (baseline - value) / distance


def stored_level(values: Mapping[str, Any]) -> float | None:
    """The reference level of a metric in a card or an event; files of older versions call it `floor`."""
    found = values.get("reference_level", values.get("floor"))
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number and math.isfinite(found) else None


def stored_baselines(values: Mapping[str, Any]) -> dict[str, float]:
    """What trivial answers get in a metric of a card, by name for people.

    Cards of older versions hold them beside the value instead of in `baselines`.
    """
    found = values.get("baselines")
    if not isinstance(found, Mapping):
        found = {words: values[name] for name, words in BASELINES.items() if name in values}
    return {
        str(name): float(number)
        for name, number in found.items()
        if isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
    }


def no_better_than(
    value: float, baselines: Mapping[str, float], spread: float | None = None, *, lower_is_better: bool = True
) -> str | None:
    """The best of the `baselines` that is as good as `value` or better, its `spread` allowed for; None for a value
    that beats them all."""
    sign = 1.0 if lower_is_better else -1.0
    best = min(baselines, key=lambda name: sign * baselines[name], default=None)
    if best is None or not math.isfinite(value):
        return None
    return best if sign * baselines[best] <= sign * value + (spread or 0.0) else None


def brief(metrics: Mapping[str, Any]) -> str:
    """The telling metric of a card in a few words, beside what real pictures give and the best trivial answer; empty
    for a card that says neither.

    Only entries with a title count: those that `evaluate --write-card` wrote.
    """
    titled = {
        name.removeprefix("AtoB "): value
        for name, value in metrics.items()
        if isinstance(value, Mapping) and value.get("title")
    }
    name = next((name for stem in TELLING for name in titled if name.startswith(stem)), None)
    found = titled.get(name or "", {})
    value, level, baselines = found.get("value"), stored_level(found), stored_baselines(found)
    if not isinstance(value, int | float) or not baselines:
        return ""
    words = str(found["title"]).partition(" (")[0]
    if found.get("no_better_than"):
        return f"{words} {value:.3g}, no better than {found['no_better_than']}"
    best = (min if found.get("lower_is_better", True) else max)(baselines, key=lambda known: baselines[known])
    real = "" if level is None else f"real pictures {level:.3g}, "
    return f"{words} {value:.3g} ({real}{best} {baselines[best]:.3g})"


def stored_levels(judging: Mapping[str, Any]) -> dict[str, float]:
    """The reference levels by metric that a comparison's file holds; older ones call them `floors`."""
    return dict(judging.get("reference_levels") or judging.get("floors") or {})


def told(share: float | None) -> str:
    """A share of the way in words: `95 %`, or that it cannot be computed."""
    return CANNOT_BE_TOLD if share is None else f"{100 * share:.0f} %"
