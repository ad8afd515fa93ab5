"""Classic data sets by name, through torchvision: fetched once, then read from the cache."""

from __future__ import annotations

import functools
import http.client
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from gan_core.data.dataset import DataSet, First, Progress, check_memory, source
from gan_core.errors import InputError
from gan_core.files import cache_folder

PATIENCE = 5.0
"""Seconds to wait for a first answer from the network, name look-up included."""
TRANSFER_PATIENCE = 30.0
"""Seconds without a single byte after which a transfer has failed."""
MNIST_LICENCE = "CC BY-SA 3.0 (Yann LeCun, Corinna Cortes)"
FASHION_LICENCE = "MIT (Zalando SE)"
CIFAR_LICENCE = "none stated (Alex Krizhevsky, 2009)"


def _first_of(name: str, class_name: str) -> First:
    """The first pictures of a set; only they are resized."""

    def first(size: int, seed: int, most: int) -> tuple[torch.Tensor, int, int]:
        from torchvision import datasets

        root = cache_folder() / "torchvision"
        training, held_out = (_open(name, getattr(datasets, class_name), root, train=train) for train in (True, False))
        return _resized(_pictures(training)[:most], size), len(training), len(held_out)

    return first


@source(
    "mnist",
    first=_first_of("mnist", "MNIST"),
    summary="Handwritten digits, 28 x 28 grey",
    licence=MNIST_LICENCE,
    kind="download",
)
def build_mnist(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """60,000 pictures and 10,000 held out."""
    return _load("mnist", "MNIST", size, MNIST_LICENCE)


@source(
    "fashion-mnist",
    first=_first_of("fashion-mnist", "FashionMNIST"),
    summary="Clothes from a shop, 28 x 28 grey",
    licence=FASHION_LICENCE,
    kind="download",
)
def build_fashion_mnist(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """60,000 pictures and 10,000 held out."""
    return _load("fashion-mnist", "FashionMNIST", size, FASHION_LICENCE)


@source(
    "cifar-10",
    summary="Small photographs of ten kinds of things, 32 x 32 colour",
    licence=CIFAR_LICENCE,
    kind="download",
    first=_first_of("cifar-10", "CIFAR10"),
)
def build_cifar10(*, size: int, channels: int | None, seed: int, progress: Progress | None) -> DataSet:
    """50,000 pictures and 10,000 held out."""
    return _load("cifar-10", "CIFAR10", size, CIFAR_LICENCE)


@functools.lru_cache(maxsize=1)
def _load(name: str, class_name: str, size: int, licence: str) -> DataSet:
    from torchvision import datasets  # imported here: it takes a second, which only these data sets need

    kind = getattr(datasets, class_name)
    root = cache_folder() / "torchvision"
    training = _open(name, kind, root, train=True)
    held_out = _open(name, kind, root, train=False)
    pictures, apart = _pictures(training), _pictures(held_out)
    check_memory(name, len(pictures) + len(apart), pictures.shape[1], size)
    return DataSet(
        name=name,
        pictures=_resized(pictures, size),
        held_out=_resized(apart, size),
        labels=torch.as_tensor(training.targets, dtype=torch.int64),
        held_out_labels=torch.as_tensor(held_out.targets, dtype=torch.int64),
        classes=tuple(training.classes),
        licence=licence,
    )


def _open(name: str, kind: Any, root: Path, *, train: bool) -> Any:
    """The set from the cache, or fetched into it; InputError within seconds when neither is possible."""
    try:
        return kind(str(root), train=train, download=False)
    except (RuntimeError, OSError):  # not there yet, or cut short
        pass
    sentence = (
        f"{name!r} is not on this machine and cannot be fetched now: it must be downloaded once while connected to the "
        "network, or choose glyphs, scenes or a folder of pictures, which need none."
    )
    address = kind.url if hasattr(kind, "url") else kind.mirrors[0]
    if not _answers(address):
        raise InputError(sentence)
    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TRANSFER_PATIENCE)  # torchvision itself would wait for ever
    try:
        return kind(str(root), train=train, download=True)
    except Exception as error:  # whatever a half transfer ends in: a bad archive, a wrong sum, a lost connection
        raise InputError(sentence) from error
    finally:
        socket.setdefaulttimeout(patience)


def _answers(address: str) -> bool:
    """Whether anything answers at `address` soon. In a thread of its own, because a name look-up knows no time limit."""
    answered = threading.Event()

    def ask() -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=PATIENCE):
                answered.set()
        except urllib.error.HTTPError:  # a refusal is an answer too: the network is there
            answered.set()
        except (OSError, ValueError, http.client.HTTPException):
            pass  # no network, or something in between that speaks no HTTP

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return answered.is_set()


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
