import numpy as np
import pytest
import torch
from torch import nn

from gan_core.errors import InputError
from gan_core.translation import Translator
from gan_core.translation.views import FULL_SCALE, blend, difference, error_map, realism
from tests.translation.toy_translators import EXACT, Inverse, noise


class JudgedCard:
    size = 32
    channels = 3

    def __init__(self, objective: str) -> None:
        self.recipe = {"objective": {"name": objective}}


class Brightness(nn.Module):
    """A discriminator that takes bright patches of 4 x 4 for real: its score is their mean in [-1, 1]."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return nn.functional.avg_pool2d(pictures, 4).mean(1, keepdim=True)


def judged(objective: str) -> Translator:
    return Translator({"AtoB": Inverse()}, JudgedCard(objective), arithmetic=EXACT, discriminators={"B": Brightness()})


def test_no_difference_is_grey_and_a_difference_has_a_direction() -> None:
    picture = noise(5, 7)
    assert (difference(picture, picture) == 128).all()
    black, white = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
    assert (difference(black, white) == 255).all()
    assert (difference(white, black) == 0).all()


def test_an_error_map_brightens_with_the_distance_and_tells_its_mean() -> None:
    start = np.zeros((1, 5, 3), np.uint8)
    back = np.zeros((1, 5, 3), np.uint8)
    back[0, :, :] = np.array([0, FULL_SCALE // 4, FULL_SCALE // 2, FULL_SCALE, 255])[:, None]
    heat, mean = error_map(start, back)
    lightness = heat.astype(float) @ [0.299, 0.587, 0.114]
    assert (np.diff(lightness[0])[:3] > 10).all()
    assert (heat[0, 3] == heat[0, 4]).all()
    assert mean == pytest.approx((16 + 32 + 64 + 255) / 5)


def test_strength_goes_from_the_picture_to_its_translation() -> None:
    before, after = noise(4, 4), noise(6, 4)[:4]
    assert (blend(before, after, 0) == before).all()
    assert (blend(before, after, 1) == after).all()
    middle = (before.astype(float) + after) / 2
    assert np.abs(blend(before, after, 0.5) - middle).max() <= 0.5
    with pytest.raises(InputError, match="from 0 to 1"):
        blend(before, after, 1.5)
    with pytest.raises(ValueError, match="one size"):
        blend(before, after[:2], 0.5)


@pytest.mark.parametrize(("objective", "middle"), [("least-squares", 0.5), ("non-saturating", 0.0)])
def test_realism_is_seen_where_the_discriminator_sees_it(objective: str, middle: float) -> None:
    picture = np.zeros((32, 48, 3), np.uint8)
    picture[:, 24:] = 255
    found = realism(judged(objective), picture, "B")
    assert found is not None
    assert found.share == pytest.approx(0.5)
    assert found.overlay.shape == picture.shape
    left, right = found.overlay[16, 4].astype(int), found.overlay[16, 44].astype(int)
    assert left[0] > left[1]  # purple: looks made
    assert right[1] > right[0]  # teal: looks real
    grey = np.full((32, 32, 3), round(127.5 * (1 + middle)) + 3, np.uint8)
    just_above = realism(judged(objective), grey, "B")
    assert just_above is not None
    assert just_above.share == 1.0


def test_without_a_scale_or_a_judge_nothing_is_called_real() -> None:
    picture = noise(32, 32)
    assert realism(judged("wasserstein"), picture, "B") is None
    assert realism(judged("least-squares"), picture, "A") is None
    assert realism(Translator({"AtoB": Inverse()}, JudgedCard("least-squares"), arithmetic=EXACT), picture, "B") is None


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (200, 3)])
def test_realism_of_pictures_smaller_than_a_patch(shape: tuple[int, int]) -> None:
    found = realism(judged("least-squares"), noise(*shape), "B")
    assert found is not None
    assert found.overlay.shape == (*shape, 3)
