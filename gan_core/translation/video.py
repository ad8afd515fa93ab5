"""Short films in, short films out: every frame translated, the sound kept, flicker damped where nothing moves.

A translator sees each frame for itself, so that the same wall gets a slightly different grain in every frame.
`Smoother` keeps of the last translated frame what the *source* says has not changed:

    shown_t = k shown_{t-1} + (1 - k) translated_t,   k = smoothing * exp(-(d / STILL)^2)

where d is the source's change since the last frame around the pixel, in levels. Where something moves, k is 0 and the
new translation is shown as it is: no ghosts behind it, which a plain running mean would leave.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from gan_core.errors import InputError
from gan_core.files import draft_beside
from gan_core.images.films import add_pictures, put_picture
from gan_core.translation.translator import Translator

ACCEPTED = "MP4, MOV, MKV, WebM, AVI, MPEG and 3GP films are accepted"
MOST_FRAMES = 10_000
"""Frames of one film: near seven minutes at 25 a second."""
MOST_PIXELS = 9_000_000
"""Pixels of one frame: 4K and a little more."""
STILL = 6.0
"""Levels of change in the source at which smoothing has fallen to 37 %: noise of a camera is below, movement above."""
NEIGHBOURHOOD = 5
"""Side in pixels of the window over which the source's change is averaged, so that noise does not pass for movement."""
MOST_SMOOTHING = 0.95
COPIED = ("aac", "mp3", "ac3", "eac3")
"""Sound that an MP4 file takes as it is; any other is encoded anew."""


@dataclass(frozen=True)
class VideoReport:
    """What became of a film."""

    frames: int
    width: int
    height: int
    seconds: float
    """How long it plays."""
    sound: bool
    notes: tuple[str, ...]
    """What a person should know, one sentence each."""


class Smoother:
    """Damps flicker of translated frames over time; see the top of this page."""

    def __init__(self, smoothing: float) -> None:
        """`smoothing` is k for a picture that stands still, 0 (none) to 0.95. Raises InputError outside of that."""
        if not 0 <= smoothing <= MOST_SMOOTHING:
            raise InputError(f"The smoothing of a film is from 0 to {MOST_SMOOTHING}, not {smoothing:g}.")
        self.smoothing = smoothing
        self._last: tuple[np.ndarray, np.ndarray] | None = None

    def __call__(self, source: np.ndarray, translated: np.ndarray) -> np.ndarray:
        """The frame to show, for the next `source` frame and its translation, uint8 (H, W, 3) all."""
        if self.smoothing == 0:
            return translated
        shown = translated.astype(np.float32)
        if self._last is not None:
            before, kept = self._last
            change = np.abs(source.astype(np.int16) - before).mean(axis=2, dtype=np.float32)
            around = F.avg_pool2d(
                torch.from_numpy(change)[None],
                NEIGHBOURHOOD,
                stride=1,
                padding=NEIGHBOURHOOD // 2,
                count_include_pad=False,
            )[0].numpy()
            share = (self.smoothing * np.exp(-((around / STILL) ** 2)))[..., None]
            shown += share * (kept - shown)
        self._last = source, shown
        return np.rint(shown).clip(0, 255).astype(np.uint8)


def translate_video(
    translator: Translator,
    source: Path,
    target: Path,
    direction: str = "AtoB",
    *,
    scale: str = "auto",
    smoothing: float = 0.6,
    progress: Callable[[float], None] | None = None,
) -> VideoReport:
    """Translate every frame of the film `source` into the MP4 (H.264) film `target`, of the same size, timing and sound.

    `progress` is called with the share done, 0 to 1; whatever it raises ends the work, and no file is left. Raises
    InputError for what is no film, is too long or too large, and for a target that is no .mp4.
    """
    from av.error import FFmpegError  # 100 MB of codecs, loaded by whoever has a film

    smoother = Smoother(smoothing)
    if target.suffix.lower() != ".mp4":
        raise InputError(f"Films are written as .mp4, not as {target.name!r}.")
    try:
        with _opened(source) as film, draft_beside(target) as draft:
            return _translate(film, draft, translator, direction, scale, smoother, progress or (lambda share: None))
    except FFmpegError as error:
        raise InputError(
            f"{source.name} is damaged or cut short and cannot be read to its end ({error.strerror})."
        ) from error


