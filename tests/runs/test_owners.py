"""Marks of browsers: kept as hashes, checked, and never needed to open what is old."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_core.runs.owners import FILE, add_owner, digest_of, is_owner, owners_of

ADA, BOB = "ada-0000-0000-0000", "bob-0000-0000-0000"


def test_a_run_knows_who_started_it_and_not_by_the_mark_itself(tmp_path: Path) -> None:
    add_owner(tmp_path, ADA)
    assert is_owner(tmp_path, ADA)
    assert not is_owner(tmp_path, BOB)
    assert ADA not in (tmp_path / FILE).read_text()


def test_who_lets_a_run_go_on_owns_it_too(tmp_path: Path) -> None:
    for mark in (ADA, BOB, ADA):
        add_owner(tmp_path, mark)
    assert owners_of(tmp_path) == (digest_of(BOB), digest_of(ADA))


@pytest.mark.parametrize(
    "mark", [None, 3, "", "short", "x" * 65, "../../../etc/passwd", ["ada-0000-0000-0000"], "a\0b" * 8]
)
def test_what_is_no_mark_owns_nothing(tmp_path: Path, mark: object) -> None:
    add_owner(tmp_path, mark)
    assert not (tmp_path / FILE).exists()
    assert not is_owner(tmp_path, mark)


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"owners": "x"}', '{"owners": [1, null]}', '{"owners": {}}'])
def test_a_run_without_a_readable_owner_is_nobodys(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text)
    assert owners_of(tmp_path) == ()
    assert not is_owner(tmp_path, ADA)
