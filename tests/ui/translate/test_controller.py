"""One picture: preview, frame, whole translation, file."""

from __future__ import annotations

import gc
import io
import json
import re
import weakref
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.images import data_url, encode_png
from gan_core.ui.protocol import call
from gan_core.ui.translate import results
from tests.ui.translate.conftest import FakeStore, Page, drop, fetched, noise, shown, source


def test_a_preview_is_small_and_the_whole_picture_has_its_own_size(page: Page, uploads: Path) -> None:
    request = drop(uploads, size=(400, 200))
    preview = call(page.controller.preview, request)
    assert (preview["width"], preview["height"]) == (400, 200)
    assert shown(preview["before"]).size == (400, 200)
    assert shown(preview["after"]).size == (128, 64)
    whole = call(page.controller.translate, request)
    assert shown(whole["before"]).size == shown(whole["after"]).size == (400, 200)
    assert "before" not in call(page.controller.translate, {**request, "before_known": True})
    assert whole["line"].startswith("400 x 200 pixels, own size kept")
    file = call(page.controller.file, request)
    assert file["name"] == whole["name"] == "own.png"
    with Image.open(fetched(file)) as image:
        assert np.array_equal(np.asarray(image), 255 - noise(200, 400))
    json.dumps([preview, whole, file])


def test_the_file_has_the_strength_that_is_shown(page: Page, uploads: Path) -> None:
    request = drop(uploads)
    with Image.open(fetched(call(page.controller.file, {**request, "strength": 0}))) as image:
        assert np.array_equal(np.asarray(image), noise(24, 40))
    with Image.open(fetched(call(page.controller.file, {**request, "strength": 0.5}))) as image:
        assert np.abs(np.asarray(image).astype(int) - 127.5).max() <= 0.5
    with pytest.raises(InputError, match="from 0 to 1"):
        call(page.controller.file, {**request, "strength": 2})


def test_transparency_is_shown_and_kept(page: Page, uploads: Path) -> None:
    Image.new("RGBA", (300, 300), (200, 30, 30, 128)).save(uploads / "glass.png")
    request = {**drop(uploads), "source": source(uploads / "glass.png")}
    preview = call(page.controller.preview, request)
    assert preview["transparent"]
    assert shown(preview["after"]).mode == "RGBA"
    for strength in (1, 0.3):
        with Image.open(fetched(call(page.controller.file, {**request, "strength": strength}))) as file:
            assert file.getchannel("A").getextrema() == (128, 128)


def test_an_opaque_alpha_channel_is_kept_but_not_seen_through(page: Page, uploads: Path) -> None:
    Image.new("RGBA", (300, 300), "white").save(uploads / "drawing.png")
    request = {**drop(uploads), "source": source(uploads / "drawing.png")}
    assert not call(page.controller.preview, request)["transparent"]
    with Image.open(fetched(call(page.controller.file, {**request, "strength": 1}))) as file:
        assert file.mode == "RGBA"


def test_a_frame_is_translated_without_any_file(page: Page, uploads: Path) -> None:
    url = data_url(encode_png(noise(48, 64)), "image/png")
    answer = call(page.controller.frame, {"model": "negative", "direction": "AtoB", "scale": "native", "picture": url})
    assert np.array_equal(np.asarray(shown(answer["after"])), 255 - noise(48, 64))
    assert answer["milliseconds"] > 0
    assert not list(uploads.rglob("*.*"))


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://elsewhere/picture.png",
        "data:text/html,<p>",
        "data:image/png;base64,%%",
        "data:image/png;base64,AAAA",
    ],
)
def test_what_is_no_frame_is_refused(page: Page, url: str | None) -> None:
    with pytest.raises(InputError):
        call(page.controller.frame, {"model": "negative", "direction": "AtoB", "picture": url})


def test_a_large_frame_is_reduced_and_a_huge_one_refused(page: Page) -> None:
    request = {"model": "negative", "direction": "AtoB", "scale": "native"}
    url = data_url(encode_png(np.zeros((900, 30, 3), np.uint8)), "image/png")
    assert shown(call(page.controller.frame, {**request, "picture": url})["after"]).size == (21, 640)
    with pytest.raises(InputError, match="small picture"):
        call(page.controller.frame, {**request, "picture": data_url(b"x" * 4_000_000, "image/png")})


