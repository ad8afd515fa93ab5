"""The largest value around a pixel, against max pooling."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import max_pool2d, pad

from gan_core.images.morphology import largest_around, smallest_around


@pytest.mark.parametrize("reach", [0, 1, 3, 20])
@pytest.mark.parametrize("channels_last", [False, True])
def test_it_is_max_pooling(reach: int, channels_last: bool) -> None:
    maps = torch.rand(2, 3, 9, 12, generator=torch.Generator().manual_seed(0))
    if channels_last:
        maps = maps.contiguous(memory_format=torch.channels_last)
    before = maps.clone()
    edge = torch.finfo(maps.dtype).min
    pooled = max_pool2d(pad(maps, (reach,) * 4, value=edge), 2 * reach + 1, 1)
    assert torch.equal(largest_around(maps, reach), pooled)
    assert torch.equal(smallest_around(-maps, reach), -pooled)
    assert torch.equal(maps, before)


def test_a_square_may_begin_at_the_pixel_itself() -> None:
    maps = torch.arange(12.0).view(1, 1, 3, 4)
    assert largest_around(maps, 0, 1)[0, 0].tolist() == [[5, 6, 7, 7], [9, 10, 11, 11], [9, 10, 11, 11]]
    assert largest_around(maps, 1, 0)[0, 0].tolist() == maps[0, 0].tolist()
    assert smallest_around(maps, 1, 0)[0, 0].tolist() == [[0, 0, 1, 2], [0, 0, 1, 2], [4, 4, 5, 6]]
