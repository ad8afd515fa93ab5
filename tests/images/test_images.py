"""Pictures in and out: what is accepted by which rule, and what is refused in which sentence."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from gan_core import images
from gan_core.errors import InputError
from tests.images.samples import encoded, gradient


def test_rgb_comes_back_as_it_was() -> None:
    picture = images.decode(encoded(Image.fromarray(gradient())))
    assert np.array_equal(picture.rgb, gradient())
    assert picture.alpha is None
    assert picture.notes == ()
    assert picture.format == "PNG"
    assert not picture.was_grey


@pytest.mark.parametrize("source", [str, Path])
def test_a_file_is_read_by_its_path(tmp_path: Path, source: type) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(encoded(Image.fromarray(gradient())))
    assert np.array_equal(images.decode(source(path)).rgb, gradient())


def test_grey_and_one_bit_are_repeated_in_three_channels() -> None:
    grey = images.decode(encoded(Image.fromarray(gradient()[..., 0])))
    assert grey.was_grey
    assert np.array_equal(grey.rgb, np.repeat(gradient()[..., :1], 3, 2))
    bits = images.decode(encoded(Image.fromarray(gradient()[..., 0] > 80)))
    assert bits.was_grey
    assert set(np.unique(bits.rgb)) == {0, 255}


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_by_their_range(kind: str) -> None:
    deep = np.array([[0, 257, 32896, 65535]], dtype=np.uint16)
    assert images.decode(encoded(Image.fromarray(deep), kind)).rgb[0, :, 0].tolist() == [0, 1, 128, 255]


def test_floats_are_taken_as_shares_or_spread_with_a_note() -> None:
    shares = Image.fromarray(np.array([[0.0, 0.5, 1.0]], dtype=np.float32))
    assert images.decode(encoded(shares, "TIFF")).rgb[0, :, 1].tolist() == [0, 128, 255]
    wild = images.decode(
        encoded(Image.fromarray(np.array([[-10.0, 0.0, 10.0]], dtype=np.float32)), "TIFF"), name="a.tif"
    )
    assert wild.rgb[0, :, 1].tolist() == [0, 128, 255]
    assert wild.notes == ("a.tif: its values -10 to 10 were spread over 0 to 255.",)


def test_palette_and_cmyk_become_rgb() -> None:
    red = Image.new("RGB", (4, 4), (255, 0, 0))
    assert images.decode(encoded(red.quantize(4), "GIF")).rgb[0, 0].tolist() == [255, 0, 0]
    cyan = images.decode(encoded(Image.new("CMYK", (8, 8), (255, 0, 0, 0)), "JPEG", quality=95)).rgb[4, 4]
    assert cyan[0] < 30
    assert cyan[1] > 220
    assert cyan[2] > 220


def test_transparency_is_kept_aside() -> None:
    rgba = np.dstack([gradient(), np.full((12, 17), 128, np.uint8)])
    picture = images.decode(encoded(Image.fromarray(rgba)))
    assert picture.alpha is not None
    assert picture.alpha.shape == (12, 17)
    assert (picture.alpha == 128).all()
    assert np.array_equal(picture.rgb, gradient())
    expected = np.rint(gradient() * (128 / 255) + 255 * (127 / 255))
    assert np.abs(picture.composited().astype(int) - expected).max() <= 1
    keyed = Image.new("P", (3, 3), 0)
    keyed.putpalette([9, 9, 9, 200, 0, 0])
    assert (images.decode(encoded(keyed, transparency=0)).alpha == 0).all()  # type: ignore[operator]


def test_orientation_is_made_upright_and_the_tag_is_gone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side: to be turned by 90 degrees clockwise
    picture = images.decode(encoded(Image.fromarray(gradient()), exif=exif))
    assert np.array_equal(picture.rgb, np.rot90(gradient(), -1))
    assert picture.size == (12, 17)
    assert images.decode(images.encode_png(picture.rgb)).rgb.shape == (17, 12, 3)


def test_animation_gives_its_first_frame_and_says_so() -> None:
    frames = [Image.new("RGB", (6, 5), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    picture = images.decode(data, name="wave.gif")
    assert picture.rgb[0, 0].tolist() == [255, 0, 0]
    assert picture.notes == ("wave.gif has 3 frames; only the first one is used.",)


def test_a_picture_in_memory_is_treated_alike() -> None:
    picture = images.decode(Image.fromarray(gradient()).convert("LA"))
    assert picture.rgb.shape == (12, 17, 3)
    assert picture.alpha is not None
    assert picture.format is None


def test_large_jpegs_can_be_decoded_smaller() -> None:
    data = encoded(Image.new("RGB", (640, 480), (10, 200, 30)), "JPEG")
    assert images.decode(data).rgb.shape == (480, 640, 3)
    small = images.decode(data, smallest_side=64).rgb
    assert small.shape == (60, 80, 3) or min(small.shape[:2]) >= 64
    assert min(images.decode(data, smallest_side=100).rgb.shape[:2]) >= 100
    assert images.decode(data, smallest_side=64).size == (640, 480)


PNG = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)))
JPEG = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)), "JPEG")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"hello, I am a text\n" * 9, "is not a picture"),
        (PNG[: len(PNG) // 2], "cut short"),
        (JPEG[: len(JPEG) // 2], "cut short"),
        (PNG[:20], "damaged"),
        (PNG[:100] + b"\x00" * 400 + PNG[500:], "damaged"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x"></svg>', "SVG"),
        (b"<svg></svg>", "SVG"),
    ],
)
def test_unusable_bytes_are_refused_in_one_sentence(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as refusal:
        images.decode(data, name="photo.png")
    text = str(refusal.value)
    assert text.startswith("photo.png ")
    assert text.endswith(".")
    assert "\n" not in text
    assert "PNG, JPEG" in text


def test_pixels_are_counted_before_decoding() -> None:
    header = bytearray(encoded(Image.new("1", (64, 64))))
    header[16:24] = (60_000).to_bytes(4, "big") * 2
    header[29:33] = zlib.crc32(header[12:29]).to_bytes(
        4, "big"
    )  # claims 3,600 million pixels; nothing of that size is there
    with pytest.raises(InputError, match=r"many pixels: up to 50 million are accepted"):
        images.decode(bytes(header))
    with pytest.raises(InputError, match=r"20 x 20 = 0\.0 million pixels"):
        images.decode(encoded(Image.new("L", (20, 20))), max_pixels=399)
    with pytest.raises(InputError, match="million"):  # beyond Pillow's own warning, below its own error
        images.decode(encoded(Image.new("1", (10_000, 9_500))))


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        images.decode(tmp_path / "none.png")
    with pytest.raises(InputError, match="cannot be read"):
        images.decode(tmp_path)


def test_tensors_are_rounded_not_cut_off() -> None:
    batch = torch.tensor([-1.0, -0.999, 0.0, 0.999, 1.0, 7.0]).view(1, 1, 1, 6)
    levels = images.to_uint8(batch)
    assert levels.shape == (1, 1, 6, 3)
    assert levels[0, 0, :, 0].tolist() == [0, 0, 128, 255, 255, 255]
    every = torch.arange(256, dtype=torch.uint8).view(1, 1, 16, 16).expand(1, 3, 16, 16)
    assert np.array_equal(images.to_uint8(images.to_float(every)), every.permute(0, 2, 3, 1).numpy())
    assert images.to_float(every).aminmax() == (-1.0, 1.0)


def test_grid_places_pictures_row_by_row() -> None:
    pictures = np.arange(5, dtype=np.uint8).reshape(5, 1, 1, 1) * np.ones((5, 2, 3, 3), np.uint8)
    sheet = images.grid(pictures, padding=1, background=9)
    assert sheet.shape == (2 * 3 - 1, 3 * 4 - 1, 3)
    assert sheet[0, 0, 0] == 0
    assert sheet[0, 8, 0] == 2
    assert sheet[3, 4, 0] == 4
    assert sheet[2, 0, 0] == 9
    assert sheet[4, 10, 0] == 9
    assert images.grid(pictures, columns=5, padding=0).shape == (2, 15, 3)
    with pytest.raises(ValueError, match="at least one"):
        images.grid(pictures[:0])


def test_resize_takes_the_middle_square() -> None:
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, 10:20] = 200
    assert (images.resize_square(wide, 5) == 200).all()
    assert np.array_equal(images.resize_square(wide, 10), wide[:, 10:20])
    assert images.resize_square(wide[..., 0], 64).shape == (64, 64)
    assert images.resize_square(np.zeros((1, 1, 3), np.uint8), 8).shape == (8, 8, 3)
    checker = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    assert np.abs(images.resize_square(checker, 16).astype(int) - 127).max() < 12, "antialiased"


def test_encoding_keeps_what_it_promises() -> None:
    assert np.array_equal(images.decode(images.encode_png(gradient())).rgb, gradient())
    smooth = np.array(Image.fromarray(gradient()).resize((64, 64)))
    assert np.abs(images.decode(images.encode_jpeg(smooth, 95)).rgb.astype(int) - smooth).mean() < 3
    assert images.encode_jpeg(gradient()[..., :1]).startswith(b"\xff\xd8")
    assert images.data_url(b"abc", "image/png") == "data:image/png;base64,YWJj"


def test_bmp_is_exact_and_of_one_grey_too() -> None:
    for picture in (gradient(), gradient()[..., :1]):
        decoded = images.decode(images.encode_bmp(picture)).rgb
        assert np.array_equal(decoded, np.broadcast_to(picture, decoded.shape))


def test_what_is_no_file_and_no_image_is_told_by_its_type() -> None:
    data = encoded(Image.new("RGB", (3, 2), (9, 8, 7)))
    for whole in (data, bytearray(data), memoryview(data)):
        assert images.decode(whole).rgb.shape == (2, 3, 3)
    with pytest.raises(TypeError, match=r"or a PIL image, not a ndarray \(see PIL.Image.fromarray\)\."):
        images.decode(np.zeros((2, 3, 3), np.uint8))  # pyright: ignore[reportArgumentType]
    with pytest.raises(TypeError, match="not a int"):
        images.decode(3)  # pyright: ignore[reportArgumentType]
