"""At which size a picture goes through the network."""

from types import SimpleNamespace

import pytest

from gan_core.translation.scales import PASS_PIXELS, UNKNOWN_SIDE, trained_side, working_size


@pytest.mark.parametrize(
    ("own", "worked"),
    [
        ((1000, 500), (256, 128)),  # the shorter side becomes the trained side
        ((128, 128), (128, 128)),
        ((190, 150), (190, 150)),  # close enough
        ((32, 32), (128, 128)),  # small drawings are enlarged
        ((500, 3), (512, 3)),  # but not without end
        ((2000, 3), (2000, 3)),
    ],
)
def test_auto_brings_the_shorter_side_to_the_trained_side(own, worked):
    assert working_size(*own, "auto", 128) == worked


def test_native_keeps_the_size_up_to_one_pass():
    assert working_size(1600, 1200, "native", 128) == (1600, 1200)
    width, height = working_size(8000, 6000, "native", 128)
    assert width * height <= PASS_PIXELS * 1.01
    assert width / height == pytest.approx(8 / 6, rel=0.01)


def test_trained_is_a_square():
    assert working_size(10, 4000, "trained", 64) == (64, 64)


def test_the_trained_side_comes_from_the_card():
    assert trained_side(SimpleNamespace(size=64)) == 64
    assert trained_side(SimpleNamespace(recipe={"size": 96})) == 96
    assert trained_side(SimpleNamespace(recipe=SimpleNamespace(size=48))) == 48
    assert trained_side(None) == UNKNOWN_SIDE
