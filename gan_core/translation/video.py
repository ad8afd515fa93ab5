"""Short films in, short films out: every frame translated, the sound kept, flicker damped where nothing moves.

A translator sees each frame for itself, so that the same wall gets a slightly different grain in every frame.
`Smoother` keeps of the last translated frame what the *source* says has not changed:

    shown_t = k shown_{t-1} + (1 - k) translated_t,   k = smoothing * exp(-(d / STILL)^2)

where d is the source's change since the last frame around the pixel, in levels. Where something moves, k is 0 and the
new translation is shown as it is: no ghosts behind it, which a plain running mean would leave.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from gan_core.errors import InputError
from gan_core.files import draft_beside
from gan_core.images.film_reading import Film, Shown, opened_film
from gan_core.images.film_sound import add_sounds
from gan_core.images.films import CLOCK, add_pictures, put_picture
from gan_core.translation.translator import Translator

STILL = 6.0
"""Levels of change in the source at which smoothing has fallen to 37 %: noise of a camera is below, movement above."""
NEIGHBOURHOOD = 5
"""Side in pixels of the window over which the source's change is averaged, so that noise does not pass for movement."""
MOST_SMOOTHING = 0.95


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
    name: str | None = None,
    scale: str = "auto",
    smoothing: float = 0.6,
    seed: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> VideoReport:
    """Translate every frame of the film `source` into the MP4 (H.264) film `target`, of the same size, timing and
    sound.

    `name` is what notes and refusals call the film (by default the file's name). `seed` is that of the noise, one for all
    frames, for a model that takes some. `progress` is called with the share
    done, 0 to 1; whatever it raises ends the work, and no file is left. Raises InputError for what is no film, is too
    long or too large, and for a target that is no .mp4.
    """
    import av  # 100 MB of codecs, loaded only where a film is read

    smoother, report = Smoother(smoothing), progress or (lambda share: None)
    if target.suffix.lower() != ".mp4":
        raise InputError(f"Films are written as .mp4, not as {target.name!r}.")
    with opened_film(source, name) as film, draft_beside(target) as draft:
        total, written = film.frame_count(), None
        report(0.0)
        with av.open(str(draft), "w", format="mp4", options={"movflags": "faststart"}) as made:
            early: list[Any] = []  # sound that comes before the first frame, whose size the header needs
            for piece in film:
                if not isinstance(piece, Shown):
                    early.append(piece) if written is None else written.hear(piece)
                    continue
                result = translator.run(piece.rgb, direction, scale=scale, seed=seed)
                shown = smoother(piece.rgb, result.rgb)
                if written is None:
                    film.notes += result.notes
                    written = _Written(made, film, shown)
                    for packet in early:
                        written.hear(packet)
                written.show(shown, piece.seconds)
                report(min(0.999, written.frames / total) if total else 0.0)
            if written is None:
                raise RuntimeError("A film that was read ends with a frame, or with a refusal.")
            written.close()
    report(1.0)
    return VideoReport(
        written.frames, written.width, written.height, float(film.end), bool(written.sounds), tuple(film.notes)
    )


class _Written:
    """The film that comes into being: a picture stream and tracks of sound."""

    def __init__(self, made: Any, film: Film, first: np.ndarray) -> None:
        self._made, self._film = made, film
        self.height, self.width = first.shape[:2]
        self.frames = 0
        self._last = Fraction(-1)
        if self.width % 2 or self.height % 2:
            film.notes.append(
                "One line of pixels was added: a film that plays everywhere has even sides, "
                f"not {self.width} x {self.height}."
            )
        self._pictures = add_pictures(made, self.width, self.height, film.rate, crf=18, pixel_aspect=film.pixel_aspect)
        self.sounds = add_sounds(made, film)
        made.start_encoding()  # tracks that are copied have no clock before

    def show(self, rgb: np.ndarray, seconds: Fraction) -> None:
        if rgb.shape[:2] != (self.height, self.width):  # the film changes its size on the way
            rgb = np.asarray(Image.fromarray(rgb).resize((self.width, self.height), Image.Resampling.BICUBIC))
        seconds = max(seconds, self._last + CLOCK)  # an encoder takes each moment once
        put_picture(self._made, self._pictures, rgb, seconds)
        self._last = seconds
        self.frames += 1

    def hear(self, packet: Any) -> None:
        track = self.sounds.get(packet.stream.index)
        if track is not None:
            track.take(packet)

    def close(self) -> None:
        self._made.mux(self._pictures.encode())
        for track in self.sounds.values():
            track.close()
        damaged = sum(track.damaged for track in self.sounds.values())
        if damaged:
            self._film.notes.append(f"{damaged} damaged piece{'s' * (damaged > 1)} of the sound could not be kept.")
