"""The chunks of WebP files, a RIFF container.

Source: https://developers.google.com/speed/webp/docs/riff_container.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterable, Iterator

from PIL import Image

HAS_ANIMATION, HAS_XMP, HAS_ALPHA = 0x02, 0x04, 0x10
"""Flags in the first byte of an extended header."""
LONGEST = 2**24 - 1
"""Milliseconds of a frame, about four hours and a half."""
NO_BLENDING = 0x02
"""Flag of a frame that replaces what was there before."""


def extended(data: bytes) -> tuple[bytearray, list[tuple[bytes, bytes]]]:
    """The extended header of a WebP file, and its other chunks in order, each a name of four letters and its bytes.

    A still in its simple form, which holds nothing but pixels, gets the header that it would have.
    """
    chunks = list(_chunks(data))
    if chunks[0][0] == b"VP8X":
        return bytearray(chunks[0][1]), chunks[1:]
    header = bytearray(10)
    with Image.open(io.BytesIO(data)) as image:
        header[0] = HAS_ALPHA if image.has_transparency_data else 0
        header[4:7], header[7:10] = ((side - 1).to_bytes(3, "little") for side in image.size)
    return header, chunks


def packed(header: bytearray, chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The file with this extended header and these chunks behind it."""
    body = b"".join(_chunk(*each) for each in ((b"VP8X", bytes(header)), *chunks))
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def as_film(data: bytes, milliseconds: int, loops: int) -> bytes:
    """A still as a film of one frame that is shown so long, `loops` times (0: for ever); a film stays as it is.

    Encoders put equal frames together, and what is left of a film in which nothing moves is a still without any time.
    """
    header, chunks = extended(data)
    if any(name == b"ANMF" for name, _ in chunks):
        return data
    header[0] |= HAS_ANIMATION
    pixels = b"".join(_chunk(*each) for each in chunks)
    # From the corner (0, 0) on, as large as the canvas.
    frame = (
        bytes(6)
        + bytes(header[4:10])
        + min(milliseconds, LONGEST).to_bytes(3, "little")
        + bytes([NO_BLENDING])
        + pixels
    )
    return packed(header, [(b"ANIM", struct.pack("<IH", 0, loops)), (b"ANMF", frame)])


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    start = 12
    while start + 8 <= len(data):
        size = struct.unpack_from("<I", data, start + 4)[0]
        yield data[start : start + 4], data[start + 8 : start + 8 + size]
        start += 8 + size + size % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
