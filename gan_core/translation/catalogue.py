"""The 18 generators that CycleGAN's authors published, and a download that goes on where it was cut.

Names and addresses are those of the authors' download script. What comes over the network is read like any other file
of others: nothing in it is run (see `foreign`).
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import shutil
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.parts import unknown
from gan_core.translation.weight_files import LARGEST

ADDRESS = "http://efrosgans.eecs.berkeley.edu/cyclegan/pretrained_models"
"""Where the files are; $GAN_WORKBENCH_CATALOGUE names another server that has them under the same names."""
ABOUT_BYTES = 45_600_000
"""Size of each file as others measured it: a ResNet with 9 blocks of width 64 in float32."""
LICENCE = "BSD 2-Clause, as published by the authors with pytorch-CycleGAN-and-pix2pix"
CREDIT = "Jun-Yan Zhu, Taesung Park, Phillip Isola, Alexei A. Efros (2017)"
NOTE = (
    "The weights were published by the authors of CycleGAN under the BSD licence of their repository. "
    "The pictures they learned from have terms of their own, which may not allow every use of the results."
)
TIMEOUT = 30.0
"""Seconds without a byte after which a connection counts as cut."""
PIECE = 2**18

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in all; whatever it raises ends the download, which can go on from there later."""


class DownloadError(InputError):
    """A download that could not be finished; its message is one sentence for users."""


@dataclass(frozen=True)
class PublishedGenerator:
    """One published generator."""

    name: str
    domains: tuple[str, str]
    """It translates the first into the second."""
    data: str
    """What it learned from."""
    terms: str
    """Whose terms these pictures are under."""

    @property
    def url(self) -> str:
        """Address of its weights."""
        return f"{os.environ.get('GAN_WORKBENCH_CATALOGUE') or ADDRESS}/{self.name}.pth"

    def known(self) -> dict[str, Any]:
        """Fields of a model's card that its file does not hold."""
        title = f"{self.domains[0]} to {self.domains[1]}"
        return {
            "title": f"{title[:1].upper()}{title[1:]}, published by CycleGAN's authors",
            "licence": LICENCE,
            "attribution": CREDIT,
            "data": self.data,
            "data_licence": f"their own terms: {self.terms}",
        }


_ART = "photographs and paintings"
_ENTRIES = (
    ("apple2orange", "apple", "orange", "apples and oranges", "ImageNet"),
    ("orange2apple", "orange", "apple", "apples and oranges", "ImageNet"),
    ("summer2winter_yosemite", "summer", "winter", "Yosemite in summer and winter", "Flickr's photographers"),
    ("winter2summer_yosemite", "winter", "summer", "Yosemite in summer and winter", "Flickr's photographers"),
    ("horse2zebra", "horse", "zebra", "horses and zebras", "ImageNet"),
    ("zebra2horse", "zebra", "horse", "horses and zebras", "ImageNet"),
    ("monet2photo", "Monet", "photo", _ART, "WikiArt and Flickr's photographers"),
    ("style_monet", "photo", "Monet", _ART, "WikiArt and Flickr's photographers"),
    ("style_cezanne", "photo", "Cezanne", _ART, "WikiArt and Flickr's photographers"),
    ("style_ukiyoe", "photo", "Ukiyo-e", _ART, "WikiArt and Flickr's photographers"),
    ("style_vangogh", "photo", "Van Gogh", _ART, "WikiArt and Flickr's photographers"),
    ("sat2map", "satellite", "map", "satellite pictures and maps", "Google Maps"),
    ("map2sat", "map", "satellite", "satellite pictures and maps", "Google Maps"),
    ("cityscapes_photo2label", "photo", "labels", "streets and their labels", "Cityscapes (not for commercial use)"),
    ("cityscapes_label2photo", "labels", "photo", "streets and their labels", "Cityscapes (not for commercial use)"),
    ("facades_photo2label", "photo", "labels", "facades and their labels", "CMP Facades"),
    ("facades_label2photo", "labels", "photo", "facades and their labels", "CMP Facades"),
    ("iphone2dslr_flower", "phone", "camera", "flowers by phone and by camera", "Flickr's photographers"),
)
CATALOGUE = {name: PublishedGenerator(name, (a, b), data, terms) for name, a, b, data, terms in _ENTRIES}

_active: set[Path] = set()
_guard = threading.Lock()