def test_a_zoom_gets_every_pixel(page: Page, uploads: Path) -> None:
    request = drop(uploads, size=(2000, 30))
    assert shown(call(page.controller.translate, request)["after"]).size[0] == 1600
    for name, address in call(page.controller.pixels, request).items():
        with Image.open(fetched({"url": address})) as image:
            assert (image.size, image.format, Path(str(image.filename)).stem) == ((2000, 30), "JPEG", name)


def test_the_last_translations_are_kept_until_their_memory_is_needed(
    page: Page, uploads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = drop(uploads)
    first = page.made(request)
    assert page.made({**request, "job": "another"}) is first
    assert page.made({**request, "direction": "BtoA"}) is not first
    monkeypatch.setattr(results, "HELD_BYTES", 1)
    page.made({**request, "scale": "trained"})
    assert page.made(request) is not first


def test_a_bounded_number_of_translations_is_kept_however_small(page: Page, uploads: Path) -> None:
    requests = [drop(uploads, f"{number}.png") for number in range(results.MOST_RESULTS + 3)]
    made = [weakref.ref(page.made(request)) for request in requests]
    page.made(requests[3])  # used again, so it outlives those after it
    page.made(drop(uploads, "another.png"))
    gc.collect()
    assert [number for number, each in enumerate(made) if each() is not None] == [3, *range(5, len(made))]


def test_translations_of_a_translator_that_left_memory_do_not_keep_its_weights(
    page: Page, store: FakeStore, uploads: Path
) -> None:
    request, other = drop(uploads), drop(uploads, "other.png")
    page.made(request)
    page.made(other)
    before = weakref.ref(store.translator)
    store.translator = FakeStore().translator  # read anew: its run was trained on
    made = page.made(request)
    gc.collect()
    assert before() is None
    assert page.made(request) is made


def test_bad_requests_are_refused_with_a_sentence(page: Page, uploads: Path) -> None:
    request = drop(uploads)
    (uploads / "text.png").write_text("no picture")
    for change, words in (
        ({"source": source(uploads / "text.png")}, "text.png"),
        ({"source": source(uploads / "gone.png")}, "drop it again"),
        ({"model": "nobody"}, "nobody"),
        ({"model": "noise"}, "no translator"),
        ({"direction": "sideways"}, "sideways"),
    ):
        for function in (page.controller.preview, page.controller.translate, page.controller.file):
            with pytest.raises(InputError, match=words):
                call(function, {**request, **change})


@pytest.mark.parametrize("size", [(1, 1), (20_000, 3), (3, 2000)])
def test_pictures_of_any_shape_keep_it(page: Page, uploads: Path, size: tuple[int, int]) -> None:
    for scale in ("auto", "trained", "native"):
        with Image.open(fetched(call(page.controller.file, {**drop(uploads, size=size), "scale": scale}))) as image:
            assert image.size == size
    buffer = io.BytesIO()
    Image.new("1", size, 1).save(buffer, "PNG")  # a mask of one colour
    (uploads / "mask.png").write_bytes(buffer.getvalue())
    answer = call(page.controller.translate, {**drop(uploads), "source": source(uploads / "mask.png"), "scale": "auto"})
    assert (answer["width"], answer["height"]) == size


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"view": "cycle"},
            "There is no field 'view': the fields are model, direction, scale, hints, seed, source, job.",
        ),
        (
            {"source": {"example": "a.png", "other": 1}},
            "There is no field 'other' in source: the fields there are example.",
        ),
        ({"source": {}}, "source is an object with example or an object with path, name, entry."),
        ({"model": None}, "model is a text, not null."),
        ({"scale": "huge"}, "scale is 'auto', 'native' or 'trained', not 'huge'."),
        ({"job": "x" * 65}, "job is a text of at most 64 characters"),
    ],
)
def test_a_request_of_another_shape_is_refused_with_what_is_accepted(
    page: Page, uploads: Path, change: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        call(page.controller.preview, {**drop(uploads), **change})
