"""Previews: the first pictures of the very set, and no more of them drawn or read than are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from gan_core import data
from gan_core.data import folders, glyphs, previewing
from gan_core.data.checking import check
from gan_core.data.previewing import MOST, preview
from gan_core.data.scenes import sources
from gan_core.errors import InputError
from tests.cli.conftest import picture


@pytest.fixture(autouse=True)
def fresh() -> None:
    previewing._named.cache_clear()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The scenes that are rendered."""
    seen: list[Any] = []
    real = sources.render
    monkeypatch.setattr(sources, "render", lambda *a, **k: seen.append(a) or real(*a, **k))
    return seen


@pytest.mark.parametrize("name", ["scenes-summer", "scenes-winter", "scenes", "scenes-night", "scenes-day-night"])
def test_no_more_scenes_are_drawn_than_are_shown(name: str, drawn: list[Any]) -> None:
    found = preview(name, size=16, channels=3)
    assert len(drawn) == len(found.pictures) == MOST
    assert found.count == sources.TRAINING * (2 if name in ("scenes", "scenes-day-night") else 1)
    preview(name, size=16, channels=3)
    assert len(drawn) == MOST, "the next visitor's is there already"


def test_a_check_of_ones_own_pictures_beside_scenes_draws_no_more(drawn: list[Any], tmp_path: Path) -> None:
    for number in range(5):
        picture(tmp_path / f"{number}.png", seed=number)
    found = check(tmp_path, "scenes-winter", size=16)
    assert len(drawn) <= MOST
    assert found.domains["B"].count == sources.TRAINING


def test_a_preview_shows_the_set_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "TRAINING", 40)
    monkeypatch.setattr(sources, "HELD_OUT", 3)
    monkeypatch.setattr(glyphs, "TRAINING", 60)
    monkeypatch.setattr(glyphs, "HELD_OUT", 5)
    for cached in (sources._cached, glyphs._cached):
        cached.cache_clear()
    try:
        for name, channels in (("scenes-winter", 3), ("scenes-summer", 1), ("glyphs", 1), ("glyphs", 3)):
            whole = data.load(name, size=16, channels=channels, seed=2)
            found = preview(name, size=16, channels=channels, seed=2)
            assert torch.equal(found.pictures, whole.pictures[:MOST]), name
            assert (found.count, found.held_out) == (len(whole.pictures), len(whole.held_out))
    finally:
        for cached in (sources._cached, glyphs._cached):
            cached.cache_clear()


def test_of_a_large_folder_only_a_few_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(70):
        picture(tmp_path / "many" / f"{number:02d}.png", seed=number)
    read: list[str] = []
    for module in (previewing, folders):
        real = module.read_picture
        monkeypatch.setattr(
            module, "read_picture", lambda file, *a, real=real: read.append(file.path.name) or real(file, *a)
        )
    found = preview(tmp_path / "many", size=16)
    assert (len(found.pictures), found.count, found.held_out) == (MOST, 70, None)
    assert len(read) == MOST
    assert {"00.png", "69.png"} <= set(read), "from the first to the last"


def test_of_a_small_folder_everything_is_known(tmp_path: Path) -> None:
    for number in range(6):
        picture(tmp_path / "few" / f"{number}.png", seed=number)
    (tmp_path / "few" / "notes.txt").write_text("x")
    found = preview(tmp_path / "few", size=16)
    assert found.held_out is not None
    assert found.count + found.held_out == 6


def test_what_cannot_be_loaded_has_no_preview(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for wrong in (tmp_path / "empty", tmp_path / "nowhere", "no-such-set"):
        with pytest.raises(InputError):
            preview(wrong, size=16)
    for number in range(40):
        (tmp_path / "empty" / f"{number}.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match="no picture that can be used"):
        preview(tmp_path / "empty", size=16)
