"""Interpretation of a metric's value beside its reference level; needs no torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

CANNOT_BE_TOLD = "cannot be told"
REAL = "what real pictures give"
"""A reference level, for people."""
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


def stored_levels(judging: Mapping[str, Any]) -> dict[str, float]:
    """The reference levels by metric that a comparison's file holds; older ones call them `floors`."""
    return dict(judging.get("reference_levels") or judging.get("floors") or {})


def told(share: float | None) -> str:
    """A share of the way in words: `95 %`, or that it cannot be computed."""
    return CANNOT_BE_TOLD if share is None else f"{100 * share:.0f} %"
