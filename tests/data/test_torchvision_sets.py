"""Data sets by name, with stand-ins for torchvision's classes: no test needs a network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision import datasets

from gan_core import data
from gan_core.data import torchvision_sets
from gan_core.errors import InputError


@pytest.fixture(autouse=True)
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path))
    torchvision_sets._load.cache_clear()
    yield
    torchvision_sets._load.cache_clear()


class Stored:
    """A data set that is in the cache already."""

    classes = ("zero", "one")
    colour = False

    def __init__(self, root: str, train: bool, download: bool) -> None:
        assert not download
        count = 20 if train else 6
        values = np.arange(count * 28 * 28 * 3, dtype=np.uint8).reshape(count, 28, 28, 3)
        self.data: Any = values if self.colour else torch.from_numpy(values[..., 0].copy())
        self.targets = [index % 2 for index in range(count)]


class Absent:
    """A data set that has to be fetched from an address where nobody answers."""

    mirrors = ("http://127.0.0.1:9/",)

    def __init__(self, root: str, train: bool, download: bool) -> None:
        raise RuntimeError("Dataset not found.")


@pytest.mark.parametrize(
    ("name", "class_name"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST"), ("cifar-10", "CIFAR10")]
)
def test_what_is_in_the_cache_needs_no_network(monkeypatch: pytest.MonkeyPatch, name: str, class_name: str) -> None:
    kind = type("Kind", (Stored,), {"colour": name == "cifar-10"})
    monkeypatch.setattr(datasets, class_name, kind)
    monkeypatch.setattr(torchvision_sets, "_answers", lambda address: pytest.fail("asked the network"))
    loaded = data.load(name, size=32)
    assert loaded.pictures.shape == (20, 3 if name == "cifar-10" else 1, 32, 32)
    assert loaded.held_out.shape[0] == 6
    assert loaded.classes == ("zero", "one")
    assert loaded.labels is not None
    assert loaded.labels.dtype == torch.int64


def test_without_a_network_one_sentence_comes_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Torchvision, which tries one mirror after another for minutes, is not asked to fetch anything."""
    asked: list[bool] = []

    class Watched(Absent):
        def __init__(self, root: str, train: bool, download: bool) -> None:
            asked.append(download)
            super().__init__(root, train, download)

    monkeypatch.setattr(datasets, "MNIST", Watched)
    with pytest.raises(InputError, match="must be downloaded once while connected"):
        data.load("mnist", size=32)
    assert asked == [False]


def test_a_silent_network_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torchvision_sets, "PATIENCE", 0.1)
    over, waited = threading.Event(), []

    def never(*_: object, **__: object) -> None:
        waited.append(over.wait(60))
        raise OSError("nobody there")

    monkeypatch.setattr(torchvision_sets.urllib.request, "urlopen", never)
    assert not torchvision_sets._answers("http://127.0.0.1:9/")
    assert waited == [], "the network has not answered yet"
    over.set()


def test_a_broken_transfer_is_answered_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets, "MNIST", Absent)
    monkeypatch.setattr(torchvision_sets, "_answers", lambda address: True)
    with pytest.raises(InputError, match="cannot be fetched now"):
        data.load("mnist", size=32)
