"""The views that the server draws, from known pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gan_core.errors import InputError
from gan_core.recipes import Recipe
from gan_core.translation import Translator
from gan_core.ui.protocol import call
from gan_core.ui.translate.comparisons import VIEWS
from tests.translation.toy_translators import EXACT, Inverse
from tests.ui.translate.conftest import FakeStore, Page, drop, noise, shown, with_discriminators


def test_the_difference_is_measured_on_every_pixel(page: Page, uploads: Path) -> None:
    answer = call(page.comparisons.view, {**drop(uploads), "view": "difference"})
    expected = np.abs(255 - 2 * noise(24, 40).astype(int)).mean()
    assert f"changed by {expected:.1f} of 255" in answer["line"]
    assert [pane["title"] for pane in answer["panes"]] == ["Translation", "What changed"]
    json.dumps(answer)


def test_a_cycle_of_the_negative_comes_back_unharmed(page: Page, uploads: Path) -> None:
    answer = call(page.comparisons.view, {**drop(uploads), "view": "cycle"})
    assert "0.0 of 255 levels off" in answer["line"]
    original, there, back, _ = (np.asarray(shown(pane["picture"])) for pane in answer["panes"])
    assert np.array_equal(original, back)
    assert np.array_equal(there, 255 - original)


def test_a_translator_of_one_direction_has_no_cycle(page: Page, store: FakeStore, uploads: Path) -> None:
    store.translator = Translator({"AtoB": Inverse()}, store.translator.card, arithmetic=EXACT)
    with pytest.raises(InputError, match="one direction only"):
        call(page.comparisons.view, {**drop(uploads), "view": "cycle"})


def test_the_discriminator_rates_both_pictures_or_a_sentence_says_that_there_is_none(
    page: Page, store: FakeStore, uploads: Path
) -> None:
    request = {**drop(uploads, size=(64, 48)), "view": "discriminator"}
    with pytest.raises(InputError, match="without the discriminator"):
        call(page.comparisons.view, request)
    store.translator = with_discriminators(Recipe.named("cyclegan").replace(size=32))
    answer = call(page.comparisons.view, request)
    assert [shown(pane["picture"]).size for pane in answer["panes"]] == [(64, 48)] * 2
    assert all("of its patches look real" in pane["note"] for pane in answer["panes"])


def test_an_unknown_view_names_the_known_ones(page: Page, uploads: Path) -> None:
    with pytest.raises(InputError, match="'difference', 'cycle' or 'discriminator'"):
        call(page.comparisons.view, {**drop(uploads), "view": "sideways"})
    assert set(VIEWS) == {"difference", "cycle", "discriminator"}
