"""Files that lack their end, as broken downloads and full cards leave them: read where most of the picture is there."""

from __future__ import annotations

import struct
import zlib

import numpy as np

LEAST = 0.75
"""Share of a picture's rows that must be there: a grey or black quarter can be seen and cut off, half of it not."""
_END_OF_JPEG = b"\xff\xd9"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a pixel by the colour type of a PNG."""


def with_end(data: bytes, kind: str | None, max_pixels: int) -> tuple[bytes, float | None] | None:
    """A JPEG or PNG that is cut short, completed so that it can be decoded; None for what is no such file.

    With it comes the share of rows that are there; of a JPEG that is known when it is decoded (`share_of_jpeg`).
    What is missing of a JPEG comes out as grey rows, of a PNG as rows of zeros.
    """
    if kind == "JPEG":
        return data + _END_OF_JPEG * 8, None
    return _complete_png(data, max_pixels) if kind == "PNG" else None


def share_of_jpeg(pixels: np.ndarray) -> float:
    """The share of rows above the even middle grey that stands for what is missing, of uint8 (H, W) or (H, W, C)."""
    missing = np.abs(pixels.astype(np.int16) - 128).reshape(len(pixels), -1).max(axis=1) <= 1
    rows = len(missing) - int(np.argmin(missing[::-1])) if not missing.all() else 0
    return rows / len(missing)


def _complete_png(data: bytes, max_pixels: int) -> tuple[bytes, float] | None:
    """The file with as many rows as can be unpacked, if these are most; zeros below."""
    if len(data) < 33:
        return None
    width, height, depth, colour, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    sound = zlib.crc32(data[12:29]) == int.from_bytes(data[29:33], "big")
    if not sound or interlaced or colour not in _CHANNELS or width * height > max_pixels:
        return None
    row = 1 + (width * depth * _CHANNELS[colour] + 7) // 8
    at, before, packed = 33, [], bytearray()
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IDAT":
            packed += data[at + 8 : min(at + 8 + length, len(data))]
        elif packed:
            break
        else:
            before.append(data[at : at + 12 + length])
        at += 12 + length
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(bytes(packed), row * height)
    except zlib.error:
        return None
    rows = len(pixels) // row
    if rows < LEAST * height:
        return None
    pixels = pixels[: rows * row].ljust(row * height, b"\0")
    body = b"IDAT" + zlib.compress(pixels, 1)
    end = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + b"".join(before) + end + b"\0\0\0\0IEND\xaeB`\x82", rows / height
