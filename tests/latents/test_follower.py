"""Following a file that is replaced."""

import os
from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.latents.follower import Follower


def read(path: Path) -> str:
    text = path.read_text()
    if text == "broken":
        raise InputError("It is broken.")
    return text


def put(path: Path, text: str, time: int) -> None:
    path.write_text(text)
    os.utime(path, ns=(time, time))


def test_the_newest_content_arrives_without_being_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    put(file, "one", 1_000_000)
    follower = Follower(file, read)
    assert follower.newest() == ("one", 1_000_000)
    put(file, "two", 2_000_000)
    assert follower.newest() == ("one", 1_000_000)
    follower.settle()
    assert follower.newest() == ("two", 2_000_000)


def test_a_broken_file_leaves_the_last_content(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    put(file, "one", 1_000_000)
    follower = Follower(file, read)
    follower.newest()
    put(file, "broken", 2_000_000)
    follower.newest()
    follower.settle()
    assert follower.newest()[0] == "one"
    follower.settle()


def test_nothing_to_read_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "weights"
    with pytest.raises(InputError, match="no live weights"):
        Follower(file, read).newest()
    put(file, "broken", 1)
    with pytest.raises(InputError, match="broken"):
        Follower(file, read).newest()
