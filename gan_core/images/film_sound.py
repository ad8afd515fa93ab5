"""The sound of a film on its way into an MP4 film: copied where that can hold it, else encoded as AAC.

Sound keeps its place: it begins when it began, and gaps stay. Copied packets keep their time stamps; what is encoded
anew begins at the film's own beginning, with silence where there was none to hear.
"""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np

from gan_core.images.film_reading import Film

COPIED = ("aac", "mp3", "ac3", "eac3", "opus", "flac", "alac")
"""Sound that MP4 players know."""
RATES = (7350, 8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000)
"""Samples a second that AAC has a number for (ISO/IEC 14496-3)."""
LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "4.0", 5: "5.0", 6: "5.1", 8: "7.1"}
"""Loudspeakers of so many channels."""
PIECE = 1024
"""Samples of one packet of AAC."""
TOLERANCE = Fraction(1, 50)
"""Seconds that a time stamp may be off before it is taken for a gap: containers round them to milliseconds."""
_KEPT_WORDS = ("language", "title", "handler_name")


def add_sounds(made: Any, film: Film) -> dict[int, Copied | Encoded]:
    """A track in the MP4 container `made` for each track of sound of `film`, by the index of its stream.

    One that cannot be kept as it is is said in the film's notes.
    """
    tracks: dict[int, Copied | Encoded] = {}
    for number, source in enumerate(film.sounds, 1):
        words = f"Sound track {number}" if len(film.sounds) > 1 else "The sound"
        track = _track(made, source, film, words)
        if track is None:
            film.notes.append(f"{words} ({source.codec_context.name}) cannot be kept and is left out.")
            continue
        for name in _KEPT_WORDS:
            if name in source.metadata:
                track.stream.metadata[name] = source.metadata[name]
        if tracks:
            track.stream.disposition = 0  # the first one is what plays
        tracks[source.index] = track
    return tracks


def _track(made: Any, source: Any, film: Film, words: str) -> Copied | Encoded | None:
    if source.codec_context.name in COPIED and _can_be_copied(source):
        return Copied(made, source, film)
    wanted = LAYOUTS.get(source.codec_context.channels, "stereo")
    rate = next((each for each in RATES if each >= (source.codec_context.sample_rate or 44_100)), RATES[-1])
    for layout in dict.fromkeys((wanted, "stereo")):
        if not _can_be_encoded(layout, rate):
            continue
        if layout != LAYOUTS.get(source.codec_context.channels):
            film.notes.append(f"{words} has {source.codec_context.channels} channels, which were mixed to two.")
        return Encoded(made, film, layout, rate)
    return None


def _can_be_copied(source: Any) -> bool:
    """Whether the MP4 writer takes this very stream, tried on a file in memory."""
    import av
    from av.error import FFmpegError

    try:
        with av.open(io.BytesIO(), "w", format="mp4") as trial:
            trial.add_stream_from_template(source)
            trial.start_encoding()
    except (FFmpegError, ValueError, OSError):
        return False
    return True


def _can_be_encoded(layout: str, rate: int) -> bool:
    import av
    from av.error import FFmpegError

    context: Any = av.CodecContext.create("aac", "w")
    context.sample_rate, context.layout, context.format = rate, layout, "fltp"
    try:
        context.open()
    except (FFmpegError, ValueError):
        return False
    return True


class Copied:
    """Packets as they are, with their time stamps moved to the new beginning."""

    def __init__(self, made: Any, source: Any, film: Film) -> None:
        self._made, self._origin, self._latest = made, film.origin, film.latest
        self._last: Fraction | None = None
        self.stream = made.add_stream_from_template(source)
        self.damaged = 0

    def take(self, packet: Any) -> None:
        """Write one packet of the sound unchanged, shifted to the start of the film; damaged and misplaced ones are
        counted."""
        if packet.is_corrupt:  # the file ends inside of it
            self.damaged += 1
            return
        shift = round(self._origin / packet.time_base)
        when = (packet.dts - shift) * packet.time_base
        if self._last is not None and not self._last < when < self._latest:
            self.damaged += 1  # it would stand before the one that is written already
            return
        self._last = when
        packet.dts -= shift
        packet.pts = packet.dts if packet.pts is None else packet.pts - shift
        packet.stream = self.stream
        self._made.mux(packet)

    def close(self) -> None:
        """Nothing to do: every packet has been written."""


