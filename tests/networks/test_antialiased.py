"""Blurred halving and doubling against what they are in other words."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from gan_core.networks.antialiased import BlurDown, BlurUp


def test_halving_is_a_weighted_mean_of_nine_pixels() -> None:
    maps = torch.randn(2, 3, 8, 6)
    bordered = np.pad(maps.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)), "reflect")
    expected = np.zeros((2, 3, 4, 3), np.float32)
    for row, down in enumerate((1, 2, 1)):
        for column, right in enumerate((1, 2, 1)):
            expected += down * right / 16 * bordered[:, :, row : row + 8 : 2, column : column + 6 : 2]
    torch.testing.assert_close(BlurDown(3)(maps), torch.from_numpy(expected))


def test_doubling_is_bilinear_interpolation() -> None:
    maps = torch.randn(2, 3, 5, 7)
    expected = F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)
    torch.testing.assert_close(BlurUp(3)(maps), expected)


def test_the_filters_are_keys_of_the_file() -> None:
    assert {key: value.shape for key, value in BlurDown(5).state_dict().items()} == {"filt": (5, 1, 3, 3)}
    assert {key: value.shape for key, value in BlurUp(5).state_dict().items()} == {"filt": (5, 1, 4, 4)}
    assert not list(BlurUp(5).parameters())
