from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import color
from torch import Tensor

from gan_core.metrics.colour import chroma, cie76, ciede2000, colour_difference, foreground, lab


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=torch.Generator().manual_seed(seed))


def _channels_last(planes: Tensor) -> np.ndarray:
    return planes.permute(0, 2, 3, 1).numpy()


def test_lab_agrees_with_scikit_image() -> None:
    pictures = _random(2, 3, 40, 30)
    expected = color.rgb2lab(_channels_last(pictures))
    np.testing.assert_allclose(_channels_last(lab(pictures)), expected, rtol=0, atol=1e-9)


def test_greys_have_no_colour() -> None:
    greys = lab(torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16))
    assert greys[0, 0, 0, 0] == pytest.approx(0)
    assert greys[0, 0, -1, -1] == pytest.approx(100)
    assert greys[:, 1:].abs().max() < 0.02  # the matrix is rounded to six digits


def test_ciede2000_agrees_with_scikit_image() -> None:
    draws = torch.Generator().manual_seed(1)
    one, other = (torch.rand(2, 3, 60, 50, dtype=torch.float64, generator=draws) * 220 - 110 for _ in range(2))
    one[:, 0], other[:, 0] = one[:, 0].abs().clamp(max=100), other[:, 0].abs().clamp(max=100)
    one[0, 1:, :20] = 0  # greys have no hue
    other[0, 1:, 10:30] = 0
    other[1, :, :5] = one[1, :, :5]
    expected = color.deltaE_ciede2000(_channels_last(one), _channels_last(other))
    np.testing.assert_allclose(ciede2000(one, other).numpy(), expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(ciede2000(other, one).numpy(), expected, rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        cie76(one, other).numpy(), color.deltaE_cie76(_channels_last(one), _channels_last(other)), rtol=0, atol=1e-9
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [  # Sharma, Wu and Dalal 2005, table 1: pairs 1, 4, 7, 9, 14, 17, 20, 25
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0000),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
        ((50, -0.001, 2.49), (50, 0.0011, -2.49), 4.7461),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (58, 24, 15), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_ciede2000_gives_the_published_values(
    one: tuple[float, ...], other: tuple[float, ...], expected: float
) -> None:
    first, second = (torch.tensor(colour, dtype=torch.float64).view(3, 1, 1) for colour in (one, other))
    assert float(ciede2000(first, second)) == pytest.approx(expected, abs=5e-5)


def test_a_plain_background_is_no_foreground() -> None:
    picture = torch.full((2, 3, 20, 20), 255, dtype=torch.uint8)
    picture[0, :, 5:10, 6:12] = 40
    picture[1] = _random(3, 20, 20)
    shown = foreground(picture)
    assert shown[0].sum() == 30
    assert shown[0, 5:10, 6:12].all()
    assert shown[1].all()


def test_the_colour_difference_counts_only_what_is_shown() -> None:
    truth = torch.full((1, 3, 20, 20), 255, dtype=torch.uint8)
    truth[0, :, 5:10, 5:10] = torch.tensor([200, 30, 30], dtype=torch.uint8).view(3, 1, 1)
    other = truth.clone()
    other[0, :, 5:10, 5:10] = torch.tensor([30, 30, 200], dtype=torch.uint8).view(3, 1, 1)
    one_pixel = float(ciede2000(lab(truth), lab(other))[0, 6, 6])
    assert float(colour_difference(other, truth)) == pytest.approx(one_pixel, rel=1e-6)
    assert float(colour_difference(truth, truth)) == 0
    assert colour_difference(torch.full_like(truth, 255), torch.full_like(truth, 255)).isnan().all()


def test_chroma_is_the_distance_of_the_channels() -> None:
    picture = torch.tensor([200, 50, 80], dtype=torch.uint8).view(1, 3, 1, 1)
    assert float(chroma(picture)) == 150
    assert float(chroma(_random(1, 1, 4, 4)).abs().max()) == 0
