from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from gan_core.data.scenes.sources import draw
from gan_core.metrics.checkerboard import checkerboard


def smooth(count: int = 16) -> Tensor:
    noise = torch.randn(count, 3, 66, 66, generator=torch.Generator().manual_seed(0))
    return (128 + 60 * avg_pool2d(noise, 3, 1)).clamp(0, 255)


@pytest.mark.parametrize("period", [2, 4])
def test_a_checkerboard_stands_out(period: int) -> None:
    place = torch.arange(64)
    board = ((place[:, None] % period < period // 2) ^ (place % period < period // 2)).float() * 2 - 1
    with_board = checkerboard((smooth() + 4 * board).round().to(torch.uint8))
    assert with_board > 5
    assert checkerboard((smooth() + 8 * board).round().to(torch.uint8)) > 2 * with_board


def test_pictures_without_one_are_near_one_however_rough() -> None:
    noise = torch.randint(0, 256, (64, 3, 64, 64), generator=torch.Generator().manual_seed(1), dtype=torch.uint8)
    assert checkerboard(noise) == pytest.approx(1, abs=0.2)
    assert checkerboard(draw(900_000, 16, False, 64)) < 1.5
    stripes = torch.arange(64) % 2 * 200  # one axis alone is no checkerboard
    assert checkerboard((smooth() / 2 + stripes / 4).to(torch.uint8)) < 2


def test_the_transposed_convolution_leaves_one_and_resizing_none() -> None:
    torch.manual_seed(0)
    maps = torch.randn(32, 4, 32, 32)
    transposed = nn.ConvTranspose2d(4, 1, 3, 2, 1, output_padding=1)
    resized = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(4, 1, 3, padding=1))
    with torch.no_grad():
        one, other = ((128 + 40 * layer(maps)).clamp(0, 255).to(torch.uint8) for layer in (transposed, resized))
    assert checkerboard(one) > 1.3 * checkerboard(other)


def test_sides_that_have_no_such_frequencies_are_refused() -> None:
    with pytest.raises(ValueError, match="multiples of 4 and at least 32 pixels, not 30 x 32"):
        checkerboard(torch.zeros(1, 3, 30, 32, dtype=torch.uint8))
