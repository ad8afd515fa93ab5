"""Which files are pictures and films, by their endings and by their first bytes."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gan_core.images import FILM_SUFFIXES, PICTURE_SUFFIXES, decode, is_film, is_film_name, is_picture_name, sniff
from gan_core.images.formats import SUFFIXES
from gan_core.ui.protocol import call
from gan_core.ui.translate.sources import kinds
from tests.images.samples import encoded, gradient


@pytest.mark.parametrize("kind", [*SUFFIXES, "MPO"])
def test_every_format_is_read_and_known_by_its_first_bytes(kind: str) -> None:
    options = {"save_all": True, "append_images": [Image.new("RGB", (17, 12))]} if kind == "MPO" else {}
    data = encoded(Image.fromarray(gradient()), kind, **options)
    picture = decode(data)
    assert picture.format == kind
    assert picture.rgb.shape == (12, 17, 3)
    assert np.abs(picture.rgb.astype(int) - gradient()).mean() < 32  # the lossy ones keep the likeness
    assert sniff(data[:64]) == ("JPEG" if kind == "MPO" else kind)


def test_other_bytes_are_no_picture() -> None:
    for data in (b"", b"words", b"P7 and a letter", b"RIFF0000WAVE", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"):
        assert sniff(data) is None


def test_endings_are_read_in_either_case() -> None:
    assert is_picture_name("IMG_1.HEIC")
    assert is_picture_name("a/b.mpo")
    assert is_film_name("Holiday.MP4")
    assert is_film_name("00001.MTS")
    assert not is_film_name("holiday.png")
    assert not is_picture_name("notes.txt")
    assert {".heic", ".heif", ".avif", ".mpo", ".jpg"} <= PICTURE_SUFFIXES


def test_the_page_takes_the_same_files() -> None:
    files = [{"name": f"a{ending}", "head": ""} for ending in sorted(FILM_SUFFIXES | PICTURE_SUFFIXES)]
    found = {
        file["name"][1:]
        for file, kind in zip(files, call(kinds, {"files": files})["kinds"], strict=True)
        if kind == "film"
    }
    assert found == FILM_SUFFIXES


@pytest.mark.parametrize(
    ("name", "head", "told"),
    [
        ("a", b"\0\0\0\x20ftypisom", True),
        ("a.png", b"\x1aE\xdf\xa3\1\0\0\0", True),
        ("a.jpg", b"RIFF\0\0\0\0AVI LIST", True),
        ("a.mp4", b"\x89PNG\r\n\x1a\n", False),
        ("a.mp4", b"GIF89a", True),
        ("a.gif", b"GIF89a", False),
        ("a.mp4", b"\0\0\0\x20ftypavif\0\0\0\0", False),
        ("a.mp4", b"nothing known", True),
        ("a.png", b"nothing known", False),
        ("a.ts", b"", True),
    ],
)
def test_films_are_told_by_their_first_bytes_then_by_their_name(name: str, head: bytes, told: bool) -> None:
    assert is_film(name, head) is told
