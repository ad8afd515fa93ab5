"""Colours become sRGB, whatever profile or numbers a file describes them with; what is sRGB stays to the last bit."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from gan_core.images import decode
from gan_core.images.colour import PRIMARIES, profile_of
from tests.images.samples import encoded, gradient

DISPLAY_P3 = np.array([[1.2249402, -0.2249402, 0.0], [-0.0420570, 1.0420570, 0.0], [-0.0196376, -0.0786361, 1.0982736]])
"""From linear Display P3 to linear sRGB (same white, W3C css-color-4)."""


def linear(levels: np.ndarray) -> np.ndarray:
    share = levels / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def levels(light: np.ndarray) -> np.ndarray:
    light = light.clip(0, 1)
    return np.rint(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055))


def soft() -> np.ndarray:
    """uint8 (12, 17, 3) of moderate colours, which both spaces can show."""
    return (gradient() // 3 + 90).astype(np.uint8)


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
P3 = profile_of(PRIMARIES[12])


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True})])
def test_a_wide_profile_is_converted_as_its_formula_says(kind: str, options: dict[str, Any]) -> None:
    picture = decode(encoded(Image.fromarray(soft()), kind, icc_profile=P3, **options))
    expected = levels(linear(soft()) @ DISPLAY_P3.T)
    assert np.abs(picture.rgb - expected).max() <= 2
    assert np.abs(picture.rgb - soft().astype(int)).mean() > 3
    assert picture.notes == ()


def test_photographs_are_converted_too() -> None:
    patch = np.full((32, 32, 3), (200, 80, 90), np.uint8)
    expected = levels(linear(patch[:1, :1]) @ DISPLAY_P3.T)
    for kind, options in (
        ("JPEG", {"quality": 98}),
        ("HEIF", {"quality": 98, "chroma": 444}),
        ("AVIF", {"quality": 98}),
    ):
        picture = decode(encoded(Image.fromarray(patch), kind, icc_profile=P3, **options))
        assert np.abs(picture.rgb - expected).max() <= 4, kind


@pytest.mark.parametrize("profile", [SRGB, profile_of(PRIMARIES[1])], ids=["lcms", "ours"])
def test_srgb_stays_to_the_last_bit(profile: bytes) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    assert np.array_equal(decode(encoded(Image.fromarray(noise), icc_profile=profile)).rgb, noise)


def test_a_grey_profile_keeps_grey_grey() -> None:
    grey = np.tile(np.arange(256, dtype=np.uint8), (4, 1))
    gamma = _grey_profile(1.8)
    picture = decode(encoded(Image.fromarray(grey), icc_profile=gamma))
    assert picture.was_grey
    assert (picture.rgb == picture.rgb[..., :1]).all()
    expected = levels((np.arange(256) / 255) ** 1.8)
    assert np.abs(picture.rgb[0, :, 0] - expected).max() <= 2


def _grey_profile(gamma: float) -> bytes:
    """An ICC profile of grey, from that of colours: its header's space, its white and one curve."""
    colours = profile_of(PRIMARIES[1], gamma)
    count = struct.unpack_from(">I", colours, 128)[0]
    tags = [struct.unpack_from(">4sII", colours, 132 + 12 * index) for index in range(count)]
    kept = {name: colours[at : at + size] for name, at, size in tags if name in (b"desc", b"cprt", b"wtpt")}
    kept[b"kTRC"] = next(colours[at : at + size] for name, at, size in tags if name == b"rTRC")
    table, body, at = struct.pack(">I", len(kept)), b"", 132 + 12 * len(kept)
    for name, data in kept.items():
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = bytearray(colours[:128])
    head[0:4], head[16:20] = struct.pack(">I", at + len(body)), b"GRAY"
    return bytes(head) + table + body


def test_alpha_and_palette_are_kept_with_a_profile() -> None:
    rgba = np.dstack([soft(), np.full((12, 17), 77, np.uint8)])
    picture = decode(encoded(Image.fromarray(rgba), icc_profile=P3))
    assert picture.alpha is not None
    assert (picture.alpha == 77).all()
    assert np.abs(picture.rgb - levels(linear(soft()) @ DISPLAY_P3.T)).max() <= 2
    palette = Image.fromarray(soft()).quantize(16)
    plain = np.asarray(palette.convert("RGB"))
    picture = decode(encoded(palette, icc_profile=P3))
    assert np.abs(picture.rgb - levels(linear(plain) @ DISPLAY_P3.T)).max() <= 2


