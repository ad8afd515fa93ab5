"""Translations that are cancelled, or for which the memory ends."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from gan_core.errors import InputError
from gan_core.translation import Translator
from gan_core.ui.protocol import call
from tests.translation.toy_translators import EXACT, Inverse
from tests.ui.translate.conftest import FakeStore, Page, drop


def test_a_job_may_be_cancelled_before_it_begins(page: Page, uploads: Path) -> None:
    request = {**drop(uploads), "job": "early"}
    call(page.jobs.job_cancel, {"job": "early"})
    assert call(page.controller.translate, request) == {"cancelled": True}
    assert call(page.controller.translate, {**request, "job": "late"})["name"] == "own.png"


def test_a_job_cancelled_in_the_middle_leaves_nothing_behind(page: Page, store: FakeStore, uploads: Path) -> None:
    request = {**drop(uploads), "job": "mine"}

    class Unwanted(Inverse):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            call(page.jobs.job_cancel, {"job": "mine"})
            return super().forward(pictures)

    good = store.translator
    store.translator = Translator({"AtoB": Unwanted()}, good.card, arithmetic=EXACT)
    assert call(page.controller.translate, request) == {"cancelled": True}
    store.translator = good
    assert call(page.controller.translate, {**request, "job": "next"})["name"] == "own.png"


def test_memory_that_ends_inside_the_network_is_a_sentence_and_the_next_picture_works(
    page: Page, store: FakeStore, uploads: Path
) -> None:
    class Greedy(Inverse):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            raise MemoryError

    good = store.translator
    store.translator = Translator({"AtoB": Greedy()}, good.card, arithmetic=EXACT)
    request = drop(uploads)
    with pytest.raises(InputError, match="memory"):
        call(page.controller.translate, request)
    store.translator = good
    assert call(page.controller.translate, request)["name"] == "own.png"
