"""The 18 generators that CycleGAN's authors published, and a download that goes on where it was cut.

Names and addresses are those of the authors' download script. What comes over the network is read like any other file
of others: nothing in it is run (see `gan_core.translation.third_party`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gan_core.errors import InputError
from gan_core.fetching import CutError, FetchProgress, SilentError, TransferError, fetch_resumable
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


def download(name: str, folder: Path | str, progress: FetchProgress | None = None) -> Path:
    """Fetch the published generator `name` into `folder` and return its file; at once if it is there already.

    An interrupted download goes on where it ended (see `fetch_resumable`); what `progress` raises interrupts it. Raises
    DownloadError without a network, for an answer other than the file, a cut connection and a full disk.
    """
    entry, folder = published(name), Path(folder)
    target = folder / f"{name}.pth"
    if target.is_file():
        return target
    with _alone(target), _sentences(entry, folder):
        folder.mkdir(parents=True, exist_ok=True)
        fetch_resumable(entry.url, target, _with_checks(entry, folder, progress))
    return target


def _with_checks(entry: PublishedGenerator, folder: Path, progress: FetchProgress | None) -> FetchProgress:
    """A `progress` that refuses what is larger than any generator, and what the disk has no room for."""
    is_room_known = False

    def checked(done: int, total: int) -> None:
        nonlocal is_room_known
        size = max(done, total)
        if size > LARGEST:
            raise DownloadError(f"The file at {entry.url} has {size / 2**30:.1f} GiB, far more than any generator.")
        if total and not is_room_known:
            is_room_known = True
            if total - done > shutil.disk_usage(folder).free:
                raise DownloadError(_full(folder, total - done))
        if progress is not None:
            progress(done, total)

    return checked


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
def _sentences(entry: PublishedGenerator, folder: Path) -> Iterator[None]:
    """Raise what may go wrong on the way as a DownloadError."""
    try:
        yield
    except TransferError as error:
        raise DownloadError(_sentence_of(error, entry)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DownloadError(_full(folder, ABOUT_BYTES)) from error
        raise DownloadError(f"The download cannot be kept in {folder}: {error.strerror or error}.") from error


def _sentence_of(error: TransferError, entry: PublishedGenerator) -> str:
    server, cause = entry.url.split("/")[2], error.__cause__
    if isinstance(error, CutError):
        arrived = f"{error.done / 1e6:.1f} of {error.total / 1e6:.1f} MB"
        return f"The connection was cut after {arrived}; download again to go on from there."
    if isinstance(cause, urllib.error.HTTPError):
        gone = "has no such file (any more)" if cause.code in (404, 410) else f"answered {cause.code} {cause.reason}"
        return f"{server} {gone}: {entry.url}."
    if isinstance(cause, urllib.error.URLError) or isinstance(error, SilentError):
        reason = _reason(cause.reason) if isinstance(cause, urllib.error.URLError) else "it does not answer"
        return f"{server} cannot be reached ({reason}): a download needs a network; everything else here works without one."
    return f"The connection to {server} was cut ({_reason(cause or error)}); download again to go on from there."


def _reason(error: Any) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _full(folder: Path, needed: int) -> str:
    return f"The disk is full: {folder} needs room for about {needed / 1e6:.0f} MB more."
