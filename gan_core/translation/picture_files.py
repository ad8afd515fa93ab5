"""From a picture file to a translated file of the same name, size and format."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from gan_core.images import Picture, decode
from gan_core.images.formats import SUFFIXES
from gan_core.translation.hints import AnyHint
from gan_core.translation.names import safe_name
from gan_core.translation.passes import Progress
from gan_core.translation.translator import Translation, Translator

OPTIONS: dict[str, dict[str, object]] = {
    "PNG": {"compress_level": 4},
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"quality": 95},
    "HEIF": {"quality": 90, "chroma": 444},
    "AVIF": {"quality": 90, "subsampling": "4:4:4"},
    "TIFF": {"compression": "tiff_lzw"},
}


@dataclass(frozen=True, eq=False)
class TranslatedFile:
    """A translated file, ready to be written."""

    name: str
    """The name of the source; its ending changes only when it did not fit the format."""
    source: Picture
    translation: Translation
    cycle: Translation | None = None
    """The way back, when it was asked for."""
    name_notes: tuple[str, ...] = ()
    """A sentence where the name of the source could not be kept."""

    @property
    def data(self) -> bytes:
        """The encoded file: the cycle where it was asked for, else the translation; encoded on every access."""
        return self.encoded(self.cycle or self.translation)

    def encoded(self, translation: Translation) -> bytes:
        """`translation`, there or back, in the source's format and with its transparency."""
        return _encode_like(self.source, translation.rgb)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the user, one sentence each."""
        return (*self.source.notes, *self.translation.notes, *self.name_notes)


def translate_file(
    translator: Translator,
    source: Path | bytes | Picture,
    direction: str = "AtoB",
    *,
    name: str | None = None,
    scale: str = "auto",
    cycle: bool = False,
    hints: Sequence[AnyHint] = (),
    seed: int | None = None,
    progress: Progress | None = None,
) -> TranslatedFile:
    """Translate a picture file.

    Args:
        translator: The model.
        source: Path or bytes of the file, or the picture that was read from it.
        direction: `AtoB` or `BtoA`.
        name: What the result and error messages call the picture; None: the file's name.
        scale: At which size the network sees the picture; a key of `SCALES`.
        cycle: Whether the result is translated back.
        hints: Colours for places of the upright picture, in its pixels (see `Translator.run`).
        seed: Of the noise (see `Translator.run`).
        progress: Called with the share of the work done, 0 to 1; it may raise to cancel.

    Returns:
        The translated file, with the original's name, format, size and transparency.

    Raises:
        InputError: for a file, direction, scale, hint or seed that cannot be used.
    """
    name = name or (source.name if isinstance(source, Path) else "picture.png")
    picture = source if isinstance(source, Picture) else decode(source, name=name)
    rgb = picture.composited()
    back: Translation | None = None
    if cycle:
        there, back = translator.cycle(rgb, direction, scale=scale, hints=hints, seed=seed, progress=progress)
    else:
        there = translator.run(rgb, direction, scale=scale, hints=hints, seed=seed, progress=progress)
    made = name_like(name, picture)
    return TranslatedFile(made, picture, there, back, tuple(renaming_notes(name, made)))


def renaming_notes(name: str, made: str) -> Iterator[str]:
    """A sentence for a source called `name` whose result is called `made`, but for another ending."""
    if PurePosixPath(made).stem != PurePosixPath(name).stem:
        yield f"The result is called {made!r}: the name of the source cannot be kept here."


def output_format(picture: Picture) -> str:
    """The format that a translation of `picture` is written in: its own, or PNG where it has none that we can write."""
    kind = "JPEG" if picture.format == "MPO" else picture.format
    return kind if kind in SUFFIXES else "PNG"


def name_like(name: str, picture: Picture) -> str:
    """The file name `name`, with another ending if its own says another format than `output_format`."""
    endings, name = SUFFIXES[output_format(picture)], safe_name(name)
    path = PurePosixPath(name)
    return name if path.suffix.lower() in endings else safe_name(f"{path.stem or 'picture'}{endings[0]}")


def _encode_like(picture: Picture, rgb: np.ndarray) -> bytes:
    """A translation, uint8 (H, W, 3), in the format of its source `picture` and with its transparency."""
    image = Image.fromarray(np.ascontiguousarray(rgb))
    if picture.alpha is not None:
        image.putalpha(Image.fromarray(picture.alpha))
    kind = output_format(picture)
    buffer = io.BytesIO()
    image.save(buffer, kind, **OPTIONS.get(kind, {}))
    return buffer.getvalue()
