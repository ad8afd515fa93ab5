"""Reading films: upright RGB frames with their times, packets of sound, and notes for the user.

| of the film                         | becomes                                                                   |
|-------------------------------------|---------------------------------------------------------------------------|
| colour                              | RGB by the film's own tags; without tags BT.709 from 720 lines on,         |
|                                     | else BT.601, limited range unless the pixel format says full               |
| HDR (PQ, HLG)                       | its values as they stand, and a note                                       |
| turned or mirrored (display matrix) | upright                                                                    |
| transparency                        | laid over white, as of pictures, and a note; of VP8 and VP9 it is not read |
| pixels that are not square          | kept as they are; `pixel_aspect` says how wide they are                    |
| time stamps                         | seconds since the earliest stream's beginning, ascending                   |
| several picture streams, covers     | the best stream that is no cover; the others are named in a note           |
| damaged or cut short                | what can be read, and a note; refused where no frame can                   |
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from gan_core.errors import InputError
from gan_core.images.arrays import composite

ACCEPTED = "MP4, MOV, MKV, WebM, AVI, MPEG, TS, WMV and 3GP films are accepted"
MOST_FRAMES = 10_000
"""Frames of one film: near seven minutes at 25 a second."""
MOST_PIXELS = 9_000_000
"""Pixels of one frame: 4K and a little more."""
LONGEST = 6 * 3600
"""Seconds that a film may last which does not say how long it is."""
CONTAINERS = "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,ogg,asf,flv,gif,dv,mxf,rm,yuv4mpegpipe"
"""Readers that may look at a file. FFmpeg has others that follow a play list to other files and addresses."""
_HDR = {16: "PQ", 18: "HLG"}
"""Transfer functions of ISO/IEC 23091-2."""
_MATRIX = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
"""From the matrix of a frame (ISO/IEC 23091-2) to what FFmpeg's scaler calls it."""
_FULL = 2
"""FFmpeg's colour range from 0 to 255."""


@dataclass(frozen=True, eq=False)
class Shown:
    """One frame of a film, and when it is shown."""

    rgb: np.ndarray
    """uint8 H x W x 3, upright."""
    seconds: Fraction
    """When it is shown, since the film's beginning."""


@contextlib.contextmanager
def opened_film(path: Path, name: str | None = None) -> Iterator[Film]:
    """Open a film; `name` is what error messages call it.

    Raises:
        InputError: for what is no film, and for one that is too long or too large.
    """
    import av  # 100 MB of codecs, loaded only where a film is read
    from av.error import FFmpegError

    name = name or path.name
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is no file: {ACCEPTED}.")
    if not path.exists():
        raise InputError(f"There is no film {path}: {ACCEPTED}.")
    if path.stat().st_size == 0:
        raise InputError(f"{name} is empty, so it is no film: {ACCEPTED}.")
    safe = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(path), options=safe, metadata_errors="replace")
    except PermissionError as error:
        raise InputError(f"{name} may not be read ({error.strerror}): ask its owner, or choose another.") from error
    except (FFmpegError, OSError, ValueError) as error:
        raise InputError(f"{name} is no film that can be read, or its beginning is damaged: {ACCEPTED}.") from error
    with container:
        yield Film(container, name)


