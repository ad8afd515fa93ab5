"""Data sets by name: from the cache, and fetched from a server of the test's own. No test needs a network."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision import datasets

from gan_core import data, fetching
from gan_core.data import torchvision_sets
from gan_core.data.previewing import preview
from gan_core.data.torchvision_sets import DRAFT, MNIST
from gan_core.errors import Cancelled, InputError
from gan_core.fetching import Bytes, progress_in_words
from tests.data.small_mnist import COUNTS, Mirror, mirror


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path))
    torchvision_sets._load.cache_clear()
    yield tmp_path / "torchvision"
    torchvision_sets._load.cache_clear()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Where torchvision's MNIST is to be had in these tests."""
    with mirror() as state:
        monkeypatch.setattr(datasets.MNIST, "mirrors", [state.address])
        monkeypatch.setattr(datasets.MNIST, "resources", state.resources)
        yield state


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


def left_behind(cache: Path) -> list[str]:
    """Everything that an ended download may have left; the lock says nothing about the set."""
    return sorted(path.name for path in cache.rglob("*") if path.is_file() and path.suffix != ".lock")


@pytest.mark.parametrize(
    ("name", "class_name"), [("mnist", "MNIST"), ("fashion-mnist", "FashionMNIST"), ("cifar-10", "CIFAR10")]
)
def test_what_is_in_the_cache_needs_no_network(monkeypatch: pytest.MonkeyPatch, name: str, class_name: str) -> None:
    kind = type("Kind", (Stored,), {"colour": name == "cifar-10"})
    monkeypatch.setattr(datasets, class_name, kind)
    monkeypatch.setattr(torchvision_sets, "fetch", lambda *_: pytest.fail("asked the network"))
    loaded = data.load(name, size=32)
    assert loaded.pictures.shape == (20, 3 if name == "cifar-10" else 1, 32, 32)
    assert loaded.held_out.shape[0] == 6
    assert loaded.classes == ("zero", "one")
    assert loaded.labels is not None
    assert loaded.labels.dtype == torch.int64


def test_a_set_is_fetched_once_and_told_byte_by_byte(server: Mirror, cache: Path, monkeypatch: Any) -> None:
    told: list[tuple[int, int]] = []
    heard: list[tuple[str, int, int]] = []

    def progress(done: int, total: int) -> None:
        assert isinstance(total, Bytes)
        assert isinstance(done, Bytes)
        told.append((done, total))

    monkeypatch.setattr(torchvision_sets, "MNIST", MNIST)
    assert not MNIST.is_here()
    with fetching.observed(lambda *values: heard.append(values)):
        loaded = data.load("mnist", size=32, progress=progress)
    assert loaded.pictures.shape == (COUNTS["train"], 1, 32, 32)
    assert loaded.held_out.shape[0] == COUNTS["t10k"]
    assert loaded.labels is not None
    assert loaded.labels.tolist() == [number % 10 for number in range(20)]
    assert told == sorted(told)
    assert told[-1][0] == server.bytes
    assert [values[1:] for values in heard] == told
    assert {values[0] for values in heard} == {"mnist"}
    assert server.asked == list(server.files)
    assert MNIST.is_here()
    assert left_behind(cache) == sorted(name.removesuffix(".gz") for name in server.files)  # archives are not kept
    torchvision_sets._load.cache_clear()
    assert preview("mnist", size=32).count == COUNTS["train"]
    assert len(server.asked) == 4


@pytest.mark.parametrize("silent", [False, True])
def test_a_download_is_given_up_at_once_and_leaves_nothing(server: Mirror, cache: Path, silent: bool) -> None:
    """Also in the middle of a file that does not go on: without being asked, it would end in a sentence half a minute later."""
    server.stall = next(iter(server.files)) if silent else ""
    told: list[int] = []

    def progress(done: int, total: int) -> None:
        if done > 0 and (done in told) is silent:
            raise Cancelled
        told.append(done)

    with pytest.raises(Cancelled):
        MNIST.fetch(progress)
    assert left_behind(cache) == []
    assert not MNIST.is_here()
    server.stall = ""
    server.go_on.set()
    MNIST.fetch()
    assert data.load("mnist", size=32).pictures.shape[0] == COUNTS["train"]


def test_what_goes_wrong_on_the_way_is_one_sentence_and_leaves_nothing(server: Mirror, cache: Path) -> None:
    second = list(server.files)[1]
    good = server.files[second]

    def refused() -> None:
        with pytest.raises(InputError, match="must be downloaded once while connected") as error:
            data.load("mnist", size=32)
        assert len(str(error.value).splitlines()) == 1
        assert left_behind(cache) == []

    server.cut = second
    refused()
    server.cut, server.missing = "", True
    refused()
    server.missing = False
    server.files[second] = b"another file"
    refused()
    server.files[second] = good
    assert len(data.load("mnist", size=32)) == COUNTS["train"]


