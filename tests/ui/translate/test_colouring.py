"""Colour hints and seeds in requests of the page and of programs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import InputError
from gan_core.images import data_url, encode_png
from gan_core.models.catalog import Header, ModelEntry
from gan_core.translation import hints
from gan_core.ui.models.table import _model_card
from gan_core.ui.protocol import InvalidRequestError, call
from gan_core.ui.translate.hinting import hints_of, read_hints
from gan_core.ui.translate.protocol import MOST_HINTS, ColourHint
from gan_core.ui.translate.translators import describe
from tests.translation.toy_translators import painter
from tests.ui.translate.conftest import CARD, FakeStore, Page, drop, fetched, noise, shown

RED = {"x": 0.5, "y": 0.25, "colour": [255, 0, 0], "radius": 0.1}


@pytest.fixture
def store() -> FakeStore:
    store = FakeStore()
    store.translator = painter(3)
    return store


def test_a_hint_reaches_the_picture_its_file_and_its_preview(page: Page, uploads: Path) -> None:
    request = {**drop(uploads), "hints": [RED]}
    with Image.open(fetched(call(page.controller.file, request))) as image:
        pixels = np.asarray(image)
    assert np.all(pixels[6, 20] == (255, 0, 0))
    assert np.array_equal(pixels[-1], noise(24, 40)[-1])
    assert shown(call(page.controller.preview, request)["after"]).getpixel((20, 6)) == (255, 0, 0)
    call(page.controller.translate, request)
    call(page.comparisons.view, {**request, "view": "difference"})


def test_a_hint_reaches_a_drawing(page: Page) -> None:
    picture = data_url(encode_png(np.full((20, 40, 3), 255, np.uint8)), "image/png")
    request = {"model": "negative", "direction": "AtoB", "picture": picture, "hints": [RED], "scale": "native"}
    after = shown(call(page.controller.frame, request)["after"])
    assert after.getpixel((20, 5)) == (255, 0, 0)
    assert after.getpixel((0, 19)) == (255, 255, 255)


def test_other_hints_and_seeds_are_other_results(page: Page, uploads: Path) -> None:
    request = drop(uploads)
    made = [page.made({**request, **more}) for more in ({}, {"hints": [RED]}, {"seed": 1}, {"seed": 2})]
    assert len({each.file.translation.rgb.tobytes() for each in made}) == 4
    assert page.made({**request, "hints": [RED]}) is made[1]
    assert page.made({**request, "seed": 2}) is made[3]


def test_colourings_differ_by_their_seeds(page: Page, uploads: Path) -> None:
    request = {**drop(uploads), "seeds": [1, 2, 3, 4], "hints": [RED]}
    pictures = call(page.controller.colourings, request)["pictures"]
    assert len(set(pictures)) == 4
    assert all(shown(each).getpixel((20, 6)) == (255, 0, 0) for each in pictures)
    seeded = page.made({**drop(uploads), "hints": [RED], "seed": 3}).file.translation.rgb
    assert np.array_equal(np.asarray(shown(pictures[2])), seeded)
    frame = data_url(encode_png(noise(24, 40)), "image/png")
    drawn = {key: value for key, value in request.items() if key != "source"} | {"picture": frame}
    assert call(page.controller.colourings, drawn)["pictures"] == pictures
    with pytest.raises(InputError, match="source or picture"):
        call(page.controller.colourings, {key: value for key, value in drawn.items() if key != "picture"})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"hints": [{**RED, "x": 1.1}]}, "hints[0].x is a number from 0 to 1, not 1.1"),
        ({"hints": [{**RED, "x": float("nan")}]}, "hints[0].x is a number from 0 to 1"),
        ({"hints": [{**RED, "colour": [0, 0, 256]}]}, "hints[0].colour[2] is a whole number from 0 to 255"),
        ({"hints": [{**RED, "colour": "red"}]}, "hints[0].colour is"),
        ({"hints": [RED] * (MOST_HINTS + 1)}, "hints is a list of at most 300 values"),
        ({"seed": -1}, "seed is a whole number from 0 to"),
    ],
)
def test_hints_that_make_no_sense_are_refused(page: Page, uploads: Path, values: Any, words: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        call(page.controller.translate, {**drop(uploads), **values})
    assert words in str(refusal.value)


def test_a_model_without_hints_refuses_them(page: Page, uploads: Path) -> None:
    page.store.translator = FakeStore().translator
    with pytest.raises(InputError, match="takes no colour hints"):
        call(page.controller.preview, {**drop(uploads), "hints": [RED]})
    with pytest.raises(InputError, match="takes no noise"):
        call(page.controller.translate, {**drop(uploads), "seed": 1})
    with pytest.raises(InputError, match="takes no noise"):
        call(page.controller.colourings, {**drop(uploads), "seeds": [1]})


def test_places_are_shares_of_every_size() -> None:
    assert MOST_HINTS == hints.MOST_HINTS
    (corner,) = hints_of([ColourHint(x=1, y=1, colour=(1, 2, 3), radius=0.5)], np.zeros((20, 40, 3), np.uint8))
    assert (corner.x, corner.y, corner.colour, corner.radius) == (39, 19, (1, 2, 3), 10)


def test_a_program_gives_hints_in_pixels(page: Page, uploads: Path) -> None:
    drop(uploads)
    path = page.exports.endpoint(
        str(uploads / "own.png"), "negative", "AtoB", "native", 1.0, hints=read_hints([[3, 4, "#00ff00", 0]]), seed=None
    )
    with Image.open(path) as image:
        assert image.getpixel((3, 4)) == (0, 255, 0)
    assert read_hints(None) == read_hints("") == []
    with pytest.raises(InputError, match="Hints are a list"):
        read_hints({"x": 1})
    for given, words in (([[99, 4, "#00ff00"]], "outside of the picture"), ([7], "A colour hint is"), (["a"], "A col")):
        with pytest.raises(InputError, match=words):
            page.exports.endpoint(str(uploads / "own.png"), "negative", "AtoB", "native", 1.0, hints=read_hints(given))


def test_lists_say_what_a_model_takes() -> None:
    card = CARD.replace(inputs={"hints": True, "noise": 8})
    entry = ModelEntry("negative", Path(__file__), "pretrained", Header(card, frozenset({"AtoB"})), 0)
    listed = describe(entry)
    assert (listed.hints, listed.noise) == (True, 8)
    assert "takes colour hints" in listed.line
    assert ("Takes", "colour hints and noise (8 channels)") in _model_card(entry).rows
    judge = {"name": "patch", "channels": 6}
    parts = frozenset({"AtoB", "judge.B"})
    both = ModelEntry("negative", Path(__file__), "pretrained", Header(card.replace(judge=judge), parts), 0)
    assert describe(both).discriminators == []
    alone = ModelEntry(
        "negative", Path(__file__), "pretrained", Header(card.replace(judge={"name": "patch"}), parts), 0
    )
    assert describe(alone).discriminators == ["B"]
    plain = ModelEntry("negative", Path(__file__), "pretrained", Header(CARD, frozenset({"AtoB"})), 0)
    assert (describe(plain).hints, describe(plain).noise) == (False, 0)
    assert "Takes" not in dict(_model_card(plain).rows)
