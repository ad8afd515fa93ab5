"""Detail is put back where the translation follows the picture, and nowhere else."""

import numpy as np
import pytest

from gan_core.translation import enlarge
from gan_core.translation.enlarge import enlarge_with_detail, resize


def drawing(side: int = 320) -> np.ndarray:
    """Thin dark lines on a light ground with a slow change of colour."""
    rows, columns = np.mgrid[:side, :side]
    ground = np.stack([200 + columns * 50 // side, 220 - rows * 40 // side, np.full_like(rows, 210)], axis=-1)
    lines = (rows % 37 < 3) | ((rows + columns) % 53 < 3)
    return np.where(lines[..., None], 20, ground).astype(np.uint8)


def error(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.abs(a.astype(int) - b).mean())


@pytest.mark.parametrize("function", [lambda p: p, lambda p: 255 - p, lambda p: p[..., ::-1] // 2 + 60])
def test_a_colour_change_comes_out_nearly_as_at_full_size(function):
    picture = drawing()
    small = resize(picture, 80, 80)
    truth = function(picture)
    guided = error(enlarge_with_detail(function(small), small, picture), truth)
    plain = error(resize(function(small), 320, 320), truth)
    assert guided < 0.15 * plain


def test_nothing_of_the_picture_shines_through_an_unrelated_translation():
    picture = drawing()
    small = resize(picture, 80, 80)
    flat = np.full_like(small, 128)
    assert error(enlarge_with_detail(flat, small, picture), np.full_like(picture, 128)) == 0


def test_strips_do_not_show(monkeypatch):
    picture = drawing(150)
    small = resize(picture, 40, 40)
    whole = enlarge_with_detail(255 - small, small, picture)
    monkeypatch.setattr(enlarge, "STRIP", 7)
    assert np.abs(enlarge_with_detail(255 - small, small, picture).astype(int) - whole).max() <= 1
