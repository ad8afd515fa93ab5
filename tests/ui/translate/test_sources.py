"""Where pictures come from, and where none may come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.ui.translate.sources import source_of
from gan_core.ui.uploads import uploaded
from tests.ui.translate.conftest import Page


def test_an_example_is_translated_by_name(page: Page) -> None:
    answer = page.desk.translate({"model": "negative", "direction": "AtoB", "source": {"example": "doodle-house.png"}})
    assert answer["name"] == "doodle-house.png"
    assert "with the fine detail of your picture" in answer["notes"][0]
    with pytest.raises(InputError, match="no example"):
        source_of({"source": {"example": "../draw.py"}})


@pytest.mark.parametrize("path", ["/etc/passwd", "", "../../etc/passwd", None, 7])
def test_files_that_were_not_uploaded_are_refused(path: object) -> None:
    with pytest.raises(InputError, match="dropped"):
        uploaded(path)


def test_an_upload_is_found_and_a_lost_one_is_named(uploads: Path) -> None:
    (uploads / "a.png").write_bytes(b"x")
    assert source_of({"source": {"path": str(uploads / "a.png"), "name": "mine.png"}}) == (
        uploads / "a.png",
        "mine.png",
    )
    with pytest.raises(InputError, match="drop it again"):
        uploaded(str(uploads / "b.png"))
