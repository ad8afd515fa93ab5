"""Safe decoding: from any picture file to upright 8-bit RGB, or to one sentence that says why not.

| file                                 | becomes                                                                   |
|--------------------------------------|---------------------------------------------------------------------------|
| grey, 1-bit, palette, RGB            | RGB; a grey value is repeated in the three channels                        |
| 16-bit grey                          | divided by 257, so that 0..65535 becomes 0..255                            |
| 16-bit colour                        | the high byte of each value (done by Pillow's PNG reader)                  |
| 32-bit whole numbers                 | as 16-bit when they fit into 0..65535, else lowest..highest becomes 0..255 |
| 32-bit floating point                | 0..1 or 0..255 as it stands, any other range lowest..highest becomes 0..255|
| CMYK, YCbCr, LAB, HSV                | converted by Pillow's fixed formulas; colour profiles are not applied      |
| transparency of any kind             | straight alpha kept aside (`Picture.alpha`), colours as stored             |
| EXIF orientation                     | turned upright; the result is an array, so no tag is left                  |
| animation, several pages             | the first frame, and a note that says so                                   |
| HEIC, AVIF                           | 8 bits a channel, turned as the file says; the main picture of several     |
| SVG, text, anything else, damaged    | refused                                                                    |
| more bytes or pixels than the limits | refused from the header, before any pixel is decoded                       |
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from gan_core.errors import InputError
from gan_core.images.formats import ACCEPTED, SUFFIXES, sniff

MAX_PIXELS = 50_000_000
"""Most pixels of one picture; a 50-megapixel photograph takes 150 MB as RGB."""
MAX_BYTES = 100_000_000
"""Most bytes of one picture file."""
FORMATS = tuple(SUFFIXES)
"""Readers that may look at a file. Pillow has others that start outside programs (EPS) or reach for other files."""
GREY_MODES = ("1", "L", "LA", "La", "I", "F", "I;16", "I;16L", "I;16B", "I;16N")

# HEIC is what phones keep photographs in. Of what such a file may hold besides, nothing is wanted.
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)

# Limits are checked here, and damage is answered by a sentence: Pillow's warnings would only repeat it on stderr.
# (Set once, at import: `warnings.catch_warnings` is not safe in the threads that decode a folder.)
warnings.filterwarnings("ignore", module=r"PIL\..*")


@dataclass(frozen=True, eq=False)
class Picture:
    """One decoded picture, upright."""

    rgb: np.ndarray
    """uint8 H x W x 3."""
    alpha: np.ndarray | None
    """uint8 H x W, 255 is opaque; None when the file has no transparency."""
    notes: tuple[str, ...]
    """What a person should know about the conversion, one sentence each."""
    format: str | None
    """`PNG`, `JPEG`, ...; None for a picture that was already in memory."""
    was_grey: bool
    """Whether the file's own colour mode is grey."""

    def composited(self, background: int = 255) -> np.ndarray:
        """The colours laid over a plain background, uint8 H x W x 3."""
        if self.alpha is None:
            return self.rgb
        alpha = self.alpha[..., None].astype(np.uint16)
        return ((self.rgb * alpha + background * (255 - alpha) + 127) // 255).astype(np.uint8)


def decode(
    source: bytes | Path | str | Image.Image,
    max_pixels: int = MAX_PIXELS,
    *,
    name: str | None = None,
    smallest_side: int | None = None,
) -> Picture:
    """Read one picture by the rules at the top of this page.

    `name` is what refusals call the picture (by default the file's name). With `smallest_side` a JPEG may be decoded
    at 1/2, 1/4 or 1/8 of its size as long as its shorter side stays at least that long, which is several times faster
    for photographs that are made small anyway.

    Raises InputError for everything that cannot be used.
    """
    if isinstance(source, Image.Image):
        return _from_image(source, name or "The picture", max_pixels, None)
    if isinstance(source, (str, Path)):
        name = name or Path(source).name
        source = _read(Path(source), name)
    name = name or "The picture"
    _check_bytes(source, name)
    try:
        with Image.open(io.BytesIO(source), formats=FORMATS) as image:
            return _from_image(image, name, max_pixels, smallest_side)
    except InputError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(f"{name} has too many pixels: up to {max_pixels / 1e6:g} million are accepted.") from error
    except UnidentifiedImageError as error:
        kind = sniff(source[:64])
        wrong = "is not a picture" if kind is None else f"begins as {kind} and is damaged or cut short"
        raise InputError(f"{name} {wrong}: {ACCEPTED}.") from error
    except MemoryError as error:
        raise InputError(f"{name} does not fit into this machine's memory: use a smaller picture.") from error
    except (
        Exception
    ) as error:  # Pillow's readers raise almost any type on damaged files, from SyntaxError to zlib.error
        raise InputError(f"{name} is damaged or cut short and cannot be read: {ACCEPTED}.") from error


def _read(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"{name} has {size / 1e6:.0f} MB: picture files up to {MAX_BYTES / 1e6:.0f} MB are accepted."
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}: {ACCEPTED}.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): {ACCEPTED}.") from error