def test_a_picture_in_memory_is_converted_alike() -> None:
    image = Image.open(io.BytesIO(encoded(Image.fromarray(soft()), icc_profile=P3)))
    assert np.abs(decode(image).rgb - levels(linear(soft()) @ DISPLAY_P3.T)).max() <= 2


@pytest.mark.parametrize(
    ("profile", "mode", "words"),
    [
        (b"no profile at all" * 20, "RGB", "damaged"),
        (SRGB[:200], "RGB", "damaged"),
        (P3[:140] + bytes(len(P3) - 140), "RGB", "damaged"),
        (SRGB, "CMYK", "made for RGB colours"),
    ],
)
def test_a_profile_that_does_not_fit_is_left_aside_and_said(profile: bytes, mode: str, words: str) -> None:
    image = Image.fromarray(soft()).convert(mode)
    picture = decode(encoded(image, "TIFF", icc_profile=profile), name="a.tif")
    assert np.array_equal(picture.rgb, np.asarray(image.convert("RGB")))
    assert len(picture.notes) == 1
    assert words in picture.notes[0]


def with_chunks(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """The PNG file with chunks behind its header."""
    extra = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )
    return data[:33] + extra + data[33:]


def test_numbers_for_colours_in_a_png_are_followed() -> None:
    plain = encoded(Image.fromarray(soft()))
    wide = decode(with_chunks(plain, (b"cICP", bytes([12, 13, 0, 1]))))
    assert np.abs(wide.rgb - levels(linear(soft()) @ DISPLAY_P3.T)).max() <= 2
    steep = decode(with_chunks(plain, (b"gAMA", (100_000).to_bytes(4, "big"))))  # samples are light itself
    assert np.abs(steep.rgb - levels(soft() / 255)).max() <= 2
    hdr = decode(with_chunks(plain, (b"cICP", bytes([9, 16, 0, 1]))), name="a.png")
    assert np.array_equal(hdr.rgb, soft())
    assert hdr.notes == ("a.png: it is an HDR picture (PQ), whose colours come out flatter than they are meant.",)


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"gAMA", (45_455).to_bytes(4, "big"))],
        [
            (b"gAMA", (45_455).to_bytes(4, "big")),
            (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
        ],
        [(b"sRGB", b"\0"), (b"gAMA", (100_000).to_bytes(4, "big"))],
        [(b"cICP", bytes([1, 13, 0, 1])), (b"iCCP", b"x\0\0" + zlib.compress(P3))],
        [(b"gAMA", bytes(4))],
        [(b"gAMA", bytes(3))],
        [(b"cICP", b"\xff\xff\xff\xff")],
    ],
    ids=["gamma", "primaries", "srgb first", "cicp first", "no gamma", "short gamma", "unknown numbers"],
)
def test_numbers_that_say_srgb_or_nonsense_change_nothing(chunks: list[tuple[bytes, bytes]]) -> None:
    assert np.array_equal(decode(with_chunks(encoded(Image.fromarray(soft())), *chunks)).rgb, soft())


def test_primaries_that_span_nothing_are_left_aside_and_said() -> None:
    gamma = (b"gAMA", (45_455).to_bytes(4, "big"))
    for corners in (bytes(32), struct.pack(">8I", 31270, 32900, *[10_000] * 6)):
        picture = decode(with_chunks(encoded(Image.fromarray(soft())), gamma, (b"cHRM", corners)), name="a.png")
        assert np.array_equal(picture.rgb, soft())
        assert picture.notes == ("a.png: its colours are described wrongly, and were taken as they are.",)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_profile_of_greys_is_applied_beside_transparency(kind: str) -> None:
    grey = Image.new("L", (4, 3), 94)
    with_alpha = Image.merge("LA", (grey, Image.new("L", (4, 3), 100)))
    plain, clear = (decode(encoded(each, kind, icc_profile=_grey_profile(1.0))) for each in (grey, with_alpha))
    assert plain.rgb[0, 0, 0] == pytest.approx(163, abs=1), "94/255 of the light is level 163 of sRGB"
    assert np.array_equal(clear.rgb, plain.rgb)
    assert clear.notes == ()
