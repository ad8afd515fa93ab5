"""Where pictures come from, and where none may come from."""

from __future__ import annotations

import base64
import zipfile
from pathlib import Path

import pytest

from gan_core.errors import InputError
from gan_core.ui.protocol import call
from gan_core.ui.translate.protocol import ExampleSource, UploadSource
from gan_core.ui.translate.sources import HEAD, kinds, source_of
from gan_core.ui.uploads import uploaded
from tests.ui.translate.conftest import Page, drop
from tests.ui.translate.test_films import film


def test_an_example_is_translated_by_name(page: Page) -> None:
    answer = call(
        page.controller.translate, {"model": "negative", "direction": "AtoB", "source": {"example": "doodle-house.png"}}
    )
    assert answer["name"] == "doodle-house.png"
    assert "with the fine detail of your picture" in answer["notes"][0]
    with pytest.raises(InputError, match="no example"):
        source_of(ExampleSource(example="../draw.py"))


@pytest.mark.parametrize("path", ["/etc/passwd", "", "../../etc/passwd", None, 7])
def test_files_that_were_not_uploaded_are_refused(path: object) -> None:
    with pytest.raises(InputError, match="dropped"):
        uploaded(path)


def test_an_upload_is_found_and_a_lost_one_is_named(uploads: Path) -> None:
    (uploads / "a.png").write_bytes(b"x")
    assert source_of(UploadSource(path=str(uploads / "a.png"), name="mine.png")) == (
        uploads / "a.png",
        "mine.png",
    )
    with pytest.raises(InputError, match="drop it again"):
        uploaded(str(uploads / "b.png"))


def test_what_dropped_files_are_is_told_by_their_bytes(tmp_path: Path) -> None:
    drop(tmp_path, "still.png")
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    video, still, packed = film(tmp_path / "walk.mov"), tmp_path / "still.png", tmp_path / "set.zip"
    cases = [
        ("walk.mov", video, "film"),
        ("walk.png", video, "film"),
        ("walk", video, "film"),
        ("still.mp4", still, "picture"),
        ("still.png", still, "picture"),
        ("set.dat", packed, "zip"),
        ("SET.ZIP", None, "zip"),
        ("walk.MP4", None, "film"),
        ("notes.txt", None, "picture"),
    ]
    heads = [base64.b64encode(path.read_bytes()[:HEAD]).decode() if path else "" for _, path, _ in cases]
    files = [{"name": name, "head": head} for (name, *_), head in zip(cases, heads, strict=True)]
    assert call(kinds, {"files": files})["kinds"] == [kind for *_, kind in cases]
    assert call(kinds, {"files": []}) == {"kinds": []}
    for odd in (None, ["walk.mp4"], [{"name": "a", "head": "*"}]):
        with pytest.raises(InputError, match=r"sent as base64|files(\[0\])? is "):
            call(kinds, {"files": odd})
