"""Films made for a test: a plain colour a frame, a flash and a beep at the same moment, a display matrix, a cover."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

HEIGHT, WIDTH = 48, 64
FLASH = 0.8
"""Seconds at which the picture turns white and the beep begins; both last for 0.15 s."""


def picture_film(
    path: Path,
    frames: Sequence[np.ndarray],
    *,
    codec: str = "libx264",
    rate: int = 10,
    pixels: str = "yuv444p",
    times: Sequence[Fraction] | None = None,
    matrix: int = 1,
    full_range: bool = False,
    tagged: bool = True,
    transfer: int | None = None,
    aspect: Fraction | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """A film of uint8 frames (H, W, 3), converted by `matrix` (1: BT.709, 5: BT.601) and tagged with it or not."""
    with av.open(str(path), "w") as made:
        stream: Any = made.add_stream(codec, rate=rate, options=options or {"crf": "4"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixels
        spread = 2 if full_range else 1
        if tagged:
            stream.codec_context.colorspace, stream.codec_context.color_range = matrix, spread
        if transfer is not None:
            stream.codec_context.color_trc = transfer
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if times is not None:
            stream.codec_context.time_base = Fraction(1, 90_000)
        for number, rgb in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
                format=pixels, dst_colorspace=matrix, dst_color_range=spread
            )
            frame.colorspace, frame.color_range = (matrix, spread) if tagged else (2, 0)
            if times is not None:
                frame.time_base, frame.pts = Fraction(1, 90_000), round(times[number] * 90_000)
            else:
                frame.time_base, frame.pts = Fraction(1, rate), number
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return path


def with_matrix(path: Path, a: int, b: int, c: int, d: int) -> Path:
    """The MP4 film at `path` with a display matrix: a pixel (x, y) is to be shown at (a x + c y, b x + d y)."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    one = 1 << 16
    data[at : at + 36] = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def tone(first: int, count: int, rate: int, channels: int) -> np.ndarray:
    """Float32 samples (channels, count) from number `first` on: silence, and the beep."""
    seconds = (np.arange(count) + first) / rate
    loud = (seconds >= FLASH) & (seconds < FLASH + 0.15)
    return np.repeat(np.where(loud, 0.8 * np.sin(2 * np.pi * 440 * seconds), 0).astype(np.float32)[None], channels, 0)


def flash_and_beep(
    path: Path,
    *,
    video: str = "libx264",
    sound: str | Sequence[str] = "aac",
    rate: int = 48_000,
    layout: str = "mono",
    pixels: str = "yuv420p",
    sound_from: float = 0.0,
    pictures_from: float = 0.0,
    gap: tuple[float, float] | None = None,
    base: int = 0,
    fps: int = 10,
) -> Path:
    """A film of 1.6 s with a flash and a beep at FLASH; both clocks begin at `base` seconds."""
    sounds = [sound] if isinstance(sound, str) else sound
    with av.open(str(path), "w") as made:
        pictures: Any = made.add_stream(video, rate=fps)
        pictures.width, pictures.height, pictures.pix_fmt = WIDTH, HEIGHT, pixels
        voices: list[Any] = [made.add_stream(codec, rate=rate, layout=layout) for codec in sounds]
        pieces: list[tuple[float, Any, Any]] = []
        for number in range(round(pictures_from * fps), round(1.6 * fps)):
            level = 230 if FLASH <= number / fps < FLASH + 0.15 else 20
            frame = av.VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH, 3), level, np.uint8), format="rgb24")
            frame.time_base, frame.pts = Fraction(1, fps), number + base * fps
            pieces.append((number / fps, pictures, frame))
        for voice in voices:
            pieces += [(when, voice, frame) for when, frame in _sound(rate, layout, sound_from, gap, base)]
        for _, stream, frame in sorted(pieces, key=lambda piece: piece[0]):
            made.mux(stream.encode(frame))
        for stream in (pictures, *voices):
            made.mux(stream.encode())
    return path


def _sound(
    rate: int, layout: str, begin: float, gap: tuple[float, float] | None, base: int
) -> Iterable[tuple[float, Any]]:
    channels = av.AudioLayout(layout).nb_channels
    at, end = round(begin * rate), round(1.6 * rate)
    while at < end:
        if gap is not None and gap[0] <= at / rate < gap[1]:
            at = round(gap[1] * rate)
            continue
        count = min(1024, end - at)
        samples = tone(at, count, rate, channels).T.reshape(1, -1)  # PyAV counts the planes of eight channels wrongly
        frame = av.AudioFrame.from_ndarray(samples, format="flt", layout=layout)
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), at + base * rate
        yield at / rate, frame
        at += count


def beep_after_flash(path: Path, *, dark: bool = False, track: int = 0) -> float:
    """Seconds from the flash to the beep in a film, both decoded. `dark`: the flash is dark (a film turned inside out)."""
    with av.open(str(path)) as film:
        stream = film.streams.best("video")
        flash = next(
            float(frame.time) for frame in film.decode(stream) if (frame.to_ndarray(format="gray").mean() > 128) != dark
        )
    with av.open(str(path)) as film:
        for frame in film.decode(audio=track):
            if frame.format.is_planar and len(frame.layout.channels) >= 8:
                frame = next(iter(av.AudioResampler(format="flt").resample(frame)))
            samples = frame.to_ndarray()
            if samples.dtype.kind != "f":
                samples = samples.astype(np.float64) / np.iinfo(samples.dtype).max
            if not frame.format.is_planar:
                samples = samples.reshape(frame.samples, -1).T
            loud = np.flatnonzero(np.abs(samples).max(0) > 0.05)
            if loud.size:
                return float(frame.time) + loud[0] / frame.sample_rate - flash
    raise AssertionError("There is no beep.")


def transparent_film(path: Path, rgba: np.ndarray, codec: str, pixels: str) -> Path:
    """Three frames of the uint8 picture (H, W, 4)."""
    with av.open(str(path), "w") as made:
        stream: Any = made.add_stream(codec, rate=10)
        stream.height, stream.width = rgba.shape[:2]
        stream.pix_fmt = pixels
        for number in range(3):
            frame = av.VideoFrame.from_ndarray(rgba, format="rgba").reformat(format=pixels)
            frame.time_base, frame.pts = Fraction(1, 10), number
            made.mux(stream.encode(frame))
        made.mux(stream.encode())
    return path
