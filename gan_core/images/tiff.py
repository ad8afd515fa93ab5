"""TIFF files of more than eight bits a sample, which Pillow's reader misinterprets."""

from __future__ import annotations

import sys
from typing import Any

from PIL import Image

_BITS, _PHOTOMETRIC, _PLANES = 258, 262, 284
"""Tags of TIFF 6.0: BitsPerSample, PhotometricInterpretation, PlanarConfiguration."""
_NATIVE = {"I;16BS": "I;16S", "I;32BS": "I;32S", "F;32BF": "F;32F"}
"""From what Pillow takes unpacked values for, to what they are in memory of the usual byte order."""


def bits_of_tiff(image: Image.Image) -> int | None:
    """Bits of a sample of a TIFF; None for other files."""
    bits = _tag(image, _BITS)
    first = bits[0] if isinstance(bits, tuple) and bits else bits
    return first if isinstance(first, int) else None


def is_negative(image: Image.Image) -> bool:
    """Whether 0 means white in a TIFF; Pillow inverts such values only where they have up to eight bits."""
    return _tag(image, _PHOTOMETRIC) == 0


def prepare_tiff(image: Image.Image) -> None:
    """Correct how an opened, not yet loaded TIFF will be decoded; other files are not changed.

    Pillow reads uncompressed planes of 16 bits as if they had 8. And libtiff, which unpacks compressed files, gives
    values in the machine's own byte order, whatever that of the file.
    """
    opened: Any = image
    if image.format != "TIFF" or not opened.tile:
        return
    if bits_of_tiff(image) == 16 and _tag(image, _PLANES) == 2 and not opened.use_load_libtiff:
        first = opened.tile[0]
        args = (f"{image.mode};16N", "raw", False, opened.tag_v2.offset)
        opened.tile, opened.use_load_libtiff = [type(first)("libtiff", (0, 0, *image.size), 0, args)], True
    elif opened.use_load_libtiff and sys.byteorder == "little":
        opened.tile = [
            tile._replace(args=(_NATIVE.get(tile.args[0], tile.args[0]), *tile.args[1:])) for tile in opened.tile
        ]


def _tag(image: Image.Image, number: int) -> Any:
    return getattr(image, "tag_v2", {}).get(number)
