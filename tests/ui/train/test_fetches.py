"""Data sets that have to be downloaded before the Train tab can show them: followed, cancelled, tried again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from torchvision import datasets

from gan_core.data import torchvision_sets
from gan_core.errors import InputError
from gan_core.ui.context import Context
from gan_core.ui.protocol import call
from gan_core.ui.train.data_check import checked
from gan_core.ui.train.data_slot import DataSlot, pending, preview_of
from gan_core.ui.train.fetches import Fetches
from gan_core.ui.train.picture_sets import PictureSets
from gan_core.ui.train.recipe_form import OWN
from tests.cli.conftest import picture
from tests.data.small_mnist import COUNTS, Mirror, mirror

MNIST = ("mnist", None, None)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """Where torchvision's MNIST is to be had in these tests."""
    from gan_core.data import previewing

    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path / "cache"))
    with mirror() as state:
        monkeypatch.setattr(datasets.MNIST, "mirrors", [state.address])
        monkeypatch.setattr(datasets.MNIST, "resources", state.resources)
        yield state
    torchvision_sets._load.cache_clear()
    previewing._named.cache_clear()


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Context]:
    made = Context(tmp_path / "runs", "cpu")
    yield made
    made.shutdown()


def slot(context: Context) -> DataSlot:
    none: Any = None
    return DataSlot(PictureSets(context.runs, context.settings), context.fetches, *[none] * 6)


def follow(fetches: Fetches, *until: str, page: str = "one", share: float = -1.0) -> dict[str, Any]:
    """What a page is told once the download is in one of these states, and further than `share`."""
    pause, news = threading.Event(), dict[str, Any]()
    for _ in range(2000):
        news = call(fetches.fetch_progress, {"dataset": "mnist", "page": page})
        if news["state"] in until and news["share"] > share:
            return news
        pause.wait(0.01)
    raise AssertionError(news)


def test_the_strip_answers_at_once_and_follows_the_download(context: Context, server: Mirror) -> None:
    server.stall = next(iter(server.files))
    assert pending("mnist") == {"pending": "Reading the pictures …"}
    assert preview_of(slot(context), "dcgan", MNIST) == {"fetching": "mnist"}
    news = follow(context.fetches, "running", share=0.0)
    assert news["words"] == "Fetching mnist: 0.0 of 11.6 MB"
    assert preview_of(slot(context), "dcgan", MNIST) == {"fetching": "mnist"}  # a second page follows the same one
    server.go_on.set()
    follow(context.fetches, "done")
    shown = preview_of(slot(context), "dcgan", MNIST)
    assert shown["caption"].startswith(f"Handwritten digits, 28 x 28 grey. {COUNTS['train']} pictures")
    assert server.asked == list(server.files)


def test_cancel_ends_it_and_it_can_be_tried_again(context: Context, server: Mirror, tmp_path: Path) -> None:
    server.stall = next(iter(server.files))
    preview_of(slot(context), "dcgan", MNIST)
    follow(context.fetches, "running", share=0.0)
    assert call(context.fetches.fetch_cancel, {"dataset": "mnist", "page": "one"}) == {}
    follow(context.fetches, "cancelled")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.suffix != ".lock"] == []
    server.stall = ""
    server.go_on.set()
    assert preview_of(slot(context), "dcgan", MNIST) == {"fetching": "mnist"}
    follow(context.fetches, "done")


def test_what_another_page_waits_for_goes_on(context: Context, server: Mirror) -> None:
    server.stall = next(iter(server.files))
    preview_of(slot(context), "dcgan", MNIST)
    for page in ("one", "two"):
        follow(context.fetches, "running", page=page)
    call(context.fetches.fetch_cancel, {"dataset": "mnist", "page": "one"})
    assert not context.fetches._fetches["mnist"].unwanted.is_set()
    call(context.fetches.fetch_cancel, {"dataset": "mnist", "page": "two"})
    follow(context.fetches, "cancelled", page="two")


def test_no_network_is_one_sentence(context: Context, server: Mirror) -> None:
    server.missing = True
    preview_of(slot(context), "dcgan", MNIST)
    news = follow(context.fetches, "failed")
    assert news["reason"].startswith("'mnist' is not on this machine and cannot be fetched now: it must be downloaded")


def test_the_check_waits_until_the_set_is_there(context: Context, server: Mirror, tmp_path: Path) -> None:
    for number in range(5):
        picture(tmp_path / "mine" / f"{number}.png", seed=number)
    values = (OWN, None, str(tmp_path / "mine"), *MNIST)
    slots = (slot(context), slot(context))
    assert list(checked(slots, "cyclegan", {}, None, values)) == [{}]
    assert server.asked == []
    preview_of(slots[1], "cyclegan", MNIST)
    follow(context.fetches, "done")
    assert set(list(checked(slots, "cyclegan", {}, None, values))[-1]["domains"]) == {"A", "B"}


def test_an_app_that_ends_ends_its_downloads(context: Context, server: Mirror, tmp_path: Path) -> None:
    server.stall = next(iter(server.files))
    preview_of(slot(context), "dcgan", MNIST)
    follow(context.fetches, "running", share=0.0)
    context.shutdown()
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file() and path.suffix != ".lock"] == []


@pytest.mark.parametrize("name", ["glyphs", "/home/me/pictures", "nothing"])
def test_nothing_else_is_fetched(context: Context, name: str) -> None:
    assert not context.fetches.begin(name)
    with pytest.raises(InputError, match="not being fetched"):
        call(context.fetches.fetch_progress, {"dataset": name, "page": "one"})