def test_the_next_mirror_is_asked(server: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
        monkeypatch.setattr(datasets.MNIST, "mirrors", [nobody, f"{server.address}", nobody])
        assert len(data.load("mnist", size=32)) == COUNTS["train"]


def test_without_a_network_one_sentence_comes_soon(server: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    """Torchvision, which tries one mirror after another for minutes, is not asked to fetch anything."""
    asked: list[bool] = []

    class Watched(datasets.MNIST):
        def __init__(self, root: str, train: bool, download: bool) -> None:
            asked.append(download)
            super().__init__(root, train=train, download=download)

    monkeypatch.setattr(Watched, "mirrors", ["http://127.0.0.1:9/"])
    monkeypatch.setattr(datasets, "MNIST", Watched)
    with pytest.raises(InputError, match="must be downloaded once while connected"):
        data.load("mnist", size=32)
    assert asked
    assert not any(asked)


def test_a_silent_network_is_not_waited_for(server: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PATIENCE", 0.1)
    go_on, answered = threading.Event(), threading.Event()

    def never(*_: object, **__: object) -> None:
        go_on.wait(60)
        answered.set()
        raise OSError("nobody there")

    monkeypatch.setattr(fetching.urllib.request, "urlopen", never)
    with pytest.raises(InputError, match="cannot be fetched now"):
        data.load("mnist", size=32)
    assert not answered.is_set()
    go_on.set()
    assert answered.wait(60)


def test_a_transfer_that_falls_silent_is_ended(server: Mirror, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setattr(fetching, "TRANSFER_PATIENCE", 0.3)
    server.stall = list(server.files)[2]
    with pytest.raises(InputError, match="cannot be fetched now"):
        data.load("mnist", size=32)
    assert left_behind(cache) == []


def test_half_a_set_of_an_older_version_is_fetched_anew(server: Mirror, cache: Path) -> None:
    raw = cache / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in server.files:
        (raw / name.removesuffix(".gz")).write_bytes(b"\0\0\x08\x03\0\0")
    assert len(data.load("mnist", size=32)) == COUNTS["train"]


def test_a_disk_that_takes_nothing_is_told_as_one(server: Mirror, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torchvision_sets, "fetch", full)
    with pytest.raises(OSError, match="No space left"):
        data.load("mnist", size=32)
    assert left_behind(cache) == []


def test_two_who_want_a_set_fetch_it_once(server: Mirror) -> None:
    server.stall = next(iter(server.files))
    waiting = threading.Event()
    found: list[int] = []

    def second(done: int, total: int) -> None:
        if done == 0:
            waiting.set()

    def want(progress: Any) -> None:
        MNIST.fetch(progress)
        found.append(len(data.load("mnist", size=32)))

    begun = threading.Event()
    threads = [threading.Thread(target=want, args=(lambda done, total: done and begun.set(),))]
    threads[0].start()
    assert begun.wait(20)
    threads.append(threading.Thread(target=want, args=(second,)))
    threads[1].start()
    assert waiting.wait(20)
    server.go_on.set()
    for thread in threads:
        thread.join(20)
    assert found == [20, 20]
    assert server.asked == list(server.files)


def test_what_a_killed_download_left_is_removed_by_the_next_one(server: Mirror, cache: Path) -> None:
    for name, age in (("old", 7200), ("new", 0)):
        (cache / f"{DRAFT}{name}").mkdir(parents=True)
        (cache / f"{DRAFT}{name}" / "half").write_bytes(b"x")
        then = time.time() - age
        for path in (cache / f"{DRAFT}{name}" / "half", cache / f"{DRAFT}{name}"):
            os.utime(path, (then, then))
    MNIST.fetch()
    assert [path.name for path in cache.glob(f"{DRAFT}*")] == [f"{DRAFT}new"]


def test_cifar_comes_as_one_archive(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind, random = datasets.CIFAR10, np.random.default_rng(0)

    def batch(count: int) -> bytes:
        values = random.integers(0, 256, (count, 3072), dtype=np.uint8)
        return pickle.dumps({"data": values, "labels": [number % 10 for number in range(count)]})

    inside = {name: batch(4) for name, _ in (*kind.train_list, *kind.test_list)}
    inside[kind.meta["filename"]] = pickle.dumps({"label_names": [f"kind {number}" for number in range(10)]})
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in inside.items():
            entry = tarfile.TarInfo(f"{kind.base_folder}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))

    def md5(content: bytes) -> str:
        return hashlib.md5(content, usedforsecurity=False).hexdigest()

    with mirror() as state:
        state.files = {kind.filename: packed.getvalue()}
        monkeypatch.setattr(kind, "url", f"{state.address}{kind.filename}")
        monkeypatch.setattr(kind, "tgz_md5", md5(packed.getvalue()))
        for part in ("train_list", "test_list"):
            monkeypatch.setattr(kind, part, [[name, md5(inside[name])] for name, _ in getattr(kind, part)])
        monkeypatch.setattr(kind, "meta", {**kind.meta, "md5": md5(inside[kind.meta["filename"]])})
        loaded = data.load("cifar-10", size=32)
    assert loaded.pictures.shape == (20, 3, 32, 32)
    assert loaded.classes[3] == "kind 3"
    assert torchvision_sets.CIFAR10.is_here()
    assert left_behind(cache) == sorted(inside)


def test_bytes_and_pictures_are_told_apart() -> None:
    assert progress_in_words(Bytes(3_240_000), Bytes(11_594_722)) == "3.2 of 11.6 MB"
    assert progress_in_words(Bytes(3_240_000), Bytes(0)) == "3.2 MB"
    assert progress_in_words(3_000, 60_000) == "3,000 of 60,000"
