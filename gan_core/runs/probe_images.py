"""Probe images of a run: pictures of the user, fixed, translated whole at every keyframe.

They lie in `own/1-A.png`, `own/2-B.png`, ...
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from gan_core.errors import InputError
from gan_core.files import write_atomically

MOST = 4
LONGEST = 512
"""Pixels of the longer side; larger pictures are made smaller, none is made larger."""
SMALLEST = 16
THINNEST = 8
"""How many times as long as wide a picture may be: a thinner one would be a line."""
LARGEST_NUMBER = 9999
NAME = re.compile(r"([1-9][0-9]{0,3})-([AB])")


@dataclass(frozen=True)
class ProbeImage:
    """One probe image: a file with a number and a domain."""

    number: int
    domain: str
    """`A` or `B`: which kind it is, and so which way it is translated."""
    path: Path

    def read(self) -> np.ndarray:
        """The picture, uint8 (H, W, 3).

        Raises:
            OSError: where it has just been removed, or is damaged.
        """
        try:
            with Image.open(self.path) as image:
                return np.array(image.convert("RGB"))
        except (SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise OSError(f"{self.path.name} is no picture that can be read: {error}") from error


class ProbeImages:
    """The folder of probe images; cheap to make, reads the folder on every call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[ProbeImage]:
        """All probe images in the order in which they were added."""
        found = []
        for path in self.folder.glob("*.png"):
            if match := NAME.fullmatch(path.stem):
                found.append(ProbeImage(int(match[1]), match[2], path))
        return sorted(found, key=lambda picture: picture.number)

    def version(self) -> tuple[str, ...]:
        """A text that changes whenever a picture is added, removed or moved to the other domain."""
        return tuple(picture.path.stem for picture in self.all())

    def add(self, source: Path | bytes, name: str, domain: str = "A") -> tuple[ProbeImage, tuple[str, ...]]:
        """Store a picture file, whole; returns notes for the user.

        Raises:
            InputError: for a file that cannot be used.
        """
        from gan_core.images import encode_png  # brings torch, which the page need not wait for

        there = self.all()
        if len(there) >= MOST:
            raise InputError(f"There are {MOST} pictures already: remove one first.")
        rgb, notes = prepare(source, name)
        picture = self._next(domain)
        write_atomically(picture.path, encode_png(rgb))
        return picture, notes

    def _next(self, domain: str) -> ProbeImage:
        """The next picture, which is not there yet. Numbers are not used again: a key frame knows its pictures by
        them."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number = max([self._last(), *(picture.number for picture in self.all())]) + 1
        path = self.folder / f"{number}-{_checked(domain)}.png"
        write_atomically(self.folder / "last", str(number).encode(), durable=False)
        return ProbeImage(number, domain, path)

    def turn(self, number: int, domain: str) -> None:
        """Move the picture to domain `A` or `B`."""
        picture = self._find(number)
        picture.path.rename(self.folder / f"{number}-{_checked(domain)}.png")

    def remove(self, number: int) -> None:
        """Forget the picture."""
        self._find(number).path.unlink(missing_ok=True)

    def take(self, other: ProbeImages) -> None:
        """Move the pictures of `other` here."""
        for picture in other.all():
            with contextlib.suppress(FileNotFoundError):  # another page has just removed it
                if len(self.all()) < MOST:
                    picture.path.replace(self._next(picture.domain).path)
                else:
                    picture.path.unlink()

    def _find(self, number: int) -> ProbeImage:
        for picture in self.all():
            if picture.number == number:
                return picture
        raise InputError("This picture is not there any more.")

    def _last(self) -> int:
        try:
            number = int((self.folder / "last").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        return number if 0 <= number < LARGEST_NUMBER else 0


def prepare(source: Path | bytes, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """A picture file as it is kept: upright, transparency laid on white, at most LONGEST pixels long; and notes about
    it.

    Raises InputError for what is no picture, and for one too small or too thin to be looked at.
    """
    from gan_core.images import decode

    picture = decode(source, name=name)
    rgb, notes = picture.composited(), list(picture.notes)
    height, width = rgb.shape[:2]
    if min(width, height) < SMALLEST:
        raise InputError(f"{name} is {width:,} x {height:,} pixels: at least {SMALLEST} x {SMALLEST} are needed.")
    if max(width, height) > THINNEST * min(width, height):
        raise InputError(
            f"{name} is {width:,} x {height:,} pixels, more than {THINNEST} times as long as wide: cut out a part of it."
        )
    if picture.alpha is not None and int(picture.alpha.min()) < 255:
        notes.append(f"{name} is see-through in places; they are laid on white.")
    factor = LONGEST / max(width, height)
    if factor < 1:
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        rgb = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS))
    return rgb, tuple(notes)


def _checked(domain: str) -> str:
    if domain not in ("A", "B"):
        raise InputError(f"A picture is an A or a B, not {domain!r}.")
    return domain
