"""Digits drawn by this project."""

from __future__ import annotations

import time

import torch

from gan_core import data
from gan_core.data import glyphs


def test_ten_thousand_different_digits_within_seconds() -> None:
    start = time.process_time()
    digits = data.load("glyphs", size=32, seed=77)
    assert time.process_time() - start < 5
    assert digits.pictures.shape == (12_000, 1, 32, 32)
    assert digits.pictures.dtype == torch.uint8
    assert digits.held_out.shape == (2_000, 1, 32, 32)
    assert len(torch.unique(torch.cat([digits.pictures, digits.held_out]).flatten(1), dim=0)) > 13_900
    assert digits.labels is not None
    assert digits.classes == tuple("0123456789")
    assert digits.labels.bincount().min() > 1_000
    assert data.load("glyphs", size=32, seed=77).pictures is digits.pictures, "kept in memory"


def test_the_seed_decides() -> None:
    first, labels, _ = glyphs.draw(50, 28, torch.Generator().manual_seed(3))
    again, _, _ = glyphs.draw(50, 28, torch.Generator().manual_seed(3))
    other, _, _ = glyphs.draw(50, 28, torch.Generator().manual_seed(4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert labels.bincount().tolist() == [5] * 10


def test_digits_are_whole_smooth_and_light_on_dark() -> None:
    for size in (32, 64):
        pictures, _, _ = glyphs.draw(300, size, torch.Generator().manual_seed(0))
        border = torch.cat(
            [pictures[..., :1, :].flatten(), pictures[..., -1:, :].flatten(), pictures[..., :, 0].flatten()]
        )
        assert border.max() < 8, "nothing touches the edge"
        share = pictures.float().mean() / 255
        assert 0.05 < share < 0.3
        assert (pictures.amax((1, 2, 3)) > 200).all()
        between = ((pictures > 25) & (pictures < 230)).float().mean()
        assert between > 0.02, "edges are antialiased"


def test_large_glyphs_are_fewer() -> None:
    pictures, _, _ = glyphs.draw(10, 512, torch.Generator().manual_seed(0))
    assert pictures.shape == (10, 1, 512, 512)


def test_it_tells_what_it_drew_with() -> None:
    """Slant, place, height and thickness are measured on the pictures themselves, on ones, which are nearly bars."""
    digits = data.load("glyphs", size=64, seed=5)
    assert all(len(values) == 2_000 for values in digits.held_out_attributes.values())
    assert digits.labels is not None
    ones = digits.labels == 1
    ink = digits.pictures[ones][:, 0].double() / 255
    rows, columns = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    mass = ink.sum((1, 2))
    across, down = (ink * columns).sum((1, 2)) / mass, (ink * rows).sum((1, 2)) / mass
    x, y = columns - across[:, None, None], rows - down[:, None, None]
    # The lean of the long axis, to the right above 0; rows count downwards.
    lean = -torch.rad2deg(0.5 * torch.atan2(2 * (ink * x * y).sum((1, 2)), (ink * (y**2 - x**2)).sum((1, 2))))
    shown = ink.amax(2) > 0.5
    seen = {
        "slant": lean,
        "left-right": across,
        "up-down": down,
        "height": shown.sum(1),
        "thickness": mass / shown.sum(1),
    }
    assert seen.keys() == digits.attributes.keys()
    for name, values in seen.items():
        told = digits.attributes[name][ones]
        together = torch.corrcoef(torch.stack([values.double(), told.double()]))[0, 1]
        assert together > 0.85, (name, together)
