"""Names of results are a person's own, wherever a disk can hold them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from gan_core.files import draft_beside, write_atomically
from gan_core.translation.names import free_name, name_key, safe_name

UNUSUAL = [
    'it\'s "so".png',
    "a\tb.png",
    "two\nlines.png",
    "東京 😀.png",
    ".hidden.png",
    "a#b?c%20d.png",
    "nul.png",
    "a:b.png",
]


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_a_disk_can_hold_is_kept(name: str, tmp_path: Path) -> None:
    assert safe_name(name, windows=False) == name
    write_atomically(tmp_path / name, b"1")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ('say "hi".png', "say _hi_.png"),
        ("a\tb.png", "a_b.png"),
        ("a:b|c?.png", "a_b_c_.png"),
        ("CON.png", "_CON.png"),
        ("com1.tar.png", "_com1.tar.png"),
        ("context.png", "context.png"),
        ("end. . ", "end"),
        ("東京.png", "東京.png"),
    ],
)
def test_windows_gets_names_that_it_knows(name: str, expected: str) -> None:
    assert safe_name(name, windows=True) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/a.png", "a.png"),
        ("C:\\x\\a.png", "a.png"),
        ("", "picture"),
        ("..", "picture"),
        ("a\0b.png", "ab.png"),
    ],
)
def test_a_name_is_no_way_into_another_folder(name: str, expected: str) -> None:
    assert safe_name(name, windows=False) == expected


@pytest.mark.parametrize("name", ["x" * 255, "x" * 251 + ".png", "界" * 100 + ".png", "x." + "y" * 300])
def test_long_names_fit(name: str, tmp_path: Path) -> None:
    made = safe_name(name, windows=False)
    assert len(made.encode()) <= 255
    if len(name.encode()) <= 255:
        assert made == name
    assert PurePosixPath(made).suffix == PurePosixPath(name).suffix or len(PurePosixPath(name).suffix) > 100
    (tmp_path / made).write_bytes(b"1")
    write_atomically(tmp_path / made, b"2")
    with draft_beside(tmp_path / made) as draft:
        draft.write_bytes(b"3")
    assert (tmp_path / made).read_bytes() == b"3"
    assert len(list(tmp_path.iterdir())) == 1
    second = free_name(PurePosixPath(made), {name_key(made)})
    assert second.name != made
    (tmp_path / second.name).write_bytes(b"4")


def test_names_that_some_disk_does_not_tell_apart_get_numbers() -> None:
    taken: set[str] = set()
    placed = []
    for name in ("x/a.png", "x/a.png", "x/A.PNG", "x/é.png", "x/e\u0301.png", "a.png"):
        free = free_name(PurePosixPath(name), taken)
        taken.add(name_key(free))
        placed.append(str(free))
    assert placed == ["x/a.png", "x/a-2.png", "x/A-3.PNG", "x/é.png", "x/e\u0301-2.png", "a.png"]
