"""Coarse measurements, for tests in which it does not matter how good what is measured is, only that it is measured."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from gan_core.data import glyphs
from gan_core.metrics import classifier, patches
from gan_core.training import estimate, evaluators

SMALL_GLYPHS = functools.lru_cache(glyphs._cached.__wrapped__)
"""The drawn digits, a few; kept apart from the whole set that other tests of this process know."""


def make_coarse(patch: pytest.MonkeyPatch, cache: Path) -> None:
    """Few digits, classifiers of a few steps, few patches; in a `cache` of their own, as they are nothing for other tests."""
    patch.setenv("GAN_WORKBENCH_CACHE", str(cache))
    for module, name, value in (
        (glyphs, "TRAINING", 600),
        (glyphs, "HELD_OUT", 200),
        (glyphs, "_cached", SMALL_GLYPHS),
        (classifier, "FEWEST_STEPS", 2),
        (classifier, "EPOCHS", 0),
        (patches, "PATCHES", 64),
        (patches, "DIRECTIONS", 8),
        (estimate, "TRIAL", 0.05),
        (evaluators, "FRECHET_SIZES", (evaluators.FEWEST,)),
    ):
        assert hasattr(module, name)
        patch.setattr(module, name, value)
