"""Pictures and numbers for the screen."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SHOWN_SIDE = 1600
"""Longest side of what travels to the screen; the file to download has every pixel."""


def within(picture: "np.ndarray", side: int) -> "np.ndarray":
    """A uint8 picture (H, W) or (H, W, 3), reduced to at most `side` pixels."""
    import numpy as np
    from PIL import Image

    height, width = picture.shape[:2]
    if max(height, width) <= side:
        return picture
    factor = side / max(height, width)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0))


def shown(rgb: "np.ndarray", alpha: "np.ndarray | None", side: int = SHOWN_SIDE) -> str:
    """A picture as a data URL: JPEG, or PNG where transparency must be seen or every pixel of a small one counts."""
    from gan_core.images import data_url, encode_png

    rgb = within(rgb, side)
    if alpha is not None:
        return data_url(encoded(rgb, within(alpha, side)), "image/png")
    if max(rgb.shape[:2]) <= 64:
        return data_url(encode_png(rgb), "image/png")
    return data_url(encoded(rgb, None), "image/jpeg")


def is_transparent(alpha: "np.ndarray | None") -> bool:
    """Whether something is to be seen through: a drawing of the page has an alpha channel, opaque everywhere."""
    return alpha is not None and bool(alpha.min() < 255)


def encoded(rgb: "np.ndarray", alpha: "np.ndarray | None") -> bytes:
    """A JPEG for the screen, or a PNG where there is transparency."""
    import numpy as np

    from gan_core.images import encode_jpeg, encode_png

    return encode_jpeg(rgb, quality=92) if alpha is None else encode_png(np.dstack([rgb, alpha]))


def seconds_in_words(seconds: float) -> str:
    """Seconds with unit: `0.25 s`, `12 s`."""
    return f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s"
