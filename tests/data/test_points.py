"""Distributions in the plane."""

from __future__ import annotations

import pytest
import torch

from gan_core.data import points
from gan_core.errors import InputError


@pytest.mark.parametrize("name", points.names())
def test_samples_are_repeatable_and_near(name: str) -> None:
    first, again = (points.sample(name, 4000, torch.Generator().manual_seed(1)) for _ in range(2))
    assert first.shape == (4000, 2)
    assert first.dtype == torch.float32
    assert torch.equal(first, again)
    assert first.abs().max() < 3.2
    assert first.mean(0).abs().max() < 0.6


@pytest.mark.parametrize(("name", "count"), [("ring", 8), ("grid", 25), ("blobs", 2)])
def test_mixtures_fill_every_mode(name: str, count: int) -> None:
    centres = points.modes(name)
    assert centres is not None
    assert centres.shape == (count, 2)
    sample = points.sample(name, 5000, torch.Generator().manual_seed(0))
    distance, nearest = torch.cdist(sample, centres).min(1)
    assert nearest.bincount(minlength=count).min() > 0.6 * 5000 / count
    assert distance.square().mean().div(2).sqrt().item() == pytest.approx(points.get(name).deviation, rel=0.1)


def test_the_ring_has_radius_two() -> None:
    centres = points.modes("ring")
    assert centres is not None
    assert torch.allclose(centres.norm(dim=1), torch.full((8,), 2.0))


def test_curves_have_no_modes_and_unknown_names_are_answered() -> None:
    assert points.modes("spiral") is None
    with pytest.raises(InputError, match="Did you mean 'ring'"):
        points.sample("rings", 3, torch.Generator())
