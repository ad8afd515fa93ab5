"""Classic data sets by name, through torchvision: fetched once, then read from the cache."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from filelock import FileLock, Timeout

from gan_core.data.dataset import DataSet, Progress, check_memory
from gan_core.errors import InputError
from gan_core.fetching import INTERVAL, Bytes, FetchProgress, TransferError, fetch, notify
from gan_core.files import ABANDONED, cache_folder
from gan_core.parts import register

DRAFT = ".draft-"
"""How the folder begins in which a set is made ready."""
READING_ERRORS = (OSError, RuntimeError, ValueError, AssertionError, EOFError, LookupError)
"""What torchvision raises for files that are not there, or were cut short."""


class _Missing(Exception):  # noqa: N818 - a result, not seen outside of this module
    """The set is not in the cache, or not all of it."""


@dataclass(frozen=True)
class TorchvisionSet:
    """One of torchvision's data sets: where its files are cached, and how they are downloaded.

    See `gan_core.data.dataset.RemoteFiles`.
    """

    name: str
    class_name: str
    """Its class in `torchvision.datasets`."""
    archive_bytes: int
    """Of all of its archives together."""
    licence: str

    @property
    def kind(self) -> Any:
        """torchvision's class of the data set."""
        from torchvision import datasets  # imported here: it takes a second, which only these data sets need

        return getattr(datasets, self.class_name)

    @property
    def _root(self) -> Path:
        return cache_folder() / "torchvision"

    @property
    def _folder(self) -> str:
        """Folder below the root that holds the set, and nothing else."""
        return getattr(self.kind, "base_folder", self.kind.__name__)

    def _archives(self) -> Iterator[tuple[str, list[str], str]]:
        """Of each archive its place below the root, its addresses and its MD5 digest."""
        kind = self.kind
        if hasattr(kind, "url"):
            yield kind.filename, [kind.url], kind.tgz_md5
            return
        for name, md5 in kind.resources:
            yield f"{kind.__name__}/raw/{name}", [f"{mirror}{name}" for mirror in kind.mirrors], md5

    def is_here(self) -> bool:
        """Whether its files are in the cache; cheap, so that one cut short by an older version is not noticed."""
        kind = self.kind
        if hasattr(kind, "url"):
            names = [name for name, *_ in (*kind.train_list, *kind.test_list, (kind.meta["filename"],))]
            return all((self._root / kind.base_folder / name).is_file() for name in names)
        return all((self._root / place).with_suffix("").is_file() for place, *_ in self._archives())

    def fetch(self, progress: Progress | None = None) -> None:
        """Download the set where it is not in the cache; whole or not at all, by one process at a time.

        Args:
            progress: called with `Bytes` every `INTERVAL` seconds at least; what it raises ends the download.

        Raises:
            InputError: there is no network, or what came is not the set.
            OSError: the cache cannot be written.
        """

        def tell(done: int, total: int) -> None:
            notify(self.name, done, total)
            if progress is not None:
                progress(Bytes(done), Bytes(total))

        self._root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._root / f".{self.name}.lock")
        while True:
            try:
                lock.acquire(timeout=INTERVAL)
                break
            except Timeout:  # another page or process fetches it
                tell(0, self.archive_bytes)
            except NotImplementedError:  # a file system without locks: the last writer wins
                break
        try:
            try:
                self._open()
            except _Missing:
                self._fetch(tell)
        finally:
            lock.release()

    def _fetch(self, tell: FetchProgress) -> None:
        _sweep(self._root)
        before = 0

        def told(so_far: int, total: int) -> None:
            tell(before + so_far, max(self.archive_bytes, before + so_far))

        with tempfile.TemporaryDirectory(prefix=DRAFT, dir=self._root, ignore_cleanup_errors=True) as name:
            draft = Path(name)
            for place, addresses, md5 in self._archives():
                archive = draft / place
                archive.parent.mkdir(parents=True, exist_ok=True)
                try:
                    fetch(addresses, archive, md5, told)
                except TransferError as error:
                    raise InputError(self._sentence) from error
                before += archive.stat().st_size
            try:
                self.kind(str(draft), train=True, download=True)  # finds the archives, and unpacks them
            except READING_ERRORS as error:
                raise InputError(self._sentence) from error
            for place, _, _ in self._archives():
                (draft / place).unlink(missing_ok=True)
            target = self._root / self._folder
            shutil.rmtree(target, ignore_errors=True)  # what an older version left half-written
            os.replace(draft / self._folder, target)

    @property
    def _sentence(self) -> str:
        return (
            f"{self.name!r} is not on this machine and cannot be fetched now: it must be downloaded once while connected "
            "to the network, or choose glyphs, scenes or a folder of pictures, which need none."
        )

    def open(self, progress: Progress | None = None) -> tuple[Any, Any]:
        """Training and held-out part as torchvision reads them, downloaded if need be.

        Raises:
            InputError: as `fetch`.
            OSError: as `fetch`.
        """
        try:
            return self._open()
        except _Missing:
            self.fetch(progress)
        try:
            return self._open()
        except _Missing as error:
            raise InputError(self._sentence) from error

    def _open(self) -> tuple[Any, Any]:
        try:
            training, held_out = (self.kind(str(self._root), train=train, download=False) for train in (True, False))
        except READING_ERRORS as error:
            raise _Missing from error
        return training, held_out

    def first(self, size: int, seed: int, most: int) -> tuple[torch.Tensor, int, int]:
        """The first pictures of the set; only they are resized."""
        training, held_out = self.open()
        return _resized(_pictures(training)[:most], size), len(training), len(held_out)


