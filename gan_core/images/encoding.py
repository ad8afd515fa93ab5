"""From arrays to files that every browser reads."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image


def encode_jpeg(picture: np.ndarray, quality: int = 88) -> bytes:
    """A uint8 picture (H, W) or (H, W, 3) as JPEG of `quality` 1 to 95, without chroma subsampling.

    Returns:
        The bytes of the file.
    """
    buffer = io.BytesIO()
    _image(picture).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def encode_png(picture: np.ndarray) -> bytes:
    """A uint8 picture (H, W), (H, W, 3) or, with transparency, (H, W, 4) as PNG."""
    buffer = io.BytesIO()
    _image(picture).save(buffer, "PNG", compress_level=3)  # level 6 takes three times as long for 3 % fewer bytes
    return buffer.getvalue()


def encode_bmp(picture: np.ndarray) -> bytes:
    """A uint8 picture (H, W) or (H, W, 3) as BMP: its bytes as they are.

    For a moment on the screen: of 64 x 64 generated pixels PNG packs a quarter away and takes 0.4 to 0.9 ms, this 0.1
    to 0.4.
    """
    buffer = io.BytesIO()
    _image(picture).save(buffer, "BMP")
    return buffer.getvalue()


def data_url(data: bytes, mime: str) -> str:
    """A `data:` URL that a page can show without another request.

    Args:
        data: The bytes of a file.
        mime: Its media type, such as `image/jpeg`.

    Returns:
        The URL, base64-encoded.
    """
    return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"


def _image(picture: np.ndarray) -> Image.Image:
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[..., 0]
    return Image.fromarray(np.ascontiguousarray(picture))
