"""Colour hints and noise: what the network reads behind a picture, and what becomes of hints that make no sense."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from gan_core.errors import InputError
from gan_core.networks import translators
from gan_core.translation import Hint, Translator, passes, scales, tiling, translate_file
from gan_core.translation.hints import (
    MOST_HINTS,
    ExtraInputs,
    hint_planes,
    parse_hint,
    scaled_hints,
)
from tests.translation.toy_translators import EXACT, HintedCard, inverse, noise, painter, painting_network

RED, BLUE = (255, 0, 0), (0, 0, 255)


def test_planes_hold_colour_and_mask_where_hints_are_and_zeros_elsewhere():
    planes = hint_planes([Hint(5, 2, (255, 0, 51), 1)], (10, 8), (10, 8))
    assert (planes.shape, planes.dtype) == ((4, 8, 10), np.float32)
    mask = np.zeros((8, 10), bool)
    mask[1:4, 4:7] = True
    assert np.array_equal(planes[3], mask)
    np.testing.assert_allclose(planes[:, 2, 5], [1, -1, -0.6, 1], atol=1e-6)
    assert np.all(planes[:, ~mask] == 0)


def test_later_hints_lie_over_earlier_ones_and_a_border_cuts_them():
    planes = hint_planes([(0, 0, RED, 2), (1, 0, BLUE, 0)], (6, 6), (6, 6))
    assert planes[3].sum() == 9
    assert np.array_equal(planes[:3, 0, 1], [-1, -1, 1])
    assert np.array_equal(planes[:3, 0, 0], [1, -1, -1])


@pytest.mark.parametrize("radius", [0, 0.1, None])
def test_the_smallest_hint_is_one_pixel_of_what_the_network_sees(radius):
    planes = hint_planes([(399, 299, RED, radius)], (400, 300), (8, 6))
    assert planes[3].sum() == 1
    assert planes[3, 5, 7] == 1


def test_hints_follow_the_size_at_which_the_network_sees_the_picture():
    planes = hint_planes([(100, 40, RED, 20)], (200, 100), (40, 10))
    rows, columns = np.nonzero(planes[3])
    assert (rows.min(), rows.max()) == (2, 5)
    assert (columns.min(), columns.max()) == (16, 23)
    assert scaled_hints([(100, 40, RED, 20)], (200, 100), (40, 20)) == [Hint(20.1, 8.1, RED, 4)]


@pytest.mark.parametrize(
    ("hints", "words"),
    [
        ([(10, 0, RED)], r"at \(10, 0\) lies outside of the picture, which has 10 x 8 pixels"),
        ([(0, -1, RED)], "outside of the picture"),
        ([(float("nan"), 0, RED)], "x of a colour hint is a finite number, not nan"),
        ([(0, float("inf"), RED)], "y of a colour hint is a finite number"),
        ([(10**400, 0, RED)], "x of a colour hint is a finite number"),
        ([("1", 0, RED)], "x of a colour hint is a finite number, not '1'"),
        ([(True, 0, RED)], "x of a colour hint is a finite number, not True"),
        ([(0, 0, (256, 0, 0))], "whole numbers from 0 to 255, not \\(256, 0, 0\\)"),
        ([(0, 0, (0.5, 0, 0))], "whole numbers from 0 to 255"),
        ([(0, 0, (0, 0))], "whole numbers from 0 to 255"),
        ([(0, 0, None)], "whole numbers from 0 to 255, not None"),
        ([(0, 0, "red")], "A colour is #RRGGBB"),
        ([(0, 0, RED, -1)], "radius of a colour hint is a number of pixels from 0, not -1"),
        ([(0, 0, RED, float("nan"))], "radius of a colour hint is a finite number"),
        ([(0, 0)], r"A colour hint is \(x, y, \(r, g, b\)\)"),
        ((1, 2, RED), r"A colour hint is \(x, y, \(r, g, b\)\) .* not 1"),
        ([(0, 0, RED)] * (MOST_HINTS + 1), f"at most {MOST_HINTS} colour hints, not {MOST_HINTS + 1}"),
    ],
)
def test_a_hint_that_makes_no_sense_is_refused_in_a_sentence(hints: Any, words: str) -> None:
    rgb = noise(8, 10)
    for call in (painter().run, painter().preview, painter().translate_array):
        with pytest.raises(InputError, match=words):
            call(rgb, hints=hints)


@pytest.mark.parametrize(
    "text", ["", "1,2", "1,2,red", "1,2,#12345", "a,b,#123456", "1,2,#123456,x", "1,2,#123456,3,4"]
)
def test_the_shells_hints_are_read_or_refused(text):
    assert parse_hint("1, 2.5,#0a0B0c") == Hint(1, 2.5, (10, 11, 12))
    assert parse_hint("1,2,#0a0b0c,4") == Hint(1, 2, (10, 11, 12), 4)
    with pytest.raises(InputError, match=r"such as 40,60,#e03131|A colour is #RRGGBB"):
        parse_hint(text)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 50), (33, 18)])
def test_hinted_pixels_take_the_colour_and_others_stay(height, width):
    rgb = noise(height, width)
    result = painter().run(rgb, hints=[(width - 1, height - 1, (10, 200, 30), 0)]).rgb
    expected = rgb.copy()
    expected[-1, -1] = (10, 200, 30)
    assert np.array_equal(result, expected)
    assert np.array_equal(painter().run(rgb).rgb, rgb)


def test_every_entrance_takes_hints_and_seeds():
    rgb = noise(32, 40)
    hints = [(20, 10, RED, 4)]
    expected = painter(2).run(rgb, hints=hints, seed=3).rgb
    assert np.all(expected[10, 20] == RED)
    image = Image.fromarray(rgb)
    assert np.array_equal(np.asarray(painter(2).translate(image, hints=hints, seed=3)), expected)
    assert np.array_equal(painter(2).translate_array(rgb, hints=hints, seed=3), expected)
    file = translate_file(painter(2), _png(image), scale="native", hints=hints, seed=3)
    assert np.array_equal(file.translation.rgb, expected)
    small = painter(2).preview(rgb, side=20, hints=hints, seed=3)
    assert small.shape == (16, 20, 3)
    assert np.all(small[5, 10] == RED)


def test_noise_is_one_normal_number_a_channel_and_none_without_a_seed():
    inputs = ExtraInputs(hints=False, noise=4000)
    planes = inputs.planes((3, 2), (3, 2), seed=7)
    values = planes.rows(np.arange(2), np.arange(3))
    assert values.shape == (4000, 2, 3)
    assert np.all(values == values[:, :1, :1])
    assert abs(values.mean()) < 0.05  # three standard errors
    assert abs(values.std() - 1) < 0.04
    assert np.array_equal(inputs.planes((3, 2), (3, 2), seed=7).noise, planes.noise)
    assert not np.any(inputs.planes((3, 2), (3, 2)).noise)
    rgb = np.full((8, 8, 3), 128, np.uint8)
    results = [painter(3).run(rgb, seed=seed).rgb for seed in (None, 0, 1, 1)]
    assert np.array_equal(results[0], rgb)
    assert not np.array_equal(results[1], results[2])
    assert np.array_equal(results[2], results[3])


def test_a_model_that_takes_nothing_refuses_hints_and_seeds():
    rgb = noise(8, 8)
    for call in (inverse().run, inverse().preview):
        with pytest.raises(InputError, match="takes no colour hints"):
            call(rgb, hints=[(0, 0, RED)])
        with pytest.raises(InputError, match="takes no noise"):
            call(rgb, seed=1)
    only_noise = Translator({"AtoB": nn.Conv2d(5, 3, 1)}, HintedCard(2, hints=False), arithmetic=EXACT)
    assert (only_noise.takes_hints, only_noise.noise) == (False, 2)
    only_noise.run(rgb, seed=1)
    with pytest.raises(InputError, match="takes no colour hints"):
        only_noise.run(rgb, hints=[(0, 0, RED)])
    assert (painter(3).takes_hints, painter(3).noise) == (True, 3)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "1", 2**63])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(InputError, match="seed of a translation is a whole number from 0"):
        painter(1).run(noise(8, 8), seed=seed)


def test_a_network_that_does_not_fit_its_card_is_refused():
    with pytest.raises(InputError, match="turns 4 channels into 3"):
        Translator({"AtoB": nn.Conv2d(8, 3, 1)}, HintedCard(), arithmetic=EXACT).run(noise(8, 8))


@pytest.mark.parametrize("name", ["resnet", "unet"])
def test_bands_and_one_pass_agree(name, monkeypatch):
    torch.manual_seed(1)
    options = {"downs": 3} if name == "unet" else {"blocks": 1}
    network = translators.build(name, channels=9, out_channels=3, width=4, **options)
    translator = Translator({"AtoB": network}, HintedCard(2), arithmetic=EXACT)
    rgb = noise(61, 43)
    hints = [(0, 0, RED, 5), (42, 60, BLUE, 8), (20, 30, RED)]
    whole = translator.run(rgb, hints=hints, seed=5)
    assert not whole.notes
    monkeypatch.setattr(passes, "PASS_PIXELS", 100)
    monkeypatch.setattr(tiling, "WORKING_BYTES", 2**16)
    banded = translator.run(rgb, hints=hints, seed=5)
    assert "bands" in banded.notes[0]
    assert np.abs(whole.rgb.astype(int) - banded.rgb).max() <= 1
    assert not np.array_equal(banded.rgb, translator.run(rgb, seed=5).rgb)


def test_a_network_without_bands_sees_a_large_picture_smaller_with_its_hints(monkeypatch):
    torch.manual_seed(1)
    network = translators.build("light-unet", channels=8, out_channels=3, width=8, levels=3)
    translator = Translator({"AtoB": network}, HintedCard(1), arithmetic=EXACT)
    monkeypatch.setattr(scales, "PASS_PIXELS", 400)
    rgb = noise(60, 40)
    plain, hinted, seeded = (translator.run(rgb, **more) for more in ({}, {"hints": [(30, 50, RED)]}, {"seed": 1}))
    assert plain.rgb.shape == rgb.shape
    assert plain.worked_at == (16, 24)
    assert len(plain.notes) == 1
    assert not np.array_equal(plain.rgb, hinted.rgb)
    assert not np.array_equal(plain.rgb, seeded.rgb)


def test_the_network_that_tests_save_paints_around_a_hint():
    translator = Translator({"AtoB": painting_network(3)}, HintedCard(3), arithmetic=EXACT)
    rgb = np.full((64, 64, 3), 255, np.uint8)
    result = translator.run(rgb, hints=[(30, 30, RED)]).rgb
    assert np.abs(result[30, 30].astype(int) - RED).max() <= 6
    assert result[60, 60].min() > 240
    one, other = (translator.run(rgb // 2, seed=seed).rgb.astype(int) for seed in (1, 2))
    assert np.abs(one - other).max() > 20


def _png(image: Image.Image) -> bytes:
    from gan_core.images import encode_png

    return encode_png(np.asarray(image))
