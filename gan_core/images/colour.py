"""Colours into sRGB: by an ICC profile, or by the numbers that stand for primaries and transfer in PNG, HEIC and video.

The conversion is relative colorimetric with black point compensation, as in browsers: what sRGB can show stays exact.
A profile that is sRGB itself changes nothing, not even the last bit.
"""

from __future__ import annotations

import functools
import io
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageCms

from gan_core.errors import InputError

LARGEST_PROFILE = 16_000_000
"""Bytes; those of printers are a few million."""
SRGB_PRIMARIES = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))
"""x, y of red, green and blue (IEC 61966-2-1)."""
PRIMARIES = {
    1: SRGB_PRIMARIES,
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)),
    6: ((0.63, 0.34), (0.31, 0.595), (0.155, 0.07)),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    12: ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)),
}
"""By their numbers in ISO/IEC 23091-2, all with the white of D65."""
HDR = {16: "PQ", 18: "HLG"}
"""Transfer functions (ISO/IEC 23091-2) whose white is far below their brightest value."""
D65 = (0.3127, 0.3290)
_D50 = np.array([0.9642, 1.0, 0.8249])
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_MODES = {"RGB": ("RGB",), "GRAY": ("L",), "CMYK": ("CMYK",), "Lab": ("LAB",)}
"""Modes of Pillow that profiles of a colour space belong to."""


def to_srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, str | None]:
    """Convert the colours of an image to sRGB.

    A profile that is damaged, or of another colour space than the image, is ignored.

    Args:
        image: Mode L, RGB, CMYK or LAB, no transparency.
        profile: The ICC profile of its colours.

    Returns:
        The converted image, and what was wrong with `profile` (None: nothing).

    Raises:
        InputError: if a sound profile cannot be applied.
    """
    if len(profile) > LARGEST_PROFILE:
        return image, "its colour profile is too large and was left aside"
    try:
        space = _space_of(profile)
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if image.mode not in _MODES.get(space, ()):
            return image, f"its colour profile is made for {space or 'no known'} colours and was left aside"
        transform = _transform(profile, image.mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, SyntaxError):
        return image, "its colour profile is damaged and was left aside"
    if transform is None:
        return image, None
    made = ImageCms.applyTransform(image, transform)
    if made is None:
        raise InputError("A colour profile could not be applied.")
    return (made.getchannel("G") if image.mode == "L" else made), None


def _opened(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _space_of(profile: bytes) -> str:
    opened: Any = _opened(profile).profile
    return "" if opened.device_class.strip() in ("link", "abst", "nmcl") else opened.xcolor_space.strip()


@functools.lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """How colours of `mode` become sRGB; None where they are it already. Kept, for a folder has one profile for all."""
    transform = ImageCms.buildTransform(
        _opened(profile),
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.HIGHRESPRECALC,
    )
    if mode == "RGB":
        steps = np.linspace(0, 255, 18).round().astype(np.uint8)
        tried = expected = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), -1).reshape(-1, 18, 3)
    elif mode == "L":
        tried = np.arange(256, dtype=np.uint8).reshape(16, 16)
        expected = np.repeat(tried[..., None], 3, 2)
    else:
        return transform
    came = np.asarray(ImageCms.applyTransform(Image.fromarray(tried), transform)).astype(int)
    same = np.abs(came - expected).max() <= 2  # sRGB by whatever name, but for rounding
    return None if same else transform


def is_srgb(primaries: Sequence[tuple[float, float]], white: tuple[float, float] = D65) -> bool:
    """Whether red, green and blue lie where those of sRGB do, as exactly as files round them."""
    given, known = np.array([*primaries, white]), np.array([*SRGB_PRIMARIES, D65])
    return bool(np.abs(given - known).max() < 0.005)


def profile_of(
    primaries: Sequence[tuple[float, float]], gamma: float | None = None, white: tuple[float, float] = D65
) -> bytes:
    """An ICC profile (version 2) of colours with these primaries (x, y) and a power of `gamma`; None: sRGB's curve.

    Raises ValueError for primaries that span nothing, and for a white that is none.
    """
    if min(white) <= 0:
        raise ValueError("White is no colour without light.")
    corners = np.array([[x, y, 1 - x - y] for x, y in primaries]).T
    light = np.array([white[0] / white[1], 1.0, (1 - white[0] - white[1]) / white[1]])
    if abs(np.linalg.det(corners)) < 1e-4:
        raise ValueError("Primaries on one line span no colours.")
    adapt = np.linalg.inv(_BRADFORD) @ np.diag((_BRADFORD @ _D50) / (_BRADFORD @ light)) @ _BRADFORD
    columns = (adapt @ (corners * np.linalg.solve(corners, light))).T
    if gamma is None:
        level = np.arange(1024) / 1023
        curve = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    else:
        curve = (np.arange(1024) / 1023) ** gamma
    tone = b"curv" + struct.pack(">II", 0, 1024) + np.rint(curve * 65535).astype(">u2").tobytes()
    words = b"made here"
    tags = {
        b"desc": b"desc" + struct.pack(">II", 0, len(words) + 1) + words + bytes(1 + 12 + 67),
        b"cprt": b"text" + bytes(4) + words + b"\0",
        b"wtpt": _xyz(_D50),
        **{name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), tone),
    }
    body, table, at = b"", struct.pack(">I", len(tags)), 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"lcms", 0x02200000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += np.rint(_D50 * 65536).astype(">i4").tobytes()
    return head.ljust(128, b"\0") + table + body


def _xyz(values: np.ndarray) -> bytes:
    return b"XYZ " + bytes(4) + np.rint(values * 65536).astype(">i4").tobytes()