class Film:
    """An opened film, to be iterated over once: frames (`Shown`) and packets of sound, in the order of the file."""

    def __init__(self, container: Any, name: str) -> None:
        self.name = name
        self._container = container
        self.pictures = self._best_pictures()
        self.sounds = [stream for stream in container.streams.audio if stream.codec_context is not None]
        self.rate = _usual_rate(self.pictures)
        self.notes: list[str] = [*self._left_out()]
        self.origin = self._beginning()
        """Seconds of the container's own clock that count as 0 here."""
        self.pixel_aspect = Fraction(1)
        """Width of an upright pixel over its height; known from the first frame on."""
        self.end = Fraction(0)
        """When the last frame so far goes, in seconds."""
        length = Fraction(self._container.duration or 0, 1_000_000)
        self.latest = Fraction(LONGEST) if length <= 0 else min(Fraction(LONGEST), length + 60)
        """Seconds; a time stamp beyond is damaged."""
        self._last = Fraction(-1)
        self._count = self._damaged = 0
        self._clear = self.pictures.metadata.get("alpha_mode") == "1"
        """Whether something is transparent. (WebM keeps that beside the frames, where the decoders do not look.)"""
        if self.pictures.width * self.pictures.height > MOST_PIXELS:
            raise self._too_large(self.pictures)
        if self.frame_count() > MOST_FRAMES:
            raise InputError(
                f"{name} has about {self.frame_count():,} frames; up to {MOST_FRAMES:,} are accepted: cut it first."
            )

    def frame_count(self) -> int:
        """Frames as the header says, or by the length; 0 if it says neither."""
        if self.pictures.frames:
            return int(self.pictures.frames)
        return round(self._length() * self.rate)

    def _length(self) -> Fraction:
        """Seconds that the container says; some count them from 0 of their clock, others from their beginning."""
        length = Fraction(self._container.duration or 0, 1_000_000)
        return length - max(Fraction(0), self.origin) if length > self.origin else length

    def __iter__(self) -> Iterator[Shown | Any]:
        from av.error import FFmpegError

        packets = self._container.demux([self.pictures, *self.sounds])
        heard = Fraction(0)
        while True:
            try:
                packet = next(packets, None)
            except (FFmpegError, OSError):  # the rest cannot be read
                packet = None
            if packet is None:
                break
            if packet.stream is self.pictures:
                yield from self._frames(packet)
            elif packet.dts is not None:  # the last packet of a stream is an empty one
                heard = max(heard, (packet.dts + (packet.duration or 0)) * packet.time_base - self.origin)
                yield packet
        yield from self._frames(None)
        if self._count == 0:
            raise InputError(f"{self.name} is damaged or cut short: it holds no frame that can be read.")
        self.notes += self._last_words(heard)

    def _frames(self, packet: Any) -> Iterator[Shown]:
        from av.error import FFmpegError

        try:
            frames = packet.decode() if packet is not None else self.pictures.codec_context.decode(None)
        except FFmpegError as error:
            self._damaged += not isinstance(error, EOFError)
            return
        for frame in frames:
            if frame.width * frame.height > MOST_PIXELS:
                raise self._too_large(frame)
            if self._count == 0:
                self.notes += _frame_notes(self.name, frame)
            self._damaged += bool(frame.is_corrupt)
            rgb, alpha = _colours(frame)
            if alpha is not None and alpha.min() < 255:
                self._clear, rgb = True, composite(rgb, alpha)
            rgb, turned = _upright(rgb, frame)
            if self._count == 0:
                self.pixel_aspect = _pixel_aspect(self.pictures, turned)
            seconds = self._time_of(frame)
            self._count += 1
            if self._count > MOST_FRAMES:
                raise InputError(f"{self.name} has more than {MOST_FRAMES:,} frames: cut it first.")
            yield Shown(rgb, seconds)

    def _time_of(self, frame: Any) -> Fraction:
        """When a frame is shown. Without a time stamp, or with one that cannot be, it follows the one before."""
        seconds = self.end
        if frame.pts is not None and frame.time_base:
            stamped = frame.pts * frame.time_base - self.origin
            if self._last < stamped < self.latest:
                seconds = stamped
        self._last = seconds
        length = (frame.duration or 0) * (frame.time_base or 0)
        self.end = seconds + (length if 0 < length < 60 else 1 / self.rate)
        return seconds

    def _best_pictures(self) -> Any:
        from av.stream import Disposition

        streams = [
            stream
            for stream in self._container.streams.video
            if stream.codec_context is not None and not stream.disposition & Disposition.attached_pic
        ]
        moving = [stream for stream in streams if not _is_still(stream)] or streams
        best = self._container.streams.best("video")
        best = best if best in moving else next(iter(moving), None)
        if best is None or not best.width * best.height:
            has_sound = bool(self._container.streams.audio)
            what = "has sound but no pictures" if has_sound else "is no film that can be read"
            raise InputError(f"{self.name} {what}: {ACCEPTED}.")
        best.thread_type = "AUTO"
        return best

    def _beginning(self) -> Fraction:
        starts = [
            stream.start_time * stream.time_base
            for stream in (self.pictures, *self.sounds)
            if stream.start_time is not None and stream.time_base
        ]
        return min(starts, default=Fraction(0))

    def _left_out(self) -> Iterator[str]:
        """One sentence that names what a translated film will not have."""
        from av.stream import Disposition

        others = [stream for stream in self._container.streams.video if stream is not self.pictures]
        covers = sum(bool(stream.disposition & Disposition.attached_pic) or _is_still(stream) for stream in others)
        counts = {
            "cover picture": covers,
            "further picture track": len(others) - covers,
            "subtitle track": len(self._container.streams.subtitles),
            "data track": len(self._container.streams.data),
        }
        words = [f"{count} {what}{'s' * (count > 1)}" for what, count in counts.items() if count]
        if words:
            yield f"Left out: {', '.join(words)}."

    def _last_words(self, heard: Fraction) -> Iterator[str]:
        """What is to be said once all has been read; `heard` is when the sound ends."""
        if self._clear:
            yield f"{self.name} is transparent in places, which cannot be kept in an MP4 film."
        if self._damaged:
            yield f"{self._damaged} damaged piece{'s' * (self._damaged > 1)} of {self.name} could not be read well."
        stream = self.pictures
        if stream.duration:
            reached, promised = self.end, stream.duration * stream.time_base
            if stream.start_time is not None:
                promised += stream.start_time * stream.time_base - self.origin
        else:
            reached, promised = max(self.end, heard), self._length()
        if reached < promised - max(Fraction(3, 2) / self.rate, promised / 50):
            digits = 1 if promised - reached >= Fraction(1, 10) else 2
            yield f"{self.name} is cut short: {float(reached):.{digits}f} of its {float(promised):.{digits}f} s are there."

    def _too_large(self, what: Any) -> InputError:
        return InputError(
            f"{self.name} has frames of {what.width} x {what.height} pixels; up to {MOST_PIXELS / 1e6:g} million "
            "are accepted."
        )


