"""Damaged pictures and films of every format, made by seeded dice: they are read, or refused in a sentence; nothing else."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.images import decode
from gan_core.images.colour import PRIMARIES, profile_of
from gan_core.images.film_reading import Shown, opened_film
from tests.images.samples import encoded
from tests.images.toy_films import flash_and_beep

PICTURES = 60
"""Damaged ones of each file."""
FILMS = 25
MOST = 4_000_000
"""Pixels that a damaged header may claim before it is refused: the limit is what bounds time and memory."""


def _pixels(mode: str = "RGB") -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 56, 3), dtype=np.uint8)).convert(mode)


def _exif() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a picture"
    return exif.tobytes()


PROFILE = profile_of(PRIMARIES[12])
FRAMES = {"save_all": True, "append_images": [_pixels(), _pixels("L").convert("RGB")]}
FILES: dict[str, Callable[[], bytes]] = {
    "png": lambda: encoded(_pixels(), icc_profile=PROFILE, exif=_exif()),
    "png palette": lambda: encoded(_pixels().quantize(32), transparency=3),
    "png 16 bits": lambda: encoded(_pixels("I;16")),
    "apng": lambda: encoded(_pixels("RGBA"), **FRAMES),
    "jpeg": lambda: encoded(_pixels(), "JPEG", icc_profile=PROFILE, exif=_exif()),
    "jpeg progressive": lambda: encoded(_pixels("L"), "JPEG", progressive=True),
    "jpeg cmyk": lambda: encoded(_pixels("CMYK"), "JPEG"),
    "mpo": lambda: encoded(_pixels(), "MPO", **FRAMES),
    "gif": lambda: encoded(_pixels(), "GIF", **FRAMES),
    "webp": lambda: encoded(_pixels("RGBA"), "WEBP", lossless=True, exif=_exif(), icc_profile=PROFILE),
    "webp animated": lambda: encoded(_pixels(), "WEBP", **FRAMES),
    "bmp": lambda: encoded(_pixels(), "BMP"),
    "bmp palette": lambda: encoded(_pixels("P"), "BMP"),
    "tiff": lambda: encoded(_pixels(), "TIFF", icc_profile=PROFILE),
    "tiff lzw": lambda: encoded(_pixels("RGBA"), "TIFF", compression="tiff_lzw"),
    "tiff jpeg": lambda: encoded(_pixels(), "TIFF", compression="jpeg"),
    "tiff group 4": lambda: encoded(_pixels("1"), "TIFF", compression="group4"),
    "tiff float": lambda: encoded(_pixels("F"), "TIFF"),
    "ppm": lambda: encoded(_pixels(), "PPM"),
    "heic": lambda: encoded(_pixels("RGBA"), "HEIF", exif=_exif(), **FRAMES),
    "avif": lambda: encoded(_pixels(), "AVIF", exif=_exif(), icc_profile=PROFILE, speed=10),
    "ico": lambda: encoded(_pixels("RGBA"), "ICO", sizes=[(32, 32)]),
}
KINDS = ("cut", "flips", "head", "number", "zeros", "twice")


def damaged(data: bytes, dice: random.Random) -> bytes:
    """`data` with one kind of damage, or two."""
    made = bytearray(data)
    for kind in dice.sample(KINDS, dice.choice((1, 1, 2))):
        size = max(1, len(made))
        if kind == "cut":
            del made[dice.randrange(size) :]
        elif kind == "flips":
            for _ in range(min(len(made), dice.choice((1, 3, 30)))):
                made[dice.randrange(len(made))] ^= 1 << dice.randrange(8)
        elif kind == "head":
            for _ in range(min(len(made), 4)):
                made[dice.randrange(min(len(made), 96))] = dice.randrange(256)
        elif kind == "number":
            at = dice.randrange(size)
            made[at : at + 4] = dice.choice(
                (bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff", b"\0\0\xff\xff", b"\xff\xff\0\0")
            )
        elif kind == "zeros":
            at = dice.randrange(size)
            made[at : at + 40] = bytes(len(made[at : at + 40]))
        else:
            at = dice.randrange(size)
            made[at:at] = made[at : at + dice.randrange(1, 200)]
    return bytes(made)


@pytest.mark.parametrize("kind", FILES)
def test_a_damaged_picture_is_read_or_refused(kind: str) -> None:
    whole, dice = FILES[kind](), random.Random(kind)
    if kind != "ico":  # which is no format of ours
        assert decode(whole, MOST).rgb.shape[2] == 3
    for _ in range(PICTURES):
        with contextlib.suppress(InputError):  # whatever else comes out fails the test
            picture = decode(damaged(whole, dice), MOST, smallest_side=dice.choice((None, 16)))
            assert picture.rgb.dtype == np.uint8
            assert picture.rgb.shape[0] * picture.rgb.shape[1] <= MOST
            assert picture.alpha is None or picture.alpha.shape == picture.rgb.shape[:2]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("film.mp4", {}),
        ("film.mkv", {"sound": "libopus"}),
        ("film.webm", {"video": "libvpx", "sound": "libopus"}),
        ("film.avi", {"video": "mjpeg", "sound": "pcm_s16le", "pixels": "yuvj420p"}),
        ("film.ts", {"sound": "ac3"}),
    ],
)
def test_a_damaged_film_is_read_or_refused(tmp_path: Path, name: str, kind: dict[str, str]) -> None:
    whole, dice = flash_and_beep(tmp_path / name, **kind).read_bytes(), random.Random(name)
    path = tmp_path / f"damaged-{name}"
    for _ in range(FILMS):
        path.write_bytes(damaged(whole, dice))
        with contextlib.suppress(InputError), opened_film(path) as film:
            shown = [piece for piece in film if isinstance(piece, Shown)]
            assert shown
            assert all(earlier.seconds < later.seconds for earlier, later in itertools.pairwise(shown))
