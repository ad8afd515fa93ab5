"""Safe decoding: from any picture file to upright 8-bit sRGB, or to one sentence that says why not.

| file                                 | becomes                                                                   |
|--------------------------------------|---------------------------------------------------------------------------|
| grey, 1-bit, palette, RGB            | RGB; a grey value is repeated in the three channels                        |
| colour profile; primaries, gamma     | converted to sRGB; what is sRGB already stays as it is to the last bit     |
| CMYK, LAB without a profile          | converted by Pillow's fixed formulas                                       |
| HDR (PQ, HLG)                        | its values as they stand, and a note                                       |
| 16-bit grey                          | divided by 257, so that 0..65535 becomes 0..255                            |
| 16-bit colour                        | the high byte of each value (done by Pillow's readers)                     |
| 8, 12 or 14 bits in 16, or as it says| divided by what these bits can hold, and a note                            |
| 32-bit whole numbers                 | as 16-bit when they fit into 0..65535, else lowest..highest becomes 0..255 |
| 32-bit floating point                | 0..1 or 0..255 as it stands, any other range lowest..highest becomes 0..255|
| transparency of any kind             | straight alpha kept aside (`Picture.alpha`), colours as stored             |
| EXIF orientation                     | turned upright; the result is an array, so no tag is left                  |
| animation, several pages             | the first frame, and a note that says so                                   |
| HEIC, AVIF                           | 8 bits a channel, turned as the file says; the main picture of several     |
| damaged remarks, EXIF, profile       | left aside, and a note                                                     |
| JPEG or PNG that lacks its end       | read where three quarters of its rows are there, and a note; else refused  |
| SVG, text, anything else, damaged    | refused                                                                    |
| more bytes or pixels than the limits | refused from the header, before any pixel is decoded                       |
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from gan_core.errors import InputError
from gan_core.images.arrays import composite
from gan_core.images.colour import HDR, PRIMARIES, profile_of, to_srgb
from gan_core.images.deep import bits_of, scale_deep, with_low_bytes
from gan_core.images.formats import ACCEPTED, SUFFIXES, sniff
from gan_core.images.png import Png, read_png
from gan_core.images.repair import LEAST, share_of_jpeg, with_end
from gan_core.images.tiff import bits_of_tiff, is_negative, prepare_tiff

MAX_PIXELS = 50_000_000
"""Most pixels of one picture; a 50-megapixel photograph takes 150 MB as RGB."""
MAX_BYTES = 100_000_000
"""Most bytes of one picture file."""
FORMATS = tuple(SUFFIXES)
"""Readers that may look at a file. Pillow has others that start outside programs (EPS) or reach for other files."""
GREY_MODES = ("1", "L", "LA", "La", "I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its EXIF orientation."""
_SIDEWAYS = tuple(_TURNS[orientation] for orientation in (5, 6, 7, 8))

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
    size: tuple[int, int]
    """Width and height of the file, upright; larger than `rgb` where it was decoded smaller."""

    def composited(self, background: int = 255) -> np.ndarray:
        """The colours laid over a plain background, uint8 H x W x 3."""
        return self.rgb if self.alpha is None else composite(self.rgb, self.alpha, background)


def decode(
    source: bytes | bytearray | memoryview | Path | str | Image.Image,
    max_pixels: int = MAX_PIXELS,
    *,
    name: str | None = None,
    smallest_side: int | None = None,
    convert_colours: bool = True,
) -> Picture:
    """Read one picture by the rules at the top of this module.

    Args:
        source: The file's bytes or path, or an image of Pillow.
        max_pixels: Pictures with more pixels are refused before they are decoded.
        name: What error messages call the picture; None: the file's name.
        smallest_side: A JPEG may be decoded at 1/2, 1/4 or 1/8 of its size as long as its shorter side keeps at least
            so many pixels, which is several times faster for photographs that are reduced anyway. None: at full size.
        convert_colours: Whether colours are converted to sRGB by the picture's ICC profile; False ignores the profile.

    Returns:
        The upright picture, its alpha channel, and notes on what was changed.

    Raises:
        InputError: for everything that cannot be used.
        TypeError: for another type of `source`.
    """
    if isinstance(source, Image.Image):
        name = name or "The picture"
        with _refusals(name, max_pixels, None):
            return _from_image(source, _Reading(name, max_pixels, convert_colours=convert_colours))
    if isinstance(source, (str, Path)):
        name = name or Path(source).name
        source = _read(Path(source), name)
    elif not isinstance(source, (bytes, bytearray, memoryview)):
        raise TypeError(
            f"A picture is a path, the bytes of a file or a PIL image, not a {type(source).__name__}"
            f"{' (see PIL.Image.fromarray)' if isinstance(source, np.ndarray) else ''}."
        )
    source = bytes(source)  # no copy of what is bytes already
    reading = _Reading(name or "The picture", max_pixels, smallest_side, convert_colours)
    _check_bytes(source, reading.name)
    kind = sniff(source[:64])
    with _refusals(reading.name, max_pixels, kind):
        try:
            return _from_bytes(source, kind, reading)
        except (InputError, Image.DecompressionBombError, MemoryError):
            raise
        except Exception:  # Pillow's readers raise almost any type on damaged files, from SyntaxError to zlib.error
            completed = with_end(source, kind, max_pixels)
            if completed is None:
                raise
            reading.cut, reading.share = True, completed[1]
            return _from_bytes(completed[0], kind, reading)


