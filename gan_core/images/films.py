"""Frames into an MP4 film (H.264) that every browser and phone plays: what translated films and walks share.

Colours are written as BT.709 in limited range, and tagged so: without tags each player guesses by the size.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

CLOCK = Fraction(1, 90_000)
"""Unit of time stamps: every usual frame rate is a whole number of these."""
_BT709, _LIMITED = 1, 1
"""Of ISO/IEC 23091-2, the same number for matrix, primaries and transfer."""


def add_pictures(
    made: Any, width: int, height: int, rate: Fraction, crf: int, *, pixel_aspect: Fraction = Fraction(1)
) -> Any:
    """A picture stream for frames of `width` x `height` in the open MP4 container `made`.

    Its sides are even, for the kind of colour that plays everywhere lies in squares of 2 x 2 pixels. `crf` is x264's
    measure of quality: 18 looks like the source, lower is larger. `pixel_aspect` is the width of a pixel over its
    height.
    """
    stream = made.add_stream("libx264", rate=rate, options={"crf": str(crf), "preset": "veryfast"})
    stream.width, stream.height = width + width % 2, height + height % 2
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = CLOCK
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED
    if pixel_aspect != 1:
        context.sample_aspect_ratio = pixel_aspect
    return stream


def put_picture(made: Any, stream: Any, rgb: np.ndarray, seconds: Fraction) -> None:
    """Show the uint8 frame (H, W, 3) from `seconds` on; a line or column is repeated where a side is odd."""
    import av  # 100 MB of codecs, loaded only where a film is read

    height, width = rgb.shape[:2]
    even = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
    frame = av.VideoFrame.from_ndarray(even, format="rgb24").reformat(
        format="yuv420p", dst_colorspace="ITU709", dst_color_range=_LIMITED
    )
    frame.colorspace = _BT709
    frame.color_range = _LIMITED
    frame.time_base = CLOCK
    frame.pts = round(seconds / CLOCK)
    made.mux(stream.encode(frame))
