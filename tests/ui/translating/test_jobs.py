"""Progress, cancelling, one whole picture at a time."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch

from gan_core.errors import InputError
from gan_core.translation import Cancelled, Translator
from gan_core.ui.translating import jobs as module
from gan_core.ui.translating.jobs import Jobs
from tests.translation.toy_translators import EXACT, Inverse
from tests.ui.translating.conftest import FakeContext, Page, drop


def test_progress_is_told_and_a_cancelled_job_stops_at_its_next_sign() -> None:
    jobs = Jobs()
    job = jobs.job("mine")
    job.progress(0.25)
    assert jobs.progress({"job": "mine"}) == {"share": 0.25}
    jobs.cancel({"job": "mine"})
    with pytest.raises(Cancelled):
        job.progress(0.5)


def test_a_job_may_be_cancelled_before_it_begins(page: Page, uploads: Path) -> None:
    wish = {**drop(uploads), "job": "early"}
    page.jobs.cancel({"job": "early"})
    assert page.desk.translate(wish) == {"cancelled": True}
    assert page.desk.translate({**wish, "job": "late"})["name"] == "own.png"


def test_a_job_that_waits_for_the_machine_can_be_cancelled() -> None:
    jobs, waiting = Jobs(), threading.Event()
    outcome: list[str] = []

    def wait() -> None:
        waiting.set()
        try:
            with jobs.working(jobs.job("second")):
                outcome.append("worked")
        except Cancelled:
            outcome.append("cancelled")

    with jobs.working(jobs.job("first")):
        thread = threading.Thread(target=wait)
        thread.start()
        waiting.wait(10)
        jobs.cancel({"job": "second"})
        thread.join(10)
    assert outcome == ["cancelled"]


def test_memory_that_ends_in_the_middle_is_a_sentence_and_frees_the_machine() -> None:
    jobs = Jobs()
    with pytest.raises(InputError, match="memory of this machine"), jobs.working(jobs.job(None)):
        raise MemoryError
    with jobs.working(jobs.job(None)):
        pass


def test_jobs_are_forgotten_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_JOBS", 2)
    jobs = Jobs()
    first = jobs.job("1")
    for name in ("2", "3"):
        jobs.job(name)
    assert jobs.job("1") is not first


def test_a_job_cancelled_in_the_middle_leaves_nothing_behind(page: Page, context: FakeContext, uploads: Path) -> None:
    wish = {**drop(uploads), "job": "mine"}

    class Unwanted(Inverse):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            page.jobs.cancel({"job": "mine"})
            return super().forward(pictures)

    good = context.translator
    context.translator = Translator({"AtoB": Unwanted()}, good.card, arithmetic=EXACT)
    assert page.desk.translate(wish) == {"cancelled": True}
    context.translator = good
    assert page.desk.translate({**wish, "job": "next"})["name"] == "own.png"


def test_memory_that_ends_inside_the_network_is_a_sentence_and_the_next_picture_works(
    page: Page, context: FakeContext, uploads: Path
) -> None:
    class Greedy(Inverse):
        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            raise MemoryError

    good = context.translator
    context.translator = Translator({"AtoB": Greedy()}, good.card, arithmetic=EXACT)
    wish = drop(uploads)
    with pytest.raises(InputError, match="memory"):
        page.desk.translate(wish)
    context.translator = good
    assert page.desk.translate(wish)["name"] == "own.png"