@dataclass
class _Reading:
    """How one picture is to be read, and what has been found out about it."""

    name: str
    max_pixels: int
    smallest_side: int | None = None
    convert_colours: bool = True
    cut: bool = False
    """Whether the file lacks its end, which has been made up."""
    share: float | None = None
    """Of such a file, the rows that are there; None where only the pixels can tell."""
    png: Png | None = None
    data: bytes | None = None
    """The file, where it can be opened once more."""
    notes: list[str] = field(default_factory=list)
    """What is to be said, each as it follows the name."""


@contextlib.contextmanager
def _refusals(name: str, max_pixels: int, kind: str | None) -> Iterator[None]:
    """Turn whatever a reader raises into an InputError; `kind` is the format that the first bytes say."""
    try:
        yield
    except InputError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InputError(f"{name} has too many pixels: up to {max_pixels / 1e6:g} million are accepted.") from error
    except UnidentifiedImageError as error:
        wrong = "is not a picture" if kind is None else f"begins as {kind} but is damaged, cut short or of a rare kind"
        raise InputError(f"{name} {wrong}: {ACCEPTED}.") from error
    except MemoryError as error:
        raise InputError(f"{name} does not fit into this machine's memory: use a smaller picture.") from error
    except Exception as error:
        raise InputError(f"{name} is damaged or cut short and cannot be read: {ACCEPTED}.") from error


def _from_bytes(data: bytes, kind: str | None, reading: _Reading) -> Picture:
    reading.notes.clear()
    if kind == "PNG":
        reading.png = read_png(data)
        data = reading.png.data
        reading.notes += [f": {note}" for note in reading.png.notes]
    reading.data = data
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        return _from_image(image, reading)


