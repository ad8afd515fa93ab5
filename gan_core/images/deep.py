"""Conversion of pictures with more than eight bits a sample to eight."""

from __future__ import annotations

import sys

import numpy as np
from PIL import Image

CONTAINED = (8, 12, 14)
"""Bits that cameras, scanners and microscopes put into sixteen without saying so."""
_SWAPPED = {"16B": "16L", "16L": "16B", "16N": "16B" if sys.byteorder == "little" else "16L"}


def scale_deep(values: np.ndarray, significant: int | None = None) -> tuple[np.ndarray, str | None]:
    """Bring whole or floating-point numbers beyond 8 bits to uint8, with a note where the range had to be guessed.

    `significant` is how many bits the file says that it uses.
    """
    with np.errstate(invalid="ignore"):  # a NaN that signals
        numbers = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if values.dtype.kind in "iu" and low >= 0 and high <= 65535:
        bits = bits_of(int(high), significant)
        note = None if bits == 16 else f"its values hold {bits} bits of 16, and were read so"
        return np.rint(numbers * (255 / (2**bits - 1))).astype(np.uint8), note
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        return np.rint(numbers * 255).astype(np.uint8), None
    if values.dtype.kind == "f" and low >= 0 and high <= 255:
        return np.rint(numbers).astype(np.uint8), None
    scaled = (numbers - low) * (255 / (high - low)) if high > low else np.zeros_like(numbers)
    return np.rint(scaled).astype(np.uint8), f"its values {low:g} to {high:g} were spread over 0 to 255"


def bits_of(highest: int, significant: int | None = None) -> int:
    """How many bits hold values up to `highest` in a container of sixteen: those that are said, else the usual ones."""
    if highest == 0:
        return 16
    if significant is not None and highest < 2**significant:
        return significant
    return next((bits for bits in CONTAINED if highest < 2**bits), 16)


def with_low_bytes(image: Image.Image) -> bool:
    """Ask an opened, not yet loaded picture of 16-bit colour for the lower half of each value instead of the upper.

    Pillow keeps the first byte of two, which of 12 bits in 16 is next to nothing; in the other byte order that byte
    is the lower one. False where there is nothing to swap.
    """
    tiles = []
    for tile in image.tile:  # pyright: ignore[reportAttributeAccessIssue] - of files, which these are
        args = tile.args if isinstance(tile.args, tuple) else (tile.args,)
        swapped = tuple(_swapped(each) for each in args)
        if swapped == args:
            return False
        tiles.append(tile._replace(args=swapped if isinstance(tile.args, tuple) else swapped[0]))
    image.tile = tiles  # pyright: ignore[reportAttributeAccessIssue]
    return bool(tiles)


def _swapped(argument: object) -> object:
    kind, semicolon, order = argument.partition(";") if isinstance(argument, str) else ("", "", "")
    return (
        f"{kind};{_SWAPPED[order]}" if semicolon and kind in ("RGB", "RGBA", "RGBX") and order in _SWAPPED else argument
    )
