"""Progress, cancelling, one long piece of work at a time."""

from __future__ import annotations

import threading

import pytest

from gan_core.errors import Cancelled, InputError
from gan_core.ui import jobs as module
from gan_core.ui.jobs import Jobs
from gan_core.ui.protocol import call


def test_progress_is_told_and_a_cancelled_job_stops_at_its_next_sign() -> None:
    jobs = Jobs()
    job = jobs.job("mine")
    job.progress(0.25)
    assert call(jobs.job_progress, {"job": "mine"}) == {"share": 0.25}
    call(jobs.job_cancel, {"job": "mine"})
    with pytest.raises(Cancelled):
        job.progress(0.5)


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
        call(jobs.job_cancel, {"job": "second"})
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


def test_a_job_that_is_asked_for_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long film goes on while many short ones come and go beside it."""
    monkeypatch.setattr(module, "MOST_JOBS", 2)
    jobs = Jobs()
    film = jobs.job("film")
    for name in ("1", "2", "3"):
        jobs.job(name)
        call(jobs.job_progress, {"job": "film"})
    assert jobs.job("film") is film


def test_work_of_one_kind_does_not_wait_for_that_of_another() -> None:
    jobs, second = Jobs(), Jobs().job("second")
    with jobs.working(jobs.job("first"), "film"):
        with jobs.working(second, "search"):
            pass
        second.cancelled.set()
        with pytest.raises(Cancelled), jobs.working(second, "film"):  # and waits for its own
            pass