def _read(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file() and not path.is_dir():  # a pipe or a device may never end
            raise InputError(f"{path} is no file but a pipe or a device: {ACCEPTED}.")
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


def _from_image(image: Image.Image, reading: _Reading) -> Picture:
    _check_size(image, reading)
    kind = image.format
    _first_frame(image, reading)
    width, height = image.size
    if reading.smallest_side is not None and kind == "JPEG":
        image.draft(None, _draft_size(*image.size, reading.smallest_side))
    asked = image.size
    prepare_tiff(image)
    image.load()
    if image.size != asked:  # of HEIC the pixels tell in the end
        _check_size(image, reading)
        width, height = image.size
    if reading.cut:
        _check_share(image, reading)
    was_grey = image.mode in GREY_MODES or (reading.png is not None and reading.png.grey)
    turn = _turn(image, reading)
    profile = _profile(image, reading) if reading.convert_colours else None
    image, alpha = _eight_bits(image, reading)
    if alpha is None and image.has_transparency_data:
        image = image.convert("LA") if image.mode == "La" else image
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
    if was_grey:  # with transparency it has become RGB on the way, which no profile of greys fits
        image = image.convert("L")
    elif image.mode not in ("L", "CMYK", "LAB"):
        image = image.convert("RGB")
    if profile is not None:
        image, wrong = to_srgb(image, profile)
        reading.notes.extend([f": {wrong}"] if wrong else [])
    if turn is not None:
        width, height = (height, width) if turn in _SIDEWAYS else (width, height)
        image, alpha = image.transpose(turn), None if alpha is None else alpha.transpose(turn)
    notes = tuple(f"{reading.name}{note}." for note in reading.notes)
    return Picture(
        rgb=np.array(image.convert("RGB")),
        alpha=None if alpha is None else np.array(alpha),
        notes=notes,
        format=kind,
        was_grey=was_grey,
        size=(width, height),
    )


def _check_size(image: Image.Image, reading: _Reading) -> None:
    width, height = image.size
    if width * height > reading.max_pixels:
        raise InputError(
            f"{reading.name} has {width} x {height} = {width * height / 1e6:.1f} million pixels: "
            f"up to {reading.max_pixels / 1e6:g} million are accepted."
        )
    if width * height == 0:
        raise InputError(f"{reading.name} has no pixels: {ACCEPTED}.")


def _first_frame(image: Image.Image, reading: _Reading) -> None:
    """Choose the picture of a file that holds several, and say so."""
    if image.format == "MPO" or not getattr(image, "is_animated", False):  # MPO: a phone's JPEG with a second view
        return
    try:
        count = str(getattr(image, "n_frames", "several"))
    except Exception:  # noqa: BLE001 - the first one may be sound where a later one is not
        count = "several"
    if image.format == "HEIF":  # opened at the picture that the file calls its primary one
        reading.notes.append(f" holds {count} pictures; only the main one is used")
        return
    reading.notes.append(f" has {count} frames; only the first one is used")
    image.seek(0)


def _check_share(image: Image.Image, reading: _Reading) -> None:
    share = share_of_jpeg(np.asarray(image)) if reading.share is None else reading.share
    if share < LEAST:
        raise InputError(
            f"{reading.name} is damaged or cut short: {share:.0%} of its rows are there, at least {LEAST:.0%} are needed "
            f"({ACCEPTED})."
        )
    if share < 0.995:
        reading.notes.append(f" is cut short; the last {1 - share:.0%} of its rows are missing")
    elif reading.share is None:
        reading.notes.append(" is cut short; its last data are missing")
    else:
        reading.notes.append(": a checksum in it is wrong, or its last bytes are missing")


def _turn(image: Image.Image, reading: _Reading) -> Image.Transpose | None:
    """What makes the picture upright. Its pixels may be sound where its EXIF data are not."""
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - any type comes out of damaged EXIF data
        reading.notes.append(": its EXIF data are damaged and were left aside")
        return None


def _profile(image: Image.Image, reading: _Reading) -> bytes | None:
    """The ICC profile that belongs to the colours of the picture; None where they are sRGB, or nothing is said."""
    if reading.png is not None:
        return reading.png.profile
    profile = image.info.get("icc_profile")
    if isinstance(profile, bytes) and profile:
        return profile
    coded = image.info.get("nclx_profile")  # HEIC's numbers for colours
    if not isinstance(coded, dict):
        return None
    transfer, primaries = coded.get("transfer_characteristics"), coded.get("color_primaries")
    if transfer in HDR:
        reading.notes.append(
            f" is an HDR picture ({HDR[transfer]}), whose colours come out flatter than they are meant"
        )
        return None
    return profile_of(PRIMARIES[primaries]) if primaries in (9, 12) else None


def _eight_bits(image: Image.Image, reading: _Reading) -> tuple[Image.Image, Image.Image | None]:
    """The picture with 8 bits a sample, and its alpha where a 16-bit value stands for transparency."""
    key, depth = image.info.get("transparency"), 8 if reading.png is None else reading.png.depth
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image)
        grey, note = scale_deep(values, _significant(image, reading))
        grey = 255 - grey if is_negative(image) else grey
        reading.notes.extend([f": {note}"] if note else [])
        return Image.fromarray(grey), _alpha_of(values == key) if isinstance(key, int) else None
    if depth < 8 and isinstance(key, int) and image.mode in ("1", "L"):
        image.info["transparency"] = key * 255 // (2**depth - 1)  # Pillow scales the pixels and forgets the key
    if image.mode not in ("RGB", "RGBA") or reading.data is None:
        return image, None
    is_key = isinstance(key, tuple) and depth == 16
    if not is_key and (16 not in (depth, bits_of_tiff(image)) or _highest(image) >= 64):
        return image, None
    values = _both_bytes(image, reading.data)
    if values is None:
        return image, None
    bits = bits_of(int(values[..., :3].max()), _significant(image, reading))
    alpha = _alpha_of((values[..., :3] == key).all(-1)) if is_key else None
    if bits == 16:
        image.info.pop("transparency", None)
        return image, alpha
    reading.notes.append(f": its values hold {bits} bits of 16, and were read so")
    levels = np.rint(np.minimum(values, 2**bits - 1) * (255 / (2**bits - 1))).astype(np.uint8)
    if levels.shape[2] == 4 and int(values[..., 3].max()) >= 2**bits:  # transparency has all of its bits
        levels[..., 3] = values[..., 3] >> 8
    return Image.fromarray(levels), alpha


def _alpha_of(clear: np.ndarray) -> Image.Image:
    return Image.fromarray(np.where(clear, 0, 255).astype(np.uint8))


def _highest(image: Image.Image) -> int:
    """The highest colour value of an RGB or RGBA picture."""
    extrema: Any = image.getextrema()
    return max(high for _, high in extrema[:3])


def _significant(image: Image.Image, reading: _Reading) -> int | None:
    """Bits of a sample that mean something, where the file says so."""
    if reading.png is not None:
        return reading.png.significant
    bits = bits_of_tiff(image)
    return bits if bits is not None and 8 < bits < 16 else None


def _both_bytes(image: Image.Image, data: bytes) -> np.ndarray | None:
    """The 16-bit values (H, W, C) of a picture whose upper halves are `image`; None for one of 8 bits."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as again:
        prepare_tiff(again)
        if not with_low_bytes(again):
            return None
        again.load()
        if (again.size, again.mode) != (image.size, image.mode):
            return None
        return np.asarray(image).astype(np.uint16) << 8 | np.asarray(again)


def _draft_size(width: int, height: int, smallest_side: int) -> tuple[int, int]:
    """The size to ask of a JPEG reader, which rounds up to the next size that it can decode directly."""
    scale = min(1.0, smallest_side / min(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
