from __future__ import annotations

import numpy as np
import pytest
import torch

from gan_core.metrics.structure import lines, lines_kept, luma, structural_similarity


def noise(seed: int, *shape: int) -> torch.Tensor:
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


def ssim_in_numpy(first: np.ndarray, second: np.ndarray) -> float:
    """The definition, window by window."""
    place = np.arange(11) - 5
    window = np.exp(-(place[:, None] ** 2 + place[None] ** 2) / (2 * 1.5**2))
    window /= window.sum()
    values = []
    for top in range(first.shape[0] - 10):
        for left in range(first.shape[1] - 10):
            a, b = first[top : top + 11, left : left + 11], second[top : top + 11, left : left + 11]
            mean_a, mean_b = (window * a).sum(), (window * b).sum()
            var_a, var_b = (window * (a - mean_a) ** 2).sum(), (window * (b - mean_b) ** 2).sum()
            both = (window * (a - mean_a) * (b - mean_b)).sum()
            values.append(
                (2 * mean_a * mean_b + 2.55**2)
                * (2 * both + 7.65**2)
                / ((mean_a**2 + mean_b**2 + 2.55**2) * (var_a + var_b + 7.65**2))
            )
    return float(np.mean(values))


def test_structural_similarity_is_the_published_one() -> None:
    first = noise(1, 2, 1, 14, 17)
    second = (first.float() * 0.7 + noise(2, 2, 1, 14, 17).float() * 0.3).round().to(torch.uint8)
    found = structural_similarity(first, second)
    for index in range(2):
        expected = ssim_in_numpy(first[index, 0].double().numpy(), second[index, 0].double().numpy())
        assert found[index].item() == pytest.approx(expected, abs=1e-6)
    assert structural_similarity(first, first).tolist() == [1.0, 1.0]
    assert (structural_similarity(first, 255 - first) < 0).all()


def test_colour_pictures_are_compared_by_their_brightness() -> None:
    picture = noise(3, 1, 3, 16, 16)
    assert luma(picture)[0, 0, 3, 4].item() == pytest.approx(
        float(picture[0, :, 3, 4].double() @ torch.tensor([0.299, 0.587, 0.114], dtype=torch.float64)), abs=1e-3
    )
    with pytest.raises(ValueError, match="Pairs of one shape"):
        structural_similarity(picture, noise(3, 1, 3, 16, 17))
    with pytest.raises(ValueError, match="sides of 11"):
        structural_similarity(picture[..., :8], picture[..., :8])


def drawing() -> torch.Tensor:
    """White paper, 128 x 128: a frame of 4 pixels, and a black area that is no line."""
    picture = torch.full((1, 3, 128, 128), 255, dtype=torch.uint8)
    picture[..., 20:60, 20:60] = 0
    picture[..., 24:56, 24:56] = 255
    picture[..., 80:120, 80:120] = 0
    return picture


def test_strokes_are_lines_and_dark_areas_are_not() -> None:
    found = lines(drawing())[0, 0]
    assert found[20:24, 30:50].all()
    assert not found[90:110, 90:110].any()
    assert not found[:10].any()


def test_lines_are_kept_where_they_are_still_seen() -> None:
    picture = drawing()
    coloured = picture.clone()
    coloured[0, 2, 24:56, 24:56] = 40  # yellow inside, and around it nothing changed
    assert lines_kept(picture, coloured).item() == 1.0
    shifted = torch.roll(picture, 1, dims=3)
    assert lines_kept(picture, shifted).item() == 1.0
    half = picture.clone()
    half[..., :, 40:60] = 255  # the right half of the frame is gone
    assert lines_kept(picture, half).item() == pytest.approx(0.5, abs=0.04)
    assert lines_kept(picture, torch.full_like(picture, 255)).item() == 0.0
    assert lines_kept(torch.full_like(picture, 255), picture).isnan().all()