def published(name: str) -> PublishedGenerator:
    """The entry called `name`; InputError naming the nearest one if there is none."""
    if name not in CATALOGUE:
        raise InputError(unknown("published model", name, CATALOGUE))
    return CATALOGUE[name]


def download(name: str, folder: Path | str, progress: Progress | None = None) -> Path:
    """Fetch the published generator `name` into `folder` and return its file; at once if it is there already.

    Until it is whole it is called NAME.pth.part, and the next call goes on where this one ended. Raises DownloadError
    without a network, for an answer other than the file, a cut connection and a full disk.
    """
    entry, folder = published(name), Path(folder)
    target = folder / f"{name}.pth"
    if target.is_file():
        return target
    with _alone(target), _answered(entry, folder):
        folder.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        _fetch(entry, part, progress or (lambda done, total: None))
        part.replace(target)
        _tag(part).unlink(missing_ok=True)
    return target


def _fetch(entry: PublishedGenerator, part: Path, progress: Progress) -> None:
    """Bring `part` to its full length."""
    with _opened(entry, part) as (answer, have):
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length and length.isdigit() else 0
        if total > LARGEST:
            raise DownloadError(f"The file at {entry.url} has {total / 2**30:.1f} GiB, far more than any generator.")
        free = shutil.disk_usage(part.parent).free
        if total - have > free:
            raise DownloadError(_full(part.parent, total - have))
        tag = answer.headers.get("ETag") or answer.headers.get("Last-Modified") or ""
        _tag(part).write_text(tag, encoding="utf-8")
        with part.open("ab" if have else "wb") as file:
            progress(have, total)
            while piece := answer.read(PIECE):
                file.write(piece)
                have += len(piece)
                if have > LARGEST:
                    raise DownloadError(f"What comes from {entry.url} is far more than any generator; it was ended.")
                progress(have, total)
    if total and have != total:
        raise DownloadError(
            f"The connection was cut after {have / 1e6:.1f} of {total / 1e6:.1f} MB; "
            "download again to go on from there."
        )


@contextlib.contextmanager
def _opened(entry: PublishedGenerator, part: Path) -> Iterator[tuple[Any, int]]:
    """The server's answer, and how many bytes of the file are there already: it gives what follows them."""
    have = part.stat().st_size if part.exists() else 0
    tag = _tag(part).read_text(encoding="utf-8") if have and _tag(part).exists() else ""
    headers = {"Range": f"bytes={have}-", "If-Range": tag} if have and tag else {}
    try:
        answer = urllib.request.urlopen(urllib.request.Request(entry.url, headers=headers), timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # not satisfiable: what is there is no beginning of the file
            raise
        error.close()
        answer = urllib.request.urlopen(entry.url, timeout=TIMEOUT)
    with answer:
        goes_on = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        yield answer, have if goes_on else 0


def _tag(part: Path) -> Path:
    """The file that remembers which version of the server's file a part belongs to."""
    return part.with_name(f"{part.name}.tag")


@contextlib.contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Refuse a second download of the same file at the same time: both would write into one part."""
    with _guard:
        if target in _active:
            raise InputError(f"{target.stem} is being downloaded already.")
        _active.add(target)
    try:
        yield
    finally:
        with _guard:
            _active.discard(target)


@contextlib.contextmanager
def _answered(entry: PublishedGenerator, folder: Path) -> Iterator[None]:
    """Answer what may go wrong on the way with a sentence."""
    server = entry.url.split("/")[2]
    try:
        yield
    except urllib.error.HTTPError as error:
        error.close()
        gone = "has no such file (any more)" if error.code in (404, 410) else f"answered {error.code} {error.reason}"
        raise DownloadError(f"{server} {gone}: {entry.url}.") from error
    except urllib.error.URLError as error:
        raise DownloadError(
            f"{server} cannot be reached ({_reason(error.reason)}): a download needs a network; "
            "everything else here works without one."
        ) from error
    except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
        raise DownloadError(
            f"The connection to {server} was cut ({_reason(error)}); download again to go on from there."
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DownloadError(_full(folder, ABOUT_BYTES)) from error
        raise DownloadError(f"The download cannot be kept in {folder}: {error.strerror or error}.") from error


def _reason(error: Any) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _full(folder: Path, needed: int) -> str:
    return f"The disk is full: {folder} needs room for about {needed / 1e6:.0f} MB more."
