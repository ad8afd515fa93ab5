"""PNG files without what is not pixels, such as long texts; and what their chunks state of depth and colour.

Source: https://www.w3.org/TR/png-3/.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from gan_core.images.colour import D65, HDR, LARGEST_PROFILE, PRIMARIES, is_srgb, profile_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEPT = (b"tRNS", b"eXIf", b"acTL", b"fcTL", b"fdAT")
"""Chunks beside the necessary ones that Pillow is to see."""
_SRGB_GAMMA = (0.40, 0.50)
"""Gammas of files that are sRGB, as exactly as they are written; the number is 0.45455."""


@dataclass
class Png:
    """The chunks of a PNG file by purpose."""

    data: bytes
    """The file without anything that is not needed for its pixels."""
    depth: int = 8
    """Bits of a sample."""
    grey: bool = False
    """Whether it has no colours, with or without transparency."""
    significant: int | None = None
    """Bits of a sample that mean something, where the file says (sBIT)."""
    profile: bytes | None = None
    """An ICC profile; None where the colours are sRGB, or said nothing of."""
    notes: tuple[str, ...] = ()


def read_png(data: bytes) -> Png:
    """Sort the chunks of a PNG file; nothing is decoded.

    Damage in what is needed is left for the decoder to find.
    """
    kept, facts = [SIGNATURE], dict[bytes, bytes]()
    notes: list[str] = []
    damaged = False
    for name, body, whole, sound in _chunks(data):
        if name[:1].isupper() or (name in _KEPT and sound):
            kept.append(whole)
        damaged = damaged or (name[:1].islower() and not sound)
        if sound:
            facts.setdefault(name, body)
    if damaged:
        notes.append("a damaged remark in it was left aside")
    png = Png(b"".join(kept))
    header = facts.get(b"IHDR", b"")
    if len(header) == 13:
        png.depth, png.grey = header[8], header[9] in (0, 4)
    significant = [each for each in facts.get(b"sBIT", b"") if 0 < each < png.depth]
    png.significant = max(significant, default=None)
    png.profile, remarks = _profile(facts)
    png.notes = (*notes, *remarks)
    return png


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes, bool]]:
    """Name, body, all bytes and whether the checksum is right, of every chunk; the last one may be cut short."""
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length = struct.unpack_from(">I", data, at)[0]
        whole = data[at : at + 12 + length]
        name, body = whole[4:8], whole[8 : 8 + length]
        sound = len(whole) == 12 + length and zlib.crc32(whole[4:-4]) == int.from_bytes(whole[-4:], "big")
        yield name, body, whole, sound
        at += 12 + length


def _profile(facts: dict[bytes, bytes]) -> tuple[bytes | None, list[str]]:
    """The first of cICP, iCCP, sRGB and gAMA with cHRM that the file has, as the standard ranks them."""
    coded = facts.get(b"cICP", b"")
    if len(coded) == 4:
        if coded[1] in HDR:
            return None, [f"it is an HDR picture ({HDR[coded[1]]}), whose colours come out flatter than they are meant"]
        if coded[0] in PRIMARIES:
            return (None if coded[0] == 1 else profile_of(PRIMARIES[coded[0]])), []
    if b"iCCP" in facts:
        return _unpacked(facts[b"iCCP"])
    gamma, corners = facts.get(b"gAMA", b""), facts.get(b"cHRM", b"")
    if b"sRGB" in facts or len(gamma) != 4:
        return None, []
    power = int.from_bytes(gamma, "big") / 100_000
    primaries, white = list(PRIMARIES[1]), D65
    if len(corners) == 32:
        x_y = [each / 100_000 for each in struct.unpack(">8I", corners)]
        white, *primaries = list(zip(x_y[::2], x_y[1::2], strict=True))
    usual = _SRGB_GAMMA[0] <= power <= _SRGB_GAMMA[1]
    if (usual and is_srgb(primaries, white)) or not 0.1 <= power <= 10:
        return None, []
    try:
        return profile_of(primaries, None if usual else 1 / power, white), []
    except ValueError:
        return None, ["its colours are described wrongly, and were taken as they are"]


def _unpacked(chunk: bytes) -> tuple[bytes | None, list[str]]:
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(chunk.partition(b"\0")[2][1:], LARGEST_PROFILE + 1)
    except zlib.error:
        return None, ["its colour profile is damaged and was left aside"]
    return profile, []
