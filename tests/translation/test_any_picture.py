"""Whatever the picture, its size, transparency and name come back: sizes and modes drawn at random, seeds fixed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gan_core.translation import Translator, translate_file
from gan_core.translation.scales import SCALES
from tests.translation.toy_translators import EXACT, Card, inverse, resnet

MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK")
FORMATS = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "TIFF": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"),
    "JPEG": ("L", "RGB", "CMYK"),
    "WEBP": ("RGB", "RGBA"),
    "BMP": ("1", "L", "P", "RGB"),
}
SUFFIX = {"PNG": ".png", "TIFF": ".tif", "JPEG": ".jpg", "WEBP": ".webp", "BMP": ".bmp"}


def side(random: np.random.Generator) -> int:
    """Small sides more often, as borders are where things go wrong."""
    return int(random.choice([1, 2, 3, 5, 7, 8, 9, random.integers(10, 90)]))


def drawn(random: np.random.Generator, mode: str) -> Image.Image:
    height, width = side(random), side(random)
    if mode == "I;16":
        return Image.fromarray(random.integers(0, 65536, (height, width)).astype(np.uint16))
    image = Image.fromarray(random.integers(0, 256, (height, width, 3), dtype=np.uint8)).convert(mode)
    if mode.endswith("A"):
        image.putalpha(Image.fromarray(random.integers(0, 256, (height, width), dtype=np.uint8)))
    return image


def alpha_of(image: Image.Image) -> np.ndarray | None:
    return np.asarray(image.convert("RGBA"))[..., 3] if image.has_transparency_data else None


def check_alpha(before: Image.Image, after: Image.Image) -> None:
    wanted, found = alpha_of(before), alpha_of(after)
    if wanted is None or wanted.min() == 255:
        assert found is None or found.min() == 255
    else:
        assert np.array_equal(found, wanted)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("mode", MODES)
def test_any_size_in_any_mode_at_any_scale(mode, scale):
    random = np.random.default_rng([MODES.index(mode), SCALES.index(scale)])
    translator = Translator({"AtoB": resnet()}, Card(), arithmetic=EXACT)
    for _ in range(8):
        image = drawn(random, mode)
        result = translator.translate(image, scale=scale)
        assert result.size == image.size
        assert result.mode in ("RGB", "RGBA")
        check_alpha(image, result)


@pytest.mark.parametrize("mode", MODES)
def test_every_pixel_stays_at_its_place(mode):
    """The negative of a picture twice is the picture, as the network saw it: colours on white, 16 bits as levels."""
    random = np.random.default_rng(MODES.index(mode))
    for _ in range(8):
        image = drawn(random, mode)
        once = inverse().translate(image).convert("RGB")
        twice = inverse().translate(once)
        assert np.array_equal(np.asarray(twice), 255 - np.asarray(once))
        if mode in ("1", "L", "RGB"):
            assert np.array_equal(np.asarray(twice), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in FORMATS.items() for mode in modes])
def test_any_file_comes_back_under_its_name_in_its_format(kind, mode):
    random = np.random.default_rng([list(FORMATS).index(kind), MODES.index(mode)])
    for number in range(4):
        image = drawn(random, mode)
        buffer = io.BytesIO()
        image.save(buffer, kind, **({"lossless": True, "exact": True} if kind == "WEBP" else {}))
        name = f"Häuser {number}.v2{SUFFIX[kind]}"
        made = translate_file(inverse(), buffer.getvalue(), name=name, scale="native")
        assert made.name == name
        with Image.open(io.BytesIO(made.data)) as result, Image.open(io.BytesIO(buffer.getvalue())) as source:
            assert (result.format, result.size) == (kind, image.size)
            check_alpha(source, result)