class Encoded:
    """Sound decoded, laid out in time and encoded as AAC."""

    def __init__(self, made: Any, film: Film, layout: str, rate: int) -> None:
        self._made, self._origin, self._latest = made, film.origin, film.latest
        self._layout, self._rate = layout, rate
        self.stream = made.add_stream("aac", rate=rate, layout=layout)
        channels = self.stream.codec_context.channels
        self.stream.bit_rate = 64_000 * max(2, channels)
        self.damaged = 0
        self._waiting = np.zeros((channels, 0), np.float32)
        self._written = 0
        """Samples handed to the encoder or waiting for it."""
        self._encoded = 0
        self._began = False
        self._converter: Any = None
        self._given = self._taken = 0
        """Samples that the converter was given, counted at the new rate, and those that it gave back."""
        self._kind: tuple[Any, ...] = ()

    def take(self, packet: Any) -> None:
        """Decode one packet of the sound and encode its frames anew; damaged ones are counted."""
        from av.error import FFmpegError

        try:
            frames = packet.decode()
        except FFmpegError:
            self.damaged += 1
            return
        for frame in frames:
            self._place(frame)

    def close(self) -> None:
        """Encode what is buffered and end the stream."""
        self._put(self._converted(None))
        self._encode(self._waiting)
        self._made.mux(self.stream.encode())

    def _place(self, frame: Any) -> None:
        """Put a decoded frame where its time stamp says, silence before it where there is a gap."""
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        gap = 0
        if frame.pts is not None and frame.time_base:
            seconds = frame.pts * frame.time_base - self._origin
            missing = seconds - Fraction(self._written + self._held(), self._rate)
            if -self._latest < seconds < self._latest and (not self._began or abs(missing) > TOLERANCE):
                gap = round(missing * self._rate)
        if kind != self._kind or gap:
            self._put(self._converted(None))
            self._converter, self._kind = None, kind
        self._silence(max(0, gap))
        self._began = True
        self._put(self._converted(frame), skip=max(0, -gap))

    def _held(self) -> int:
        """Samples that the converter keeps back: it looks ahead where the rate changes."""
        return 0 if self._converter is None else self._given - self._taken

    def _converted(self, frame: Any) -> np.ndarray:
        """The frame's samples, float32 (channels, N), at the rate and in the channels of the track; None: the rest."""
        import av

        if self._converter is None:
            if frame is None:
                return self._waiting[:, :0]
            # Interleaved: PyAV counts the planes of eight channels wrongly.
            self._converter = av.AudioResampler(format="flt", layout=self._layout, rate=self._rate)
            self._given = self._taken = 0
        if frame is not None:
            self._given += round(Fraction(frame.samples * self._rate, frame.sample_rate))
            frame.pts = None  # the place is counted here
            if frame.layout.name.endswith("channels"):  # loudspeakers are not said: the usual ones
                frame = _with_layout(frame)
        channels = self._waiting.shape[0]
        pieces = [made.to_ndarray().reshape(-1, channels).T for made in self._converter.resample(frame)]
        if not pieces:
            return self._waiting[:, :0]
        samples = np.concatenate(pieces, 1)
        self._taken += samples.shape[1]
        return samples

    def _silence(self, samples: int) -> None:
        while samples > 0:
            piece = min(samples, self._rate)
            self._put(np.zeros((self._waiting.shape[0], piece), np.float32))
            samples -= piece

    def _put(self, samples: np.ndarray, skip: int = 0) -> None:
        samples = samples[:, skip:]
        self._written += samples.shape[1]
        waiting = np.concatenate([self._waiting, samples], 1)
        whole = waiting.shape[1] // PIECE * PIECE
        for start in range(0, whole, PIECE):
            self._encode(waiting[:, start : start + PIECE])
        self._waiting = waiting[:, whole:]

    def _encode(self, samples: np.ndarray) -> None:
        import av

        if samples.shape[1] == 0:
            return
        frame = av.AudioFrame.from_ndarray(samples.T.reshape(1, -1), format="flt", layout=self._layout)
        frame.sample_rate, frame.time_base, frame.pts = self._rate, Fraction(1, self._rate), self._encoded
        self._encoded += samples.shape[1]
        self._made.mux(self.stream.encode(frame))


def _with_layout(frame: Any) -> Any:
    """The frame with the usual loudspeakers of its number of channels: WAV and AVI files often say none."""
    import av

    layout = LAYOUTS.get(len(frame.layout.channels) or frame.layout.nb_channels)
    if layout is None:
        return frame
    named = av.AudioFrame.from_ndarray(frame.to_ndarray(), format=frame.format.name, layout=layout)
    named.sample_rate, named.time_base = frame.sample_rate, frame.time_base
    return named