@contextlib.contextmanager
def _opened(source: Path) -> Iterator[Any]:
    import av
    from av.error import FFmpegError

    try:
        film = av.open(str(source))
    except (FFmpegError, OSError, ValueError) as error:
        raise InputError(f"{source.name} is no film that can be read: {ACCEPTED}.") from error
    with film:
        if not film.streams.video:
            raise InputError(f"{source.name} has sound but no pictures: {ACCEPTED}.")
        stream = film.streams.video[0]
        if stream.width * stream.height > MOST_PIXELS:
            raise InputError(
                f"{source.name} has frames of {stream.width} x {stream.height} pixels; up to "
                f"{MOST_PIXELS / 1e6:g} million are accepted."
            )
        if _frame_count(film) > MOST_FRAMES:
            raise InputError(
                f"{source.name} has about {_frame_count(film):,} frames; up to {MOST_FRAMES:,} are accepted: cut it first."
            )
        yield film


def _frame_count(film: Any) -> int:
    """Frames of a film as its header says, or by its length; 0 if it says neither."""
    stream = film.streams.video[0]
    if stream.frames:
        return int(stream.frames)
    seconds = float(film.duration or 0) / 1e6
    return round(seconds * float(stream.average_rate or 0))


def _translate(
    film: Any,
    draft: Path,
    translator: Translator,
    direction: str,
    scale: str,
    smoother: Smoother,
    progress: Callable[[float], None],
) -> VideoReport:
    import av

    total, count, notes = _frame_count(film), 0, list[str]()
    width = height = 0
    ends = Fraction(0)
    pictures, sound = film.streams.video[0], next(iter(film.streams.audio), None)
    progress(0.0)
    with av.open(str(draft), "w", format="mp4", options={"movflags": "faststart"}) as made:
        written: Any = None
        voice = _Sound(made, sound) if sound is not None else None
        for packet in film.demux([pictures] if sound is None else [pictures, sound]):
            if voice is not None and packet.stream is sound:
                voice.take(packet)
                continue
            for frame in packet.decode():
                rgb = np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), round(frame.rotation / 90) % 4))
                result = translator.run(rgb, direction, scale=scale)
                shown = smoother(rgb, result.rgb)
                height, width = shown.shape[:2]
                if written is None:
                    written = _picture_stream(made, shown, pictures, notes)
                    notes += result.notes
                ends = _time_of(frame, count, pictures)
                put_picture(made, written, shown, ends)
                count += 1
                if count > MOST_FRAMES:
                    raise InputError(f"The film has more than {MOST_FRAMES:,} frames: cut it first.")
                progress(min(0.999, count / total) if total else 0.0)
        if written is None:
            raise InputError("The film holds no frame that can be read.")
        made.mux(written.encode())
        if voice is not None:
            voice.close()
    progress(1.0)
    length = float(ends) + 1 / float(pictures.average_rate or 25)
    return VideoReport(count, width, height, length, voice is not None, tuple(notes))


def _time_of(frame: Any, count: int, stream: Any) -> Fraction:
    """When a frame is shown, in seconds; films without time stamps play at their rate."""
    if frame.pts is None or frame.time_base is None:
        return Fraction(count) / Fraction(stream.average_rate or 25)
    return Fraction(frame.pts) * Fraction(frame.time_base)


def _picture_stream(made: Any, first: np.ndarray, source: Any, notes: list[str]) -> Any:
    height, width = first.shape[:2]
    if width % 2 or height % 2:
        notes.append(
            f"One line of pixels was added: a film that plays everywhere has even sides, not {width} x {height}."
        )
    return add_pictures(made, width, height, source.average_rate or Fraction(25), crf=18)


class _Sound:
    """The sound of a film on its way into another: copied where the file takes it, else encoded as AAC."""

    def __init__(self, made: Any, source: Any) -> None:
        self._made = made
        self._copied = source.codec_context.name in COPIED
        if self._copied:
            self._stream = made.add_stream_from_template(source)
        else:
            self._stream = made.add_stream("aac", rate=source.rate or 44_100, layout=source.layout)

    def take(self, packet: Any) -> None:
        if self._copied:
            if packet.dts is not None:  # the last packet of a stream is an empty one
                packet.stream = self._stream
                self._made.mux(packet)
            return
        for frame in packet.decode():
            frame.pts = None  # one piece follows the other; the encoder counts them
            self._made.mux(self._stream.encode(frame))

    def close(self) -> None:
        if not self._copied:
            self._made.mux(self._stream.encode())
