"""The front door: names, refusals, channels, the cache on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image

from gan_core import data
from gan_core.data.cache import remembered
from gan_core.data.dataset import grey
from gan_core.errors import InputError
from gan_core.files import cache_folder
from gan_core.parts import register


def test_every_source_says_what_it_is() -> None:
    sources = {known.name: known for known in data.names()}
    assert {
        "glyphs",
        "scenes",
        "scenes-summer",
        "scenes-winter",
        "scenes-day",
        "scenes-night",
        "scenes-day-night",
        "mnist",
        "fashion-mnist",
        "cifar-10",
        "points",
    } <= set(sources)
    assert next(iter(sources)) == "glyphs"
    assert all(
        known.summary and known.licence and known.kind in ("drawn", "download", "points") for known in sources.values()
    )


@pytest.mark.parametrize("name", ["glyhps", "", "nothing"])
def test_unknown_names_are_answered_with_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match=r"Known: .*glyphs.*A folder or zip of pictures is accepted too\."):
        data.load(name, size=32)


def test_refusals_of_places_and_kinds(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no folder or zip"):
        data.load(tmp_path / "nowhere", size=32)
    (tmp_path / "notes.txt").write_text("text")
    with pytest.raises(InputError, match="neither a folder nor a readable zip"):
        data.load(tmp_path / "notes.txt", size=32)
    with pytest.raises(InputError, match="not pictures"):
        data.load("points", size=32)
    with pytest.raises(InputError, match="8 to 1024, not 4"):
        data.load("glyphs", size=4)


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered twice"):
        register.dataset("glyphs")(data.glyphs.build)


def test_channels_follow_the_wish() -> None:
    assert data.load("glyphs", size=16).channels == 1
    colour = data.load("glyphs", size=16, channels=3)
    assert colour.channels == 3
    assert colour.size == 16
    assert torch.equal(grey(colour.pictures[:50]), data.load("glyphs", size=16).pictures[:50])


def test_made_tensors_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path / "deep" / "cache"))
    calls: list[int] = []

    def make() -> torch.Tensor:
        calls.append(1)
        return torch.arange(6, dtype=torch.uint8).view(2, 3)

    for _ in range(2):
        assert remembered("six", make).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert len(calls) == 1
    (cache_folder() / "six.safetensors").write_bytes(b"damaged")
    assert remembered("six", make).shape == (2, 3)
    assert len(calls) == 2
    assert remembered("six", make).shape == (2, 3)
    assert len(calls) == 2


def test_a_cache_that_cannot_be_written_only_costs_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("GAN_WORKBENCH_CACHE", str(tmp_path / "file"))
    assert remembered("three", lambda: torch.zeros(3)).shape == (3,)


def test_one_choice_may_hold_both_domains(tmp_path: Path) -> None:
    for folder in ("trainA", "trainB"):
        (tmp_path / folder).mkdir()
        Image.new("RGB", (8, 8)).save(tmp_path / folder / "one.png")
    assert data.holds_both("scenes")
    assert data.holds_both(tmp_path)
    assert not data.holds_both("glyphs")
    assert not data.holds_both(tmp_path / "trainA")
    with pytest.raises(InputError, match="nowhere"):
        data.holds_both("nowhere")
