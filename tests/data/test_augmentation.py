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


def test_jitter_is_a_whole_pixel_crop_of_the_enlarged_picture() -> None:
    """Isola et al. 2017, 6.2, told again: enlarge by 286/256, cut at a random place."""
    pictures = torch.rand(40, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    found = augmentations["jitter"](pictures, torch.Generator().manual_seed(1))
    large = torch.nn.functional.interpolate(pictures, (72, 72), mode="bicubic", align_corners=False).clamp(-1, 1)
    places = set()
    for mine, whole in zip(found, large, strict=True):
        hits = [
            (top, left)
            for top in range(9)
            for left in range(9)
            if torch.equal(mine, whole[:, top : top + 64, left : left + 64])
        ]
        assert len(hits) == 1
        places |= set(hits)
    assert len(places) > 25
    assert {0, 8} <= {top for top, _ in places} <= set(range(9))
    last = pictures.contiguous(memory_format=torch.channels_last)
    again = augmentations["jitter"](last, torch.Generator().manual_seed(1))
    assert again.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(again, found, atol=1e-5, rtol=0)


def test_colour_leaves_grey_pictures_grey_and_changes_little() -> None:
    grey = ramps()[:, :1].expand(-1, 3, 16, 16)
    changed = augmentations["colour"](grey, torch.Generator().manual_seed(0))
    assert torch.allclose(changed[:, 0], changed[:, 2], atol=1e-6)
    assert 0.02 < (changed - grey).abs().mean() < 0.1
    flat = torch.tensor([0.5, -0.5, 0.0]).view(1, 3, 1, 1).expand(400, 3, 4, 4)
    changed = augmentations["colour"](flat, torch.Generator().manual_seed(0))
    means, spread = changed.mean((1, 2, 3)), changed[:, 0, 0, 0] - changed[:, 1, 0, 0]
    assert (means.min() + 0.1).abs() < 0.01, "brightness alone moves the mean"
    assert (means.max() - 0.1).abs() < 0.01
    assert 0.8 < spread.min() < 0.85, "contrast and saturation together"
    assert 1.15 < spread.max() < 1.22


def test_half_precision_pictures_stay_so() -> None:
    assert augmentations["rotate"](ramps().bfloat16(), torch.Generator()).dtype == torch.bfloat16


def test_unknown_names_are_answered() -> None:
    with pytest.raises(InputError, match="Known: colour, crop, flip, jitter, line-jitter, rotate, scale"):
        augmentations["spin"]
