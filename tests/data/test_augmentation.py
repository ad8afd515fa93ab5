"""Augmentations of real pictures."""

from __future__ import annotations

import pytest
import torch

from gan_core.data.augmentation import augmentations
from gan_core.errors import InputError


def ramps(count: int = 64) -> torch.Tensor:
    ramp = torch.linspace(-1, 1, 16)
    return torch.stack([ramp.expand(16, 16), ramp.view(16, 1).expand(16, 16)]).expand(count, 2, 16, 16).contiguous()


@pytest.mark.parametrize("name", list(augmentations))
def test_shape_range_and_repeatability(name: str) -> None:
    pictures = ramps()
    first, again = (augmentations[name](pictures, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(first, again)
    assert first.shape == pictures.shape
    assert first.dtype == pictures.dtype
    assert first.min() >= -1
    assert first.max() <= 1
    assert torch.equal(pictures, ramps()), "the originals stay as they are"
    assert len(torch.unique(first.flatten(1), dim=0)) > 1, "every picture gets its own change"
    assert (first - pictures).abs().mean() < 0.6


def test_flip_mirrors_about_half() -> None:
    pictures = ramps(400)
    flipped = augmentations["flip"](pictures, torch.Generator().manual_seed(0))
    mirrored = (flipped == pictures.flip(-1)).flatten(1).all(1)
    assert ((flipped == pictures).flatten(1).all(1) ^ mirrored).all()
    assert 150 < mirrored.sum() < 250


def test_crop_stays_inside_and_moves_little() -> None:
    cropped = augmentations["crop"](ramps(), torch.Generator().manual_seed(0))
    across = cropped[:, 0, 8, -1] - cropped[:, 0, 8, 0]
    assert torch.allclose(across, torch.full_like(across, 2 * 256 / 286), atol=0.02)


def test_half_precision_pictures_stay_so() -> None:
    assert augmentations["rotate"](ramps().bfloat16(), torch.Generator()).dtype == torch.bfloat16


def test_unknown_names_are_answered() -> None:
    with pytest.raises(InputError, match="Known: crop, flip, rotate, scale"):
        augmentations["spin"]
