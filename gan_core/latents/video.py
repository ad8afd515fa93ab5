"""Walks as files: MP4 to send around, GIF for everywhere, WebP for exact colours, PNG strips for paper.

Frames are encoded as they come, so that a film of thousands of them needs no memory, and a work that is cancelled or
fails in the middle leaves no file.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from gan_core.errors import InputError
from gan_core.files import draft_beside
from gan_core.images import encode_png, grid
from gan_core.images.films import add_pictures, put_picture
from gan_core.latents import metadata, webp

SUFFIXES = (".mp4", ".gif", ".webp")
STRIP = ".png"
ACCEPTED = ".mp4, .gif, .webp and .png (a strip of all pictures) are accepted"
FASTEST = {".mp4": 60, ".webp": 60, ".gif": 50}
"""Frames a second; browsers slow a GIF down that asks for more."""
EXACT_SIDE = 256
"""WebP keeps frames up to this side exactly; above it, at a quality where no difference is seen, in far fewer bytes."""
WATCHABLE = 256
"""Pixels that the side of small pictures is enlarged to at most where nothing else is asked for."""
MP4_CRF = 16
COLUMNS = 10
"""Of a strip."""
LARGEST_STRIP = 40_000_000
"""Pixels."""


@dataclass(frozen=True)
class Film:
    """Size in pixels, frames and bytes of a written film."""

    frames: int
    width: int
    height: int
    bytes: int


def check_video_path(path: Path | str) -> Path:
    """The path, if a walk can be written there; InputError naming what is accepted otherwise."""
    path = Path(path)
    if path.suffix.lower() not in (*SUFFIXES, STRIP):
        raise InputError(f"A walk cannot be written as {path.name!r}: {ACCEPTED}.")
    return path


def check_rate(suffix: str, fps: float) -> None:
    """InputError for a rate that films of the kind `suffix` do not have; strips have none."""
    if suffix in FASTEST and not 1 <= fps <= FASTEST[suffix]:
        raise InputError(f"A film in {suffix} has 1 to {FASTEST[suffix]} frames a second, not {fps:g}.")


def frame_time(suffix: str, fps: float) -> Fraction:
    """Seconds for which a film of the kind `suffix` shows each frame: GIFs count hundredths, WebPs thousandths."""
    ticks = {".gif": 100, ".webp": 1000}.get(suffix)
    return 1 / _rate(fps) if ticks is None else Fraction(int(ticks / fps + 0.5), ticks)


def _rate(fps: float) -> Fraction:
    return Fraction(fps).limit_denominator(1001)


def watchable_scale(side: int) -> int:
    """The whole factor that brings pictures of `side` pixels near to `WATCHABLE`, 1 for those that are larger."""
    return max(1, WATCHABLE // side)


def write_video(
    path: Path | str,
    frames: Iterable[np.ndarray],
    fps: float = 25.0,
    *,
    loop: bool = True,
    scale: int = 1,
    note: Mapping[str, Any] | None = None,
    columns: int = COLUMNS,
) -> Film:
    """Write the uint8 `frames` (H, W, 3), all of one size, to `path`, whose ending says the kind of file.

    Args:
        fps: frames a second, 1 to 60 (a GIF: 50). A GIF counts time in hundredths of a second, so its rate is the
            nearest that they allow; each of its frames has the 256 colours that suit it best, which is all that grey
            pictures need. Nothing to a strip.
        loop: whether GIF and WebP play for ever, or once.
        scale: how often every pixel is repeated to either side.
        note: what the file carries inside; see `notes`.
        columns: pictures in a row of a strip.

    Whatever iterating over `frames` raises ends the work, and no file is left. Raises InputError for no frames, another
    ending, an impossible rate and a strip of too many pixels.
    """
    path = check_video_path(path)
    suffix = path.suffix.lower()
    check_rate(suffix, fps)
    coming = iter(frames)
    first = next(coming, None)
    if first is None:
        raise InputError("A film needs at least one frame.")
    enlarged = (_enlarged(frame, scale) for frame in itertools.chain([first], coming))
    with draft_beside(path) as draft:
        if suffix == STRIP:
            return _strip(draft, enlarged, columns, note)
        height, width = (side * scale for side in first.shape[:2])
        count = _ENCODERS[suffix](draft, enlarged, (width, height), fps, loop, note)
        if note is not None and suffix != ".mp4":
            draft.write_bytes(metadata.embed(draft.read_bytes(), suffix, note))
        even = (width + width % 2, height + height % 2) if suffix == ".mp4" else (width, height)
        return Film(count, *even, draft.stat().st_size)


def encode_video(frames: Iterable[np.ndarray], suffix: str, fps: float = 25.0, **options: Any) -> bytes:
    """The bytes of what `write_video` would write into a file that ends on `suffix`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"film{suffix}"
        write_video(path, frames, fps, **options)
        return path.read_bytes()


