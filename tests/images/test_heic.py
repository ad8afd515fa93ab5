"""HEIC and AVIF: what phones and browsers keep photographs in."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.images import decode
from tests.images.samples import encoded

LOSSLESS: dict[str, dict[str, object]] = {
    "HEIF": {"quality": -1, "chroma": 444},
    "AVIF": {"quality": 100, "subsampling": "4:4:4"},
}


def blocks() -> np.ndarray:
    """uint8 (24, 40, 3): a colour in each of the six blocks."""
    colours = [(200, 30, 30), (30, 200, 30), (30, 30, 200), (220, 220, 40), (10, 10, 10), (240, 240, 240)]
    return np.kron(np.array(colours, np.uint8).reshape(2, 3, 3), np.ones((12, 14, 1), np.uint8))[:, :40]


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_it_is_read_as_it_was_written(kind: str) -> None:
    picture = decode(encoded(Image.fromarray(blocks()), kind, **LOSSLESS[kind]), name="IMG_1.HEIC")
    assert picture.format == kind
    assert picture.alpha is None
    assert picture.notes == ()
    assert np.abs(picture.rgb.astype(int) - blocks()).mean() < 3


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_it_is_turned_upright_once(kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    picture = decode(encoded(Image.fromarray(blocks()), kind, exif=exif.tobytes(), **LOSSLESS[kind]))
    assert np.abs(picture.rgb.astype(int) - np.rot90(blocks(), -1)).mean() < 3


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_its_transparency_is_kept(kind: str) -> None:
    alpha = np.repeat(np.arange(24, dtype=np.uint8)[:, None] * 10, 40, 1)
    picture = decode(encoded(Image.fromarray(np.dstack([blocks(), alpha])), kind, **LOSSLESS[kind]))
    assert picture.alpha is not None
    assert np.abs(picture.alpha.astype(int) - alpha).max() <= 3


def test_the_main_one_of_several_is_read_and_the_others_are_said() -> None:
    others = [Image.new("RGB", (40, 24), colour) for colour in ("red", "lime")]
    data = encoded(
        Image.fromarray(blocks()), "HEIF", save_all=True, append_images=others, primary_index=1, **LOSSLESS["HEIF"]
    )
    picture = decode(data, name="burst.heic")
    assert picture.rgb[3, 3, 0] > 240
    assert picture.rgb[3, 3, 1] < 15
    assert picture.notes == ("burst.heic holds 3 pictures; only the main one is used.",)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_small_file_that_claims_many_pixels_is_refused_from_its_header(kind: str) -> None:
    data = bytearray(encoded(Image.fromarray(blocks()), kind))
    extents = 0
    while (extents := data.find(b"ispe", extents + 1)) > 0:
        data[extents + 8 : extents + 16] = (65_535).to_bytes(4, "big") * 2
    with pytest.raises(InputError, match=r"million|damaged"):
        decode(bytes(data))


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_a_half_of_it_is_refused_in_a_sentence(kind: str) -> None:
    data = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)), kind)
    with pytest.raises(InputError, match=r"photo\.heic .*cut short"):
        decode(data[: len(data) // 2], name="photo.heic")