def _is_still(stream: Any) -> bool:
    """Whether a picture stream is a cover that does not say so: one picture of a format of stills."""
    return stream.codec_context is not None and stream.codec_context.name in ("mjpeg", "png", "bmp", "gif", "webp")


def _usual_rate(stream: Any) -> Fraction:
    """Frames a second; 25 where the film says none, or one that cannot be."""
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return Fraction(rate) if Fraction(1, 60) <= rate <= 240 else Fraction(25)


def _frame_notes(name: str, frame: Any) -> Iterator[str]:
    kind = _HDR.get(int(frame.color_trc))
    if kind:
        yield f"{name} is an HDR film ({kind}): its colours come out flatter than they are meant."
    if frame.interlaced_frame:
        yield f"{name} is interlaced: two moments share each frame, and are translated as one picture."


def _colours(frame: Any) -> tuple[np.ndarray, np.ndarray | None]:
    """The frame as RGB, uint8 (H, W, 3), and its alpha, uint8 (H, W), where it has one."""
    has_alpha = any(component.is_alpha for component in frame.format.components)
    matrix = int(frame.colorspace)
    full = int(frame.color_range) == _FULL or frame.format.name.startswith("yuvj")
    levels = frame.reformat(
        format="rgba" if has_alpha else "rgb24",
        src_colorspace=_MATRIX.get(matrix, 1 if min(frame.width, frame.height) >= 720 else 5),
        src_color_range=_FULL if full else 1,
        dst_color_range=_FULL,
    ).to_ndarray()
    return levels[..., :3], levels[..., 3] if has_alpha else None


def _upright(rgb: np.ndarray, frame: Any) -> tuple[np.ndarray, bool]:
    """The colours of a frame turned and mirrored as its display matrix says; whether rows have become columns."""
    a, b, c, d = _display_matrix(frame)
    turned = abs(b) + abs(c) > abs(a) + abs(d)
    if turned:
        rgb, a, d = rgb.transpose(1, 0, 2), c, b
    return np.ascontiguousarray(rgb[:: -1 if d < 0 else 1, :: -1 if a < 0 else 1]), turned


def _display_matrix(frame: Any) -> tuple[int, int, int, int]:
    """a, b, c, d of ISO/IEC 14496-12: a pixel (x, y) is shown at (a x + c y, b x + d y)."""
    data = frame.side_data.get("DISPLAYMATRIX")
    if data is None or len(bytes(data)) < 36:
        return 1, 0, 0, 1
    a, b, _, c, d = struct.unpack("=9i", bytes(data)[:36])[:5]
    return a, b, c, d


def _pixel_aspect(stream: Any, turned: bool) -> Fraction:
    aspect = stream.sample_aspect_ratio or stream.codec_context.sample_aspect_ratio
    if not aspect or not Fraction(1, 10) < aspect < 10:
        return Fraction(1)
    return 1 / Fraction(aspect) if turned else Fraction(aspect)