def _check_bytes(data: bytes, name: str) -> None:
    """Refuse what can be told from the bytes alone."""
    if not data:
        raise InputError(f"{name} is empty: {ACCEPTED}.")
    if len(data) > MAX_BYTES:
        raise InputError(f"{name} has {len(data) / 1e6:.0f} MB: up to {MAX_BYTES / 1e6:.0f} MB are accepted.")
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in head:
        raise InputError(f"{name} is an SVG drawing, which has no pixels: save it as PNG first ({ACCEPTED}).")


def _from_image(image: Image.Image, name: str, max_pixels: int, smallest_side: int | None) -> Picture:
    width, height = image.size
    if width * height > max_pixels:
        raise InputError(
            f"{name} has {width} x {height} = {width * height / 1e6:.1f} million pixels: "
            f"up to {max_pixels / 1e6:g} million are accepted."
        )
    if width * height == 0:
        raise InputError(f"{name} has no pixels: {ACCEPTED}.")
    kind = image.format
    notes: list[str] = []
    if kind != "MPO" and getattr(image, "is_animated", False):  # MPO: a phone's JPEG with a second view
        frames = getattr(image, "n_frames", 2)
        if kind == "HEIF":  # opened at the picture that the file calls its primary one
            notes.append(f"{name} holds {frames} pictures; only the main one is used.")
        else:
            notes.append(f"{name} has {frames} frames; only the first one is used.")
            image.seek(0)
    if smallest_side is not None and kind == "JPEG":
        image.draft(None, _draft_size(width, height, smallest_side))
    image.load()
    was_grey = image.mode in GREY_MODES
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):
        grey, note = _scale_deep(np.asarray(image))
        notes.extend([f"{name}: {note}"] if note else [])
        image = Image.fromarray(grey)
    alpha = None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        alpha = np.array(image.getchannel("A"))
    rgb = np.array(image.convert("RGB"))
    return Picture(rgb, alpha, tuple(notes), kind, was_grey)


def _draft_size(width: int, height: int, smallest_side: int) -> tuple[int, int]:
    """The size to ask of a JPEG reader, which rounds up to the next size that it can decode directly."""
    scale = min(1.0, smallest_side / min(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _scale_deep(values: np.ndarray) -> tuple[np.ndarray, str | None]:
    """Bring whole or floating-point numbers beyond 8 bits to uint8, with a note where the range had to be guessed."""
    numbers = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(numbers.min()), float(numbers.max())
    if values.dtype.kind in "iu" and low >= 0 and high <= 65535:
        return np.rint(numbers / 257).astype(np.uint8), None
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        return np.rint(numbers * 255).astype(np.uint8), None
    if values.dtype.kind == "f" and low >= 0 and high <= 255:
        return np.rint(numbers).astype(np.uint8), None
    scaled = (numbers - low) * (255 / (high - low)) if high > low else np.zeros_like(numbers)
    return np.rint(scaled).astype(np.uint8), f"its values {low:g} to {high:g} were spread over 0 to 255."