def _enlarged(frame: np.ndarray, scale: int) -> np.ndarray:
    return frame if scale == 1 else frame.repeat(scale, 0).repeat(scale, 1)


def _mp4(draft: Path, frames: Iterator[np.ndarray], size: tuple[int, int], fps: float, loop: bool, note: Any) -> int:
    import av

    count, rate = 0, _rate(fps)
    with av.open(str(draft), "w", format="mp4", options={"movflags": "faststart"}) as made:
        if note is not None:
            made.metadata["comment"] = metadata.tagged(metadata.as_text(note))
        stream = add_pictures(made, *size, rate, MP4_CRF)
        for frame in frames:
            put_picture(made, stream, frame, count / rate)
            count += 1
        made.mux(stream.encode())
    return count


def _gif(draft: Path, frames: Iterator[np.ndarray], size: tuple[int, int], fps: float, loop: bool, note: Any) -> int:
    # A GIF that says nothing of loops (-1) plays once; 0 means for ever.
    options = {"loop": "0" if loop else "-1"}
    return _frames(draft, map(_with_palette, frames), size, "gif", "gif", frame_time(".gif", fps), options, {})


def _webp(draft: Path, frames: Iterator[np.ndarray], size: tuple[int, int], fps: float, loop: bool, note: Any) -> int:
    import av

    exact = max(size) <= EXACT_SIDE
    # Of exact frames, quality is how long to look for a smaller file.
    quality = {"lossless": "1", "quality": "50"} if exact else {"lossless": "0", "quality": "92"}
    drawn = (av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(format="bgra") for frame in frames)
    apart, loops = frame_time(".webp", fps), 0 if loop else 1
    quality["compression_level"] = "2"
    count = _frames(draft, drawn, size, "webp", "libwebp_anim", apart, {"loop": str(loops)}, quality)
    written = draft.read_bytes()
    if (film := webp.as_film(written, int(count * apart * 1000), loops)) is not written:
        draft.write_bytes(film)
    return count


def _frames(
    draft: Path,
    frames: Iterator[Any],
    size: tuple[int, int],
    container: str,
    codec: str,
    apart: Fraction,
    options: dict[str, str],
    quality: dict[str, str],
) -> int:
    """Encode frames of PyAV that are shown `apart` seconds each."""
    import av

    count, clock = 0, Fraction(1, apart.denominator)
    with av.open(str(draft), "w", format=container, options=options) as made:
        stream: Any = made.add_stream(codec, rate=1 / apart, options=quality)
        stream.width, stream.height = size
        stream.codec_context.time_base = clock
        for frame in frames:
            if count == 0:
                stream.pix_fmt = frame.format.name
            frame.time_base, frame.pts = clock, count * apart.numerator
            made.mux(stream.encode(frame))
            count += 1
        made.mux(stream.encode())
    return count


def _with_palette(frame: np.ndarray) -> Any:
    """A frame (H, W, 3) of at most 256 colours: its own greys, or those that suit it best."""
    import av

    colours = np.zeros((256, 4), np.uint8)
    colours[:, 0] = 255  # opaque
    if (frame == frame[..., :1]).all():
        colours[:, 1:] = np.arange(256, dtype=np.uint8)[:, None]
        indices = np.ascontiguousarray(frame[..., 0])
    else:
        image = Image.fromarray(frame).quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        found = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
        colours[: len(found), 1:] = found
        indices = np.asarray(image)
    return av.VideoFrame.from_ndarray((indices, colours), format="pal8")  # pyright: ignore[reportArgumentType]


_ENCODERS = {".mp4": _mp4, ".gif": _gif, ".webp": _webp}


def _strip(draft: Path, frames: Iterator[np.ndarray], columns: int, note: Mapping[str, Any] | None) -> Film:
    pictures, pixels = [], 0
    for frame in frames:
        pixels += frame.shape[0] * frame.shape[1]
        if pixels > LARGEST_STRIP:
            raise InputError(
                f"A strip has up to {LARGEST_STRIP / 1e6:g} million pixels: use fewer pictures, or smaller ones."
            )
        pictures.append(frame)
    sheet = grid(np.stack(pictures), min(columns, len(pictures)))
    data = encode_png(sheet)
    draft.write_bytes(data if note is None else metadata.embed(data, STRIP, note))
    return Film(len(pictures), sheet.shape[1], sheet.shape[0], draft.stat().st_size)
