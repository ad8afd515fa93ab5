"""Many pictures: a zip that grows, names that stay, nothing that climbs out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.ui import downloads
from gan_core.ui.protocol import call
from gan_core.ui.translate import batch
from gan_core.ui.translate.batch import inside
from tests.ui.translate.conftest import Page, drop, fetched, noise, shown, source


def test_a_zip_is_opened_and_results_keep_their_names_and_folders(page: Page, uploads: Path) -> None:
    request = drop(uploads)
    with zipfile.ZipFile(uploads / "set.zip", "w") as archive:
        for name in ("set/one/a.png", "set/two/a.png", "set/text.png"):
            archive.writestr(name, b"text" if "text" in name else (uploads / "own.png").read_bytes())
    packed_set = source(uploads / "set.zip")
    entries = call(page.batches.zip_entries, packed_set)["entries"]
    assert len(entries) == 3
    batch = call(page.batches.begin, {})["batch"]
    refused = []
    for entry in [*entries, "one/a.png"]:
        try:
            call(
                page.batches.convert,
                {**request, "batch": batch, "source": {**packed_set, "entry": entry}, "inside": entry},
            )
        except InputError as error:
            refused.append(str(error))
    assert len(refused) == 1
    assert "text.png" in refused[0]
    packed = call(page.batches.packed, {"batch": batch})
    assert packed["count"] == 3
    with zipfile.ZipFile(fetched(packed)) as archive:
        assert archive.namelist() == ["one/a.png", "two/a.png", "one/a-2.png"]
        with archive.open("one/a.png") as file, Image.open(file) as image:
            assert np.array_equal(np.asarray(image), 255 - noise(24, 40))


def test_a_batch_has_the_strength_that_was_set_and_shows_thumbnails(page: Page, uploads: Path) -> None:
    batch = call(page.batches.begin, {})["batch"]
    answer = call(page.batches.convert, {**drop(uploads, size=(400, 200)), "batch": batch, "strength": 0})
    assert (answer["name"], answer["notes"]) == ("own.png", [])
    assert shown(answer["before"]).size == shown(answer["after"]).size == (112, 56)
    with (
        zipfile.ZipFile(fetched(call(page.batches.packed, {"batch": batch}))) as archive,
        archive.open("own.png") as file,
    ):
        assert np.array_equal(np.asarray(Image.open(file)), noise(200, 400))


def test_what_cannot_be_packed_is_said(page: Page, uploads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = call(page.batches.begin, {})["batch"]
    with pytest.raises(InputError, match="no zip"):
        call(page.batches.packed, {"batch": empty})
    with pytest.raises(InputError, match="not kept"):
        call(page.batches.convert, {**drop(uploads), "batch": "../../etc"})
    (uploads / "none.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    with pytest.raises(InputError, match="holds no pictures"):
        call(page.batches.zip_entries, source(uploads / "none.zip"))
    monkeypatch.setattr(batch, "MOST_FILES", 0)
    with zipfile.ZipFile(uploads / "one.zip", "w") as archive:
        archive.writestr("a.png", b"x")
    with pytest.raises(InputError, match="too many"):
        call(page.batches.zip_entries, source(uploads / "one.zip"))


def test_a_cancelled_picture_is_not_in_the_zip(page: Page, uploads: Path) -> None:
    batch = call(page.batches.begin, {})["batch"]
    call(page.jobs.job_cancel, {"job": "one"})
    assert call(page.batches.convert, {**drop(uploads), "batch": batch, "job": "one"}) == {"cancelled": True}
    with pytest.raises(InputError, match="no zip"):
        call(page.batches.packed, {"batch": batch})


def test_the_oldest_downloads_give_way(page: Page, uploads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST_BYTES", 1)
    first, second = call(page.controller.file, drop(uploads)), call(page.controller.file, drop(uploads))
    assert not fetched(first).exists()
    assert fetched(second).exists()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("../../etc/own.png", "etc/a.png"),
        ("own.png", "a.png"),
        ("/x/own.png", "x/a.png"),
        ("C:\\x\\own.png", "x/a.png"),
        (None, "a.png"),
    ],
)
def test_nothing_can_climb_out_of_the_zip(path: str | None, expected: str) -> None:
    assert inside(path, "a.png") == expected


def test_equal_names_get_numbers_and_none_is_lost(page: Page, uploads: Path) -> None:
    """A disk on which A.png and a.png are one file, or two spellings of an accent, loses none of them either."""
    batch = call(page.batches.begin, {})["batch"]
    names = ["x/a.png", "x/a.png", "x/A.png", "x/caf\u00e9.png", "x/cafe\u0301.png", "y/a.png"]
    placed = []
    for name in names:
        request = {
            **drop(uploads),
            "source": source(uploads / "own.png", name=Path(name).name),
            "batch": batch,
            "inside": name,
        }
        placed.append(call(page.batches.convert, request)["name"])
    assert placed == ["x/a.png", "x/a-2.png", "x/A-3.png", "x/caf\u00e9.png", "x/cafe\u0301-2.png", "y/a.png"]
    packed = call(page.batches.packed, {"batch": batch})
    assert packed["count"] == len(names)
    with zipfile.ZipFile(fetched(packed)) as archive:
        assert archive.namelist() == placed


def test_what_a_folder_holds_beside_pictures_is_left_out_and_counted(page: Page) -> None:
    names = [
        "set/a.png",
        "set/.DS_Store",
        "set/Thumbs.db",
        "set/notes.txt",
        "set/__MACOSX/._a.png",
        "set/b.HEIC",
        "set/f.mp4",
    ]
    answer = call(page.batches.select_files, {"names": [*names, "set/more.zip"]})
    assert answer == {
        "kept": ["set/a.png", "set/b.HEIC", "set/f.mp4", "set/more.zip"],
        "line": "1 file left out: 1 .txt.",
    }
    for odd in (None, "a.png", [1], [["a.png"]]):
        with pytest.raises(InputError, match=r"names(\[0\])? is a "):
            call(page.batches.select_files, {"names": odd})


def test_what_a_zip_holds_beside_pictures_is_said(page: Page, uploads: Path) -> None:
    drop(uploads)
    with zipfile.ZipFile(uploads / "mixed.zip", "w") as archive:
        archive.write(uploads / "own.png", "a.png")
        archive.writestr("notes.txt", "words")
    answer = call(page.batches.zip_entries, source(uploads / "mixed.zip"))
    assert answer == {"entries": ["a.png"], "left_out": "1 file left out: 1 .txt."}


ODD_NAMES = [
    'it\'s "so".png',
    "a\tb.png",
    "two\nlines.png",
    "\u6771\u4eac \U0001f600.png",
    ".hidden.png",
    "a#b?c%20d.png",
    "CON.png",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names_are_kept(page: Page, uploads: Path, name: str) -> None:
    request = drop(uploads)
    request = {**request, "source": {**request["source"], "name": name}}
    answer = call(page.controller.file, request)
    assert answer["name"] == name
    assert fetched(answer).name == name
    batch = call(page.batches.begin, {})["batch"]
    assert call(page.batches.convert, {**request, "batch": batch, "inside": f"deep/{name}"})["name"] == f"deep/{name}"


@pytest.mark.parametrize("letter", ["x", "\u754c"])
def test_a_name_that_no_disk_takes_is_shortened_and_said(page: Page, uploads: Path, letter: str) -> None:
    request = drop(uploads)
    request = {**request, "source": {**request["source"], "name": letter * 300 + ".png"}}
    answer = call(page.controller.translate, request)
    assert len(answer["name"].encode()) <= 255
    assert answer["name"].startswith(letter * 80)
    assert answer["name"].endswith(".png")
    assert "name of the source cannot be kept" in answer["notes"][-1]
    assert fetched(call(page.controller.file, request)).name == answer["name"]
