"""A walk as a file that plays: GIF for everywhere, WebP for exact colours."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from gan_core.errors import InputError
from gan_core.files import write_atomically

ACCEPTED = ".gif and .webp are accepted"
SUFFIXES = (".gif", ".webp")
FASTEST = 50
"""Frames a second; browsers slow a GIF down that asks for more."""
EXACT_SIDE = 128
"""WebP keeps pictures up to this side exactly; above it, at a quality where no difference is seen, in far fewer bytes."""


def check_video_path(path: Path | str) -> Path:
    """The path, if a walk can be written there; InputError naming what is accepted otherwise."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix == ".mp4":
        raise InputError(f"Films in .mp4 cannot be written by this version: {ACCEPTED}.")
    if suffix not in SUFFIXES:
        raise InputError(f"A walk cannot be written as {path.name!r}: {ACCEPTED}.")
    return path


def encode_video(frames: np.ndarray, suffix: str, fps: float = 25.0, *, loop: bool = True) -> bytes:
    """The uint8 frames (N, H, W, 3) as the bytes of an animation of the kind `suffix`, `.gif` or `.webp`.

    It plays for ever, or with `loop=False` once. A GIF counts time in hundredths of a second, so its rate is the
    nearest that they allow; each frame has the 256 colours that suit it best, which is all that grey pictures need.

    Raises InputError for no frames, another suffix and a rate beyond 1 to 50 frames a second.
    """
    if len(frames) == 0:
        raise InputError("A film needs at least one frame.")
    if not 1 <= fps <= FASTEST:
        raise InputError(f"A film has 1 to {FASTEST} frames a second, not {fps:g}.")
    check_video_path(f"film{suffix}")
    buffer = io.BytesIO()
    if suffix.lower() == ".gif":
        first, *rest = _for_gif(frames)
        milliseconds = 10 * round(100 / fps)
        # Without a `loop` entry a GIF plays once; 0 means for ever.
        forever = {"loop": 0} if loop else {}
        first.save(
            buffer,
            "GIF",
            save_all=True,
            append_images=rest,
            duration=milliseconds,
            disposal=1,
            optimize=False,
            **forever,
        )
    else:
        first, *rest = (Image.fromarray(frame) for frame in frames)
        exact = max(frames.shape[1:3]) <= EXACT_SIDE
        first.save(
            buffer,
            "WEBP",
            save_all=True,
            append_images=rest,
            duration=round(1000 / fps),
            loop=0 if loop else 1,
            lossless=exact,
            quality=50 if exact else 92,  # of an exact picture: how long to look for a smaller file
            method=2,
        )
    return buffer.getvalue()


def write_video(path: Path | str, frames: np.ndarray, fps: float = 25.0, *, loop: bool = True) -> Path:
    """Write `frames` to `path`, whose ending says the kind of file; see `encode_video`."""
    path = check_video_path(path)
    write_atomically(path, encode_video(frames, path.suffix, fps, loop=loop))
    return path


def _for_gif(frames: np.ndarray) -> Sequence[Image.Image]:
    grey = bool((frames == frames[..., :1]).all())
    if grey:
        return [Image.fromarray(np.ascontiguousarray(frame[..., 0])) for frame in frames]
    return [
        Image.fromarray(frame).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE) for frame in frames
    ]