MNIST = TorchvisionSet("mnist", "MNIST", 11_594_722, "CC BY-SA 3.0 (Yann LeCun, Corinna Cortes)")
FASHION_MNIST = TorchvisionSet("fashion-mnist", "FashionMNIST", 30_878_645, "MIT (Zalando SE)")
CIFAR10 = TorchvisionSet("cifar-10", "CIFAR10", 170_498_071, "none stated (Alex Krizhevsky, 2009)")


@register.dataset(
    "mnist",
    title="MNIST",
    summary="Handwritten digits, 28 x 28 grey.",
    licence=MNIST.licence,
    tags=("download",),
    first=MNIST.first,
    remote=MNIST,
)
def build_mnist(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """60,000 pictures and 10,000 held out."""
    return _built(MNIST, size, progress)


@register.dataset(
    "fashion-mnist",
    title="Fashion-MNIST",
    summary="Clothes from a shop, 28 x 28 grey.",
    licence=FASHION_MNIST.licence,
    tags=("download",),
    first=FASHION_MNIST.first,
    remote=FASHION_MNIST,
)
def build_fashion_mnist(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """60,000 pictures and 10,000 held out."""
    return _built(FASHION_MNIST, size, progress)


@register.dataset(
    "cifar-10",
    title="CIFAR-10",
    summary="Small photographs of ten kinds of things, 32 x 32 colour.",
    licence=CIFAR10.licence,
    tags=("download",),
    first=CIFAR10.first,
    remote=CIFAR10,
)
def build_cifar10(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """50,000 pictures and 10,000 held out."""
    return _built(CIFAR10, size, progress)


def _built(known: TorchvisionSet, size: int, progress: Progress | None) -> DataSet:
    try:
        return _load(known, size)
    except _Missing:
        known.fetch(progress)
    try:
        return _load(known, size)
    except _Missing as error:
        raise InputError(known._sentence) from error


@functools.lru_cache(maxsize=1)
def _load(known: TorchvisionSet, size: int) -> DataSet:
    """The whole set from the cache. Raises _Missing."""
    training, held_out = known._open()
    pictures, apart = _pictures(training), _pictures(held_out)
    check_memory(known.name, len(pictures) + len(apart), pictures.shape[1], size)
    return DataSet(
        name=known.name,
        pictures=_resized(pictures, size),
        held_out=_resized(apart, size),
        labels=torch.as_tensor(training.targets, dtype=torch.int64),
        held_out_labels=torch.as_tensor(held_out.targets, dtype=torch.int64),
        classes=tuple(training.classes),
        licence=known.licence,
    )


def _sweep(root: Path) -> None:
    """Remove what a killed process left in the middle of a download."""
    for draft in root.glob(f"{DRAFT}*"):
        with contextlib.suppress(OSError):
            newest = max(path.stat().st_mtime for path in (draft, *draft.rglob("*")))
            if time.time() - newest > ABANDONED:
                shutil.rmtree(draft, ignore_errors=True)


def _pictures(data: Any) -> torch.Tensor:
    """uint8 (N, C, H, W) from what torchvision keeps: a tensor (N, H, W) or an array (N, H, W, 3)."""
    values = torch.as_tensor(data.data)
    return values.unsqueeze(1) if values.ndim == 3 else values.permute(0, 3, 1, 2).contiguous()


def _resized(pictures: torch.Tensor, size: int) -> torch.Tensor:
    if pictures.shape[-1] == size:
        return pictures
    parts = [
        F.interpolate(part.float(), (size, size), mode="bicubic", antialias=True)
        .round_()
        .clamp_(0, 255)
        .to(torch.uint8)
        for part in pictures.split(2048)
    ]
    return torch.cat(parts)
