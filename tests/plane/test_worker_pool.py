"""One process a visitor."""

import os
import time
from collections.abc import Iterator

import pytest

from gan_core.errors import InputError
from gan_core.plane.worker_pool import WorkerPool

SMALL = {"batch_size": 8}


@pytest.fixture
def visitors() -> Iterator[WorkerPool]:
    visitors = WorkerPool(most=1, idle=1000)
    yield visitors
    visitors.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_visitor_keeps_a_process_until_another_needs_the_place(visitors: WorkerPool) -> None:
    visitors.warm()
    (pid,) = visitors.pids()
    first = visitors.ask(None, {"do": "open", "settings": SMALL})
    assert visitors.pids() == [pid]  # the warm one was taken
    assert visitors.ask(first["visit"], {"do": "step"})["step"] == 1
    assert visitors.ask(first["visit"], {"do": "change", "settings": {"solver": "none"}})["error"].startswith(
        "There is no"
    )
    assert visitors.ask("guessed", {"do": "look"}) == {"gone": True}
    with pytest.raises(InputError, match="serves 1 visitor"):
        visitors.ask("guessed", {"do": "open", "settings": SMALL})
    visitors.idle = 0
    second = visitors.ask(None, {"do": "open", "settings": SMALL})
    assert second["visit"] != first["visit"]
    assert not alive(pid)
    assert visitors.ask(first["visit"], {"do": "look"}) == {"gone": True}
    (pid,) = visitors.pids()
    os.kill(pid, 9)
    deadline = time.monotonic() + 10
    while visitors.pids() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert visitors.ask(second["visit"], {"do": "look"}) == {"gone": True}
    visitors.close()
    assert visitors.pids() == []
    with pytest.raises(InputError, match="closing"):
        visitors.ask(None, {"do": "open"})


def test_a_page_that_falls_silent_loses_its_process_and_one_that_is_here_keeps_it(visitors: WorkerPool) -> None:
    visit = visitors.ask(None, {"do": "open", "settings": SMALL})["visit"]
    (pid,) = visitors.pids()
    assert visitors.ask(visit, {"do": "here"}) == {"visit": visit}
    visitors.tidy()
    assert visitors.ask(visit, {"do": "resume"})["step"] == 0
    visitors.absent = 0
    visitors.ask(visit, {"do": "here", "hidden": True})  # a hidden page says nothing more, and finds its training again
    visitors.tidy()
    assert alive(pid)
    visitors.ask(visit, {"do": "here"})
    visitors.tidy()
    assert not alive(pid)
    assert visitors.ask(visit, {"do": "here"}) == {"gone": True}


def test_a_request_is_an_object(visitors: WorkerPool) -> None:
    with pytest.raises(InputError, match="object"):
        visitors.ask(None, "open")
    assert visitors.pids() == []
